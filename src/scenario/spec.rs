//! The scenario as plain values, resolved for every arm.

use std::path::Path;
use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::{MNIST_TEST, MNIST_TRAIN, Planar};
use crate::nn::{Activation, Cost, Init, Output, Precision};
use crate::scenario::data_kind::DataKind;
use crate::scenario::overrides::Override;
use crate::telemetry::Pace;

/// The weights, of shape (n, inputs), and biases, of shape (n), of each layer.
pub type InitialLayers = Vec<(Array2<f64>, Array1<f64>)>;

/// What to run. Made by [`Scenario::read`], which refuses what cannot be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name or path by which it was opened.
    pub name: String,
    /// What it is called on screen.
    pub title: String,
    /// What it shows, in a sentence.
    pub summary: String,
    /// The seed of all chance in it, at most [`MOST_SEED`].
    pub seed: u64,
    /// The arithmetic of training.
    pub precision: Precision,
    /// Where the examples come from.
    pub data: DataSpec,
    /// How the arms are trained.
    pub training: TrainingSpec,
    /// The networks that are compared, 1 to 4.
    pub arms: Vec<ArmSpec>,
    pub(super) source: ScenarioSource,
}

/// The source of a scenario: its text and overrides. Scenarios that describe the same run are equal,
/// whatever their source.
#[derive(Clone, Debug, Default)]
pub(super) struct ScenarioSource {
    pub(super) text: Arc<str>,
    pub(super) overrides: Vec<Override>,
}

impl PartialEq for ScenarioSource {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The greatest seed: the greatest whole number of TOML.
pub const MOST_SEED: u64 = i64::MAX as u64;

/// Where the examples come from.
#[derive(Clone, Debug, PartialEq)]
pub enum DataSpec {
    /// Written in the scenario.
    Table {
        /// n rows of inputs.
        inputs: Vec<Vec<f64>>,
        /// n rows of targets.
        targets: Vec<Vec<f64>>,
    },
    /// Points in the plane.
    Planar {
        /// Which set.
        set: Planar,
        /// Examples to train on.
        train: usize,
        /// Examples to test on.
        test: usize,
        /// 0 to 0.5.
        noise: f64,
    },
    /// Digits drawn by the program; MNIST where a folder is given.
    Digits(ImageSpec),
    /// MNIST.
    Mnist(ImageSpec),
    /// A file of comma-separated values.
    Csv {
        /// The file.
        path: String,
        /// Examples to train on; all that are not for the test where it is missing.
        train: Option<usize>,
        /// Examples to test on, from the end of the file.
        test: usize,
    },
}

/// Pictures of digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageSpec {
    /// The folder of MNIST's files.
    pub path: Option<String>,
    /// Examples to train on, where the scenario says.
    pub train: Option<usize>,
    /// Examples to test on, where the scenario says.
    pub test: Option<usize>,
}

impl DataSpec {
    /// Its kind, as scenarios call it.
    pub fn kind(&self) -> &'static str {
        let kind = match self {
            Self::Table { .. } => DataKind::Table,
            Self::Planar { set, .. } => DataKind::Planar(*set),
            Self::Digits(_) => DataKind::Digits,
            Self::Mnist(_) => DataKind::Mnist,
            Self::Csv { .. } => DataKind::Csv,
        };
        kind.name()
    }

    /// How many examples there will be to train on and to test on, where that is known already.
    pub fn counts(&self) -> (Option<usize>, usize) {
        let or = |p: &ImageSpec, train, test| (p.train.or(Some(train)), p.test.unwrap_or(test));
        match self {
            Self::Table { inputs, .. } => (Some(inputs.len()), 0),
            Self::Planar { train, test, .. } => (Some(*train), *test),
            Self::Digits(pictures) if pictures.path.is_none() => or(pictures, 10_000, 2_000),
            Self::Digits(pictures) | Self::Mnist(pictures) => or(pictures, MNIST_TRAIN, MNIST_TEST),
            Self::Csv { train, test, .. } => (*train, *test),
        }
    }
}

/// How all arms are trained.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingSpec {
    /// Epochs of the run, at least 1.
    pub epochs: u64,
    /// Examples in a mini-batch, at least 1.
    pub batch: usize,
    /// Whether every epoch has an order of its own.
    pub shuffle: bool,
    /// How fast the run is shown.
    pub pace: Pace,
    /// Epochs between evaluations; 0 for the start and the end only.
    pub evaluate: u64,
}

/// One network of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmSpec {
    /// Its name, unique in the scenario.
    pub name: String,
    /// What it minimises.
    pub cost: Cost,
    /// The sizes of its layers, input first; at least two.
    pub layers: Vec<usize>,
    /// The activation function of its hidden layers.
    pub hidden: Activation,
    /// The activation function of its last layer.
    pub output: Output,
    /// How it starts.
    pub start: InitialState,
    /// Its learning rate at the start, finite and above 0.
    pub eta: f64,
    /// Its L2 regularisation, finite and not negative.
    pub lambda: f64,
}

/// How a network starts.
#[derive(Clone, Debug, PartialEq)]
pub enum InitialState {
    /// By chance.
    Random(Init),
    /// From these weights and biases.
    Given(InitialLayers),
}

impl InitialState {
    /// What it is called: the initialiser's name, or `given`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random(init) => init.name(),
            Self::Given(_) => "given",
        }
    }
}

impl Scenario {
    /// The same scenario with the seed after this one.
    #[must_use]
    pub fn with_next_seed(mut self) -> Self {
        self.seed = if self.seed < MOST_SEED { self.seed + 1 } else { 0 };
        Override::new("seed", self.seed.to_string(), "a new seed")
            .add_to(&mut self.source.overrides);
        self
    }

    /// Returns the scenario with its data in `folder`, unless it names its own.
    #[must_use]
    pub fn with_data_in(mut self, folder: &Path) -> Self {
        let path = match &mut self.data {
            DataSpec::Table { .. } | DataSpec::Planar { .. } => None,
            DataSpec::Digits(pictures) | DataSpec::Mnist(pictures) => pictures.path.as_mut(),
            DataSpec::Csv { path, .. } => Some(path),
        };
        // A scenario is text, and so is each path in it.
        if let Some(path) = path
            && let Ok(joined) = folder.join(&*path).into_os_string().into_string()
        {
            *path = joined;
        }
        self
    }
}
