//! Carries out a recorded session: trains to the step of each event, applies it, and goes on.
//!
//! A command that changes the run ends this, and the run goes on from where it stands.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::experiment::Advance;
use crate::scenario::{Scenario, ScenarioEdit};
use crate::source::loader::LoadTarget;
use crate::source::run::Run;
use crate::source::session_script::{ActiveScript, PlayedEvent, ScriptTiming};
use crate::source::throughput::now;
use crate::source::trainer::{CarryOver, RunGoal, Trainer, UNPACED_STEPS};
use crate::telemetry::{Command, LogAction, Notice, RunIdentity, Setting, TimeTarget, TimedEvent};

/// The shortest wait for the next step of a session that is played.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// The most courses that wait for the screen. A session may have any number of branches.
const MOST_COURSES: usize = 16;

impl Trainer {
    /// Returns whether a script has events left.
    pub(super) fn has_script(&self) -> bool {
        self.script.as_ref().is_some_and(|script| !script.events.is_empty())
    }

    /// Does the next thing that the script says, or returns how long to wait before it.
    pub(super) fn follow_script(&mut self) -> Option<Duration> {
        if self.shared.mailbox.courses() >= MOST_COURSES {
            return Some(LEAST_WAIT);
        }
        let script = self.script.as_ref()?;
        let next = script.events.front()?;
        if let LogAction::Began(identity) = &next.event.action {
            let (identity, wait) = (Arc::clone(identity), script.wait(next.at, now()));
            if let Some(wait) = wait.filter(|_| !script.is_loading) {
                return Some(wait);
            }
            self.begin_recorded(&identity);
            return None;
        }
        let here = self.run.as_ref()?.experiment.step();
        let step = next.event.step;
        let wait = script.wait(next.at, now());
        let due = if wait.is_some() { script.step_between(step, next.at, now()) } else { step };
        if here > step {
            self.refuse_script(&format!("it is at step {step} where the run is at step {here}"));
        } else if here < due {
            self.train_recorded(due - here, step);
        } else if wait.is_some() && self.evaluates() {
            // Readings appear while time passes, as they did.
        } else if let Some(wait) = wait {
            let left = u32::try_from((step - here).max(1)).unwrap_or(u32::MAX);
            return Some((wait / left).max(LEAST_WAIT));
        } else {
            self.carry_out_next();
        }
        None
    }

    /// Continues the evaluation that is due; returns whether there is one.
    fn evaluates(&mut self) -> bool {
        let Some(run) = self.run.as_mut().filter(|run| run.experiment.awaits_evaluation()) else {
            return false;
        };
        let is_done = run.complete_evaluation() == Advance::Evaluated;
        if is_done || self.shared.mailbox.is_requested() {
            self.post();
        }
        true
    }

    /// Takes up to so many steps towards the step of the next event.
    fn train_recorded(&mut self, steps: u64, next: u64) {
        let is_at_once = self.script.as_ref().is_some_and(ActiveScript::is_at_once);
        self.goal = if is_at_once { RunGoal::Step(next) } else { RunGoal::End };
        self.advance(steps.min(UNPACED_STEPS));
        let here = self.run.as_ref().map_or(0, |run| run.experiment.step());
        if self.goal == RunGoal::Idle && here < next {
            self.refuse_script(&format!("it goes on to step {next}, but the run ends at {here}"));
        }
    }

    /// Begins the run of the next event: starts to load it, or goes on once it is loaded.
    fn begin_recorded(&mut self, identity: &RunIdentity) {
        let Some(script) = &mut self.script else { return };
        if !script.is_loading {
            script.is_loading = true;
            script.is_running = false;
            match Scenario::read(&identity.scenario, &identity.name, &[]) {
                Ok(scenario) => {
                    let scenario = Box::new(scenario);
                    let target = match &identity.models {
                        Some(path) => LoadTarget::Models(scenario, path.clone()),
                        None => LoadTarget::Scenario(scenario, None),
                    };
                    self.load(target, CarryOver::Nothing);
                }
                Err(refusal) => self.refuse_script(&refusal.to_string()),
            }
            return;
        }
        script.is_loading = false;
        match &self.run {
            Some(run) if run.number == self.started && run.checksum == identity.checksum => {
                self.goal = RunGoal::Idle;
                self.note_played();
            }
            Some(run) if run.number == self.started => {
                let what = run.scenario.data.path().or(identity.models.as_deref());
                let what = what.unwrap_or("of the run").to_owned();
                self.failure = Some(format!(
                    "the numbers in {what} are not those of the recording, so that it cannot be repeated"
                ));
                (self.run, self.script) = (None, None);
                self.post();
            }
            _ => self.refuse_script("its run cannot be loaded"),
        }
    }

    /// Carries out the next event, at whose step the run stands.
    fn carry_out_next(&mut self) {
        let next = self.script.as_ref().and_then(|script| script.events.front());
        let Some(TimedEvent { event, .. }) = next.cloned() else { return };
        let (Some(script), Some(run)) = (&mut self.script, &mut self.run) else { return };
        match event.action {
            LogAction::Changed(branch, setting) => {
                let is_there = self.change_recorded(setting);
                let open = self.run.as_ref().map(|run| run.timeline.branch());
                if is_there && open != Some(branch) {
                    self.refuse_script("its branches are others than those of the run");
                }
            }
            LogAction::Switched(id) => self.switch_branch(id),
            LogAction::Dropped(id) => {
                run.drop_branch(id);
            }
            LogAction::WentTo(step) => self.go_to(TimeTarget::Step(step)),
            LogAction::Runs => script.is_running = true,
            LogAction::Pauses => (script.is_running, self.goal) = (false, RunGoal::Idle),
            LogAction::Paced(pace) => self.set_pace(pace),
            LogAction::Edited { key, value } => self.edit_recorded(&key, &value),
            LogAction::Began(_)
            | LogAction::Forked { .. }
            | LogAction::Reached
            | LogAction::WentLive
            | LogAction::Ended => {}
        }
        self.note_played();
        self.post();
    }

    /// Makes a recorded change; returns whether the run takes it.
    fn change_recorded(&mut self, setting: Setting) -> bool {
        if self.run.as_ref().is_some_and(Run::is_past) {
            self.leave_course();
        }
        let Some(run) = &mut self.run else { return false };
        self.explained = None;
        match run.set(setting) {
            Notice::Refused(reason) => {
                self.refuse_script(&reason);
                false
            }
            notice => {
                self.notices.push(notice);
                true
            }
        }
    }

    /// Edits the scenario. What the edit changes in the run is an event of its own.
    fn edit_recorded(&mut self, key: &str, value: &str) {
        let Some(run) = &mut self.run else { return };
        match run.scenario.edit(key, value) {
            Ok((ScenarioEdit::Restart { .. } | ScenarioEdit::Nothing, _)) => {}
            Ok((ScenarioEdit::Label, scenario)) => run.relabel(scenario),
            Ok((_, scenario)) => run.scenario = scenario,
            Err(refusal) => {
                self.refuse_script(&refusal.to_string());
                return;
            }
        }
        run.note(LogAction::Edited { key: key.to_owned(), value: value.to_owned() });
    }

    /// Notes that the next event has been carried out; ends the script if it was the last one.
    fn note_played(&mut self) {
        let here = self.run.as_ref().map_or(0, |run| run.experiment.step());
        let Some(script) = &mut self.script else { return };
        let Some(event) = script.events.pop_front() else { return };
        let played = script.due_at(event.at).unwrap_or_else(now);
        script.last = Some(PlayedEvent { at: event.at, step: here, played });
        if !script.events.is_empty() {
            return;
        }
        script.is_running = false;
        if script.is_at_once() {
            if let Some(run) = &mut self.run {
                run.settle();
            }
            self.end_script();
        }
        self.pause();
    }

    /// Ends the script: what follows is new.
    fn end_script(&mut self) {
        self.send_log();
        self.script = None;
        self.log.go_live(self.run.as_ref().map_or(0, |run| run.experiment.step()));
    }

    /// Ends the script because the run does not follow it.
    fn refuse_script(&mut self, reason: &str) {
        if self.script.is_some() && self.run.is_some() {
            let words = format!("the recording cannot go on here: {reason}");
            self.notices.push(Notice::Refused(words));
            self.end_script();
            self.pause();
            self.post();
        }
        self.script = None;
    }

    /// Ends the script if this command changes the run.
    pub(super) fn leave_script_for(&mut self, command: &Command) {
        let is_watching = matches!(command, Command::ShowWeights(_) | Command::Explain(_));
        if is_watching || self.script.is_none() {
            return;
        }
        let is_training = self.goal != RunGoal::Idle
            && (*command == Command::Toggle
                || self.script.as_ref().is_some_and(|script| script.is_running));
        self.end_script();
        self.goal = if is_training { RunGoal::End } else { RunGoal::Idle };
        self.restart_clocks();
    }
}

impl ActiveScript {
    /// Returns when something at this time of the session is due; `None` before the first event, and if nothing
    /// is waited for.
    fn due_at(&self, at: f64) -> Option<Instant> {
        let (ScriptTiming::AsRecorded { speed }, Some(last)) = (self.timing, &self.last) else {
            return None;
        };
        let wait = Duration::try_from_secs_f64((at - last.at) / speed).unwrap_or_default();
        last.played.checked_add(wait)
    }

    /// Returns how long to wait for something at this time of the session.
    fn wait(&self, at: f64, now: Instant) -> Option<Duration> {
        let wait = self.due_at(at)?.saturating_duration_since(now);
        Some(wait).filter(|wait| !wait.is_zero())
    }

    /// Returns the step at which the session stood now, on the way to the event at this step and time.
    fn step_between(&self, step: u64, at: f64, now: Instant) -> u64 {
        let (Some(last), Some(due)) = (&self.last, self.due_at(at)) else { return step };
        let whole = due.saturating_duration_since(last.played).as_secs_f64();
        let gone = now.saturating_duration_since(last.played).as_secs_f64();
        let share = if whole > 0.0 { (gone / whole).min(1.0) } else { 1.0 };
        last.step + (step.saturating_sub(last.step) as f64 * share) as u64
    }
}
