//! The connection is lost, or the program is ended, in the middle of some work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, kill_process, test_kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, dashboard, now};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Waits until a condition holds.
fn wait_until(pty: &mut Pty, what: &str, mut is_met: impl FnMut() -> bool) {
    let until = now() + PATIENCE;
    while !is_met() {
        assert!(now() < until, "{what} did not happen; the screen:\n{}", pty.text());
        pty.read_for(POLL_INTERVAL);
    }
}

/// Returns the records in a file; each line must be whole.
fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("a line is whole")).collect()
}

/// Returns a run without a screen that would take years.
fn endless(begin: &str) -> Setup {
    let outputs = "--metrics m.jsonl --summary s.json --save '{arm}.json'";
    Setup::with_script(&format!("{begin} {{}} run circle --epochs 1000000000 {outputs}"))
}

/// Starts such a run in a folder, and waits for its first record.
fn recording(setup: Setup) -> (Pty, TempDir) {
    let folder = folder();
    let mut pty = setup.within(folder.path()).start();
    let metrics = folder.path().join("m.jsonl");
    wait_until(&mut pty, "a record", || fs::metadata(&metrics).is_ok_and(|file| file.len() > 0));
    (pty, folder)
}

#[test]
fn a_run_without_a_screen_continues_if_it_ignores_the_lost_connection() {
    for begin in ["exec nohup", "trap '' HUP; exec"] {
        let (mut pty, folder) = recording(endless(begin));
        let path = |name: &str| folder.path().join(name);
        pty.hang_up();
        let lines = records_now(&path("m.jsonl"));
        wait_until(&mut pty, "progress", || records_now(&path("m.jsonl")) > lines + 10);
        pty.signal(Signal::TERM);
        assert_eq!(pty.wait_for_end().exit_code(), 143, "{begin}");
        let summary = fs::read_to_string(path("s.json")).expect("a summary");
        let summary: Value = serde_json::from_str(&summary).expect("it is whole");
        let (last, ends) = (records(&path("m.jsonl")).pop(), &summary["arms"][1]);
        assert_eq!(last.expect("there are records")["epoch"], ends["epochs"], "{begin}");
        for arm in ["quadratic", "cross-entropy"] {
            assert!(is_whole(&path(&format!("{arm}.json"))), "{begin}");
        }
    }
}

/// Returns the number of records, while more may follow.
fn records_now(path: &Path) -> usize {
    fs::read(path).map_or(0, |text| text.split(|byte| *byte == b'\n').count())
}

#[test]
fn a_run_without_a_screen_continues_and_ends_even_if_the_terminal_accepts_no_bytes() {
    let (mut pty, folder) = recording(endless("exec").with_short_limits());
    let metrics = folder.path().join("m.jsonl");
    pty.wait_for_text("epoch");
    pty.stall();
    let lines = records_now(&metrics);
    wait_until(&mut pty, "progress", || records_now(&metrics) > lines + 1000);
    pty.signal(Signal::TERM);
    assert_eq!(pty.wait_for_end().exit_code(), 143);
    assert!(!records(&metrics).is_empty());
    assert!(is_whole(&folder.path().join("quadratic.json")));
}

#[test]
fn a_stalled_terminal_does_not_delay_the_end_of_a_run_whose_metrics_go_there() {
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = folder();
        let script = "exec {} run circle --epochs 1000000000 --metrics - --summary s.json";
        let setup = Setup::with_script(script).within(folder.path());
        let mut pty = setup.with_short_limits().start();
        pty.wait_for_text("epoch");
        pty.stall();
        pty.wait_for_silence(Duration::from_millis(200));
        pty.signal(signal);
        assert_eq!(pty.wait_for_end().exit_code(), status);
        let summary = fs::read_to_string(folder.path().join("s.json")).expect("a summary");
        assert!(serde_json::from_str::<Value>(&summary).is_ok());
    }
}

#[test]
fn a_run_without_a_screen_ends_well_on_a_closed_terminal() {
    for metrics in ["--evaluate 0", "--evaluate 100 --metrics -"] {
        let folder = folder();
        let flags = format!("--epochs 20000 --summary s.json {metrics}");
        let script = format!("trap '' HUP; exec {{}} run circle {flags}");
        let mut pty = Setup::with_script(&script).within(folder.path()).start();
        pty.wait_for_text("epoch");
        // The run is stopped while its terminal closes, so that its end comes after that.
        pty.signal(Signal::STOP);
        pty.hang_up();
        pty.signal(Signal::CONT);
        assert_eq!(pty.wait_for_end().exit_code(), 0, "{metrics}");
        let summary = fs::read_to_string(folder.path().join("s.json")).expect("a summary");
        assert!(serde_json::from_str::<Value>(&summary).is_ok());
    }
}

#[test]
fn a_run_without_a_screen_that_loses_its_terminal_ends_with_all_requested_files() {
    for (signal, status) in [(None, 129), (Some(Signal::HUP), 129), (Some(Signal::QUIT), 131)] {
        let (mut pty, folder) = recording(endless("ulimit -c 0; exec"));
        let path = |name: &str| folder.path().join(name);
        match signal {
            None => pty.hang_up(),
            Some(signal) => pty.signal(signal),
        }
        assert_eq!(pty.wait_for_end().exit_code(), status);
        let summary = fs::read_to_string(path("s.json")).expect("a summary");
        let summary: Value = serde_json::from_str(&summary).expect("it is whole");
        let (last, ends) = (records(&path("m.jsonl")).pop(), &summary["arms"][1]);
        assert_eq!(last.expect("there are records")["epoch"], ends["epochs"]);
        assert!(
            ["quadratic", "cross-entropy"]
                .iter()
                .all(|arm| is_whole(&path(&format!("{arm}.json"))))
        );
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 4, "no part of a file");
    }
}

#[test]
fn a_run_without_a_screen_that_is_killed_leaves_whole_records() {
    let (mut pty, folder) = recording(endless("exec"));
    pty.signal(Signal::KILL);
    assert!(pty.wait_for_end().signal().is_some());
    assert!(!records(&folder.path().join("m.jsonl")).is_empty());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no part of a file");
}

/// Returns whether a model is complete. A pipe is read while it is written; the wait for a pipe
/// without a writer is bounded.
fn is_whole(path: &Path) -> bool {
    let (send, read) = channel();
    let path = path.to_owned();
    thread::spawn(move || send.send(fs::read_to_string(path).unwrap_or_default()));
    let text = read.recv_timeout(PATIENCE).expect("the file has a writer");
    serde_json::from_str::<Value>(&text).is_ok_and(|model| model["weights"].is_array())
}

/// Returns a dashboard that is writing its models, the first of them to a pipe that is not being
/// read.
fn saving() -> (Pty, TempDir, PathBuf) {
    let folder = folder();
    let pipe = folder.path().join("mine-quadratic.json");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("a pipe can be made");
    assert!(made.success());
    let setup = Setup::with_arguments(&["--paused"]).within(folder.path());
    let mut pty = dashboard(&setup.with_short_limits());
    pty.type_keys(":save! mine\r");
    let begun = |folder: &Path| fs::read_dir(folder).expect("a folder").count() > 1;
    wait_until(&mut pty, "a file", || begun(folder.path()));
    (pty, folder, pipe)
}

#[test]
fn q_restores_the_terminal_at_once_and_ends_the_program_after_the_save() {
    let (mut pty, folder, pipe) = saving();
    pty.type_keys("q");
    pty.wait_for("the restored terminal", |screen| !screen.alternate_screen());
    assert!(is_whole(&pipe), "it waits for a reader");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
    assert!(is_whole(&folder.path().join("mine-cross-entropy.json")));
    assert!(folder.path().join("mine.toml").exists());
}

#[test]
fn a_save_that_fails_after_q_is_reported_however_long_it_took() {
    // The second pause is longer than the time limit for an end without a save: four times 750 ms.
    for pause in [Duration::ZERO, Duration::from_millis(3200)] {
        let (mut pty, folder, pipe) = saving();
        fs::create_dir(folder.path().join("mine-cross-entropy.json")).expect("a folder");
        pty.type_keys("q");
        pty.wait_for("the restored terminal", |screen| !screen.alternate_screen());
        pty.read_for(pause);
        assert!(is_whole(&pipe));
        assert_eq!(pty.wait_for_end().exit_code(), 1);
        pty.wait_until_restored();
        pty.wait_for_text("cannot write mine-cross-entropy.json");
        assert!(!folder.path().join("mine.toml").exists(), "all or none");
    }
}

#[test]
fn a_save_delays_no_signal_and_no_lost_connection_for_long() {
    for signal in [None, Some(Signal::TERM), Some(Signal::HUP), Some(Signal::INT)] {
        let (mut pty, folder, _pipe) = saving();
        match signal {
            None => pty.hang_up(),
            Some(signal) => pty.signal(signal),
        }
        let status = pty.wait_for_end();
        assert!(status.signal().is_some() || status.exit_code() > 128, "{status}");
        assert_eq!(names(&folder), ["mine-quadratic.json"], "nothing half-written is left");
    }
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Returns a dashboard that the user has quit while its save hangs.
fn quit_during_save() -> (Pty, TempDir) {
    let (mut pty, folder, _pipe) = saving();
    pty.type_keys("q");
    pty.wait_for("the restored terminal", |screen| !screen.alternate_screen());
    (pty, folder)
}

/// Ends a dashboard that has been quit, by ctrl-c or by SIGTERM, and checks that it does end.
fn assert_ended_by(pty: &mut Pty, is_key: bool) {
    if is_key {
        pty.type_keys("\x03");
    } else {
        pty.signal(Signal::TERM);
    }
    let status = pty.wait_for_end();
    let (name, code) = if is_key { ("Interrupt", 130) } else { ("Terminated", 143) };
    let is_signalled = status.signal().is_some_and(|signal| signal.starts_with(name));
    assert!(is_signalled || status.exit_code() == code, "{status}");
    pty.wait_until_restored();
}

#[test]
fn after_q_a_save_that_hangs_is_cut_off_however_much_was_typed_meanwhile() {
    for is_key in [true, false] {
        let (mut pty, folder) = quit_during_save();
        pty.type_keys(&format!("{}\r", "x".repeat(300)));
        pty.wait_for_silence(Duration::from_millis(100));
        pty.resize(100, 30);
        pty.resize(80, 24);
        pty.wait_for_silence(Duration::from_millis(100));
        assert_ended_by(&mut pty, is_key);
        assert_eq!(names(&folder), ["mine-quadratic.json"]);
    }
}

#[test]
fn after_q_a_save_that_hangs_is_cut_off_however_often_the_window_was_resized() {
    for is_key in [true, false] {
        let (mut pty, folder) = quit_during_save();
        for i in 0..400 {
            pty.resize(80 + i % 50, 24 + i % 9);
            pty.read_for(Duration::from_millis(2));
        }
        assert_ended_by(&mut pty, is_key);
        assert_eq!(names(&folder), ["mine-quadratic.json"]);
    }
}

#[test]
fn ctrl_c_twice_cuts_off_a_save_that_hangs() {
    for keys in [&["\x03\x03"][..], &["\x1b\x03\x1b\x03"], &["\x03", "\x03"]] {
        let (mut pty, folder, _pipe) = saving();
        for key in keys {
            pty.type_keys(key);
            pty.wait_for("the restored terminal", |screen| !screen.alternate_screen());
        }
        let status = pty.wait_for_end();
        let is_signalled = status.signal().is_some_and(|signal| signal.starts_with("Interrupt"));
        assert!(is_signalled || status.exit_code() == 130, "{status}");
        pty.wait_until_restored();
        assert_eq!(names(&folder), ["mine-quadratic.json"]);
    }
}

#[test]
fn a_terminal_that_disappears_ends_a_suspended_dashboard() {
    for begin in ["", "trap '' HUP;"] {
        let mut pty = Setup::with_job(begin, "--paused").start();
        pty.wait_for_text("quadratic");
        let job = pty.job();
        kill_process(job, Signal::TSTP).expect("the program is there");
        pty.wait_until_stopped();
        pty.hang_up();
        // With no process left that could resume it, the system or the shell does.
        let is_there = |job| test_kill_process(job).is_ok();
        wait_until(&mut pty, "the end", || !is_there(job));
    }
}
