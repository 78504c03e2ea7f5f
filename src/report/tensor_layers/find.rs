//! Finds the layers of a network among the tensors of a file, whichever program named them.
//!
//! `PyTorch` writes `0.weight`, `net.2.bias`, `_orig_mod.fc1.weight`, JAX and Keras write `params/Dense_0/kernel`,
//! and numpy scripts write `W1` and `b1`. A weight and a bias belong together if their names are equal but for
//! the word that tells them apart. The layers are in the natural order of their names, numbers as numbers.
//!
//! `PyTorch` stores a matrix as [neurons, inputs], JAX, Keras and burn as [inputs, neurons]. The sizes decide:
//! each bias has as many numbers as its layer has neurons, and each layer has as many inputs as the one before
//! has neurons. If both shapes fit, all matrices being square, `kernel` means [inputs, neurons], as JAX and
//! Keras have it, and any other name [neurons, inputs].

use std::collections::{BTreeMap, BTreeSet};

use crate::report::ModelError;
use crate::report::model::{MOST_LAYERS, NAME_SHOWN};
use crate::report::tensor_layers::names::{LayerKey, Role, tensor_role};
use crate::text::{excerpt, excerpt_of};

/// The name of our own first tensor, for the error that a file has none.
const FIRST_WEIGHT: &str = "layers.0.weight";

/// The most layers that are put in another order than that of their names. Eight have 40 320 orders.
const MOST_REORDERED: usize = 8;

/// The order of the two sizes of a weight tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Layout {
    /// [neurons, inputs], as here and in `PyTorch`.
    NeuronsFirst,
    /// [inputs, neurons], as in JAX, Keras and burn.
    InputsFirst,
}

/// Both layouts, the usual one first.
const LAYOUTS: [Layout; 2] = [Layout::NeuronsFirst, Layout::InputsFirst];

/// The layers found in a file.
#[derive(Debug)]
pub(in crate::report) struct FoundLayers {
    /// The layers from input to output.
    pub(in crate::report) layers: Vec<LayerTensors>,
    /// The layer sizes, input first.
    pub(in crate::report) sizes: Vec<usize>,
    pub(in crate::report) layout: Layout,
    /// Whether the other layout, which gives another network, fits the sizes too.
    pub(in crate::report) is_ambiguous: bool,
    /// Whether the order of the layers is not that of their names.
    pub(in crate::report) is_reordered: bool,
    /// The names of the tensors that belong to no layer, in their natural order.
    pub(in crate::report) left_out: Vec<String>,
}

/// The names of the two tensors of a layer.
#[derive(Debug)]
pub(in crate::report) struct LayerTensors {
    pub(in crate::report) weight: String,
    pub(in crate::report) bias: String,
}

/// A layer with the shapes of its tensors.
struct Candidate {
    names: LayerTensors,
    /// The two sizes of the weight tensor.
    shape: [usize; 2],
    /// The number of biases.
    biases: usize,
    is_kernel: bool,
}

impl Candidate {
    /// Returns the numbers of inputs and neurons.
    fn sizes(&self, layout: Layout) -> (usize, usize) {
        match layout {
            Layout::NeuronsFirst => (self.shape[1], self.shape[0]),
            Layout::InputsFirst => (self.shape[0], self.shape[1]),
        }
    }
}

/// A tensor by its name and shape.
pub(in crate::report) type NamedShape<'a> = (String, &'a [usize]);

/// Finds the layers of a network among tensors.
///
/// # Errors
/// If the tensors form no network; the error names one of them.
pub(in crate::report) fn find_layers<'a>(
    tensors: impl IntoIterator<Item = NamedShape<'a>>,
) -> Result<FoundLayers, ModelError> {
    let mut pairs: BTreeMap<LayerKey, [Option<NamedShape<'a>>; 2]> = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    for (name, shape) in tensors {
        let Some((key, role)) = tensor_role(&name) else {
            left_out.insert(LayerKey::new(&name));
            continue;
        };
        let place = &mut pairs.entry(key).or_default()[role as usize];
        if let Some((other, _)) = place.replace((name, shape)) {
            let again = place.as_ref().map_or("", |(name, _)| name);
            return Err(ModelError::field(
                again,
                "one of two",
                format!("it or `{}` only", excerpt(&other, NAME_SHOWN)),
            ));
        }
    }
    let left_out: Vec<String> = left_out.into_iter().map(LayerKey::into_name).collect();
    if pairs.is_empty() {
        return Err(no_layer(&left_out));
    }
    if pairs.len() > MOST_LAYERS {
        let found = format!("in a file of {} layers", pairs.len());
        let (_, [weight, bias]) = pairs.pop_last().expect("there is a layer");
        let name = weight.or(bias).map_or_else(String::new, |(name, _)| name);
        return Err(ModelError::field(name, found, format!("{MOST_LAYERS} at most")));
    }
    let layers = pairs.into_iter().map(|(key, pair)| candidate(&key, pair));
    let mut layers: Vec<Candidate> = layers.collect::<Result<_, _>>()?;
    let (found, is_reordered) = match layout(&layers) {
        Ok(found) => (found, false),
        Err(refusal) => {
            let order = only_order(&layers).ok_or(refusal)?;
            layers = reordered(layers, &order);
            (layout(&layers)?, true)
        }
    };
    let layers = layers.into_iter().map(|layer| layer.names).collect();
    let FoundLayout { layout, sizes, is_ambiguous } = found;
    Ok(FoundLayers { layers, sizes, layout, is_ambiguous, is_reordered, left_out })
}

/// Returns a layer, if its tensors are a matrix and a list.
fn candidate(
    key: &LayerKey,
    [weight, bias]: [Option<NamedShape<'_>>; 2],
) -> Result<Candidate, ModelError> {
    let ((weight, shape), (bias, bias_shape)) = match (weight, bias) {
        (Some(weight), Some(bias)) => (weight, bias),
        (Some((weight, _)), None) => return Err(missing(&key.partner(&weight, Role::Bias))),
        (None, bias) => {
            let bias = bias.map_or_else(String::new, |(name, _)| name);
            return Err(missing(&key.partner(&bias, Role::Weight)));
        }
    };
    let [first, second] = *shape else {
        let expected = "the shape [neurons, inputs]";
        return Err(ModelError::field(weight, shaped(shape), expected));
    };
    if first == 0 || second == 0 {
        return Err(ModelError::field(weight, shaped(shape), "one neuron and input or more"));
    }
    // Some programs keep a bias as a matrix of one row or column.
    let ([biases] | [biases, 1] | [1, biases]) = *bias_shape else {
        return Err(ModelError::field(bias, shaped(bias_shape), "the shape [neurons]"));
    };
    let is_kernel = weight.to_ascii_lowercase().contains("kernel");
    Ok(Candidate {
        names: LayerTensors { weight, bias },
        shape: [first, second],
        biases,
        is_kernel,
    })
}

/// The layout in which layers follow one another.
struct FoundLayout {
    layout: Layout,
    sizes: Vec<usize>,
    is_ambiguous: bool,
}

/// Returns the layout in which the layers follow one another in their present order.
fn layout(layers: &[Candidate]) -> Result<FoundLayout, ModelError> {
    let is_kernel = layers.iter().all(|layer| layer.is_kernel);
    let [usual, other] =
        if is_kernel { [Layout::InputsFirst, Layout::NeuronsFirst] } else { LAYOUTS };
    let is_turned = |sizes: &[usize]| sizes.iter().any(|size| *size > 1);
    match (chain(layers, usual), chain(layers, other)) {
        (Ok(sizes), also) => {
            let is_ambiguous = also.is_ok() && is_turned(&sizes);
            Ok(FoundLayout { layout: usual, sizes, is_ambiguous })
        }
        (Err(_), Ok(sizes)) => Ok(FoundLayout { layout: other, sizes, is_ambiguous: false }),
        (Err(refusal), Err(_)) => Err(refusal),
    }
}

/// Returns the layer sizes in a layout, if the layers follow one another.
fn chain(layers: &[Candidate], layout: Layout) -> Result<Vec<usize>, ModelError> {
    let mut sizes = Vec::with_capacity(layers.len() + 1);
    for layer in layers {
        let (inputs, neurons) = layer.sizes(layout);
        match sizes.last() {
            None => sizes.push(inputs),
            Some(before) if *before != inputs => {
                let expected = format!("{before} inputs, as the layer before has neurons");
                return Err(ModelError::field(&layer.names.weight, shaped(&layer.shape), expected));
            }
            Some(_) => {}
        }
        if layer.biases != neurons {
            let expected = format!("the shape [{neurons}]");
            return Err(ModelError::field(&layer.names.bias, shaped(&[layer.biases]), expected));
        }
        sizes.push(neurons);
    }
    Ok(sizes)
}

/// Returns the only order in which the layers follow one another, as indices, if there is just one: `hidden`,
/// `input` and `output` are not in the order of their names.
fn only_order(layers: &[Candidate]) -> Option<Vec<usize>> {
    if layers.len() > MOST_REORDERED {
        return None;
    }
    let mut orders = Vec::new();
    for layout in LAYOUTS {
        if layers.iter().all(|layer| layer.sizes(layout).1 == layer.biases) {
            let sizes: Vec<_> = layers.iter().map(|layer| layer.sizes(layout)).collect();
            find_orders(&sizes, &mut Vec::new(), &mut orders);
        }
    }
    if orders.len() == 1 { orders.pop() } else { None }
}

/// Adds the orders that begin as `begun` to `found`, until that holds two.
fn find_orders(sizes: &[(usize, usize)], begun: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    if begun.len() == sizes.len() {
        found.push(begun.clone());
        return;
    }
    for (next, (inputs, _)) in sizes.iter().enumerate() {
        let fits = begun.last().is_none_or(|last| sizes[*last].1 == *inputs);
        if fits && !begun.contains(&next) && found.len() < 2 {
            begun.push(next);
            find_orders(sizes, begun, found);
            begun.pop();
        }
    }
}

fn reordered(layers: Vec<Candidate>, order: &[usize]) -> Vec<Candidate> {
    let mut layers: Vec<_> = layers.into_iter().map(Some).collect();
    order.iter().filter_map(|at| layers[*at].take()).collect()
}

/// Returns the error for a layer that lacks one of its tensors.
fn missing(name: &str) -> ModelError {
    ModelError::Missing(excerpt(name, NAME_SHOWN))
}

/// Returns the error for a file without layers.
fn no_layer(left_out: &[String]) -> ModelError {
    match left_out.first() {
        None => ModelError::Missing(FIRST_WEIGHT.to_owned()),
        Some(other) => {
            let expected = "the weights and biases of layers, as in 0.weight and 0.bias";
            ModelError::field(other, "a tensor of its own", expected)
        }
    }
}

fn shaped(shape: &[usize]) -> String {
    format!("of the shape {}", excerpt_of(shape))
}
