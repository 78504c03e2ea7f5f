//! Checks every kernel against backpropagation, and many steps per call against single steps.

use ndarray::{Array1, Array2};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Descent, DivergenceCause, LARGEST_WEIGHT, Readings, StepKernel, StepMetric, StepPlan};
use crate::math::standard_normal;
use crate::nn::{
    Activation, Backprop, BatchLayout, Cost, Examples, Hyperparameters, Init, Instructions,
    MiniBatch, Network, Output, Real, Sgd, UpdateRule, start, with_instructions,
};

/// Networks for every kernel.
const SHAPES: [&[usize]; 6] =
    [&[1, 1], &[2, 1], &[2, 4, 2, 1], &[3, 16, 16, 4], &[5, 20, 3], &[40, 30, 10]];

fn network<R: Real>(sizes: &[usize], (hidden, output): (Activation, Output)) -> Network<R> {
    let mut rng = ChaCha8Rng::seed_from_u64(sizes.len() as u64);
    Network::new(hidden, output, start(sizes, Init::Scaled, &mut rng))
}

fn examples<R: Real>(sizes: &[usize], rows: usize, layout: BatchLayout) -> Examples<R> {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut examples = Examples::new(sizes[0], sizes[sizes.len() - 1], rows, layout);
    for row in 0..rows {
        examples.push(|x, y| {
            for x in x {
                let drawn: f64 = standard_normal(&mut rng);
                *x = R::of(if drawn.abs() < 0.3 { 0.0 } else { drawn });
            }
            let right = row % y.len();
            for (j, y) in y.iter_mut().enumerate() {
                *y = R::of(if j == right { f64::from(u8::from(row % 3 > 0)) } else { 0.25 });
            }
        });
    }
    examples
}

fn plan<R: Real>(examples: &Examples<R>, batch: usize) -> StepPlan<'_, R> {
    let hyperparameters = shrinking_by(0.005, 0.999);
    StepPlan {
        examples,
        batch,
        hyperparameters,
        metric: StepMetric::Error,
        cost_limit: f64::INFINITY,
    }
}

/// Returns the hyperparameters that shrink the weights by a factor in each step.
fn shrinking_by(eta: f64, shrink: f64) -> Hyperparameters {
    Hyperparameters { eta, shrinking: (1.0 - shrink) / eta }
}

/// Takes a step of stochastic gradient descent, after a backward pass.
fn descend<R: Real>(
    backprop: &mut Backprop<R>,
    network: &mut Network<R>,
    batch: MiniBatch<'_, R>,
    (eta, shrink): (f64, f64),
) {
    let factors = Sgd::factors(&shrinking_by(eta, shrink), batch.rows());
    backprop.add_to(network.layers_mut(), batch, factors);
}

/// Trains with `at_once` steps per call; returns the network and the readings.
fn trained<R: Real>(
    network: &Network<R>,
    (cost, batch, rows): (Cost, usize, usize),
    at_once: usize,
) -> (Network<R>, Readings) {
    let mut network = network.clone();
    let mut descent = Descent::new(&network, cost, UpdateRule::Sgd, batch);
    let sizes = network.sizes();
    let all = examples::<R>(&sizes, rows, BatchLayout::Sparse);
    let mut readings = Readings::default();
    let mut part = Examples::new(sizes[0], sizes[sizes.len() - 1], rows, descent.layout());
    for first in (0..rows).step_by(at_once * batch) {
        part.clear();
        for row in first..rows.min(first + at_once * batch) {
            part.push(|x, y| {
                x.copy_from_slice(&all.all().x(row));
                y.copy_from_slice(&all.all().y(row));
            });
        }
        let plan = plan(&part, batch);
        descent.take_steps(&mut network, &plan, &mut readings).expect("no weight diverges");
    }
    (network, readings)
}

/// Trains by backpropagation, one step at a time; returns the network and the readings.
fn trained_by_backpropagation<R: Real>(
    network: &Network<R>,
    (cost, batch, rows): (Cost, usize, usize),
) -> (Network<R>, Readings) {
    let mut network = network.clone();
    let mut backprop = Backprop::new(&network, batch);
    let examples = examples::<R>(&network.sizes(), rows, BatchLayout::Sparse);
    let mut readings = Readings::default();
    for first in (0..rows).step_by(batch) {
        let part = examples.batch(first..rows.min(first + batch));
        backprop.forward(&network, part);
        readings.push(backprop.cost(cost), backprop.mean_error());
        backprop.backward(&network, cost);
        descend(&mut backprop, &mut network, part, (0.005, 0.999));
    }
    (network, readings)
}

fn pairs() -> impl Iterator<Item = (Activation, Output, Cost)> {
    let outputs = Output::ALL.into_iter();
    let pairs = outputs.flat_map(|output| Cost::ALL.map(|cost| (output, cost)));
    let valid = pairs.filter(|(output, cost)| cost.suits(*output) && cost.descends_gradient());
    valid.flat_map(|(output, cost)| Activation::ALL.map(|hidden| (hidden, output, cost)))
}

fn farthest(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>) -> f64 {
    a.zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn numbers<R: Real>(network: &Network<R>) -> Vec<f64> {
    let parameters = network.parameters();
    parameters.iter().flat_map(|(w, b)| w.iter().chain(b)).copied().collect()
}

fn every_kernel_agrees_with_backpropagation<R: Real>(tolerance: f64) {
    for sizes in SHAPES {
        for (hidden, output, cost) in pairs() {
            for (batch, rows) in [(1, 60), (10, 235), (40, 240)] {
                let network = network::<R>(sizes, (hidden, output));
                let (want, want_read) = trained_by_backpropagation(&network, (cost, batch, rows));
                let (got, read) = trained(&network, (cost, batch, rows), rows);
                let what = format!("{sizes:?} {hidden:?} {output:?} {cost:?}, {batch} at a time");
                assert_eq!(read.costs.len(), rows.div_ceil(batch), "{what}");
                let weights = farthest(numbers(&got).into_iter(), numbers(&want).into_iter());
                let costs = farthest(read.costs.into_iter(), want_read.costs.into_iter());
                let metrics = farthest(read.metrics.into_iter(), want_read.metrics.into_iter());
                for (name, off) in [("weights", weights), ("costs", costs), ("errors", metrics)] {
                    assert!(off <= tolerance, "{what}: {name} are off by {off}");
                }
            }
        }
    }
}

#[test]
fn every_kernel_agrees_with_backpropagation_in_f64() {
    // A few hundred steps of a few roundings each.
    every_kernel_agrees_with_backpropagation::<f64>(1e-12);
}

#[test]
fn every_kernel_agrees_with_backpropagation_in_f32() {
    every_kernel_agrees_with_backpropagation::<f32>(3e-4);
}

#[test]
fn no_number_depends_on_the_number_of_steps_per_call() {
    for sizes in SHAPES {
        for cost in [Cost::Quadratic, Cost::CrossEntropy] {
            for (batch, rows) in [(1, 700), (10, 235)] {
                let network = network::<f32>(sizes, (Activation::Sigmoid, Output::Sigmoid));
                let (whole, read) = trained(&network, (cost, batch, rows), rows);
                for at_once in [1, 3, 300] {
                    let (part, part_read) = trained(&network, (cost, batch, rows), at_once);
                    assert_eq!(part, whole, "{sizes:?}, {at_once} at once");
                    assert_eq!(part_read.costs, read.costs, "{sizes:?}, {at_once} at once");
                    assert_eq!(part_read.metrics, read.metrics, "{sizes:?}, {at_once} at once");
                }
            }
        }
    }
}

#[test]
fn each_shape_gets_the_kernel_made_for_it() {
    let kernel_of = |sizes: &[usize], cost, batch| {
        let network = network::<f64>(sizes, (Activation::Sigmoid, Output::Sigmoid));
        match Descent::new(&network, cost, UpdateRule::Sgd, batch).kernel {
            StepKernel::Neuron(_) => "neuron",
            StepKernel::Small(_) => "small",
            StepKernel::Wide(_) => "wide",
        }
    };
    let kernel = |sizes: &[usize], batch| kernel_of(sizes, Cost::Quadratic, batch);
    assert_eq!(
        [kernel(&[1, 1], 1), kernel(&[1, 1], 2), kernel(&[2, 4, 1], 1)],
        ["neuron", "small", "small"]
    );
    assert_eq!([kernel(&[17, 2], 1), kernel(&[2, 17, 1], 5), kernel(&[784, 10], 10)], ["wide"; 3]);
}

#[test]
fn every_kernel_undoes_a_step_that_exceeds_the_bound() {
    for sizes in SHAPES {
        let before = network::<f64>(sizes, (Activation::Sigmoid, Output::Sigmoid));
        let mut network = before.clone();
        let mut descent = Descent::new(&network, Cost::CrossEntropy, UpdateRule::Sgd, 1);
        let examples = examples::<f64>(sizes, 4, descent.layout());
        let mut readings = Readings::default();
        let mut plan = plan(&examples, 1);
        plan.hyperparameters = shrinking_by(1e35, 0.999);
        let outcome = descent.take_steps(&mut network, &plan, &mut readings);
        assert_eq!(outcome, Err(DivergenceCause::WeightTooLarge), "{sizes:?}");
        assert_eq!((&network, readings.costs.len()), (&before, 0), "{sizes:?}");
        // Nothing else of the step remains: the next steps are those of a descent that never tried it.
        plan.hyperparameters = shrinking_by(0.1, 0.999);
        descent.take_steps(&mut network, &plan, &mut readings).expect("no weight diverges");
        let (mut other, mut read) = (before, Readings::default());
        Descent::new(&other, Cost::CrossEntropy, UpdateRule::Sgd, 1)
            .take_steps(&mut other, &plan, &mut read)
            .expect("no weight diverges here either");
        assert_eq!((network, readings.costs), (other, read.costs), "{sizes:?}");
    }
}

#[test]
fn every_kernel_stops_before_a_step_whose_cost_is_above_the_limit() {
    for sizes in SHAPES {
        for cost in [Cost::Quadratic, Cost::CrossEntropy] {
            let start = network::<f64>(sizes, (Activation::Sigmoid, Output::Sigmoid));
            let new = || Descent::new(&start, cost, UpdateRule::Sgd, 1);
            let examples = examples::<f64>(sizes, 6, new().layout());
            let mut plan = plan(&examples, 1);
            plan.hyperparameters = shrinking_by(3.0, 1.0);
            let (mut free, mut all) = (start.clone(), Readings::default());
            new().take_steps(&mut free, &plan, &mut all).expect("nothing is out of bounds");
            let first = all.costs[0];
            let Some(above) = all.costs.iter().position(|cost| *cost > first) else { continue };
            // The costs up to the first one stay within the limit; the step after them is not taken.
            plan.cost_limit = first;
            let (mut bounded, mut read) = (start.clone(), Readings::default());
            let outcome = new().take_steps(&mut bounded, &plan, &mut read);
            assert_eq!(outcome, Err(DivergenceCause::CostTooLarge), "{sizes:?} {cost:?}");
            assert_eq!(read.costs, all.costs[..above], "{sizes:?} {cost:?}");
        }
    }
}

#[test]
fn large_steps_are_taken_as_long_as_weights_stay_within_the_bound() {
    for sizes in SHAPES {
        let mut network = network::<f64>(sizes, (Activation::Sigmoid, Output::Sigmoid));
        let mut descent = Descent::new(&network, Cost::Quadratic, UpdateRule::Sgd, 1);
        let examples = examples::<f64>(sizes, 60, descent.layout());
        let mut readings = Readings::default();
        let mut plan = plan(&examples, 1);
        // No step is sure to end well, and none ends badly: outputs saturate at once.
        plan.hyperparameters = shrinking_by(4e28, 1.0);
        descent.take_steps(&mut network, &plan, &mut readings).expect("no weight diverges");
        assert_eq!(readings.costs.len(), 60, "{sizes:?}");
        assert!(network.largest_weight() <= LARGEST_WEIGHT);
    }
}

#[test]
fn a_cost_that_is_not_finite_stops_the_kernel_before_its_step() {
    for sizes in [&[1, 1][..], &[2, 4, 1], &[2, 20, 1]] {
        let before = network::<f32>(sizes, (Activation::Relu, Output::Sigmoid));
        let mut network = before.clone();
        let mut descent = Descent::new(&network, Cost::CrossEntropy, UpdateRule::Sgd, 1);
        let mut examples = Examples::new(sizes[0], 1, 2, descent.layout());
        for x in [1.0, f32::MAX] {
            examples.push(|to, y| {
                to.fill(x);
                y[0] = 0.5;
            });
        }
        for layer in network.layers_mut() {
            for j in 0..layer.outputs() {
                (0..layer.inputs()).for_each(|k| layer.set_weight(j, k, 1000.0));
            }
        }
        descent.note_weights(&network);
        let mut readings = Readings::default();
        let plan = plan(&examples, 1);
        let outcome = descent.take_steps(&mut network, &plan, &mut readings);
        assert_eq!(
            (outcome, readings.costs.len()),
            (Err(DivergenceCause::CostNotFinite), 1),
            "{sizes:?}"
        );
        assert!(network.largest_weight() < 2000.0, "{sizes:?}");
    }
}

/// Takes one step on one example whose inputs are all infinite. The weights alternate between two
/// values by input, and the biases are 0.
fn step_on_infinite_inputs<R: Real>(
    sizes: &[usize],
    (hidden, output, cost): (Activation, Output, Cost),
    weights: [f64; 2],
) -> Result<(), DivergenceCause> {
    let layers = sizes.windows(2).map(|sizes| {
        let w = Array2::from_shape_fn((sizes[1], sizes[0]), |(_, k)| weights[k % 2]);
        (w, Array1::zeros(sizes[1]))
    });
    let before = Network::<R>::new(hidden, output, layers);
    let mut network = before.clone();
    let mut descent = Descent::new(&network, cost, UpdateRule::Sgd, 1);
    let mut examples = Examples::new(sizes[0], sizes[sizes.len() - 1], 1, descent.layout());
    examples.push(|x, y| {
        x.fill(R::infinity());
        y.fill(R::zero());
        y[0] = R::one();
    });
    let plan = plan(&examples, 1);
    let mut readings = Readings::default();
    let outcome = descent.take_steps(&mut network, &plan, &mut readings);
    assert_eq!((network, readings.costs.len()), (before, 0), "{sizes:?}");
    outcome
}

#[test]
fn a_weighted_input_that_is_nan_stops_the_kernel_before_its_step() {
    for sizes in [&[1, 1][..], &[2, 1], &[2, 4, 2, 1], &[3, 16, 16, 4], &[2, 20, 3]] {
        for kinds in pairs() {
            if kinds.1 == Output::Softmax && sizes[sizes.len() - 1] == 1 {
                // A softmax of one output is always 1.
                continue;
            }
            // ∞ − ∞, or 0 · ∞ if there is a single input.
            let weights = if sizes[0] == 1 { [0.0; 2] } else { [2.0, -1.0] };
            let narrow = step_on_infinite_inputs::<f32>(sizes, kinds, weights);
            let wide = step_on_infinite_inputs::<f64>(sizes, kinds, weights);
            let stopped = Err(DivergenceCause::CostNotFinite);
            assert_eq!((narrow, wide), (stopped, stopped), "{sizes:?} {kinds:?}");
        }
    }
}

#[test]
fn an_infinite_input_with_a_delta_of_0_makes_no_weight_nan() {
    // σ(∞) = 1 is the target: δ is 0, and the gradient 0 · ∞.
    let kinds = (Activation::Relu, Output::Sigmoid, Cost::Quadratic);
    for sizes in [&[1, 1][..], &[2, 1], &[2, 4, 1], &[2, 20, 1]] {
        assert!(step_on_infinite_inputs::<f32>(sizes, kinds, [1.0; 2]).is_err(), "{sizes:?}");
        assert!(step_on_infinite_inputs::<f64>(sizes, kinds, [1.0; 2]).is_err(), "{sizes:?}");
    }
}

#[test]
fn a_target_whose_square_overflows_f32_stops_every_kernel() {
    for sizes in [&[1, 1][..], &[2, 4, 1], &[2, 20, 1]] {
        let before = network::<f32>(sizes, (Activation::Sigmoid, Output::Sigmoid));
        let mut network = before.clone();
        let mut descent = Descent::new(&network, Cost::Quadratic, UpdateRule::Sgd, 1);
        let mut examples = Examples::new(sizes[0], 1, 40, descent.layout());
        for _ in 0..40 {
            examples.push(|x, y| {
                x.fill(1.0);
                y[0] = 1e20;
            });
        }
        let mut plan = plan(&examples, 1);
        plan.hyperparameters = shrinking_by(1e-15, 0.999);
        let mut readings = Readings::default();
        let outcome = descent.take_steps(&mut network, &plan, &mut readings);
        assert_eq!(outcome, Err(DivergenceCause::CostNotFinite), "{sizes:?}");
        assert_eq!((network, readings.costs.len()), (before, 0), "{sizes:?}");
    }
}

#[test]
fn unused_lanes_cannot_overflow() {
    // Nine layers of one neuron. The activations of the example are 0; those of the unused lanes, whose
    // input is 0, would grow a million times in each layer.
    let layer = |w: f64, b: f64| (Array2::from_elem((1, 1), w), Array1::from_elem(1, b));
    let layers = [(-1.0, 1.0)].into_iter().chain([(1e6, 0.0); 8]);
    let before =
        Network::<f32>::new(Activation::Linear, Output::Sigmoid, layers.map(|(w, b)| layer(w, b)));
    let mut network = before.clone();
    let mut descent = Descent::new(&network, Cost::Quadratic, UpdateRule::Sgd, 1);
    let mut examples = Examples::new(1, 1, 1, descent.layout());
    examples.push(|x, y| (x[0], y[0]) = (1.0, 0.5));
    let mut plan = plan(&examples, 1);
    plan.hyperparameters = shrinking_by(0.005, 1.0);
    let outcome = descent.take_steps(&mut network, &plan, &mut Readings::default());
    assert_eq!((outcome, network), (Ok(()), before));
}

#[test]
fn shrinking_later_is_as_exact_as_shrinking_at_once() {
    // An L2 term strong enough for weights to be settled several times.
    let run = |layout: BatchLayout| {
        let sizes = [6, 3];
        let mut network = network::<f64>(&sizes, (Activation::Sigmoid, Output::Sigmoid));
        let mut backprop = Backprop::new(&network, 5);
        let examples = examples::<f64>(&sizes, 500, layout);
        for first in (0..500).step_by(5) {
            let part = examples.batch(first..first + 5);
            backprop.forward(&network, part);
            backprop.backward(&network, Cost::CrossEntropy);
            descend(&mut backprop, &mut network, part, (0.3, 0.97));
        }
        numbers(&network)
    };
    let off = farthest(run(BatchLayout::Sparse).into_iter(), run(BatchLayout::Columns).into_iter());
    assert!(off < 1e-13, "{off}");
}

#[test]
fn steps_start_from_the_scaled_weights() {
    for sizes in [&[1, 1][..], &[2, 4, 1], &[2, 20, 1]] {
        let mut shrunk = network::<f64>(sizes, (Activation::Sigmoid, Output::Sigmoid));
        // Only weights of the first layer ever have a pending scale.
        shrunk.layers_mut()[0].shrink_later(0.75);
        let mut settled = shrunk.clone();
        settled.layers_mut()[0].settle();
        let (shrunk, _) = trained(&shrunk, (Cost::CrossEntropy, 1, 40), 40);
        let (settled, _) = trained(&settled, (Cost::CrossEntropy, 1, 40), 40);
        let off = farthest(numbers(&shrunk).into_iter(), numbers(&settled).into_iter());
        assert!(off < 1e-13, "{sizes:?}: {off}");
    }
}

#[test]
fn layouts_can_alternate_between_steps() {
    let run = |layouts: [BatchLayout; 2]| {
        let sizes = [6, 5, 3];
        let mut network = network::<f64>(&sizes, (Activation::Sigmoid, Output::Sigmoid));
        let mut backprop = Backprop::new(&network, 5);
        let examples = layouts.map(|layout| examples::<f64>(&sizes, 50, layout));
        for (step, first) in (0..50).step_by(5).enumerate() {
            let part = examples[step % 2].batch(first..first + 5);
            backprop.forward(&network, part);
            backprop.backward(&network, Cost::CrossEntropy);
            descend(&mut backprop, &mut network, part, (0.3, 0.9));
        }
        numbers(&network)
    };
    let lit = run([BatchLayout::Sparse; 2]);
    let off =
        farthest(lit.into_iter(), run([BatchLayout::Sparse, BatchLayout::Columns]).into_iter());
    assert!(off < 1e-13, "{off}");
}

/// Returns the bits of all weights and readings after training with these instructions.
fn bits<R: Real>(
    instructions: Instructions,
    sizes: &[usize],
    (hidden, output, cost): (Activation, Output, Cost),
    (batch, rows): (usize, usize),
) -> Vec<u64> {
    let network = network::<R>(sizes, (hidden, output));
    let (network, read) =
        with_instructions(instructions, || trained(&network, (cost, batch, rows), rows));
    let numbers = numbers(&network).into_iter().chain(read.costs).chain(read.metrics);
    numbers.map(f64::to_bits).collect()
}

#[test]
fn every_kernel_gives_the_same_bits_with_all_instructions() {
    for sizes in SHAPES {
        for kinds in pairs() {
            // Mini-batches of one register, of two, of several, and with a last register that is not
            // full.
            for (batch, rows) in [(1, 60), (7, 50), (10, 235), (40, 240)] {
                let of = (sizes, kinds, (batch, rows));
                let bits_with = |most| {
                    [bits::<f32>(most, of.0, of.1, of.2), bits::<f64>(most, of.0, of.1, of.2)]
                };
                let plain = bits_with(Instructions::Any);
                for instructions in Instructions::of_this_processor() {
                    if instructions != Instructions::Any {
                        assert_eq!(
                            bits_with(instructions),
                            plain,
                            "{instructions:?} {sizes:?} {kinds:?} {batch}"
                        );
                    }
                }
            }
        }
    }
}
