//! What a run tells: everything that has happened since it last told something.

use std::sync::Arc;

use crate::telemetry::{EtaMode, ModelState, Pace, RunFacts, Series, Setting, WeightsPicture};

/// What a run is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunState {
    /// Reading or making its data.
    Loading(Load),
    /// Waiting to be told to go on.
    #[default]
    Paused,
    /// Training.
    Running,
    /// At the end of its epochs.
    Finished,
    /// Every arm has diverged: there is nothing left to train.
    Stopped,
    /// It could not start; the reason names what would do.
    Failed(String),
}

/// How far loading has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// What is being loaded.
    pub what: String,
    /// How much of it is done, 0 to 1.
    pub fraction: f64,
}

/// An arm that stopped because its numbers ran away.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The step that could not be taken; the arm stands at the state before it.
    pub step: u64,
    /// The learning rate with which it was tried.
    pub eta: f64,
    /// What ran away: `a weight beyond 10⁶`, `the cost is no longer finite`.
    pub reason: String,
}

/// How good a network is, over the whole sets, at the end of an epoch. All numbers are finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Epochs done; 0 is the start.
    pub epoch: u64,
    /// Steps done.
    pub step: u64,
    /// Mean cost over the training set, with the L2 term.
    pub cost: f64,
    /// The same without it.
    pub cost_data: f64,
    /// Fraction of the training set classified rightly, where there are classes.
    pub accuracy: Option<f64>,
    /// Mean cost over the test set, without the L2 term.
    pub test_cost: Option<f64>,
    /// Fraction of the test set classified rightly.
    pub test_accuracy: Option<f64>,
    /// For each layer the Euclidean norm of ∂C/∂w over the training set (its first 10,000).
    pub gradient_norm: Vec<f64>,
    /// For each layer the fraction of activations whose slope is under a tenth of the largest.
    pub saturation: Vec<f64>,
    /// For each class the fraction of its test examples (training, without a test set) that is
    /// found; empty without classes.
    pub recall: Vec<f64>,
}

/// The quantities of a single neuron on its single example.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronMoment {
    /// Its weights.
    pub w: Vec<f64>,
    /// Its bias.
    pub b: f64,
    /// The weighted input z = w·x + b.
    pub z: f64,
    /// The output a = σ(z).
    pub a: f64,
    /// σ′(z).
    pub slope: f64,
    /// δ = ∂C/∂z.
    pub delta: f64,
    /// ∂C/∂w, one for each input, data term only.
    pub gradient: Vec<f64>,
}

/// The factors of the gradient for the mini-batch that the next step will use.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Mean cost over that mini-batch, without the L2 term.
    pub cost: f64,
    /// Mean of |a − y| over the outputs and the mini-batch.
    pub error: f64,
    /// Mean of |δ| over the same.
    pub delta: f64,
    /// What lies between them: delta / error, or the slope itself for a single neuron.
    pub slope: f64,
    /// More, where the network is one neuron with one example.
    pub neuron: Option<NeuronMoment>,
}

/// What has happened to one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmDigest {
    /// η at the next step.
    pub eta: f64,
    /// Mini-batch cost (data term) at the state before each step.
    pub cost: Series,
    /// [`RunFacts::metric`] at the state before each step; empty for accuracy.
    pub metric: Series,
    /// Cost over the whole training set (data term), at each evaluation.
    pub full_cost: Series,
    /// [`RunFacts::metric`] over the whole training set, at each evaluation.
    pub full_metric: Series,
    /// Test accuracy at each evaluation.
    pub test_accuracy: Series,
    /// The newest evaluation, if there was one.
    pub evaluation: Option<Evaluation>,
    /// Best test accuracy (training accuracy without a test set) and its first epoch.
    pub best: Option<(f64, u64)>,
    /// The factors now; `None` only while nothing is loaded.
    pub moment: Option<Moment>,
    /// For a single neuron: the epoch at which |a − y| is foreseen to reach ½, by the closed form.
    pub foreseen: Option<f64>,
    /// For a single neuron: the epoch at which it did.
    pub reached_half: Option<u64>,
    /// Set once the arm has diverged.
    pub diverged: Option<Divergence>,
}

/// Something that happened at one moment and is to be noticed.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A setting took effect before the step after `step`.
    Set {
        /// Steps done when it took effect.
        step: u64,
        /// What was asked.
        setting: Setting,
        /// η of every arm since.
        etas: Vec<f64>,
    },
    /// A wish that cannot be granted, and why.
    Refused(String),
    /// Something worth a line: `λ = 0.1 takes effect from a new start`.
    Remark(String),
    /// The answer to [`super::Command::Save`].
    Saved {
        /// What the user typed.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
        /// The scenario as altered, as TOML.
        scenario: String,
        /// The models of all arms.
        models: Vec<ModelState>,
    },
}

/// Everything since the last digest. Bounded, however long that was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// Set when a run begins: what was told before is of another run.
    pub begins: Option<Arc<RunFacts>>,
    /// What it is doing.
    pub state: RunState,
    /// Steps done.
    pub step: u64,
    /// Epochs it is going to do.
    pub epochs: u64,
    /// How fast it is shown.
    pub pace: Pace,
    /// Examples a second each arm has been trained on of late; `None` when it stands.
    pub rate: Option<f64>,
    /// Where the learning rates come from.
    pub eta_mode: EtaMode,
    /// One for each arm; empty while loading.
    pub arms: Vec<ArmDigest>,
    /// In the order in which they happened.
    pub notices: Vec<Notice>,
    /// The weights, while they are asked for.
    pub weights: Option<Arc<WeightsPicture>>,
}

/// What a watcher receives.
pub type Told = Box<Digest>;
