//! The rules by which a step moves weights and biases. Each is a file with an [`Optimiser`], and a row of
//! the table below.
//!
//! The special kernels (`descent::neuron`, `descent::small`, `batched`) name the rules that they know. The
//! general one (`descent::wide`) trains by any rule, because it uses nothing but the optimiser.

mod optimiser;
mod sgd;
mod step_factors;

use crate::nn::Real;

pub use optimiser::Hyperparameters;
pub(super) use optimiser::{BatchGradients, Optimiser, StepBounds};
pub use sgd::Sgd;
pub(super) use step_factors::LaneFactors;
pub use step_factors::StepFactors;

/// A rule by which a step moves weights and biases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateRule {
    /// Stochastic gradient descent: w ← (1 − ηλ/n) w − η ∂C/∂w.
    Sgd,
}

impl UpdateRule {
    /// Returns the optimiser of the rule, before its first step.
    pub(super) fn optimiser<R: Real>(self) -> Box<dyn Optimiser<R>> {
        match self {
            Self::Sgd => Box::new(Sgd),
        }
    }
}
