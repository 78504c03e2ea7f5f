//! Sessions that are recorded, cut off, resumed and replayed.

use std::fs;

use rustix::process::Signal;

use super::recorded::{saved, sessions, set_recorded, start_in};
use crate::pty::{Pty, quit};

/// The recording of format 1 that every later version has to read.
const FORMAT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/format-1.jsonl");

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
    next.type_keys("t");
    next.wait_until_gone("cut off");
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

/// Records a change of a session, and kills it.
fn kill_after_a_change(mut pty: Pty, folder: &std::path::Path) {
    set_recorded(&mut pty, folder, "0.5");
    pty.signal(Signal::KILL);
    pty.wait_for_end();
}

#[test]
fn the_last_session_is_reported_until_it_is_resumed_or_a_later_one_has_ended() {
    const REPORT: &str = "the last session was cut off";
    let folder = tempfile::tempdir().expect("a folder");
    let start = |arguments: &str| {
        let mut pty = start_in(folder.path(), arguments);
        pty.wait_for_text("cross-entropy");
        pty
    };
    let is_reported = || {
        let mut pty = start("mild --paused");
        // The effect of a key is drawn after everything that was there at the start.
        pty.expect("M", "the mouse chooses and");
        let is_reported = String::from_utf8_lossy(&pty.bytes).contains(REPORT);
        quit(pty);
        is_reported
    };
    // A session that is still open was not cut off.
    let mut open = start("--paused");
    set_recorded(&mut open, folder.path(), "0.5");
    assert!(!is_reported());
    kill_after_a_change(start("--paused"), folder.path());
    start("mild --paused").wait_for_text(REPORT);
    start("mild --paused").wait_for_text(REPORT);
    let mut resumed = start("resume");
    resumed.wait_for("the end of the script", |_| sessions(folder.path()).len() == 3);
    assert!(!is_reported(), "it is resumed");
    resumed.signal(Signal::KILL);
    resumed.wait_for_end();
    start("mild --paused").wait_for_text(REPORT);
    quit(open);
    start("mild --paused").wait_for_text(REPORT);
    let mut later = start("--paused");
    set_recorded(&mut later, folder.path(), "0.25");
    quit(later);
    assert!(!is_reported(), "a later one has ended");
}

#[test]
fn several_sessions_that_were_cut_off_are_resumed_one_after_another_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    for scenario in ["and", "xor"] {
        let mut pty = start_in(folder.path(), &format!("{scenario} --paused"));
        pty.wait_for_text("cross-entropy");
        kill_after_a_change(pty, folder.path());
    }
    let older = sessions(folder.path()).remove(0);
    let mut newest = start_in(folder.path(), "resume");
    newest.wait_for_text("exclusive or");
    let remark = format!(
        "of 2 sessions that were cut off, this goes on with the newest, of just now; the one before is \
         {}",
        older.display()
    );
    assert!(String::from_utf8_lossy(&newest.bytes).contains(&remark));
    // Whether or not the first has written anything, it is in use.
    let mut next = start_in(folder.path(), "resume");
    next.wait_for_text("AND, on paper");
    let mut none = start_in(folder.path(), "resume");
    none.wait_for_text("no session was cut off");
    assert_eq!(none.wait_for_end().exit_code(), 2);
    quit(newest);
    quit(next);
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
