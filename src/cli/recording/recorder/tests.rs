//! The content of a recording, and the moments at which it is written.

use std::fs;
use std::io::{self, Cursor};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::{Recorder, RecorderSetup, RecorderThread, RecordingOutcome, SessionEnd};
use crate::cli::clock;
use crate::cli::files::{Disk, DiskCall};
use crate::cli::recording::sessions::cut_off;
use crate::cli::recording::target::{NotRecorded, RecordTarget};
use crate::scenario::{Session, find};
use crate::telemetry::{
    BranchId, LogAction, LogEvent, Pace, RunIdentity, RunLog, ScriptEnd, Setting, TimedEvent,
};

/// Longer than a thread takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn began() -> LogAction {
    let scenario = find("saturated").expect("it is built in").text.to_owned();
    let arms = vec!["quadratic".to_owned(), "cross-entropy".to_owned()];
    let name = "saturated".to_owned();
    LogAction::Began(Arc::new(RunIdentity { name, scenario, arms, models: None, checksum: None }))
}

fn changed() -> LogAction {
    LogAction::Changed(BranchId(0), Setting::Eta { arm: 0, eta: 0.1 + 0.2 })
}

fn note(recorder: &Recorder, step: u64, action: LogAction) {
    recorder.note(LogEvent { step, action });
    recorder.reach(step);
}

fn setup(target: RecordTarget) -> RecorderSetup {
    let target = Ok(target);
    let report = Box::new(|reason| panic!("{reason}"));
    RecorderSetup { target, disk: Disk::default(), resumes: None, is_playing: false, report }
}

fn in_folder(folder: &Path, resumes: Option<&str>, is_playing: bool) -> Recorder {
    let setup = setup(RecordTarget::Folder(folder.join("sessions")));
    let resumes = resumes.map(str::to_owned);
    Recorder::start(RecorderSetup { resumes, is_playing, ..setup }).expect("it starts")
}

fn on_disk(folder: &Path, disk: Disk) -> Recorder {
    let setup = setup(RecordTarget::Folder(folder.join("sessions")));
    let report = Box::new(|_| ());
    Recorder::start(RecorderSetup { disk, report, ..setup }).expect("it starts")
}

fn end(recorder: &Recorder, end: SessionEnd) -> RecordingOutcome {
    recorder.request_end(end);
    assert!(recorder.has_ended_by(clock::now() + PATIENCE));
    recorder.outcome().expect("it has ended")
}

fn whole(folder: &Path) -> RecordingOutcome {
    RecordingOutcome::Whole(RecordTarget::Folder(folder.join("sessions")))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("sessions")).into_iter().flatten();
    entries.map(|entry| entry.expect("it is there").path()).collect()
}

/// Returns the events of the only session in the folder.
fn read(folder: &Path) -> Session {
    let [path] = &files(folder)[..] else { panic!("there is one session") };
    let bytes = fs::read(path).expect("it can be read");
    Session::read(Cursor::new(bytes), "s").expect("it is whole")
}

#[test]
fn a_session_with_a_change_is_recorded_with_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = in_folder(folder.path(), None, false);
    note(&recorder, 0, began());
    note(&recorder, 0, LogAction::Runs);
    note(&recorder, 40, changed());
    recorder.reach(57);
    assert_eq!(end(&recorder, SessionEnd::Quit), whole(folder.path()));
    let session = read(folder.path());
    let events: Vec<_> = session.events.iter().map(|timed| timed.event.clone()).collect();
    let at = |step, action| LogEvent { step, action };
    let expected =
        [at(0, began()), at(0, LogAction::Runs), at(40, changed()), at(57, LogAction::Ended)];
    assert_eq!(events, expected);
    assert!(session.is_ended);
}

#[test]
fn a_session_that_is_cut_off_says_how_far_it_had_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = in_folder(folder.path(), Some("a.jsonl"), false);
    note(&recorder, 0, began());
    note(&recorder, 0, LogAction::Runs);
    recorder.reach(57);
    assert_eq!(end(&recorder, SessionEnd::CutOff), whole(folder.path()));
    let session = read(folder.path());
    let last = session.events.last().map(|timed| timed.event.clone());
    assert_eq!(last, Some(LogEvent { step: 57, action: LogAction::Reached }));
    assert!(!session.is_ended);
    assert_eq!(session.resumes.as_deref(), Some("a.jsonl"));
}

#[test]
fn a_position_that_was_known_before_the_session_was_worth_keeping_is_written_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let began_at = clock::now();
    let target = RecordTarget::Folder(folder.path().join("sessions"));
    let mut thread = RecorderThread::new(setup(target), began_at);
    thread.add(began_at, LogEvent { step: 0, action: began() });
    thread.add(began_at, LogEvent { step: 0, action: LogAction::Runs });
    thread.write(began_at, Some(57));
    assert!(files(folder.path()).is_empty());
    assert_eq!(thread.end(SessionEnd::CutOff, Some(57)), whole(folder.path()));
    let last = read(folder.path()).events.last().map(|timed| timed.event.clone());
    assert_eq!(last, Some(LogEvent { step: 57, action: LogAction::Reached }));
}

#[test]
fn nothing_is_written_of_a_session_in_which_nothing_happened() {
    for (how, actions) in [
        (SessionEnd::Quit, vec![]),
        (SessionEnd::CutOff, vec![began()]),
        (SessionEnd::Quit, vec![began(), LogAction::Runs]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = in_folder(folder.path(), None, false);
        for action in actions {
            note(&recorder, 0, action);
        }
        assert_eq!(end(&recorder, how), RecordingOutcome::Empty);
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn a_session_that_is_not_recorded_is_lost_only_if_anything_has_happened() {
    let reason = NotRecorded::NoFolder;
    for (actions, expected) in [
        (vec![(0, began())], RecordingOutcome::Empty),
        (vec![(0, began()), (9, LogAction::Pauses)], RecordingOutcome::Failed(reason.to_string())),
        (vec![(0, began()), (0, changed())], RecordingOutcome::Failed(reason.to_string())),
    ] {
        let setup = setup(RecordTarget::Folder(PathBuf::new()));
        let setup = RecorderSetup { target: Err(reason), ..setup };
        let recorder = Recorder::start(setup).expect("it starts");
        for (step, action) in actions {
            note(&recorder, step, action);
        }
        assert_eq!(end(&recorder, SessionEnd::CutOff), expected);
    }
}

#[test]
fn what_is_carried_out_again_is_written_once_a_person_goes_on() {
    for is_live in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = in_folder(folder.path(), Some("a.jsonl"), true);
        note(&recorder, 0, began());
        note(&recorder, 9, changed());
        if is_live {
            note(&recorder, 9, LogAction::WentLive(ScriptEnd::Over));
        }
        let expected = if is_live { whole(folder.path()) } else { RecordingOutcome::Played };
        assert_eq!(end(&recorder, SessionEnd::CutOff), expected);
        assert_eq!(files(folder.path()).len(), usize::from(is_live));
    }
}

#[test]
fn a_disk_that_cannot_be_written_is_reported_once() {
    let (sender, reasons) = channel();
    let report = Box::new(move |reason| sender.send(reason).expect("the test waits"));
    let setup = setup(RecordTarget::Folder(PathBuf::from("/dev/null/sessions")));
    let recorder = Recorder::start(RecorderSetup { report, ..setup }).expect("it starts");
    note(&recorder, 0, began());
    (0..9).for_each(|step| note(&recorder, step, changed()));
    let outcome = end(&recorder, SessionEnd::CutOff);
    let reasons: Vec<String> = reasons.try_iter().collect();
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].starts_with("cannot record the session: "), "{reasons:?}");
    assert_eq!(outcome, RecordingOutcome::Failed(reasons[0].clone()));
}

/// Returns a disk that is full at the writes with these numbers.
fn full_at(numbers: Range<usize>) -> Disk {
    let count = AtomicUsize::new(0);
    Disk::watched(move |call| {
        let is_full =
            call == DiskCall::Write && numbers.contains(&count.fetch_add(1, Ordering::Relaxed));
        if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    })
}

#[test]
fn a_disk_that_is_full_in_the_middle_leaves_a_whole_part_in_use_until_the_session_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = on_disk(folder.path(), full_at(1..usize::MAX));
    note(&recorder, 0, began());
    note(&recorder, 40, changed());
    let sessions = folder.path().join("sessions");
    wait_until(|| files(folder.path()).len() == 1);
    note(&recorder, 50, changed());
    assert!(cut_off(&sessions).is_empty(), "the session goes on");
    let outcome = end(&recorder, SessionEnd::CutOff);
    let RecordingOutcome::Part(_, reason) = outcome else { panic!("{outcome:?}") };
    assert!(reason.starts_with("cannot record the session: "), "{reason}");
    let steps: Vec<_> = read(folder.path()).events.iter().map(|timed| timed.event.step).collect();
    assert_eq!(steps, [0, 40]);
    wait_until(|| cut_off(&sessions).len() == 1);
}

#[test]
fn a_session_that_the_user_has_left_ends_in_order_even_if_the_disk_was_full_for_a_while() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = on_disk(folder.path(), full_at(1..2));
    note(&recorder, 0, began());
    note(&recorder, 40, changed());
    wait_until(|| files(folder.path()).len() == 1);
    note(&recorder, 50, changed());
    let outcome = end(&recorder, SessionEnd::Quit);
    assert!(matches!(outcome, RecordingOutcome::Part(..)), "{outcome:?}");
    assert!(read(folder.path()).is_ended);
}

/// Waits for what another thread does.
fn wait_until(is_met: impl Fn() -> bool) {
    let until = clock::now() + PATIENCE;
    while !is_met() {
        assert!(clock::now() < until, "it does not happen");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
fn the_end_of_a_session_is_waited_for_until_a_slow_disk_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (turn_on, is_on) = sync_channel::<()>(0);
    let calls = Arc::new(Mutex::new(Vec::new()));
    let (seen, is_on) = (Arc::clone(&calls), Mutex::new(is_on));
    let disk = Disk::watched(move |call| {
        seen.lock().expect("no test panics here").push(call);
        if call == DiskCall::SyncFile {
            // The disk answers once the test has dropped the other end.
            let _ = is_on.lock().expect("no test panics here").recv();
        }
        Ok(())
    });
    let recorder = on_disk(folder.path(), disk);
    note(&recorder, 0, began());
    note(&recorder, 0, LogAction::Runs);
    note(&recorder, 40, changed());
    recorder.reach(57);
    recorder.request_end(SessionEnd::CutOff);
    assert!(!recorder.has_ended_by(clock::now()));
    assert_eq!(recorder.outcome(), None);
    drop(turn_on);
    assert!(recorder.has_ended_by(clock::now() + PATIENCE));
    assert_eq!(recorder.outcome(), Some(whole(folder.path())));
    let last = read(folder.path()).events.last().map(|timed| timed.event.clone());
    assert_eq!(last, Some(LogEvent { step: 57, action: LogAction::Reached }));
    let calls = calls.lock().expect("no test panics here");
    let last = |of| calls.iter().rposition(|call| *call == of);
    assert!(last(DiskCall::SyncFile) > last(DiskCall::Write), "{calls:?}");
    assert!(last(DiskCall::SyncFolder) > last(DiskCall::Rename), "{calls:?}");
}

#[test]
fn a_change_is_on_the_disk_before_the_next_one_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sender, calls) = channel();
    let disk = Disk::watched(move |call| {
        // The test may be over.
        let _ = sender.send(call);
        Ok(())
    });
    let recorder = on_disk(folder.path(), disk);
    note(&recorder, 0, began());
    let next = || loop {
        let call = calls.recv_timeout(PATIENCE).expect("the disk is used");
        if [DiskCall::Write, DiskCall::SyncFile].contains(&call) {
            return call;
        }
    };
    for step in 1..5 {
        note(&recorder, step, changed());
        assert_eq!([next(), next()], [DiskCall::Write, DiskCall::SyncFile]);
    }
}

#[test]
fn nobody_waits_for_a_recorder_that_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    let handle = Arc::new(OnceLock::<Recorder>::new());
    let theirs = Arc::clone(&handle);
    let disk = Disk::watched(move |_| {
        if let Some(recorder) = theirs.get() {
            recorder.thread_panics();
        }
        Ok(())
    });
    let recorder = handle.get_or_init(|| on_disk(folder.path(), disk));
    recorder.thread_panics();
    assert_eq!(recorder.outcome(), None, "another thread panics");
    note(recorder, 0, began());
    note(recorder, 40, changed());
    assert!(recorder.has_ended_by(clock::now() + PATIENCE));
    assert!(matches!(recorder.outcome(), Some(RecordingOutcome::Failed(_))));
}

#[test]
fn an_hour_with_five_hundred_changes_takes_less_than_a_hundred_kilobytes() {
    const SECONDS: u64 = 3600;
    let folder = tempfile::tempdir().expect("a folder");
    let target = RecordTarget::Folder(folder.path().join("sessions"));
    let began_at = clock::now();
    let mut thread = RecorderThread::new(setup(target), began_at);
    let (mut step, mut branches, mut eta) = (0, 0, 0.15);
    thread.add(began_at, LogEvent { step, action: began() });
    thread.add(began_at, LogEvent { step, action: LogAction::Runs });
    // 2000 steps a second. The position is written five times a second.
    for tick in 0..SECONDS * 5 {
        let now = began_at + Duration::from_millis(tick * 200);
        let mut note = |step, action| thread.add(now, LogEvent { step, action });
        step += 400;
        let has_events = tick % 36 == 0;
        if has_events {
            // A change by `+`: η moves by a notch, of both arms in turn.
            eta *= 1.1;
            let arm = (tick / 36 % 2) as usize;
            if tick % 180 == 0 && tick > 0 {
                note(step, LogAction::WentTo(step - 3000));
                step -= 3000;
                branches += 1;
                let (branch, parent) = (BranchId(branches), BranchId(branches - 1));
                note(step, LogAction::Forked { branch, parent });
            }
            note(step, LogAction::Changed(BranchId(branches), Setting::Eta { arm, eta }));
        }
        if tick % 150 == 7 {
            note(step, LogAction::Pauses);
            note(step, LogAction::Paced(Pace::Epochs(2000.0 / 3.0)));
            note(step, LogAction::Runs);
        }
        thread.write(now, (!has_events).then_some(step));
    }
    thread.end(SessionEnd::Quit, Some(step));
    drop(thread);
    let [path] = &files(folder.path())[..] else { panic!("there is one session") };
    let bytes = fs::metadata(path).expect("it is there").len();
    let is_change = |timed: &&TimedEvent| matches!(timed.event.action, LogAction::Changed(..));
    assert_eq!(read(folder.path()).events.iter().filter(is_change).count(), 500);
    assert!(bytes < 100_000, "{bytes} bytes");
}

#[test]
fn a_refused_script_leaves_no_reference_and_nothing_that_led_to_no_run() {
    for (script_end, runs) in [(ScriptEnd::BrokenOff, 2), (ScriptEnd::Void, 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = in_folder(folder.path(), Some("a.jsonl"), true);
        note(&recorder, 0, began());
        note(&recorder, 9, changed());
        note(&recorder, 9, LogAction::WentLive(script_end));
        note(&recorder, 0, began());
        note(&recorder, 40, changed());
        assert_eq!(end(&recorder, SessionEnd::Quit), whole(folder.path()));
        let session = read(folder.path());
        assert_eq!(session.resumes, None);
        let begins = |timed: &&TimedEvent| matches!(timed.event.action, LogAction::Began(_));
        assert_eq!(session.events.iter().filter(begins).count(), runs, "{script_end:?}");
    }
}
