//! The state of a run as its watcher knows it: facts, series, and newest values.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use crate::telemetry::{
    ArmFuture, ArmProgress, BranchFacts, BranchId, ChangeMark, Clock, CourseId, EtaMode, Event,
    ExampleCounts, Ghost, Labels, NeuronCurves, Notice, Pace, Playing, Rates, Reproduction,
    RunFacts, RunState, RunStatus, Setting, TimeMove, UntilState, WeightsSnapshot, common_step,
    lineage, start_of,
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
    /// The number of earlier runs whose curves belonged on the same charts.
    pub run: u32,
    /// The open branch.
    pub branch: BranchId,
    /// How each branch has begun that is there, or that led to one that is, in the order in which they did.
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
    /// How the run can be made again; `None` until the first one has begun.
    pub reproduction: Option<Arc<Reproduction>>,
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
            Event::Recounted(counts) => self.recount(counts),
            Event::Dropped(id) => self.drop_course(CourseId { branch: id, ..self.open_course() }),
            Event::Progressed(arm, progress) => self.progress(arm, *progress),
            Event::Reproducible(how) => self.reproduction = Some(how),
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

    fn recount(&mut self, counts: ExampleCounts) {
        if let Some(facts) = &mut self.facts {
            *facts = Arc::new(facts.recounted(counts));
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
            let is_of_examples = matches!(setting, Setting::Examples(_));
            // A point that is dragged changes at many steps; the last of them stands for all.
            if is_of_examples && self.marks.back().is_some_and(|last| last.is_of_examples) {
                self.marks.pop_back();
            }
            if !(is_of_examples && self.marks.back().is_some_and(|last| last.step == *step)) {
                let etas = etas.clone();
                self.marks.push_back(ChangeMark { step: *step, etas, is_of_rates, is_of_examples });
            }
            self.rename_branch(*step, setting, etas);
        }
        while self.marks.len() > Self::MARKS {
            self.marks.pop_front();
        }
    }

    /// Begins another run. The curves of the run before become a ghost if they fit the same charts.
    fn begin(&mut self, facts: Arc<RunFacts>) {
        self.rejoin();
        let fits = self.facts.as_ref().is_some_and(|before| before.has_charts_of(&facts));
        if fits && self.newest > 0 {
            self.leave();
        }
        let mut ghosts = if fits { std::mem::take(&mut self.ghosts) } else { Vec::new() };
        for ghost in &mut ghosts {
            ghost.show_from(0, &facts.channels);
        }
        // The branches of a run that is over have another number of runs before them, and cannot be opened.
        let run = if fits { self.run.saturating_add(1) } else { 0 };
        *self = Self { facts: Some(facts), run, ghosts, ..Self::default() };
    }

    /// Begins a branch: the curves of the open one become a ghost.
    fn fork(&mut self, facts: &BranchFacts) {
        self.leave();
        let run = self.facts.clone();
        for arm in &mut self.arms {
            drop(ArmFuture::of(arm, facts.step, run.as_deref()));
        }
        self.marks.retain(|mark| mark.step <= facts.step);
        self.branches.push(facts.clone());
        self.open(facts.id);
        self.forget_branches();
    }

    /// Names the open branch after the last of the changes that its fork has: several presses of a key are one.
    fn rename_branch(&mut self, step: u64, setting: &Setting, etas: &[f64]) {
        let open = self.branches.iter_mut().find(|branch| branch.id == self.branch);
        let is_rate =
            |setting: &Setting| matches!(setting, Setting::Eta { .. } | Setting::EtaMode { .. });
        let is_same = |branch: &BranchFacts| match (&branch.setting, setting) {
            // A typed η first unlinks the rates, and then sets each of them.
            (before, now) if is_rate(before) && is_rate(now) => true,
            (Setting::Weight { arm, at, .. }, Setting::Weight { arm: other, at: there, .. }) => {
                (arm, at) == (other, there)
            }
            (Setting::Examples(_), Setting::Examples(_)) => true,
            _ => false,
        };
        if let Some(branch) = open.filter(|branch| branch.step == step && is_same(branch)) {
            branch.setting = setting.clone();
            branch.etas = etas.to_vec();
        }
    }

    /// Forgets how branches have begun that neither are there nor led to one that is.
    fn forget_branches(&mut self) {
        let of_run = self.ghosts.iter().filter(|ghost| self.is_openable(ghost));
        let of_ghosts = of_run.map(|ghost| ghost.id.branch);
        let needed = lineage(&self.branches, of_ghosts.chain([self.branch]));
        self.branches.retain(|branch| needed.contains(&branch.id));
    }

    /// Opens another branch.
    fn switch(&mut self, id: BranchId) {
        let there = CourseId { branch: id, ..self.open_course() };
        let Some(at) = self.ghosts.iter().position(|ghost| ghost.id == there) else { return };
        let ghost = self.ghosts.remove(at);
        self.leave();
        (self.arms, self.marks) = (ghost.arms, ghost.marks);
        self.open(id);
    }

    /// Keeps the curves of the open course as a ghost. If there are too many, the oldest goes, which is one of an
    /// earlier run as long as there is one.
    fn leave(&mut self) {
        if self.ghosts.len() >= Self::GHOSTS {
            self.ghosts.remove(0);
        }
        // Fewer ghosts than letters are left, so that one is free.
        let is_free = |letter: &u8| self.ghosts.iter().all(|ghost| ghost.letter != *letter);
        let began = self.branches.iter().find(|branch| branch.id == self.branch);
        self.ghosts.push(Ghost {
            id: self.open_course(),
            letter: (0..Self::GHOSTS as u8).find(is_free).expect("there are fewer ghosts"),
            facts: self.facts.clone(),
            began: began.cloned(),
            newest: self.newest,
            rates: self.rates(),
            from: 0,
            shown: Vec::new(),
            arms: self.arms.clone(),
            marks: self.marks.clone(),
            left_at: self.step,
        });
    }

    /// Takes a branch as the open one: the ghosts differ from it from other steps on.
    fn open(&mut self, id: BranchId) {
        self.branch = id;
        let run = self.facts.clone();
        let channels = run.as_ref().map_or(&[][..], |facts| &facts.channels);
        for ghost in &mut self.ghosts {
            let is_of_run = ghost.id.run == self.run;
            let from = if is_of_run { common_step(&self.branches, id, ghost.id.branch) } else { 0 };
            ghost.show_from(from, channels);
        }
    }

    /// Forgets the ghost of a course.
    pub fn drop_course(&mut self, id: CourseId) {
        self.ghosts.retain(|ghost| ghost.id != id);
    }

    /// Returns the open course.
    pub fn open_course(&self) -> CourseId {
        CourseId { run: self.run, branch: self.branch }
    }

    /// Returns whether a ghost is a branch of this run, which can be opened; of an earlier one there are only the
    /// curves.
    pub fn is_openable(&self, ghost: &Ghost) -> bool {
        ghost.id.run == self.run
    }

    /// Returns the learning rates of the open course, to its newest step.
    pub fn rates(&self) -> Rates {
        let first = self.arms.iter().map(|arm| arm.first_eta.unwrap_or(arm.eta));
        Rates::of(first.collect(), &self.marks)
    }

    /// Returns the parameters w₁, w₂ and b with which an arm that is one neuron started.
    pub fn start(&self, arm: usize) -> Option<[f64; 3]> {
        start_of(self.arms.get(arm)?)
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
            let future = |arm| ArmFuture::of(arm, step, run.as_deref());
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
