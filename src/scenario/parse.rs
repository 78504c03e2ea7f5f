//! Makes a [`Scenario`] of the values that are written.

use ndarray::{Array1, Array2};
use toml::Table;

use crate::nn::{Activation, Cost, Init, LARGEST_WEIGHT, Output, Precision};
use crate::scenario::data_kind::DataKind;
use crate::scenario::draft::{Draft, Written};
use crate::scenario::fit;
use crate::scenario::keys::{Section, keys_in};
use crate::scenario::refusal::{Refusal, Spot};
use crate::scenario::spec::{
    ArmSpec, DataSpec, GivenLayers, Pictures, Said, Scenario, Start, Training,
};
use crate::scenario::value::Rows;
use crate::scenario::words::{count, either};
use crate::telemetry::Pace;
use crate::text::readable;

/// Reads a scenario from its table.
pub(super) fn scenario(root: &Table, origin: &str) -> Result<Scenario, Refusal> {
    let mut draft = Draft::read(root)?;
    let data = data(&mut draft.data)?;
    let base = Base::read(&mut draft.network, &mut draft.training)?;
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
        said: Said::default(),
    };
    fit::check(&read, &arms)?;
    Ok(read)
}

fn training(written: &mut Written) -> Result<Training, Refusal> {
    let whole = |written: &mut Written, name: &str| {
        let number = written.whole(name);
        let would_do = "it is required: a whole number from 1 would do";
        number.ok_or_else(|| written.missing(name, would_do))
    };
    Ok(Training {
        epochs: whole(written, "epochs")?,
        batch: whole(written, "batch")? as usize,
        shuffle: written.truth("shuffle").unwrap_or(true),
        pace: written.number("pace").map_or(Pace::Max, Pace::Epochs),
        evaluate: written.whole("evaluate").unwrap_or(1),
    })
}

fn data(written: &mut Written) -> Result<DataSpec, Refusal> {
    let kind = written.choice("kind", DataKind::all(), DataKind::name).ok_or_else(|| {
        let names: Vec<String> = DataKind::all().map(|k| format!("\"{}\"", k.name())).collect();
        written.missing("kind", &format!("it is required: {} would do", either(&names)))
    })?;
    refuse_strangers(written, kind)?;
    let (train, test) = (written.examples("train"), written.examples("test"));
    let path = written.text("path");
    let pictures = |path| Pictures { path, train, test };
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
            path: path.ok_or_else(|| {
                written.missing("path", "it is required: the path of a csv file would do")
            })?,
            train,
            test: test.unwrap_or(0),
        },
    })
}

/// Refuses what belongs to another kind of data.
fn refuse_strangers(written: &Written, kind: DataKind) -> Result<(), Refusal> {
    let (allowed, name) = (kind.keys(), kind.name());
    let is_strange = |key: &&str| *key != "kind" && written.has(key) && !allowed.contains(key);
    let stranger = keys_in(Section::Data).map(|key| key.name).find(is_strange);
    stranger.map_or(Ok(()), |key| {
        let found = format!("data of kind \"{name}\" has no {key}");
        let would_do = format!("its keys are kind, {}", allowed.join(", "));
        Err(written.refuse(key, &found, &would_do).of_key())
    })
}

fn table(written: &mut Written) -> Result<DataSpec, Refusal> {
    let rows = |written: &mut Written, key: &str| {
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
            count(targets.len(), "row"),
            count(inputs.len(), "row")
        );
        return Err(written.refuse("targets", &found, "a row for each row of inputs would do"));
    }
    for (key, rows) in [("inputs", &inputs), ("targets", &targets)] {
        let width = rows.first().map_or(0, Vec::len);
        let uneven = rows.iter().position(|row| row.len() != width || row.is_empty());
        if let Some(i) = uneven {
            let found = format!("found {}", count(rows[i].len(), "number"));
            let would_do = format!("{} as in the first row would do", width.max(1));
            return Err(written.spot.key(key).index(i).refuse(found, would_do));
        }
    }
    Ok(DataSpec::Table { inputs, targets })
}

/// Returns the name of a scenario from the path of its file.
fn stem(origin: &str) -> &str {
    let file = origin.rsplit(['/', '\\']).next().unwrap_or(origin);
    file.strip_suffix(".toml").unwrap_or(file)
}

/// Weights and biases as written, and the table they stand in.
struct GivenRows {
    weights: Vec<Rows>,
    biases: Rows,
    spot: Spot,
}

/// What an arm may say for itself.
struct Part {
    /// With the place where they were said.
    layers: Option<(Vec<usize>, Spot)>,
    hidden: Option<Activation>,
    output: Option<Output>,
    init: Option<Init>,
    given: Option<GivenRows>,
    eta: Option<f64>,
    lambda: Option<f64>,
}

impl Part {
    /// Takes it from a table that holds the keys of a network and those of its training, if it is not
    /// another.
    fn take(network: &mut Written, training: Option<&mut Written>) -> Self {
        let spot = network.spot.clone();
        let given = network.layers("weights").zip(network.rows("biases"));
        let mut part = Self {
            layers: network.sizes("layers").map(|sizes| (sizes, spot.key("layers"))),
            hidden: network.choice("hidden", Activation::ALL, Activation::name),
            output: network.choice("output", Output::ALL, Output::name),
            init: network.choice("init", Init::ALL, Init::name),
            given: given.map(|(weights, biases)| GivenRows { weights, biases, spot }),
            eta: None,
            lambda: None,
        };
        let training = training.unwrap_or(network);
        part.eta = training.number("eta");
        part.lambda = training.number("lambda");
        part
    }
}

/// What holds for every arm that does not say otherwise.
struct Base {
    layers: (Vec<usize>, Spot),
    eta: f64,
    part: Part,
}

impl Base {
    /// Reads it from `[network]` and `[training]`.
    fn read(network: &mut Written, training: &mut Written) -> Result<Self, Refusal> {
        let mut part = Part::take(network, Some(training));
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

/// An arm and where its parts were said, for what is checked across keys.
pub(super) struct ArmRead {
    pub(super) spec: ArmSpec,
    /// The arm's own table.
    pub(super) spot: Spot,
    /// Where its layers were said.
    pub(super) layers: Spot,
}

/// Reads an arm; what it does not say is as in `base`.
fn arm(written: &mut Written, base: &Base) -> Result<ArmRead, Refusal> {
    let name = written.text("name").unwrap_or_default();
    let cost = written.choice("cost", Cost::ALL, Cost::name).ok_or_else(|| {
        let names = either(&Cost::ALL.map(|c| format!("\"{}\"", c.name())));
        written.missing("cost", &format!("it is required: {names} would do"))
    })?;
    let own = Part::take(written, None);
    let start = start(&own, base)?;
    let (layers, layers_spot) = own.layers.unwrap_or_else(|| base.layers.clone());
    let spec = ArmSpec {
        name,
        cost,
        layers,
        hidden: own.hidden.or(base.part.hidden).unwrap_or_default(),
        output: own.output.or(base.part.output).unwrap_or_default(),
        start,
        eta: own.eta.unwrap_or(base.eta),
        lambda: own.lambda.or(base.part.lambda).unwrap_or(0.0),
    };
    Ok(ArmRead { spec, spot: written.spot.clone(), layers: layers_spot })
}

/// The start of an arm: its own word, then that of all.
fn start(own: &Part, base: &Base) -> Result<Start, Refusal> {
    let (layers, _) = own.layers.as_ref().unwrap_or(&base.layers);
    match (own.init, &own.given, base.part.init, &base.part.given) {
        (Some(init), ..) | (None, None, Some(init), _) => Ok(Start::Drawn(init)),
        (None, Some(given), ..) | (None, None, None, Some(given)) => {
            shaped(given, layers).map(Start::Given)
        }
        (None, None, None, None) => Ok(Start::Drawn(Init::Scaled)),
    }
}

/// Given weights and biases as arrays, where they fit the sizes.
fn shaped(given: &GivenRows, sizes: &[usize]) -> Result<GivenLayers, Refusal> {
    let GivenRows { weights, biases, spot } = given;
    let layers = sizes.len().saturating_sub(1);
    let (weights_spot, biases_spot) = (spot.key("weights"), spot.key("biases"));
    let counts = [(weights.len(), &weights_spot), (biases.len(), &biases_spot)];
    if let Some((found, spot)) = counts.iter().find(|(count, _)| *count != layers) {
        let would_do = format!(
            "{layers} for the layers {sizes:?} would do, or init = \"scaled\" in their place"
        );
        return Err(spot.refuse(format!("found {}", count(*found, "layer")), would_do));
    }
    let mut shaped = Vec::with_capacity(layers);
    for (l, (weights, biases)) in weights.iter().zip(biases).enumerate() {
        let shape = (sizes[l + 1], sizes[l]);
        let weights = matrix(weights, shape, &weights_spot.index(l))?;
        let biases = row(biases, shape.0, &biases_spot.index(l))?;
        shaped.push((weights, Array1::from(biases)));
    }
    Ok(shaped)
}

fn matrix(
    rows: &Rows,
    (neurons, inputs): (usize, usize),
    spot: &Spot,
) -> Result<Array2<f64>, Refusal> {
    if rows.len() != neurons {
        let would_do = format!("{neurons} would do, one for each neuron of the layer");
        return Err(spot.refuse(format!("found {}", count(rows.len(), "row")), would_do));
    }
    let mut all = Vec::with_capacity(neurons * inputs);
    for (j, values) in rows.iter().enumerate() {
        all.extend(row(values, inputs, &spot.index(j))?);
    }
    let shape = format!("found {}", count(all.len(), "number"));
    Array2::from_shape_vec((neurons, inputs), all).map_err(|_| spot.refuse(shape, ""))
}

fn row(values: &[f64], wanted: usize, spot: &Spot) -> Result<Vec<f64>, Refusal> {
    if values.len() != wanted {
        let found = format!("found {}", count(values.len(), "number"));
        return Err(spot.refuse(found, format!("{wanted} would do")));
    }
    let beyond = values.iter().position(|value| value.abs() > LARGEST_WEIGHT);
    beyond.map_or(Ok(values.to_vec()), |i| {
        let found = format!("found {}", readable(values[i]));
        Err(spot.index(i).refuse(found, "a number from −10⁶ to 10⁶ would do"))
    })
}
