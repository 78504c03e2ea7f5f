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
        Cost::CrossEntropy | Cost::BookRule => -(y * ln(*a) + (1.0 - y) * ln(1.0 - a)),
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
    assert_eq!(pairs().count(), 6);
    for (cost, output) in pairs() {
        let found = cost.of_example(output, &Z, &Y);
        let expected = by_definition(cost, output, &Z, &Y);
        assert!((found - expected).abs() < 1e-14, "{cost:?} {output:?}: {found}, {expected}");
    }
}

#[test]
fn delta_of_a_neuron_is_the_derivative_of_its_cost() {
    const H: f64 = 1e-5;
    let is_gradient = Cost::descends_gradient;
    for (cost, output) in
        pairs().filter(|(c, output)| *output != Output::Softmax && is_gradient(*c))
    {
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

#[test]
fn the_books_rule_steps_by_the_derivative_with_respect_to_a_and_not_to_z() {
    const H: f64 = 1e-6;
    for z in Z {
        for y in [0.0, 0.3, 1.0] {
            // C as a function of a, by its definition.
            let of = |a: f64| -(y * ln(a) + (1.0 - y) * ln(1.0 - a));
            let a = 1.0 / (1.0 + exp(-z));
            let by_activation = (of(a + H) - of(a - H)) / (2.0 * H);
            let (cost, delta) = Cost::BookRule.of_neuron(Output::Sigmoid, z, y);
            assert!((delta - by_activation).abs() < 1e-7 * delta.abs(), "{z} {y}: {delta}");
            assert!((cost - of(a)).abs() < 1e-14);
            // It is at least four times the gradient, since σ′ is at most ¼.
            let gradient = Cost::BookRule.with_gradient().of_neuron(Output::Sigmoid, z, y).1;
            assert!(delta.abs() >= 4.0 * gradient.abs() * (1.0 - 1e-12));
        }
    }
    // As the animation writes it, for x = 1 and y = 0.
    let at_start = Cost::BookRule.of_neuron(Output::Sigmoid, 4.0, 0.0).1;
    assert!((at_start - (1.0 + exp(4.0_f64))).abs() < 1e-12 * at_start, "{at_start}");
}

#[test]
fn the_books_rule_is_finite_wherever_the_neuron_is() {
    for z in [-1e4_f64, -800.0, -40.0, 0.0, 40.0, 1e4] {
        let (cost, delta) = Cost::BookRule.of_neuron(Output::Sigmoid, z, 0.0);
        assert!(cost.is_finite() && delta.is_finite() && delta >= 1.0, "{z}: {cost}, {delta}");
        let (cost, mirrored) = Cost::BookRule.of_neuron(Output::Sigmoid, -z, 1.0);
        assert!(cost.is_finite() && mirrored == -delta, "{z}: {mirrored}");
    }
    let most: f64 = Cost::BookRule.of_neuron(Output::Sigmoid, 800.0, 0.0).1;
    assert!((most / 1e30 - 1.0).abs() < 1e-15, "{most}");
    assert!(Cost::BookRule.of_neuron(Output::Sigmoid, f64::NAN, 0.0).1.is_nan());
}

#[test]
fn only_the_books_rule_departs_from_the_gradient_and_it_trains_one_neuron() {
    for cost in Cost::ALL {
        assert_eq!(cost.descends_gradient(), cost != Cost::BookRule, "{cost:?}");
        assert!(cost.trains(&[2, 1]));
        for sizes in [&[2, 2][..], &[2, 3, 1]] {
            assert_eq!(cost.trains(sizes), cost != Cost::BookRule, "{cost:?} {sizes:?}");
        }
    }
}
