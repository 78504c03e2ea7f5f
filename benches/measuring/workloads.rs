//! The workloads as their scenario files describe them, and the examples that they need.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xentviz::testing::data::{Data, RngStream, rng};
use xentviz::testing::experiment::{Advance, Experiment, StepObserver, load};
use xentviz::testing::file::InputFile;
use xentviz::testing::nn::{Cost, start};
use xentviz::testing::scenario::{
    ArmSpec, DataSpec, InitialLayers, InitialState, MNIST_FOLDER, Override, Scenario,
};
use xentviz::testing::telemetry::Setting;

/// The number of the program's own digits that stand in for MNIST: more would take long to draw.
const DRAWN: &str = "10000";

/// A cache of the examples that the scenarios have needed so far.
pub(crate) struct WorkloadCache {
    /// The folder of MNIST's files, if there is one.
    mnist: Option<PathBuf>,
    kept: Vec<(DataSpec, Arc<Data>)>,
}

impl WorkloadCache {
    /// Looks for MNIST in the folder named by the program's variable, else beside the reference
    /// numbers.
    pub(crate) fn open() -> Self {
        let beside = || {
            let shared = std::env::var_os("XENTVIZ_SHARED").map_or_else(
                || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
                PathBuf::from,
            );
            shared.join("mnist")
        };
        let folder = std::env::var_os(MNIST_FOLDER).map_or_else(beside, PathBuf::from);
        let mnist = folder.is_dir().then_some(folder);
        if mnist.is_none() {
            eprintln!("there is no MNIST: {MNIST_FOLDER} does not name its folder; {DRAWN} digits");
            eprintln!("that the program draws stand in, and the figures are theirs");
        }
        Self { mnist, kept: Vec::new() }
    }

    /// Returns whether MNIST is available.
    pub(crate) fn has_mnist(&self) -> bool {
        self.mnist.is_some()
    }

    /// Reads a workload by its name, such as `W1`, with these keys overridden.
    ///
    /// # Panics
    /// If there is no such workload, or it cannot be read.
    pub(crate) fn scenario(&self, name: &str, keys: &[(&str, &str)]) -> Scenario {
        let path = folder().join(format!("{}.toml", name.to_lowercase()));
        let text = fs::read_to_string(&path).expect("a workload is in its folder");
        let kind = &Scenario::read(&text, name, &[]).expect("a workload reads").data;
        let mut overrides = Vec::new();
        match &self.mnist {
            Some(folder) => overrides.push(Override::mnist_folder(folder.to_string_lossy())),
            None if matches!(kind, DataSpec::Mnist(_)) => {
                overrides.extend([over("data.kind", "digits"), over("data.train", DRAWN)]);
            }
            None => {}
        }
        overrides.extend(keys.iter().map(|(key, value)| over(key, value)));
        Scenario::read(&text, name, &overrides).expect("a workload reads")
    }

    /// Reads the examples of a scenario without the cache.
    ///
    /// # Panics
    /// If they cannot be read.
    pub(crate) fn read(scenario: &Scenario) -> Arc<Data> {
        let data = load(scenario, &open, &mut |_| ControlFlow::Continue(()));
        Arc::new(data.unwrap_or_else(|error| panic!("the examples can be read: {error}")))
    }

    /// Returns the examples of a scenario, which are read once.
    pub(crate) fn data(&mut self, scenario: &Scenario) -> Arc<Data> {
        if let Some((_, data)) = self.kept.iter().find(|(spec, _)| *spec == scenario.data) {
            return Arc::clone(data);
        }
        let data = Self::read(scenario);
        self.kept.push((scenario.data.clone(), Arc::clone(&data)));
        data
    }

    /// Returns an endless run of a scenario.
    ///
    /// # Panics
    /// If it cannot be run.
    pub(crate) fn endless(&mut self, scenario: &Scenario) -> Experiment {
        endless(scenario, self.data(scenario))
    }
}

/// Returns an endless run of a scenario.
///
/// # Panics
/// If it cannot be run on these examples.
pub(crate) fn endless(scenario: &Scenario, data: Arc<Data>) -> Experiment {
    let mut experiment = Experiment::new(scenario, data).expect("a workload can be run");
    experiment.set(&Setting::Epochs(u64::MAX)).expect("it is valid");
    experiment
}

/// Takes the first step and finishes the evaluation that runs beside it.
pub(crate) fn begin(experiment: &mut Experiment, watch: &mut dyn StepObserver) {
    while experiment.step() == 0 {
        experiment.advance(1, watch);
    }
    while experiment.awaits_evaluation() && experiment.complete_evaluation() != Advance::Evaluated {
    }
}

/// Returns the scenario with `count` arms of the same shape, every other one with the quadratic
/// cost.
pub(crate) fn with_arms(mut scenario: Scenario, count: usize) -> Scenario {
    let arms = scenario.arms.iter().cycle().take(count).enumerate().map(|(i, arm)| ArmSpec {
        name: format!("arm {}", i + 1),
        cost: if i % 2 == 1 { Cost::Quadratic } else { arm.cost },
        ..arm.clone()
    });
    scenario.arms = arms.collect();
    scenario
}

/// Returns the weights and biases with which the first arm of a scenario starts.
pub(crate) fn start_of(scenario: &Scenario) -> InitialLayers {
    let arm = &scenario.arms[0];
    match &arm.start {
        InitialState::Given(layers) => layers.clone(),
        InitialState::Random(init) => {
            start(&arm.layers, *init, &mut rng(scenario.seed, RngStream::Start))
        }
    }
}

/// Returns the names of all workloads: W1, W2, …
///
/// # Panics
/// If their folder cannot be read.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the workloads are in their folder");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_uppercase());
    let mut names: Vec<String> = paths.filter_map(stem).collect();
    names.sort();
    names
}

/// Returns the floating-point operations of a step per example, if no pixel is skipped for being
/// dark: a product and a sum for each weight forward, backward and in its gradient; the weights
/// from the inputs need no backward pass.
pub(crate) fn dense_flops(layers: &[usize]) -> f64 {
    let weights = |pair: &[usize]| pair[0] * pair[1];
    let all: usize = layers.windows(2).map(weights).sum();
    (6 * all - 2 * weights(layers)) as f64
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/workloads")
}

fn over(key: &str, value: &str) -> Override {
    Override::new(key, value, format!("{key} = {value}"))
}

/// Opens a file that a scenario names.
pub(crate) fn open(path: &Path) -> io::Result<InputFile<'static>> {
    Ok(InputFile::new(File::open(path)?, None))
}
