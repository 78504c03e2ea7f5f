//! Loads or generates the data of a scenario.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::data::{
    Csv, Data, DataError, MNIST_SITES, PlanarSpec, RngStream, SplitSizes, TableOptions,
    built_in_table, digits, planar, read_arrays, read_csv, read_mnist, rng, table,
};
use crate::experiment::memory::of_networks;
use crate::file::{InputFile, Opener};
use crate::nn::Output;
use crate::scenario::{DataSpec, MNIST_FOLDER, Scenario};
use crate::telemetry::LoadProgress;

/// The error of loading the data of a scenario.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No folder was given for the files of MNIST.
    #[error(
        "mnist needs the folder of its four files; --data FOLDER would do, or the environment \
         variable {MNIST_FOLDER}, or data.path in the scenario; they can be had from {MNIST_SITES}"
    )]
    NoFolder,
    /// A file could not be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The data is invalid, or loading was cancelled.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl LoadError {
    /// Returns whether loading was cancelled and did not fail.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Data(DataError::Cancelled))
    }
}

/// The data of a scenario, with the keys that it depends on.
#[derive(Clone)]
pub struct LoadedData {
    seed: u64,
    spec: DataSpec,
    /// The number of inputs and of outputs of the networks.
    ends: Option<(usize, usize)>,
    data: Arc<Data>,
}

impl LoadedData {
    /// Pairs a scenario with the data that [`load`] returned for it.
    pub fn new(scenario: &Scenario, data: impl Into<Arc<Data>>) -> Self {
        Self {
            seed: scenario.seed,
            spec: scenario.data.clone(),
            ends: ends(scenario),
            data: data.into(),
        }
    }

    /// Returns whether another scenario needs exactly the same data.
    pub fn matches(&self, scenario: &Scenario) -> bool {
        (self.seed, &self.spec, self.ends) == (scenario.seed, &scenario.data, ends(scenario))
    }
}

impl From<LoadedData> for Arc<Data> {
    fn from(loaded: LoadedData) -> Self {
        loaded.data
    }
}

/// Returns the number of inputs and of outputs of the networks of a scenario.
fn ends(scenario: &Scenario) -> Option<(usize, usize)> {
    let sizes = &scenario.arms.first()?.layers;
    Some((*sizes.first()?, *sizes.last()?))
}

/// Loads or generates the data of a scenario. `open` opens its files; `report` receives the progress and
/// can cancel.
///
/// # Errors
/// If a file cannot be read, is malformed or does not fit in memory, or if loading was cancelled.
pub fn load(
    scenario: &Scenario,
    open: &Opener,
    report: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<Data, LoadError> {
    let networks = of_networks(scenario);
    let open = |path: &Path| Ok(open(path)?.sparing(networks));
    let mut rng = rng(scenario.seed, RngStream::Data);
    let (train, test) = scenario.data.counts();
    let split = SplitSizes { train: train.unwrap_or(0), test };
    let outputs = scenario.arms.first().and_then(|arm| arm.layers.last()).copied().unwrap_or(1);
    let mut report_progress =
        |what: &str, fraction| report(LoadProgress { what: what.to_owned(), fraction });
    let data = match &scenario.data {
        DataSpec::Table { inputs, targets } => table(inputs, targets),
        DataSpec::Planar { set, noise, .. } => {
            let shape = PlanarSpec { train: split.train, test, noise: *noise, outputs };
            planar(*set, shape, &mut rng, &mut |done| report_progress(set.name(), done))?
        }
        DataSpec::Digits(pictures) | DataSpec::Mnist(pictures) => match &pictures.path {
            Some(folder) => read_mnist(Path::new(folder), &open, (split, outputs), &mut |done| {
                report_progress("MNIST", done)
            })?,
            None if matches!(scenario.data, DataSpec::Mnist(_)) => return Err(LoadError::NoFolder),
            None => digits(split, &mut rng, &mut |done| report_progress("digits", done))?,
        },
        DataSpec::Csv { path, options } => {
            let file = match built_in_table(path) {
                Some(bytes) => InputFile::from(bytes),
                None => open(Path::new(path))
                    .map_err(|source| LoadError::Open { path: path.into(), source })?,
            };
            let csv = wanted(scenario, path, options);
            read_csv(file, &csv, &mut rng, &mut |done| report_progress(path, done))?
        }
        DataSpec::Arrays { path, names, options } => {
            let csv = wanted(scenario, path, options);
            let mut report = |done| report_progress(path, done);
            read_arrays(&open, (&csv, names), &mut rng, &mut report)?
        }
    };
    Ok(data)
}

/// Returns what the networks of a scenario expect of a table.
fn wanted(scenario: &Scenario, path: &str, options: &TableOptions) -> Csv {
    let arm = scenario.arms.first();
    let size = |size: Option<&usize>| size.copied().unwrap_or(1);
    Csv {
        name: path.to_owned(),
        inputs: size(arm.and_then(|arm| arm.layers.first())),
        outputs: size(arm.and_then(|arm| arm.layers.last())),
        is_classifier: arm.is_some_and(|arm| arm.output != Output::Linear),
        options: options.clone(),
    }
}
