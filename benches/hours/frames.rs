//! Measures the whole program in a real terminal: the frames that arrive per second, and their
//! bytes.

use std::fs;
use std::time::Duration;

use crate::pty::{POLL_INTERVAL, Setup, now};

/// The time over which frames are counted.
const TIME: Duration = Duration::from_secs(3);

/// The requested frame rate, above the 20 frames per second that are required.
const MOST: &str = "60";

const FRAME: &[u8] = b"\x1b[?2026h";

/// The name of each kind, its base scenario, and the keys of an arm.
const KINDS: [(&str, &str, &str); 2] = [
    ("neurons", "saturated", "cost = \"quadratic\"\n"),
    ("digits", "digits", "cost = \"cross-entropy\"\n"),
];

/// Measures every view of four arms in two large windows, at full speed.
pub(crate) fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    println!("\n{:<24} {:>20} {:>20}", "frames a second, bytes each", "200×60", "400×100");
    for (kind, base, arm) in KINDS {
        let path = folder.path().join(format!("{kind}.toml"));
        fs::write(&path, four_arms(base, arm)).expect("a scenario can be written");
        for (view, name) in [("1", "duel"), ("2", "equation"), ("3", "weights"), ("4", "surface")] {
            let scenario = path.display().to_string();
            let [small, large] = [(200, 60), (400, 100)].map(|size| {
                let (rate, bytes) = frames(&scenario, view, size);
                format!("{rate:.1}, {bytes:.0}")
            });
            println!("{:<24} {small:>20} {large:>20}", format!("four {kind}, {name}"));
        }
    }
}

/// Returns a built-in scenario with four arms that differ in η.
fn four_arms(base: &str, arm: &str) -> String {
    let built_in = xentviz::testing::scenario::find(base).expect("it is built in").text;
    let head = built_in.split("[[arm]]").next().unwrap_or_default();
    let arms = (1..=4).map(|i| format!("[[arm]]\nname = \"arm-{i}\"\n{arm}eta = 0.{i}\n"));
    format!("{head}\n{}", arms.collect::<String>())
}

/// Returns frames per second and bytes per frame.
fn frames(scenario: &str, view: &str, (columns, rows): (u16, u16)) -> (f64, f64) {
    let arguments =
        [scenario, "--pace", "max", "--epochs", "1000000000", "--fps", MOST, "--bandwidth", "none"];
    let mut pty = Setup::with_arguments(&arguments).sized(columns, rows).start();
    pty.wait_for_text("running");
    pty.type_keys(view);
    let begun = now();
    while begun.elapsed() < Duration::from_secs(1) {
        pty.read_for(POLL_INTERVAL);
    }
    let (from, begun) = (pty.bytes.len(), now());
    while begun.elapsed() < TIME {
        pty.read_for(POLL_INTERVAL);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let written = &pty.bytes[from..];
    let frames = written.windows(FRAME.len()).filter(|bytes| *bytes == FRAME).count() as f64;
    (frames / seconds, written.len() as f64 / frames)
}
