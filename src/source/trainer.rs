//! The thread that trains: obeys, trains, tells.

mod obeying;

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;

use crate::experiment::{Advance, Experiment, Scenario, load};
use crate::file::Opener;
use crate::source::beginning::{Beginning, Find};
use crate::source::checkpointer::Asked;
use crate::source::explainer::{Explainer, Task};
use crate::source::pacer::{Due, Pacer};
use crate::source::rate::{Rate, now};
use crate::source::run::Run;
use crate::source::shared::Shared;
use crate::telemetry::{Command, Digest, Load, Notice, Pace, RunState};

/// Steps between two looks at the clock and the mailbox when nothing brakes the run.
const UNBRAKED: u64 = 1 << 14;

/// What the run is driving at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// Nothing: it stands.
    Stand,
    /// Its end, at its pace.
    End,
    /// This step, without a brake.
    Step(u64),
}

/// The thread's own state.
pub(super) struct Trainer {
    shared: Arc<Shared>,
    explainer: Arc<Explainer>,
    inbox: Receiver<Asked>,
    /// Commands that have been received and not been obeyed.
    waiting: VecDeque<Command>,
    open: Arc<Opener>,
    find: Arc<Find>,
    /// The run; none until one has been loaded.
    run: Option<Run>,
    /// Why there is none, where that is known already.
    failure: Option<String>,
    goal: Goal,
    pace: Pace,
    pacer: Option<Pacer>,
    notices: Vec<Notice>,
    rate: Rate,
    /// The step after which the run was last handed over to be explained, and whether it went on.
    explained: Option<(u64, bool)>,
}

impl Trainer {
    pub(super) fn new(
        (shared, explainer): (Arc<Shared>, Arc<Explainer>),
        inbox: Receiver<Asked>,
        beginning: &Beginning,
    ) -> Self {
        Self {
            shared,
            explainer,
            inbox,
            waiting: VecDeque::new(),
            open: Arc::clone(&beginning.open),
            find: Arc::clone(&beginning.find),
            run: None,
            failure: None,
            goal: if beginning.paused { Goal::Stand } else { Goal::End },
            pace: Pace::Max,
            pacer: None,
            notices: Vec::new(),
            rate: Rate::default(),
            explained: None,
        }
    }

    pub(super) fn work_on(mut self, scenario: Scenario) {
        self.begin(scenario, Keeping::Nothing);
        if self.run.is_none() {
            self.post();
        }
        while !self.shared.gone.load(Ordering::Relaxed) {
            if self.shared.asked.swap(false, Ordering::Acquire) || !self.waiting.is_empty() {
                while let Some(command) = self.next_command() {
                    self.obey(command);
                }
                self.post();
            } else if self.is_standing() {
                let Ok(asked) = self.inbox.recv() else { return };
                if let Some(command) = self.heed(asked) {
                    self.obey(command);
                    self.post();
                }
            } else if self.goal == Goal::Stand {
                self.settle();
            } else {
                self.work();
            }
        }
    }

    /// Has the evaluation finished that is under way where the run stands.
    fn settle(&mut self) {
        let Some(run) = &mut self.run else { return };
        if run.settle() == Advance::Evaluated || self.shared.mailbox.is_wanted() {
            self.post();
        }
    }

    /// Trains until something may be waiting: a command, a reader, or the next step's time.
    fn work(&mut self) {
        let limit = match self.due() {
            Due::Steps(limit) => limit,
            Due::In(wait) => {
                match self.inbox.recv_timeout(wait) {
                    Ok(asked) => {
                        let command = self.heed(asked);
                        self.waiting.extend(command);
                    }
                    Err(_timeout_or_gone) => {}
                }
                return;
            }
        };
        let Some(run) = &mut self.run else { return };
        let before = run.experiment.step();
        let advance = run.advance(limit);
        let steps = run.experiment.step() - before;
        if let Some(pacer) = &mut self.pacer {
            pacer.done(steps);
        }
        let is_over = matches!(advance, Advance::Finished | Advance::Stopped);
        let is_there = match self.goal {
            Goal::Step(goal) => run.experiment.step() >= goal,
            Goal::Stand | Goal::End => false,
        };
        if is_over || (is_there && !run.experiment.is_evaluating()) {
            self.goal = Goal::Stand;
            self.post();
        } else if self.shared.mailbox.is_wanted() {
            self.post();
        }
    }

    /// How many steps may be done now. An evaluation belongs to the step before it and is not
    /// kept waiting.
    fn due(&mut self) -> Due {
        let Some(run) = &self.run else { return Due::Steps(0) };
        let experiment = &run.experiment;
        match (self.goal, &mut self.pacer) {
            (Goal::Step(goal), _) => Due::Steps(goal.saturating_sub(experiment.step())),
            (_, Some(pacer)) if !experiment.is_evaluating() => pacer.due(now()),
            _ => Due::Steps(UNBRAKED),
        }
    }

    /// Whether there is nothing to do: a run that stands still finishes its evaluation.
    fn is_standing(&self) -> bool {
        let is_settled = |run: &Run| !run.experiment.awaits_evaluation();
        self.run.as_ref().is_none_or(|run| self.goal == Goal::Stand && is_settled(run))
    }

    fn next_command(&mut self) -> Option<Command> {
        if self.waiting.is_empty() {
            self.receive();
        }
        self.waiting.pop_front()
    }

    /// Takes in what is waiting in the inbox.
    fn receive(&mut self) {
        while let Ok(asked) = self.inbox.try_recv() {
            let command = self.heed(asked);
            self.waiting.extend(command);
        }
    }

    /// Answers at once what has an answer; what has to be obeyed is left.
    fn heed(&self, asked: Asked) -> Option<Command> {
        match asked {
            Asked::Command(command) => Some(command),
            Asked::Checkpoint { folder, tell } => {
                if let Some(run) = &self.run {
                    // Who has asked may have waited for long enough.
                    let _ = tell.try_send(run.checkpoint(self.pace, Some(&folder)));
                }
                None
            }
        }
    }

    /// Begins a run of this scenario; where that fails, the run that is there goes on.
    fn begin(&mut self, scenario: Scenario, keeping: Keeping) {
        match self.prepare(scenario) {
            Ok(mut run) => {
                if let Some(before) = &self.run {
                    run.weights_asked = before.weights_asked;
                    run.question = before.question;
                    if keeping == Keeping::Settings {
                        run.keep_etas_of(before);
                    }
                }
                if keeping == Keeping::Nothing {
                    self.pace = run.scenario.training.pace;
                }
                if matches!(self.goal, Goal::Step(_)) {
                    self.goal = Goal::Stand;
                }
                self.run = Some(run);
                self.explained = None;
                self.restart_clocks();
            }
            Err(None) => {}
            Err(Some(reason)) if self.run.is_some() => self.notices.push(Notice::Refused(reason)),
            Err(Some(reason)) => self.failure = Some(reason),
        }
    }

    /// Loads the data, unless the run that is there has the same, and sets up the networks.
    /// `Err(None)` where another command has made that pointless.
    fn prepare(&mut self, scenario: Scenario) -> Result<Run, Option<String>> {
        let same = self.run.as_ref().filter(|run| run.has_data_of(&scenario));
        let data = if let Some(run) = same {
            Arc::clone(run.experiment.data())
        } else {
            let open = Arc::clone(&self.open);
            let loaded = load(&scenario, &*open, &mut |load| self.note_progress(&load));
            Arc::new(loaded.map_err(|e| (!e.is_called_off()).then(|| e.to_string()))?)
        };
        let experiment = Experiment::new(&scenario, data).map_err(|e| Some(e.to_string()))?;
        Ok(Run::new(scenario, experiment))
    }

    /// Tells how loading goes; breaks it off where it has become pointless.
    fn note_progress(&mut self, load: &Load) -> ControlFlow<()> {
        if self.shared.mailbox.is_wanted() {
            self.post_as(RunState::Loading(load.clone()));
        }
        if self.shared.asked.swap(false, Ordering::Acquire) {
            self.receive();
        }
        let find = Arc::clone(&self.find);
        let mut refusals = Vec::new();
        self.waiting.retain(|command| match command {
            Command::Open(name) => find(name).map_err(|reason| refusals.push(reason)).is_ok(),
            _ => true,
        });
        if !refusals.is_empty() {
            self.notices.extend(refusals.into_iter().map(Notice::Refused));
            self.post_as(RunState::Loading(load.clone()));
        }
        let is_pointless = self.shared.gone.load(Ordering::Relaxed)
            || self.waiting.iter().any(|command| matches!(command, Command::Open(_)));
        if is_pointless { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn restart_clocks(&mut self) {
        let now = now();
        let steps = self.run.as_ref().map_or(1, Run::steps_per_epoch);
        self.pacer = match self.pace {
            Pace::Epochs(epochs) => Some(Pacer::new(epochs * steps as f64, now)),
            Pace::Max => None,
        };
        self.rate = Rate::default();
    }

    fn state(&self) -> RunState {
        match &self.run {
            None => match &self.failure {
                Some(reason) => RunState::Failed(reason.clone()),
                None => RunState::Loading(Load::default()),
            },
            Some(_) if self.goal != Goal::Stand => RunState::Running,
            Some(run) if run.experiment.is_stopped() => RunState::Stopped,
            Some(run) if run.experiment.is_finished() => RunState::Finished,
            Some(_) => RunState::Paused,
        }
    }

    /// Has the run explained as it stands, if that was asked and has not been done. While it trains,
    /// the states between two answers are passed over.
    fn explain(&mut self, is_running: bool) {
        let Some(run) = &mut self.run else { return };
        let Some(question) = run.question else { return };
        let step = run.experiment.step();
        let is_done = self.explained.is_some() && run.is_lasting(&question);
        let was_running = self.explained.is_some_and(|(_, was_running)| was_running);
        let has_to_wait = is_running && was_running && !self.explainer.is_free();
        if is_done || has_to_wait || self.explained == Some((step, is_running)) {
            return;
        }
        self.explained = Some((step, is_running));
        let before = run.before.clone().filter(|before| before.step + 1 == step);
        let frames = run.frames();
        self.explainer.ask(Task { question, now: run.still(), before, frames, is_running });
    }

    fn post(&mut self) {
        self.post_as(self.state());
    }

    fn post_as(&mut self, state: RunState) {
        let notices = std::mem::take(&mut self.notices);
        let mut digest = match &mut self.run {
            Some(run) => run.digest(state, notices),
            None => Digest { state, notices, ..Digest::default() },
        };
        digest.pace = self.pace;
        if let (Some(run), RunState::Running) = (&self.run, &digest.state) {
            let examples = run.experiment.examples_dealt() as f64;
            digest.rate = self.rate.at(now(), examples);
        }
        self.explain(digest.state == RunState::Running);
        self.shared.mailbox.post(digest);
    }
}

/// What a new run takes over from the one before.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    /// Nothing: it is another scenario.
    Nothing,
    /// The learning rates and the pace: it is the same scenario from its start.
    Settings,
}
