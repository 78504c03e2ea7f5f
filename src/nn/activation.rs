//! The activation functions of hidden layers and of the last layer.

use crate::math::{ln_1p, tanh};
use crate::nn::exponential::{exp, sigmoids};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::{Real, sigmoid, sigmoid_prime};

/// The numbers of a run of hidden neurons that follow from z.
pub(super) struct HiddenRow<'a, R> {
    pub(super) a: &'a mut [R],
    /// f′(z).
    pub(super) slopes: &'a mut [R],
}

/// The numbers of the last layer on one example that follow from z.
pub(super) struct OutputRow<'a, R> {
    pub(super) a: &'a mut [R],
    /// 1 − a.
    pub(super) complements: &'a mut [R],
}

/// The activation of one output neuron.
#[derive(Clone, Copy)]
pub(super) struct OutputNeuron<R> {
    pub(super) a: R,
    /// 1 − a.
    pub(super) complement: R,
}

/// The activation function of the hidden layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// σ(z) = 1 / (1 + e^−z).
    #[default]
    Sigmoid,
    /// tanh z.
    Tanh,
    /// max(0, z).
    Relu,
    /// z.
    Linear,
}

impl Activation {
    /// All functions, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Sigmoid, Self::Tanh, Self::Relu, Self::Linear];

    /// Returns the name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::Linear => "linear",
        }
    }

    /// Returns a = f(z).
    #[inline]
    pub fn value<R: Real>(self, z: R) -> R {
        match self {
            Self::Sigmoid => sigmoid(z),
            Self::Tanh => tanh(z),
            Self::Relu if z < R::zero() => R::zero(),
            // NaN stays NaN.
            Self::Relu | Self::Linear => z,
        }
    }

    /// Returns f′(z), computed from z so that it does not cancel where f saturates; 0 at the kink of
    /// relu.
    #[inline]
    pub fn slope<R: Real>(self, z: R) -> R {
        match self {
            Self::Sigmoid => sigmoid_prime(z),
            // tanh z = 2σ(2z) − 1.
            Self::Tanh => R::of(4.0) * sigmoid_prime(z + z),
            Self::Relu if z > R::zero() => R::one(),
            Self::Relu => R::zero(),
            Self::Linear => R::one(),
        }
    }

    /// Replaces each z by a = f(z).
    pub fn put<R: Real>(self, numbers: &mut [R]) {
        R::in_lanes(ApplyInPlace { activation: self, numbers });
    }

    /// Returns the largest slope of the function.
    pub fn largest_slope(self) -> f64 {
        match self {
            Self::Sigmoid => 0.25,
            Self::Tanh | Self::Relu | Self::Linear => 1.0,
        }
    }

    /// Returns whether a neuron of this slope is saturated: below a tenth of the largest slope.
    pub fn is_saturated<R: Real>(self, slope: R) -> bool {
        slope.to_f64() < 0.1 * self.largest_slope()
    }

    /// Writes a = f(z) and f′(z) for a run of neurons, a whole number of lanes.
    #[inline(always)]
    pub(super) fn apply<R: Real, L: Lanes<Number = R>>(
        self,
        proof: L::Proof,
        z: &[R],
        HiddenRow { a, slopes }: HiddenRow<'_, R>,
    ) {
        if self == Self::Tanh {
            for (z, a) in z.iter().zip(a) {
                *a = tanh(*z);
            }
            let four = L::splat(proof, R::of(4.0));
            for (z, slope) in z.chunks_exact(L::N).zip(slopes.chunks_exact_mut(L::N)) {
                let z = L::load(proof, z);
                // tanh z = 2σ(2z) − 1.
                let (above, below) = sigmoids(proof, z + z);
                (four * (above * below)).store(slope);
            }
            return;
        }
        let lanes = z.chunks_exact(L::N).zip(a.chunks_exact_mut(L::N));
        for ((z, a), slope) in lanes.zip(slopes.chunks_exact_mut(L::N)) {
            let (value, its_slope) = self.of_lanes(proof, L::load(proof, z));
            value.store(a);
            its_slope.store(slope);
        }
    }

    /// Returns f(z) and f′(z) of some neurons; not for tanh, which is computed one by one.
    #[inline(always)]
    pub(super) fn of_lanes<R: Real, L: Lanes<Number = R>>(self, proof: L::Proof, z: L) -> (L, L) {
        let (zero, one) = (L::splat(proof, R::zero()), L::splat(proof, R::one()));
        match self {
            Self::Sigmoid => {
                let (above, below) = sigmoids(proof, z);
                (z.where_negative(below, above), above * below)
            }
            // In this order a z that is NaN makes the activation NaN.
            Self::Relu => (zero.max(z), (-z).where_negative(one, zero)),
            Self::Linear | Self::Tanh => (z, one),
        }
    }
}

/// The arithmetic of [`Activation::put`].
struct ApplyInPlace<'a, R> {
    activation: Activation,
    numbers: &'a mut [R],
}

impl<R: Real> Kernel<R> for ApplyInPlace<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { activation, numbers } = self;
        if activation == Activation::Tanh {
            for number in numbers {
                *number = tanh(*number);
            }
            return;
        }
        let mut lanes = numbers.chunks_exact_mut(L::N);
        for numbers in &mut lanes {
            activation.of_lanes(proof, L::load(proof, numbers)).0.store(numbers);
        }
        for number in lanes.into_remainder() {
            let z = L::one(proof, *number);
            *number = activation.of_lanes(L::only(proof), z).0.first();
        }
    }
}

/// The activation function of the last layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// σ(z), for each neuron by itself.
    #[default]
    Sigmoid,
    /// `e^z_j / Σ e^z_k`, over the layer.
    Softmax,
    /// z.
    Linear,
}

impl Output {
    /// All functions, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Sigmoid, Self::Softmax, Self::Linear];

    /// Returns the name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
            Self::Linear => "linear",
        }
    }

    /// Writes the activations of the last layer on one example and their complements, which are computed
    /// from z and so are accurate even if a has rounded to 1. All slices hold `n` numbers and the padding
    /// to whole lanes, which is ignored.
    #[inline(always)]
    pub(super) fn apply<R: Real, L: Lanes<Number = R>>(
        self,
        proof: L::Proof,
        n: usize,
        z: &[R],
        OutputRow { a, complements }: OutputRow<'_, R>,
    ) {
        if self == Self::Softmax {
            let top = largest(&z[..n]);
            let shift = L::splat(proof, z[top]);
            let zero = L::splat(proof, R::zero());
            for (z, a) in z.chunks_exact(L::N).zip(a.chunks_exact_mut(L::N)) {
                // No z exceeds the largest, except in the padding beyond `n`. NaN stays NaN.
                exp(proof, zero.min(L::load(proof, z) - shift)).store(a);
            }
            normalise(top, &mut a[..n], &mut complements[..n]);
            return;
        }
        let lanes = z.chunks_exact(L::N).zip(a.chunks_exact_mut(L::N));
        for ((z, a), complement) in lanes.zip(complements.chunks_exact_mut(L::N)) {
            let (value, its_complement) = self.of_lanes(proof, L::load(proof, z));
            value.store(a);
            its_complement.store(complement);
        }
    }

    /// Returns a and 1 − a of some neurons; not for softmax, which needs the whole layer.
    #[inline(always)]
    pub(super) fn of_lanes<R: Real, L: Lanes<Number = R>>(self, proof: L::Proof, z: L) -> (L, L) {
        match self {
            Self::Sigmoid => {
                let (above, below) = sigmoids(proof, z);
                (z.where_negative(below, above), z.where_negative(above, below))
            }
            Self::Linear | Self::Softmax => (z, L::splat(proof, R::one()) - z),
        }
    }

    /// Returns the activation of one neuron; a softmax of one neuron is always 1.
    pub(super) fn of_neuron<R: Real>(self, z: R) -> OutputNeuron<R> {
        let (a, complement) = match self {
            Self::Sigmoid => (sigmoid(z), sigmoid(-z)),
            Self::Softmax => (R::one(), R::zero()),
            Self::Linear => (z, R::one() - z),
        };
        OutputNeuron { a, complement }
    }

    /// Returns whether an output neuron with this activation and complement is saturated: a(1 − a) is
    /// below 0.025, a tenth of its largest value. A linear neuron never is.
    pub fn is_saturated<R: Real>(self, a: R, complement: R) -> bool {
        self != Self::Linear && (a * complement).to_f64() < 0.025
    }
}

/// Computes softmax, equation (78), in place from powers of e, and writes 1 − a. The powers are shifted
/// so that the power of the largest z is 1.
fn normalise<R: Real>(top: usize, a: &mut [R], complements: &mut [R]) {
    let mut others = R::zero();
    for (k, a_k) in a.iter().enumerate() {
        if k != top {
            others += *a_k;
        }
    }
    let scale = R::one() / (R::one() + others);
    for (k, (a_k, complement)) in a.iter_mut().zip(complements).enumerate() {
        *a_k *= scale;
        // Only the largest can be close to 1, so only there would 1 − a cancel.
        *complement = if k == top { others * scale } else { R::one() - *a_k };
    }
}

/// Returns ln Σ e^z of a softmax layer as the largest z and the rest, so that differences from the
/// largest z do not cancel. With `a` of the largest z, Σ e^z is e^z/a, and (1 − a)/a is the share of
/// the others.
pub(super) fn log_sum_exp<R: Real>(z: &[R], a: &[R], complements: &[R]) -> (R, R) {
    let top = largest(z);
    (z[top], ln_1p(complements[top] / a[top]))
}

/// Returns the index of the largest number, the first on a tie.
fn largest<R: Real>(z: &[R]) -> usize {
    let mut top = 0;
    for (k, &z_k) in z.iter().enumerate() {
        if z_k > z[top] {
            top = k;
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::Activation;

    #[test]
    fn activations_over_lanes_are_those_of_single_neurons() {
        for activation in Activation::ALL {
            for length in 0..40 {
                let z: Vec<f64> =
                    (0..length).map(|i| 40.0 * f64::from(i * i % 37) / 37.0 - 20.0).collect();
                let mut a = z.clone();
                activation.put(&mut a);
                for (a, z) in a.iter().zip(&z) {
                    let expected = activation.value(*z);
                    assert!(
                        (a - expected).abs() <= 4e-16 * expected.abs(),
                        "{activation:?} {z} {a}"
                    );
                }
            }
        }
    }
}
