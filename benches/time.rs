//! Measures how long it takes to go to a step that a run has reached, and the memory of the states that it keeps
//! for that. Going back is to take less than 100 ms for MNIST after 30 epochs, and less than a frame for neurons.
//!
//!     cargo bench --bench time
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xentviz::testing::file::InputFile;
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{Command, Event, RunState, TimeTarget};

/// The moments gone to in each run, of either kind.
const TIMES: usize = 60;

/// The longest time that a run may take.
const PATIENCE: Duration = Duration::from_secs(600);

struct Run {
    source: Box<dyn Source>,
    woken: Receiver<()>,
}

impl Run {
    fn start(scenario: Scenario, time_memory: Option<u64>) -> Self {
        let (wake, woken) = sync_channel(1);
        let setup = RunSetup {
            scenario,
            paused: false,
            find: Arc::new(|name| Err(format!("there is no {name}"))),
            open: Arc::new(|path: &Path| {
                let file = File::open(path)?;
                let length = file.metadata()?.len();
                Ok(InputFile::new(file, Some(length)))
            }),
            memory: Arc::new(|| None),
            time_memory,
            models: RunModels::default(),
            recording: RunRecording::default(),
        };
        let wake = Box::new(move || {
            // A reader that is already awake need not be woken again.
            let _ = wake.try_send(());
        });
        let source = LiveSource::start(setup, wake).expect("a thread can be started");
        Self { source: Box::new(source), woken }
    }

    /// Receives events until one meets the condition.
    fn until(&self, is_met: impl Fn(&Event) -> bool) -> Event {
        loop {
            self.woken.recv_timeout(PATIENCE).expect("a run answers");
            if let Some(event) = self.source.take().into_iter().find(|event| is_met(event)) {
                return event;
            }
            self.source.request_events();
        }
    }

    /// Waits for the end of the run; returns the number of its steps.
    fn finish(&self) -> u64 {
        let is_end = |event: &Event| match event {
            Event::Stands(status) => status.state == RunState::Finished,
            _ => false,
        };
        match self.until(is_end) {
            Event::Stands(status) => status.step,
            _ => 0,
        }
    }

    /// Goes to a moment; returns how long it took until it can be shown.
    fn go_to(&self, target: TimeTarget) -> Duration {
        let began = Instant::now();
        self.source.send(Command::GoTo(target));
        self.until(|event| matches!(event, Event::Moved(_)));
        began.elapsed()
    }
}

/// Returns the resident memory of this process in MiB, if the system tells it.
fn resident() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Returns the median and the greatest of some times, in milliseconds.
fn spread(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    (ms(times[times.len() / 2]), ms(times[times.len() - 1]))
}

fn measure(name: &str, keys: &[(&str, &str)], limit: f64) {
    let built_in = find(name).expect("it is built in");
    let keys: Vec<Override> =
        keys.iter().map(|(key, value)| Override::new(*key, *value, "the bench")).collect();
    let scenario = Scenario::read(built_in.text, name, &keys).expect("it reads");
    // The same run without kept states, for the memory of all else.
    let bare = Run::start(scenario.clone(), Some(0));
    bare.finish();
    let without = resident();
    drop(bare);
    let run = Run::start(scenario, None);
    let newest = run.finish();
    let with = resident();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let anywhere: Vec<Duration> =
        (0..TIMES).map(|_| run.go_to(TimeTarget::Step(rng.random_range(0..newest)))).collect();
    run.go_to(TimeTarget::Newest);
    let by_epochs: Vec<Duration> =
        (0..TIMES.min(29)).map(|_| run.go_to(TimeTarget::ByEpochs(-1))).collect();
    let ((anywhere, worst), (epoch, worst_epoch)) = (spread(anywhere), spread(by_epochs));
    let memory = with.zip(without).map_or(f64::NAN, |(with, without)| with - without);
    println!(
        "{name:<12} {newest:>10} {anywhere:>9.2} {worst:>9.2} {epoch:>9.2} {worst_epoch:>9.2} {limit:>8} {memory:>9.1}"
    );
}

fn main() {
    println!("milliseconds to a step of the past, and MiB of the states kept for it");
    println!(
        "{:<12} {:>10} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9}",
        "run", "steps", "anywhere", "at most", "an epoch", "at most", "goal", "memory"
    );
    let fast = ("training.pace", "max");
    measure("saturated", &[fast], 33.0);
    measure("saturated", &[fast, ("training.epochs", "1000000")], 33.0);
    measure("spiral", &[fast], 33.0);
    measure("digits", &[fast], 100.0);
    let shared = std::env::var_os("XENTVIZ_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("mnist");
    if folder.is_dir() {
        let path = folder.display().to_string();
        measure("mnist", &[fast, ("data.path", &path), ("training.epochs", "30")], 100.0);
    } else {
        println!("MNIST is not measured: there is none in {}", folder.display());
    }
}
