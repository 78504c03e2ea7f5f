//! Checks the atlas against independent simulations from each start.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::ThreadPoolBuilder;

use super::{AtlasCell, AtlasCells, AtlasRow, AtlasSweep, CellOrigin};
use crate::explain::{Grid, Plane, epochs_to_half, kappa};
use crate::math::exp;
use crate::nn::{Cost, NeuronKind, NeuronWeights, Output, SingleNeuron, TrainingSettings};

const COSTS: [Cost; 2] = [Cost::Quadratic, Cost::CrossEntropy];

/// Returns arms of both costs with the same learning problem.
/// Returns a sigmoid neuron with this cost.
fn sigmoid(cost: Cost) -> NeuronKind {
    NeuronKind { output: Output::Sigmoid, cost }
}

fn sweep(x: &[f64], y: &[f64], settings: TrainingSettings) -> AtlasSweep {
    let arm = |cost| (SingleNeuron::new(sigmoid(cost), 0.0, x, y), settings);
    let plane = Plane::WeightAndBias;
    let grid = Grid { plane, across: (-8.0, 8.0), up: (-8.0, 8.0), width: 12, height: 9 };
    AtlasSweep { grid, arms: COSTS.map(arm).to_vec() }
}

/// Returns the arms for x = 2 → 0, x = −½ → 1.
fn of_two() -> AtlasSweep {
    sweep(
        &[2.0, -0.5],
        &[0.0, 1.0],
        TrainingSettings { eta: 0.15, batch: 2, tolerance: 0.1, cap: 2000 },
    )
}

/// Returns the arms for x = 1 → 0, until a = ½.
fn of_one() -> AtlasSweep {
    sweep(&[1.0], &[0.0], TrainingSettings { eta: 0.15, batch: 1, tolerance: 0.5, cap: 20_000 })
}

/// Computes the atlas with `threads` threads.
fn with_threads(sweep: &AtlasSweep, threads: usize) -> AtlasCells {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let atlas = pool.install(|| sweep.run(&AtomicBool::new(false), &mut |_| ()));
    atlas.expect("it has not been stopped")
}

/// Returns the epochs until both outputs are within a tenth, by the written-out formulas of two examples.
fn epochs_of_a_plain_loop(cost: Cost, start: &NeuronWeights, cap: u32) -> Option<f64> {
    let (mut w, mut b) = (start.w[0], start.b);
    for epoch in 0..=cap {
        let a = [2.0 * w + b, -0.5 * w + b].map(|z: f64| 1.0 / (1.0 + exp(-z)));
        let [e1, e2] = [a[0], a[1] - 1.0];
        if e1 <= 0.1 && e2 >= -0.1 {
            return Some(f64::from(epoch));
        }
        let [d1, d2] = match cost {
            Cost::Quadratic => [e1 * a[0] * (1.0 - a[0]), e2 * a[1] * (1.0 - a[1])],
            _ => [e1, e2],
        };
        w -= 0.15 / 2.0 * (2.0 * d1 - 0.5 * d2);
        b -= 0.15 / 2.0 * (d1 + d2);
    }
    None
}

#[test]
fn each_start_needs_as_many_epochs_as_a_plain_loop() {
    let sweep = of_two();
    let atlas = with_threads(&sweep, 2);
    for (cells, cost) in atlas.arms.iter().zip(COSTS) {
        assert!(cells.iter().any(|cell| cell.epochs.is_some()));
        for (i, cell) in cells.iter().enumerate() {
            let start = sweep.grid.weights_at(i % 12, i / 12);
            let epochs = epochs_of_a_plain_loop(cost, &start, 2000);
            assert_eq!(
                *cell,
                AtlasCell { epochs, known: CellOrigin::Simulated },
                "{cost:?} {start:?}"
            );
        }
    }
    assert!(atlas.arms[0].iter().any(|cell| cell.epochs.is_none()), "some never get there");
}

#[test]
fn no_number_depends_on_the_number_of_threads() {
    for sweep in [of_two(), of_one()] {
        let alone = with_threads(&sweep, 1);
        assert_eq!(with_threads(&sweep, 3), alone);
    }
}

#[test]
fn the_closed_form_agrees_with_the_simulation() {
    let mut sweep = of_one();
    sweep.grid.up = (-7.8, 7.9);
    let atlas = with_threads(&sweep, 2);
    // A tolerance just below ½ requires a simulation; no start is as near to ½ as that.
    let mut just_below = sweep.clone();
    just_below.arms.iter_mut().for_each(|(_, settings)| settings.tolerance -= 1e-12);
    let simulated = with_threads(&just_below, 2);
    for (arm, cost) in COSTS.into_iter().enumerate() {
        let mut foreseen = 0;
        for (i, cell) in atlas.arms[arm].iter().enumerate() {
            let start = sweep.grid.weights_at(i % 12, i / 12);
            let z = start.w[0] + start.b;
            let real = simulated.arms[arm][i];
            assert_eq!(real.known, CellOrigin::Simulated);
            if cell.known == CellOrigin::Simulated {
                assert!(z < 1.5, "{start:?}");
                assert_eq!(*cell, real, "{start:?}");
                continue;
            }
            foreseen += 1;
            let formula = epochs_to_half(cost, z, 0.0, kappa(0.15, &[1.0])).unwrap();
            match (cell.epochs, real.epochs) {
                (Some(epochs), Some(real)) => {
                    assert_eq!(epochs, formula);
                    assert!((epochs - real).abs() <= (0.01 * real).max(2.0), "{epochs}, {real}");
                }
                // The cap applies to the closed form, too.
                (epochs, real) => {
                    assert_eq!((epochs, real), (None, None), "{start:?}");
                    assert!(formula > 19_800.0);
                }
            }
        }
        assert!(foreseen > 20, "{foreseen}");
    }
}

#[test]
fn the_simulation_also_agrees_with_the_escape_figures() {
    let mut sweep = of_one();
    sweep.grid.across = (1.0, 1.0);
    sweep.grid.width = 1;
    for (z, expected) in
        [(1.5, [36.0, 8.0]), (4.0, [232.0, 17.0]), (6.0, [1416.0, 23.0]), (8.0, [10_028.0, 30.0])]
    {
        (sweep.grid.up, sweep.grid.height) = ((z - 1.0, z - 1.0), 1);
        let foreseen = with_threads(&sweep, 2);
        let mut just_below = sweep.clone();
        just_below.arms.iter_mut().for_each(|(_, settings)| settings.tolerance -= 1e-12);
        let simulated = with_threads(&just_below, 2);
        for (arm, expected) in expected.into_iter().enumerate() {
            assert_eq!(simulated.arms[arm][0].epochs, Some(expected));
            let cell = foreseen.arms[arm][0];
            assert_eq!(cell.known, CellOrigin::ClosedForm);
            let epochs = cell.epochs.unwrap();
            assert!(
                (epochs - expected).abs() <= (0.01 * expected).max(2.0),
                "{epochs}, {expected}"
            );
        }
    }
}

#[test]
fn the_closed_form_is_used_only_if_it_applies() {
    let all_simulated = |sweep: &AtlasSweep| {
        let atlas = with_threads(sweep, 1);
        atlas.arms.iter().flatten().all(|cell| cell.known == CellOrigin::Simulated)
    };
    let mut near = of_one();
    near.arms.iter_mut().for_each(|(_, settings)| (settings.tolerance, settings.cap) = (0.4, 100));
    let mut fast = of_one();
    fast.arms.iter_mut().for_each(|(_, settings)| (settings.eta, settings.cap) = (0.16, 100));
    let mut shrinking = of_one();
    for (neuron, settings) in &mut shrinking.arms {
        settings.cap = 100;
        *neuron = SingleNeuron::new(sigmoid(neuron.cost()), 0.01, &[1.0], &[0.0]);
    }
    let linear = NeuronKind { output: Output::Linear, cost: Cost::Quadratic };
    let mut straight = of_one();
    straight.arms[0].0 = SingleNeuron::new(linear, 0.0, &[1.0], &[0.0]);
    straight.arms.truncate(1);
    for sweep in [near, fast, shrinking, straight] {
        assert!(all_simulated(&sweep), "{:?}", sweep.arms);
    }
}

#[test]
fn every_row_is_reported_once_with_the_number_of_finished_cells() {
    for sweep in [of_two(), of_one()] {
        let mut received = vec![vec![Vec::new(); 9]; 2];
        let (mut before, mut all) = (0, 0);
        let mut report = |row: AtlasRow<'_>| {
            let cells = &mut received[row.arm][row.row];
            assert!(cells.is_empty(), "a row is reported once");
            cells.extend_from_slice(row.cells);
            assert!(row.done > before, "{} after {before}", row.done);
            (before, all) = (row.done, row.total);
        };
        let atlas = sweep.run(&AtomicBool::new(false), &mut report).unwrap();
        assert_eq!((before, all), (216, 216));
        let received: Vec<Vec<AtlasCell>> =
            received.into_iter().map(|rows| rows.concat()).collect();
        assert_eq!(received, atlas.arms);
    }
}

#[test]
fn a_stopped_atlas_is_none() {
    let sweep = of_two();
    let stop = AtomicBool::new(true);
    assert_eq!(sweep.run(&stop, &mut |_| panic!("no row is done")), None);
    // It may also be stopped after the first row.
    let stop = AtomicBool::new(false);
    let mut most = 0;
    let mut report = |row: AtlasRow<'_>| {
        stop.store(true, Ordering::Relaxed);
        most = row.done;
    };
    assert_eq!(sweep.run(&stop, &mut report), None);
    assert!((1..216).contains(&most), "{most}");
}

#[test]
fn an_atlas_without_starts_is_empty() {
    let mut sweep = of_two();
    sweep.grid.width = 0;
    assert_eq!(with_threads(&sweep, 2), AtlasCells { arms: vec![Vec::new(); 2] });
}

#[test]
fn a_start_of_the_books_rule_descends_as_the_animation_does() {
    let settings = TrainingSettings { eta: 0.005, batch: 1, tolerance: 0.5, cap: 1000 };
    let neuron = SingleNeuron::new(sigmoid(Cost::BookRule), 0.0, &[1.0], &[0.0]);
    let (plane, at) = (Plane::WeightAndBias, (2.0, 2.0));
    let grid = Grid { plane, across: at, up: at, width: 2, height: 1 };
    let atlas = with_threads(&AtlasSweep { grid, arms: vec![(neuron, settings)] }, 1);
    // w and b each move by η/(1 − a).
    let (mut w, mut epochs) = (2.0_f64, 0.0);
    while 1.0 / (1.0 + exp(-2.0 * w)) > 0.5 {
        w -= 0.005 * (1.0 + exp(2.0 * w));
        epochs += 1.0;
    }
    assert_eq!(epochs, 66.0);
    assert!(atlas.arms[0].iter().all(|cell| cell.epochs == Some(epochs)), "{:?}", atlas.arms[0]);
}
