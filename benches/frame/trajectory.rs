//! Measures how much training is lost by recording trajectories, and by computing surfaces.

use std::fs;
use std::time::{Duration, Instant};

use xentviz::testing::experiment::Experiment;
use xentviz::testing::scenario::Scenario;
use xentviz::testing::telemetry::{
    AtlasRequest, Question, SurfaceRequest, Trajectory, Window, spacing,
};

use crate::folding::FoldingObserver;
use crate::reader::Reader;
use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, endless, with_arms};

/// The time of each training, from the start on, where most points are stored.
const WALK: Duration = Duration::from_millis(500);
const ROUNDS: usize = 9;

/// The number of turns with and without a surface request.
const LOOKS: usize = 5;

/// Returns how long this thread has had a core; the time of other threads is not counted.
fn on_core() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// Trains from the start as a live run does, and records the trajectory if `keeps`; returns steps
/// per second on a core.
fn train(mut experiment: Experiment, keeps: bool) -> f64 {
    let arms = experiment.etas().len();
    let least = spacing(experiment.clock().steps_per_epoch(0), 16);
    let is_neuron = experiment.neuron(0).is_some();
    let mut trails = vec![Trajectory::default(); arms];
    let mut frames: Vec<(u64, Vec<Vec<f32>>)> = Vec::new();
    let mut fold = FoldingObserver::new(&experiment);
    let (began, first) = (Instant::now(), on_core());
    while began.elapsed() < WALK {
        let step = experiment.step();
        let next = if is_neuron {
            Trajectory::next_after(step)
        } else {
            let spacing = spacing(step, 64).max(least);
            (step / spacing + 1) * spacing
        };
        let limit = if keeps { (next - step).min(1 << 14) } else { 1 << 14 };
        experiment.advance(limit, &mut fold);
        let step = experiment.step();
        if keeps && is_neuron {
            for (arm, trajectory) in trails.iter_mut().enumerate() {
                trajectory.push(step, experiment.neuron(arm).expect("it is one"));
            }
        } else if keeps && frames.last().is_none_or(|last| last.0 < step) && step == next {
            let spacing = spacing(step, 64).max(least);
            frames.retain(|frame| frame.0.is_multiple_of(spacing));
            let mut numbers = vec![Vec::new(); arms];
            numbers.iter_mut().enumerate().for_each(|(arm, to)| experiment.flatten(arm, to));
            frames.push((step, numbers));
        }
    }
    experiment.step() as f64 / on_core().saturating_sub(first).as_secs_f64()
}

/// Measures both.
pub(crate) fn measure(workloads: &mut WorkloadCache) {
    println!("\n{:<44} {:>10} {:>20}", "less training", "", "least .. most");
    for name in ["W1", "W4", "W5"] {
        let scenario = with_arms(workloads.scenario(name, &[]), 1);
        let data = workloads.data(&scenario);
        let lost = (0..ROUNDS).map(|_| {
            let [idle, kept] =
                [false, true].map(|keeps| train(endless(&scenario, data.clone()), keeps));
            100.0 * (1.0 - kept / idle)
        });
        print(&format!("{name}, the trajectory recorded from the start"), lost.collect());
    }
    look(&with_arms(workloads.scenario("W5", &[("training.epochs", "1000000000000")]), 2), "W5");
    look(&with_arms(workloads.scenario("W1", &[("training.epochs", "1000000")]), 1), "W1, one arm");
    look(
        &with_arms(workloads.scenario("W1", &[("training.epochs", "1000000")]), 2),
        "W1, two arms",
    );
}

fn print(title: &str, lost: Vec<f64>) {
    let TimeSpread { median, least, most } = TimeSpread::of(lost);
    println!("{title:<44} {median:>+8.2} % {:>20}", format!("{least:.1} .. {most:.1}"));
}

/// Measures the cost of surface requests: the same reader in turns with and without a question.
fn look(scenario: &Scenario, name: &str) {
    let reader = Reader::start(scenario);
    while reader.step() == 0 {}
    let window = Window { across: (-3.0, 3.0), up: (-3.0, 3.0) };
    let points = (90, 90);
    let surface = Question::Surface(SurfaceRequest { window, points });
    let atlas = Question::Atlas(AtlasRequest {
        window,
        points,
        etas: [0.15; 4],
        batch: scenario.training.batch,
        tolerance: 1e-3,
        cap: 3000,
        ..AtlasRequest::default()
    });
    for (what, question) in [("the surface", surface), ("the atlas", atlas)] {
        let lost = (0..LOOKS).map(|_| {
            let [idle, looking] = [None, Some(question.clone())].map(|question| {
                reader.explain(question);
                (0..5).map(|_| reader.read()).sum::<f64>()
            });
            100.0 * (1.0 - looking / idle)
        });
        print(&format!("{name}, {what} looked at"), lost.collect());
    }
    reader.explain(None);
}
