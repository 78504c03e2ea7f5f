//! A snapshot of a run, from which explanations are computed.

use std::sync::Arc;

use crate::data::Data;
use crate::nn::{Cost, Network, Precision};

/// A copy of a run between two steps, from which explanations are computed while the run continues.
#[derive(Clone)]
pub struct Snapshot {
    /// The number of steps done.
    pub step: u64,
    /// The arms.
    pub arms: Vec<ArmSnapshot>,
    /// The rows of the next mini-batch in the training set.
    pub rows: Vec<u32>,
    /// The data of the run.
    pub data: Arc<Data>,
    /// The arithmetic in which the arms are trained and evaluated.
    pub precision: Precision,
}

/// One arm of a [`Snapshot`].
#[derive(Clone)]
pub struct ArmSnapshot {
    /// The weights and biases; f32 values are exact.
    pub network: Network<f64>,
    /// The cost that the arm minimises.
    pub cost: Cost,
    /// η of the next step.
    pub eta: f64,
    /// λ.
    pub lambda: f64,
}

#[cfg(test)]
impl Snapshot {
    /// Returns the cost of a network over the training set with the L2 term, computed by an independent
    /// path.
    pub(super) fn cost_of(&self, network: &Network<f64>, arm: usize) -> f64 {
        use crate::nn::{Backprop, BatchLayout, Examples};
        let train = &self.data.train;
        let (inputs, outputs, rows) = (train.inputs(), train.outputs(), train.len());
        let mut examples = Examples::new(inputs, outputs, rows, BatchLayout::Columns);
        train.gather(&(0..rows as u32).collect::<Vec<_>>(), &[], &mut examples);
        let mut backprop = Backprop::new(network, rows);
        backprop.forward(network, examples.all());
        let ArmSnapshot { cost, lambda, .. } = self.arms[arm];
        backprop.cost(cost) + lambda / (2.0 * rows as f64) * network.sum_of_squared_weights()
    }
}
