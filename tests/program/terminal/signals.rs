//! Whatever signal ends the program, whatever limit it exceeds and whatever state it is stopped in,
//! the terminal is restored, the session can be resumed, and the reason is printed.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use super::recorded::cut_off;
use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, now};

/// Signals that leave a process alone, stop it, or cannot be handled: KILL 9, PIPE 13, CHLD to TTOU
/// 17 to 22, URG 23, XFSZ 25, WINCH 28, and 32 and 33, which the C library keeps for itself.
const OTHERS: [i32; 14] = [9, 13, 17, 18, 19, 20, 21, 22, 23, 25, 28, 32, 33, 34];

/// Signals of a thread that cannot continue: ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS.
const CRASHES: [i32; 7] = [4, 5, 6, 7, 8, 11, 31];

/// The number of programs that one test runs at once.
const AT_ONCE: usize = 4;

/// Starts a shell's job or the program itself, whose session is recorded in the folder.
fn at_risk(begin: &str, arguments: &str) -> (Pty, TempDir) {
    training(setup_at_risk(begin, arguments))
}

fn setup_at_risk(begin: &str, arguments: &str) -> Setup {
    Setup::with_script(&format!("export XDG_STATE_HOME=\"$PWD\"; {begin} {{}} {arguments}"))
}

/// Starts the program in a folder, and waits for a step.
fn training(setup: Setup) -> (Pty, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = setup.within(folder.path()).start();
    pty.wait_for("a step", |screen| {
        let text = screen.contents();
        text.contains("epoch ") && !text.contains("epoch   0/")
    });
    (pty, folder)
}

fn send(signal: i32, pid: Pid) {
    let arguments = [format!("-{signal}"), pid.to_string()];
    assert!(Command::new("kill").args(arguments).status().expect("kill can be run").success());
}

/// Returns the state of a process as the system reports it: `T` is stopped.
fn state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    stat.rsplit(')').next()?.trim_start().chars().next()
}

fn wait_until(pty: &mut Pty, what: &str, mut is_met: impl FnMut() -> bool) {
    let until = now() + PATIENCE;
    while !is_met() {
        assert!(now() < until, "{what} did not happen; the screen:\n{}", pty.text());
        pty.read_for(POLL_INTERVAL);
    }
}

#[test]
fn every_fatal_signal_ends_the_program_in_order() {
    // The programs mostly wait for one another's threads: several at a time take less.
    thread::scope(|scope| {
        for share in 0..AT_ONCE {
            let is_fatal = |signal: &i32| !OTHERS.contains(signal);
            let signals = (1..=64).filter(is_fatal).skip(share).step_by(AT_ONCE);
            scope.spawn(|| signals.for_each(check_end_by));
        }
    });
}

fn check_end_by(signal: i32) {
    let mut setup = setup_at_risk("ulimit -c 0; exec", "");
    // The thread that knows the result of the run may be the one that crashed: it is waited for.
    let is_crash = CRASHES.contains(&signal);
    if is_crash {
        setup = setup.with_short_limits();
    }
    let (mut pty, folder) = training(setup);
    send(signal, pty.pid());
    let status = pty.wait_for_end();
    assert!(status.signal().is_some(), "{signal}: {status}");
    pty.wait_until_restored();
    let is_users = signal == Signal::INT.as_raw();
    assert_eq!(cut_off(folder.path()).len(), usize::from(!is_users), "{signal}");
    if !is_crash {
        pty.wait_for_text("saturated: seed 1, ");
    }
    if !is_users {
        pty.wait_for_text("xentviz resume goes on with this session");
    }
    let names = [(24, "SIGXCPU: its processor time is used up"), (6, "SIGABRT"), (10, "SIGUSR1")];
    if let Some((_, name)) = names.into_iter().find(|(number, _)| *number == signal) {
        pty.wait_for_text(&format!("xentviz: ended by {name}"));
    }
}

#[test]
fn a_signal_that_was_ignored_at_the_start_does_not_end_the_program() {
    let (mut pty, _folder) = at_risk("trap '' HUP USR1; exec", "--pace 30 --epochs 100000");
    for signal in [Signal::HUP, Signal::USR1] {
        pty.signal(signal);
    }
    pty.expect("?", "close");
    crate::pty::quit(pty);
}

#[test]
fn the_limit_on_processor_time_ends_the_program_in_order() {
    let (mut pty, folder) =
        at_risk("ulimit -c 0; ulimit -S -t 1; exec", "xor --pace max --epochs 100000000");
    let status = pty.wait_for_end();
    assert!(status.signal().is_some_and(|name| name.starts_with("CPU")), "{status}");
    pty.wait_until_restored();
    pty.wait_for_text("its processor time is used up");
    assert_eq!(cut_off(folder.path()).len(), 1);
}

#[test]
fn a_limit_on_address_space_slightly_above_the_use_is_enough() {
    let (mut pty, _folder) = at_risk(
        "ulimit -v 400000; exec",
        "digits --pace max --set data.train=600 --epochs 100000000",
    );
    pty.expect(":set network.layers=[784,30000,10]\r", "can be had");
    pty.type_keys("\x1b");
    pty.wait_until_gone("can be had");
    crate::pty::quit(pty);
}

#[test]
fn data_that_does_not_fit_under_a_limit_on_address_space_leaves_the_run_unchanged() {
    let rows = format!("{}1", "1,".repeat(30));
    let begin = format!("mkfifo rows; timeout 300 yes {rows} > rows & ulimit -v 400000; exec");
    let (mut pty, folder) =
        at_risk(&begin, "digits --pace max --set data.train=600 --epochs 100000000");
    let scenario = r#"
        data = { kind = "csv", path = "rows" }
        network = { layers = [30, 1] }
        training = { epochs = 1, batch = 10, eta = 1 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    fs::write(folder.path().join("rows.toml"), scenario).expect("a file can be written");
    pty.expect(":open rows.toml\r", "rows: its first ");
    pty.type_keys("\x1b");
    pty.wait_until_gone("rows: its first ");
    crate::pty::quit(pty);
}

/// Returns a dashboard that a shell has stopped in the background, and its process.
fn suspended() -> (Pty, TempDir, Pid) {
    let (mut pty, folder) = {
        let folder = tempfile::tempdir().expect("a folder");
        let begin = "XDG_STATE_HOME=\"$PWD\"";
        let setup = Setup::with_job(begin, "--epochs 100000 --pace 30").within(folder.path());
        (setup.start(), folder)
    };
    // So many that the thread that trains has told the recorder of the first ones.
    pty.wait_for("some epochs", |screen| {
        let text = screen.contents();
        let number = text.split("epoch ").nth(1).and_then(|rest| rest.split('/').next());
        number.and_then(|number| number.trim().parse().ok()).is_some_and(|epoch: u64| epoch >= 5)
    });
    let job = pty.job();
    pty.type_keys("\x1a");
    pty.wait_until_stopped();
    (pty, folder, job)
}

#[test]
fn a_suspended_dashboard_that_is_ended_exits_and_its_session_can_be_resumed() {
    for signals in [&[Signal::TERM, Signal::CONT][..], &[Signal::CONT, Signal::TERM]] {
        for _ in 0..10 {
            let (mut pty, folder, job) = suspended();
            for signal in signals {
                kill_process(job, *signal).expect("the program is there");
            }
            wait_until(&mut pty, "the end", || {
                test_kill_process(job).is_err() || state(job) == Some('Z')
            });
            assert_eq!(cut_off(folder.path()).len(), 1, "{signals:?}");
        }
    }
}

#[test]
fn a_suspended_dashboard_that_is_resumed_in_the_background_stops_again_without_output() {
    let (mut pty, folder, job) = suspended();
    for _ in 0..2 {
        let before = pty.bytes.len();
        kill_process(job, Signal::CONT).expect("the program is there");
        wait_until(&mut pty, "the resumed process", || state(job) != Some('T'));
        wait_until(&mut pty, "the stopped process", || state(job) == Some('T'));
        assert!(pty.bytes[before..].is_empty(), "it writes nothing");
        assert!(!pty.is_raw());
    }
    pty.resume();
    pty.wait_for("the dashboard", |screen| {
        screen.alternate_screen() && screen.contents().contains("quadratic")
    });
    pty.type_keys("q");
    pty.wait_for_end();
    assert_eq!(cut_off(folder.path()).len(), 0, "the user has quit");
}

#[test]
fn a_dashboard_started_in_the_background_waits_there_and_can_be_ended() {
    // At its first query, the shell may report that the job was stopped: 147.
    let script = "set -m; {} --paused & read line; kill -TERM %1; kill -CONT %1; \
                  status=147; while [ $status = 147 ]; do wait %1; status=$?; done; echo ended $status";
    let mut pty = Setup::with_script(script).start();
    // The shell reports the state of its job only after the next input.
    pty.wait_for_silence(Duration::from_millis(300));
    assert!(!pty.screen().alternate_screen());
    pty.type_keys("\r");
    pty.wait_for_text("ended 143");
}
