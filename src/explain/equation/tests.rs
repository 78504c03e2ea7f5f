use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ndarray::{Array1, Array2};

use super::equation;
use crate::data::{Data, table};
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::exp;
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{ArmEquation, EquationRequest, Factor};

/// Returns a small pseudo-random number, the same on every machine.
fn noise(seed: usize) -> f64 {
    ((seed * 7919 + 104_729) % 1009) as f64 / 504.5 - 1.0
}

fn network(sizes: &[usize], hidden: Activation, output: Output) -> Network<f64> {
    let layers = sizes.windows(2).enumerate().map(|(l, pair)| {
        let number = |j: usize, k: usize| 1.5 * noise(l * 977 + j * 31 + k);
        (
            Array2::from_shape_fn((pair[1], pair[0]), |(j, k)| number(j, k)),
            Array1::from_shape_fn(pair[1], |j| number(j, 500)),
        )
    });
    Network::new(hidden, output, layers)
}

/// Returns a network of sigmoid neurons.
fn sigmoids(sizes: &[usize]) -> Network<f64> {
    network(sizes, Activation::Sigmoid, Output::Sigmoid)
}

fn data(sizes: &[usize], rows: usize) -> Arc<Data> {
    let outputs = sizes[sizes.len() - 1];
    let inputs: Vec<Vec<f64>> =
        (0..rows).map(|i| (0..sizes[0]).map(|k| 2.0 * noise(i * 53 + k)).collect()).collect();
    let targets: Vec<Vec<f64>> = (0..rows)
        .map(|i| (0..outputs).map(|j| f64::from(u8::from(j == i % outputs.max(2)))).collect())
        .collect();
    Arc::new(table(&inputs, &targets))
}

/// Returns a run whose arms are the same network with different costs.
fn snapshot(network: &Network<f64>, costs: &[Cost], lambda: f64) -> Snapshot {
    let arm =
        |cost: &Cost| ArmSnapshot { network: network.clone(), cost: *cost, eta: 1e-3, lambda };
    Snapshot {
        step: 7,
        arms: costs.iter().map(arm).collect(),
        rows: vec![2, 0, 3, 5],
        data: data(&network.sizes(), 6),
        precision: Precision::F64,
    }
}

fn request(layer: usize, neuron: usize, input: usize, row: usize) -> EquationRequest {
    EquationRequest { layer, neuron, input, row, ..EquationRequest::default() }
}

fn explained(snapshot: &Snapshot, request: EquationRequest) -> Vec<ArmEquation> {
    equation(snapshot, None, &request, &AtomicBool::new(false)).expect("nothing is stale").arms
}

fn and() -> Snapshot {
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vec::from);
    let targets = [0.0, 0.0, 0.0, 1.0].map(|y| vec![y]);
    let weights = Array2::from_shape_vec((1, 2), vec![2.0, -1.0]).expect("two weights");
    let layers = [(weights, Array1::from(vec![0.5]))];
    let network = Network::new(Activation::Sigmoid, Output::Sigmoid, layers);
    let arm = |cost| ArmSnapshot { network: network.clone(), cost, eta: 0.5, lambda: 0.0 };
    Snapshot {
        step: 0,
        arms: vec![arm(Cost::Quadratic), arm(Cost::CrossEntropy)],
        rows: vec![0, 1, 2, 3],
        data: Arc::new(table(&inputs, &targets)),
        precision: Precision::F64,
    }
}

fn near(got: f64, want: f64, within: f64) {
    assert!((got - want).abs() <= within, "{got} for {want}");
}

#[test]
fn the_table_of_and_is_the_one_computed_by_hand() {
    let rows = [
        (0.5, 0.6225, 0.6225, 0.2350, 0.1463),
        (-0.5, 0.3775, 0.3775, 0.2350, 0.0887),
        (2.5, 0.9241, 0.9241, 0.0701, 0.0648),
        (1.5, 0.8176, -0.1824, 0.1491, -0.0272),
    ];
    let means = [[0.009_394, 0.015_379, 0.068_145], [0.185_429, 0.048_779, 0.435_429]];
    for input in 0..3 {
        let arms = explained(&and(), request(0, 0, input, 2));
        for (arm, means) in arms.iter().zip(means) {
            near(arm.weight.mean, means[input], 5e-7);
            near(arm.bias.mean, means[2], 5e-7);
            near(arm.weight.sum, 4.0 * means[input], 2e-6);
        }
        near(arms[0].cost, 0.177_164, 5e-7);
        near(arms[1].cost, 1.057_114, 5e-7);
        for (row, (z, a, error, slope, delta)) in arms[0].visible_rows.iter().zip(rows) {
            near(row.z, z, 1e-12);
            near(row.a, a, 5e-5);
            near(row.error, error, 5e-5);
            near(row.slope.expect("the quadratic cost has it"), slope, 5e-5);
            near(row.delta, delta, 5e-5);
        }
        for (row, (_, _, error, ..)) in arms[1].visible_rows.iter().zip(rows) {
            near(row.delta, error, 5e-5);
            assert_eq!(row.slope, None, "it has cancelled");
        }
    }
}

#[test]
fn every_sum_is_the_sum_of_its_rows_and_agrees_with_its_nudge() {
    let functions = [
        (Activation::Sigmoid, Output::Sigmoid, Cost::Quadratic),
        (Activation::Tanh, Output::Sigmoid, Cost::CrossEntropy),
        (Activation::Sigmoid, Output::Softmax, Cost::LogLikelihood),
        (Activation::Sigmoid, Output::Softmax, Cost::Quadratic),
        (Activation::Tanh, Output::Linear, Cost::Quadratic),
    ];
    for (hidden, output, cost) in functions {
        let snapshot = snapshot(&network(&[3, 4, 5, 2], hidden, output), &[cost], 0.0);
        for (layer, inputs) in [(0, 3), (1, 4), (2, 5)] {
            for input in 0..=inputs {
                let arm = explained(&snapshot, request(layer, 1, input, 1)).remove(0);
                let sum: f64 = arm.visible_rows.iter().map(|row| row.x_j * row.delta).sum();
                near(arm.weight.sum, sum, 1e-13);
                near(arm.weight.mean, sum / 4.0, 1e-13);
                near(arm.nudge.quotient, arm.weight.mean, 1e-9);
                assert_eq!(arm.nudge.off, (arm.nudge.quotient - arm.weight.mean).abs());
                if input < inputs {
                    near(arm.gradient[input], arm.weight.mean, 1e-13);
                }
            }
        }
    }
}

#[test]
fn the_factors_of_each_row_make_its_delta() {
    for cost in [Cost::Quadratic, Cost::CrossEntropy] {
        let snapshot = snapshot(&sigmoids(&[3, 4, 2]), &[cost], 0.0);
        for layer in 0..2 {
            let arm = explained(&snapshot, request(layer, 1, 0, 2)).remove(0);
            for row in &arm.visible_rows {
                near(row.delta, row.error * row.slope.unwrap_or(1.0), 1e-15);
                near(row.product, row.x_j * row.delta, 1e-18);
                let z: f64 = arm.w.iter().zip(&row.x).map(|(w, x)| w * x).sum::<f64>() + arm.b;
                near(row.z, z, 1e-13);
            }
        }
    }
}

#[test]
fn the_backward_path_leads_from_the_cost_to_the_term_of_the_row() {
    let snapshot = snapshot(&sigmoids(&[3, 4, 4, 2]), &[Cost::CrossEntropy], 0.0);
    let arm = explained(&snapshot, request(0, 1, 2, 3)).remove(0);
    let steps = &arm.backward.steps;
    let values = |what| steps.iter().filter(move |s| s.what == what).map(|s| s.value);
    let (slopes, deltas): (Vec<f64>, Vec<f64>) =
        (values(Factor::Slope).collect(), values(Factor::Delta).collect());
    let back: Vec<f64> = values(Factor::Back).collect();
    assert_eq!((slopes.len(), deltas.len(), back.len()), (3, 3, 2));
    near(values(Factor::CostByActivation).sum::<f64>() * slopes[0], deltas[0], 1e-12);
    for hop in 0..2 {
        near(back[hop] * slopes[hop + 1], deltas[hop + 1], 1e-15);
    }
    for step in steps.iter().filter(|step| step.what == Factor::Back) {
        assert_eq!(step.terms.len(), step.of);
        near(step.terms.iter().map(|(_, w, delta)| w * delta).sum(), step.value, 1e-15);
    }
    let part = arm.visible_rows[3].product;
    near(values(Factor::Input).sum::<f64>() * deltas[2], part, 1e-15);
    near(values(Factor::Product).sum(), part, 1e-18);
    assert_eq!(steps.last().map(|step| step.what), Some(Factor::Product));
}

#[test]
fn every_weight_of_a_layer_agrees_with_its_nudge() {
    for cost in [Cost::Quadratic, Cost::CrossEntropy] {
        let snapshot = snapshot(&sigmoids(&[3, 4, 2]), &[cost], 0.0);
        for (layer, of) in [(0, 16), (1, 10)] {
            let request = EquationRequest { whole_layer: true, ..request(layer, 0, 0, 0) };
            let check = explained(&snapshot, request)[0].layer_check.expect("it was requested");
            assert_eq!((check.checked, check.of), (of, of));
            assert!(check.worst < 1e-9 && check.worst > 0.0, "{}", check.worst);
        }
    }
}

#[test]
fn a_wrong_gradient_would_not_agree_with_its_nudge() {
    // The quotient is that of the data term alone; the mean for another cost differs from it.
    let arms = explained(&and(), request(0, 0, 0, 0));
    assert!(arms[0].nudge.digits >= 8 && arms[1].nudge.digits >= 8);
    assert!((arms[0].nudge.quotient - arms[1].weight.mean).abs() > 0.1);
}

#[test]
fn a_small_step_lowers_the_cost_by_the_amount_that_the_gradient_predicts() {
    let before = snapshot(&sigmoids(&[3, 4, 2]), &[Cost::Quadratic, Cost::CrossEntropy], 0.3);
    let mut now = before.clone();
    now.step += 1;
    for arm in &mut now.arms {
        let shrinking = arm.lambda / 6.0;
        let rows: Vec<_> =
            (0..2).map(|l| explained(&before, request(l, 0, 0, 0))[0].neuron.1).collect();
        let mut moves = Vec::new();
        for (l, neurons) in rows.iter().enumerate() {
            let inputs = arm.network.layers()[l].inputs();
            for (j, k) in (0..*neurons).flat_map(|j| (0..=inputs).map(move |k| (j, k))) {
                let at = before.arms.iter().position(|b| b.cost == arm.cost).expect("the arm");
                let visible_rows = &explained(&before, request(l, j, k, 0))[at];
                moves.push((l, j, k, visible_rows.weight.mean));
            }
        }
        for (l, j, k, gradient) in moves {
            let layer = &mut arm.network.layers_mut()[l];
            match layer.weight(j, k) {
                Some(w) => layer.set_weight(j, k, w - arm.eta * (gradient + shrinking * w)),
                None => layer.biases_mut()[j] -= arm.eta * gradient,
            }
        }
    }
    let visible_rows = equation(&now, Some(&before), &request(0, 1, 2, 0), &AtomicBool::new(false));
    for arm in visible_rows.expect("nothing is stale").arms {
        let step_effect = arm.step_effect.expect("it was the next step");
        let fell = step_effect.cost.1 - step_effect.cost.0;
        assert!(
            fell < 0.0 && (fell / step_effect.promised - 1.0).abs() < 2e-3,
            "{fell} {}",
            step_effect.promised
        );
        assert!(step_effect.chosen != arm.chosen && step_effect.b != arm.b);
    }
    let later = Snapshot { step: now.step + 1, ..now };
    let visible_rows =
        equation(&later, Some(&before), &request(0, 0, 0, 0), &AtomicBool::new(false));
    assert!(
        visible_rows.expect("nothing is stale").arms.iter().all(|arm| arm.step_effect.is_none())
    );
}

#[test]
fn a_position_outside_a_network_is_clamped_and_a_stale_question_has_no_answer() {
    let snapshot = snapshot(&sigmoids(&[3, 2]), &[Cost::Quadratic], 0.0);
    let arm = explained(&snapshot, request(9, 9, 9, 9)).remove(0);
    assert_eq!((arm.layer, arm.neuron, arm.input, arm.row), ((0, 1), (1, 2), (3, 3), 3));
    assert_eq!(equation(&snapshot, None, &request(0, 0, 0, 0), &AtomicBool::new(true)), None);
}

#[test]
fn a_mini_batch_of_any_size_is_summed_completely_and_sent_in_part() {
    let sizes = [2, 1];
    let mut snapshot = snapshot(&sigmoids(&sizes), &[Cost::Quadratic], 0.0);
    snapshot.data = data(&sizes, 1000);
    snapshot.rows = (0..1000).collect();
    let arm = explained(&snapshot, request(0, 0, 0, 700)).remove(0);
    assert_eq!((arm.first_row, arm.visible_rows.len(), arm.row), (636, 128, 700));
    assert_eq!(arm.visible_rows[64].example, 700);
    // The sums row by row, with the formulas written out; most of these rows are not sent.
    let layer = &snapshot.arms[0].network.layers()[0];
    let weight = |k: usize| layer.weight(0, k).expect("two weights");
    let (mut x, mut y) = ([0.0; 2], [0.0]);
    let mut sum = 0.0;
    for row in 0..1000 {
        snapshot.data.train.write_input(row, &mut x);
        snapshot.data.train.write_target(row, &mut y);
        let z = weight(0) * x[0] + weight(1) * x[1] + layer.biases()[0];
        let a = 1.0 / (1.0 + exp(-z));
        sum += x[0] * (a - y[0]) * a * (1.0 - a);
    }
    near(arm.weight.sum, sum, 1e-10);
    near(arm.weight.mean, sum / 1000.0, 1e-13);
    near(arm.nudge.quotient, arm.weight.mean, 1e-9);
}

#[test]
fn one_example_alone_is_explained_as_a_mini_batch_of_itself() {
    let now = and();
    let of_all = explained(&now, request(0, 0, 1, 3));
    let alone = EquationRequest { example: Some(3), ..request(0, 0, 1, 0) };
    let of_one = equation(&now, None, &alone, &AtomicBool::new(false)).expect("nothing is stale");
    assert_eq!((of_one.rows, of_one.examples), (1, 4));
    for (all, one) in of_all.iter().zip(&of_one.arms) {
        let row = all.row_at(3).expect("the row is sent");
        assert_eq!(one.weight.mean, row.product, "the mean of one row is its product");
        assert_eq!(one.row_at(0).expect("the only row").example, 3);
    }
    let beyond = EquationRequest { example: Some(4), ..request(0, 0, 1, 0) };
    let beyond = equation(&now, None, &beyond, &AtomicBool::new(false)).expect("nothing is stale");
    assert_eq!(beyond.rows, 4, "there is no such example: the mini-batch");
}
