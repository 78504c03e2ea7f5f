//! Models as safetensors, which `PyTorch` and its kin load.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read, Write};

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde_json::json;

use crate::file::{InputFile, make_room};
use crate::nn::{Activation, Cost, Output, Precision};
use crate::report::ModelError;
use crate::report::model::{MOST_BYTES, MOST_LAYERS, PRECISIONS, named, without_metadata};
use crate::report::training_state::{AS_WRITTEN, TrainingRecord};
use crate::telemetry::ModelState;
use crate::text::{excerpt, excerpt_of};

/// The alignment of the numbers in bytes; the header is padded to it with spaces.
const ALIGNMENT: usize = 8;

/// The most bytes of a header without corrections: five times the header of the most layers. The format
/// allows a hundred million bytes, which would take far more memory to parse.
const MOST_HEADER: u64 = 1 << 20;

/// The corrections of a pending scale take one byte of the header for three weights, each of which takes
/// four bytes or more after the header.
const NUMBERS_TO_HEADER: u64 = 8;

/// The key of the training state, which is JSON.
const TRAINING: &str = "xentviz_training";
/// The bytes of numbers that are written and read at a time: a multiple of the size of each number, and
/// large enough to make the cost of a call negligible.
const PIECE: usize = 64 << 10;

fn weight_name(layer: usize) -> String {
    format!("layers.{layer}.weight")
}

fn bias_name(layer: usize) -> String {
    format!("layers.{layer}.bias")
}

/// Writes a model as tensors in its precision.
///
/// The header is composed here, in the order of its keys, because the writer of the crate orders the
/// metadata differently in each process, and the same run must write the same bytes.
///
/// # Errors
/// If writing fails.
pub fn write_model_tensors(to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
    let dtype = match model.precision {
        Precision::F32 => Dtype::F32,
        Precision::F64 => Dtype::F64,
    };
    let mut header = BTreeMap::from([("__metadata__".to_owned(), json!(metadata(model)?))]);
    let mut numbers: Vec<&[f64]> = Vec::new();
    let mut end = 0;
    let layers = model.weights.iter().zip(&model.biases).zip(model.sizes.windows(2));
    for (layer, ((weights, biases), size)) in layers.enumerate() {
        let tensors = [
            (weight_name(layer), weights, vec![size[1], size[0]]),
            (bias_name(layer), biases, vec![size[1]]),
        ];
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
        ("xentviz", env!("CARGO_PKG_VERSION").to_owned()),
        ("arm", model.arm.clone()),
        ("cost", model.cost.name().to_owned()),
        ("hidden", model.hidden.name().to_owned()),
        ("output", model.output.name().to_owned()),
        ("precision", model.precision.name().to_owned()),
        ("eta", model.eta.to_string()),
        ("lambda", model.lambda.to_string()),
        ("seed", model.seed.to_string()),
        ("steps", model.steps.to_string()),
        ("epochs", model.epochs.to_string()),
    ]);
    if let Some(training) = &model.training {
        metadata.insert(TRAINING, serde_json::to_string(&TrainingRecord::from(training))?);
    }
    Ok(metadata)
}

/// Reads a model from tensors `layers.{i}.weight` and `layers.{i}.bias`, of 32 or 64 bits.
///
/// The header is validated first; the numbers are read only after that, a piece at a time. Missing
/// metadata has the book's defaults: sigmoid throughout.
///
/// # Errors
/// If the file cannot be read or a part of it is invalid; the error names the part.
pub fn read_model_tensors(mut file: InputFile<'_>) -> Result<ModelState, ModelError> {
    let header = read_header(&mut file)?;
    let mut model = read_layers(&header)?;
    if let Some(metadata) = header.metadata() {
        let field = |key: &str| metadata.get(key).map(String::as_str);
        read_metadata(field, &mut model)?;
    }
    check_length(&file, header.data_len() as u64)?;
    read_numbers(&mut file, &header, &mut model)?;
    Ok(model)
}

/// Reads the header, which lists the tensors and their offsets. Memory grows with the bytes read.
fn read_header(file: &mut InputFile<'_>) -> Result<Metadata, ModelError> {
    let mut length = [0; size_of::<u64>()];
    file.read_exact(&mut length)
        .map_err(|error| short(error, "it ends within its first 8 bytes"))?;
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

/// Returns the error for a file that ends too early, or any other error as it is.
fn short(error: io::Error, found: &str) -> ModelError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ModelError::tensors(&found),
        _ => error.into(),
    }
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

/// Reads the sizes and precision of the layers from the header, and refuses tensors that form no network.
fn read_layers(header: &Metadata) -> Result<ModelState, ModelError> {
    // The precision stays f32 unless a tensor has 64 bits, which might not fit.
    let mut model = ModelState { precision: Precision::F32, ..without_metadata() };
    let tensors = header.tensors();
    let mut unread: BTreeSet<&str> = tensors.keys().map(String::as_str).collect();
    while !unread.is_empty() || model.weights.is_empty() {
        let layer = model.weights.len();
        if layer == MOST_LAYERS {
            let expected = format!("layers.0 to layers.{} only", MOST_LAYERS - 1);
            return Err(ModelError::field(weight_name(layer), "there", expected));
        }
        let (weight, bias) = (weight_name(layer), bias_name(layer));
        if !unread.remove(weight.as_str()) {
            return Err(no_layer(&weight, &unread));
        }
        if !unread.remove(bias.as_str()) {
            return Err(ModelError::Missing(bias));
        }
        let shape = &tensors[&weight].shape;
        let [neurons, inputs] = **shape else {
            return Err(ModelError::field(weight, shaped(shape), "the shape [neurons, inputs]"));
        };
        if neurons == 0 || inputs == 0 {
            return Err(ModelError::field(weight, shaped(shape), "one neuron and input or more"));
        }
        match model.sizes.last() {
            None => model.sizes.push(inputs),
            Some(before) if *before != inputs => {
                let expected = format!("{before} inputs, as the layer before has neurons");
                return Err(ModelError::field(weight, shaped(shape), expected));
            }
            Some(_) => {}
        }
        let shape = &tensors[&bias].shape;
        if **shape != [neurons] {
            let expected = format!("the shape [{neurons}]");
            return Err(ModelError::field(bias, shaped(shape), expected));
        }
        for name in [&weight, &bias] {
            if precision(name, tensors[name])? == Precision::F64 {
                model.precision = Precision::F64;
            }
        }
        model.sizes.push(neurons);
        model.weights.push(Vec::new());
        model.biases.push(Vec::new());
    }
    Ok(model)
}

/// Returns the precision of a tensor.
fn precision(name: &str, tensor: &TensorInfo) -> Result<Precision, ModelError> {
    match tensor.dtype {
        Dtype::F32 => Ok(Precision::F32),
        Dtype::F64 => Ok(Precision::F64),
        other => Err(ModelError::field(name, format!("of type {other}"), "F32 or F64")),
    }
}

/// Reads the numbers of all tensors, in their order in the file, and checks that the file ends after them.
fn read_numbers(
    file: &mut InputFile<'_>,
    header: &Metadata,
    model: &mut ModelState,
) -> Result<(), ModelError> {
    let layers = 0..model.weights.len();
    let places = layers.flat_map(|layer| [(weight_name(layer), layer), (bias_name(layer), layer)]);
    let places: HashMap<String, usize> = places.collect();
    for name in header.offset_keys() {
        let (Some(tensor), Some(layer)) = (header.info(&name), places.get(&name)) else { continue };
        let numbers = read_tensor(file, &name, tensor)?;
        let is_weight = tensor.shape.len() == 2;
        let place = if is_weight { &mut model.weights } else { &mut model.biases };
        place[*layer] = numbers;
    }
    if file.read(&mut [0])? > 0 {
        return Err(ModelError::tensors(&"it goes on after its last tensor"));
    }
    Ok(())
}

/// Reads the numbers of one tensor. Memory grows with the numbers read: a pipe may hold fewer than
/// claimed.
fn read_tensor(
    file: &mut InputFile<'_>,
    name: &str,
    tensor: &TensorInfo,
) -> Result<Vec<f64>, ModelError> {
    let width = tensor.dtype.bitsize() / 8;
    let count = tensor.shape.iter().product();
    let mut numbers: Vec<f64> = Vec::new();
    let mut piece = vec![0; PIECE];
    while numbers.len() < count {
        let coming = (count - numbers.len()).min(PIECE / width);
        let bytes = &mut piece[..coming * width];
        file.read_exact(bytes)
            .map_err(|error| short(error, "it ends before its last tensor does"))?;
        make_room(&mut numbers, coming, Some(count));
        if width == 4 {
            let (read, _) = bytes.as_chunks::<4>();
            numbers.extend(read.iter().map(|n| f64::from(f32::from_le_bytes(*n))));
        } else {
            let (read, _) = bytes.as_chunks::<8>();
            numbers.extend(read.iter().map(|n| f64::from_le_bytes(*n)));
        }
    }
    match numbers.iter().find(|number| !number.is_finite()) {
        Some(number) => Err(ModelError::field(name, format!("partly {number}"), "finite numbers")),
        None => Ok(numbers),
    }
}

fn no_layer(weight: &str, unread: &BTreeSet<&str>) -> ModelError {
    match unread.first() {
        None => ModelError::Missing(weight.to_owned()),
        Some(other) => {
            let expected = "layers.{i}.weight and layers.{i}.bias only, i from 0";
            ModelError::field(*other, "a tensor of its own", expected)
        }
    }
}

fn shaped(shape: &[usize]) -> String {
    format!("of the shape {}", excerpt_of(shape))
}

fn read_metadata<'a>(
    get: impl Fn(&str) -> Option<&'a str>,
    model: &mut ModelState,
) -> Result<(), ModelError> {
    if let Some(arm) = get("arm") {
        arm.clone_into(&mut model.arm);
    }
    if let Some(name) = get("cost") {
        model.cost = named("cost", name, &Cost::ALL, Cost::name)?;
    }
    if let Some(name) = get("hidden") {
        model.hidden = named("hidden", name, &Activation::ALL, Activation::name)?;
    }
    if let Some(name) = get("output") {
        model.output = named("output", name, &Output::ALL, Output::name)?;
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
