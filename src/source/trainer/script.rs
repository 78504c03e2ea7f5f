//! Carries out a recorded session: trains to the step of each event, applies it, and goes on.
//!
//! Every end of a script lets the log go on live. `playing` holds what a person can do meanwhile.

use std::sync::Arc;
use std::time::Duration;

use crate::experiment::Advance;
use crate::scenario::{Scenario, ScenarioEdit};
use crate::source::loader::LoadTarget;
use crate::source::run::Run;
use crate::source::session_script::{ActiveScript, PlayedEvent};
use crate::source::throughput::now;
use crate::source::trainer::{CarryOver, RunGoal, Trainer, UNPACED_STEPS};
use crate::telemetry::{LogAction, Notice, RunIdentity, ScriptEnd, Setting, TimedEvent};

/// The shortest wait for the next step of a session that is played.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// The most courses that wait for the screen. A session may have any number of branches.
const MOST_COURSES: usize = 16;

impl Trainer {
    /// Returns whether a script has events left, and is not held.
    pub(super) fn has_script(&self) -> bool {
        self.script.as_ref().is_some_and(|script| script.is_under_way() && script.hold.is_none())
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
                return Some(self.tick(wait));
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
            return Some(self.tick((wait / left).max(LEAST_WAIT)));
        } else {
            self.carry_out_next();
        }
        None
    }

    /// Sends how far the playing has come, if the screen shows that otherwise. Returns how long to wait before the
    /// next time, at most this long.
    fn tick(&mut self, wait: Duration) -> Duration {
        let now = now();
        let Some(script) = &mut self.script else { return wait };
        let wait = wait.min(script.time_to_tick(now));
        if script.has_ticked(now) {
            self.post();
        }
        wait
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
            self.show_next();
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
                self.run = None;
                self.end_script(ScriptEnd::Void);
                self.post();
            }
            _ => self.refuse_script("its run cannot be loaded"),
        }
    }

    /// Carries out the next event, at whose step the run stands.
    fn carry_out_next(&mut self) {
        self.show_next();
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
            LogAction::WentTo(step) => self.travel(step),
            LogAction::Runs => script.is_running = true,
            LogAction::Pauses => (script.is_running, self.goal) = (false, RunGoal::Idle),
            LogAction::Paced(pace) => self.set_pace(pace),
            LogAction::Edited { key, value } => self.edit_recorded(&key, &value),
            LogAction::Began(_)
            | LogAction::Forked { .. }
            | LogAction::Reached
            | LogAction::WentLive(_)
            | LogAction::Ended => {}
        }
        self.note_played();
        self.post();
    }

    /// Makes a recorded change; returns whether the run takes it.
    fn change_recorded(&mut self, setting: Setting) -> bool {
        if self.run.as_ref().is_some_and(Run::stands_in_past) {
            self.leave_course();
        }
        let Some(run) = &mut self.run else { return false };
        self.explained = None;
        match run.set(setting) {
            Notice::Refused(reason) => {
                self.refuse_script(&reason);
                false
            }
            Notice::Set { step, setting, etas } => {
                self.notices.push(Notice::SetAgain { step, setting, etas });
                true
            }
            _ => true,
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
        let is_at_once = script.is_at_once();
        if let Some(run) = self.run.as_mut().filter(|_| is_at_once) {
            run.settle();
        }
        self.say_end_of_script();
        if is_at_once {
            self.end_script(ScriptEnd::Over);
        }
        self.pause();
    }

    /// Ends the script: what follows is new.
    pub(super) fn end_script(&mut self, end: ScriptEnd) {
        self.send_log();
        self.script = None;
        self.log.go_live(self.run.as_ref().map_or(0, |run| run.experiment.step()), end);
    }

    /// Ends the script because the run does not follow it, or because there is no run.
    fn refuse_script(&mut self, reason: &str) {
        if self.script.is_none() {
            return;
        }
        if self.run.is_some() {
            let words = format!("the recording cannot go on here: {reason}");
            self.notices.push(Notice::Refused(words));
            self.end_script(ScriptEnd::BrokenOff);
            self.pause();
        } else {
            self.end_script(ScriptEnd::Void);
        }
        self.post();
    }
}
