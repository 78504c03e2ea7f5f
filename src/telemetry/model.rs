//! The weights of an arm: as a model to be kept, and as a picture to be drawn.

use crate::nn::{Activation, Cost, LastStep, Output, PendingScale, Precision};
use crate::telemetry::Divergence;

/// The state of a trained network, enough to save and resume it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelState {
    /// The arm it was.
    pub arm: String,
    /// The sizes of its layers, input first.
    pub sizes: Vec<usize>,
    /// The weights of each layer, row by row: `weights[l][j * n_in + k]` from neuron k to neuron j.
    pub weights: Vec<Vec<f64>>,
    /// The biases of each layer.
    pub biases: Vec<Vec<f64>>,
    /// What it minimised.
    pub cost: Cost,
    /// The activation function of its hidden layers.
    pub hidden: Activation,
    /// The activation function of its last layer.
    pub output: Output,
    /// The arithmetic it was trained in.
    pub precision: Precision,
    /// η at the end.
    pub eta: f64,
    /// λ.
    pub lambda: f64,
    /// The seed of its run.
    pub seed: u64,
    /// How many mini-batches it has learnt from.
    pub steps: u64,
    /// How many whole epochs it has been trained for.
    pub epochs: u64,
    /// The state of its training; `None` in files of other programs and of older versions.
    pub training: Option<TrainingState>,
}

/// The state of a training besides the weights. A run that is resumed from both has the bits of one that
/// was never interrupted. Times are left out, so that equal runs write equal files.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingState {
    /// Steps that the run had taken: more than the arm where that has diverged.
    pub step: u64,
    /// Examples in a mini-batch.
    pub batch: usize,
    /// Examples in the training set.
    pub examples: usize,
    /// Whether every epoch has an order of its own.
    pub shuffle: bool,
    /// Whether this step has been evaluated, if it is one that is.
    pub is_evaluated: bool,
    /// The best accuracy of an evaluated epoch, and its first epoch.
    pub best: Option<(f64, u64)>,
    /// Where and why the arm has diverged, if it has.
    pub divergence: Option<Divergence>,
    /// Whether an evaluation has found a cost that is not finite: the arm stops at the next evaluation.
    pub has_overflowed: bool,
    /// The factor of the first layer, if its weights wait to be multiplied with one.
    pub unsettled: Option<PendingScale>,
    /// The last step of a single neuron.
    pub last_step: Option<LastStep>,
    /// How many records of the arm the metrics of the run hold up to this step: 0 without metrics. Whoever
    /// writes the records fills it in.
    pub records: u64,
}

/// All that is needed to go on from where a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// The name of the scenario: a built-in one, or a path.
    pub name: String,
    /// The scenario as altered, as TOML.
    pub scenario: String,
    /// The models of all arms.
    pub models: Vec<ModelState>,
}

/// One layer of a [`WeightsSnapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSnapshot {
    /// Neurons of the layer.
    pub rows: usize,
    /// Inputs of each neuron.
    pub columns: usize,
    /// By input, as a layer keeps them: `values[k * rows + j]` from input k to neuron j, finite.
    pub values: Vec<f32>,
    /// One for each neuron, finite.
    pub biases: Vec<f32>,
}

impl LayerSnapshot {
    /// The number of the weight from input k to neuron j, where there is one.
    pub fn value(&self, j: usize, k: usize) -> Option<f32> {
        let is_there = j < self.rows && k < self.columns;
        is_there.then(|| self.values.get(k * self.rows + j).copied()).flatten()
    }

    /// The numbers of the weights to neuron j, in the order of its inputs; none where there is no
    /// such neuron.
    pub fn of_neuron(&self, j: usize) -> impl Iterator<Item = f32> {
        let from_it = if j < self.rows { self.values.get(j..) } else { None };
        from_it.unwrap_or_default().iter().step_by(self.rows.max(1)).copied()
    }
}

/// One weight, read in full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightReading {
    /// Its value now.
    pub value: f64,
    /// ∂C/∂w over the next mini-batch, without the L2 part.
    pub gradient: f64,
    /// Its value at the start.
    pub start: f64,
}

/// The weights of every layer of every arm, for drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightsSnapshot {
    /// The step after which they were taken.
    pub step: u64,
    /// What was asked for.
    pub request: super::WeightsRequest,
    /// For each arm its layers, first hidden layer first.
    pub arms: Vec<Vec<LayerSnapshot>>,
    /// For each arm the weight under the cursor; `None` where the arm has no such weight.
    pub cursor: Vec<Option<WeightReading>>,
}

#[cfg(test)]
mod tests {
    use super::LayerSnapshot;

    #[test]
    fn the_numbers_of_a_neuron_are_found_among_those_of_the_others() {
        // From input k to neuron j: 10 j + k.
        let values = vec![0.0, 10.0, 1.0, 11.0, 2.0, 12.0];
        let layer = LayerSnapshot { rows: 2, columns: 3, values, biases: vec![0.0; 2] };
        assert_eq!(layer.of_neuron(1).collect::<Vec<_>>(), [10.0, 11.0, 12.0]);
        assert_eq!(layer.of_neuron(2).count(), 0);
        assert_eq!(layer.value(1, 2), Some(12.0));
        assert_eq!((layer.value(0, 3), layer.value(2, 0)), (None, None));
    }
}
