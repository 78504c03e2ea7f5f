//! Foreign output on the program's standard error is kept apart from its screen. Only Linux lets a
//! test write there.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::ends::assert_gone;
use crate::pty::{Pty, Setup, dashboard, paused, quit};

/// The control sequence that leaves the screen.
const LEFT: &str = "\x1b[?1049l";

fn standard_error(of: Pid) -> PathBuf {
    PathBuf::from(format!("/proc/{of}/fd/2"))
}

/// Writes to the standard error of a process, as a library or a child of it would.
fn write(of: Pid, text: &str) {
    let file = OpenOptions::new().append(true).open(standard_error(of));
    let mut file = file.expect("standard error can be opened");
    file.write_all(text.as_bytes()).expect("it can be written to");
}

/// Returns the output after the screen was left for the last time.
fn told(pty: &Pty) -> String {
    let written = String::from_utf8_lossy(&pty.bytes).into_owned();
    let (_, told) = written.rsplit_once(LEFT).expect("the screen is left");
    told.to_owned()
}

#[test]
fn output_on_standard_error_lands_on_no_screen_and_is_printed_afterwards() {
    for signal in [None, Some(Signal::TERM)] {
        let mut pty = paused();
        pty.wait_for_silence(Duration::from_millis(200));
        let written = pty.bytes.len();
        write(pty.pid(), "astray\x1b[2J\nand again");
        pty.wait_for_silence(Duration::from_millis(200));
        assert_eq!(pty.bytes.len(), written, "{}", pty.text());
        match signal {
            None => pty.type_keys("q"),
            Some(signal) => pty.signal(signal),
        }
        let status = pty.wait_for_end();
        assert_eq!(status.signal().is_some(), signal.is_some(), "{status}");
        pty.wait_until_restored();
        pty.wait_for_bytes("and again\r\n", written);
        assert_eq!(told(&pty), "astray\\u{1b}[2J\r\nand again\r\n");
    }
}

#[test]
fn a_very_long_output_is_shortened_and_no_writer_waits() {
    let mut pty = paused();
    let lines: Vec<String> = (0..100_000).map(|number| format!("line {number}")).collect();
    write(pty.pid(), &lines.join("\n"));
    pty.type_keys("q");
    // How much of it is printed depends on the speed of the terminal.
    pty.wait_for_bytes(" bytes before this are left out\r\n", 0);
    assert!(pty.wait_for_end().success());
    let told = told(&pty);
    assert!(told.starts_with("xentviz: ") && told.len() < 1 << 17, "{}", told.len());
}

#[test]
fn a_standard_error_that_is_no_terminal_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = Setup::with_script("exec {} --paused 2>log").within(folder.path());
    let pty = dashboard(&setup);
    let log = folder.path().join("log");
    assert_eq!(fs::read_link(standard_error(pty.pid())).expect("it is open"), log);
    write(pty.pid(), "a line\n");
    quit(pty);
    assert_eq!(fs::read_to_string(log).expect("a log"), "a line\n");
}

#[test]
fn while_the_dashboard_is_suspended_standard_error_is_the_terminal() {
    let mut pty = dashboard(&Setup::with_job("", "--paused"));
    let job = pty.job();
    let goes_to = || fs::read_link(standard_error(job)).expect("it is open");
    let pipe = goes_to();
    write(job, "before\n");
    pty.type_keys("\x1a");
    pty.wait_until_stopped();
    assert!(told(&pty).starts_with("before\r\n"));
    assert!(goes_to().starts_with("/dev"), "{}", goes_to().display());
    pty.go_on();
    pty.wait_for("the dashboard", vt100::Screen::alternate_screen);
    assert_eq!(goes_to(), pipe);
    write(job, "after\n");
    quit(pty);
}

#[test]
fn a_terminal_that_has_gone_or_takes_no_bytes_is_told_nothing_and_waited_for_no_longer() {
    let mut pty = paused();
    write(pty.pid(), "astray\n");
    pty.stall();
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
    let mut pty = Setup::with_script("trap '' HUP; exec {} --paused").start();
    pty.wait_for_text("quadratic");
    write(pty.pid(), "astray\n");
    pty.hang_up();
    assert_gone(&pty.wait_for_end());
}
