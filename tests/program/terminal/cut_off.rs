//! A session in the dashboard that is cut off: what is kept of it, and what is said about that.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::Signal;
use tempfile::TempDir;

use super::recorded::{cut_off, events, sessions, set_recorded, start_in};
use crate::pty::{Pty, Setup, quit};

/// The last words on a session that can be resumed.
const GOES_ON: &str = "xentviz resume goes on with this session";

/// Returns a dashboard in a folder of its own.
fn at_risk(begin: &str, arguments: &str) -> (Pty, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let pty = at_risk_in(folder.path(), begin, arguments);
    (pty, folder)
}

fn at_risk_in(folder: &Path, begin: &str, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; {begin} exec {{}} {arguments}");
    let mut pty = Setup::with_script(&script).within(folder).start();
    pty.wait_for_text("cross-entropy");
    pty
}

fn wait_for_a_step(pty: &mut Pty) {
    pty.wait_for("a step", |screen| {
        let text = screen.contents();
        text.contains("epoch ") && !text.contains("epoch   0/")
    });
}

/// Ends a dashboard from outside; returns the text that it leaves.
fn terminate(pty: &mut Pty) -> String {
    pty.signal(Signal::TERM);
    pty.wait_for_end();
    pty.wait_until_restored();
    // A path may take more than one row.
    pty.text().replace('\n', "")
}

/// Returns the names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let entries = fs::read_dir(folder).into_iter().flatten().map(name);
    let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_session_whose_connection_is_lost_is_kept_to_the_step_that_it_had_reached() {
    for (begin, arguments) in [("", ""), ("trap '' HUP;", ""), ("", "circle --pace max")] {
        for signal in [None, Some(Signal::HUP), Some(Signal::TERM)] {
            if !begin.is_empty() && signal.is_some() {
                continue;
            }
            let (mut pty, folder) = at_risk(begin, arguments);
            wait_for_a_step(&mut pty);
            match signal {
                None => pty.hang_up(),
                Some(signal) => pty.signal(signal),
            }
            pty.wait_for_end();
            let [session] = &cut_off(folder.path())[..] else { panic!("{signal:?}") };
            let last = events(session).pop().expect("it has a beginning");
            assert!(last["step"].as_u64() > Some(0), "{begin} {arguments} {signal:?} {last}");
            assert_eq!(names(&folder.path().join("xentviz")), ["sessions"], "and nothing else");
            if signal == Some(Signal::TERM) {
                pty.wait_for_text(GOES_ON);
            }
        }
    }
}

#[test]
fn a_session_that_the_user_quits_or_that_has_not_begun_is_not_one_that_was_cut_off() {
    for key in ["q", "\x03"] {
        let (mut pty, folder) = at_risk("", "--paused");
        set_recorded(&mut pty, folder.path(), "0.5");
        pty.type_keys(key);
        pty.wait_for_end();
        pty.wait_until_restored();
        assert!(!pty.text().contains("session"), "{}", pty.text());
        assert_eq!((sessions(folder.path()).len(), cut_off(folder.path()).len()), (1, 0));
    }
    let (mut pty, folder) = at_risk("", "--paused");
    pty.hang_up();
    pty.wait_for_end();
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn twenty_dashboards_that_are_cut_off_at_once_can_all_be_resumed() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |_| at_risk_in(folder.path(), "export RAYON_NUM_THREADS=1;", "");
    let mut ptys: Vec<Pty> = (0..20).map(start).collect();
    ptys.iter_mut().for_each(wait_for_a_step);
    for pty in &ptys {
        pty.signal(Signal::TERM);
    }
    for pty in &mut ptys {
        pty.wait_for_end();
        pty.wait_for_text(GOES_ON);
    }
    assert_eq!(cut_off(folder.path()).len(), 20);
    // A session that begins later removes none of them.
    let mut later = at_risk_in(folder.path(), "", "--paused");
    set_recorded(&mut later, folder.path(), "0.5");
    quit(later);
    assert_eq!(cut_off(folder.path()).len(), 20);
    assert_eq!(names(&folder.path().join("xentviz/sessions")).len(), 21, "nothing else is there");
}

#[test]
fn only_the_user_can_read_recordings_whatever_the_umask() {
    for umask in ["000", "022", "277"] {
        let (mut pty, folder) = at_risk(&format!("umask {umask};"), "");
        wait_for_a_step(&mut pty);
        terminate(&mut pty);
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode();
        let states = folder.path().join("xentviz");
        for path in [&states, &states.join("sessions")] {
            assert_eq!(mode(path) & 0o777, 0o700, "{umask}: {}", path.display());
        }
        let [session] = &sessions(folder.path())[..] else { panic!("there is one") };
        assert_eq!(mode(session) & 0o777, 0o600, "{umask}");
    }
}

#[test]
fn the_last_words_are_true_of_each_way_to_record_a_session() {
    for (begin, arguments, expected) in [
        ("unset HOME XDG_STATE_HOME;", "", "nothing of this session is kept: there is no folder"),
        ("", "--no-record", "nothing of this session is kept: --no-record was given"),
        (
            "export XDG_STATE_HOME=/dev/null;",
            "",
            "nothing of this session is kept: cannot record the session: ",
        ),
        ("", "--record 'my own.jsonl'", "xentviz resume 'my own.jsonl' goes on with this session"),
        ("", "", GOES_ON),
    ] {
        let (mut pty, _folder) = at_risk(begin, arguments);
        wait_for_a_step(&mut pty);
        let text = terminate(&mut pty);
        assert!(text.contains(expected), "{begin} {arguments}: {text}");
        assert_eq!(text.matches("session").count(), expected.matches("session").count());
    }
}

#[test]
fn a_recording_that_is_played_while_the_program_is_ended_is_as_it_was() {
    let (mut pty, folder) = at_risk("", "--record a.jsonl");
    wait_for_a_step(&mut pty);
    terminate(&mut pty);
    let before = fs::read(folder.path().join("a.jsonl")).expect("it is there");
    let mut pty = start_in(folder.path(), "replay a.jsonl --speed 0.01");
    pty.wait_for_text("cross-entropy");
    let text = terminate(&mut pty);
    assert!(text.contains("the recording that was played is as it was"), "{text}");
    assert_eq!(fs::read(folder.path().join("a.jsonl")).expect("it is there"), before);
    assert!(sessions(folder.path()).is_empty());
}
