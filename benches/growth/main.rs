//! Measures how time and memory grow with the size of a network, with the examples, and with the
//! arms; they should grow in proportion or less at every size.
//!
//!     cargo bench --bench growth
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[path = "../measuring/folding.rs"]
mod folding;
#[path = "../measuring/turns.rs"]
mod turns;
#[path = "../measuring/workloads.rs"]
mod workloads;

mod memory;
mod table;

use std::sync::Arc;
use std::time::Duration;

use xentviz::testing::data::Data;
use xentviz::testing::scenario::Scenario;

use crate::folding::FoldingObserver;
use crate::memory::{MemoryUse, held_by};
use crate::table::{GrowthLine, GrowthTable};
use crate::turns::{Racer, Rounds, ThreadPlacement, race};
use crate::workloads::{WorkloadCache, begin, endless, with_arms};

/// Long enough for a few hundred steps of the largest network.
const ROUNDS: Rounds = Rounds { count: 21, slice: Duration::from_millis(100) };

fn main() {
    let mut workloads = WorkloadCache::open();
    let one = ThreadPlacement::one_thread();
    weights(&mut workloads, &one);
    examples(&workloads, &one);
    arms(&mut workloads, &one, "on one thread");
    arms(
        &mut workloads,
        &ThreadPlacement::AllCores,
        &format!("on {} cores", rayon::current_num_threads()),
    );
}

/// Starts a training and measures the memory that it holds besides its examples.
fn under_way(scenario: &Scenario, data: &Arc<Data>, place: &ThreadPlacement) -> (Racer, MemoryUse) {
    let ((mut experiment, mut watch), held) = held_by(|| {
        let mut experiment = endless(scenario, Arc::clone(data));
        let mut watch = FoldingObserver::new(&experiment);
        place.run(|| begin(&mut experiment, &mut watch));
        (experiment, watch)
    });
    let mut dealt = experiment.examples_drawn();
    let racer = Racer::new("", place, move || {
        experiment.advance(u64::MAX, &mut watch);
        let before = std::mem::replace(&mut dealt, experiment.examples_drawn());
        (dealt - before) as f64
    });
    (racer, held)
}

/// Races all trainings; returns for each its size, the seconds per example, and the memory.
fn measured(sizes: &[f64], mut under_way: Vec<(Racer, MemoryUse)>) -> Vec<GrowthLine> {
    let (mut racers, held): (Vec<_>, Vec<_>) = under_way.drain(..).unzip();
    race(&mut racers, ROUNDS);
    let lines = sizes.iter().zip(racers).zip(held);
    lines
        .map(|((size, racer), held)| GrowthLine {
            size: *size,
            seconds: racer.rate().map(|rate| 1.0 / rate),
            held,
        })
        .collect()
}

/// Measures one hidden layer after the other, each about three times as large as the last.
fn weights(workloads: &mut WorkloadCache, place: &ThreadPlacement) {
    let hidden = [30, 100, 300, 1000, 3000];
    let runs = hidden.map(|hidden| {
        let layers = format!("784,{hidden},10");
        let keys = [("network.layers", &*layers), ("data.train", "2000"), ("training.eta", "0.1")];
        let scenario = workloads.scenario("W1", &keys);
        under_way(&scenario, &workloads.data(&scenario), place)
    });
    let sizes = hidden.map(|hidden| f64::from(794 * hidden));
    GrowthTable {
        title: "weights of [784, 30 to 3000, 10], 2000 examples",
        per: "an example",
        lines: measured(&sizes, runs.into()),
        note: "What every example costs whatever the network is (its pixels are dealt) weighs more in \
               small ones;\nwhere the weights leave a cache (f32: 300 neurons fill 1 MiB), each is fetched \
               from farther away.\nOf the memory, 0.8 MiB is room for the examples of a slice of an \
               evaluation.",
    }
    .print();
}

/// Measures more and more examples of W1; the memory is that of the examples.
fn examples(workloads: &WorkloadCache, place: &ThreadPlacement) {
    let counts: &[usize] =
        if workloads.has_mnist() { &[1000, 5000, 20_000, 60_000] } else { &[1000, 5000, 20_000] };
    let runs = counts.iter().map(|count| {
        let scenario = workloads.scenario("W1", &[("data.train", &count.to_string())]);
        let (data, held) = held_by(|| WorkloadCache::read(&scenario));
        (under_way(&scenario, &data, place).0, held)
    });
    let sizes: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let mut lines = measured(&sizes, runs.collect());
    for line in &mut lines {
        line.seconds = line.seconds.times(line.size);
    }
    GrowthTable {
        title: "examples of W1, and the memory that they take",
        per: "an epoch",
        lines,
        note: "Few examples stay in the cache; many come from memory, in a new order every epoch.\n\
               At the peak, what is read and what comes of it are there at once.",
    }
    .print();
}

/// Measures one to four arms, all of W1.
fn arms(workloads: &mut WorkloadCache, place: &ThreadPlacement, title: &str) {
    let counts = [1, 2, 3, 4];
    let runs = counts.map(|count| {
        let scenario = with_arms(workloads.scenario("W1", &[("data.train", "2000")]), count);
        under_way(&scenario, &workloads.data(&scenario), place)
    });
    GrowthTable {
        title: &format!("arms of W1, {title}"),
        per: "an example",
        lines: measured(&counts.map(|count| count as f64), runs.into()),
        note: "Of an example that all arms learn from. Each arm deals its examples to itself; room for \
               a slice\nof an evaluation is shared. With two cores, a third arm waits for one of them.",
    }
    .print();
}
