//! Checks every cost against its definition, and its δ against central differences.

use crate::math::{exp, ln};
use crate::nn::{Cost, Output};

/// Returns the activations of the last layer, by the definitions of its functions.
fn activations(output: Output, z: &[f64]) -> Vec<f64> {
    let total: f64 = z.iter().map(|z| exp(*z)).sum();
    let of = |z: &f64| match output {
        Output::Sigmoid => 1.0 / (1.0 + exp(-z)),
        Output::Softmax => exp(*z) / total,
        Output::Linear => *z,
    };
    z.iter().map(of).collect()
}

/// Returns the cost of one example by its definition.
fn by_definition(cost: Cost, output: Output, z: &[f64], y: &[f64]) -> f64 {
    let of = |(a, y): (&f64, &f64)| match cost {
        Cost::Quadratic => 0.5 * (y - a) * (y - a),
        Cost::CrossEntropy => -(y * ln(*a) + (1.0 - y) * ln(1.0 - a)),
        Cost::LogLikelihood => -y * ln(*a),
    };
    activations(output, z).iter().zip(y).map(of).sum()
}

const Z: [f64; 3] = [0.7, -1.3, 2.1];
const Y: [f64; 3] = [0.0, 1.0, 0.0];

fn pairs() -> impl Iterator<Item = (Cost, Output)> {
    let suited = |cost: Cost| Output::ALL.into_iter().filter(move |output| cost.suits(*output));
    Cost::ALL.into_iter().flat_map(move |cost| suited(cost).map(move |output| (cost, output)))
}

#[test]
fn the_cost_of_an_example_is_that_of_its_definition() {
    assert_eq!(pairs().count(), 5);
    for (cost, output) in pairs() {
        let found = cost.of_example(output, &Z, &Y);
        let expected = by_definition(cost, output, &Z, &Y);
        assert!((found - expected).abs() < 1e-14, "{cost:?} {output:?}: {found}, {expected}");
    }
}

#[test]
fn delta_of_a_neuron_is_the_derivative_of_its_cost() {
    const H: f64 = 1e-5;
    for (cost, output) in pairs().filter(|(_, output)| *output != Output::Softmax) {
        for z in Z {
            for y in [0.0, 0.3, 1.0] {
                let of = |z: f64| cost.of_neuron(output, z, y).0;
                let (slope, delta) =
                    ((of(z + H) - of(z - H)) / (2.0 * H), cost.of_neuron(output, z, y).1);
                assert!((slope - delta).abs() < 1e-9, "{cost:?} {output:?}: {slope}, {delta}");
            }
        }
    }
}

#[test]
fn slope_in_delta_is_present_exactly_if_a_saturated_neuron_stalls() {
    for (cost, output) in pairs().filter(|(_, output)| *output == Output::Sigmoid) {
        // For a saturated neuron that is wrong, δ is next to nothing if the slope is a factor of it.
        let stalls = cost.of_neuron(output, 12.0, 0.0).1 < 1e-4;
        assert_eq!(cost.slope_in_delta(output).is_present(), stalls, "{cost:?}");
    }
}
