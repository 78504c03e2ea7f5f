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
mod telling;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use crate::pty::{LOOK, PATIENCE, Pty, Setup, now};
use crate::telling::{tell, told};

/// The variable that names the file in which the program reports its memory.
const TELLS: &str = "XENTVIZ_TELLS_WHAT_IT_HOLDS";

/// How long the terminal stalls.
const STALL: Duration = Duration::from_secs(3);

/// The queues of a pool of threads vary by a few hundred bytes.
const QUEUES: usize = 4 << 10;

fn main() -> ExitCode {
    if let Some(file) = std::env::var_os(TELLS) {
        tell(Path::new(&file)).expect("a file can be written");
        return xentviz::main();
    }
    let seconds = std::env::var("STALLED_FOR").ok().and_then(|seconds| seconds.parse().ok());
    let stall = seconds.map_or(STALL, Duration::from_secs);
    for (scenario, allowance) in [("saturated", 0), ("xor", QUEUES), ("digits", QUEUES)] {
        takes_no_more_while_it_stalls(scenario, allowance, stall);
    }
    ExitCode::SUCCESS
}

fn takes_no_more_while_it_stalls(scenario: &str, allowance: usize, stall: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let tells = folder.path().join("held");
    let mut setup =
        Setup::with_arguments(&[scenario, "--pace", "max", "--epochs", "1000000000000"]);
    let own = std::env::current_exe().expect("the test knows where it is");
    setup.program[0] = own.display().to_string();
    let file: &'static str = tells.display().to_string().leak();
    let mut pty = setup.with(TELLS, file).start();
    pty.wait_for_text("running");
    // By now the charts are full, and every buffer has its size.
    watch(&mut pty, Duration::from_millis(500), || ());
    pty.stall();
    pty.wait_for_silence(Duration::from_millis(300));
    // Steps and evaluations allocate and free memory; the least value is that at rest.
    let [before, after] = [(); 2].map(|()| least(&mut pty, &tells, stall / 2));
    report(&format!("{scenario}: {before} bytes held, and {after} after {stall:?}"));
    assert!(after <= before + allowance, "{scenario}");
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
}

/// Returns the least memory in use during `time`.
fn least(pty: &mut Pty, tells: &Path, time: Duration) -> usize {
    let mut held = BTreeMap::new();
    watch(pty, time, || held.extend(told(tells)));
    assert!(held.len() > 5, "the program is alive and tells");
    held.into_values().min().unwrap_or_default()
}

/// Calls `look` repeatedly for `time`.
fn watch(pty: &mut Pty, time: Duration, mut look: impl FnMut()) {
    assert!(time < PATIENCE * 10);
    let until = now() + time;
    while now() < until {
        pty.read_for(LOOK);
        look();
    }
}

#[expect(clippy::print_stdout, reason = "a test without a harness prints its result")]
fn report(line: &str) {
    println!("{line}");
}
