//! Sessions that are recorded, cut off, resumed and replayed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use crate::pty::{Pty, Setup};

/// The recording of format 1 that every later version has to read.
const FORMAT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/format-1.jsonl");

/// Starts the program with a state folder of its own.
fn start_in(folder: &Path, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {{}} {arguments}");
    Setup::with_script(&script).within(folder).start()
}

/// Returns the files of the recorded sessions, oldest first.
fn sessions(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("xentviz/sessions")).into_iter().flatten();
    let mut all: Vec<_> = entries.map(|entry| entry.expect("it is there").path()).collect();
    all.sort();
    all
}

fn quit(mut pty: Pty) {
    pty.type_keys("q");
    assert_eq!(pty.wait_for_end().exit_code(), 0);
}

/// Sets η, and waits until that is recorded in a file of a folder.
fn set_recorded(pty: &mut Pty, folder: &Path, eta: &str) {
    pty.type_keys(&format!(":set eta {eta}\r"));
    let is_recorded = |path: PathBuf| {
        fs::read_to_string(path).is_ok_and(|text| text.contains(&format!("\"eta\":{eta}")))
    };
    pty.wait_for("the recorded change", |_| sessions(folder).into_iter().any(is_recorded));
}

/// Returns the networks that a dashboard saves.
fn saved(pty: &mut Pty, folder: &Path, name: &str) -> Vec<Vec<u8>> {
    pty.type_keys(&format!(":save {name}.toml\r"));
    let arms = ["quadratic", "cross-entropy"];
    let path = |arm: &str| folder.join(format!("{name}-{arm}.json"));
    pty.wait_for("the saved networks", |_| {
        folder.join(format!("{name}.toml")).exists() && arms.iter().all(|arm| path(arm).exists())
    });
    arms.iter().map(|arm| fs::read(path(arm)).expect("it is whole")).collect()
}

#[test]
fn a_killed_session_is_resumed_with_the_bits_of_one_that_was_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = start_in(folder.path(), "xor --paused");
    pty.wait_for_text("cross-entropy");
    for _ in 0..3 {
        pty.expect_change("S");
    }
    set_recorded(&mut pty, folder.path(), "0.5");
    pty.expect_change("s");
    set_recorded(&mut pty, folder.path(), "0.25");
    let expected = saved(&mut pty, folder.path(), "before");
    pty.signal(Signal::KILL);
    pty.wait_for_end();

    let mut next = start_in(folder.path(), "mild --paused");
    next.wait_for_text("the last session was cut off just now: q, then xentviz resume");
    // It is no success, leaves the tabs in sight, and stays until a key is pressed.
    assert!(!next.text().contains('✓') && next.text().contains("4 Surface"), "{}", next.text());
    next.expect_change("t");
    assert!(!next.text().contains("cut off"), "{}", next.text());
    quit(next);

    let mut resumed = start_in(folder.path(), "resume");
    resumed.wait_for_text("resumed at epoch 3, cut off ");
    assert!(!resumed.text().contains("from step"), "{}", resumed.text());
    resumed.wait_for_text("0.25");
    assert_eq!(saved(&mut resumed, folder.path(), "after"), expected);
    quit(resumed);
    let ended = sessions(folder.path());
    let texts: Vec<_> =
        ended.iter().map(|path| fs::read_to_string(path).expect("it is there")).collect();
    assert!(texts.len() == 2 && texts[1].contains("\"resumes\":\"20"), "{texts:?}");
    assert!(texts[1].ends_with("\"end\":true}\n"), "{}", texts[1]);

    let mut none = start_in(folder.path(), "resume");
    none.wait_for_text("no session was cut off; resume FILE goes on with one of those in");
    assert_eq!(none.wait_for_end().exit_code(), 2);
}

#[test]
fn a_session_that_is_killed_at_any_moment_can_be_resumed() {
    // Two hundred moments, of which the test of every build takes a few.
    let moments = if std::env::var("XENTVIZ_ALL_COURSES").is_ok() { 200 } else { 4 };
    for moment in 0..moments {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pty = start_in(folder.path(), "xor --pace max --epochs 100000");
        pty.wait_for_text("cross-entropy");
        set_recorded(&mut pty, folder.path(), "0.5");
        pty.type_keys(":set eta 0.25\r");
        pty.read_for(Duration::from_millis(37 * moment % 500));
        pty.signal(Signal::KILL);
        pty.wait_for_end();
        let mut resumed = start_in(folder.path(), "resume");
        resumed.wait_for_text("cross-entropy");
        resumed.wait_for("the end of the run's way", |_| sessions(folder.path()).len() == 2);
        quit(resumed);
    }
}

#[test]
fn a_session_is_recorded_where_it_is_told_and_not_over_another_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = start_in(folder.path(), "--paused --record mine.jsonl");
    pty.wait_for_text("cross-entropy");
    quit(pty);
    let text = fs::read_to_string(folder.path().join("mine.jsonl")).expect("it is there");
    assert!(text.starts_with("{\"xentviz\":") && text.contains("\"begin\":1"), "{text}");
    let mut again = start_in(folder.path(), "--paused --record mine.jsonl");
    again.wait_for_text("--record mine.jsonl: it exists; a new name would do");
    assert_eq!(again.wait_for_end().exit_code(), 2);
    assert_eq!(fs::read_to_string(folder.path().join("mine.jsonl")).expect("it is there"), text);
    let mut none = start_in(folder.path(), "--no-record");
    none.wait_for_text("cross-entropy");
    none.expect("\u{3a}set eta 0.5\r", "0.5");
    quit(none);
    assert!(sessions(folder.path()).is_empty());
}

#[test]
fn a_recording_of_format_1_is_resumed_and_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in ["resume", "replay --speed 100"] {
        let mut pty = start_in(folder.path(), &format!("{arguments} {FORMAT_1}"));
        pty.wait_for_text("epoch 160/");
        quit(pty);
    }
}

#[test]
fn a_recording_plays_with_its_keys_until_a_key_takes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    // A second of the recording is one on the clock; it begins with a pause, and is held there.
    let mut pty = start_in(folder.path(), &format!("replay {FORMAT_1}"));
    pty.wait_for_text("▷ replay 0:0");
    pty.expect(" ", "‖ replay 0:0");
    pty.wait_for_text("space end play on");
    pty.wait_for_text("T take over");
    pty.expect("+", "a recording plays: T takes over and makes the run live");
    pty.expect(":until step=9\r", "esc close");
    pty.wait_for_text("a recording plays: T takes over");
    pty.type_keys("\u{1b}");
    pty.wait_until_gone("esc close");
    pty.expect("?", "while a recording plays");
    pty.type_keys("\u{1b}");
    pty.wait_until_gone("while a recording plays");
    pty.expect(" ", "▷ replay 0:0");
    // The first key of the recording.
    pty.wait_for_text("space run");
    pty.expect("T", "live from epoch ");
    pty.wait_for_text(": the rest of the recording is left");
    assert!(!pty.text().contains("replay"), "{}", pty.text());
    quit(pty);
}

#[test]
fn a_recording_says_where_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = start_in(folder.path(), &format!("replay --speed 100 {FORMAT_1}"));
    pty.wait_for_text("end of the recording: the run is live from here");
    quit(pty);
}

#[test]
fn a_file_that_is_no_recording_is_refused_with_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let header = "{\"xentviz\":\"9.0.0\",\"format\":2}\n";
    for (text, expected) in [
        ("", "a.jsonl:1: found no recording of xentviz"),
        (header, "a.jsonl:1: found format 2 of xentviz 9.0.0; format 1"),
    ] {
        fs::write(folder.path().join("a.jsonl"), text).expect("it is written");
        for command in ["resume", "replay"] {
            let mut pty = start_in(folder.path(), &format!("{command} a.jsonl"));
            pty.wait_for_text(expected);
            assert_eq!(pty.wait_for_end().exit_code(), 2);
        }
    }
}
