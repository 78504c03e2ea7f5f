//! The constant facts of a run, sent at its start and after every restart.

use crate::nn::{Activation, Cost, Output, Precision};

/// One line of the list of scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioEntry {
    /// The name by which it is opened.
    pub name: String,
    /// What it is called on screen.
    pub title: String,
    /// What it shows, in a sentence.
    pub summary: String,
}

/// A key of scenarios that can be changed while a run is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyEntry {
    /// Its name with its table: `training.eta`; of a key of arms its name within an arm.
    pub name: String,
    /// Whether it is set for one arm.
    pub is_of_arm: bool,
    /// What it is and which values are allowed.
    pub about: String,
    /// The allowed values, if there are so few that they can be listed.
    pub values: Vec<&'static str>,
}

/// What the dashboard can offer: scenarios to open, and keys to set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The scenarios, in the order in which they are offered.
    pub scenarios: Vec<ScenarioEntry>,
    /// The keys, those of arms last.
    pub keys: Vec<KeyEntry>,
}

/// The metric on the second chart of the Duel view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// The output a of the only neuron of the last layer for the only example.
    #[default]
    Output,
    /// The fraction of the examples that are classified rightly, 0 to 1.
    Accuracy,
    /// The mean of |a − y| over the outputs and the mini-batch: neither of the others applies.
    Error,
}

/// The only example of a run that has one, for a network that is one neuron.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleExample {
    /// Its inputs.
    pub x: Vec<f64>,
    /// Its target.
    pub y: f64,
}

/// What a run is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The scenario's title.
    pub title: String,
    /// What the scenario shows, in a sentence.
    pub summary: String,
}

/// What does not change while a run goes on, but for what it is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFacts {
    /// The name or path by which the scenario was opened.
    pub name: String,
    /// The scenario's title.
    pub title: String,
    /// What the scenario shows, in a sentence.
    pub summary: String,
    /// The seed of all chance in it.
    pub seed: u64,
    /// The arithmetic of training.
    pub precision: Precision,
    /// What the data set is, for the header: `MNIST`, `digits, built in`.
    pub data: String,
    /// n: the examples of the training set.
    pub examples: usize,
    /// The examples of the test set; 0 where there is none.
    pub test_examples: usize,
    /// m: the examples of a full mini-batch.
    pub batch: usize,
    /// Height and width of the inputs where they are a picture.
    pub picture: Option<(usize, usize)>,
    /// What the classes are called; empty where the targets are no classes.
    pub classes: Vec<String>,
    /// What the second chart shows.
    pub metric: Metric,
    /// The example, where the run is one neuron and one example.
    pub single: Option<SingleExample>,
    /// Mini-batches in an epoch.
    pub steps_per_epoch: u64,
    /// The networks that are compared, 1 to 4.
    pub arms: Vec<ArmFacts>,
}

impl RunFacts {
    /// Whether the costs are there that [`super::EtaMode::Calibrated`] needs: the quadratic one and
    /// another, whose δ carries no slope.
    pub fn has_both_costs(&self) -> bool {
        let is_quadratic = |arm: &ArmFacts| arm.cost == Cost::Quadratic;
        self.arms.iter().any(is_quadratic) && !self.arms.iter().all(is_quadratic)
    }

    /// How many inputs there are, one or two, where every arm is one neuron: then its ground can be
    /// seen as it is.
    pub fn neuron_inputs(&self) -> Option<usize> {
        let of = |arm: &ArmFacts| match arm.sizes[..] {
            [inputs @ 1..=2, 1] => Some(inputs),
            _ => None,
        };
        let first = of(self.arms.first()?)?;
        self.arms.iter().all(|arm| of(arm) == Some(first)).then_some(first)
    }
}

/// What does not change of one arm while a run goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmFacts {
    /// Its name, unique in the run.
    pub name: String,
    /// What it minimises.
    pub cost: Cost,
    /// The sizes of its layers, input first.
    pub sizes: Vec<usize>,
    /// The activation function of its hidden layers.
    pub hidden: Activation,
    /// The activation function of its last layer.
    pub output: Output,
    /// λ, the strength of L2 regularisation.
    pub lambda: f64,
    /// How it was started: `scaled`, `large`, `xavier`, `zero` or `given`.
    pub start: String,
}
