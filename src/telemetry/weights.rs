//! The weights of every arm, as a snapshot for drawing.

use crate::telemetry::FilmFrame;

/// The numbers that a snapshot of the weights holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeightQuantity {
    /// The weights themselves.
    #[default]
    Value,
    /// ∂C/∂w over the next mini-batch.
    Gradient,
    /// The weights minus those at the start.
    Change,
}

/// The weights that a view needs while it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightsRequest {
    /// The numbers that the snapshot holds.
    pub of: WeightQuantity,
    /// A weight to read in full: (layer from 0, neuron j, input k); k = inputs means the bias.
    pub cursor: Option<(usize, usize, usize)>,
    /// Whether the snapshot also holds the past of that weight and of its neuron.
    pub past: bool,
}

/// One layer of a [`WeightsSnapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSnapshot {
    /// The number of neurons in the layer.
    pub rows: usize,
    /// The number of inputs of each neuron.
    pub columns: usize,
    /// The numbers by input: `values[k * rows + j]` from input k to neuron j, finite.
    pub values: Vec<f32>,
    /// The number of each bias, finite.
    pub biases: Vec<f32>,
}

impl LayerSnapshot {
    /// Returns the number of the weight from input k to neuron j, if there is one.
    pub fn value(&self, j: usize, k: usize) -> Option<f32> {
        let is_there = j < self.rows && k < self.columns;
        is_there.then(|| self.values.get(k * self.rows + j).copied()).flatten()
    }

    /// Returns the number of the weight from input k to neuron j, or of its bias if k is the number of inputs.
    pub fn parameter(&self, j: usize, k: usize) -> Option<f32> {
        if k == self.columns { self.biases.get(j).copied() } else { self.value(j, k) }
    }

    /// Returns the numbers of the weights to neuron j, in the order of its inputs; none if there is no
    /// such neuron.
    pub fn of_neuron(&self, j: usize) -> impl Iterator<Item = f32> {
        let from_it = if j < self.rows { self.values.get(j..) } else { None };
        from_it.unwrap_or_default().iter().step_by(self.rows.max(1)).copied()
    }
}

/// One weight, read in full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightReading {
    /// The current value.
    pub value: f64,
    /// ∂C/∂w over the next mini-batch, without the L2 term.
    pub gradient: f64,
    /// The value at the start.
    pub start: f64,
}

/// The weights of every layer of every arm, for drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightsSnapshot {
    /// The number of steps done.
    pub step: u64,
    /// The request that this answers.
    pub request: WeightsRequest,
    /// The layers of each arm, the first hidden layer first.
    pub arms: Vec<Vec<LayerSnapshot>>,
    /// The weight under the cursor of each arm; `None` if the arm has no such weight.
    pub cursor: Vec<Option<WeightReading>>,
    /// For each arm, the distance of each neuron's weights from those at the start, ‖w − w₀‖, in the layer of
    /// the cursor; empty unless the past is requested.
    pub changes: Vec<Vec<f32>>,
    /// The neuron under the cursor: at the start, at some steps since, and at `step`, in this order; at most
    /// [`FilmFrame::MOST`] frames. Empty unless the past is requested.
    pub film: Vec<FilmFrame>,
    /// For each arm, the value of the weight under the cursor after each step that is kept, up to and with
    /// `step`: pairs of a step and a value. Empty unless the past is requested, and for an arm without such
    /// a weight.
    pub path: Vec<Vec<(u64, f32)>>,
}

#[cfg(test)]
mod tests {
    use super::LayerSnapshot;

    #[test]
    fn the_numbers_of_one_neuron_are_found_among_those_of_the_others() {
        // The number from input k to neuron j is 10 j + k.
        let values = vec![0.0, 10.0, 1.0, 11.0, 2.0, 12.0];
        let layer = LayerSnapshot { rows: 2, columns: 3, values, biases: vec![0.0; 2] };
        assert_eq!(layer.of_neuron(1).collect::<Vec<_>>(), [10.0, 11.0, 12.0]);
        assert_eq!(layer.of_neuron(2).count(), 0);
        assert_eq!(layer.value(1, 2), Some(12.0));
        assert_eq!((layer.value(0, 3), layer.value(2, 0)), (None, None));
    }
}
