//! Models as safetensors, which `PyTorch` and its kin load.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};

use safetensors::tensor::TensorInfo;
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use crate::file::Opened;
use crate::nn::{Activation, Cost, Output, Precision};
use crate::report::ModelError;
use crate::report::model::{MOST_BYTES, MOST_LAYERS, PRECISIONS, named, unlabelled};
use crate::report::training_state::{AS_WRITTEN, Record};
use crate::telemetry::ModelState;
use crate::text::{excerpt, excerpt_of};

/// The header is filled up with spaces to a multiple of this, so that the numbers are aligned.
const ALIGNMENT: usize = 8;

/// The most bytes of a header without corrections of weights: five times what the most layers need. The
/// format allows a hundred million, which take much more memory than that to read.
const MOST_HEADER: u64 = 1 << 20;

/// The corrections of unsettled weights take one byte of the header for three weights, each of them
/// four bytes or more after it.
const NUMBERS_TO_HEADER: u64 = 8;

/// The most bytes of a header in a file of so many bytes.
fn most_header(header: u64, file: u64) -> u64 {
    let before = header.saturating_add(size_of::<u64>() as u64);
    MOST_HEADER + file.saturating_sub(before) / NUMBERS_TO_HEADER
}

/// The key of the state of the training, which is JSON.
const TRAINING: &str = "xentviz_training";

fn weight_name(layer: usize) -> String {
    format!("layers.{layer}.weight")
}

fn bias_name(layer: usize) -> String {
    format!("layers.{layer}.bias")
}

/// Writes a model as tensors of its precision.
///
/// The header is put together here, in the order of its keys, because the crate's own writer
/// orders the metadata anew in each process: the same run shall write the same bytes.
///
/// # Errors
/// When it cannot be written.
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
    for number in numbers.into_iter().flatten() {
        match model.precision {
            Precision::F32 => to.write_all(&(*number as f32).to_le_bytes())?,
            Precision::F64 => to.write_all(&number.to_le_bytes())?,
        }
    }
    Ok(())
}

/// What the tensors do not say, as text.
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
        metadata.insert(TRAINING, serde_json::to_string(&Record::from(training))?);
    }
    Ok(metadata)
}

/// Reads a model from tensors `layers.{i}.weight` and `layers.{i}.bias`, of 32 or 64 bits.
///
/// What the metadata does not say is taken to be as in the book: sigmoid throughout.
///
/// # Errors
/// Which part of the file is not as expected.
pub fn read_model_tensors(file: Opened<'_>) -> Result<ModelState, ModelError> {
    let bytes = read_all(file)?;
    let broken = |error: safetensors::SafeTensorError| ModelError::tensors(&error);
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(broken)?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(broken)?;
    let mut model = read_layers(&tensors)?;
    if let Some(metadata) = header.metadata() {
        let field = |key: &str| metadata.get(key).map(String::as_str);
        read_metadata(field, &mut model)?;
    }
    Ok(model)
}

/// All of it, unless there is too much.
fn read_all(mut file: Opened<'_>) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    let known = file.gauge().most_items(1).map_or(MOST_BYTES, |length| length as u64);
    let from = &mut file;
    from.take(size_of::<u64>() as u64).read_to_end(&mut bytes)?;
    check_header(&bytes, known)?;
    let length = bytes.len() as u64;
    from.take(MOST_BYTES + 1 - length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ModelError::TooLarge);
    }
    check_header(&bytes, bytes.len() as u64)?;
    bytes.shrink_to_fit();
    Ok(bytes)
}

/// Refuses a header that is larger than that of a model in a file of so many bytes.
fn check_header(bytes: &[u8], file: u64) -> Result<(), ModelError> {
    let Some(header) = bytes.first_chunk().map(|length| u64::from_le_bytes(*length)) else {
        return Ok(());
    };
    let most = most_header(header, file);
    if header > most {
        let found = format!("it says that its header has {header} bytes, {most} at most");
        return Err(ModelError::tensors(&found));
    }
    Ok(())
}

fn read_layers(tensors: &SafeTensors<'_>) -> Result<ModelState, ModelError> {
    // Until there are numbers of 64 bits, which might be too large for 32.
    let mut model = ModelState { precision: Precision::F32, ..unlabelled() };
    let mut unread: BTreeSet<&str> = tensors.names().into_iter().collect();
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
        let (shape, weights, dtype) = read_tensor(tensors, &weight)?;
        let [neurons, inputs] = *shape else {
            return Err(ModelError::field(weight, shaped(&shape), "the shape [neurons, inputs]"));
        };
        if neurons == 0 || inputs == 0 {
            return Err(ModelError::field(weight, shaped(&shape), "one neuron and input or more"));
        }
        match model.sizes.last() {
            None => model.sizes.push(inputs),
            Some(before) if *before != inputs => {
                let expected = format!("{before} inputs, as the layer before has neurons");
                return Err(ModelError::field(weight, shaped(&shape), expected));
            }
            Some(_) => {}
        }
        let (shape, biases, dtype_of_biases) = read_tensor(tensors, &bias)?;
        if *shape != [neurons] {
            let expected = format!("the shape [{neurons}]");
            return Err(ModelError::field(bias, shaped(&shape), expected));
        }
        model.sizes.push(neurons);
        model.weights.push(weights);
        model.biases.push(biases);
        if [dtype, dtype_of_biases].contains(&Precision::F64) {
            model.precision = Precision::F64;
        }
    }
    Ok(model)
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

/// The shape, the numbers and the precision of a tensor.
fn read_tensor(
    tensors: &SafeTensors<'_>,
    name: &str,
) -> Result<(Vec<usize>, Vec<f64>, Precision), ModelError> {
    let tensor = tensors.tensor(name).map_err(|error| ModelError::tensors(&error))?;
    let (values, precision): (Vec<f64>, _) = match tensor.dtype() {
        Dtype::F32 => {
            let (numbers, _) = tensor.data().as_chunks::<4>();
            (numbers.iter().map(|n| f64::from(f32::from_le_bytes(*n))).collect(), Precision::F32)
        }
        Dtype::F64 => {
            let (numbers, _) = tensor.data().as_chunks::<8>();
            (numbers.iter().map(|n| f64::from_le_bytes(*n)).collect(), Precision::F64)
        }
        other => return Err(ModelError::field(name, format!("of type {other}"), "F32 or F64")),
    };
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(ModelError::field(name, format!("partly {value}"), "finite numbers")),
        None => Ok((tensor.shape().to_vec(), values, precision)),
    }
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
        let said = named("precision", name, &PRECISIONS, Precision::name)?;
        if said == Precision::F32 && model.precision == Precision::F64 {
            return Err(ModelError::field("precision", "`f32`", "f64, as the tensors are"));
        }
        model.precision = said;
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
        let record: Result<Record, _> = serde_json::from_str(text);
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
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use safetensors::{Dtype, SafeTensors};

    use super::{read_model_tensors, write_model_tensors};
    use crate::nn::Precision;
    use crate::report::model::examples::model;
    use crate::telemetry::ModelState;

    fn written(model: &ModelState) -> Vec<u8> {
        let mut file = Vec::new();
        write_model_tensors(&mut file, model).unwrap();
        file
    }

    /// A safetensors file with this header.
    fn file(header: &str, numbers: usize) -> Vec<u8> {
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.as_bytes());
        file.extend(std::iter::repeat_n(0, numbers * 4));
        file
    }

    fn error(file: &[u8]) -> String {
        read_model_tensors(file.into()).unwrap_err().to_string()
    }

    #[test]
    fn a_model_reads_back_as_it_was_written() {
        assert_eq!(read_model_tensors(written(&model()).as_slice().into()).unwrap(), model());
        let single = ModelState {
            precision: Precision::F32,
            weights: vec![vec![f64::from(0.1_f32), -2.5], vec![0.5, 3.0]],
            biases: vec![vec![f64::from(0.3_f32)], vec![0.0, -7.0]],
            ..model()
        };
        assert_eq!(read_model_tensors(written(&single).as_slice().into()).unwrap(), single);
    }

    #[test]
    fn another_reader_of_the_format_finds_the_tensors_and_the_text() {
        let file = written(&model());
        let tensors = SafeTensors::deserialize(&file).unwrap();
        let weight = tensors.tensor("layers.1.weight").unwrap();
        assert_eq!((weight.dtype(), weight.shape()), (Dtype::F64, &[2, 1][..]));
        assert_eq!(weight.data()[8..], 3.0_f64.to_le_bytes());
        assert_eq!(tensors.tensor("layers.0.bias").unwrap().shape(), [1]);
        let (length, header) = SafeTensors::read_metadata(&file).unwrap();
        assert_eq!(length % 8, 0);
        assert_eq!(header.metadata().as_ref().unwrap()["cost"], "log-likelihood");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let tensor = |shape: &str, begin: usize, end: usize| {
            format!(r#"{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
        };
        let one = |name: &str, shape: &str| format!("{{{name:?}:{}}}", tensor(shape, 0, 8));
        assert_eq!(error(b""), "is no safetensors file: header too small");
        assert_eq!(
            error(&[255; 16]),
            "is no safetensors file: it says that its header has 18446744073709551615 bytes, \
             1048576 at most"
        );
        assert_eq!(error(&file("{}", 0)), "has no `layers.0.weight`");
        assert_eq!(error(&file(&one("layers.0.weight", "[1,2]"), 2)), "has no `layers.0.bias`");
        assert_eq!(
            error(&file(&one("conv", "[1,2]"), 2)),
            "`conv` is a tensor of its own, expected layers.{i}.weight and layers.{i}.bias only, \
             i from 0"
        );
        assert_eq!(
            error(&file(&one("layers.0.weight", "[1,99]"), 2)),
            "is no safetensors file: invalid shape, data type, or offset for tensor"
        );
        let two = format!(
            r#"{{"layers.0.weight":{},"layers.0.bias":{}}}"#,
            tensor("[1,2]", 0, 8),
            tensor("[2]", 8, 16)
        );
        assert_eq!(
            error(&file(&two, 4)),
            "`layers.0.bias` is of the shape [2], expected the shape [1]"
        );
        let flat = two.replace("[1,2]", "[2]");
        assert_eq!(
            error(&file(&flat, 4)),
            "`layers.0.weight` is of the shape [2], expected the shape [neurons, inputs]"
        );
        let mut cut = written(&model());
        cut.truncate(cut.len() - 1);
        assert!(error(&cut).starts_with("is no safetensors file: "));
    }

    proptest! {
        #[test]
        fn a_file_with_any_byte_changed_or_cut_anywhere_is_read_or_refused(
            at in 0_usize..2000, byte in any::<u8>(), end in 0_usize..2000,
        ) {
            let mut file = written(&model());
            let length = file.len();
            file[at % length] = byte;
            file.truncate(length.min(end));
            if let Ok(read) = read_model_tensors(file.as_slice().into()) {
                prop_assert_eq!(read.weights.len(), read.sizes.len() - 1);
            }
        }
    }

    #[test]
    fn the_same_model_is_the_same_bytes() {
        assert_eq!(written(&model()), written(&model()));
    }
}
