//! The input of a kernel, which takes steps, and its results.

use std::ops::Range;

use crate::nn::{Examples, Hyperparameters, Real};

/// The steps to take: consecutive mini-batches and the hyperparameters.
#[derive(Clone, Copy, Debug)]
pub struct StepPlan<'a, R> {
    /// The examples, in the layout that [`Descent::layout`](crate::nn::Descent::layout) returns.
    pub examples: &'a Examples<R>,
    /// The number of examples in a mini-batch; the last mini-batch may be smaller.
    pub batch: usize,
    /// η and λ/n.
    pub hyperparameters: Hyperparameters,
    /// The metric read beside the cost.
    pub metric: StepMetric,
    /// The largest mean cost over a mini-batch at which a step is taken.
    pub cost_limit: f64,
}

impl<R: Real> StepPlan<'_, R> {
    /// Returns whether a step with this mean cost over its mini-batch may be taken.
    #[inline(always)]
    pub(super) fn allows(&self, cost: f64) -> bool {
        cost <= self.cost_limit && cost < f64::INFINITY
    }

    /// Returns the number of mini-batches.
    pub fn steps(&self) -> usize {
        self.examples.rows().div_ceil(self.batch)
    }

    /// Returns the range of the examples of a mini-batch.
    pub(super) fn rows(&self, step: usize) -> Range<usize> {
        let start = step * self.batch;
        start..self.examples.rows().min(start + self.batch)
    }
}

/// The metric read at each step beside the cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMetric {
    /// No metric: 0 is recorded.
    Nothing,
    /// The output of the first neuron of the last layer for the first example.
    Output,
    /// The mean of |a − y| over the outputs and the examples.
    Error,
}

/// The readings of each step, taken before it.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// The mean cost over the mini-batch, data term only; finite.
    pub costs: Vec<f64>,
    /// The metric that [`StepPlan::metric`] selects.
    pub metrics: Vec<f64>,
}

impl Readings {
    /// Reserves capacity for the readings of `steps` more steps.
    pub fn reserve(&mut self, steps: usize) {
        self.costs.reserve(steps);
        self.metrics.reserve(steps);
    }

    /// Removes all readings and keeps the capacity.
    pub fn clear(&mut self) {
        self.costs.clear();
        self.metrics.clear();
    }

    pub(super) fn push(&mut self, cost: f64, metric: f64) {
        self.costs.push(cost);
        self.metrics.push(metric);
    }
}

/// The parts of the last step of a single neuron, so that a resumed run has the same bits: weight and
/// bias before the move, the move of each per unit of the signal, and the signal.
pub(crate) type LastStep = [f64; 5];

/// The step at which a kernel has stopped, and why.
pub(super) enum StepOutcome {
    /// All steps have been taken.
    Done,
    /// The kernel stopped before this step, after which a weight might be too large.
    NeedsCheck(usize),
    /// The kernel stopped before a step with this cost, which is above the limit or NaN.
    CostTooLarge(f64),
}
