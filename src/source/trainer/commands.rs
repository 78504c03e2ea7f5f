//! Handles the commands.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::scenario::ScenarioEdit;
use crate::source::loader::LoadTarget;
use crate::source::run::Run;
use crate::source::run_until::UntilRequest;
use crate::source::trainer::{CarryOver, RunGoal, Trainer};
use crate::telemetry::{
    BranchId, Command, EtaMode, LogAction, Notice, Pace, Setting, TimeTarget, Until,
};

impl Trainer {
    pub(super) fn handle(&mut self, command: Command) {
        match command {
            Command::Open(name) => self.load(LoadTarget::Named(name), CarryOver::Nothing),
            Command::Pace(pace) => self.set_pace(pace),
            _ => {
                if self.run.is_none() {
                    self.notices.push(Notice::Refused("no scenario is open: o opens one".into()));
                } else {
                    self.handle_in_run(command);
                }
            }
        }
    }

    /// Handles the commands that need a run.
    fn handle_in_run(&mut self, command: Command) {
        let Some(run) = &mut self.run else { return };
        match command {
            Command::Toggle if self.goal == RunGoal::Idle => self.run_for(RunFor::ToTheEnd),
            // A condition stays: running on goes on towards it.
            Command::Toggle => self.goal = RunGoal::Idle,
            Command::Step => self.run_for(RunFor::OneStep),
            Command::Epoch => self.run_for(RunFor::OneEpoch),
            Command::Until(text) => self.run_until(&text),
            Command::Set(setting) => self.set([setting]),
            Command::SetKey { key, value } => self.set_key(&key, &value),
            Command::Reset => {
                let target =
                    LoadTarget::Scenario(Box::new(run.scenario.clone()), run.start.clone());
                self.load(target, CarryOver::Settings);
            }
            Command::NewSeed => {
                let scenario = Box::new(run.scenario.clone().with_next_seed());
                let target = LoadTarget::Scenario(scenario, run.start.clone());
                self.load(target, CarryOver::Settings);
            }
            Command::StartAt { weights, bias } => match run.scenario.starting_at(&weights, bias) {
                Ok(scenario) => {
                    let is_paused = self.goal == RunGoal::Idle
                        && !run.experiment.is_finished()
                        && !run.experiment.is_stopped();
                    let keeping =
                        if is_paused { CarryOver::Settings } else { CarryOver::SettingsAndRun };
                    self.load(LoadTarget::Scenario(Box::new(scenario), None), keeping);
                }
                Err(refusal) => self.notices.push(Notice::Refused(refusal.to_string())),
            },
            Command::Load(path) => {
                let what = format!("starts from {path}");
                let target = LoadTarget::Models(Box::new(run.scenario.clone()), path);
                self.load(target, CarryOver::Settings);
                self.explain_restart(what);
            }
            Command::ShowWeights(request) => run.weights_request = request,
            Command::Explain(question) => {
                run.question = question;
                self.explained = None;
                if run.question.is_none() {
                    self.explainer.forget();
                }
            }
            Command::GoTo(target) => self.go_to(target),
            Command::TrainTo(target) => self.train_to(target),
            Command::SwitchBranch(id) => self.switch_branch(id),
            Command::DropBranch(id) => {
                if !run.drop_branch(id) {
                    self.notices.push(Notice::Refused("this branch is not there any more".into()));
                }
            }
            Command::Open(_) | Command::Pace(_) | Command::TakeOver => {}
        }
    }

    /// Pauses, and goes to a step that the open branch has reached, as a person asks for.
    pub(super) fn go_to(&mut self, target: TimeTarget) {
        let Some(run) = &self.run else { return };
        if let Some(reason) = run.refusal_of(target) {
            self.notices.push(Notice::Refused(reason));
            return;
        }
        let mut step = run.step_from(run.experiment.step(), target);
        // A key is held down, or the pointer has moved on along the bar of time: only the last place is gone to.
        while let Some(Command::GoTo(next)) = self.queued.front() {
            step = run.step_from(step, *next);
            self.queued.pop_front();
        }
        self.travel(step);
    }

    /// Pauses, and goes to a step that the open branch has reached.
    pub(super) fn travel(&mut self, step: u64) {
        let Some(run) = &mut self.run else { return };
        let shared = Arc::clone(&self.shared);
        run.go_to(step, &|| shared.gone.load(Ordering::Relaxed));
        run.renew_until();
        self.pause();
    }

    /// Trains to a step that the run has not reached, without a speed limit.
    fn train_to(&mut self, target: TimeTarget) {
        let Some(run) = &self.run else { return };
        let (step, epochs) =
            (run.step_named(run.experiment.step(), target), run.experiment.epochs());
        let end = run.clock().end_of_epoch(epochs);
        if step > end {
            let found = format!("step {step} is after the end of the run");
            let expected = format!("step {end} or epoch {epochs} would do, or more epochs");
            self.notices.push(Notice::Refused(format!("{found}; {expected}")));
        } else if step > run.experiment.step() {
            self.goal = RunGoal::Step(step);
            self.restart_clocks();
        }
    }

    /// Pauses, and opens another branch.
    pub(super) fn switch_branch(&mut self, id: BranchId) {
        self.leave_course();
        let Some(run) = &mut self.run else { return };
        let shared = Arc::clone(&self.shared);
        if run.switch_branch(id, &|| shared.gone.load(Ordering::Relaxed)) {
            self.notices.extend(run.give_up_until().as_ref().map(given_up));
        } else {
            self.notices.push(Notice::Refused("this branch is not there any more".into()));
        }
        self.pause();
    }

    pub(super) fn pause(&mut self) {
        self.goal = RunGoal::Idle;
        self.explained = None;
        self.restart_clocks();
    }

    /// Trains until a typed condition is met, in place of one that is open. If it is met already, the run pauses.
    fn run_until(&mut self, text: &str) {
        let Some(run) = &mut self.run else { return };
        run.settle();
        match run.watch_for(text) {
            Err(reason) => self.notices.push(Notice::Refused(format!("until: {reason}"))),
            Ok(UntilRequest::IsMet(until, met)) => {
                run.give_up_until();
                self.notices.push(Notice::IsMet(until, met));
                self.pause();
            }
            Ok(UntilRequest::Open(watch)) => {
                let given_up = run.give_up_until().filter(|open| open != watch.until());
                let words =
                    given_up.map(|open| format!(":until {open} is given up for {}", watch.until()));
                self.notices.extend(words.map(Notice::Fact));
                self.run_for(RunFor::ToTheEnd);
                if let (Some(run), RunGoal::End) = (&mut self.run, self.goal) {
                    run.begin_until(watch);
                }
            }
        }
    }

    /// Sets the goal of the run. A finished run is extended by the scenario's number of epochs.
    fn run_for(&mut self, drive: RunFor) {
        let Some(run) = &mut self.run else { return };
        run.forget_past_until();
        let experiment = &mut run.experiment;
        if experiment.is_stopped() {
            let reason = "every arm has diverged: r goes back to the start".into();
            self.notices.push(Notice::Refused(reason));
            return;
        }
        if experiment.is_finished() {
            let epochs = experiment.epochs().saturating_add(run.scenario.training.epochs);
            // Its notice would say no more than the header does.
            run.set(Setting::Epochs(epochs));
        }
        let experiment = &run.experiment;
        let towards = match self.goal {
            RunGoal::Step(goal) => goal,
            _ => experiment.step(),
        };
        if drive == RunFor::OneStep && run.question.is_some() {
            run.before = Some(Arc::new(run.snapshot()));
        }
        let clock = run.clock();
        self.goal = match drive {
            RunFor::ToTheEnd => RunGoal::End,
            RunFor::OneStep => RunGoal::Step(towards + 1),
            RunFor::OneEpoch => RunGoal::Step(clock.end_of_epoch(clock.epoch(towards) + 1)),
        };
        self.restart_clocks();
    }

    fn set_key(&mut self, key: &str, value: &str) {
        let Some(run) = &mut self.run else { return };
        let (change, scenario) = match run.scenario.edit(key, value) {
            Ok(altered) => altered,
            Err(refusal) => {
                self.notices.push(Notice::Refused(refusal.to_string()));
                return;
            }
        };
        match change {
            ScenarioEdit::Nothing => {
                self.notices.push(Notice::Remark(format!("{key} is {value} already")));
            }
            ScenarioEdit::Restart { what } => {
                // A start that is set replaces that of a model.
                let has_other_start = run
                    .scenario
                    .arms
                    .iter()
                    .zip(&scenario.arms)
                    .any(|(was, is)| was.start != is.start);
                let start = run.start.clone().filter(|_| !has_other_start);
                let target = LoadTarget::Scenario(Box::new(scenario), start);
                self.load(target, CarryOver::Settings);
                self.explain_restart(what);
            }
            ScenarioEdit::Label => {
                run.relabel(scenario);
                run.note(LogAction::Edited { key: key.to_owned(), value: value.to_owned() });
                self.notices.push(Notice::Remark(format!("{key} changed")));
            }
            lasting => {
                run.scenario = scenario;
                run.note(LogAction::Edited { key: key.to_owned(), value: value.to_owned() });
                self.change(lasting);
            }
        }
    }

    /// Names the reason of the restart that has just begun to load.
    fn explain_restart(&mut self, what: String) {
        if let Some(pending) = self.loads.last_mut() {
            pending.changed = Some(what);
        }
    }

    /// Applies a change that does not require a restart.
    fn change(&mut self, change: ScenarioEdit) {
        match change {
            ScenarioEdit::Eta { arm, eta } => self.set([Setting::Eta { arm, eta }]),
            ScenarioEdit::Etas(etas) => {
                // Each arm is given an η of its own, so the arms are no longer linked.
                self.set([Setting::EtaMode { mode: EtaMode::Own, arm: 0 }]);
                self.set(etas.into_iter().map(|(arm, eta)| Setting::Eta { arm, eta }));
            }
            ScenarioEdit::Weight { arm, at, value } => {
                self.set([Setting::Weight { arm, at, value }]);
            }
            ScenarioEdit::Pace(pace) => self.set_pace(pace),
            ScenarioEdit::Epochs(epochs) => self.set([Setting::Epochs(epochs)]),
            ScenarioEdit::Evaluate(epochs) => self.set([Setting::Evaluate(epochs)]),
            ScenarioEdit::Nothing | ScenarioEdit::Label | ScenarioEdit::Restart { .. } => {}
        }
    }

    fn set(&mut self, settings: impl IntoIterator<Item = Setting>) {
        if self.run.as_ref().is_some_and(Run::stands_in_past) {
            self.leave_course();
        }
        let Some(run) = &mut self.run else { return };
        run.forget_past_until();
        self.notices.extend(settings.into_iter().map(|setting| run.set(setting)));
        self.explained = None;
    }

    /// Sends all that is known of the open course before another one is opened, so that no reading of one is taken
    /// for one of the other.
    pub(super) fn leave_course(&mut self) {
        if let Some(run) = &mut self.run {
            run.settle();
        }
        self.post();
    }

    pub(super) fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        self.restart_clocks();
    }
}

/// Returns the notice on a condition that is given up.
fn given_up(until: &Until) -> Notice {
    Notice::Fact(format!(":until {until} is given up"))
}

/// The distance that a run should train.
#[derive(Clone, Copy, PartialEq)]
enum RunFor {
    ToTheEnd,
    OneStep,
    OneEpoch,
}
