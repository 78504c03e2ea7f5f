//! Stochastic gradient descent with L2 regularisation, the rule of Nielsen's book (chapter 3, equations
//! (93) and (94)):
//!
//!   w ← (1 − ηλ/n) w − (η/m) Σ ∂C/∂w,  b ← b − (η/m) Σ ∂C/∂b
//!
//! where the sums are over the m examples of the mini-batch, and C is the cost of an example without the
//! L2 term. Three properties of the rule make it fast: it carries nothing from one step to the next, it can
//! add gradients to the weights one example after the other, and where a gradient is 0 it only shrinks the
//! weight, which can be done later.

use crate::nn::update_rule::{BatchGradients, Hyperparameters, Optimiser, StepBounds, StepFactors};
use crate::nn::{Network, Real};

/// Stochastic gradient descent. It carries nothing from one step to the next.
#[derive(Clone, Copy, Debug)]
pub struct Sgd;

impl Sgd {
    /// Returns the factors of a step on m examples: −η/m and 1 − ηλ/n.
    pub fn factors(hyperparameters: &Hyperparameters, m: usize) -> StepFactors {
        StepFactors { factor: -hyperparameters.eta / m as f64, shrink: hyperparameters.shrink() }
    }

    /// Returns an upper bound on the move of any single weight or bias in a step, apart from shrinking
    /// and rounding, from a bound on the gradients of the m examples.
    pub fn step_bound<R: Real>(hyperparameters: &Hyperparameters, gradient: f64, m: usize) -> f64 {
        hyperparameters.eta * gradient * sum_rounding::<R>(m)
    }
}

impl<R: Real> Optimiser<R> for Sgd {
    fn weight_bound(&self, hyperparameters: &Hyperparameters, before: &StepBounds) -> f64 {
        let StepBounds { weight, gradient, rows } = *before;
        let rounding = 1.0 + 2.0 * R::epsilon().to_f64();
        let step = Self::step_bound::<R>(hyperparameters, gradient, rows);
        (weight * hyperparameters.shrink().abs().max(1.0) + step) * rounding
    }

    fn step(
        &mut self,
        network: &mut Network<R>,
        hyperparameters: &Hyperparameters,
        gradients: &mut dyn BatchGradients<R>,
    ) {
        let factors = Self::factors(hyperparameters, gradients.rows());
        gradients.add_to(network.layers_mut(), factors);
    }
}

/// Returns the factor by which rounding may increase sums of m products: each may round up.
fn sum_rounding<R: Real>(m: usize) -> f64 {
    1.0 + (m as f64 + 8.0) * R::epsilon().to_f64()
}
