//! The cost functions and the error δ of the last layer.

use crate::nn::activation::log_sum_exp;
use crate::nn::exponential::ln_1p;
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real, softplus};

/// The cost that is minimised: the mean over the examples of this, summed over the outputs.
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
    /// All costs, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Quadratic, Self::CrossEntropy, Self::LogLikelihood];

    /// Returns the name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quadratic => "quadratic",
            Self::CrossEntropy => "cross-entropy",
            Self::LogLikelihood => "log-likelihood",
        }
    }

    /// Returns whether the cost is defined for a last layer of this kind.
    pub fn suits(self, output: Output) -> bool {
        match self {
            Self::Quadratic => true,
            Self::CrossEntropy => output == Output::Sigmoid,
            Self::LogLikelihood => output == Output::Softmax,
        }
    }

    /// Returns the cost of one output neuron and its δ = ∂C/∂z, from its weighted input and its target.
    /// (One softmax neuron by itself always gives 1.)
    pub fn of_neuron<R: Real>(self, output: Output, z: R, y: R) -> (f64, R) {
        let (a, complement) = output.of_neuron(z);
        let residual =
            if output == Output::Linear { a - y } else { (R::one() - y) * a - y * complement };
        let cost = match self {
            Self::Quadratic => 0.5 * residual.to_f64() * residual.to_f64(),
            Self::CrossEntropy => (y * softplus(-z) + (R::one() - y) * softplus(z)).to_f64(),
            Self::LogLikelihood => 0.0,
        };
        let delta = match (self, output) {
            (Self::Quadratic, Output::Sigmoid) => residual * a * complement,
            (Self::LogLikelihood, _) | (_, Output::Softmax) => R::zero(),
            _ => residual,
        };
        (cost, delta)
    }

    /// Returns the cost of some output neurons, each by itself, and their δ = ∂C/∂z: (BP1), with the
    /// slope of the last layer cancelled if the cost cancels it. Not for softmax.
    #[inline(always)]
    pub(super) fn of_lanes<R: Real, L: Lanes<Number = R>>(
        self,
        proof: L::Proof,
        output: Output,
        last: &OutputLanes<L>,
    ) -> (L, L) {
        let residual = last.residual(proof, output);
        match self {
            Self::CrossEntropy => {
                // −[y ln a + (1 − y) ln(1 − a)] = y ln(1 + e^−z) + (1 − y) ln(1 + e^z).
                let OutputLanes { z, a, complement, y } = *last;
                let (zero, one) = (L::splat(proof, R::zero()), L::splat(proof, R::one()));
                let more = ln_1p(proof, a.min(complement), a.max(complement));
                // In this order a z that is NaN makes the cost NaN.
                let steep = zero.max(-z).mul_add(y, (one - y) * zero.max(z));
                // Equation (66): δ = a − y.
                (steep + more, residual)
            }
            Self::Quadratic | Self::LogLikelihood => {
                let cost = L::splat(proof, R::of(0.5)) * residual * residual;
                let delta = match output {
                    // Equation (65): δ = (a − y) σ′(z).
                    Output::Sigmoid => residual * (last.a * last.complement),
                    Output::Linear | Output::Softmax => residual,
                };
                (cost, delta)
            }
        }
    }

    /// Returns the cost of one example of a softmax layer.
    pub(super) fn of_softmax<R: Real>(self, last: &SoftmaxRow<'_, R>, y: &[R]) -> f64 {
        if self == Self::Quadratic {
            let squares: f64 = last.residuals(y).map(|r| r.to_f64() * r.to_f64()).sum();
            return 0.5 * squares;
        }
        let (top, more) = log_sum_exp(last.z, last.a, last.complements);
        let parts = last.z.iter().zip(y).map(|(&z, &y)| y * ((top - z) + more));
        parts.map(Real::to_f64).sum()
    }

    /// Writes δ = ∂C/∂z of one example of a softmax layer.
    pub(super) fn delta_of_softmax<R: Real>(
        self,
        last: &SoftmaxRow<'_, R>,
        y: &[R],
        deltas: &mut [R],
    ) {
        if self == Self::Quadratic {
            quadratic_of_softmax(last, y, deltas);
            return;
        }
        // Equation (84), δ = a − y, for targets of any sum: a_j Σ y − y_j.
        let total: R = y.iter().copied().sum();
        let outputs = last.a.iter().zip(last.complements).zip(y);
        for (delta, ((&a, &complement), &y)) in deltas.iter_mut().zip(outputs) {
            *delta = (total - y) * a - y * complement;
        }
    }
}

/// Some output neurons side by side, with their targets.
#[derive(Clone, Copy)]
pub(super) struct OutputLanes<L> {
    pub(super) z: L,
    pub(super) a: L,
    /// 1 − a.
    pub(super) complement: L,
    pub(super) y: L,
}

impl<L: Lanes> OutputLanes<L> {
    /// Returns a − y, without cancellation if y is 0 or 1: (1 − y) a − y (1 − a).
    #[inline(always)]
    pub(super) fn residual<R: Real>(&self, proof: L::Proof, output: Output) -> L
    where
        L: Lanes<Number = R>,
    {
        if output == Output::Linear {
            return self.a - self.y;
        }
        let one = L::splat(proof, R::one());
        (-self.y).mul_add(self.complement, (one - self.y) * self.a)
    }
}

/// Writes δ with the full Jacobian of softmax: `δ_j = Σ_k r_k ∂a_k/∂z_j`, r = a − y, `∂a_k/∂z_j = a_k
/// ([j = k] − a_j)`. Since the a sum to 1, δ is `a_j Σ_k a_k (r_j − r_k)`, which does not cancel if one
/// a is close to 1.
fn quadratic_of_softmax<R: Real>(last: &SoftmaxRow<'_, R>, y: &[R], deltas: &mut [R]) {
    for ((delta, r_j), &a_j) in deltas.iter_mut().zip(last.residuals(y)).zip(last.a) {
        let pull: R =
            last.a.iter().zip(last.residuals(y)).map(|(&a_k, r_k)| a_k * (r_j - r_k)).sum();
        *delta = a_j * pull;
    }
}

/// A softmax layer on one example.
pub(super) struct SoftmaxRow<'a, R> {
    pub(super) z: &'a [R],
    pub(super) a: &'a [R],
    /// 1 − a.
    pub(super) complements: &'a [R],
}

impl<R: Real> SoftmaxRow<'_, R> {
    /// Returns a − y of each output, without cancellation if y is 0 or 1: (1 − y) a − y (1 − a).
    fn residuals(&self, y: &[R]) -> impl Iterator<Item = R> {
        self.a
            .iter()
            .zip(self.complements)
            .zip(y)
            .map(|((&a, &complement), &y)| (R::one() - y) * a - y * complement)
    }
}
