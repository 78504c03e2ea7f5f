//! The keys of a recording that plays, in the words in which the screen shows them.

use crate::app::App;
use crate::app::pending::{notch_above, notch_below};
use crate::canvas::number::{count, short};
use crate::telemetry::{EtaMode, LogAction, PlayedAction, Setting};
use crate::views::edited_example;

/// Returns the key or command that has just been played and what it did, if the screen is to show one.
pub(crate) fn played_key(app: &App) -> Option<String> {
    let history = &app.shared.history;
    let played = history.playing.as_ref()?.last.as_ref()?;
    let clock = history.clock();
    let at = |step: u64| format!("{} {}", clock.unit(), count(clock.epoch(step)));
    Some(match &played.action {
        LogAction::Began(identity) if identity.name == played.name_before => {
            "start anew".to_owned()
        }
        LogAction::Began(identity) => format!("o {}", identity.name),
        LogAction::Changed(_, setting) => changed_key(app, setting, played),
        LogAction::Switched(_) => "g another branch".to_owned(),
        LogAction::Dropped(_) => "g a branch dropped".to_owned(),
        LogAction::WentTo(0) => "home".to_owned(),
        LogAction::WentTo(step) if *step == history.newest => format!("end {}", at(*step)),
        LogAction::WentTo(step) => {
            let arrow = if *step < played.step_before { '←' } else { '→' };
            format!("{arrow} {}", at(*step))
        }
        LogAction::Runs => {
            let end = clock.end_of_epoch(clock.epoch(played.step_before) + 1);
            let key = match played.pauses_at {
                Some(step) if step == played.step_before + 1 => "s step",
                Some(step) if step == end => "S epoch",
                _ => "space run",
            };
            key.to_owned()
        }
        LogAction::Pauses => "space pause".to_owned(),
        LogAction::Paced(pace) => {
            let before = played.pace_before;
            let key = match *pace {
                pace if pace == before.faster() => ">",
                pace if pace == before.slower() => "<",
                _ => ":pace",
            };
            format!("{key} {pace}")
        }
        LogAction::Edited { key, value } => format!(":set {key}={value}"),
        LogAction::Forked { .. }
        | LogAction::Reached
        | LogAction::WentLive(_)
        | LogAction::Ended => return None,
    })
}

/// Returns the key that changed a setting, with what it changed.
fn changed_key(app: &App, setting: &Setting, played: &PlayedAction) -> String {
    let name = |arm: usize| app.shared.arm_name(arm).unwrap_or("an arm");
    match *setting {
        Setting::Eta { arm, eta } => {
            let before = played.etas_before.get(arm).copied().unwrap_or(f64::NAN);
            let key = match Some(eta) {
                eta if eta == notch_above(before) => "+",
                eta if eta == notch_below(before) => "-",
                _ => ":eta",
            };
            format!("{key} η of {} {}", name(arm), short(eta))
        }
        Setting::EtaMode { mode: EtaMode::Own, .. } => "c own η".to_owned(),
        Setting::EtaMode { mode: EtaMode::Equal, .. } => "c equal η".to_owned(),
        Setting::EtaMode { mode: EtaMode::Calibrated, .. } => "c calibrated η".to_owned(),
        Setting::Weight { arm, value, .. } => {
            format!("e a weight of {} {}", name(arm), short(value))
        }
        Setting::Epochs(epochs) => format!("{} epochs", count(epochs)),
        Setting::Evaluate(epochs) => format!(":set evaluate={epochs}"),
        Setting::Examples(edit) => edited_example(&app.shared, &edit),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::played_key;
    use crate::app::App;
    use crate::telemetry::{
        BranchId, Clock, EtaMode, Event, LogAction, Pace, PlayedAction, Playing, RunFacts,
        RunStatus, Setting,
    };

    /// Returns the key of an action at step 48 of a run that has come to step 90, with four steps an epoch.
    fn key(action: LogAction, pauses_at: Option<u64>) -> Option<String> {
        let mut app = App::default();
        let watched = vec!["quadratic".to_owned()];
        let facts = RunFacts { clock: Clock::constant(4), watched, ..RunFacts::default() };
        let last = PlayedAction {
            action,
            name_before: "xor".to_owned(),
            step_before: 48,
            pauses_at,
            etas_before: vec![0.16],
            pace_before: Pace::Epochs(20.0),
        };
        let playing = Playing { last: Some(last), ..Playing::default() };
        let status = RunStatus {
            step: 48,
            newest: 90,
            playing: Some(Box::new(playing)),
            ..RunStatus::default()
        };
        app.shared.history.apply(Event::Began(Arc::new(facts)));
        app.shared.history.apply(Event::Stands(status));
        played_key(&app)
    }

    #[test]
    fn each_action_is_shown_as_the_key_or_command_that_it_was() {
        let eta = |eta| LogAction::Changed(BranchId(0), Setting::Eta { arm: 0, eta });
        let mode = Setting::EtaMode { mode: EtaMode::Equal, arm: 0 };
        let (name, value) = ("title".to_owned(), "mine".to_owned());
        for (action, pauses_at, expected) in [
            (eta(0.2), None, "+ η of quadratic 0.2"),
            (eta(0.125), None, "- η of quadratic 0.125"),
            (eta(0.3), None, ":eta η of quadratic 0.3"),
            (LogAction::Changed(BranchId(0), mode), None, "c equal η"),
            (LogAction::WentTo(0), None, "home"),
            (LogAction::WentTo(44), None, "← epoch 11"),
            (LogAction::WentTo(52), None, "→ epoch 13"),
            (LogAction::WentTo(90), None, "end epoch 22"),
            (LogAction::Runs, None, "space run"),
            (LogAction::Runs, Some(49), "s step"),
            (LogAction::Runs, Some(52), "S epoch"),
            (LogAction::Runs, Some(60), "space run"),
            (LogAction::Pauses, None, "space pause"),
            (LogAction::Paced(Pace::Epochs(50.0)), None, "> 50 epochs/s"),
            (LogAction::Paced(Pace::Epochs(10.0)), None, "< 10 epochs/s"),
            (LogAction::Paced(Pace::Max), None, ":pace max pace"),
            (LogAction::Edited { key: name, value }, None, ":set title=mine"),
        ] {
            assert_eq!(key(action, pauses_at).as_deref(), Some(expected));
        }
        assert_eq!(key(LogAction::Reached, None), None);
        assert_eq!(played_key(&App::default()), None);
    }
}
