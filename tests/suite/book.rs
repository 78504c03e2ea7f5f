//! The figures of the book and of the design's tables, from whole runs.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use xentviz::testing::experiment::{Advance, Experiment, load};
use xentviz::testing::math::exp;
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::telemetry::GradientFactors;

/// Returns a built-in scenario at its start, with some keys set.
fn experiment(name: &str, keys: &[(&str, &str)]) -> Experiment {
    let overrides: Vec<Override> =
        keys.iter().map(|(key, value)| Override::new(*key, *value, "a test")).collect();
    let text = find(name).expect("a built-in scenario").text;
    let scenario = Scenario::read(text, name, &overrides).expect("a scenario");
    let open = |_: &Path| unreachable!("it needs no file");
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(&scenario, Arc::new(data)).expect("an experiment")
}

/// Runs to the end of an epoch.
fn run_to(experiment: &mut Experiment, epoch: u64) {
    while experiment.epoch() < epoch {
        let left = experiment.clock().end_of_epoch(epoch) - experiment.step();
        let advance = experiment.advance(left, &mut ());
        assert!(!matches!(advance, Advance::Finished | Advance::Stopped), "it ended too early");
    }
}

/// Returns the output of a single neuron.
fn output(experiment: &mut Experiment, arm: usize) -> f64 {
    experiment.gradient_factors(arm).neuron.expect("a single neuron").a
}

fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "found {found}, expected {expected}");
}

/// Half a unit of the fourth digit, because the figures are given to four.
const FOURTH: f64 = 0.000_05;

#[test]
fn the_mild_start_learns_with_both_costs_as_in_the_book() {
    let mut mild = experiment("mild", &[]);
    assert_near(output(&mut mild, 0), 0.8176, FOURTH);
    for (epoch, a) in [(50, 0.3870), (100, 0.2110), (300, 0.0940)] {
        run_to(&mut mild, epoch);
        assert_near(output(&mut mild, 0), a, FOURTH);
    }
    assert_near(output(&mut mild, 1), 0.0116, FOURTH);
}

#[test]
fn the_saturated_start_stalls_under_quadratic_as_in_the_book() {
    let mut saturated = experiment("saturated", &[]);
    for (epoch, a) in [(0, 0.9820), (50, 0.9759), (150, 0.9334), (200, 0.7887), (300, 0.2028)] {
        run_to(&mut saturated, epoch);
        assert_near(output(&mut saturated, 0), a, FOURTH);
    }
    assert_near(output(&mut saturated, 1), 0.0120, FOURTH);
}

#[test]
fn the_printed_rate_with_the_true_gradient_reaches_only_0_78() {
    let mut book = experiment("book-animation", &[]);
    run_to(&mut book, 300);
    assert_near(output(&mut book, 0), 0.2028, FOURTH);
    assert_near(output(&mut book, 1), 0.7796, FOURTH);
    assert!(book.facts().summary.contains(".0479"), "{}", book.facts().summary);
}

/// Steps a neuron with x = 1 and y = 0 as the animation on the web does, and returns a after each epoch.
fn animated(w: f64, b: f64, eta: f64) -> Vec<f64> {
    let (mut w, mut b) = (w, b);
    let output = |w: f64, b: f64| 1.0 / (1.0 + exp(-(w + b)));
    let step = |_| {
        let change = eta / (1.0 - output(w, b));
        (w, b) = (w - change, b - change);
        output(w, b)
    };
    (0..300).map(step).collect()
}

#[test]
fn the_books_rule_is_that_of_the_animation_epoch_by_epoch() {
    let published = [(50, 0.5857), (100, 0.3545), (150, 0.2148), (200, 0.1302), (300, 0.0479)];
    let want = animated(2.0, 2.0, 0.005);
    let mut book = experiment("book-animation", &[]);
    assert_eq!(book.facts().arms[2].name, "book-rule");
    for (epoch, a) in published {
        run_to(&mut book, epoch);
        assert_near(output(&mut book, 2), a, FOURTH);
        assert_near(output(&mut book, 2), want[epoch as usize - 1], 1e-12);
    }
    let mild = [("network.weights", "[[[0.6]]]"), ("network.biases", "[[0.9]]")];
    let mut book = experiment("book-animation", &mild);
    for (epoch, a) in [(50, 0.4933), (100, 0.2987), (150, 0.1811), (200, 0.1098), (300, 0.0404)] {
        run_to(&mut book, epoch);
        assert_near(output(&mut book, 2), a, FOURTH);
    }
}

#[test]
fn the_gradient_reported_for_the_books_rule_is_that_of_cross_entropy() {
    let mut book = experiment("book-animation", &[]);
    run_to(&mut book, 40);
    let factors: GradientFactors = book.gradient_factors(2);
    let neuron = factors.neuron.expect("a neuron");
    // ∂C/∂w = x (a − y) with x = 1 and y = 0.
    assert_near(neuron.gradient[0], neuron.a, 1e-15);
    assert_near(factors.delta, neuron.a, 1e-15);
}

/// Returns the first epoch after which a single neuron of target 0 is at most half wrong.
fn epochs_to_half(z0: f64, arm: &str, cross_entropy_eta: &str) -> u64 {
    let half = format!("{}", z0 / 2.0);
    let keys = [
        ("network.weights", format!("[[[{half}]]]")),
        ("network.biases", format!("[[{half}]]")),
        ("training.evaluate", "0".to_owned()),
        ("epochs", "20000".to_owned()),
        ("arm.cross-entropy.eta", cross_entropy_eta.to_owned()),
    ];
    let keys: Vec<(&str, &str)> = keys.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut run = experiment("saturated", &keys);
    let arm = run.facts().arms.iter().position(|a| a.name == arm).expect("an arm");
    while output(&mut run, arm) > 0.5 {
        let epoch = run.epoch() + 1;
        run_to(&mut run, epoch);
    }
    run.epoch()
}

#[test]
fn half_is_reached_at_the_epochs_in_the_table_of_the_closed_form() {
    for (z0, quadratic, cross_entropy) in
        [(1.5, 36, 8), (4.0, 232, 17), (6.0, 1416, 23), (8.0, 10_028, 30)]
    {
        assert_eq!(epochs_to_half(z0, "quadratic", "0.15"), quadratic, "quadratic from {z0}");
        assert_eq!(epochs_to_half(z0, "cross-entropy", "0.15"), cross_entropy, "from {z0}");
    }
}

#[test]
fn calibrated_rates_tie_from_the_mild_start_and_not_from_the_saturated_one() {
    assert_eq!(epochs_to_half(1.5, "quadratic", "0.0317"), 36);
    assert_near(epochs_to_half(1.5, "cross-entropy", "0.0317") as f64, 36.0, 1.0);
    assert_near(epochs_to_half(4.0, "cross-entropy", "0.0317") as f64, 79.0, 1.0);
}

#[test]
fn the_table_of_and_can_be_checked_on_paper() {
    let mut and = experiment("and", &[]);
    let expected = [("quadratic", 0.177_164), ("cross-entropy", 1.057_114)];
    // a − y and σ′ of the four rows, from the table.
    let rows = [(0.6225, 0.2350), (0.3775, 0.2350), (0.9241, 0.0701), (-0.1824, 0.1491)];
    let error: f64 = rows.iter().map(|(e, _): &(f64, f64)| e.abs()).sum::<f64>() / 4.0;
    let delta: f64 = rows.iter().map(|(e, s)| (e * s).abs()).sum::<f64>() / 4.0;
    for (arm, (name, cost)) in expected.into_iter().enumerate() {
        let gradient_factors: GradientFactors = and.gradient_factors(arm);
        assert_eq!(and.facts().arms[arm].name, name);
        assert_near(gradient_factors.cost, cost, 5e-7);
        assert_near(gradient_factors.error, error, 1e-4);
        assert_near(gradient_factors.delta, if arm == 0 { delta } else { error }, 1e-4);
    }
}

#[test]
fn the_gradients_of_and_are_those_of_the_table() {
    let mut and = experiment("and", &[]);
    let before: Vec<_> = (0..2).map(|arm| and.model(arm)).collect();
    let epoch = 1;
    run_to(&mut and, epoch);
    let expected = [[0.009_394, 0.015_379, 0.068_145], [0.185_429, 0.048_779, 0.435_429]];
    for (arm, expected) in expected.into_iter().enumerate() {
        let (eta, after) = (and.etas()[arm], and.model(arm));
        let moved = |from: f64, to: f64| (from - to) / eta;
        let found = [
            moved(before[arm].weights[0][0], after.weights[0][0]),
            moved(before[arm].weights[0][1], after.weights[0][1]),
            moved(before[arm].biases[0][0], after.biases[0][0]),
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            assert_near(found, expected, 5e-7);
        }
    }
}
