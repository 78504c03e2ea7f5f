//! Models as safetensors, which `PyTorch` and its kin load.
//!
//! A file that another program wrote is read as well, whatever the names of its tensors. Its metadata is free
//! text: only that of a file of ours is read.

mod numbers;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read, Write};

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde_json::json;

use crate::arrays::NumberType;
use crate::file::InputFile;
use crate::nn::{Activation, Cost, Output, Precision};
use crate::report::ModelError;
use crate::report::model::{MOST_BYTES, PRECISIONS, named, without_metadata};
use crate::report::model_tensors::numbers::{PIECE, number_type, read_tensor, skip_tensor};
use crate::report::scaling_record::{AS_SCALED, ScalingRecord};
use crate::report::tensor_layers::{
    FoundLayers, LayerTensors, Layout, ReadModel, find_layers, remarks, transposed,
};
use crate::report::training_state::{AS_WRITTEN, TrainingRecord};
use crate::telemetry::ModelState;
use crate::text::excerpt;

/// The alignment of the numbers in bytes; the header is padded to it with spaces.
const ALIGNMENT: usize = 8;

/// The most bytes of a header without corrections: five times the header of the most layers. The format
/// allows a hundred million bytes, which would take far more memory to parse.
const MOST_HEADER: u64 = 1 << 20;

/// The corrections of a pending scale take one byte of the header for three weights, each of which takes
/// four bytes or more after the header.
const NUMBERS_TO_HEADER: u64 = 8;

/// The key of our version, which marks a file of ours.
const OURS: &str = "xentviz";

/// The key of the training state, which is JSON.
const TRAINING: &str = "xentviz_training";

/// The key of the scaling of the data, which is JSON.
const SCALING: &str = "xentviz_scaling";

/// The names of the tensors of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamingScheme {
    /// `layers.0.weight`, `layers.0.bias`, `layers.1.weight`, …
    Layers,
    /// `0.weight`, `0.bias`, `2.weight`, …: those of an `nn.Sequential` with an activation function after
    /// each layer.
    Sequential,
}

impl NamingScheme {
    /// Returns the names of the weights and the biases of a layer, counted from 0.
    fn names(self, layer: usize) -> [String; 2] {
        ["weight", "bias"].map(|what| match self {
            Self::Layers => format!("layers.{layer}.{what}"),
            Self::Sequential => format!("{}.{what}", 2 * layer),
        })
    }
}

/// Writes a model as tensors in its precision.
///
/// The header is composed here, in the order of its keys, because the writer of the crate orders the
/// metadata differently in each process, and the same run must write the same bytes.
///
/// # Errors
/// If writing fails.
pub fn write_model_tensors(to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
    write_named_tensors(to, model, NamingScheme::Layers)
}

/// Writes a model as tensors in its precision, with these names.
///
/// # Errors
/// If writing fails.
pub(crate) fn write_named_tensors(
    to: &mut dyn Write,
    model: &ModelState,
    naming: NamingScheme,
) -> io::Result<()> {
    let dtype = match model.precision {
        Precision::F32 => Dtype::F32,
        Precision::F64 => Dtype::F64,
    };
    let mut header = BTreeMap::from([("__metadata__".to_owned(), json!(metadata(model)?))]);
    let mut numbers: Vec<&[f64]> = Vec::new();
    let mut end = 0;
    let layers = model.weights.iter().zip(&model.biases).zip(model.sizes.windows(2));
    for (layer, ((weights, biases), size)) in layers.enumerate() {
        let [of_weights, of_biases] = naming.names(layer);
        let tensors =
            [(of_weights, weights, vec![size[1], size[0]]), (of_biases, biases, vec![size[1]])];
        for (name, values, shape) in tensors {
            let begin = end;
            end += values.len() * dtype.bitsize() / 8;
            let info = TensorInfo { dtype, shape, data_offsets: (begin, end) };
            header.insert(name, serde_json::to_value(info)?);
            numbers.push(values);
        }
    }
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(ALIGNMENT), b' ');
    to.write_all(&(header.len() as u64).to_le_bytes())?;
    to.write_all(&header)?;
    let mut bytes = vec![0; PIECE];
    for piece in numbers.into_iter().flat_map(|numbers| numbers.chunks(PIECE / 8)) {
        let end = match model.precision {
            Precision::F32 => {
                let (places, _) = bytes.as_chunks_mut::<4>();
                places.iter_mut().zip(piece).for_each(|(at, n)| *at = (*n as f32).to_le_bytes());
                piece.len() * 4
            }
            Precision::F64 => {
                let (places, _) = bytes.as_chunks_mut::<8>();
                places.iter_mut().zip(piece).for_each(|(at, n)| *at = n.to_le_bytes());
                piece.len() * 8
            }
        };
        to.write_all(&bytes[..end])?;
    }
    Ok(())
}

/// Returns the metadata: everything besides the tensors, as text.
fn metadata(model: &ModelState) -> io::Result<BTreeMap<&'static str, String>> {
    let mut metadata = BTreeMap::from([
        ("format", "pt".to_owned()),
        (OURS, env!("CARGO_PKG_VERSION").to_owned()),
        ("arm", model.arm.clone()),
        ("precision", model.precision.name().to_owned()),
        ("eta", model.eta.to_string()),
        ("lambda", model.lambda.to_string()),
        ("seed", model.seed.to_string()),
        ("steps", model.steps.to_string()),
        ("epochs", model.epochs.to_string()),
    ]);
    let functions = [
        ("cost", model.cost.map(Cost::name)),
        ("hidden", model.hidden.map(Activation::name)),
        ("output", model.output.map(Output::name)),
    ];
    metadata.extend(functions.into_iter().filter_map(|(key, name)| Some((key, name?.to_owned()))));
    if let Some(scaling) = &model.scaling {
        metadata.insert(SCALING, serde_json::to_string(&ScalingRecord::from(scaling))?);
    }
    if let Some(training) = &model.training {
        metadata.insert(TRAINING, serde_json::to_string(&TrainingRecord::from(training))?);
    }
    Ok(metadata)
}

/// Reads a model from the tensors of its layers, of 16, 32 or 64 bits.
///
/// The header is validated first; the numbers are read only after that, a piece at a time. The metadata of
/// other programs is ignored.
///
/// # Errors
/// If the file cannot be read or a part of it is invalid; the error names the part.
pub fn read_model_tensors(mut file: InputFile<'_>) -> Result<ReadModel, ModelError> {
    let header = read_header(&mut file)?;
    let shapes = header.offset_keys().into_iter().filter_map(|name| {
        let shape = &header.info(&name)?.shape;
        Some((name, shape.as_slice()))
    });
    let found = find_layers(shapes)?;
    let mut model = ModelState {
        sizes: found.sizes.clone(),
        precision: precision(&header, &found.layers)?,
        ..without_metadata()
    };
    // Other programs note a seed or a cost of their own under these keys. Every version of this program has
    // written its own key.
    if let Some(metadata) = header.metadata().as_ref().filter(|_| is_ours(&header)) {
        let field = |key: &str| metadata.get(key).map(String::as_str);
        read_metadata(field, &mut model)?;
    }
    check_length(&file, header.data_len() as u64)?;
    read_numbers(&mut file, &header, &found, &mut model)?;
    let remarks = if is_ours(&header) { Vec::new() } else { remarks(&found) };
    Ok(ReadModel { model, remarks })
}

/// Returns whether this program wrote the file.
fn is_ours(header: &Metadata) -> bool {
    header.metadata().as_ref().is_some_and(|metadata| metadata.contains_key(OURS))
}

/// Reads the header, which lists the tensors and their offsets. Memory grows with the bytes read.
fn read_header(file: &mut InputFile<'_>) -> Result<Metadata, ModelError> {
    let mut length = [0; size_of::<u64>()];
    file.read_exact(&mut length).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ModelError::tensors(&"it ends within its first 8 bytes"),
        _ => error.into(),
    })?;
    let length = u64::from_le_bytes(length);
    let file_length = file.read_progress().most_items(1).map_or(MOST_BYTES, |length| length as u64);
    check_header(
        length,
        file_length.saturating_sub(length).saturating_sub(file.read_progress().bytes_read()),
    )?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(ModelError::tensors(&"it ends within its header"));
    }
    let header: Metadata =
        serde_json::from_slice(&bytes).map_err(|error| ModelError::tensors(&error))?;
    check_header(length, header.data_len() as u64)?;
    Ok(header)
}

/// Refuses a header that is larger than that of any model whose numbers take `numbers` bytes.
fn check_header(header: u64, numbers: u64) -> Result<(), ModelError> {
    let most = MOST_HEADER + numbers / NUMBERS_TO_HEADER;
    if header > most {
        let found = format!("it says that its header has {header} bytes, {most} at most");
        return Err(ModelError::tensors(&found));
    }
    Ok(())
}

/// Checks that the file has as many bytes as the header requires, if its length is known.
fn check_length(file: &InputFile<'_>, following: u64) -> Result<(), ModelError> {
    let gauge = file.read_progress();
    let expected = gauge.bytes_read().saturating_add(following);
    if expected > MOST_BYTES {
        return Err(ModelError::TooLarge);
    }
    match gauge.most_items(1).map(|length| length as u64) {
        Some(length) if length != expected => {
            let found = format!("it has {length} bytes, and its header speaks of {expected}");
            Err(ModelError::tensors(&found))
        }
        _ => Ok(()),
    }
}

/// Returns the precision that holds the numbers of all layers: 32 bits, unless a tensor has 64.
fn precision(header: &Metadata, layers: &[LayerTensors]) -> Result<Precision, ModelError> {
    let mut precision = Precision::F32;
    for name in layers.iter().flat_map(|layer| [&layer.weight, &layer.bias]) {
        let Some(tensor) = header.info(name) else { continue };
        if number_type(name, tensor.dtype)? == NumberType::F64 {
            precision = Precision::F64;
        }
    }
    Ok(precision)
}

/// Reads the numbers of all layers, in their order in the file, and checks that the file ends after its last
/// tensor.
fn read_numbers(
    file: &mut InputFile<'_>,
    header: &Metadata,
    found: &FoundLayers,
    model: &mut ModelState,
) -> Result<(), ModelError> {
    let names = found.layers.iter().enumerate();
    let weights: HashMap<&str, usize> =
        names.clone().map(|(layer, names)| (names.weight.as_str(), layer)).collect();
    let biases: HashMap<&str, usize> =
        names.map(|(layer, names)| (names.bias.as_str(), layer)).collect();
    model.weights = vec![Vec::new(); found.layers.len()];
    model.biases = model.weights.clone();
    for name in header.offset_keys() {
        let Some(tensor) = header.info(&name) else { continue };
        if let Some(layer) = biases.get(name.as_str()) {
            model.biases[*layer] = read_tensor(file, &name, tensor)?;
        } else if let Some(layer) = weights.get(name.as_str()) {
            let numbers = read_tensor(file, &name, tensor)?;
            model.weights[*layer] = match found.layout {
                Layout::NeuronsFirst => numbers,
                Layout::InputsFirst => transposed(&numbers, found.sizes[*layer + 1]),
            };
        } else {
            skip_tensor(file, tensor)?;
        }
    }
    if file.read(&mut [0])? > 0 {
        return Err(ModelError::tensors(&"it goes on after its last tensor"));
    }
    Ok(())
}

fn read_metadata<'a>(
    get: impl Fn(&str) -> Option<&'a str>,
    model: &mut ModelState,
) -> Result<(), ModelError> {
    if let Some(arm) = get("arm") {
        arm.clone_into(&mut model.arm);
    }
    if let Some(name) = get("cost") {
        model.cost = Some(named("cost", name, &Cost::ALL, Cost::name)?);
    }
    if let Some(name) = get("hidden") {
        model.hidden = Some(named("hidden", name, &Activation::ALL, Activation::name)?);
    }
    if let Some(name) = get("output") {
        model.output = Some(named("output", name, &Output::ALL, Output::name)?);
    }
    if let Some(name) = get("precision") {
        let precision = named("precision", name, &PRECISIONS, Precision::name)?;
        if precision == Precision::F32 && model.precision == Precision::F64 {
            return Err(ModelError::field("precision", "`f32`", "f64, as the tensors are"));
        }
        model.precision = precision;
    }
    let whole = |key: &str| get(key).map_or(Ok(0), |text| parse(key, text, "a whole number"));
    let real = |key: &str| {
        let number: f64 = get(key).map_or(Ok(0.0), |text| parse(key, text, "a number"))?;
        let is_finite = number.is_finite();
        is_finite
            .then_some(number)
            .ok_or_else(|| ModelError::field(key, format!("`{number}`"), "a finite number"))
    };
    model.eta = real("eta")?;
    model.lambda = real("lambda")?;
    model.seed = whole("seed")?;
    model.steps = whole("steps")?;
    model.epochs = whole("epochs")?;
    if let Some(text) = get(SCALING) {
        let record: Result<ScalingRecord, _> = serde_json::from_str(text);
        let scaling = record.map_err(|error| error.to_string()).and_then(ScalingRecord::scaling);
        let wrong = |found: String| ModelError::field(SCALING, found, AS_SCALED);
        model.scaling = Some(scaling.map_err(wrong)?);
    }
    if let Some(text) = get(TRAINING) {
        let record: Result<TrainingRecord, _> = serde_json::from_str(text);
        let wrong = |e: serde_json::Error| ModelError::field(TRAINING, e.to_string(), AS_WRITTEN);
        model.training = Some(record.map_err(wrong)?.into());
    }
    Ok(())
}

fn parse<T: std::str::FromStr>(field: &str, text: &str, expected: &str) -> Result<T, ModelError> {
    let found = || format!("`{}`", excerpt(text, 40));
    text.parse().map_err(|_| ModelError::field(field, found(), expected))
}

#[cfg(test)]
mod tests;
