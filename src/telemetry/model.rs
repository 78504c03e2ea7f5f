//! A trained network as a model for saving, and what is needed to continue a run.

use crate::nn::{Activation, Cost, DataScaling, LastStep, Output, PendingScale, Precision};
use crate::telemetry::{Divergence, LogEvent};

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
