//! Bounds the numbers of a network for all examples, so that overflow need not be checked.

use crate::nn::{Activation, Network, Real};

impl<R: Real> Network<R> {
    /// Returns whether cost and gradients are provably finite on all examples with inputs up to `x` and
    /// targets up to `y` in magnitude, for every cost whose δ is its gradient. `false` proves nothing.
    pub fn is_surely_finite(&self, x: f64, y: f64) -> bool {
        // If no number of an example exceeds the square root of the largest one, sums of millions of
        // them and the squares of the gradients are finite as well.
        self.largest_number(x, y) < R::max_value().to_f64().sqrt()
    }

    /// Returns a bound on every number computed from an example; not finite if a weight is not.
    fn largest_number(&self, x: f64, y: f64) -> f64 {
        let w = self.largest_weight();
        let last = self.layers().len() - 1;
        let (mut into, mut largest) = (x, w);
        let mut inputs = Vec::with_capacity(last + 1);
        for (l, layer) in self.layers().iter().enumerate() {
            inputs.push(into.max(1.0));
            // Weights with a pending factor are stored as up to twice what they stand for.
            let z = 2.0 * w * layer.inputs() as f64 * into + w;
            largest = largest.max(z);
            into = match self.hidden() {
                Activation::Sigmoid | Activation::Tanh if l < last => 1.0,
                _ => z,
            };
        }
        // A bound on |a − y|, on |z| and on the logarithm of a softmax layer's sum.
        let outputs = self.layers()[last].outputs() as f64;
        let residual = into + outputs + 2.0 * y;
        largest = largest.max(4.0 * outputs * residual * residual);
        let mut delta = 2.0 * outputs * residual;
        for (layer, into) in self.layers().iter().zip(inputs).rev() {
            largest = largest.max(delta * into);
            // No slope is more than 1.
            delta *= w * layer.outputs() as f64;
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::nn::{Backprop, BatchLayout, Cost, Examples, Output};

    /// The magnitude of the weights, then biases, inputs and targets.
    type LayerBounds = [f64; 4];

    /// Returns a network whose weights are ±w and biases b, and an example with inputs x and targets y.
    fn numbers<R: Real>(
        (hidden, output): (Activation, Output),
        sizes: &[usize],
        [w, b, x, y]: LayerBounds,
    ) -> (Network<R>, Examples<R>) {
        let sign = |j: usize, k: usize| if (j * 7 + k * 3) % 4 < 3 { w } else { -w };
        let layers = sizes.windows(2).map(|n| {
            let weights = ndarray::Array2::from_shape_fn((n[1], n[0]), |(j, k)| sign(j, k));
            (weights, ndarray::Array1::from_elem(n[1], b))
        });
        let network = Network::new(hidden, output, layers);
        let mut examples = Examples::new(sizes[0], sizes[sizes.len() - 1], 1, BatchLayout::Sparse);
        examples.push(|to_x, to_y| {
            to_x.fill(R::of(x));
            to_y.fill(R::of(y));
        });
        (network, examples)
    }

    /// Returns whether cost, gradients and their norms are finite on the example.
    fn is_finite<R: Real>(network: &Network<R>, examples: &Examples<R>, cost: Cost) -> bool {
        let mut backprop = Backprop::new(network, 1);
        backprop.forward(network, examples.all());
        let of_example = backprop.cost(cost);
        backprop.backward(network, cost);
        let gradients = backprop.gradients(network, examples.all());
        let norms = (0..network.layers().len()).map(|l| gradients.norm(l));
        norms.chain([of_example]).all(f64::is_finite)
    }

    fn check<R: Real>(
        kind: (Activation, Output, Cost),
        sizes: &[usize],
        numbers_of: LayerBounds,
    ) -> Result<(), TestCaseError> {
        let (hidden, output, cost) = kind;
        let (network, examples) = numbers::<R>((hidden, output), sizes, numbers_of);
        if network.is_surely_finite(numbers_of[2], numbers_of[3]) {
            prop_assert!(is_finite(&network, &examples, cost), "{kind:?} {sizes:?} {numbers_of:?}");
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn surely_finite_numbers_are_finite(
            hidden in prop::sample::select(&Activation::ALL[..]),
            output in prop::sample::select(&[Output::Sigmoid, Output::Linear, Output::Softmax][..]),
            cost in prop::sample::select(&Cost::ALL[..]),
            sizes in prop::collection::vec(1..40_usize, 2..7),
            (w, b, x) in (-2.0..12.0_f64, -2.0..20.0_f64, -2.0..20.0_f64),
            y in 0..2_u8,
        ) {
            if cost.suits(output) && cost.descends_gradient() {
                let [w, b, x] = [w, b, x].map(|power| crate::math::exp(power * std::f64::consts::LN_10));
                let kind = (hidden, output, cost);
                check::<f32>(kind, &sizes, [w, b, x, f64::from(y)])?;
                check::<f64>(kind, &sizes, [w, b, x, f64::from(y)])?;
            }
        }
    }

    #[test]
    fn the_largest_weights_of_a_run_are_surely_finite_on_digits_and_larger_ones_are_not() {
        let kind = (Activation::Sigmoid, Output::Sigmoid);
        let of = |w: f64| numbers::<f32>(kind, &[784, 100, 10], [w, w, 1.0, 1.0]).0;
        assert!(of(1e6).is_surely_finite(1.0, 1.0));
        assert!(!of(1e8).is_surely_finite(1.0, 1.0));
        assert!(!of(f64::INFINITY).is_surely_finite(1.0, 1.0));
        assert!(!of(f64::NAN).is_surely_finite(1.0, 1.0));
        assert!(!of(1.0).is_surely_finite(1e30, 1.0));
    }

    #[test]
    fn a_network_that_is_not_finite_is_never_surely_finite() {
        // The first to overflow is z by its weight, z by its bias, the cost, δ.
        let linear = (Activation::Linear, Output::Linear);
        for (sizes, numbers_of) in [
            (&[1, 1][..], [1e6, 0.0, 1e34, 0.0]),
            (&[1, 1], [1.0, 1e39, 1.0, 0.0]),
            (&[1, 1], [1.0, 0.0, 1e20, 0.0]),
            (&[1, 30, 30, 30, 30, 30, 30, 1], [1e5, 0.0, 1e-30, 0.0]),
        ] {
            let (network, examples) = numbers::<f32>(linear, sizes, numbers_of);
            assert!(!is_finite(&network, &examples, Cost::Quadratic), "{sizes:?} {numbers_of:?}");
            let [_, _, x, y] = numbers_of;
            assert!(!network.is_surely_finite(x, y), "{sizes:?} {numbers_of:?}");
        }
    }
}
