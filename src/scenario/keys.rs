//! The keys of a scenario, one row each. Parsing, `--set`, the flags, `:set`, its completion, the help,
//! the README's table and writing are loops over these rows.

use crate::data::{ColumnName, MOST_EXAMPLES, Missing, Scale, TableOptions, TestSize};
use crate::nn::{Activation, Cost, Init, Output, Precision};
use crate::scenario::data_kind::DataKind;
use crate::scenario::edited_scenario::{EditedScenario, ScenarioEdit, etas};
use crate::scenario::spec::{
    ArmSpec, DataSpec, ImageSpec, InitialLayers, InitialState, MOST_SEED, Scenario,
};
use crate::scenario::value::{Value, ValueKind};
use crate::telemetry::Pace;

/// The most epochs: with the most mini-batches an epoch can have, steps still fit in 64 bits.
pub(crate) const MOST_EPOCHS: u64 = 1_000_000_000_000;

/// The table of a scenario file that holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// The top level, above all tables.
    Root,
    /// `[data]`.
    Data,
    /// `[network]`.
    Network,
    /// `[training]`.
    Training,
    /// `[[arm]]` alone.
    Arm,
}

impl Section {
    /// The tables, in the order in which they are written.
    pub(super) const TABLES: [Self; 3] = [Self::Data, Self::Network, Self::Training];

    /// Returns the name of the table; that of the root is empty.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Root => "",
            Self::Data => "data",
            Self::Network => "network",
            Self::Training => "training",
            Self::Arm => "arm",
        }
    }
}

/// The effect of a changed key on a run.
#[derive(Clone, Copy)]
pub(super) enum Live {
    /// The run continues, with this change from the next step.
    Now(fn(&EditedScenario<'_>) -> ScenarioEdit),
    /// The run continues; only its labels change.
    Label,
    /// The run restarts.
    Anew,
}

/// The function that reads the value of a key from a scenario. It returns `None` for the default, and for
/// a scenario that the key does not apply to: neither is written.
#[derive(Clone, Copy)]
pub(super) enum Getter {
    /// One value for the scenario.
    Scenario(fn(&Scenario) -> Option<Value>),
    /// One value for each arm. A key outside [`Section::Arm`] applies to all arms in its table, and to one
    /// arm in `[[arm]]`.
    Arm(fn(&ArmSpec) -> Option<Value>),
}

/// A key of a scenario.
pub(super) struct KeySpec {
    pub(super) section: Section,
    /// The name of the key within its table.
    pub(super) name: &'static str,
    /// The name of the flag, and the short name for `--set` and `:set`. It sets the key for all arms.
    pub(super) short: Option<&'static str>,
    pub(super) kind: ValueKind,
    /// The description for help and completion: one line.
    pub(super) doc: &'static str,
    pub(super) live: Live,
    pub(super) get: Getter,
}

impl KeySpec {
    /// Returns the name with its table: `training.eta`.
    pub(super) fn path(&self) -> String {
        match self.section {
            Section::Root => self.name.to_owned(),
            section => format!("{}.{}", section.name(), self.name),
        }
    }

    /// Returns whether `[[arm]]` may hold the key.
    pub(super) fn is_per_arm(&self) -> bool {
        matches!(self.get, Getter::Arm(_))
    }

    /// Returns the key that must be given together with this one.
    pub(super) fn partner(&self) -> Option<&'static str> {
        match self.name {
            "weights" => Some("biases"),
            "biases" => Some("weights"),
            _ => None,
        }
    }

    /// Returns whether this key and another exclude each other: a network starts from random or from given
    /// numbers.
    pub(super) fn excludes(&self, other: &str) -> bool {
        let is_given = |name: &str| name == "weights" || name == "biases";
        (self.name == "init" && is_given(other)) || (is_given(self.name) && other == "init")
    }
}

/// Returns the keys that the table of a section may hold. `[[arm]]` holds the keys of every section that
/// can differ between arms.
pub(super) fn keys_in(section: Section) -> impl Iterator<Item = &'static KeySpec> {
    KEYS.iter()
        .filter(move |key| key.section == section || (section == Section::Arm && key.is_per_arm()))
}

/// Every key, in the order in which a scenario is written.
pub(super) const KEYS: &[KeySpec] = &[
    KeySpec {
        section: Section::Root,
        name: "title",
        short: None,
        kind: ValueKind::Text,
        doc: "title on the screen",
        live: Live::Label,
        get: Getter::Scenario(|s| Some(Value::Text(s.title.clone()))),
    },
    KeySpec {
        section: Section::Root,
        name: "summary",
        short: None,
        kind: ValueKind::Text,
        doc: "what the scenario shows, in one sentence",
        live: Live::Label,
        get: Getter::Scenario(|s| Some(Value::Text(s.summary.clone()))),
    },
    KeySpec {
        section: Section::Root,
        name: "seed",
        short: Some("seed"),
        kind: ValueKind::Whole(0..=MOST_SEED),
        doc: "seed of the random number generator",
        live: Live::Anew,
        get: Getter::Scenario(|s| Some(Value::Whole(s.seed))),
    },
    KeySpec {
        section: Section::Root,
        name: "precision",
        short: Some("precision"),
        kind: ValueKind::Choice(|| [Precision::F32, Precision::F64].map(Precision::name).to_vec()),
        doc: "floating-point type for training",
        live: Live::Anew,
        get: Getter::Scenario(|s| {
            let precision = Some(s.precision).filter(|p| *p != Precision::default());
            precision.map(|precision| Value::Word(precision.name()))
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "kind",
        short: None,
        kind: ValueKind::Choice(|| DataKind::all().map(DataKind::name).collect()),
        doc: "source of the examples",
        live: Live::Anew,
        get: Getter::Scenario(|s| Some(Value::Word(s.data.kind()))),
    },
    KeySpec {
        section: Section::Data,
        name: "inputs",
        short: None,
        kind: ValueKind::RowsOrName,
        doc: "table: the inputs, a row for each example; arrays: the array of the inputs",
        live: Live::Anew,
        get: Getter::Scenario(|s| match &s.data {
            DataSpec::Table { inputs, .. } => Some(Value::Rows(inputs.clone())),
            DataSpec::Arrays { names, .. } => names.inputs.clone().map(Value::Text),
            _ => None,
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "targets",
        short: None,
        kind: ValueKind::RowsOrName,
        doc: "table: the targets, a row for each example; arrays: the array of the targets, or its file",
        live: Live::Anew,
        get: Getter::Scenario(|s| match &s.data {
            DataSpec::Table { targets, .. } => Some(Value::Rows(targets.clone())),
            DataSpec::Arrays { names, .. } => names.targets.clone().map(Value::Text),
            _ => None,
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "path",
        short: Some("data"),
        kind: ValueKind::Path,
        doc: "the CSV file, the file of arrays, or the folder of MNIST's files",
        live: Live::Anew,
        get: Getter::Scenario(|s| {
            match &s.data {
                DataSpec::Csv { path, .. } | DataSpec::Arrays { path, .. } => Some(path.clone()),
                DataSpec::Digits(pictures) | DataSpec::Mnist(pictures) => pictures.path.clone(),
                DataSpec::Table { .. } | DataSpec::Planar { .. } => None,
            }
            .map(Value::Text)
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "train",
        short: None,
        kind: ValueKind::Whole(1..=MOST_EXAMPLES as u64),
        doc: "number of training examples",
        live: Live::Anew,
        get: Getter::Scenario(|s| {
            match &s.data {
                DataSpec::Planar { train, .. } => Some(*train),
                DataSpec::Csv { options: TableOptions { train, .. }, .. }
                | DataSpec::Arrays { options: TableOptions { train, .. }, .. }
                | DataSpec::Digits(ImageSpec { train, .. })
                | DataSpec::Mnist(ImageSpec { train, .. }) => *train,
                DataSpec::Table { .. } => None,
            }
            .map(whole)
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "test",
        short: None,
        kind: ValueKind::WholeOrShare(0..=MOST_EXAMPLES as u64),
        doc: "number of test examples; of a CSV file or arrays also a share",
        live: Live::Anew,
        get: Getter::Scenario(|s| match &s.data {
            DataSpec::Planar { test, .. } => Some(whole(*test)),
            DataSpec::Arrays { names, .. } if !names.has_test_size => None,
            DataSpec::Csv { options, .. } | DataSpec::Arrays { options, .. } => {
                Some(match options.test {
                    TestSize::Count(test) => whole(test),
                    TestSize::Share(share) => Value::Number(share),
                })
            }
            DataSpec::Digits(ImageSpec { test, .. }) | DataSpec::Mnist(ImageSpec { test, .. }) => {
                test.map(whole)
            }
            DataSpec::Table { .. } => None,
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "target",
        short: Some("target"),
        kind: ValueKind::Columns,
        doc: "CSV file or arrays: the column of the targets, or several; an array",
        live: Live::Anew,
        get: Getter::Scenario(|s| of_table(s, |o| columns(&o.target))),
    },
    KeySpec {
        section: Section::Data,
        name: "drop",
        short: None,
        kind: ValueKind::Columns,
        doc: "CSV file or arrays: columns to leave out",
        live: Live::Anew,
        get: Getter::Scenario(|s| of_table(s, |o| columns(&o.drop))),
    },
    KeySpec {
        section: Section::Data,
        name: "header",
        short: None,
        kind: ValueKind::TruthOr { word: "auto" },
        doc: "CSV file: whether the first line is a heading",
        live: Live::Anew,
        get: Getter::Scenario(|s| of_table(s, |o| o.header.map(Value::Truth))),
    },
    KeySpec {
        section: Section::Data,
        name: "scale",
        short: None,
        kind: ValueKind::Choice(|| Scale::ALL.map(Scale::name).to_vec()),
        doc: "CSV file or arrays: scale the inputs to mean 0 and deviation 1, or to 0 … 1",
        live: Live::Anew,
        get: Getter::Scenario(|s| {
            of_table(s, |o| (o.scale != Scale::None).then(|| Value::Word(o.scale.name())))
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "missing",
        short: None,
        kind: ValueKind::Choice(|| Missing::ALL.map(Missing::name).to_vec()),
        doc: "CSV file or arrays: refuse holes, leave their rows out, or fill in the mean",
        live: Live::Anew,
        get: Getter::Scenario(|s| {
            of_table(s, |o| (o.missing != Missing::Refuse).then(|| Value::Word(o.missing.name())))
        }),
    },
    KeySpec {
        section: Section::Data,
        name: "shuffle",
        short: None,
        kind: ValueKind::Truth,
        doc: "CSV file or arrays: draw the test rows, with every class; else they are the last",
        live: Live::Anew,
        get: Getter::Scenario(|s| of_table(s, |o| (!o.shuffle).then_some(Value::Truth(false)))),
    },
    KeySpec {
        section: Section::Data,
        name: "noise",
        short: None,
        kind: ValueKind::Number { words: "0 to 0.5", allows: |noise| (0.0..=0.5).contains(&noise) },
        doc: "points in the plane: how far they are scattered",
        live: Live::Anew,
        get: Getter::Scenario(|s| match &s.data {
            DataSpec::Planar { noise, .. } => Some(Value::Number(*noise)),
            _ => None,
        }),
    },
    KeySpec {
        section: Section::Arm,
        name: "name",
        short: None,
        kind: ValueKind::Name,
        doc: "name of the arm",
        live: Live::Anew,
        get: Getter::Arm(|arm| Some(Value::Text(arm.name.clone()))),
    },
    KeySpec {
        section: Section::Arm,
        name: "cost",
        short: None,
        kind: ValueKind::Choice(|| Cost::ALL.map(Cost::name).to_vec()),
        doc: "the cost that the arm minimises; book-rule steps by ∂C/∂a, as the book's animation",
        live: Live::Anew,
        get: Getter::Arm(|arm| Some(Value::Word(arm.cost.name()))),
    },
    KeySpec {
        section: Section::Network,
        name: "layers",
        short: Some("layers"),
        kind: ValueKind::Sizes,
        doc: "layer sizes",
        live: Live::Anew,
        get: Getter::Arm(|arm| Some(Value::Sizes(arm.layers.clone()))),
    },
    KeySpec {
        section: Section::Network,
        name: "hidden",
        short: None,
        kind: ValueKind::Choice(|| Activation::ALL.map(Activation::name).to_vec()),
        doc: "activation function of the hidden layers",
        live: Live::Anew,
        get: Getter::Arm(|arm| {
            let hidden = Some(arm.hidden).filter(|hidden| *hidden != Activation::default());
            hidden.map(|hidden| Value::Word(hidden.name()))
        }),
    },
    KeySpec {
        section: Section::Network,
        name: "output",
        short: None,
        kind: ValueKind::Choice(|| Output::ALL.map(Output::name).to_vec()),
        doc: "activation function of the last layer",
        live: Live::Anew,
        get: Getter::Arm(|arm| {
            let output = Some(arm.output).filter(|output| *output != Output::default());
            output.map(|output| Value::Word(output.name()))
        }),
    },
    KeySpec {
        section: Section::Network,
        name: "init",
        short: None,
        kind: ValueKind::Choice(|| Init::ALL.map(Init::name).to_vec()),
        doc: "distribution of the initial weights",
        live: Live::Anew,
        get: Getter::Arm(|arm| match arm.start {
            InitialState::Random(init) if init != Init::Scaled => Some(Value::Word(init.name())),
            InitialState::Random(_) | InitialState::Given(_) => None,
        }),
    },
    KeySpec {
        section: Section::Network,
        name: "weights",
        short: None,
        kind: ValueKind::Layers,
        doc: "the exact initial weights: [layer][neuron][input]",
        live: Live::Anew,
        get: Getter::Arm(|arm| match &arm.start {
            InitialState::Given(layers) => Some(Value::Layers(weights(layers))),
            InitialState::Random(_) => None,
        }),
    },
    KeySpec {
        section: Section::Network,
        name: "biases",
        short: None,
        kind: ValueKind::Rows,
        doc: "the exact initial biases: [layer][neuron]",
        live: Live::Anew,
        get: Getter::Arm(|arm| match &arm.start {
            InitialState::Given(layers) => {
                Some(Value::Rows(layers.iter().map(|(_, biases)| biases.to_vec()).collect()))
            }
            InitialState::Random(_) => None,
        }),
    },
    KeySpec {
        section: Section::Training,
        name: "epochs",
        short: Some("epochs"),
        kind: ValueKind::Whole(1..=MOST_EPOCHS),
        doc: "number of epochs to train",
        live: Live::Now(|altered| ScenarioEdit::Epochs(altered.after.training.epochs)),
        get: Getter::Scenario(|s| Some(Value::Whole(s.training.epochs))),
    },
    KeySpec {
        section: Section::Training,
        name: "batch",
        short: Some("batch"),
        kind: ValueKind::Whole(1..=MOST_EXAMPLES as u64),
        doc: "number of examples in a mini-batch",
        live: Live::Anew,
        get: Getter::Scenario(|s| Some(whole(s.training.batch))),
    },
    KeySpec {
        section: Section::Training,
        name: "eta",
        short: Some("eta"),
        kind: ValueKind::Number { words: "above 0", allows: |eta| eta > 0.0 },
        doc: "learning rate",
        live: Live::Now(etas),
        get: Getter::Arm(|arm| Some(Value::Number(arm.eta))),
    },
    KeySpec {
        section: Section::Training,
        name: "shuffle",
        short: None,
        kind: ValueKind::Truth,
        doc: "whether each epoch has a new order",
        live: Live::Anew,
        get: Getter::Scenario(|s| (!s.training.shuffle).then_some(Value::Truth(false))),
    },
    KeySpec {
        section: Section::Training,
        name: "lambda",
        short: None,
        kind: ValueKind::Number { words: "from 0", allows: |lambda| lambda >= 0.0 },
        doc: "strength of L2 regularisation",
        live: Live::Anew,
        get: Getter::Arm(|arm| Some(arm.lambda).filter(|l| *l != 0.0).map(Value::Number)),
    },
    KeySpec {
        section: Section::Training,
        name: "pace",
        short: Some("pace"),
        kind: ValueKind::NumberOr { word: "max", range: 0.001..=1_000_000.0 },
        doc: "epochs to train per second in the dashboard",
        live: Live::Now(|altered| ScenarioEdit::Pace(altered.after.training.pace)),
        get: Getter::Scenario(|s| {
            Some(match s.training.pace {
                Pace::Epochs(pace) => Value::Number(pace),
                Pace::Max => Value::Word("max"),
            })
        }),
    },
    KeySpec {
        section: Section::Training,
        name: "evaluate",
        short: Some("evaluate"),
        kind: ValueKind::Whole(0..=MOST_EPOCHS),
        doc: "number of epochs between evaluations; 0 evaluates only at the start and the end",
        live: Live::Now(|altered| ScenarioEdit::Evaluate(altered.after.training.evaluate)),
        get: Getter::Scenario(|s| Some(Value::Whole(s.training.evaluate))),
    },
];

/// Returns a value of the options of a table, if the data are one.
fn of_table(scenario: &Scenario, get: fn(&TableOptions) -> Option<Value>) -> Option<Value> {
    match &scenario.data {
        DataSpec::Csv { options, .. } | DataSpec::Arrays { options, .. } => get(options),
        _ => None,
    }
}

fn columns(names: &[ColumnName]) -> Option<Value> {
    (!names.is_empty()).then(|| Value::Columns(names.to_vec()))
}

fn whole(count: usize) -> Value {
    Value::Whole(count as u64)
}

fn weights(layers: &InitialLayers) -> Vec<Vec<Vec<f64>>> {
    let rows = |weights: &ndarray::Array2<f64>| weights.outer_iter().map(|r| r.to_vec()).collect();
    layers.iter().map(|(weights, _)| rows(weights)).collect()
}
