//! Programs that run while a test observes them.

use std::fs;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;

use crate::cli::TestDir;

/// Makes children start with the default action for the signals that end them, even if the tests
/// were started with some of them ignored: by `nohup`, or in the background of a script. A handled
/// signal has its default in a child.
pub(crate) fn restore_default_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        for signal in
            [SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter().filter(|s| mask >> (s - 1) & 1 == 1)
        {
            flag::register(signal, Arc::default()).expect("it can be handled");
        }
    });
}

/// The interval between two checks of a condition.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The number of checks before giving up: a minute, more than anything takes on a busy machine.
const PATIENCE: u32 = 12_000;

/// Waits until a condition holds; returns whether it ever did.
pub(crate) fn wait_until(mut is_met: impl FnMut() -> bool) -> bool {
    (0..PATIENCE).any(|_| {
        thread::park_timeout(POLL_INTERVAL);
        is_met()
    })
}

/// Waits for the end of a program whose output is not read.
pub(crate) fn end_of(child: &mut Child) -> ExitStatus {
    let mut status = None;
    let has_ended = wait_until(|| {
        status = child.try_wait().expect("the program can be waited for");
        status.is_some()
    });
    if !has_ended {
        child.kill().expect("a program that never ends can be ended");
    }
    status.expect("the program ends")
}

/// Starts a run that would take years, with its metrics on a pipe.
pub(crate) fn endless(place: &TestDir, scenario: &str, flags: &[&str]) -> Child {
    let args = ["run", scenario, "--epochs", "1000000000000", "--metrics", "-"];
    place
        .command(&[&args, flags].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started")
}

/// Sends a signal.
pub(crate) fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("a signal can be sent");
}
