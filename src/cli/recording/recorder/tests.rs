//! The content of a recording, and the moments at which it is written.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;

use super::{RecordTarget, Recorder, RecorderSetup, SessionEnd};
use crate::scenario::{Session, find};
use crate::telemetry::{
    BranchId, LogAction, LogEvent, RunIdentity, RunLog, ScriptEnd, Setting, TimedEvent,
};

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

fn start(target: RecordTarget, resumes: Option<&str>, is_playing: bool) -> Recorder {
    let report = Box::new(|reason| panic!("{reason}"));
    let resumes = resumes.map(str::to_owned);
    Recorder::start(RecorderSetup { target, resumes, is_playing, report }).expect("it starts")
}

fn in_folder(folder: &Path, resumes: Option<&str>, is_playing: bool) -> Recorder {
    start(RecordTarget::Folder(folder.join("sessions")), resumes, is_playing)
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
    assert!(recorder.end(SessionEnd::Quit));
    let session = read(folder.path());
    let events: Vec<_> = session.events.iter().map(|timed| timed.event.clone()).collect();
    let at = |step, action| LogEvent { step, action };
    let expected =
        [at(0, began()), at(0, LogAction::Runs), at(40, changed()), at(57, LogAction::Ended)];
    assert_eq!(events, expected);
    assert!(session.is_ended);
    assert!(!recorder.end(SessionEnd::Quit), "it has ended");
}

#[test]
fn a_session_that_is_cut_off_says_how_far_it_had_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = in_folder(folder.path(), Some("a.jsonl"), false);
    note(&recorder, 0, began());
    note(&recorder, 0, LogAction::Runs);
    recorder.reach(57);
    assert!(recorder.end(SessionEnd::CutOff));
    let session = read(folder.path());
    let last = session.events.last().map(|timed| timed.event.clone());
    assert_eq!(last, Some(LogEvent { step: 57, action: LogAction::Reached }));
    assert!(!session.is_ended);
    assert_eq!(session.resumes.as_deref(), Some("a.jsonl"));
}

#[test]
fn nothing_is_written_of_a_session_in_which_nothing_happened() {
    for (end, actions) in [
        (SessionEnd::Quit, vec![]),
        (SessionEnd::CutOff, vec![began()]),
        (SessionEnd::Quit, vec![began(), LogAction::Runs]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = in_folder(folder.path(), None, false);
        for action in actions {
            note(&recorder, 0, action);
        }
        assert!(!recorder.end(end));
        assert!(files(folder.path()).is_empty());
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
        assert_eq!(recorder.end(SessionEnd::CutOff), is_live);
        assert_eq!(files(folder.path()).len(), usize::from(is_live));
    }
}

#[test]
fn a_disk_that_cannot_be_written_is_reported_once() {
    let (sender, reasons) = channel();
    let recorder = Recorder::start(RecorderSetup {
        target: RecordTarget::Folder(PathBuf::from("/dev/null/sessions")),
        resumes: None,
        is_playing: false,
        report: Box::new(move |reason| sender.send(reason).expect("the test waits")),
    });
    let recorder = recorder.expect("it starts");
    note(&recorder, 0, began());
    (0..9).for_each(|step| note(&recorder, step, changed()));
    assert!(!recorder.end(SessionEnd::Quit));
    let reasons: Vec<String> = reasons.try_iter().collect();
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].starts_with("cannot record the session: "), "{reasons:?}");
}

#[test]
fn a_refused_script_leaves_no_reference_and_nothing_that_led_to_no_run() {
    for (end, runs) in [(ScriptEnd::BrokenOff, 2), (ScriptEnd::Void, 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let recorder = in_folder(folder.path(), Some("a.jsonl"), true);
        note(&recorder, 0, began());
        note(&recorder, 9, changed());
        note(&recorder, 9, LogAction::WentLive(end));
        note(&recorder, 0, began());
        note(&recorder, 40, changed());
        assert!(recorder.end(SessionEnd::Quit));
        let session = read(folder.path());
        assert_eq!(session.resumes, None);
        let begins = |timed: &&TimedEvent| matches!(timed.event.action, LogAction::Began(_));
        assert_eq!(session.events.iter().filter(begins).count(), runs, "{end:?}");
    }
}
