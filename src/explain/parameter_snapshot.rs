//! Parameter snapshots along the trajectory of a larger network.

use crate::nn::{Layer, Network};
use crate::telemetry::{LayerSnapshot, NeuronSnapshot};

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

    /// Returns the weight from input k to neuron j of layer l of an arm with layers of these sizes, or the bias
    /// if k is the number of inputs; `None` if the arm has none.
    pub(crate) fn parameter(
        &self,
        arm: usize,
        sizes: &[usize],
        (l, j, k): (usize, usize, usize),
    ) -> Option<f32> {
        let [inputs, neurons] = *sizes.get(l..l + 2)? else { return None };
        let before: usize = parameters(&sizes[..=l]);
        let is_there = j < neurons && k <= inputs;
        let numbers = self.arms.get(arm).filter(|_| is_there)?;
        numbers.get(before + k * neurons + j).copied()
    }

    /// Returns neuron j of layer l of an arm with layers of these sizes; `None` if the arm has none.
    pub(crate) fn neuron(
        &self,
        arm: usize,
        sizes: &[usize],
        (l, j): (usize, usize),
    ) -> Option<NeuronSnapshot> {
        let inputs = *sizes.get(l)?;
        let bias = self.parameter(arm, sizes, (l, j, inputs))?;
        let weights = (0..inputs).map_while(|k| self.parameter(arm, sizes, (l, j, k))).collect();
        Some(NeuronSnapshot { weights, bias })
    }
}

/// Returns the weights and biases of layers of these shapes from their numbers in a [`ParameterSnapshot`]; nothing if
/// there are too few.
pub(super) fn unflattened(layers: &[Layer<f64>], numbers: &[f32]) -> Vec<LayerSnapshot> {
    let mut rest = numbers;
    let mut next = |count: usize| {
        let (these, others) = rest.split_at_checked(count)?;
        rest = others;
        Some(these.to_vec())
    };
    let of_layer = |layer: &Layer<f64>| {
        let (rows, columns) = (layer.outputs(), layer.inputs());
        let values = next(rows * columns)?;
        Some(LayerSnapshot { rows, columns, values, biases: next(rows)? })
    };
    layers.iter().map(of_layer).collect::<Option<_>>().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::{ParameterSnapshot, parameters};
    use crate::telemetry::NeuronSnapshot;

    #[test]
    fn a_parameter_is_found_by_its_layer_neuron_and_input() {
        // Each number is its own place; the layers have 2 × 3 weights and 3 biases, then 3 × 1 and 1.
        let sizes = [2, 3, 1];
        let numbers: Vec<f32> = (0..parameters(&sizes)).map(|place| place as f32).collect();
        let snapshot = ParameterSnapshot::new(0, vec![Vec::new(), numbers]);
        let at = |at| snapshot.parameter(1, &sizes, at);
        assert_eq!(
            (at((0, 0, 0)), at((0, 2, 0)), at((0, 1, 1))),
            (Some(0.0), Some(2.0), Some(4.0))
        );
        assert_eq!(
            (at((0, 1, 2)), at((1, 0, 2)), at((1, 0, 3))),
            (Some(7.0), Some(11.0), Some(12.0))
        );
        assert_eq!((at((0, 3, 0)), at((0, 0, 3)), at((2, 0, 0))), (None, None, None));
        assert_eq!(snapshot.parameter(0, &sizes, (0, 0, 0)), None, "the arm has no numbers");
        let neuron = snapshot.neuron(1, &sizes, (0, 1));
        assert_eq!(neuron, Some(NeuronSnapshot { weights: vec![1.0, 4.0], bias: 7.0 }));
        assert_eq!(snapshot.neuron(1, &sizes, (1, 1)), None);
    }
}
