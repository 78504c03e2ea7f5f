//! Runs each program in a terminal of its own.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::pty::{Pty, Setup};

/// The time that a program gets before it is measured.
const WARM_UP: Duration = Duration::from_secs(3);
/// The length of the measurement.
const SPAN: Duration = Duration::from_secs(10);
/// A frame is complete when nothing has arrived for this long.
const PAUSE: Duration = Duration::from_millis(20);
/// The least number of characters in a first frame.
const CHARACTERS: usize = 200;
/// The clock of `/proc/PID/stat`, in ticks a second, on every Linux.
const TICKS: f64 = 100.0;

/// The measurements of a program.
struct DrawnFrames {
    bytes_per_second: f64,
    /// The processor time, in per cent of one core.
    processor: f64,
    first_frame: Duration,
    /// The peak memory, in MiB.
    memory: f64,
}

/// Measures this program, and every other named program that is installed.
pub(crate) fn measure() {
    let others: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!("| program | size | bytes/s | processor | first frame | memory |");
    println!("|---|---|---|---|---|---|");
    let data = std::env::var("XENTVIZ_DATA").unwrap_or_else(|_| {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mnist");
        beside.to_string_lossy().into_owned()
    });
    let own = |arguments: &[&str]| Setup::with_arguments(arguments);
    let mnist = ["mnist", "--data", &data, "--epochs", "100000"];
    let slow = [&mnist[..], &["--pace", "1"]].concat();
    let fast = [&mnist[..], &["--fps", "30"]].concat();
    let long = ["--epochs", "100000"];
    let mut all = vec![
        ("xentviz, paused".to_owned(), own(&["--paused"]), ""),
        ("xentviz, running".to_owned(), own(&long), ""),
        (
            "xentviz, running, `--fps 10`".to_owned(),
            own(&["--epochs", "100000", "--fps", "10"]),
            "",
        ),
        ("xentviz, running, as over SSH".to_owned(), own(&long).with("SSH_CONNECTION", "a b"), ""),
    ];
    if Path::new(&data).is_dir() {
        all.push(("xentviz, MNIST, an epoch a second".to_owned(), own(&slow), ""));
        all.push(("xentviz, MNIST, full pace".to_owned(), own(&mnist), ""));
        all.push(("… its weights, `--fps 30`".to_owned(), own(&fast), "3"));
    }
    for name in others {
        let setup = Setup { program: vec![name.clone()], ..Setup::default() };
        all.push((name, setup, ""));
    }
    for (name, setup, keys) in all {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let setup = setup.clone().sized(columns, rows).with("COLORTERM", "truecolor");
            let size = format!("{columns}×{rows}");
            let DrawnFrames { bytes_per_second, processor, first_frame, memory } =
                found(setup, keys);
            println!(
                "| {name} | {size} | {bytes_per_second:.0} | {processor:.1} % | {:.0} ms | {memory:.1} MiB |",
                first_frame.as_secs_f64() * 1e3,
            );
        }
    }
}

fn found(setup: Setup, keys: &str) -> DrawnFrames {
    let began = Instant::now();
    let mut pty = setup.start();
    let is_drawn = |pty: &Pty| {
        pty.text().chars().filter(|letter| !letter.is_whitespace()).count() >= CHARACTERS
    };
    while !is_drawn(&pty) {
        assert!(began.elapsed() < Duration::from_secs(20), "it draws nothing:\n{}", pty.text());
        pty.read_for(Duration::from_millis(1));
    }
    let mut first_frame = began.elapsed();
    while pty.read_for(PAUSE) && began.elapsed() < WARM_UP {
        first_frame = began.elapsed();
    }
    pty.type_keys(keys);
    read_until(&mut pty, began + WARM_UP);
    let (bytes, ticks, from) = (pty.bytes.len(), ticks(&pty), Instant::now());
    read_until(&mut pty, from + SPAN);
    let seconds = from.elapsed().as_secs_f64();
    DrawnFrames {
        bytes_per_second: (pty.bytes.len() - bytes) as f64 / seconds,
        processor: 100.0 * (self::ticks(&pty) - ticks) / TICKS / seconds,
        first_frame,
        memory: memory(&pty),
    }
}

fn read_until(pty: &mut Pty, until: Instant) {
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        if left.is_zero() {
            return;
        }
        pty.read_for(left);
    }
}

/// Returns the processor time of all threads of the program, in ticks; 0 if the system does not
/// report it.
fn ticks(pty: &Pty) -> f64 {
    let stat = about(pty, "stat");
    // The name may contain anything; the 12th and the 13th field after it are the times.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum()
}

/// Returns the peak memory, in MiB.
fn memory(pty: &Pty) -> f64 {
    let status = about(pty, "status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

fn about(pty: &Pty, what: &str) -> String {
    fs::read_to_string(format!("/proc/{}/{what}", pty.pid().as_raw_nonzero())).unwrap_or_default()
}
