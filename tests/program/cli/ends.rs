//! The progress of a run, and how it ends: by itself, by a signal, by a reader that disappears.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::io::ioctl_fionread;
use rustix::process::Signal;

use crate::cli::children::{POLL_INTERVAL, end_of, endless, signal, wait_until};
use crate::cli::{TestDir, errors, records, text};

#[test]
fn standard_output_has_only_the_metrics_if_they_are_requested_there() {
    let place = TestDir::new();
    let output = place.run("run and --epochs 2 --metrics -");
    assert_eq!(records(&text(&output.stdout)).len(), 6);
    assert!(errors(&output).contains("cross-entropy"));
    let table = place.succeed("run and --epochs 2");
    assert!(table.contains("quadratic") && table.contains("accuracy"), "{table}");
}

#[test]
fn an_arm_that_diverges_is_reported_and_is_no_failure() {
    let place = TestDir::new();
    let table =
        place.succeed("run linear-output --epochs 500 --eta 50 --summary s.json --metrics m.jsonl");
    let summary = place.json("s.json");
    let diverged: Vec<_> = summary["arms"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|arm| arm["diverged_at_step"].is_number())
        .collect();
    assert!(!diverged.is_empty(), "{table}");
    assert!(table.contains("diverged at step"), "{table}");
    assert!(table.contains("with eta 50: "), "{table}");
    for arm in diverged {
        let records = records(&place.read("m.jsonl"));
        let last = records.iter().rfind(|record| record["arm"] == arm["arm"]).unwrap();
        let last = last["step"].as_u64().unwrap();
        assert!(last <= arm["steps"].as_u64().unwrap());
    }
}

#[test]
fn on_a_terminal_a_bar_shows_the_epoch_the_rate_and_the_time_left() {
    let place = TestDir::new();
    let size = PtySize { rows: 24, cols: 100, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_xentviz"));
    command.args(["run", "circle", "--epochs", "1000000000", "--evaluate", "0"]);
    command.cwd(place.0.path());
    command.env("TERM", "xterm-256color");
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut seen = String::new();
    let mut bytes = [0; 4096];
    // The first drawing of the bar has no rate yet.
    while seen.matches("examples/s").count() < 3 {
        let count = reader.read(&mut bytes).unwrap();
        assert!(count > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert!(seen.contains("epoch ") && seen.contains(" of 1000000000 ["), "{seen}");
    assert!(seen.contains(" left"), "{seen}");
    pty.master.take_writer().unwrap().write_all(b"\x03").unwrap();
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert_eq!(child.wait().unwrap().exit_code(), 130);
    let end = seen.rsplit("epoch ").next().unwrap();
    assert!(end.contains("cross-entropy"), "{seen}");
}

/// The signals that end a process by default and do not report a fault of the process itself:
/// SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGXCPU, SIGVTALRM and SIGPROF; on
/// Linux also SIGSTKFLT, SIGIO, SIGPWR and the real-time ones.
const ENDING: [i32; 10] = [1, 2, 3, 10, 12, 14, 15, 24, 26, 27];
const ENDING_ON_LINUX: [i32; 5] = [16, 29, 30, 34, 64];

fn send(child: &Child, number: i32) {
    let args = [format!("-{number}"), child.id().to_string()];
    let sent = Command::new("kill").args(args).status().expect("a signal can be sent");
    assert!(sent.success(), "signal {number}");
}

fn lines_of(child: &mut Child) -> Lines<BufReader<ChildStdout>> {
    BufReader::new(child.stdout.take().expect("it has a pipe")).lines()
}

#[test]
#[cfg(target_os = "linux")]
fn every_fatal_signal_ends_a_run_with_all_its_files() {
    for number in ENDING.into_iter().chain(ENDING_ON_LINUX) {
        let place = TestDir::new();
        let flags = ["--summary", "s.json", "--save", "{arm}.json"];
        let mut child = endless(&place, "and", &flags);
        let mut metrics = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        metrics.read_line(&mut line).unwrap();
        send(&child, number);
        metrics.read_to_string(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(128 + number), "{}", errors(&output));
        let last = records(&line).pop().expect("there are whole records only");
        assert_eq!(place.names(), ["cross-entropy.json", "quadratic.json", "s.json"]);
        let arm = &place.json("s.json")["arms"][1];
        assert_eq!(arm["epochs"], last["epoch"], "a reader that reads gets the last epoch");
        assert_eq!(place.json("quadratic.json")["xentviz"]["arm"], "quadratic");
    }
}

#[test]
fn a_signal_that_was_ignored_when_the_run_was_started_stays_ignored() {
    let place = TestDir::new();
    let run = "run and --epochs 1000000000000 --metrics - --summary s.json";
    let script = format!("trap '' HUP INT USR1; exec {} {run}", env!("CARGO_BIN_EXE_xentviz"));
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(place.0.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = lines_of(&mut child);
    for number in [1, 2, 10] {
        lines.next().expect("it runs").expect("a line");
        send(&child, number);
        // By then the run has written more than the pipe holds.
        assert_eq!(lines.by_ref().take(10_000).count(), 10_000);
    }
    send(&child, 15);
    drop(lines.by_ref().last());
    assert_eq!(end_of(&mut child).code(), Some(143));
    assert_eq!(place.json("s.json")["scenario"], "and");
}

#[test]
#[cfg(target_os = "linux")]
fn no_more_threads_are_started_than_there_are_cores() {
    let place = TestDir::new();
    let cores = thread::available_parallelism().expect("there are cores").get();
    for (wanted, workers) in [("100000", cores), ("1", 0)] {
        let args = ["run", "and", "--epochs", "1000000000000", "--metrics", "-"];
        let mut command = place.command(&args);
        command.env("RAYON_NUM_THREADS", wanted).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program can be started");
        lines_of(&mut child).next().expect("it trains").expect("a line");
        let tasks = fs::read_dir(format!("/proc/{}/task", child.id())).expect("it runs").count();
        child.kill().expect("it runs");
        end_of(&mut child);
        // The main thread, that of the signals, and that of the clock come on top.
        let expected = if cores == 1 { 3 } else { workers + 3 };
        assert_eq!(tasks, expected, "RAYON_NUM_THREADS={wanted}");
    }
}

#[test]
fn repeated_signals_lose_nothing() {
    // `timeout` signals its child and then their group; on a lost line both the shell and the
    // kernel signal; a limit of processor time signals every second.
    for number in [15, 1, 24] {
        let place = TestDir::new();
        let flags = ["--summary", "s.json", "--save", "{arm}.json"];
        let mut child = endless(&place, "circle", &flags);
        lines_of(&mut child).next().expect("it runs").expect("a line");
        for _ in 0..50 {
            let ids = [format!("-{number}"), child.id().to_string()];
            // An earlier signal may have ended it already.
            drop(Command::new("kill").args(ids).stderr(Stdio::null()).status());
        }
        assert_eq!(end_of(&mut child).code(), Some(128 + number));
        assert_eq!(place.names(), ["cross-entropy.json", "quadratic.json", "s.json"]);
    }
}

/// Waits until nothing more goes into the pipe.
fn wait_until_full(pipe: &impl AsFd) {
    let (mut held, mut checks) = (0, 0);
    assert!(wait_until(|| {
        let holds = ioctl_fionread(pipe).expect("a pipe knows what it holds");
        checks = if holds > 0 && holds == held { checks + 1 } else { 0 };
        held = holds;
        checks == 40
    }));
}

#[test]
fn a_stalled_reader_does_not_delay_the_end() {
    for (by, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let place = TestDir::new();
        let flags = ["--summary", "s.json", "--save", "{arm}.json"];
        let mut child = endless(&place, "and", &flags);
        let mut metrics = child.stdout.take().unwrap();
        wait_until_full(&metrics);
        signal(&child, by);
        assert_eq!(end_of(&mut child).code(), Some(status));
        let mut lines = String::new();
        metrics.read_to_string(&mut lines).unwrap();
        assert!(lines.ends_with('\n') && records(&lines).len() > 10, "whole records only");
        assert_eq!(place.names(), ["cross-entropy.json", "quadratic.json", "s.json"]);
        assert_eq!(place.json("quadratic.json")["xentviz"]["arm"], "quadratic");
    }
}

#[test]
fn a_stalled_named_pipe_does_not_delay_the_end() {
    let place = TestDir::new();
    let made = Command::new("mkfifo").arg(place.path("m.jsonl")).status().expect("a pipe is made");
    assert!(made.success());
    let args = ["run", "and", "--epochs", "1000000000000", "--metrics", "m.jsonl"];
    let mut command = place.command(&args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut metrics = File::open(place.path("m.jsonl")).expect("there is a writer");
    wait_until_full(&metrics);
    signal(&child, Signal::TERM);
    assert_eq!(end_of(&mut child).code(), Some(143));
    let mut lines = String::new();
    metrics.read_to_string(&mut lines).unwrap();
    assert!(lines.ends_with('\n') && records(&lines).len() > 10, "whole records only");
}

#[test]
fn a_stalled_reader_of_the_progress_delays_neither_the_run_nor_its_end() {
    let place = TestDir::new();
    let (reads, writes) = std::io::pipe().expect("a pipe can be made");
    let mut full = writes.try_clone().unwrap();
    // The write that no longer fits blocks for ever; its thread is abandoned.
    thread::spawn(move || while full.write_all(&[b' '; 4096]).is_ok() {});
    wait_until_full(&reads);
    let mut command = place.command(&["run", "and", "--epochs", "1000000000000"]);
    let mut child = command.stdout(Stdio::null()).stderr(writes).spawn().unwrap();
    // The first line of progress comes after three seconds.
    let checks = Duration::from_secs(4).as_millis() / POLL_INTERVAL.as_millis();
    let has_ended = (0..checks).any(|_| {
        thread::park_timeout(POLL_INTERVAL);
        child.try_wait().expect("the program can be waited for").is_some()
    });
    assert!(!has_ended);
    signal(&child, Signal::TERM);
    assert_eq!(end_of(&mut child).code(), Some(143));
}

/// The number of attempts to hit the program with a signal while it writes.
const ATTEMPTS: usize = 20;

#[test]
fn ctrl_c_after_another_signal_leaves_no_part_of_a_file() {
    let is_hit = (0..ATTEMPTS).any(|_| {
        let place = TestDir::new();
        let flags = [
            "--layers",
            "2,1000,1000,1",
            "--set",
            "data.train=10",
            "--epochs",
            "1",
            "--evaluate",
            "0",
        ];
        let args = [&["run", "circle", "--save", "{arm}.json"], &flags[..]].concat();
        let mut command = place.command(&args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let is_begun = || {
            let hidden = place.names().into_iter().find(|name| name.starts_with('.'));
            hidden.is_some_and(|name| fs::metadata(place.path(&name)).is_ok_and(|it| it.len() > 0))
        };
        let mut is_hit = false;
        assert!(wait_until(|| {
            is_hit = is_begun();
            is_hit || child.try_wait().expect("the program can be waited for").is_some()
        }));
        let mut status = None;
        if is_hit {
            signal(&child, Signal::TERM);
            // Repeats ctrl-c until it counts as a second request.
            assert!(wait_until(|| {
                signal(&child, Signal::INT);
                status = child.try_wait().expect("the program can be waited for");
                status.is_some()
            }));
        }
        assert!(place.names().iter().all(|name| !name.starts_with('.')), "{:?}", place.names());
        if let Some(status) = status {
            // The program may have ended before ctrl-c counted as a second request.
            assert!([Some(130), Some(143)].contains(&status.code()), "{status}");
        }
        is_hit
    });
    assert!(is_hit, "a file was never found half-written");
}

#[test]
fn a_run_that_waits_for_a_file_ends_with_the_first_signal() {
    let place = TestDir::new();
    place.write("csv.toml", CSV);
    for (args, pipe, by, status) in [
        ("run pipe.toml", "pipe.toml", Signal::TERM, 143),
        ("run and --load pipe.json", "pipe.json", Signal::INT, 130),
        ("run csv.toml", "pipe.csv", Signal::HUP, 129),
    ] {
        let made = Command::new("mkfifo").arg(place.path(pipe)).status();
        assert!(made.expect("a pipe is made").success());
        let mut command = place.command(&args.split(' ').collect::<Vec<_>>());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The run waits for the pipe once a writer finds a reader.
        let is_read = || {
            let mut writer = fs::OpenOptions::new();
            writer.write(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
            writer.open(place.path(pipe)).is_ok_and(|writer| {
                // While the writer stays open, the run waits for its data.
                std::mem::forget(writer);
                true
            })
        };
        assert!(wait_until(is_read), "{args}");
        signal(&child, by);
        assert_eq!(end_of(&mut child).code(), Some(status), "{args}");
    }
}

/// A scenario whose examples come from a pipe.
const CSV: &str = r#"
    data = { kind = "csv", path = "pipe.csv" }
    network = { layers = [1, 1] }
    training = { epochs = 1, batch = 1, eta = 1 }
    arm = [{ name = "a", cost = "quadratic" }]
"#;

#[test]
fn the_cost_at_the_end_is_that_of_the_network_that_is_saved() {
    // The only evaluation is that of the start, and the run ends in the middle of an epoch of 50
    // steps.
    let place = TestDir::new();
    let flags = ["--evaluate", "0", "--summary", "s.json", "--save", "{arm}.json"];
    let mut child = endless(&place, "circle", &flags);
    let mut metrics = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    metrics.read_line(&mut lines).unwrap();
    signal(&child, Signal::INT);
    metrics.read_to_string(&mut lines).unwrap();
    child.wait().unwrap();
    assert!(records(&lines).iter().all(|record| record["epoch"] == 0), "{lines}");
    compare_with_models(&place, "circle --epochs 1");
    // The same holds for an arm that has diverged.
    let line = "linear-output --epochs 500 --eta 50 --evaluate 0";
    place.succeed(&format!("run {line} --summary s.json --save {{arm}}.json"));
    compare_with_models(&place, line);
}

/// Checks that the costs in the summary are the starting costs of a run from the saved models.
fn compare_with_models(place: &TestDir, line: &str) {
    let again = format!("run {line} --load {{arm}}.json --metrics -");
    let starts = records(&place.succeed(&again));
    for arm in place.json("s.json")["arms"].as_array().expect("there are arms") {
        assert!(arm["cost"].is_number(), "{arm}");
        let start = starts.iter().find(|start| start["arm"] == arm["arm"]).expect("it starts");
        assert_eq!((&start["step"], &start["cost"]), (&0.into(), &arm["cost"]));
    }
}

#[test]
fn a_reader_that_disappears_ends_the_run_and_is_no_failure() {
    let place = TestDir::new();
    let mut child = endless(&place, "and", &[]);
    let mut metrics = BufReader::new(child.stdout.take().unwrap());
    metrics.read_line(&mut String::new()).unwrap();
    drop(metrics);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(errors(&output), "");
}
