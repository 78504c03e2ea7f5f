//! What a person can do while a recorded session is carried out again: hold it, look at its past, and take over.
//!
//! Whatever else would change the run is refused, or waits until a session that is resumed is through.

use crate::source::session_script::ActiveScript;
use crate::source::throughput::now;
use crate::source::trainer::{RunGoal, Trainer};
use crate::telemetry::{
    Command, LogAction, LogEvent, Notice, PlayedAction, ScriptEnd, TimeTarget, TimedEvent,
};

/// The most seconds between the events that one press of a key makes.
const AT_ONCE: f64 = 0.02;

/// Returns whether a command only watches.
pub(super) fn is_watching(command: &Command) -> bool {
    matches!(command, Command::ShowWeights(_) | Command::Explain(_))
}

impl Trainer {
    /// Returns whether a session is being resumed, so that commands wait until the run stands where it ended.
    pub(super) fn is_resuming(&self) -> bool {
        self.script.as_ref().is_some_and(|script| script.is_at_once() && script.is_under_way())
    }

    /// Handles a command as a person's while a recording plays. Returns it if the run is to handle it.
    pub(super) fn handle_in_script(&mut self, command: Command) -> Option<Command> {
        if is_watching(&command) {
            return Some(command);
        }
        let is_playing = self.script.as_ref().is_some_and(ActiveScript::is_under_way);
        match command {
            Command::TakeOver if is_playing => self.take_over(),
            Command::TakeOver => {
                self.notices.push(Notice::Fact("the run is live already".into()));
            }
            _ if self.script.is_none() => return Some(command),
            _ if !is_playing => {
                self.end_script(ScriptEnd::Over);
                return Some(command);
            }
            Command::Toggle => self.toggle_hold(),
            Command::GoTo(TimeTarget::Newest) => self.go_on(),
            Command::GoTo(target) => self.look_at(target),
            _ => {
                let words = "a recording plays: T takes over and makes the run live";
                self.notices.push(Notice::Refused(words.into()));
            }
        }
        None
    }

    fn toggle_hold(&mut self) {
        if self.script.as_ref().is_some_and(|script| script.hold.is_some()) {
            self.go_on();
        } else {
            self.hold();
        }
    }

    fn hold(&mut self) {
        if let Some(script) = &mut self.script {
            script.hold_at(now());
            self.goal = RunGoal::Idle;
            self.restart_clocks();
        }
    }

    /// Goes on with the playing, from where it stood.
    fn go_on(&mut self) {
        let stood = self.script.as_mut().and_then(|script| script.go_on(now()));
        if let Some(step) = stood {
            self.travel(step);
        }
    }

    /// Holds the playing and shows another step of the open branch, as far as it has been played.
    fn look_at(&mut self, target: TimeTarget) {
        self.hold();
        let here = self.run.as_ref().map_or(0, |run| run.experiment.step());
        if let Some(hold) = self.script.as_mut().and_then(|script| script.hold.as_mut()) {
            hold.stood.get_or_insert(here);
        }
        self.go_to(target);
    }

    /// Makes the run live from the step that is shown.
    fn take_over(&mut self) {
        let Some(run) = &self.run else { return };
        let (unit, epoch) = (run.clock().unit(), run.experiment.epoch());
        let is_training =
            self.script.as_ref().is_some_and(|script| script.is_running && script.hold.is_none());
        self.end_script(ScriptEnd::Over);
        self.goal = if is_training { RunGoal::End } else { RunGoal::Idle };
        self.restart_clocks();
        let words = format!("live from {unit} {epoch}: the rest of the recording is left");
        self.notices.push(Notice::Fact(words));
    }

    /// Shows the next event, which is about to be carried out, if it is what a person did.
    pub(super) fn show_next(&mut self) {
        let (Some(script), Some(run)) = (&mut self.script, &self.run) else { return };
        let Some(TimedEvent { at, event: LogEvent { action, .. } }) = script.events.front() else {
            return;
        };
        let step = run.experiment.step();
        // An end of the run pauses it, and so does another key at the same time.
        let is_followed = script.last.as_ref().is_some_and(|last| at - last.at < AT_ONCE);
        let is_shown = match action {
            LogAction::Pauses => !is_followed && !run.experiment.is_finished(),
            LogAction::Forked { .. }
            | LogAction::Reached
            | LogAction::WentLive(_)
            | LogAction::Ended => false,
            _ => true,
        };
        if !is_shown || script.is_at_once() {
            return;
        }
        let pauses_at = script.events.get(1).and_then(|next| {
            let is_pause = next.event.action == LogAction::Pauses;
            is_pause.then_some(next.event.step)
        });
        let action = PlayedAction {
            action: action.clone(),
            name_before: run.scenario.name.clone(),
            step_before: step,
            pauses_at,
            etas_before: run.experiment.etas().to_vec(),
            pace_before: self.pace,
        };
        script.show(action, now());
    }

    /// Says where a resumed session stands, or that nothing is left of one that was played.
    pub(super) fn say_end_of_script(&mut self) {
        let (Some(script), Some(run)) = (&self.script, &self.run) else { return };
        let words = if script.is_at_once() {
            let (unit, epoch) = (run.clock().unit(), run.experiment.epoch());
            let ending = script.ending.iter().map(|ending| format!(", {ending}"));
            let ending: String = ending.collect();
            let next = if run.experiment.is_stopped() { "" } else { "; space goes on" };
            format!("resumed at {unit} {epoch}{ending}{next}")
        } else {
            "end of the recording: the run is live from here".to_owned()
        };
        self.notices.push(Notice::Fact(words));
    }
}
