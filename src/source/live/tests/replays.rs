//! What a person can do while a session is carried out again.

use super::recordings::{following, recorded_run, send, until_live};
use crate::source::ScriptTiming;
use crate::telemetry::{
    BranchId, Command, LogAction, LogEvent, Notice, RunState, ScriptEnd, Setting, TimeTarget,
    TimedEvent,
};

fn eta(eta: f64) -> Setting {
    Setting::Eta { arm: 0, eta }
}

/// Returns a session of `saturated`: η is set after so many steps, and after more steps it ends, long after that.
fn session(changed_at: u64, ends_at: u64) -> Vec<TimedEvent> {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    drop(run.checkpoint());
    let mut events = vec![log.events()[0].clone()];
    let timed = |at, step, action| TimedEvent { at, event: LogEvent { step, action } };
    events.extend([
        timed(0.0, 0, LogAction::Runs),
        timed(0.0, changed_at, LogAction::Pauses),
        timed(0.0, changed_at, LogAction::Changed(BranchId(0), eta(0.2))),
        timed(1e6, ends_at, LogAction::Ended),
    ]);
    events
}

#[test]
fn a_recording_is_held_and_its_past_is_looked_at_without_an_end_of_it() {
    let timing = ScriptTiming::AsRecorded { speed: 4.0 };
    let (mut run, log) = following("saturated", &[], (session(5, 9), timing));
    run.until("the change", |history, _| history.step == 5 && history.arms[0].eta == 0.2);
    assert!(!run.notices.iter().any(|notice| matches!(notice, Notice::Set { .. })));
    assert_eq!(run.history.marks.len(), 1, "the mark stays");
    let playing = run.history.playing.clone().expect("it plays");
    assert_eq!((playing.speed, playing.of, playing.is_held), (Some(4.0), 1e6, false));
    let last = playing.last.expect("the change is shown");
    assert_eq!((last.action, last.etas_before[0]), (session(5, 9)[3].event.action.clone(), 0.15));

    let is_at = |run: &mut super::LiveRun, step: u64, is_held: bool| {
        run.until(&format!("step {step}, {is_held}"), |history, _| {
            let playing = history.playing.as_ref();
            history.step == step && playing.is_some_and(|playing| playing.is_held == is_held)
        });
        assert_eq!(run.history.newest, 5);
    };
    for (command, step, is_held) in [
        (Command::Toggle, 5, true),
        (Command::Toggle, 5, false),
        (Command::GoTo(TimeTarget::BySteps(-1)), 4, true),
        (Command::GoTo(TimeTarget::Start), 0, true),
        (Command::Toggle, 5, false),
        (Command::GoTo(TimeTarget::Step(2)), 2, true),
        (Command::GoTo(TimeTarget::Newest), 5, false),
    ] {
        send(&run, command);
        is_at(&mut run, step, is_held);
    }
    let went_live = LogAction::WentLive(ScriptEnd::Over);
    assert!(!log.events().iter().any(|timed| timed.event.action == went_live));
}

#[test]
fn what_changes_the_run_is_refused_until_one_command_takes_over() {
    let timing = ScriptTiming::AsRecorded { speed: 1.0 };
    let (mut run, log) = following("saturated", &[], (session(37, 90), timing));
    run.until("the change", |history, _| history.step == 37 && history.arms[0].eta == 0.2);
    for command in [
        Command::Set(eta(0.5)),
        Command::Step,
        Command::Reset,
        Command::NewSeed,
        Command::Open("mild".into()),
        Command::Until("step=99".into()),
        Command::SetKey { key: "eta".into(), value: "1".into() },
        Command::SwitchBranch(BranchId(1)),
    ] {
        let what = format!("{command:?}");
        run.notices.clear();
        send(&run, command);
        run.until(&what, |_, notices| !notices.is_empty());
        let refusal = "a recording plays: T takes over and makes the run live";
        assert_eq!(run.notices[..], [Notice::Refused(refusal.into())], "{what}");
        assert_eq!((run.history.step, run.history.arms[0].eta), (37, 0.2), "{what}");
    }
    send(&run, Command::TakeOver);
    run.until("the live run", |history, _| history.playing.is_none());
    let words = "live from epoch 37: the rest of the recording is left";
    assert_eq!(run.notices.last(), Some(&Notice::Fact(words.into())));
    let went_live = LogAction::WentLive(ScriptEnd::Over);
    assert!(log.events().iter().any(|timed| timed.event.action == went_live));
    assert_eq!(run.history.state, RunState::Paused);
    send(&run, Command::Set(eta(0.5)));
    run.until("a change", |history, _| history.arms[0].eta == 0.5);
}

#[test]
fn what_is_typed_while_a_session_is_resumed_waits_until_all_of_it_is_there() {
    let mut events = session(200_000, 300_000);
    events[4].at = 1.0;
    let endless = [("training.epochs", "1000000000")];
    let LogAction::Began(identity) = &mut events[0].event.action else { panic!("{events:?}") };
    let scenario = &mut std::sync::Arc::make_mut(identity).scenario;
    *scenario = super::scenario("saturated", &endless).to_toml();
    let (mut run, log) = following("saturated", &endless, (events, ScriptTiming::AtOnce));
    // Before anything of it has been carried out.
    send(&run, Command::GoTo(TimeTarget::Step(7)));
    send(&run, Command::GoTo(TimeTarget::Newest));
    send(&run, Command::Epoch);
    until_live(&mut run, &log);
    run.until("the step after it", |history, _| history.step == 300_001);
    assert_eq!(run.history.arms[0].eta, 0.2);
    assert!(!run.notices.iter().any(|notice| matches!(notice, Notice::Set { .. })));
    let words = "resumed at epoch 300000, cut off 40 seconds ago; space goes on";
    assert!(run.notices.contains(&Notice::Fact(words.into())), "{:?}", run.notices);
}
