//! A terminal that takes no bytes for a while costs no memory, however long that lasts: not one
//! byte for a neuron, and for larger networks only the fluctuation of the threads' queues.
//!
//! The whole program runs in this executable, with an allocator that counts the bytes in use. To
//! stall for longer than a test may take: `STALLED_FOR=60 cargo test --test stalled`, in seconds.

#![cfg(unix)]

#[path = "../terminal/pty.rs"]
#[expect(dead_code, reason = "this test uses few of the terminal helpers")]
mod pty;

mod counting;
mod memory_report;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use crate::memory_report::{last_report, start_reports};
use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, now};

/// The variable that names the file in which the program reports its memory.
const REPORT_FILE: &str = "XENTVIZ_MEMORY_REPORT";

/// How long the terminal stalls.
const STALL: Duration = Duration::from_secs(3);

/// The queues of a pool of threads vary by a few hundred bytes.
const QUEUES: usize = 4 << 10;

fn main() -> ExitCode {
    if let Some(file) = std::env::var_os(REPORT_FILE) {
        start_reports(Path::new(&file)).expect("a file can be written");
        return xentviz::main();
    }
    let seconds = std::env::var("STALLED_FOR").ok().and_then(|seconds| seconds.parse().ok());
    let stall = seconds.map_or(STALL, Duration::from_secs);
    for (scenario, allowance) in [("saturated", 0), ("xor", QUEUES), ("digits", QUEUES)] {
        check_memory_while_stalled(scenario, allowance, stall);
    }
    ExitCode::SUCCESS
}

fn check_memory_while_stalled(scenario: &str, allowance: usize, stall: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let report_file = folder.path().join("held");
    let mut setup =
        Setup::with_arguments(&[scenario, "--pace", "max", "--epochs", "1000000000000"]);
    let own = std::env::current_exe().expect("the test knows where it is");
    setup.program[0] = own.display().to_string();
    let file: &'static str = report_file.display().to_string().leak();
    let mut pty = setup.with(REPORT_FILE, file).start();
    pty.wait_for_text("running");
    // By now the charts are full, and every buffer has its size.
    watch(&mut pty, Duration::from_millis(500), || ());
    pty.stall();
    pty.wait_for_silence(Duration::from_millis(300));
    // Steps and evaluations allocate and free memory; the least value is that at rest.
    let [before, after] = [(); 2].map(|()| least(&mut pty, &report_file, stall / 2));
    report(&format!("{scenario}: {before} bytes held, and {after} after {stall:?}"));
    assert!(after <= before + allowance, "{scenario}");
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
}

/// Returns the least memory in use during `time`.
fn least(pty: &mut Pty, report_file: &Path, time: Duration) -> usize {
    let mut held = BTreeMap::new();
    watch(pty, time, || held.extend(last_report(report_file)));
    assert!(held.len() > 5, "the program is alive and reports");
    held.into_values().min().unwrap_or_default()
}

/// Calls `check` repeatedly for `time`.
fn watch(pty: &mut Pty, time: Duration, mut check: impl FnMut()) {
    assert!(time < PATIENCE * 10);
    let until = now() + time;
    while now() < until {
        pty.read_for(POLL_INTERVAL);
        check();
    }
}

#[expect(clippy::print_stdout, reason = "a test without a harness prints its result")]
fn report(line: &str) {
    println!("{line}");
}
