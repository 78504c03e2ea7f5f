//! The scenario as plain values, resolved for every arm.

use std::path::Path;
use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::{
    ArrayNames, MNIST_TEST, MNIST_TRAIN, Planar, RowOrder, TableOptions, TestSize, built_in_table,
    is_array_file,
};
use crate::nn::{Activation, Cost, DataScaling, Init, Output, Precision};
use crate::scenario::data_kind::DataKind;
use crate::scenario::source::{Override, ScenarioSource};
use crate::telemetry::Pace;

/// The weights, of shape (n, inputs), and biases, of shape (n), of each layer.
pub type InitialLayers = Vec<(Array2<f64>, Array1<f64>)>;

/// A complete scenario. [`Scenario::read`] creates it and refuses what cannot be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name or path that opened it.
    pub name: String,
    /// The title on the screen.
    pub title: String,
    /// A sentence on the subject of the scenario.
    pub summary: String,
    /// The seed of all random numbers, at most `MOST_SEED`.
    pub seed: u64,
    /// The floating-point type of training.
    pub precision: Precision,
    /// The source of the examples.
    pub data: DataSpec,
    /// The training, common to all arms.
    pub training: TrainingSpec,
    /// The arms, 1 to 4.
    pub arms: Vec<ArmSpec>,
    pub(super) source: ScenarioSource,
}

/// The greatest seed, which is the greatest integer of TOML.
pub(super) const MOST_SEED: u64 = i64::MAX as u64;

/// The source of the examples.
#[derive(Clone, Debug, PartialEq)]
pub enum DataSpec {
    /// Rows written in the scenario.
    Table {
        /// n rows of inputs.
        inputs: Vec<Vec<f64>>,
        /// n rows of targets.
        targets: Vec<Vec<f64>>,
    },
    /// Points in the plane.
    Planar {
        /// The set of points.
        set: Planar,
        /// The number of training examples.
        train: usize,
        /// The number of test examples.
        test: usize,
        /// The noise, 0 to 0.5.
        noise: f64,
    },
    /// Digits drawn by the program, or those of MNIST if a folder is given.
    Digits(ImageSpec),
    /// The digits of MNIST.
    Mnist(ImageSpec),
    /// A file of separated values.
    Csv {
        /// The path of the file.
        path: String,
        /// How it is to be read.
        options: TableOptions,
    },
    /// Arrays of `NumPy`.
    Arrays {
        /// The path of the file.
        path: String,
        /// The arrays that are named.
        names: ArrayNames,
        /// How the table that is made of them is to be read.
        options: TableOptions,
    },
}

/// Images of digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageSpec {
    /// The folder of MNIST's files.
    pub path: Option<String>,
    /// The number of training examples, if the scenario sets it.
    pub train: Option<usize>,
    /// The number of test examples, if the scenario sets it.
    pub test: Option<usize>,
}

impl DataSpec {
    /// Returns the name of the kind in scenarios.
    pub fn kind(&self) -> &'static str {
        let kind = match self {
            Self::Table { .. } => DataKind::Table,
            Self::Planar { set, .. } => DataKind::Planar(*set),
            Self::Digits(_) => DataKind::Digits,
            Self::Mnist(_) => DataKind::Mnist,
            Self::Csv { .. } => DataKind::Csv,
            Self::Arrays { .. } => DataKind::Arrays,
        };
        kind.name()
    }

    /// Returns the path of the file or folder that is read, if there is one: a built-in table is no file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Table { .. } | Self::Planar { .. } => None,
            Self::Digits(pictures) | Self::Mnist(pictures) => pictures.path.as_deref(),
            Self::Csv { path, .. } => {
                Some(path.as_str()).filter(|path| built_in_table(path).is_none())
            }
            Self::Arrays { path, .. } => Some(path),
        }
    }

    /// Returns the scaling of a model that is applied to the inputs, if there is one.
    pub(super) fn scaling(&self) -> Option<&Arc<DataScaling>> {
        self.table_options()?.scaling.as_ref()
    }

    /// Returns how a table is to be read, or arrays that become one.
    pub(super) fn table_options(&self) -> Option<&TableOptions> {
        match self {
            Self::Csv { options, .. } | Self::Arrays { options, .. } => Some(options),
            Self::Table { .. } | Self::Planar { .. } | Self::Digits(_) | Self::Mnist(_) => None,
        }
    }

    /// Returns the number of training examples, if known before the data is read, and of test examples.
    pub fn counts(&self) -> (Option<usize>, usize) {
        let or = |p: &ImageSpec, train, test| (p.train.or(Some(train)), p.test.unwrap_or(test));
        match self {
            Self::Table { inputs, .. } => (Some(inputs.len()), 0),
            Self::Planar { train, test, .. } => (Some(*train), *test),
            Self::Digits(pictures) if pictures.path.is_none() => or(pictures, 10_000, 2_000),
            Self::Digits(pictures) | Self::Mnist(pictures) => or(pictures, MNIST_TRAIN, MNIST_TEST),
            Self::Csv { options: TableOptions { train, test, .. }, .. }
            | Self::Arrays { options: TableOptions { train, test, .. }, .. } => match test {
                TestSize::Count(test) => (*train, *test),
                // How many rows that is is not known yet.
                TestSize::Share(_) => (*train, 0),
            },
        }
    }
}

/// The training, common to all arms.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingSpec {
    /// The number of epochs of the run, at least 1.
    pub epochs: u64,
    /// The number of examples in a mini-batch, at least 1.
    pub batch: usize,
    /// Whether every epoch has its own order.
    pub shuffle: bool,
    /// The pace of the run in the dashboard.
    pub pace: Pace,
    /// The number of epochs between evaluations; 0 evaluates at the start and at the end only.
    pub evaluate: u64,
}

/// One arm of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmSpec {
    /// The name, unique in the scenario.
    pub name: String,
    /// The cost that it minimises.
    pub cost: Cost,
    /// The layer sizes, input first; at least two.
    pub layers: Vec<usize>,
    /// The activation function of the hidden layers.
    pub hidden: Activation,
    /// The activation function of the last layer.
    pub output: Output,
    /// The initial weights and biases.
    pub start: InitialState,
    /// The learning rate at the start, finite and above 0.
    pub eta: f64,
    /// λ, the strength of L2 regularisation, finite and not negative.
    pub lambda: f64,
}

/// The initial state of a network.
#[derive(Clone, Debug, PartialEq)]
pub enum InitialState {
    /// Random numbers.
    Random(Init),
    /// These weights and biases.
    Given(InitialLayers),
}

impl InitialState {
    /// Returns the name of the initialiser, or `given`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random(init) => init.name(),
            Self::Given(_) => "given",
        }
    }
}

impl Scenario {
    /// Returns the order of the examples in each epoch.
    pub fn row_order(&self) -> RowOrder {
        if self.training.shuffle {
            RowOrder::Shuffled { seed: self.seed }
        } else {
            RowOrder::AsStored
        }
    }

    /// Returns the scenario with the next seed.
    #[must_use]
    pub fn with_next_seed(mut self) -> Self {
        self.seed = if self.seed < MOST_SEED { self.seed + 1 } else { 0 };
        Override::new("seed", self.seed.to_string(), "a new seed")
            .add_to(&mut self.source.overrides);
        self
    }

    /// Returns the scenario with the relative paths of its data resolved in `folder`.
    #[must_use]
    pub fn with_data_in(mut self, folder: &Path) -> Self {
        if self.data.path().is_none() {
            return self;
        }
        let path = match &mut self.data {
            DataSpec::Table { .. } | DataSpec::Planar { .. } => None,
            DataSpec::Digits(pictures) | DataSpec::Mnist(pictures) => pictures.path.as_mut(),
            DataSpec::Csv { path, .. } => Some(path),
            DataSpec::Arrays { path, names, .. } => {
                // A file of targets that is named without a folder is beside that of the inputs.
                let is_elsewhere = |name: &&mut String| {
                    is_array_file(name) && name.contains('/') && !Path::new(name).starts_with("~")
                };
                if let Some(targets) = names.targets.as_mut().filter(is_elsewhere)
                    && let Ok(joined) = folder.join(&*targets).into_os_string().into_string()
                {
                    *targets = joined;
                }
                Some(path)
            }
        };
        // A scenario is text, so a path that is no text cannot be written. `~` is the home folder anywhere.
        if let Some(path) = path.filter(|path| !Path::new(path.as_str()).starts_with("~"))
            && let Ok(joined) = folder.join(&*path).into_os_string().into_string()
        {
            *path = joined;
        }
        self
    }
}
