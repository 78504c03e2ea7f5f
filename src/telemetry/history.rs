//! The state of a run as its watcher knows it: facts, series, and newest values.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use crate::telemetry::{
    ArmFuture, ArmProgress, BranchFacts, BranchId, ChangeMark, Clock, EtaMode, Event, Ghost,
    GhostOf, Labels, NeuronCurves, Notice, Pace, Playing, RunFacts, RunState, RunStatus, Setting,
    TimeMove, UntilState, WeightsSnapshot, common_step,
};

/// The clock before the first run has begun.
static NO_RUN: LazyLock<Clock> = LazyLock::new(Clock::default);

/// A run as its watcher knows it. Only the number of arms changes its size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The facts of the run; `None` until the first one has begun.
    pub facts: Option<Arc<RunFacts>>,
    /// The state of the run.
    pub state: RunState,
    /// The number of steps done at the position that is shown.
    pub step: u64,
    /// The number of steps that the open branch has reached; `step`, unless a position in the past is shown.
    pub newest: u64,
    /// The readings of each arm beyond that position; empty at the newest step.
    pub future: Vec<ArmFuture>,
    /// The open branch.
    pub branch: BranchId,
    /// How each branch has begun.
    pub branches: Vec<BranchFacts>,
    /// Other branches and earlier runs, the one that was left last at the end; at most [`History::GHOSTS`].
    pub ghosts: Vec<Ghost>,
    /// The number of epochs of the whole run.
    pub epochs: u64,
    /// The pace of the run.
    pub pace: Pace,
    /// The number of examples per second on which each arm trains.
    pub rate: Option<f64>,
    /// The mode that links the learning rates.
    pub eta_mode: EtaMode,
    /// The progress of each arm.
    pub arms: Vec<ArmProgress>,
    /// Changes of settings, the newest [`History::MARKS`] of them.
    pub marks: VecDeque<ChangeMark>,
    /// The curves to draw beside a single neuron.
    pub curves: Option<Arc<NeuronCurves>>,
    /// The weights, while they are requested.
    pub weights: Option<Arc<WeightsSnapshot>>,
    /// The condition until which the run trains, or has trained.
    pub until: UntilState,
    /// The recorded session that the run carries out again; `None` if it is live.
    pub playing: Option<Box<Playing>>,
}

impl History {
    /// The most changes of settings that are remembered.
    pub const MARKS: usize = 256;

    /// The most ghosts that are kept.
    pub const GHOSTS: usize = 8;

    /// Applies an event, and returns the notice that it brings.
    pub fn apply(&mut self, event: Event) -> Option<Notice> {
        match event {
            Event::Began(facts) => self.begin(facts),
            Event::Relabelled(labels) => self.relabel(labels),
            Event::Moved(moved) => self.move_to(&moved),
            Event::Progressed(arm, progress) => self.progress(arm, *progress),
            Event::Sampled(curves) => self.curves = Some(curves),
            Event::Weighed(weights) => self.weights = Some(weights),
            Event::Stands(status) => self.stand(status),
            Event::Noticed(notice) => {
                self.mark(&notice);
                return Some(notice);
            }
        }
        None
    }

    fn relabel(&mut self, labels: Labels) {
        if let Some(facts) = &mut self.facts {
            let Labels { title, summary } = labels;
            *facts = Arc::new(RunFacts { title, summary, ..RunFacts::clone(facts) });
        }
    }

    fn move_to(&mut self, moved: &TimeMove) {
        self.rejoin();
        // Weights of another position are none of this one.
        self.weights = None;
        match moved {
            TimeMove::Forked(facts) => self.fork(facts),
            TimeMove::Switched(id) => self.switch(*id),
            TimeMove::Within => {}
        }
    }

    fn progress(&mut self, arm: usize, progress: ArmProgress) {
        self.rejoin();
        if self.arms.len() <= arm {
            self.arms.resize_with(arm + 1, ArmProgress::default);
        }
        self.arms[arm].merge(progress);
    }

    /// Takes up where the run stands. What lies beyond it leaves the arms.
    fn stand(&mut self, status: RunStatus) {
        let RunStatus { state, step, newest, epochs, pace, rate, eta_mode, until, playing } =
            status;
        self.rejoin();
        (self.state, self.epochs, self.pace, self.rate) = (state, epochs, pace, rate);
        (self.eta_mode, self.until, self.playing) = (eta_mode, until, playing);
        (self.step, self.newest) = (step, newest.max(step));
        self.split();
    }

    /// Marks a change of a setting on the charts.
    fn mark(&mut self, notice: &Notice) {
        let (Notice::Set { step, setting, etas } | Notice::SetAgain { step, setting, etas }) =
            notice
        else {
            return;
        };
        if setting.changes_steps() {
            let is_of_rates = matches!(setting, Setting::Eta { .. } | Setting::EtaMode { .. });
            self.marks.push_back(ChangeMark { step: *step, etas: etas.clone(), is_of_rates });
            self.rename_branch(*step, setting, etas);
        }
        while self.marks.len() > Self::MARKS {
            self.marks.pop_front();
        }
    }

    /// Begins another run. The curves of the run before become a ghost if they fit the same charts.
    fn begin(&mut self, facts: Arc<RunFacts>) {
        self.rejoin();
        let fits = self.facts.as_ref().is_some_and(|before| are_comparable(before, &facts));
        if fits && self.newest > 0 {
            self.leave(GhostOf::EarlierRun);
        }
        let mut ghosts = if fits { std::mem::take(&mut self.ghosts) } else { Vec::new() };
        for ghost in &mut ghosts {
            // The branches of a run that is over cannot be opened any more.
            ghost.of = GhostOf::EarlierRun;
            ghost.show_from(0, &facts.channels);
        }
        *self = Self { facts: Some(facts), ghosts, ..Self::default() };
    }

    /// Begins a branch: the curves of the open one become a ghost.
    fn fork(&mut self, facts: &BranchFacts) {
        self.leave(GhostOf::Branch(self.branch));
        let run = self.facts.clone();
        let channels = run.as_ref().map_or(&[][..], |facts| &facts.channels);
        for arm in &mut self.arms {
            drop(ArmFuture::of(arm, facts.step, channels));
        }
        self.marks.retain(|mark| mark.step <= facts.step);
        self.branches.push(facts.clone());
        self.open(facts.id);
    }

    /// Names the open branch after the last of the changes that its fork has: several presses of a key are one.
    fn rename_branch(&mut self, step: u64, setting: &Setting, etas: &[f64]) {
        let open = self.branches.iter_mut().find(|branch| branch.id == self.branch);
        let is_same = |branch: &BranchFacts| match (&branch.setting, setting) {
            (Setting::Eta { arm, .. }, Setting::Eta { arm: other, .. }) => arm == other,
            (Setting::Weight { arm, at, .. }, Setting::Weight { arm: other, at: there, .. }) => {
                (arm, at) == (other, there)
            }
            _ => false,
        };
        if let Some(branch) = open.filter(|branch| branch.step == step && is_same(branch)) {
            branch.setting = setting.clone();
            branch.etas = etas.to_vec();
        }
    }

    /// Opens another branch.
    fn switch(&mut self, id: BranchId) {
        let Some(at) = self.ghosts.iter().position(|ghost| ghost.of == GhostOf::Branch(id)) else {
            return;
        };
        let ghost = self.ghosts.remove(at);
        self.leave(GhostOf::Branch(self.branch));
        (self.arms, self.marks) = (ghost.arms, ghost.marks);
        self.open(id);
    }

    /// Keeps the curves of the open course as a ghost.
    fn leave(&mut self, of: GhostOf) {
        self.ghosts.push(Ghost {
            of,
            newest: self.newest,
            etas: self.arms.iter().map(|arm| arm.eta).collect(),
            from: 0,
            shown: Vec::new(),
            arms: self.arms.clone(),
            marks: self.marks.clone(),
        });
        if self.ghosts.len() > Self::GHOSTS {
            self.ghosts.remove(0);
        }
    }

    /// Takes a branch as the open one: the ghosts differ from it from other steps on.
    fn open(&mut self, id: BranchId) {
        self.branch = id;
        let run = self.facts.clone();
        let channels = run.as_ref().map_or(&[][..], |facts| &facts.channels);
        for ghost in &mut self.ghosts {
            let from = match ghost.of {
                GhostOf::Branch(other) => common_step(&self.branches, id, other),
                GhostOf::EarlierRun => 0,
            };
            ghost.show_from(from, channels);
        }
    }

    /// Forgets a ghost.
    pub fn drop_ghost(&mut self, index: usize) {
        if index < self.ghosts.len() {
            self.ghosts.remove(index);
        }
    }

    /// Adds the future to the arms again.
    fn rejoin(&mut self) {
        for (arm, future) in self.arms.iter_mut().zip(self.future.drain(..)) {
            future.rejoin(arm);
        }
    }

    /// Takes from the arms what is not known yet at a position in the past.
    fn split(&mut self) {
        if self.is_past() {
            let (run, step) = (self.facts.clone(), self.step);
            let channels = run.as_ref().map_or(&[][..], |facts| &facts.channels);
            let future = |arm| ArmFuture::of(arm, step, channels);
            self.future = self.arms.iter_mut().map(future).collect();
        }
    }

    /// Returns whether a position in the past is shown.
    pub fn is_past(&self) -> bool {
        self.step < self.newest
    }

    /// Returns the clock of the run; before the first run, one whose steps are epochs.
    pub fn clock(&self) -> &Clock {
        self.facts.as_ref().map_or(&NO_RUN, |facts| &facts.clock)
    }

    /// Returns the number of mini-batches in the current epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.clock().steps_per_epoch(self.step)
    }

    /// Returns the number of whole epochs done.
    pub fn epoch(&self) -> u64 {
        self.clock().epoch(self.step)
    }

    /// Returns the number of epochs done, with their fraction.
    pub fn epochs_done(&self) -> f64 {
        self.clock().epochs_done(self.step as f64)
    }
}

/// Returns whether the curves of two runs belong on the same charts: those of as many arms, of the same metric and
/// on the same clock.
fn are_comparable(before: &RunFacts, now: &RunFacts) -> bool {
    before.name == now.name
        && before.names().eq(now.names())
        && before.channels == now.channels
        && before.metric == now.metric
        && before.clock == now.clock
}
