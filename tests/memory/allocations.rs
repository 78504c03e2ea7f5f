//! No step of training allocates memory: that would cost more than the step of a small network.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use xentviz::testing::nn::{
    Activation, Backprop, Cost, Descent, Examples, Hyperparameters, Init, Network, Output,
    Readings, Real, Sgd, StepMetric, StepPlan, UpdateRule, start,
};

use crate::counting::allocations_during;

const HYPERPARAMETERS: Hyperparameters = Hyperparameters { eta: 0.1, shrinking: 0.1 };

fn network<R: Real>(sizes: &[usize], output: Output) -> Network<R> {
    let layers = start(sizes, Init::Scaled, &mut ChaCha8Rng::seed_from_u64(1));
    Network::new(Activation::Sigmoid, output, layers)
}

fn fill<R: Real>(examples: &mut Examples<R>) {
    examples.clear();
    for row in 0..examples.capacity() {
        examples.push(|x, y| {
            x.fill(R::of(0.5));
            y.fill(R::zero());
            y[row % y.len()] = R::one();
        });
    }
}

/// Returns the number of allocations by training steps, after the buffer of readings has been
/// reserved.
fn allocations_by_steps<R: Real>(sizes: &[usize], rows: usize, output: Output, cost: Cost) -> u64 {
    let mut network = network::<R>(sizes, output);
    let mut descent = Descent::new(&network, cost, UpdateRule::Sgd, rows);
    let outputs = sizes[sizes.len() - 1];
    let mut examples = Examples::new(sizes[0], outputs, 20 * rows, descent.layout());
    let mut readings = Readings::default();
    let mut take_steps = || {
        fill(&mut examples);
        let plan = StepPlan {
            examples: &examples,
            batch: rows,
            hyperparameters: HYPERPARAMETERS,
            metric: StepMetric::Error,
            cost_limit: f64::INFINITY,
        };
        readings.clear();
        descent.take_steps(&mut network, &plan, &mut readings).expect("no weight diverges");
        assert_eq!(readings.costs.len(), 20);
    };
    take_steps();
    allocations_during(take_steps)
}

/// Returns the number of allocations by steps whose cost and gradients are read.
fn allocations_by_reading<R: Real>(
    sizes: &[usize],
    rows: usize,
    output: Output,
    cost: Cost,
) -> u64 {
    let mut network = network::<R>(sizes, output);
    let mut backprop = Backprop::new(&network, rows);
    let mut examples = Examples::new(
        sizes[0],
        sizes[sizes.len() - 1],
        rows,
        xentviz::testing::nn::BatchLayout::Sparse,
    );
    allocations_during(|| {
        for step in 0..20 {
            fill(&mut examples);
            let batch = examples.all();
            backprop.forward(&network, batch);
            assert!(backprop.cost(cost).is_finite());
            assert!(backprop.mean_error() >= 0.0, "at step {step}");
            backprop.backward(&network, cost);
            assert!(backprop.mean_delta() >= 0.0 && backprop.gradient_bound(batch) >= 0.0);
            let factors = Sgd::factors(&HYPERPARAMETERS, rows);
            backprop.add_to(network.layers_mut(), batch, factors);
        }
    })
}

#[test]
fn a_step_allocates_no_memory() {
    assert_eq!(allocations_during(|| drop(vec![1_u8])), 1, "allocations are counted");
    for (output, cost) in [
        (Output::Sigmoid, Cost::Quadratic),
        (Output::Sigmoid, Cost::CrossEntropy),
        (Output::Softmax, Cost::Quadratic),
        (Output::Softmax, Cost::LogLikelihood),
        (Output::Linear, Cost::Quadratic),
    ] {
        for (sizes, rows) in [(&[1, 1][..], 1), (&[2, 4, 2, 1], 10), (&[100, 30, 10], 70)] {
            assert_eq!(allocations_by_steps::<f32>(sizes, rows, output, cost), 0, "{sizes:?}");
            assert_eq!(allocations_by_steps::<f64>(sizes, rows, output, cost), 0, "{sizes:?}");
            assert_eq!(allocations_by_reading::<f32>(sizes, rows, output, cost), 0, "{sizes:?}");
            assert_eq!(allocations_by_reading::<f64>(sizes, rows, output, cost), 0, "{sizes:?}");
        }
    }
}
