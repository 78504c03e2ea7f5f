//! Sessions that are recorded, and carried out again by another run.

use std::sync::{Arc, Mutex};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{LiveRun, PATIENCE, scenario, setup, weights};
use crate::scenario::{Session, session_of_log};
use crate::source::{RunRecording, RunSetup, ScriptTiming, SessionScript};
use crate::telemetry::{
    BranchId, Command, EtaMode, Event, History, LogAction, LogEvent, ModelState, Notice, Pace,
    RunLog, RunState, ScriptEnd, Setting, TimeMove, TimeTarget, TimedEvent,
};

/// Everything that a run has sent about itself.
#[derive(Default)]
pub(super) struct Recorded(Mutex<(Vec<LogEvent>, u64)>);

impl RunLog for Recorded {
    fn note(&self, event: LogEvent) {
        self.0.lock().unwrap().0.push(event);
    }

    fn reach(&self, step: u64) {
        self.0.lock().unwrap().1 = step;
    }
}

impl Recorded {
    /// Returns the events up to now, and the step that is reached, a tenth of a second apart.
    pub(super) fn events(&self) -> Vec<TimedEvent> {
        let (mut events, step) = self.0.lock().unwrap().clone();
        events.push(LogEvent { step, action: LogAction::Reached });
        let timed = |(number, event)| TimedEvent { at: f64::from(number) / 10.0, event };
        (0..).zip(events).map(timed).collect()
    }
}

pub(super) fn recorded_run(name: &str, overrides: &[(&str, &str)]) -> (LiveRun, Arc<Recorded>) {
    let log = Arc::new(Recorded::default());
    let theirs: Arc<dyn RunLog> = Arc::clone(&log) as Arc<dyn RunLog>;
    let recording = RunRecording { log: Some(theirs), ..RunRecording::default() };
    let begun = RunSetup { recording, ..setup(scenario(name, overrides), true) };
    (LiveRun::of(begun), log)
}

/// Starts a run that carries out a session of this scenario.
pub(super) fn following(
    name: &str,
    overrides: &[(&str, &str)],
    (events, timing): (Vec<TimedEvent>, ScriptTiming),
) -> (LiveRun, Arc<Recorded>) {
    let log = Arc::new(Recorded::default());
    let theirs: Arc<dyn RunLog> = Arc::clone(&log) as Arc<dyn RunLog>;
    let script = Some(SessionScript {
        events: events.into(),
        timing,
        ending: Some("cut off 40 seconds ago".to_owned()),
    });
    let recording = RunRecording { log: Some(theirs), script, folder: None };
    let begun = RunSetup { recording, ..setup(scenario(name, overrides), true) };
    (LiveRun::of(begun), log)
}

/// Returns the models without what depends on how far the evaluation of the last step has come.
fn trained(run: &mut LiveRun) -> Vec<ModelState> {
    let mut models = run.checkpoint().models;
    for training in models.iter_mut().filter_map(|model| model.training.as_mut()) {
        (training.is_evaluated, training.best) = (false, None);
    }
    models
}

/// Waits until the script of a run is over.
pub(super) fn until_live(run: &mut LiveRun, log: &Recorded) {
    let is_live = |event: &LogEvent| matches!(event.action, LogAction::WentLive(_));
    run.until("the end of the script", |_, _| log.0.lock().unwrap().0.iter().any(is_live));
}

pub(super) fn send(run: &LiveRun, command: Command) {
    assert!(run.source.send(command));
}

/// Does something that a person could do, and waits for it.
fn act(run: &mut LiveRun, rng: &mut ChaCha8Rng) {
    let arm = rng.random_range(0..2);
    match rng.random_range(0..9) {
        0..3 => {
            for _ in 0..rng.random_range(1..9) {
                let is_long = rng.random_bool(0.5);
                send(run, if is_long { Command::Epoch } else { Command::Step });
            }
        }
        3 => send(run, Command::Set(Setting::Eta { arm, eta: rng.random_range(0.01..0.9) })),
        4 => {
            let value = rng.random_range(-2.0..2.0);
            send(run, Command::Set(Setting::Weight { arm, at: (0, 0, 0), value }));
        }
        5 => {
            let mode = [EtaMode::Own, EtaMode::Equal, EtaMode::Calibrated][rng.random_range(0..3)];
            send(run, Command::Set(Setting::EtaMode { mode, arm }));
        }
        6 => send(run, Command::GoTo(TimeTarget::BySteps(rng.random_range(-30..9)))),
        7 => send(run, Command::SwitchBranch(BranchId(rng.random_range(0..3)))),
        _ => {
            let (key, value) =
                [("title", "another"), ("evaluate", "2"), ("pace", "900")][rng.random_range(0..3)];
            send(run, Command::SetKey { key: key.into(), value: value.into() });
        }
    }
    // A reply shows that all before it has been handled, but for the steps that were asked for.
    drop(run.checkpoint());
    run.receive();
    run.until("a pause", |history, _| history.state != RunState::Running);
}

#[test]
fn a_resumed_session_has_the_bits_of_the_one_that_was_recorded() {
    let sessions = if std::env::var("XENTVIZ_ALL_COURSES").is_ok() { 200 } else { 6 };
    let all: [(&str, &[(&str, &str)]); 3] = [
        ("saturated", &[]),
        ("xor", &[("data.train", "60"), ("training.batch", "7"), ("training.evaluate", "1")]),
        ("and", &[("precision", "f32")]),
    ];
    for (name, overrides) in all {
        for seed in 0..sessions {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (mut run, log) = recorded_run(name, overrides);
            run.until("the run", |history, _| history.facts.is_some());
            (0..14).for_each(|_| act(&mut run, &mut rng));
            let expected = trained(&mut run);
            let events = log.events();
            let (mut resumed, theirs) =
                following(name, overrides, (events.clone(), ScriptTiming::AtOnce));
            until_live(&mut resumed, &theirs);
            assert_eq!(trained(&mut resumed), expected, "{name}, {seed}: {events:#?}");
            // The events that it sends are a recording of the same session.
            let again = theirs.events();
            let changes = |events: &[TimedEvent]| -> Vec<LogEvent> {
                let is_kept = |action: &LogAction| {
                    !matches!(
                        action,
                        LogAction::Runs
                            | LogAction::Pauses
                            | LogAction::Reached
                            | LogAction::WentLive(_)
                    )
                };
                let all = events.iter().map(|timed| timed.event.clone());
                all.filter(|event| is_kept(&event.action)).collect()
            };
            assert_eq!(changes(&again), changes(&events), "{name}, {seed}");
        }
    }
}

#[test]
fn what_starts_anew_begins_a_run_in_the_log_with_the_settings_that_it_keeps() {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    send(&run, Command::Set(Setting::Eta { arm: 0, eta: 0.5 }));
    send(&run, Command::Pace(Pace::Epochs(7.0)));
    send(&run, Command::NewSeed);
    run.until("the restart", |history, _| history.facts.as_ref().is_some_and(|f| f.seed == 2));
    drop(run.checkpoint());
    let events = log.events();
    let begins = |timed: &TimedEvent| matches!(timed.event.action, LogAction::Began(_));
    let second = events.iter().rposition(begins).expect("there is a run");
    assert_eq!(events[..second].iter().filter(|timed| begins(timed)).count(), 1);
    let since: Vec<_> = events[second..].iter().map(|timed| &timed.event.action).collect();
    let LogAction::Began(identity) = since[0] else { panic!("{since:?}") };
    assert!(identity.scenario.contains("seed    = 2"), "{}", identity.scenario);
    let kept = LogAction::Changed(BranchId(0), Setting::Eta { arm: 0, eta: 0.5 });
    assert!(since.contains(&&kept) && since.contains(&&LogAction::Paced(Pace::Epochs(7.0))));
    let rest = (events[second..].to_vec(), ScriptTiming::AtOnce);
    let (mut resumed, theirs) = following("saturated", &[("seed", "2")], rest);
    until_live(&mut resumed, &theirs);
    assert_eq!(trained(&mut resumed), trained(&mut run));
}

#[test]
fn a_session_is_played_with_its_pauses_until_a_command_takes_over() {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    send(&run, Command::Epoch);
    run.until("a step", |history, _| history.step == 1);
    send(&run, Command::Set(Setting::Eta { arm: 0, eta: 0.5 }));
    send(&run, Command::Epoch);
    run.until("a step", |history, _| history.step == 2);
    let expected = run.checkpoint();
    let timing = ScriptTiming::AsRecorded { speed: 4.0 };
    let (mut played, theirs) = following("saturated", &[], (log.events(), timing));
    let is_there =
        |history: &History, _: &[Notice]| history.step == 2 && history.state == RunState::Paused;
    played.until("the end", is_there);
    assert_eq!(weights(played.checkpoint()), weights(expected));
    let end = Notice::Fact("end of the recording: the run is live from here".into());
    played.until("its words", |_, notices| notices.contains(&end));
    assert_eq!(played.history.playing, None);
    let is_live =
        || theirs.events().iter().any(|t| matches!(t.event.action, LogAction::WentLive(_)));
    assert!(!is_live(), "nobody has taken over");
    send(&played, Command::Epoch);
    played.until("a step", |history, _| history.step == 3);
    assert!(is_live());
}

#[test]
fn a_recording_that_does_not_fit_is_refused() {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    drop(run.checkpoint());
    let begin = log.events()[0].clone();
    let followed = |step, action| {
        let wrong = TimedEvent { at: 1.0, event: LogEvent { step, action } };
        let events = (vec![begin.clone(), wrong], ScriptTiming::AtOnce);
        let (mut run, log) = following("saturated", &[], events);
        until_live(&mut run, &log);
        let went_live = LogAction::WentLive(ScriptEnd::BrokenOff);
        assert!(log.events().iter().any(|timed| timed.event.action == went_live));
        drop(run.checkpoint());
        run.receive();
        let refused = |notice: &Notice| match notice {
            Notice::Refused(reason) => Some(reason.clone()),
            _ => None,
        };
        run.notices.iter().find_map(refused).expect("it is refused")
    };
    let eta = Setting::Eta { arm: 0, eta: -1.0 };
    let reason = followed(5, LogAction::Changed(BranchId(0), eta));
    assert!(reason.starts_with("the recording cannot go on here: "), "{reason}");
    let reason = followed(1 << 40, LogAction::Reached);
    assert!(
        reason.ends_with("it goes on to step 1099511627776, but the run ends at 300"),
        "{reason}"
    );
}

#[test]
fn a_recording_of_other_numbers_is_not_played() {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    let mut events = log.events();
    let LogAction::Began(identity) = &mut events[0].event.action else { panic!("{events:?}") };
    Arc::make_mut(identity).checksum = Some(1);
    let (mut other, log) = following("saturated", &[], (events, ScriptTiming::AtOnce));
    other.until("a refusal", |history, _| matches!(history.state, RunState::Failed(_)));
    // What comes next is recorded, without the run that is not there.
    let went_live = LogAction::WentLive(ScriptEnd::Void);
    assert!(log.events().iter().any(|timed| timed.event.action == went_live));
    send(&other, Command::Open("mild".to_owned()));
    other.until("another run", |history, _| history.state == RunState::Paused);
    send(&other, Command::Set(Setting::Eta { arm: 0, eta: 0.5 }));
    other.until("a change", |_, notices| matches!(notices.last(), Some(Notice::Set { .. })));
    assert!(matches!(
        log.events().iter().rev().nth(1).map(|timed| &timed.event.action),
        Some(LogAction::Changed(..))
    ));
}

/// A recording of format 1, which every later version has to read.
const FORMAT_1: &[u8] = include_bytes!("../../../../tests/recordings/format-1.jsonl");

#[test]
fn a_recording_of_format_1_leads_to_its_numbers() {
    let session = Session::read(FORMAT_1, "format-1.jsonl").expect("it is read");
    let script = (session.last_run().to_vec(), ScriptTiming::AtOnce);
    let (mut run, log) = following("saturated", &[], script);
    until_live(&mut run, &log);
    let models = trained(&mut run);
    // The same 160 steps with their changes by the formulas of the book in another language. The library of the
    // exponential function differs there, in the last place.
    let expected = [
        (-0.485_899_344_504_999_2, -2.149_380_113_483_314),
        (-1.717_922_061_430_948_5, -1.717_922_061_430_948_5),
    ];
    for (model, (w, b)) in models.iter().zip(expected) {
        assert_eq!(model.steps, 160);
        let is = (model.weights[0][0], model.biases[0][0]);
        assert!((is.0 - w).abs() < 1e-13 && (is.1 - b).abs() < 1e-13, "{is:?}");
    }
}

#[test]
fn the_log_in_a_checkpoint_leads_to_its_numbers() {
    for seed in 0..4 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let overrides = [("data.train", "60"), ("training.batch", "7")];
        let (mut run, _) = recorded_run("xor", &overrides);
        run.until("the run", |history, _| history.facts.is_some());
        (0..12).for_each(|_| act(&mut run, &mut rng));
        let (expected, checkpoint) = (trained(&mut run), run.checkpoint());
        let text = session_of_log("0.1.0", &checkpoint.log);
        let session = Session::read(text.as_bytes(), "saved.jsonl").expect("it is read");
        let script = (session.last_run().to_vec(), ScriptTiming::AtOnce);
        let (mut resumed, log) = following("xor", &overrides, script);
        until_live(&mut resumed, &log);
        assert_eq!(trained(&mut resumed), expected, "{seed}: {text}");
    }
}

#[test]
fn a_session_of_many_branches_waits_for_its_watcher_and_loses_none() {
    let (mut run, log) = recorded_run("saturated", &[]);
    run.until("the run", |history, _| history.facts.is_some());
    for _ in 0..40 {
        send(&run, Command::Step);
    }
    run.until("some steps", |history, _| history.step == 40 && history.state == RunState::Paused);
    for branch in 0..60 {
        send(&run, Command::GoTo(TimeTarget::Step(20)));
        send(&run, Command::Set(Setting::Eta { arm: 0, eta: 0.01 * f64::from(branch + 1) }));
        send(&run, Command::Step);
        run.until("a branch", |history, _| {
            history.branch == BranchId(branch + 1) && history.step == 21
        });
    }
    let script = (log.events(), ScriptTiming::AtOnce);
    let (mut resumed, theirs) = following("saturated", &[], script);
    let is_live = |event: &LogEvent| matches!(event.action, LogAction::WentLive(_));
    while !theirs.0.lock().unwrap().0.iter().any(is_live) {
        resumed.woken.recv_timeout(PATIENCE).unwrap();
        let events = resumed.source.take();
        let is_fork = |event: &&Event| matches!(event, Event::Moved(TimeMove::Forked(_)));
        assert!(events.iter().filter(is_fork).count() <= 16);
        for event in events {
            resumed.history.apply(event);
        }
    }
    resumed.receive();
    assert_eq!(resumed.history.branch, BranchId(60));
    assert_eq!(resumed.history.branches.len(), run.history.branches.len());
    let models = |run: &mut LiveRun| trained(run);
    assert_eq!(models(&mut resumed), models(&mut run));
}
