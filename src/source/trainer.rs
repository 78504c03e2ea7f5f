//! The training thread: its state, the loading of runs and the events that it sends.

mod advance;
mod commands;
mod inbox;
mod main_loop;
mod playing;
mod script;

use std::collections::VecDeque;
use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use crate::source::explainer::{ExplainTask, Explainer};
use crate::source::live_shared::LiveShared;
use crate::source::loader::{LoadTarget, Loader};
use crate::source::log_sender::LogSender;
use crate::source::pacer::{Due, Pacer};
use crate::source::run::Run;
use crate::source::run_setup::RunRecording;
use crate::source::session_script::ActiveScript;
use crate::source::throughput::{Throughput, now};
use crate::source::trainer_message::{CheckpointRequest, LoadFailure, TrainerMessage};
use crate::telemetry::{Command, Event, LoadProgress, Notice, Pace, RunState, RunStatus};

/// The most steps between two checks of the inbox and the mailbox without a speed limit.
const UNPACED_STEPS: u64 = 1 << 14;

/// The current goal of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RunGoal {
    /// No goal: the run is idle.
    Idle,
    /// The end of the run, at its pace.
    End,
    /// This step, without a speed limit.
    Step(u64),
}

/// The state of the training thread.
pub(super) struct Trainer {
    shared: Arc<LiveShared>,
    explainer: Arc<Explainer>,
    inbox: Receiver<TrainerMessage>,
    /// Requests for a checkpoint that wait for the first run.
    requests: Vec<CheckpointRequest>,
    /// Commands that have been received but not handled.
    queued: VecDeque<Command>,
    loader: Loader,
    /// The loads under way, the latest last. The run does not train meanwhile.
    loads: Vec<PendingLoad>,
    /// The number of loads started.
    started: u64,
    /// The current run; `None` until one has been loaded.
    run: Option<Run>,
    /// The reason why there is no run, if known.
    failure: Option<String>,
    goal: RunGoal,
    pace: Pace,
    pacer: Option<Pacer>,
    notices: Vec<Notice>,
    rate: Throughput,
    /// The step of the last snapshot given to the explainer, and whether the run was training.
    explained: Option<(u64, bool)>,
    log: LogSender,
    /// The recorded session that is being carried out again, if there is one.
    script: Option<ActiveScript>,
}

impl Trainer {
    pub(super) fn new(
        shared: Arc<LiveShared>,
        explainer: Arc<Explainer>,
        inbox: Receiver<TrainerMessage>,
        (loader, recording): (Loader, RunRecording),
    ) -> Self {
        Self {
            shared,
            explainer,
            inbox,
            requests: Vec::new(),
            queued: VecDeque::new(),
            loader,
            loads: Vec::new(),
            started: 0,
            run: None,
            failure: None,
            goal: RunGoal::Idle,
            pace: Pace::Max,
            pacer: None,
            notices: Vec::new(),
            rate: Throughput::default(),
            explained: None,
            log: LogSender::new(&recording),
            script: recording.script.map(ActiveScript::new),
        }
    }

    /// Returns how many steps may be taken now. An evaluation belongs to the step before it, so the pace
    /// does not delay it.
    fn due(&mut self) -> Due {
        let Some(run) = &self.run else { return Due::Steps(0) };
        let experiment = &run.experiment;
        match (self.goal, &mut self.pacer) {
            (RunGoal::Step(goal), _) => Due::Steps(goal.saturating_sub(experiment.step())),
            (_, Some(pacer)) if !experiment.is_evaluating() => pacer.due(now()),
            _ => Due::Steps(UNPACED_STEPS),
        }
    }

    /// Returns whether nothing is left to do. An idle run still finishes its evaluation.
    fn is_idle(&self) -> bool {
        let is_settled = |run: &Run| !run.experiment.awaits_evaluation();
        self.run.as_ref().is_none_or(|run| self.goal == RunGoal::Idle && is_settled(run))
    }

    /// Starts to load a run. The current run stays if the load fails.
    fn load(&mut self, target: LoadTarget, keeping: CarryOver) {
        let known = match &target {
            LoadTarget::Named(name) => LoadProgress { what: name.clone(), fraction: 0.0 },
            LoadTarget::Scenario(..) | LoadTarget::Models(..) => LoadProgress::default(),
        };
        let at_hand = self.run.as_ref().map(|run| run.experiment.loaded_data());
        self.started += 1;
        match self.loader.start(self.started, target, at_hand) {
            Ok(is_cancelled) => self.loads.push(PendingLoad {
                number: self.started,
                is_cancelled,
                keeping,
                changed: None,
                known,
                shown: None,
            }),
            Err(error) => self.refuse_load(format!("cannot start a thread to load it: {error}")),
        }
    }

    /// Records the progress of a load. Its scenario has been found, so earlier loads are cancelled.
    fn record_progress(&mut self, number: u64, load: LoadProgress) {
        let Some(at) = self.loads.iter().position(|pending| pending.number == number) else {
            return;
        };
        self.loads.drain(..at).for_each(PendingLoad::cancel);
        let pending = &mut self.loads[0];
        pending.known = load.clone();
        if pending.shown.is_some() || load.fraction > 0.0 {
            pending.shown = Some(load);
            self.post();
        }
    }

    /// Adopts a loaded run, or reports why the load failed.
    fn finish_load(&mut self, number: u64, result: Result<Box<Run>, LoadFailure>) {
        let Some(at) = self.loads.iter().position(|pending| pending.number == number) else {
            return;
        };
        match result {
            Ok(mut run) => {
                let (keeping, changed) = (self.loads[at].keeping, self.loads[at].changed.take());
                self.loads.drain(..=at).for_each(PendingLoad::cancel);
                let changed = changed.map(|what| self.restart_remark(&what));
                let words: Vec<String> =
                    changed.into_iter().chain(take(&mut run.remarks)).collect();
                let open = self.run.as_mut().and_then(Run::give_up_until);
                let given_up = open.map(|until| format!(":until {until} is given up"));
                self.notices.extend(if words.is_empty() {
                    given_up.map(Notice::Fact)
                } else {
                    let words: Vec<String> = words.into_iter().chain(given_up).collect();
                    Some(Notice::Remark(words.join("; ")))
                });
                self.begin(*run, keeping);
            }
            Err(reason) => {
                self.loads.remove(at);
                if let LoadFailure::Failed(reason) = reason {
                    self.refuse_load(reason);
                }
            }
        }
        self.post();
    }

    /// Returns the remark on a restart because of a changed key.
    fn restart_remark(&self, what: &str) -> String {
        match &self.run {
            Some(run) if run.experiment.step() > 0 => {
                format!("{what}, from the start (was at epoch {})", run.experiment.epoch())
            }
            _ => format!("{what}, from the start"),
        }
    }

    /// Reports why a run could not be loaded; the current run continues.
    fn refuse_load(&mut self, reason: String) {
        if self.run.is_some() || !self.loads.is_empty() {
            self.notices.push(Notice::Refused(reason));
        } else {
            self.failure = Some(reason);
        }
    }

    /// Makes a loaded run the current one.
    fn begin(&mut self, mut run: Run, keeping: CarryOver) {
        self.send_log();
        self.log.begin(&mut run);
        if let Some(before) = &self.run {
            run.weights_request = before.weights_request;
            run.question.clone_from(&before.question);
            run.is_recorded = before.is_recorded;
            if keeping != CarryOver::Nothing {
                run.keep_rates_of(before);
                run.keep_examples_of(before);
            }
        }
        if keeping == CarryOver::Nothing {
            run.is_recorded = self.script.is_some();
            self.pace = run.scenario.training.pace;
        }
        if keeping == CarryOver::SettingsAndRun {
            self.goal = RunGoal::End;
        } else if matches!(self.goal, RunGoal::Step(_)) {
            self.goal = RunGoal::Idle;
        }
        self.run = Some(run);
        self.explained = None;
        self.restart_clocks();
    }

    fn restart_clocks(&mut self) {
        let now = now();
        let in_epoch = |run: &Run| run.clock().steps_per_epoch(run.experiment.step());
        let steps = self.run.as_ref().map_or(1, in_epoch);
        self.pacer = match self.pace {
            Pace::Epochs(epochs) => Some(Pacer::new(epochs * steps as f64, now)),
            Pace::Max => None,
        };
        self.rate = Throughput::default();
    }

    fn state(&self) -> RunState {
        if let Some(load) = self.loads.iter().rev().find_map(|pending| pending.shown.clone()) {
            return RunState::Loading(load);
        }
        match &self.run {
            None => match &self.failure {
                Some(reason) if self.loads.is_empty() => RunState::Failed(reason.clone()),
                _ => RunState::Loading(LoadProgress::default()),
            },
            Some(_) if self.goal != RunGoal::Idle => RunState::Running,
            Some(run) if run.experiment.is_stopped() => RunState::Stopped,
            Some(run) if run.experiment.is_finished() => RunState::Finished,
            Some(_) => RunState::Paused,
        }
    }

    /// Submits the current question about the current state, unless that has been done. While the run
    /// trains, states are skipped until the explainer is idle.
    fn explain(&mut self, is_running: bool) {
        let Some(run) = &mut self.run else { return };
        let Some(question) = run.question.clone() else { return };
        let step = run.experiment.step();
        let is_done = self.explained.is_some() && run.is_lasting(&question);
        let was_running = self.explained.is_some_and(|(_, was_running)| was_running);
        let has_to_wait = is_running && was_running && !self.explainer.is_free();
        if is_done || has_to_wait || self.explained == Some((step, is_running)) {
            return;
        }
        let is_first = self.explained.is_none();
        self.explained = Some((step, is_running));
        let before = run.before.clone().filter(|before| before.step + 1 == step);
        let frames = run.frames();
        self.explainer.explain(ExplainTask {
            question,
            now: run.snapshot(),
            before,
            frames,
            is_running,
            is_first,
        });
    }

    /// Tells the log what has happened since the last call.
    fn send_log(&mut self) {
        let is_running = match &self.script {
            Some(script) => script.is_running,
            None => self.goal != RunGoal::Idle,
        };
        if let Some(run) = &mut self.run {
            self.log.send(run, is_running, self.pace);
        }
    }

    fn post(&mut self) {
        self.send_log();
        self.post_as(self.state());
    }

    fn post_as(&mut self, state: RunState) {
        let notices = take(&mut self.notices);
        let is_running = state == RunState::Running;
        let examples = |run: &Run| run.experiment.examples_drawn() as f64;
        let rate = self.run.as_ref().filter(|_| is_running).map(examples);
        let rate = rate.and_then(|examples| self.rate.at(now(), examples));
        let playing = self.script.as_ref().and_then(|script| script.playing(now()).map(Box::new));
        let status = RunStatus { state, pace: self.pace, rate, playing, ..RunStatus::default() };
        let events = if let Some(run) = &mut self.run {
            let mut events = run.events(status, notices);
            // Where the run stands comes last.
            let last = events.len().saturating_sub(1);
            events.splice(last..last, run.new_reproduction(self.pace).map(Event::Reproducible));
            events
        } else {
            let notices = notices.into_iter().map(Event::Noticed);
            notices.chain([Event::Stands(status)]).collect()
        };
        self.explain(is_running);
        self.shared.mailbox.post(events);
    }
}

/// The state that a new run inherits from the previous one.
#[derive(Clone, Copy, PartialEq)]
enum CarryOver {
    /// Nothing, because it is another scenario.
    Nothing,
    /// The learning rates and the pace, because it is the same scenario from its start.
    Settings,
    /// The learning rates and the pace, and the run trains at once.
    SettingsAndRun,
}

/// A run that is being loaded.
struct PendingLoad {
    number: u64,
    is_cancelled: Arc<AtomicBool>,
    keeping: CarryOver,
    /// A label of the changed key that requires the restart, if that is the reason.
    changed: Option<String>,
    /// The progress so far.
    known: LoadProgress,
    /// The progress as shown, once the load has taken long enough to be shown.
    shown: Option<LoadProgress>,
}

impl PendingLoad {
    fn cancel(self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }
}
