//! Parameter snapshots along the trajectory of a larger network.

use crate::nn::Network;

/// The parameters of every arm after some step, as f32.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterSnapshot {
    /// The number of steps done.
    pub step: u64,
    /// The weights and biases of each arm: see `flattened`.
    pub arms: Vec<Vec<f32>>,
}

impl ParameterSnapshot {
    /// Creates a snapshot of these parameters after `step` steps.
    pub fn new(step: u64, arms: Vec<Vec<f32>>) -> Self {
        Self { step, arms }
    }

    /// Reuses the snapshot for another step and returns its buffers to overwrite.
    pub fn reuse_for(&mut self, step: u64) -> &mut [Vec<f32>] {
        self.step = step;
        &mut self.arms
    }
}

/// Returns the weights of each layer, input by input, and its biases, layer after layer.
pub(crate) fn flattened(network: &Network<f64>) -> impl Iterator<Item = f64> {
    network.layers().iter().flat_map(|layer| {
        let columns = (0..layer.inputs())
            .flat_map(move |k| (0..layer.outputs()).filter_map(move |j| layer.weight(j, k)));
        columns.chain(layer.biases().into_iter().copied())
    })
}

/// Returns the number of weights and biases of a network.
pub(crate) fn parameters(sizes: &[usize]) -> usize {
    sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
}
