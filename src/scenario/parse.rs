//! Builds a [`Scenario`] from the written values.

use ndarray::{Array1, Array2};
use toml::Table;

use crate::data::{ArrayNames, Missing, Scale, TableOptions, TestSize, is_array_file};
use crate::nn::{Activation, Cost, Init, LARGEST_TYPED_WEIGHT, Output, Precision};
use crate::scenario::data_kind::DataKind;
use crate::scenario::draft::{Draft, WrittenValues};
use crate::scenario::error::{KeyError, KeyPath};
use crate::scenario::keys::{Section, keys_in};
use crate::scenario::parsed_arm::ParsedArm;
use crate::scenario::source::ScenarioSource;
use crate::scenario::spec::{
    ArmSpec, DataSpec, ImageSpec, InitialLayers, InitialState, Scenario, TrainingSpec,
};
use crate::scenario::validate;
use crate::scenario::value::{NumberRows, Value};
use crate::scenario::words::either;
use crate::telemetry::Pace;
use crate::text::{counted, readable};

/// Reads a scenario from its table.
pub(super) fn scenario(root: &Table, origin: &str) -> Result<Scenario, KeyError> {
    let mut draft = Draft::read(root)?;
    let data = data(&mut draft.data)?;
    let base = ArmDefaults::read(&mut draft.network, &mut draft.training)?;
    let mut arms = Vec::new();
    for written in &mut draft.arms {
        arms.push(arm(written, &base)?);
    }
    let root = &mut draft.root;
    let read = Scenario {
        name: origin.to_owned(),
        title: root.text("title").unwrap_or_else(|| stem(origin).to_owned()),
        summary: root.text("summary").unwrap_or_default(),
        seed: root.whole("seed").unwrap_or(1),
        precision: root
            .choice("precision", [Precision::F32, Precision::F64], Precision::name)
            .unwrap_or_default(),
        data,
        training: training(&mut draft.training)?,
        arms: arms.iter().map(|arm| arm.spec.clone()).collect(),
        source: ScenarioSource::default(),
    };
    validate::check(&read, &arms)?;
    Ok(read)
}

fn training(written: &mut WrittenValues) -> Result<TrainingSpec, KeyError> {
    let whole = |written: &mut WrittenValues, name: &str| {
        let number = written.whole(name);
        let expected = "it is required: a whole number from 1 would do";
        number.ok_or_else(|| written.missing(name, expected))
    };
    Ok(TrainingSpec {
        epochs: whole(written, "epochs")?,
        batch: whole(written, "batch")? as usize,
        shuffle: written.boolean("shuffle").unwrap_or(true),
        pace: written.number("pace").map_or(Pace::Max, Pace::Epochs),
        evaluate: written.whole("evaluate").unwrap_or(1),
    })
}

fn data(written: &mut WrittenValues) -> Result<DataSpec, KeyError> {
    let kind = written.choice("kind", DataKind::all(), DataKind::name).ok_or_else(|| {
        let names: Vec<String> = DataKind::all().map(|k| format!("\"{}\"", k.name())).collect();
        written.missing("kind", &format!("it is required: {} would do", either(&names)))
    })?;
    reject_foreign_keys(written, kind)?;
    let (train, test_size) = (written.examples("train"), test_size(written));
    let has_share = matches!(kind, DataKind::Csv | DataKind::Arrays);
    let test = match test_size {
        Some(TestSize::Share(share)) if !has_share => {
            let found = format!("found {share}");
            return Err(written.refuse("test", &found, "a whole number would do"));
        }
        Some(TestSize::Count(test)) => Some(test),
        _ => None,
    };
    let path = written.text("path");
    let pictures = |path| ImageSpec { path, train, test };
    Ok(match kind {
        DataKind::Table => table(written)?,
        DataKind::Planar(set) => DataSpec::Planar {
            set,
            train: train.unwrap_or(500),
            test: test.unwrap_or(500),
            noise: written.number("noise").unwrap_or(0.0),
        },
        DataKind::Digits => DataSpec::Digits(pictures(path)),
        DataKind::Mnist => DataSpec::Mnist(pictures(path)),
        DataKind::Csv => DataSpec::Csv {
            path: csv_path(written, path)?,
            options: table_options(written, train, test_size.unwrap_or_default()),
        },
        DataKind::Arrays => DataSpec::Arrays {
            path: path.ok_or_else(|| {
                written.missing("path", "it is required: the path of a .npz or .npy file would do")
            })?,
            names: ArrayNames {
                inputs: array_name(written, "inputs")?,
                targets: array_name(written, "targets")?,
                has_test_size: test_size.is_some(),
            },
            options: table_options(written, train, test_size.unwrap_or_default()),
        },
    })
}

/// Returns the path of a table of text.
fn csv_path(written: &WrittenValues, path: Option<String>) -> Result<String, KeyError> {
    let path = path.ok_or_else(|| {
        written.missing("path", "it is required: the path of a csv file would do")
    })?;
    if is_array_file(&path) {
        let found = "found \"csv\" for a file of arrays";
        return Err(written.refuse("kind", found, "kind = \"arrays\" would do"));
    }
    Ok(path)
}

/// Reads the name of an array.
fn array_name(written: &mut WrittenValues, key: &str) -> Result<Option<String>, KeyError> {
    match written.take(key) {
        None => Ok(None),
        Some(Value::Text(name)) => Ok(Some(name)),
        Some(_) => {
            Err(written.refuse(key, "found rows of numbers", "the name of an array would do"))
        }
    }
}

/// Reads how many test examples there are.
fn test_size(written: &mut WrittenValues) -> Option<TestSize> {
    written.take("test").and_then(|value| match value {
        Value::Whole(count) => Some(TestSize::Count(count as usize)),
        Value::Number(share) => Some(TestSize::Share(share)),
        _ => None,
    })
}

/// Reads how a table is to be read.
fn table_options(
    written: &mut WrittenValues,
    train: Option<usize>,
    test: TestSize,
) -> TableOptions {
    TableOptions {
        target: written.columns("target"),
        drop: written.columns("drop"),
        header: written.boolean("header"),
        scale: written.choice("scale", Scale::ALL, Scale::name).unwrap_or_default(),
        scaling: None,
        missing: written.choice("missing", Missing::ALL, Missing::name).unwrap_or_default(),
        shuffle: written.boolean("shuffle").unwrap_or(true),
        train,
        test,
    }
}

/// Refuses keys that belong to another kind of data.
fn reject_foreign_keys(written: &WrittenValues, kind: DataKind) -> Result<(), KeyError> {
    let (allowed, name) = (kind.keys(), kind.name());
    let is_strange = |key: &&str| *key != "kind" && written.has(key) && !allowed.contains(key);
    let unknown = keys_in(Section::Data).map(|key| key.name).find(is_strange);
    unknown.map_or(Ok(()), |key| {
        let found = format!("data of kind \"{name}\" has no {key}");
        let expected = format!("its keys are kind, {}", allowed.join(", "));
        Err(written.refuse(key, &found, &expected).of_key())
    })
}

fn table(written: &mut WrittenValues) -> Result<DataSpec, KeyError> {
    let rows = |written: &mut WrittenValues, key: &str| {
        if written.is_text(key) {
            let found = "found a text in data of kind \"table\"";
            return Err(written.refuse(key, found, "a list of rows would do"));
        }
        let rows = written.rows(key);
        rows.ok_or_else(|| written.missing(key, "it is required: a list of rows would do"))
    };
    let inputs = rows(written, "inputs")?;
    let targets = rows(written, "targets")?;
    if inputs.is_empty() {
        return Err(written.refuse("inputs", "found no row", "a row for each example would do"));
    }
    if targets.len() != inputs.len() {
        let found = format!(
            "found {} for {} of inputs",
            counted(targets.len(), "row"),
            counted(inputs.len(), "row")
        );
        return Err(written.refuse("targets", &found, "a row for each row of inputs would do"));
    }
    for (key, rows) in [("inputs", &inputs), ("targets", &targets)] {
        let width = rows.first().map_or(0, Vec::len);
        let uneven = rows.iter().position(|row| row.len() != width || row.is_empty());
        if let Some(i) = uneven {
            let found = format!("found {}", counted(rows[i].len(), "number"));
            let expected = format!("{} as in the first row would do", width.max(1));
            return Err(written.key_path.key(key).index(i).refuse(found, expected));
        }
    }
    Ok(DataSpec::Table { inputs, targets })
}

/// Returns the name of a scenario from the path of its file.
fn stem(origin: &str) -> &str {
    let file = origin.rsplit(['/', '\\']).next().unwrap_or(origin);
    file.strip_suffix(".toml").unwrap_or(file)
}

/// Weights and biases as written, and the path of their table.
struct WeightRows {
    weights: Vec<NumberRows>,
    biases: NumberRows,
    key_path: KeyPath,
}

/// The sizes of the layers, as written.
#[derive(Clone)]
struct WrittenSizes {
    sizes: Vec<usize>,
    /// The path of the key that set them.
    key_path: KeyPath,
}

/// The keys that an arm can override.
struct ArmKeys {
    layers: Option<WrittenSizes>,
    hidden: Option<Activation>,
    output: Option<Output>,
    init: Option<Init>,
    given: Option<WeightRows>,
    eta: Option<f64>,
    lambda: Option<f64>,
}

impl ArmKeys {
    /// Reads the values from a table with the keys of a network and, unless it is the same table, one with
    /// the keys of training.
    fn read(network: &mut WrittenValues, training: Option<&mut WrittenValues>) -> Self {
        let key_path = network.key_path.clone();
        let given = network.layers("weights").zip(network.rows("biases"));
        let mut part = Self {
            layers: network
                .sizes("layers")
                .map(|sizes| WrittenSizes { sizes, key_path: key_path.key("layers") }),
            hidden: network.choice("hidden", Activation::ALL, Activation::name),
            output: network.choice("output", Output::ALL, Output::name),
            init: network.choice("init", Init::ALL, Init::name),
            given: given.map(|(weights, biases)| WeightRows { weights, biases, key_path }),
            eta: None,
            lambda: None,
        };
        let training = training.unwrap_or(network);
        part.eta = training.number("eta");
        part.lambda = training.number("lambda");
        part
    }
}

/// The values for every arm that does not override them.
struct ArmDefaults {
    layers: WrittenSizes,
    eta: f64,
    part: ArmKeys,
}

impl ArmDefaults {
    /// Reads the defaults from `[network]` and `[training]`.
    fn read(network: &mut WrittenValues, training: &mut WrittenValues) -> Result<Self, KeyError> {
        let mut part = ArmKeys::read(network, Some(training));
        let layers = part.layers.take().ok_or_else(|| {
            network.missing("layers", "it is required: sizes, input first, would do, as [2, 3, 1]")
        })?;
        let eta = part
            .eta
            .take()
            .ok_or_else(|| training.missing("eta", "it is required: a number above 0 would do"))?;
        Ok(Self { layers, eta, part })
    }
}

/// Reads an arm; missing values are those of `base`.
fn arm(written: &mut WrittenValues, base: &ArmDefaults) -> Result<ParsedArm, KeyError> {
    let name = written.text("name").unwrap_or_default();
    let cost = written.choice("cost", Cost::ALL, Cost::name).ok_or_else(|| {
        let names = either(&Cost::ALL.map(|c| format!("\"{}\"", c.name())));
        written.missing("cost", &format!("it is required: {names} would do"))
    })?;
    let own = ArmKeys::read(written, None);
    let start = start(&own, base)?;
    let layers = own.layers.unwrap_or_else(|| base.layers.clone());
    let spec = ArmSpec {
        name,
        cost,
        layers: layers.sizes,
        hidden: own.hidden.or(base.part.hidden).unwrap_or_default(),
        output: own.output.or(base.part.output).unwrap_or_default(),
        start,
        eta: own.eta.unwrap_or(base.eta),
        lambda: own.lambda.or(base.part.lambda).unwrap_or(0.0),
    };
    Ok(ParsedArm { spec, key_path: written.key_path.clone(), layers: layers.key_path })
}

/// Returns the start of an arm: its own if given, else the common one.
fn start(own: &ArmKeys, base: &ArmDefaults) -> Result<InitialState, KeyError> {
    let layers = own.layers.as_ref().unwrap_or(&base.layers);
    match (own.init, &own.given, base.part.init, &base.part.given) {
        (Some(init), ..) | (None, None, Some(init), _) => Ok(InitialState::Random(init)),
        (None, Some(given), ..) | (None, None, None, Some(given)) => {
            shaped(given, &layers.sizes).map(InitialState::Given)
        }
        (None, None, None, None) => Ok(InitialState::Random(Init::Scaled)),
    }
}

/// Returns the given weights and biases as arrays, if they fit the sizes.
fn shaped(given: &WeightRows, sizes: &[usize]) -> Result<InitialLayers, KeyError> {
    let WeightRows { weights, biases, key_path } = given;
    let layers = sizes.len().saturating_sub(1);
    let (weights_path, biases_path) = (key_path.key("weights"), key_path.key("biases"));
    let counts = [(weights.len(), &weights_path), (biases.len(), &biases_path)];
    if let Some((found, key_path)) = counts.iter().find(|(count, _)| *count != layers) {
        let expected = format!(
            "{layers} for the layers {sizes:?} would do, or init = \"scaled\" in their place"
        );
        return Err(key_path.refuse(format!("found {}", counted(*found, "layer")), expected));
    }
    let mut shaped = Vec::with_capacity(layers);
    for (l, (weights, biases)) in weights.iter().zip(biases).enumerate() {
        let shape = (sizes[l + 1], sizes[l]);
        let weights = matrix(weights, shape, &weights_path.index(l))?;
        let biases = row(biases, shape.0, &biases_path.index(l))?;
        shaped.push((weights, Array1::from(biases)));
    }
    Ok(shaped)
}

fn matrix(
    rows: &NumberRows,
    (neurons, inputs): (usize, usize),
    key_path: &KeyPath,
) -> Result<Array2<f64>, KeyError> {
    if rows.len() != neurons {
        let expected = format!("{neurons} would do, one for each neuron of the layer");
        return Err(key_path.refuse(format!("found {}", counted(rows.len(), "row")), expected));
    }
    let mut all = Vec::with_capacity(neurons * inputs);
    for (j, values) in rows.iter().enumerate() {
        all.extend(row(values, inputs, &key_path.index(j))?);
    }
    let shape = format!("found {}", counted(all.len(), "number"));
    Array2::from_shape_vec((neurons, inputs), all).map_err(|_| key_path.refuse(shape, ""))
}

fn row(values: &[f64], wanted: usize, key_path: &KeyPath) -> Result<Vec<f64>, KeyError> {
    if values.len() != wanted {
        let found = format!("found {}", counted(values.len(), "number"));
        return Err(key_path.refuse(found, format!("{wanted} would do")));
    }
    let beyond = values.iter().position(|value| value.abs() > LARGEST_TYPED_WEIGHT);
    beyond.map_or(Ok(values.to_vec()), |i| {
        let found = format!("found {}", readable(values[i]));
        Err(key_path.index(i).refuse(found, "a number from −10⁶ to 10⁶ would do"))
    })
}
