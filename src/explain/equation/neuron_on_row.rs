//! The results of backpropagation for one neuron on one row.

use crate::explain::ArmSnapshot;
use crate::explain::equation::weight_index::WeightIndex;
use crate::nn::{Backprop, MiniBatch, Output, SlopeInDelta, sigmoid, sigmoid_prime};

/// Returns the inputs of a layer on one row.
pub(super) fn inputs_of(
    backprop: &Backprop<f64>,
    batch: MiniBatch<'_, f64>,
    layer: usize,
    row: usize,
) -> Vec<f64> {
    match layer.checked_sub(1) {
        None => batch.x(row),
        Some(before) => backprop.activations(before).row(row).to_vec(),
    }
}

/// A neuron on one row, after a forward and a backward pass.
pub(super) struct NeuronOnRow<'a> {
    pub(super) arm: &'a ArmSnapshot,
    pub(super) backprop: &'a Backprop<f64>,
    pub(super) place: WeightIndex,
    pub(super) row: usize,
}

impl NeuronOnRow<'_> {
    pub(super) fn is_last(&self) -> bool {
        self.place.layer + 1 == self.arm.network.layers().len()
    }

    pub(super) fn z(&self) -> f64 {
        self.backprop.weighted_inputs(self.place.layer)[[self.row, self.place.neuron]]
    }

    pub(super) fn a(&self) -> f64 {
        self.backprop.activations(self.place.layer)[[self.row, self.place.neuron]]
    }

    pub(super) fn y(&self) -> Option<f64> {
        self.is_last().then(|| self.backprop.targets()[[self.row, self.place.neuron]])
    }

    /// Returns a − y, computed from z and not from a rounded a, or Σₖ wₖⱼ δₖ in a hidden layer.
    pub(super) fn error(&self) -> f64 {
        let Some(y) = self.y() else { return self.terms().map(|(_, w, delta)| w * delta).sum() };
        let (z, a) = (self.z(), self.a());
        match self.arm.network.output() {
            Output::Sigmoid => (1.0 - y) * sigmoid(z) - y * sigmoid(-z),
            Output::Linear => a - y,
            Output::Softmax => {
                let all = self.backprop.activations(self.place.layer);
                let all = all.row(self.row);
                let others = all.iter().enumerate().filter(|(j, _)| *j != self.place.neuron);
                (1.0 - y) * a - y * others.map(|(_, a)| a).sum::<f64>()
            }
        }
    }

    /// Returns the slope f′(z) if it is a factor of δ or was left out of it, and `None` if it cancels.
    pub(super) fn slope(&self) -> Option<f64> {
        if !self.is_last() {
            return Some(self.arm.network.hidden().slope(self.z()));
        }
        let in_delta = self.arm.cost.slope_in_delta(self.arm.network.output());
        let is_of_interest = matches!(in_delta, SlopeInDelta::Factor | SlopeInDelta::LeftOut);
        is_of_interest.then(|| sigmoid_prime(self.z()))
    }

    pub(super) fn delta(&self) -> f64 {
        self.backprop.deltas(self.place.layer)[[self.row, self.place.neuron]]
    }

    /// Returns each neuron k of the next layer, with wₖⱼ and δₖ.
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let after = self.place.layer + 1;
        let layer = &self.arm.network.layers()[after];
        (0..layer.outputs()).filter_map(move |k| {
            let w = layer.weight(k, self.place.neuron)?;
            Some((k, w, self.backprop.deltas(after)[[self.row, k]]))
        })
    }
}
