//! Foreign output on the program's standard error is kept apart from its screen. Only Linux lets a
//! test write there.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::pty::{Pty, Setup, dashboard, paused, quit};
use crate::terminal::ends::assert_gone;

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
fn output_after_screen(pty: &Pty) -> String {
    let written = String::from_utf8_lossy(&pty.bytes).into_owned();
    let (_, rest) = written.rsplit_once(LEFT).expect("the screen is left");
    rest.to_owned()
}

#[test]
fn output_on_standard_error_stays_off_the_screen_and_is_printed_afterwards() {
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
        assert_eq!(output_after_screen(&pty), "astray\\u{1b}[2J\r\nand again\r\n");
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
    let output = output_after_screen(&pty);
    assert!(output.starts_with("xentviz: ") && output.len() < 1 << 17, "{}", output.len());
}

#[test]
fn a_standard_error_that_is_no_terminal_is_unchanged() {
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
    let target = || fs::read_link(standard_error(job)).expect("it is open");
    let pipe = target();
    write(job, "before\n");
    pty.type_keys("\x1a");
    pty.wait_until_stopped();
    assert!(output_after_screen(&pty).starts_with("before\r\n"));
    assert!(target().starts_with("/dev"), "{}", target().display());
    pty.resume();
    pty.wait_for("the dashboard", vt100::Screen::alternate_screen);
    assert_eq!(target(), pipe);
    write(job, "after\n");
    quit(pty);
}

#[test]
fn a_terminal_that_has_closed_or_accepts_no_bytes_does_not_delay_the_end() {
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]).with_short_limits());
    write(pty.pid(), "astray\n");
    pty.stall();
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
    let ignoring = Setup::with_script("trap '' HUP; exec {} --paused").with_short_limits();
    let mut pty = dashboard(&ignoring);
    write(pty.pid(), "astray\n");
    pty.hang_up();
    assert_gone(&pty.wait_for_end());
}
