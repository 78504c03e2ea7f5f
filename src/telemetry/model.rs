//! The weights of an arm: as a model for saving, and as a snapshot for drawing.

use crate::nn::{Activation, Cost, DataScaling, LastStep, Output, PendingScale, Precision};
use crate::telemetry::{Divergence, FilmFrame, LogEvent};

/// The state of a trained network, enough to save and resume it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelState {
    /// The name of the arm.
    pub arm: String,
    /// The layer sizes, input first.
    pub sizes: Vec<usize>,
    /// The weights of each layer, row by row: `weights[l][j * n_in + k]` from neuron k to neuron j.
    pub weights: Vec<Vec<f64>>,
    /// The biases of each layer.
    pub biases: Vec<Vec<f64>>,
    /// The cost that it minimised; `None` if its file does not say.
    pub cost: Option<Cost>,
    /// The activation function of the hidden layers; `None` if its file does not say.
    pub hidden: Option<Activation>,
    /// The activation function of the last layer; `None` if its file does not say.
    pub output: Option<Output>,
    /// The floating-point type of training.
    pub precision: Precision,
    /// η at the time of saving.
    pub eta: f64,
    /// λ.
    pub lambda: f64,
    /// The seed of the run.
    pub seed: u64,
    /// The number of mini-batches that it was trained on.
    pub steps: u64,
    /// The number of whole epochs that it was trained for.
    pub epochs: u64,
    /// How the inputs were scaled; `None` if they were not, or if the file does not say.
    pub scaling: Option<DataScaling>,
    /// The state of the training; `None` in files of other programs and of older versions.
    pub training: Option<TrainingState>,
}

/// The state of a training besides the weights. A run resumed from both is bit-identical to one that was
/// never interrupted. Times are left out, so that equal runs write equal files.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingState {
    /// The number of steps that the run had taken, which exceeds that of a diverged arm.
    pub step: u64,
    /// The number of examples in a mini-batch.
    pub batch: usize,
    /// The number of examples in the training set.
    pub examples: usize,
    /// Whether every epoch has its own order.
    pub shuffle: bool,
    /// Whether this step has been evaluated; `false` if no evaluation belongs to it.
    pub is_evaluated: bool,
    /// The best accuracy of an evaluated epoch, and the first epoch that reached it.
    pub best: Option<(f64, u64)>,
    /// The step and reason of the arm's divergence, if it has diverged.
    pub divergence: Option<Divergence>,
    /// Whether an evaluation has found a cost that is not finite: the arm stops at the next evaluation.
    pub has_overflowed: bool,
    /// The cost of the first mini-batch, from which the growth of the cost is measured; `None` before it.
    pub first_cost: Option<f64>,
    /// The pending scale of the first layer, if it has one.
    pub unsettled: Option<PendingScale>,
    /// The last step of a single neuron.
    pub last_step: Option<LastStep>,
    /// The number of records of the arm that the metrics of the run hold up to this step: 0 without
    /// metrics. The writer of the records fills it in.
    pub records: u64,
}

/// Everything that is needed to continue a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// The name of the scenario: a built-in one, or a path.
    pub name: String,
    /// The scenario with the current settings, as TOML.
    pub scenario: String,
    /// The path of the models that the run started from, if it did.
    pub started_from: Option<String>,
    /// The models of all arms.
    pub models: Vec<ModelState>,
    /// The run as a log: its beginning, its changes, and the step that it has reached.
    pub(crate) log: Vec<LogEvent>,
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
    pub request: super::WeightsRequest,
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
