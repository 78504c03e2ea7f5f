//! The position of the explained weight and row.

use crate::nn::Network;
use crate::telemetry::EquationRequest;

/// The position of a weight and of a row, clamped to the network and the mini-batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WeightIndex {
    pub(super) layer: usize,
    pub(super) neuron: usize,
    /// The input; the number of inputs means the bias.
    pub(super) input: usize,
    pub(super) row: usize,
}

impl WeightIndex {
    pub(super) fn of(network: &Network<f64>, request: &EquationRequest, rows: usize) -> Self {
        let layer = request.layer.min(network.layers().len() - 1);
        let of = &network.layers()[layer];
        Self {
            layer,
            neuron: request.neuron.min(of.outputs() - 1),
            input: request.input.min(of.inputs()),
            row: request.row.min(rows.saturating_sub(1)),
        }
    }

    /// Returns the weight or bias of a network at this position.
    pub(super) fn number(self, network: &Network<f64>) -> f64 {
        let layer = &network.layers()[self.layer];
        layer.weight(self.neuron, self.input).unwrap_or_else(|| layer.biases()[self.neuron])
    }

    /// Sets the weight or bias at this position.
    pub(super) fn set(self, network: &mut Network<f64>, value: f64) {
        let layer = &mut network.layers_mut()[self.layer];
        if self.input < layer.inputs() {
            layer.set_weight(self.neuron, self.input, value);
        } else {
            layer.biases_mut()[self.neuron] = value;
        }
    }
}
