//! Measures the time for the surface of a neuron and for its atlas, against the same in plain
//! loops.
//!
//!     cargo bench --bench surface
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[path = "../measuring/turns.rs"]
mod turns;

mod plain;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use xentviz::testing::explain::{AtlasCells, AtlasSweep, Grid, Plane, neuron_surface};
use xentviz::testing::nn::{Cost, NeuronKind, Output, SingleNeuron, TrainingSettings};

use crate::turns::{Racer, Rounds, ThreadPlacement, TimeSpread, race};

/// Long enough for several plain atlases.
const ROUNDS: Rounds = Rounds { count: 11, slice: Duration::from_millis(400) };

const COSTS: [Cost; 2] = [Cost::Quadratic, Cost::CrossEntropy];

fn main() {
    let cores = rayon::current_num_threads();
    println!("{:<54} {:>9} {:>20} {:>9}", "milliseconds", "median", "least .. most", "aim");
    for cost in COSTS {
        for inputs in [1, 2] {
            surface(cost, inputs);
        }
    }
    atlas(&ThreadPlacement::AllCores, &format!("on {cores} cores"));
    atlas(&ThreadPlacement::one_thread(), "on one thread");
}

/// Measures the surface of one arm, 200 by 120 points, 16 examples, on one thread.
fn surface(cost: Cost, inputs: usize) {
    let x: Vec<f64> = (0..16 * inputs).map(|i| (i as f64 * 0.7).sin()).collect();
    let y: Vec<f64> = (0..16).map(|i| f64::from(i % 2)).collect();
    let neuron = SingleNeuron::new(NeuronKind { output: Output::Sigmoid, cost }, 0.0, &x, &y);
    let plane = if inputs == 1 { Plane::WeightAndBias } else { Plane::Weights { b: 0.5 } };
    let grid = Grid { plane, across: (-8.0, 8.0), up: (-8.0, 8.0), width: 200, height: 120 };
    let mut racers = [Racer::new("", &ThreadPlacement::one_thread(), move || {
        black_box(neuron_surface(&neuron, &grid));
        1.0
    })];
    race(&mut racers, Rounds::SHORT);
    let title = format!("surface, {} of {inputs}, on one thread", cost.name());
    print_time(&title, racers[0].rate().map(|rate| 1000.0 / rate), "10");
}

/// Returns the sweep over starts (w, b), two examples, both costs.
fn survey() -> AtlasSweep {
    let settings = TrainingSettings {
        eta: plain::ETA,
        batch: 2,
        tolerance: plain::TOLERANCE,
        cap: plain::CAP,
    };
    let arm = |cost| {
        (
            SingleNeuron::new(
                NeuronKind { output: Output::Sigmoid, cost },
                0.0,
                &plain::X,
                &plain::Y,
            ),
            settings,
        )
    };
    let plane = Plane::WeightAndBias;
    let grid = Grid { plane, across: (-8.0, 8.0), up: (-8.0, 8.0), width: 60, height: 60 };
    AtlasSweep { grid, arms: COSTS.map(arm).to_vec() }
}

fn draw(survey: &AtlasSweep) -> AtlasCells {
    let atlas = survey.run(&AtomicBool::new(false), &mut |row| {
        black_box(row);
    });
    atlas.expect("nothing cancels it")
}

fn atlas(place: &ThreadPlacement, whereabouts: &str) {
    let survey = survey();
    let drawn = draw(&survey);
    let want = plain::atlas(&survey.grid, &COSTS);
    let epochs = drawn.arms.iter().map(|cells| cells.iter().map(|cell| cell.epochs));
    let differ = epochs.flatten().zip(want.concat()).filter(|(own, want)| own != want).count();
    let capped = want.concat().iter().filter(|epochs| epochs.is_none()).count();
    let steps: f64 =
        want.concat().iter().map(|epochs| epochs.unwrap_or(f64::from(plain::CAP))).sum();
    println!("atlas: {steps} epochs in all, {capped} starts capped, {differ} unlike plain loops");
    let grid = survey.grid;
    let mut racers = [
        Racer::new("xentviz", place, move || {
            black_box(draw(&survey));
            1.0
        }),
        Racer::new("plain loops", place, move || {
            black_box(plain::atlas(&grid, &COSTS));
            1.0
        }),
    ];
    race(&mut racers, ROUNDS);
    for (racer, aim) in racers.iter().zip(["150", ""]) {
        let title = format!("atlas, {}, both costs, {whereabouts}", racer.name);
        print_time(&title, racer.rate().map(|rate| 1000.0 / rate), aim);
    }
    let TimeSpread { median, least, most } = racers[0].ratio_to(&racers[1]);
    let spread = format!("{least:.2} .. {most:.2}");
    let title = format!("xentviz to plain loops, turn by turn, {whereabouts}");
    println!("{title:<54} {:>9} {spread:>20} {:>9}", format!("×{median:.2}"), "×3");
}

fn print_time(title: &str, took: TimeSpread, aim: &str) {
    let spread = format!("{:.2} .. {:.2}", took.least, took.most);
    println!("{title:<54} {:>9.2} {spread:>20} {aim:>9}", took.median);
}
