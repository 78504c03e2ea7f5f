//! What is minimised, and the error δ of the last layer that follows from it.

use crate::nn::activation::log_sum_exp;
use crate::nn::{Output, Real};

/// What is minimised: the mean over the examples of this, summed over the outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// ½(y − a)².
    Quadratic,
    /// −[y ln a + (1 − y) ln(1 − a)].
    CrossEntropy,
    /// −ln a of the right class.
    LogLikelihood,
}

impl Cost {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Quadratic, Self::CrossEntropy, Self::LogLikelihood];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quadratic => "quadratic",
            Self::CrossEntropy => "cross-entropy",
            Self::LogLikelihood => "log-likelihood",
        }
    }

    /// Whether it is defined for a last layer of this kind.
    pub fn suits(self, output: Output) -> bool {
        match self {
            Self::Quadratic => true,
            Self::CrossEntropy => output == Output::Sigmoid,
            Self::LogLikelihood => output == Output::Softmax,
        }
    }

    /// The cost of one output neuron and its δ = ∂C/∂z, from its weighted input and its target.
    /// (One softmax neuron by itself always gives 1.)
    pub fn of_neuron<R: Real>(self, output: Output, z: R, y: R) -> (f64, R) {
        let (mut a, mut complement, mut delta) = ([R::zero()], [R::zero()], [R::zero()]);
        output.apply(&[z], &mut a, &mut complement);
        let last = Last { output, z: &[z], a: &a, complements: &complement };
        self.delta(&last, &[y], &mut delta);
        (self.of_example(&last, &[y]), delta[0])
    }

    /// The cost of one example.
    pub(super) fn of_example<R: Real>(self, last: &Last<'_, R>, y: &[R]) -> f64 {
        match self {
            Self::Quadratic => {
                let squares: f64 = last.residuals(y).map(|r| r.to_f64() * r.to_f64()).sum();
                0.5 * squares
            }
            Self::CrossEntropy => {
                last.z.iter().zip(y).map(|(&z, &y)| cross_entropy(z, y).to_f64()).sum()
            }
            Self::LogLikelihood => {
                let (top, more) = log_sum_exp(last.z);
                let parts = last.z.iter().zip(y).map(|(&z, &y)| y * ((top - z) + more));
                parts.map(Real::to_f64).sum()
            }
        }
    }

    /// Writes δ = ∂C/∂z of one example: (BP1), with the slope of the last layer cancelled where the
    /// cost cancels it.
    pub(super) fn delta<R: Real>(self, last: &Last<'_, R>, y: &[R], deltas: &mut [R]) {
        match (self, last.output) {
            // Equations (66) and (70): δ = a − y.
            (Self::CrossEntropy, _) | (Self::Quadratic, Output::Linear) => {
                for (delta, residual) in deltas.iter_mut().zip(last.residuals(y)) {
                    *delta = residual;
                }
            }
            // Equation (65): δ = (a − y) σ′(z).
            (Self::Quadratic, Output::Sigmoid) => {
                let slopes = last.a.iter().zip(last.complements).map(|(&a, &c)| a * c);
                for ((delta, residual), slope) in
                    deltas.iter_mut().zip(last.residuals(y)).zip(slopes)
                {
                    *delta = residual * slope;
                }
            }
            (Self::Quadratic, Output::Softmax) => quadratic_of_softmax(last, y, deltas),
            // Equation (84), δ = a − y, for targets of any sum: a_j Σ y − y_j.
            (Self::LogLikelihood, _) => {
                let total: R = y.iter().copied().sum();
                let outputs = last.a.iter().zip(last.complements).zip(y);
                for (delta, ((&a, &complement), &y)) in deltas.iter_mut().zip(outputs) {
                    *delta = (total - y) * a - y * complement;
                }
            }
        }
    }
}

/// −[y ln a + (1 − y) ln(1 − a)] of one sigmoid neuron, from z: y ln(1 + e^−z) + (1 − y) ln(1 + e^z).
fn cross_entropy<R: Real>(z: R, y: R) -> R {
    let more = (-z.abs()).exp().ln_1p();
    y * ((-z).max(R::zero()) + more) + (R::one() - y) * (z.max(R::zero()) + more)
}

/// With the full Jacobian of softmax: `δ_j = Σ_k r_k ∂a_k/∂z_j`, r = a − y,
/// `∂a_k/∂z_j = a_k ([j = k] − a_j)`. Since the a sum to 1 it is `a_j Σ_k a_k (r_j − r_k)`, which
/// does not cancel where one a is next to 1.
fn quadratic_of_softmax<R: Real>(last: &Last<'_, R>, y: &[R], deltas: &mut [R]) {
    for ((delta, r_j), &a_j) in deltas.iter_mut().zip(last.residuals(y)).zip(last.a) {
        let pull: R =
            last.a.iter().zip(last.residuals(y)).map(|(&a_k, r_k)| a_k * (r_j - r_k)).sum();
        *delta = a_j * pull;
    }
}

/// The last layer on one example.
pub(super) struct Last<'a, R> {
    pub(super) output: Output,
    pub(super) z: &'a [R],
    pub(super) a: &'a [R],
    /// 1 − a.
    pub(super) complements: &'a [R],
}

impl<R: Real> Last<'_, R> {
    /// a − y of each output, without cancellation where y is 0 or 1: (1 − y) a − y (1 − a).
    pub(super) fn residuals(&self, y: &[R]) -> impl Iterator<Item = R> {
        let linear = self.output == Output::Linear;
        self.a.iter().zip(self.complements).zip(y).map(move |((&a, &complement), &y)| {
            if linear { a - y } else { (R::one() - y) * a - y * complement }
        })
    }
}
