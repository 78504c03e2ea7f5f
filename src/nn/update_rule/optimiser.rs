//! The parts that every update rule has: hyperparameters, and an optimiser that takes its steps.

use crate::nn::update_rule::StepFactors;
use crate::nn::{Layer, Network};

/// The hyperparameters of a step that all rules share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperparameters {
    /// The learning rate η.
    pub eta: f64,
    /// λ/n, which the L2 term adds to ∂C/∂w for each unit of w.
    pub shrinking: f64,
}

impl Hyperparameters {
    /// Returns the factor by which the L2 term shrinks the weights in a step: 1 − ηλ/n.
    pub(in crate::nn) fn shrink(&self) -> f64 {
        1.0 - self.eta * self.shrinking
    }

    /// Returns the larger one of η and |1 − ηλ/n|, which must not be infinite in the precision of a step.
    pub(in crate::nn) fn largest(&self) -> f64 {
        self.eta.max(self.shrink().abs())
    }
}

/// Takes the steps of an update rule on one network, and holds the numbers that the rule carries from one
/// step to the next.
pub(in crate::nn) trait Optimiser<R>: Send + Sync {
    /// Returns an upper bound on every |weight| and |bias| after a step, from bounds before it. Infinite
    /// or NaN if one of those is.
    fn weight_bound(&self, hyperparameters: &Hyperparameters, before: &StepBounds) -> f64;

    /// Takes a step.
    fn step(
        &mut self,
        network: &mut Network<R>,
        hyperparameters: &Hyperparameters,
        gradients: &mut dyn BatchGradients<R>,
    );
}

/// Upper bounds on the numbers that a step is computed from. A bound is infinite if a number is not finite.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct StepBounds {
    /// A bound on every |weight| and |bias|.
    pub(in crate::nn) weight: f64,
    /// A bound on |∂C/∂w| and |∂C/∂b| of every example, data term only.
    pub(in crate::nn) gradient: f64,
    /// m, the number of examples.
    pub(in crate::nn) rows: usize,
}

/// The gradients of a mini-batch, data term only, which are never stored: they are computed where they are
/// added.
pub(in crate::nn) trait BatchGradients<R> {
    /// Returns m, the number of examples.
    fn rows(&self) -> usize;

    /// Adds the gradients, summed over the examples and multiplied by their factor, to the numbers of these
    /// layers: those of the network, or others of its shape. The weights shrink before that.
    fn add_to(&mut self, layers: &mut [Layer<R>], factors: StepFactors);
}
