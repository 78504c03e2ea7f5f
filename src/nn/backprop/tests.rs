//! Checks the four equations against differences, plain arithmetic and each other.

use ndarray::{Array1, Array2};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::math::{exp, powi, standard_normal};
use crate::nn::{
    Activation, Backprop, BatchLayout, Cost, Examples, Gradients, Hyperparameters, Init, MiniBatch,
    Network, Output, Real, Sgd, sigmoid_prime, start,
};

fn chance(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    standard_normal(rng)
}

/// Returns a network with N(0, 1/inputs) weights, times `spread`.
fn network<R: Real>(
    sizes: &[usize],
    (hidden, output): (Activation, Output),
    spread: f64,
    rng: &mut ChaCha8Rng,
) -> Network<R> {
    let layers = start(sizes, Init::Scaled, rng);
    Network::new(hidden, output, layers.into_iter().map(|(w, b)| (w * spread, b * spread)))
}

/// Returns examples with normal inputs, some of them 0, and targets for any output, by turns one-hot
/// and fractions.
fn examples<R: Real>(sizes: &[usize], rows: usize, rng: &mut ChaCha8Rng) -> Examples<R> {
    // Both layouts are tested, depending on the number of rows.
    let layout = if rows.is_multiple_of(2) { BatchLayout::Sparse } else { BatchLayout::Columns };
    let mut batch = Examples::new(sizes[0], sizes[sizes.len() - 1], rows, layout);
    for row in 0..rows {
        batch.push(|x, y| {
            for x in x {
                let drawn = normal(rng);
                *x = R::of(if drawn.abs() < 0.4 { 0.0 } else { drawn });
            }
            let right = row % y.len();
            for (k, y) in y.iter_mut().enumerate() {
                let fraction = 1.0 / (1.0 + exp(normal(rng)));
                *y = R::of(match row % 2 {
                    0 => f64::from(u8::from(k == right)),
                    _ => fraction,
                });
            }
        });
    }
    batch
}

fn cost_of<R: Real>(network: &Network<R>, cost: Cost, batch: MiniBatch<'_, R>) -> f64 {
    let mut backprop = Backprop::new(network, batch.rows());
    backprop.forward(network, batch);
    backprop.cost(cost)
}

fn valid_pairs() -> impl Iterator<Item = (Output, Cost)> {
    let all = Output::ALL.into_iter().flat_map(|o| Cost::ALL.into_iter().map(move |c| (o, c)));
    all.filter(|(output, cost)| cost.suits(*output) && cost.descends_gradient())
}

/// Returns whether no hidden neuron is so near z = 0 that a difference would step over relu's kink.
fn keeps_from_kinks(backprop: &Backprop<f64>, layers: usize) -> bool {
    (0..layers - 1).all(|l| backprop.weighted_inputs(l).iter().all(|z| z.abs() > 1e-3))
}

/// Returns ∂C/∂w, or ∂C/∂b if k is beyond the inputs, by a central difference.
fn difference(
    network: &Network<f64>,
    (l, j, k): (usize, usize, usize),
    cost: Cost,
    batch: MiniBatch<'_, f64>,
) -> f64 {
    let h = 1e-5;
    let at = |step: f64| {
        let mut moved = network.clone();
        let layer = &mut moved.layers_mut()[l];
        if k < layer.inputs() {
            layer.set_weight(j, k, layer.weight(j, k).unwrap() + step);
        } else {
            layer.biases_mut()[j] += step;
        }
        cost_of(&moved, cost, batch)
    };
    (at(h) - at(-h)) / (2.0 * h)
}

#[test]
fn gradients_are_central_differences_for_every_activation_output_and_cost() {
    let sizes = [3, 6, 5, 4];
    for hidden in Activation::ALL {
        for (output, cost) in valid_pairs() {
            let mut checked = 0;
            for seed in 0..20 {
                let mut rng = chance(seed);
                let network = network::<f64>(&sizes, (hidden, output), 1.0, &mut rng);
                let examples = examples::<f64>(&sizes, 4, &mut rng);
                let batch = examples.all();
                let mut backprop = Backprop::new(&network, 4);
                backprop.forward(&network, batch);
                backprop.backward(&network, cost);
                if checked == 2 || !keeps_from_kinks(&backprop, 3) {
                    continue;
                }
                checked += 1;
                let gradients = backprop.gradients(&network, batch);
                for (l, layer) in network.layers().iter().enumerate() {
                    for j in 0..layer.outputs() {
                        for k in 0..=layer.inputs() {
                            let got = if k < layer.inputs() {
                                gradients.weights(l)[[j, k]]
                            } else {
                                gradients.biases(l)[j]
                            };
                            let want = difference(&network, (l, j, k), cost, batch);
                            // h² for the curvature, 1e-16 / h for the rounding of the cost.
                            assert!(
                                (got - want).abs() <= 1e-8 * (1.0 + want.abs()),
                                "{hidden:?} {output:?} {cost:?} layer {l} [{j}, {k}]: {got} is not {want}"
                            );
                        }
                    }
                }
            }
            assert_eq!(checked, 2, "{hidden:?} stays away from kinks often enough");
        }
    }
}

#[test]
fn cross_entropy_takes_one_factor_out_of_every_layers_error() {
    for hidden in Activation::ALL {
        let sizes = [2, 6, 6, 1];
        let mut rng = chance(7);
        let network = network::<f64>(&sizes, (hidden, Output::Sigmoid), 2.0, &mut rng);
        let examples = examples::<f64>(&sizes, 9, &mut rng);
        let batch = examples.all();
        let mut quadratic = Backprop::new(&network, 9);
        quadratic.forward(&network, batch);
        let mut entropy = quadratic.clone();
        quadratic.backward(&network, Cost::Quadratic);
        entropy.backward(&network, Cost::CrossEntropy);
        for l in 0..3 {
            let pairs = quadratic.deltas(l);
            for ((row, j), &delta) in pairs.indexed_iter() {
                let slope = sigmoid_prime(entropy.weighted_inputs(2)[[row, 0]]);
                let want = entropy.deltas(l)[[row, j]] * slope;
                // Six products of either sign are summed, so that a few digits may cancel.
                assert!((delta - want).abs() <= 1e-12 * want.abs(), "{hidden:?}, layer {l}");
            }
        }
    }
}

/// Returns cost and δ of one softmax layer with these weighted inputs and targets.
fn softmax_at(z: &[f64], y: &[f64], cost: Cost) -> (f64, Vec<f64>) {
    let layer = (Array2::zeros((z.len(), 1)), Array1::from_vec(z.to_vec()));
    let network = Network::<f64>::new(Activation::Linear, Output::Softmax, [layer]);
    let mut batch = Examples::new(1, y.len(), 1, BatchLayout::Sparse);
    batch.push(|x, targets| {
        x[0] = 1.0;
        targets.copy_from_slice(y);
    });
    let mut backprop = Backprop::new(&network, 1);
    backprop.forward(&network, batch.all());
    backprop.backward(&network, cost);
    (backprop.cost(cost), backprop.deltas(0).iter().copied().collect())
}

#[test]
fn the_quadratic_cost_of_a_saturated_softmax_keeps_its_digits() {
    // With a₁ = 1 − ε, a₂ = ε, ε = e^−40/(1 + e^−40): r = (ε, −ε), C = ε², and
    // δ₁ = a₁a₂(r₁ − r₂) = 2(1 − ε)ε² for the wrong sign of y, with y = (0, 1): r = (1 − ε)(1, −1).
    let epsilon = exp(-40.0_f64) / (1.0 + exp(-40.0_f64));
    let (cost, delta) = softmax_at(&[40.0, 0.0], &[1.0, 0.0], Cost::Quadratic);
    assert!((cost / (epsilon * epsilon) - 1.0).abs() < 1e-13);
    assert!((delta[0] / (-2.0 * epsilon * epsilon) - 1.0).abs() < 1e-13);
    assert!((delta[1] / (2.0 * epsilon * epsilon) - 1.0).abs() < 1e-13);
    let (cost, delta) = softmax_at(&[40.0, 0.0], &[0.0, 1.0], Cost::Quadratic);
    assert!((cost - 1.0).abs() < 1e-13);
    assert!((delta[0] / (2.0 * epsilon) - 1.0).abs() < 1e-13);
    assert!((delta[1] / (-2.0 * epsilon) - 1.0).abs() < 1e-13);
    let (cost, delta) = softmax_at(&[800.0, -800.0, 0.0], &[0.0, 1.0, 0.0], Cost::LogLikelihood);
    assert!((cost - 1600.0).abs() < 1e-9);
    assert_eq!(delta, [1.0, -1.0, exp(-800.0_f64)]);
}

/// Returns the hyperparameters that shrink the weights by a factor in each step.
fn shrinking_by(eta: f64, shrink: f64) -> Hyperparameters {
    Hyperparameters { eta, shrinking: (1.0 - shrink) / eta }
}

/// Takes a step in the plainest way, in f64: forward and (BP1) to (BP4) by the book.
#[expect(clippy::disallowed_methods, reason = "the products of another implementation")]
fn plain_step(
    network: &Network<f64>,
    cost: Cost,
    batch: MiniBatch<'_, f64>,
    (eta, shrink): (f64, f64),
) -> Vec<(Array2<f64>, Array1<f64>)> {
    let mut parameters = network.parameters();
    for (w, _) in &mut parameters {
        *w *= shrink;
    }
    for row in 0..batch.rows() {
        let mut a = vec![Array1::from_vec(batch.x(row))];
        let mut slopes = Vec::new();
        for (layer, (w, b)) in network.parameters().into_iter().enumerate() {
            let z = w.dot(&a[layer]) + b;
            slopes.push(z.mapv(|z| exp(-z) / powi(1.0 + exp(-z), 2)));
            a.push(z.mapv(|z| 1.0 / (1.0 + exp(-z))));
        }
        let y = Array1::from_vec(batch.y(row));
        let last = slopes.len() - 1;
        let mut delta = &a[last + 1] - &y;
        if cost == Cost::Quadratic {
            delta *= &slopes[last];
        }
        for l in (0..=last).rev() {
            let step = eta / batch.rows() as f64;
            for ((j, k), w) in parameters[l].0.indexed_iter_mut() {
                *w -= step * delta[j] * a[l][k];
            }
            parameters[l].1.scaled_add(-step, &delta);
            if l > 0 {
                delta = network.layers()[l].weights().t().dot(&delta) * &slopes[l - 1];
            }
        }
    }
    parameters
}

#[test]
fn a_step_is_the_same_as_in_plain_arithmetic_for_every_shape() {
    let shapes: [&[usize]; 6] =
        [&[1, 1], &[2, 4, 2, 1], &[5, 3, 7], &[40, 37, 21, 10], &[3, 70, 9, 18], &[130, 1, 5]];
    for sizes in shapes {
        for (rows, shrink) in [(1, 1.0), (2, 0.9), (3, 1.0), (65, 0.8), (130, 1.0)] {
            for cost in [Cost::Quadratic, Cost::CrossEntropy] {
                let mut rng = chance(rows as u64);
                let kinds = (Activation::Sigmoid, Output::Sigmoid);
                let mut network = network::<f64>(sizes, kinds, 1.0, &mut rng);
                let examples = examples::<f64>(sizes, rows, &mut rng);
                let batch = examples.all();
                let want = plain_step(&network, cost, batch, (0.7, shrink));
                let mut backprop = Backprop::new(&network, 130);
                backprop.forward(&network, batch);
                backprop.backward(&network, cost);
                let factors = Sgd::factors(&shrinking_by(0.7, shrink), rows);
                backprop.add_to(network.layers_mut(), batch, factors);
                for (got, want) in network.parameters().iter().zip(&want) {
                    let largest = (&got.0 - &want.0).abs().into_iter().fold(0.0, f64::max);
                    assert!(largest < 1e-13, "weights of {sizes:?}, {rows} rows: {largest}");
                    let largest = (&got.1 - &want.1).abs().into_iter().fold(0.0, f64::max);
                    assert!(largest < 1e-13, "biases of {sizes:?}, {rows} rows: {largest}");
                }
            }
        }
    }
}

#[test]
fn gradients_over_parts_add_up_to_the_gradients_over_the_whole() {
    let sizes = [4, 5, 3];
    let mut rng = chance(3);
    let network = network::<f64>(&sizes, (Activation::Tanh, Output::Softmax), 1.0, &mut rng);
    let whole = examples::<f64>(&sizes, 10, &mut rng);
    let mut backprop = Backprop::new(&network, 10);
    let mut parts = Gradients::zeros(&network);
    for rows in [0..4, 4..10] {
        let mut part = Examples::new(4, 3, 10, BatchLayout::Sparse);
        for row in rows {
            part.push(|x, y| {
                x.copy_from_slice(&whole.all().x(row));
                y.copy_from_slice(&whole.all().y(row));
            });
        }
        backprop.forward(&network, part.all());
        backprop.backward(&network, Cost::LogLikelihood);
        backprop.add_gradients(&mut parts, part.all(), 0.1);
    }
    backprop.forward(&network, whole.all());
    backprop.backward(&network, Cost::LogLikelihood);
    let want = backprop.gradients(&network, whole.all());
    for l in 0..2 {
        for (got, want) in parts.weights(l).iter().zip(want.weights(l)) {
            assert!((got - want).abs() < 1e-14);
        }
        assert!((parts.norm(l) - want.norm(l)).abs() < 1e-14);
        assert!(want.norm(l) > 1e-3);
    }
}

#[test]
fn a_neuron_is_counted_saturated_under_a_tenth_of_the_largest_slope() {
    let layers = [
        (Array2::from_elem((3, 1), 1.0), Array1::from_vec(vec![0.0, 3.0, 4.0])),
        (Array2::zeros((2, 3)), Array1::from_vec(vec![3.6, -3.7])),
    ];
    // σ′(3.6) = .0259, σ′(3.7) = .0235; σ′(z) = .025 at z = ±3.637. tanh′(z) = .1 at z = 1.818.
    for (hidden, want) in [
        (Activation::Sigmoid, 1),
        (Activation::Tanh, 2),
        (Activation::Relu, 1),
        (Activation::Linear, 0),
    ] {
        let network = Network::<f64>::new(hidden, Output::Sigmoid, layers.clone());
        let mut backprop = Backprop::new(&network, 1);
        let mut batch = Examples::new(1, 2, 1, BatchLayout::Sparse);
        batch.push(|x, y| {
            x[0] = 0.0;
            y.fill(0.0);
        });
        backprop.forward(&network, batch.all());
        assert_eq!((backprop.saturated(0), backprop.saturated(1)), (want, 1), "{hidden:?}");
    }
}

#[test]
fn a_saturated_output_is_wrong_beyond_one_half_whatever_the_target() {
    // σ(±5) is flat, σ(±3) is not. The inputs are 0, so that z is the bias.
    let z = vec![5.0, -5.0, 5.0, 3.0, -5.0];
    let layers = [(Array2::zeros((5, 1)), Array1::from_vec(z))];
    for (targets, want) in [
        ([1.0, 0.0, 1.0, 0.0, 0.0], 0),
        ([0.0, 0.0, 1.0, 0.0, 0.0], 1),
        ([0.0, 1.0, 0.0, 0.0, 1.0], 4),
        // σ(5) = .9933: |a − y| is .4933 and .5133.
        ([0.5, 0.48, 0.48, 0.48, 0.5], 1),
    ] {
        let network = Network::<f64>::new(Activation::Sigmoid, Output::Sigmoid, layers.clone());
        let mut backprop = Backprop::new(&network, 2);
        let mut batch = Examples::new(1, 5, 2, BatchLayout::Sparse);
        for _ in 0..2 {
            batch.push(|x, y| {
                x[0] = 0.0;
                y.copy_from_slice(&targets);
            });
        }
        backprop.forward(&network, batch.all());
        assert_eq!(
            (backprop.saturated(0), backprop.saturated_wrong()),
            (8, 2 * want),
            "{targets:?}"
        );
    }
    let linear = Network::<f64>::new(Activation::Sigmoid, Output::Linear, layers);
    let mut backprop = Backprop::new(&linear, 1);
    let mut batch = Examples::new(1, 5, 1, BatchLayout::Sparse);
    batch.push(|x, y| {
        x[0] = 0.0;
        y.fill(0.0);
    });
    backprop.forward(&linear, batch.all());
    assert_eq!(backprop.saturated_wrong(), 0);
}

#[test]
fn the_mean_slope_of_a_hidden_layer_is_that_of_its_neurons_on_every_example() {
    // z is 1 and −2 on the first example, 0 and 0 on the second.
    let layers = [
        (Array2::from_shape_vec((2, 1), vec![1.0, -2.0]).unwrap(), Array1::zeros(2)),
        (Array2::zeros((1, 2)), Array1::zeros(1)),
    ];
    let network = Network::<f64>::new(Activation::Sigmoid, Output::Sigmoid, layers);
    let mut backprop = Backprop::new(&network, 2);
    let mut batch = Examples::new(1, 1, 2, BatchLayout::Sparse);
    for x in [1.0, 0.0] {
        batch.push(|to_x, to_y| (to_x[0], to_y[0]) = (x, 0.0));
    }
    backprop.forward(&network, batch.all());
    // σ′(1) = .196612, σ′(−2) = .104994, σ′(0) = .25.
    let want = (0.196_611_933_241 + 0.104_993_585_403 + 0.25 + 0.25) / 4.0;
    assert!((backprop.mean_slope(0) - want).abs() < 1e-11);
}

fn stays_within_its_bound<R: Real>(
    sizes: &[usize],
    (hidden, output, cost): (Activation, Output, Cost),
    (rows, spread, eta): (usize, f64, f64),
    seed: u64,
) {
    let mut rng = chance(seed);
    let before = network::<R>(sizes, (hidden, output), spread, &mut rng);
    let examples = examples::<R>(sizes, rows, &mut rng);
    let batch = examples.all();
    let mut backprop = Backprop::new(&before, rows);
    backprop.forward(&before, batch);
    backprop.backward(&before, cost);
    let hyperparameters = shrinking_by(eta, 1.0);
    let gradient = backprop.gradient_bound(batch);
    let bound = Sgd::step_bound::<R>(&hyperparameters, gradient, rows);
    let mut after = before.clone();
    backprop.add_to(after.layers_mut(), batch, Sgd::factors(&hyperparameters, rows));
    let pairs = before.parameters().into_iter().zip(after.parameters());
    for ((w, b), (w_after, b_after)) in pairs {
        for (from, to) in w.iter().chain(&b).zip(w_after.iter().chain(&b_after)) {
            let rounding = R::epsilon().to_f64() * (from.abs() + to.abs());
            let moved = (to - from).abs();
            assert!(moved <= bound + rounding, "a weight moved {moved}, the bound is {bound}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_weight_moves_further_than_the_bound(
        seed in any::<u64>(),
        hidden in prop::sample::select(&Activation::ALL[..]),
        (output, cost) in prop::sample::select(valid_pairs().collect::<Vec<_>>()),
        sizes in prop::collection::vec(1_usize..9, 2..5),
        rows in 1_usize..80,
        spread in 0.1..20.0_f64,
        eta in 0.01..10.0_f64,
    ) {
        stays_within_its_bound::<f64>(&sizes, (hidden, output, cost), (rows, spread, eta), seed);
        stays_within_its_bound::<f32>(&sizes, (hidden, output, cost), (rows, spread, eta), seed);
    }
}

#[test]
fn the_bound_is_infinite_once_an_error_is_no_longer_finite() {
    let layer = (Array2::from_elem((1, 1), 1e300), Array1::from_elem(1, 1e300));
    let network = Network::<f64>::new(Activation::Linear, Output::Linear, [layer.clone(), layer]);
    let examples = examples::<f64>(&[1, 1], 3, &mut chance(0));
    let batch = examples.all();
    let mut backprop = Backprop::new(&network, 3);
    backprop.forward(&network, batch);
    backprop.backward(&network, Cost::Quadratic);
    assert_eq!(backprop.gradient_bound(batch), f64::INFINITY);
}

#[test]
fn leftovers_of_earlier_examples_change_no_bit() {
    // Mini-batches of many lengths, by one `Backprop` for all and by a new one for each.
    let sizes = [20, 30, 10];
    let run = |is_kept: bool| {
        let mut rng = chance(5);
        let kinds = (Activation::Sigmoid, Output::Sigmoid);
        let mut network = network::<f32>(&sizes, kinds, 1.0, &mut rng);
        let mut backprop = Backprop::new(&network, 10);
        for rows in [10, 3, 1, 9, 2, 10] {
            let examples = examples::<f32>(&sizes, rows, &mut rng);
            if !is_kept {
                backprop = Backprop::new(&network, rows);
            }
            backprop.forward(&network, examples.all());
            backprop.backward(&network, Cost::CrossEntropy);
            let factors = Sgd::factors(&shrinking_by(0.5, 0.999), rows);
            backprop.add_to(network.layers_mut(), examples.all(), factors);
        }
        network
    };
    assert_eq!(run(true), run(false));
}
