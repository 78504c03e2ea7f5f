//! Measures what one update costs the training thread, part by part, each after about a millisecond
//! of training, so that the caches hold the training data and not the update.

use std::hint::black_box;
use std::time::{Duration, Instant};

use xentviz::testing::experiment::Experiment;
use xentviz::testing::scenario::{Scenario, find};
use xentviz::testing::telemetry::{WeightQuantity, WeightsRequest};

use crate::folding::FoldingObserver;
use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, begin, with_arms};

/// The number of measurements of each part.
const TIMES: usize = 301;

/// Frames per second on a terminal of this machine, and of a fast one.
const FRAMES: [f64; 2] = [30.0, 60.0];

/// A part of the work for an update.
type WorkUnit = fn(&mut Experiment, &mut FoldingObserver);

/// The weight under the cursor, which the Weights view always requests.
const CURSOR: Option<(usize, usize, usize)> = Some((0, 1, 400));

const MOMENTS: (&str, WorkUnit) = ("the factors of each arm's gradient", moments);
const SERIES: (&str, WorkUnit) = ("the series, taken", |_, watch| drop(black_box(watch.take())));
const VALUES: (&str, WorkUnit) =
    ("the weights, no cursor", |run, _| weights(run, WeightQuantity::Value, None));
const UNDER_CURSOR: (&str, WorkUnit) =
    ("the weights and the one at the cursor", |run, _| weights(run, WeightQuantity::Value, CURSOR));
const GRADIENTS: (&str, WorkUnit) =
    ("the gradients, cursor too", |run, _| weights(run, WeightQuantity::Gradient, CURSOR));
const CHANGES: (&str, WorkUnit) =
    ("the changes, cursor too", |run, _| weights(run, WeightQuantity::Change, CURSOR));

const COPIES: (&str, WorkUnit) =
    ("copies of the networks, to be explained", |run, _| drop(black_box(run.networks())));

/// Measures the parts for the digits and for a single neuron, two arms each.
pub(crate) fn measure(workloads: &mut WorkloadCache) {
    println!("\n{:<50} {:>8} {:>18}   of training", "µs a digest", "median", "least .. most");
    let digits = with_arms(workloads.scenario("W1", &[]), 2);
    let mut run = workloads.endless(&digits);
    let parts = [MOMENTS, SERIES, VALUES, UNDER_CURSOR, GRADIENTS, CHANGES, COPIES];
    measure_parts("digits", &mut run, &parts);
    let mut run = workloads.endless(&neuron());
    measure_parts("one neuron", &mut run, &[MOMENTS, SERIES]);
}

/// Returns the default scenario.
fn neuron() -> Scenario {
    let built_in = find("saturated").expect("a scenario is built in");
    Scenario::read(built_in.text, built_in.name, &[]).expect("a built-in scenario reads")
}

fn measure_parts(name: &str, run: &mut Experiment, parts: &[(&str, WorkUnit)]) {
    let mut watch = FoldingObserver::new(run);
    begin(run, &mut watch);
    for (what, part) in parts {
        let mut one = || {
            run.advance(u64::MAX, &mut watch);
            let began = Instant::now();
            part(run, &mut watch);
            began.elapsed()
        };
        // Buffers that are created on the first request are created only once.
        one();
        let times: Vec<Duration> = (0..TIMES).map(|_| one()).collect();
        let times = times.into_iter().map(|took| took.as_secs_f64() * 1e6).collect();
        let TimeSpread { median, least, most } = TimeSpread::of(times);
        let spread = format!("{least:.1} .. {most:.1}");
        let shares = FRAMES.map(|rate| format!("{:.3} % at {rate}/s", median * rate / 1e4));
        let title = format!("{name}: {what}");
        println!("{title:<50} {median:>8.1} {spread:>18}   {}", shares.join(", "));
    }
}

fn moments(run: &mut Experiment, _: &mut FoldingObserver) {
    for arm in 0..run.etas().len() {
        black_box(run.gradient_factors(arm));
    }
}

fn weights(run: &mut Experiment, of: WeightQuantity, cursor: Option<(usize, usize, usize)>) {
    black_box(run.weights_snapshot(WeightsRequest { of, cursor, past: true }));
}
