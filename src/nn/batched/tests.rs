//! Checks gradients and epoch counts against plain loops with the formulas written out, against
//! backpropagation, and with lanes of every width.

use ndarray::{arr1, arr2};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cost_gradients::BLOCK;
use super::slots::SLOTS;
use super::{CostGradient, NeuronBatch, NeuronKind, NeuronWeights, SingleNeuron, TrainingSettings};
use crate::math::{exp, powi, standard_normal};
use crate::nn::{
    Activation, Backprop, BatchLayout, Cost, Examples, Instructions, Network, Output, softplus,
    with_instructions,
};

const KINDS: [NeuronKind; 5] = [
    NeuronKind { output: Output::Sigmoid, cost: Cost::Quadratic },
    NeuronKind { output: Output::Sigmoid, cost: Cost::CrossEntropy },
    NeuronKind { output: Output::Linear, cost: Cost::Quadratic },
    NeuronKind { output: Output::Softmax, cost: Cost::Quadratic },
    NeuronKind { output: Output::Softmax, cost: Cost::LogLikelihood },
];

/// Inputs of shape (n, inputs) and targets of shape (n).
struct LabelledExamples {
    inputs: usize,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl LabelledExamples {
    fn drawn(inputs: usize, n: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64((10 * n + inputs) as u64);
        let x = (0..n * inputs).map(|_| standard_normal(&mut rng)).collect();
        let y = (0..n).map(|row| [0.0, 1.0, 1.0, 0.25][row % 4]).collect();
        Self { inputs, x, y }
    }

    /// Returns two examples: x = 2 → 0, x = −½ → 1.
    fn two() -> Self {
        Self { inputs: 1, x: vec![2.0, -0.5], y: vec![0.0, 1.0] }
    }

    /// Returns the examples of a logical AND.
    fn and() -> Self {
        Self {
            inputs: 2,
            x: vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0],
            y: vec![0.0, 0.0, 0.0, 1.0],
        }
    }

    fn neuron(&self, kind: NeuronKind, lambda: f64) -> SingleNeuron {
        SingleNeuron::new(kind, lambda, &self.x, &self.y)
    }

    fn rows(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.x.chunks(self.inputs).zip(self.y.iter().copied())
    }
}

/// Returns points near and far, and one on the plateau.
fn places(count: usize) -> Vec<NeuronWeights> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut draw = || -> f64 { standard_normal(&mut rng) };
    let mut places: Vec<_> = (0..count)
        .map(|_| NeuronWeights { w: [4.0 * draw(), 3.0 * draw()], b: 3.0 * draw() })
        .collect();
    places[0] = NeuronWeights { w: [9.0, 7.0], b: 20.0 };
    places
}

fn cost_gradients(neuron: &SingleNeuron, places: &[NeuronWeights]) -> Vec<CostGradient> {
    let mut cost_gradients = vec![CostGradient::default(); places.len()];
    neuron.cost_gradients(places, &mut cost_gradients);
    cost_gradients
}

fn numbers(slope: &CostGradient) -> [f64; 4] {
    [slope.cost, slope.w[0], slope.w[1], slope.b]
}

fn z(place: &NeuronWeights, x: &[f64]) -> f64 {
    place.b + x.iter().zip(place.w).map(|(x, w)| x * w).sum::<f64>()
}

/// Returns a and ∂C/∂z by the formulas of the book.
fn output_and_delta(kind: NeuronKind, z: f64, y: f64) -> (f64, f64) {
    match (kind.output, kind.cost) {
        (Output::Linear, _) => (z, z - y),
        (Output::Softmax, _) => (1.0, 0.0),
        (Output::Sigmoid, Cost::Quadratic) => {
            let a = 1.0 / (1.0 + exp(-z));
            (a, (a - y) * a * (1.0 / (1.0 + exp(z))))
        }
        (Output::Sigmoid, _) => {
            let a = 1.0 / (1.0 + exp(-z));
            (a, a - y)
        }
    }
}

/// Returns C at one point by its definition.
fn cost(labelled: &LabelledExamples, kind: NeuronKind, lambda: f64, place: &NeuronWeights) -> f64 {
    let of_example = |(x, y): (&[f64], f64)| {
        let z = z(place, x);
        let (a, _) = output_and_delta(kind, z, y);
        match kind.cost {
            Cost::Quadratic => powi(a - y, 2) / 2.0,
            Cost::CrossEntropy | Cost::BookRule => y * softplus(-z) + (1.0 - y) * softplus(z),
            Cost::LogLikelihood => 0.0,
        }
    };
    let n = labelled.y.len() as f64;
    let squares: f64 = place.w[..labelled.inputs].iter().map(|w| w * w).sum();
    labelled.rows().map(of_example).sum::<f64>() / n + lambda / (2.0 * n) * squares
}

fn assert_near(got: f64, want: f64, tolerance: f64, what: &str) {
    let off = (got - want).abs() / want.abs().max(1.0);
    assert!(off <= tolerance, "{what}: {got} is not {want}");
}

#[test]
fn the_cost_is_that_of_the_written_out_formula() {
    for (inputs, n) in [(1, 1), (1, 5), (2, 16), (2, 300)] {
        let labelled = LabelledExamples::drawn(inputs, n);
        for kind in KINDS {
            for lambda in [0.0, 0.7] {
                let places = places(77);
                let cost_gradients = cost_gradients(&labelled.neuron(kind, lambda), &places);
                for (place, slope) in places.iter().zip(cost_gradients) {
                    let want = cost(&labelled, kind, lambda, place);
                    assert_near(slope.cost, want, 1e-13, &format!("{kind:?} {n} {place:?}"));
                }
            }
        }
    }
}

#[test]
fn the_gradient_is_the_central_difference_of_the_cost() {
    let h = 1e-5;
    for (inputs, n) in [(1, 1), (2, 16)] {
        let labelled = LabelledExamples::drawn(inputs, n);
        for kind in KINDS {
            let places = places(20);
            let cost_gradients = cost_gradients(&labelled.neuron(kind, 0.7), &places);
            for (place, slope) in places.iter().zip(cost_gradients) {
                let moved = |part: usize, by: f64| {
                    let mut place = *place;
                    match part {
                        2 => place.b += by,
                        j => place.w[j] += by,
                    }
                    cost(&labelled, kind, 0.7, &place)
                };
                let [_, w1, w2, b] = numbers(&slope);
                for (part, got) in [w1, w2, b].into_iter().enumerate() {
                    let want = (moved(part, h) - moved(part, -h)) / (2.0 * h);
                    // The third derivative times h², and the rounding of the cost by h.
                    assert_near(got, want, 1e-8, &format!("{kind:?} {part} {place:?}"));
                }
            }
        }
    }
}

#[test]
fn cost_and_gradient_are_those_of_backpropagation() {
    for (inputs, n) in [(1, 1), (1, 40), (2, 3), (2, 235)] {
        let labelled = LabelledExamples::drawn(inputs, n);
        for kind @ NeuronKind { output, cost } in KINDS {
            let mut examples = Examples::new(inputs, 1, n, BatchLayout::Sparse);
            for (from_x, from_y) in labelled.rows() {
                examples.push(|x, y| {
                    x.copy_from_slice(from_x);
                    y[0] = from_y;
                });
            }
            let places = places(30);
            let cost_gradients = cost_gradients(&labelled.neuron(kind, 0.0), &places);
            for (place, slope) in places.iter().zip(cost_gradients) {
                let w = match inputs {
                    1 => arr2(&[[place.w[0]]]),
                    _ => arr2(&[place.w]),
                };
                let layers = [(w, arr1(&[place.b]))];
                let network = Network::<f64>::new(Activation::Sigmoid, output, layers);
                let mut backprop = Backprop::new(&network, n);
                backprop.forward(&network, examples.all());
                backprop.backward(&network, cost);
                let gradients = backprop.gradients(&network, examples.all());
                let weights = gradients.weights(0);
                let by_w = |k| weights.get((0, k)).copied().unwrap_or(0.0);
                let want = [backprop.cost(cost), by_w(0), by_w(1), gradients.biases(0)[0]];
                for (got, want) in numbers(&slope).into_iter().zip(want) {
                    assert_near(got, want, 1e-13, &format!("{kind:?} {n} {place:?}"));
                }
            }
        }
    }
}

#[test]
fn cost_and_gradient_are_those_computed_by_hand() {
    let place = [NeuronWeights { w: [2.0, -1.0], b: 0.5 }];
    let means = |cost| {
        numbers(
            &cost_gradients(
                &LabelledExamples::and().neuron(NeuronKind { output: Output::Sigmoid, cost }, 0.0),
                &place,
            )[0],
        )
        .map(|number| format!("{number:.6}"))
    };
    assert_eq!(means(Cost::CrossEntropy), ["1.057114", "0.185429", "0.048779", "0.435429"]);
    assert_eq!(means(Cost::Quadratic), ["0.177164", "0.009394", "0.015379", "0.068145"]);
}

#[test]
fn the_second_weight_of_a_neuron_with_one_input_is_ignored() {
    let neuron = LabelledExamples::two()
        .neuron(NeuronKind { output: Output::Linear, cost: Cost::Quadratic }, 3.0);
    let at = |w2| cost_gradients(&neuron, &[NeuronWeights { w: [0.5, w2], b: 0.1 }])[0];
    assert_eq!(at(0.0), at(1e5));
    assert_eq!(at(1e5).w[1], 0.0);
}

/// Trains from all starts, as many at once as there is room for.
fn epochs_in_batch(
    neuron: &SingleNeuron,
    settings: TrainingSettings,
    starts: &[NeuronWeights],
) -> Vec<Option<u32>> {
    let (mut neurons, mut ended) = (NeuronBatch::new(neuron, settings), Vec::new());
    let mut waiting = starts.iter().enumerate();
    loop {
        while neurons.has_room() {
            let Some((number, start)) = waiting.next() else { break };
            neurons.start(number, *start);
        }
        if neurons.is_empty() {
            break;
        }
        neurons.advance(&mut ended);
    }
    assert_eq!(ended.len(), starts.len(), "every neuron ends once");
    ended.sort_unstable();
    ended.into_iter().map(|(_, epochs)| epochs).collect()
}

/// Trains from one start, with the formulas written out.
fn epochs_in_plain_loops(
    labelled: &LabelledExamples,
    (kind, lambda): (NeuronKind, f64),
    settings: TrainingSettings,
    start: &NeuronWeights,
) -> Option<u32> {
    let (mut place, rows) = (*start, labelled.rows().collect::<Vec<_>>());
    let shrink = 1.0 - settings.eta * lambda / rows.len() as f64;
    for epoch in 0..=settings.cap {
        let is_near = |(x, y): &(&[f64], f64)| {
            let (a, _) = output_and_delta(kind, z(&place, x), *y);
            (a - y).abs() <= settings.tolerance
        };
        if rows.iter().all(is_near) {
            return Some(epoch);
        }
        for batch in rows.chunks(settings.batch) {
            let (mut w, mut b) = ([0.0; 2], 0.0);
            for (x, y) in batch {
                let (_, delta) = output_and_delta(kind, z(&place, x), *y);
                w.iter_mut().zip(*x).for_each(|(w, x)| *w += x * delta);
                b += delta;
            }
            let rate = settings.eta / batch.len() as f64;
            place.w.iter_mut().zip(w).for_each(|(to, w)| *to = shrink * *to - rate * w);
            place.b -= rate * b;
            let numbers = [&place.w[..labelled.inputs], &[place.b]].concat();
            if !numbers.iter().all(|number| number.abs() <= 1e6) {
                return None;
            }
        }
    }
    None
}

const PLAIN_SETTINGS: TrainingSettings =
    TrainingSettings { eta: 0.15, batch: 1, tolerance: 0.5, cap: 20_000 };

#[test]
fn training_takes_as_many_epochs_as_in_plain_loops() {
    for (labelled, batch) in [
        (LabelledExamples::two(), 2),
        (LabelledExamples::two(), 1),
        (LabelledExamples::and(), 4),
        (LabelledExamples::and(), 3),
        (LabelledExamples::and(), 100),
        (LabelledExamples::drawn(1, 7), 3),
        (LabelledExamples::drawn(2, 1), 1),
    ] {
        for kind in KINDS {
            for (lambda, eta, tolerance) in
                [(0.0, 0.15, 0.1), (0.0, 2.5, 0.05), (0.01, 0.4, 0.5), (40.0, 0.1, 0.4)]
            {
                let settings = TrainingSettings { eta, batch, tolerance, cap: 700 };
                let starts = places(75);
                let neuron = labelled.neuron(kind, lambda);
                let got = epochs_in_batch(&neuron, settings, &starts);
                for (start, got) in starts.iter().zip(got) {
                    let want = epochs_in_plain_loops(&labelled, (kind, lambda), settings, start);
                    assert_eq!(got, want, "{kind:?} {lambda} {settings:?} {start:?}");
                }
            }
        }
    }
}

#[test]
fn the_escape_from_the_plateau_takes_as_many_epochs_as_worked_out_beforehand() {
    let one = LabelledExamples { inputs: 1, x: vec![1.0], y: vec![0.0] };
    let starts = [1.5, 4.0, 6.0, 8.0].map(|z| NeuronWeights { w: [z - 0.5, 0.0], b: 0.5 });
    for (cost, want) in
        [(Cost::Quadratic, [36, 232, 1416, 10_028]), (Cost::CrossEntropy, [8, 17, 23, 30])]
    {
        let got = epochs_in_batch(
            &one.neuron(NeuronKind { output: Output::Sigmoid, cost }, 0.0),
            PLAIN_SETTINGS,
            &starts,
        );
        assert_eq!(got, want.map(Some), "{cost:?}");
    }
}

#[test]
fn a_start_at_the_target_takes_no_epoch_and_the_cap_is_inclusive() {
    let neuron = LabelledExamples::two()
        .neuron(NeuronKind { output: Output::Sigmoid, cost: Cost::CrossEntropy }, 0.0);
    let start = [NeuronWeights { w: [3.0, 0.0], b: 1.0 }];
    let epochs = |cap, tolerance| {
        epochs_in_batch(&neuron, TrainingSettings { eta: 0.15, batch: 2, tolerance, cap }, &start)
            [0]
    };
    let needed = epochs(5000, 0.1).expect("the neuron arrives");
    assert!(needed > 17, "{needed}");
    assert_eq!(epochs(needed, 0.1), Some(needed));
    assert_eq!(epochs(needed - 1, 0.1), None);
    assert_eq!((epochs(0, 0.1), epochs(0, 1.0)), (None, Some(0)));
}

#[test]
fn weights_that_diverge_never_arrive() {
    let labelled = LabelledExamples { inputs: 1, x: vec![3.0], y: vec![0.5] };
    let neuron = labelled.neuron(NeuronKind { output: Output::Linear, cost: Cost::Quadratic }, 0.0);
    let far = |eta| {
        epochs_in_batch(
            &neuron,
            TrainingSettings { eta, ..PLAIN_SETTINGS },
            &[NeuronWeights { w: [2.0, 0.0], b: 0.0 }],
        )
    };
    assert_eq!(far(0.1), [Some(1)]);
    // Each step overshoots further than the one before; with 1e300 the weight is soon not finite.
    assert_eq!([far(0.9), far(1e9), far(1e300)].concat(), [None; 3]);
    // The weight jumps beyond the bound, but would be shrunk back to a value at which the output is
    // right.
    let sigmoid =
        labelled.neuron(NeuronKind { output: Output::Sigmoid, cost: Cost::CrossEntropy }, 1.0);
    let large_steps = TrainingSettings { eta: 1e9, tolerance: 0.5, ..PLAIN_SETTINGS };
    assert_eq!(
        epochs_in_batch(&sigmoid, TrainingSettings { tolerance: 0.4, ..large_steps }, &places(1)),
        [None]
    );
}

#[test]
fn no_result_depends_on_the_other_neurons_in_training() {
    let neuron = LabelledExamples::and()
        .neuron(NeuronKind { output: Output::Sigmoid, cost: Cost::Quadratic }, 0.001);
    let settings = TrainingSettings { eta: 0.5, batch: 3, tolerance: 0.3, cap: 900 };
    let starts = places(5 * SLOTS + 3);
    let together = epochs_in_batch(&neuron, settings, &starts);
    assert!(together.iter().any(Option::is_some) && together.iter().any(Option::is_none));
    let backwards: Vec<_> = starts.iter().rev().copied().collect();
    let mut again = epochs_in_batch(&neuron, settings, &backwards);
    again.reverse();
    assert_eq!(again, together);
    for (start, epochs) in starts.iter().zip(&together).step_by(7) {
        assert_eq!(epochs_in_batch(&neuron, settings, &[*start]), [*epochs]);
    }
}

#[test]
fn all_instructions_give_the_same_bits() {
    for kind in KINDS {
        for (inputs, batch) in [(1, 9), (2, 9), (2, 4)] {
            let neuron = LabelledExamples::drawn(inputs, 9).neuron(kind, 0.3);
            let starts = places(BLOCK + 3);
            let settings = TrainingSettings { eta: 0.2, batch, tolerance: 0.3, cap: 900 };
            let seen = |instructions| {
                with_instructions(instructions, || {
                    let cost_gradients = cost_gradients(&neuron, &starts);
                    let mut neurons = NeuronBatch::new(&neuron, settings);
                    for (number, start) in starts.iter().take(SLOTS).enumerate() {
                        neurons.start(number, *start);
                    }
                    let mut ended = Vec::new();
                    (0..4).for_each(|_| neurons.advance(&mut ended));
                    // As text, which distinguishes 0 from −0.
                    format!("{:?}", (cost_gradients, neurons.slots, ended))
                })
            };
            let want = seen(Instructions::Any);
            for instructions in Instructions::of_this_processor() {
                assert_eq!(seen(instructions), want, "{instructions:?} {kind:?}");
            }
        }
    }
}
