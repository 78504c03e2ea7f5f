//! A terminal that takes no bytes for a while costs no memory, however long that lasts: not one
//! byte for a neuron, and for larger networks only the fluctuation of the threads' queues.
//!
//! The whole program runs in this executable, with an allocator that counts the bytes in use. To
//! stall for longer than a test may take: `STALLED_FOR=60 cargo test --test held`, in seconds.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::memory_report::{REPORT_FILE, last_report};
use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, now};

/// How long the terminals stall.
const STALL: Duration = Duration::from_secs(2);

/// The queues of a pool of threads vary by a few hundred bytes.
const QUEUES: usize = 4 << 10;

pub(crate) fn a_terminal_that_takes_no_bytes_costs_no_memory() {
    let seconds = std::env::var("STALLED_FOR").ok().and_then(|seconds| seconds.parse().ok());
    let stall = seconds.map_or(STALL, Duration::from_secs);
    thread::scope(|scope| {
        for (scenario, allowance) in [("saturated", 0), ("xor", QUEUES), ("digits", QUEUES)] {
            scope.spawn(move || check_memory_while_stalled(scenario, allowance, stall));
        }
    });
}

fn check_memory_while_stalled(scenario: &str, allowance: usize, stall: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let report_file = folder.path().join("held");
    let mut setup =
        Setup::with_arguments(&[scenario, "--pace", "max", "--epochs", "1000000000000"]);
    let own = std::env::current_exe().expect("the test knows where it is");
    setup.program[0] = own.display().to_string();
    let file: &'static str = report_file.display().to_string().leak();
    // The end of a program whose terminal takes no bytes is a matter of its time limits.
    // A run keeps states, to which time can return, up to a bound that it has not reached yet.
    let setup = setup.with(REPORT_FILE, file).with("XENTVIZ_TIME_MEMORY", "0");
    let mut pty = setup.with_short_limits().start();
    pty.wait_for_text("running");
    // By now the charts are full, and every buffer has its size.
    watch(&mut pty, Duration::from_millis(1500), || ());
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
