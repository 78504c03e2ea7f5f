//! The constant facts of a run, sent at its start and after every restart.

use crate::nn::{Activation, Cost, Output, Precision};
use crate::telemetry::{Channel, ChannelFacts, Clock, Command, ExampleCounts};

/// An entry of the list of scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioEntry {
    /// The name that opens it.
    pub name: String,
    /// The title on the screen.
    pub title: String,
    /// A sentence on the subject of the scenario.
    pub summary: String,
}

/// A key of scenarios that can be changed during a run.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyEntry {
    /// The name with its table, `training.eta`; for a key of arms the name within an arm.
    pub name: String,
    /// Whether the key is set for one arm.
    pub is_of_arm: bool,
    /// A description of the key and its valid values.
    pub about: String,
    /// The valid values, if they can be listed.
    pub values: Vec<&'static str>,
}

/// The scenarios and keys that the dashboard offers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The scenarios, in the order in which they are listed.
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
    /// The fraction of examples that are classified correctly, 0 to 1.
    Accuracy,
    /// The mean of |a − y| over the outputs and the mini-batch, if neither of the others applies.
    Error,
}

/// The only example of a dataset, for a network that is one neuron.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleExample {
    /// The inputs.
    pub x: Vec<f64>,
    /// The target.
    pub y: f64,
}

/// The labels of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The scenario's title.
    pub title: String,
    /// A sentence on the subject of the scenario.
    pub summary: String,
}

/// The facts of a run. Only its labels and what its training examples determine can change while it trains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFacts {
    /// The name or path that opened the scenario.
    pub name: String,
    /// The scenario's title.
    pub title: String,
    /// A sentence on the subject of the scenario.
    pub summary: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The floating-point type of training.
    pub precision: Precision,
    /// A description of the dataset for the header: `MNIST`, `digits, built in`.
    pub data: String,
    /// n, the number of examples in the training set.
    pub examples: usize,
    /// The number of examples in the test set; 0 without one.
    pub test_examples: usize,
    /// m, the number of examples in a full mini-batch.
    pub batch: usize,
    /// Identifies the version of the training examples: 0 for those of the scenario, another number after each change.
    pub edition: u64,
    /// The height and width of the inputs if they are an image.
    pub picture: Option<(usize, usize)>,
    /// The names of the classes; empty if the targets are no classes.
    pub classes: Vec<String>,
    /// The names of the classes 0 and 1 of a single output, if the data name them.
    pub pair: Option<[String; 2]>,
    /// The names of the inputs; empty if they have none of their own.
    pub inputs: Vec<String>,
    /// What the numbers of each input stand for, if they are scaled; empty if they are not.
    pub input_units: Vec<InputUnit>,
    /// What a single numeric target stands for.
    pub target: Option<TargetFacts>,
    /// What a file was taken for, in one line.
    pub found: Option<String>,
    /// The path of the models that the arms start from, if they do.
    pub model: Option<String>,
    /// The metric on the second chart.
    pub metric: Metric,
    /// The example, if the run is one neuron and one example.
    pub single: Option<SingleExample>,
    /// The number of mini-batches in an epoch, from each change of it on.
    pub clock: Clock,
    /// The channels of the readings, those of a training run first.
    pub channels: Vec<ChannelFacts>,
    /// The arms, 1 to 4; empty if no more is known of the networks than their readings.
    pub arms: Vec<ArmFacts>,
    /// The names of the networks whose readings are all that is known of them; empty if there are arms.
    pub watched: Vec<String>,
    /// What the source of the run can do.
    pub abilities: Abilities,
}

/// What the source of a run can do beyond sending readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Whether it trains: it takes commands that run, change and move the run, and has a seed and examples.
    pub trains: bool,
    /// Whether it has networks: it sends weights and answers questions.
    pub explains: bool,
}

/// Those of a source that trains networks.
impl Default for Abilities {
    fn default() -> Self {
        Self { trains: true, explains: true }
    }
}

impl Abilities {
    /// Returns whether the source takes a command.
    pub fn take(self, command: &Command) -> bool {
        match command {
            Command::ShowWeights(_) | Command::Explain(_) => self.explains,
            _ => self.trains,
        }
    }
}

/// What the numbers of a scaled input stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputUnit {
    /// The value that x = 0 stands for.
    pub from: f64,
    /// The difference of two values whose x differ by 1.
    pub by: f64,
}

/// What a single numeric target stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetFacts {
    /// Its name: that of its column.
    pub name: String,
    /// The value that y = 0 stands for; 0 unless the target is scaled.
    pub from: f64,
    /// The difference of two values whose y differ by 1; 1 unless the target is scaled.
    pub by: f64,
}

impl RunFacts {
    /// Returns the facts with these counts of training examples.
    pub(crate) fn recounted(&self, counts: ExampleCounts) -> Self {
        let ExampleCounts { examples, batch, clock, edition } = counts;
        Self { examples, batch, edition, clock, ..self.clone() }
    }

    /// Returns the names of the networks that have readings, in the order of their progress.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let arms = self.arms.iter().map(|arm| arm.name.as_str());
        arms.chain(self.watched.iter().map(String::as_str))
    }

    /// Returns the channel of this name, if the run has one.
    pub fn channel(&self, name: &str) -> Option<Channel> {
        Channel::named(name, &self.channels)
    }

    /// Returns all channels, in the order in which they are listed.
    pub fn all_channels(&self) -> impl Iterator<Item = (Channel, &ChannelFacts)> {
        Channel::all().zip(&self.channels)
    }

    /// Returns the unit of y: by how much the values of two targets differ whose y differ by 1.
    pub fn unit(&self) -> f64 {
        self.target.as_ref().map_or(1.0, |target| target.by)
    }

    /// Returns the value that a target or an output stands for: in the unit of its column, if it is scaled.
    pub fn target_value(&self, y: f64) -> f64 {
        self.target.as_ref().map_or(y, |target| target.from + target.by * y)
    }

    /// Returns the target that stands for a value.
    pub(crate) fn target_number(&self, value: f64) -> f64 {
        self.target.as_ref().map_or(value, |target| (value - target.from) / target.by)
    }

    /// Returns the name of a class; without names it is its number.
    pub(crate) fn class_name(&self, class: usize) -> String {
        let of_pair = || self.pair.as_ref().and_then(|pair| pair.get(class));
        self.classes.get(class).or_else(of_pair).map_or_else(|| class.to_string(), String::clone)
    }

    /// Returns the value that a number of an input stands for: that in its file, if it is scaled.
    pub fn input_value(&self, input: usize, x: f64) -> f64 {
        self.input_units.get(input).map_or(x, |unit| unit.from + unit.by * x)
    }

    /// Returns the number of an input that stands for a value.
    pub(crate) fn input_number(&self, input: usize, value: f64) -> f64 {
        self.input_units.get(input).map_or(value, |unit| (value - unit.from) / unit.by)
    }

    /// Returns whether the arms have the costs that [`super::EtaMode::Calibrated`] needs: the quadratic
    /// one and another, whose δ carries no slope.
    pub fn has_both_costs(&self) -> bool {
        let is_quadratic = |arm: &ArmFacts| arm.cost == Cost::Quadratic;
        self.arms.iter().any(is_quadratic) && !self.arms.iter().all(is_quadratic)
    }

    /// Returns whether an arm has the quadratic cost and another cross-entropy, which the ratio 0.2111 of
    /// calibrated rates ties.
    pub fn compares_with_cross_entropy(&self) -> bool {
        let has = |cost: Cost| self.arms.iter().any(|arm| arm.cost == cost);
        has(Cost::Quadratic) && has(Cost::CrossEntropy)
    }

    /// Returns whether the curves of two runs belong on the same charts: those of as many arms, of the same metric
    /// and on the same clock.
    pub fn has_charts_of(&self, other: &Self) -> bool {
        self.name == other.name
            && self.names().eq(other.names())
            && self.abilities.trains
            && self.metric == other.metric
            && self.clock == other.clock
    }

    /// Returns the number of inputs, 1 or 2, if every arm is one neuron. Its surface then needs no
    /// projection.
    pub fn neuron_inputs(&self) -> Option<usize> {
        let of = |arm: &ArmFacts| match arm.sizes[..] {
            [inputs @ 1..=2, 1] => Some(inputs),
            _ => None,
        };
        let first = of(self.arms.first()?)?;
        self.arms.iter().all(|arm| of(arm) == Some(first)).then_some(first)
    }
}

/// The facts of one arm, which do not change while a run trains.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmFacts {
    /// The name, unique in the run.
    pub name: String,
    /// The cost that it minimises.
    pub cost: Cost,
    /// The layer sizes, input first.
    pub sizes: Vec<usize>,
    /// The activation function of the hidden layers.
    pub hidden: Activation,
    /// The activation function of the last layer.
    pub output: Output,
    /// λ, the strength of L2 regularisation.
    pub lambda: f64,
    /// The name of its start: `scaled`, `large`, `xavier`, `zero` or `given`.
    pub start: String,
}
