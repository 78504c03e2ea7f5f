//! Reads one arm of a scenario: what it says itself, over what holds for all.

use ndarray::{Array1, Array2};

use crate::nn::{Activation, Cost, Init, LARGEST_WEIGHT, Output};
use crate::scenario::refusal::{Refusal, Spot};
use crate::scenario::spec::{ArmSpec, GivenLayers, Start};
use crate::scenario::table::{Keys, count, either};
use crate::text::readable;

const ARM_KEYS: &[&str] =
    &["name", "cost", "layers", "hidden", "output", "init", "weights", "biases", "eta", "lambda"];

/// The most neurons of a layer.
const MOST_NEURONS: u64 = 1_000_000;

/// The most sizes of layers, of which each takes a place on the screens and a loop in each step.
const MOST_LAYERS: usize = 1000;

type Rows = Vec<Vec<f64>>;

/// Weights and biases as written, and the table they stand in.
type GivenRows = (Vec<Rows>, Rows, Spot);

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
    /// Reads it from the tables that hold the keys of a network and of its training.
    fn read(network: &Keys<'_>, training: &Keys<'_>) -> Result<Self, Refusal> {
        let layers = network.wholes("layers", &(1..=MOST_NEURONS))?;
        if let Some(sizes) = layers.as_ref().filter(|sizes| sizes.len() < 2) {
            let would_do = "at least two sizes, input first, would do";
            return Err(network.refuse("layers", &format!("found {sizes:?}"), would_do));
        }
        if let Some(sizes) = layers.as_ref().filter(|sizes| sizes.len() > MOST_LAYERS) {
            let found = format!("found {} sizes", sizes.len());
            return Err(network.refuse("layers", &found, "at most 1000 would do"));
        }
        Ok(Self {
            layers: layers.map(|sizes| {
                (sizes.iter().map(|n| *n as usize).collect(), network.spot.key("layers"))
            }),
            hidden: network.choice("hidden", &Activation::ALL.map(|a| (a.name(), a)))?,
            output: network.choice("output", &Output::ALL.map(|o| (o.name(), o)))?,
            init: network.choice("init", &Init::ALL.map(|i| (i.name(), i)))?,
            given: given(network)?,
            eta: training.number("eta", "a number above 0", |eta| eta > 0.0)?,
            lambda: training.number("lambda", "a number from 0", |lambda| lambda >= 0.0)?,
        })
    }
}

/// Reads the weights and biases of a start, both or neither.
fn given(keys: &Keys<'_>) -> Result<Option<GivenRows>, Refusal> {
    let (weights, biases) = (keys.layers_of_rows("weights")?, keys.rows("biases")?);
    if keys.has("init") && (weights.is_some() || biases.is_some()) {
        let found = "there are given weights and biases besides";
        return Err(keys.refuse("init", found, "one of both would do").of_key());
    }
    match (weights, biases) {
        (None, None) => Ok(None),
        (Some(weights), Some(biases)) => Ok(Some((weights, biases, keys.spot.clone()))),
        (Some(_), None) => Err(keys.missing("biases", "weights are given, so they must be too")),
        (None, Some(_)) => Err(keys.missing("weights", "biases are given, so they must be too")),
    }
}

/// What holds for every arm that does not say otherwise.
pub(super) struct Base {
    layers: (Vec<usize>, Spot),
    eta: f64,
    part: Part,
}

impl Base {
    /// Reads it from `[network]` and `[training]`.
    pub(super) fn read(network: &Keys<'_>, training: &Keys<'_>) -> Result<Self, Refusal> {
        let mut part = Part::read(network, training)?;
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
pub(super) fn arm(keys: &Keys<'_>, base: &Base) -> Result<ArmRead, Refusal> {
    const LETTERS: &str = "small letters, digits and - would do";
    let required = format!("it is required: {LETTERS}");
    let name = keys.text("name")?.ok_or_else(|| keys.missing("name", &required))?;
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(letter) {
        return Err(keys.refuse("name", &format!("found \"{name}\""), LETTERS));
    }
    let keys = keys.called(format!("arm.{name}"));
    keys.only(ARM_KEYS)?;
    let cost = keys.choice("cost", &Cost::ALL.map(|c| (c.name(), c)))?.ok_or_else(|| {
        let names = either(&Cost::ALL.map(|c| format!("\"{}\"", c.name())));
        keys.missing("cost", &format!("it is required: {names} would do"))
    })?;
    let own = Part::read(&keys, &keys)?;
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
    Ok(ArmRead { spec, spot: keys.spot, layers: layers_spot })
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
fn shaped((weights, biases, spot): &GivenRows, sizes: &[usize]) -> Result<GivenLayers, Refusal> {
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
