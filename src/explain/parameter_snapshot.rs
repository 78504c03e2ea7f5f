//! Parameter snapshots along the trajectory of a larger network.

use std::sync::OnceLock;

use crate::nn::Network;

/// Every arm as it stood after some step, in few bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterSnapshot {
    /// Steps done.
    pub step: u64,
    /// Of each arm all weights and biases: see [`flattened`].
    pub arms: Vec<Vec<f32>>,
    /// Of each arm the cost there without the L2 term, over the examples of a plane, once it is known.
    pub(super) costs: Vec<OnceLock<f64>>,
}

impl ParameterSnapshot {
    /// Arms with these numbers after some step.
    pub fn new(step: u64, arms: Vec<Vec<f32>>) -> Self {
        let costs = vec![OnceLock::new(); arms.len()];
        Self { step, arms, costs }
    }

    /// Reuses the snapshot for another step and returns its buffers to overwrite.
    pub fn reuse_for(&mut self, step: u64) -> &mut [Vec<f32>] {
        self.step = step;
        self.costs.fill(OnceLock::new());
        &mut self.arms
    }
}

/// The weights of each layer, input by input, and its biases, layer after layer.
pub fn flattened(network: &Network<f64>) -> impl Iterator<Item = f64> {
    network.layers().iter().flat_map(|layer| {
        let columns = (0..layer.inputs())
            .flat_map(move |k| (0..layer.outputs()).filter_map(move |j| layer.weight(j, k)));
        columns.chain(layer.biases().into_iter().copied())
    })
}

/// How many numbers that are.
pub fn parameters(sizes: &[usize]) -> usize {
    sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
}
