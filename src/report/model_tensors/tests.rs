//! Tests of `model_tensors`.

use std::io;

use proptest::prelude::{any, prop_assert_eq, proptest};
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::{read_model_tensors, write_model_tensors};
use crate::file::InputFile;
use crate::nn::Precision;
use crate::report::ReadModel;
use crate::report::model::examples::model;
use crate::telemetry::ModelState;

fn written(model: &ModelState) -> Vec<u8> {
    let mut file = Vec::new();
    write_model_tensors(&mut file, model).unwrap();
    file
}

/// Returns a safetensors file with this header.
fn file(header: &str, numbers: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(std::iter::repeat_n(0, numbers * 4));
    file
}

fn model_of(file: &[u8]) -> ModelState {
    read_model_tensors(file.into()).unwrap().model
}

fn error(file: &[u8]) -> String {
    read_model_tensors(file.into()).unwrap_err().to_string()
}

#[test]
fn a_model_reads_back_as_it_was_written() {
    assert_eq!(model_of(&written(&model())), model());
    let single = ModelState {
        precision: Precision::F32,
        weights: vec![vec![f64::from(0.1_f32), -2.5], vec![0.5, 3.0]],
        biases: vec![vec![f64::from(0.3_f32)], vec![0.0, -7.0]],
        ..model()
    };
    assert_eq!(model_of(&written(&single)), single);
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

/// Reads a file of this length, if known. Returns the error and the number of bytes read.
fn read(from: impl io::Read + Send, length: Option<u64>) -> (String, u64) {
    let file = InputFile::new(from, length);
    let gauge = file.read_progress();
    (read_model_tensors(file).unwrap_err().to_string(), gauge.bytes_read())
}

#[test]
fn a_file_that_is_no_model_is_refused_before_its_numbers_are_read() {
    let (refusal, bytes_read) = read(io::repeat(0), None);
    assert!(refusal.starts_with("is no safetensors file: "), "{refusal}");
    assert_eq!(bytes_read, 8, "a device of zeros has a header of no bytes");
    let whole = written(&model());
    let header = whole.len() as u64 - 7 * 8;
    for length in [whole.len() as u64 + 1, whole.len() as u64 - 1, 800 << 20] {
        let (refusal, bytes_read) = read(whole.as_slice(), Some(length));
        assert!(refusal.contains(&format!("it has {length} bytes, and its header")), "{refusal}");
        assert_eq!(bytes_read, header);
    }
    let large = r#"{"layers.0.weight":{"dtype":"F64","shape":[1,200000000],"data_offsets":
        [0,1600000000]},"layers.0.bias":{"dtype":"F64","shape":[1],"data_offsets":
        [1600000000,1600000008]}}"#;
    let (refusal, _) = read(file(large, 0).as_slice(), None);
    assert_eq!(refusal, "is larger than 1024 MiB, which no model is");
}

#[test]
fn a_pipe_that_ends_early_or_continues_is_refused() {
    let mut file = written(&model());
    file.push(0);
    let (refusal, _) = read(file.as_slice(), None);
    assert_eq!(refusal, "is no safetensors file: it goes on after its last tensor");
    file.truncate(file.len() - 2);
    let (refusal, _) = read(file.as_slice(), None);
    assert_eq!(refusal, "is no safetensors file: it ends before its last tensor does");
}

#[test]
fn numbers_that_fill_several_pieces_are_read_and_written_completely() {
    for precision in [Precision::F32, Precision::F64] {
        let numbers = |count| (0..count).map(f64::from).collect::<Vec<_>>();
        let large = ModelState {
            precision,
            sizes: vec![3, 7001, 1],
            weights: vec![numbers(3 * 7001), numbers(7001)],
            biases: vec![numbers(7001), numbers(1)],
            ..model()
        };
        let file = written(&large);
        assert_eq!(model_of(&file), large);
        assert_eq!(read_model_tensors(InputFile::new(&file[..], None)).unwrap().model, large);
    }
}

#[test]
fn errors_name_the_invalid_part() {
    let tensor = |shape: &str, begin: usize, end: usize| {
        format!(r#"{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
    };
    let one = |name: &str, shape: &str| format!("{{{name:?}:{}}}", tensor(shape, 0, 8));
    assert_eq!(error(b""), "is no safetensors file: it ends within its first 8 bytes");
    assert_eq!(error(&[9; 8]).matches("1048576 at most").count(), 1);
    let cut = [&1000_u64.to_le_bytes()[..], b"{}"].concat();
    assert_eq!(error(&cut), "is no safetensors file: it ends within its header");
    assert_eq!(
        error(&[255; 16]),
        "is no safetensors file: it says that its header has 18446744073709551615 bytes, \
         1048576 at most"
    );
    assert_eq!(error(&file("{}", 0)), "has no `layers.0.weight`");
    assert_eq!(error(&file(&one("layers.0.weight", "[1,2]"), 2)), "has no `layers.0.bias`");
    assert_eq!(
        error(&file(&one("conv", "[1,2]"), 2)),
        "`conv` is a tensor of its own, expected the weights and biases of layers, as in \
         0.weight and 0.bias"
    );
    let refusal = error(&file(&one("layers.0.weight", "[1,99]"), 2));
    let expected = "is no safetensors file: invalid shape, data type, or offset for tensor";
    assert!(refusal.starts_with(expected), "{refusal}");
    let two = format!(
        r#"{{"layers.0.weight":{},"layers.0.bias":{}}}"#,
        tensor("[1,2]", 0, 8),
        tensor("[3]", 8, 20)
    );
    assert_eq!(
        error(&file(&two, 5)),
        "`layers.0.bias` is of the shape [3], expected the shape [1]"
    );
    let flat = two.replace("[1,2]", "[2]");
    assert_eq!(
        error(&file(&flat, 5)),
        "`layers.0.weight` is of the shape [2], expected the shape [neurons, inputs]"
    );
    let mut cut = written(&model());
    cut.truncate(cut.len() - 1);
    assert!(error(&cut).starts_with("is no safetensors file: "));
}

/// The type of a tensor as the format names it, its name, shape and bytes.
type Tensor<'a> = (&'a str, &'a str, &'a [usize], Vec<u8>);

/// Returns a safetensors file of these tensors.
fn tensors(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = Vec::<u8>::new();
    for (dtype, name, shape, bytes) in tensors {
        let offsets = [data.len(), data.len() + bytes.len()];
        let info = json!({ "dtype": dtype, "shape": shape, "data_offsets": offsets });
        header.insert((*name).to_owned(), info);
        data.extend(bytes);
    }
    let mut whole = file(&serde_json::Value::Object(header).to_string(), 0);
    whole.extend(data);
    whole
}

fn single(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Returns a tensor of these numbers.
fn tensor<'a>(name: &'a str, shape: &'a [usize], numbers: &[f32]) -> Tensor<'a> {
    ("F32", name, shape, single(numbers))
}

const MATRIX: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

#[test]
fn matrices_of_inputs_and_neurons_are_turned_where_only_that_fits() {
    let file = tensors(&[
        tensor("params/Dense_0/bias", &[3], &[0.1, 0.2, 0.3]),
        tensor("params/Dense_0/kernel", &[2, 3], &MATRIX),
        tensor("params/Dense_1/bias", &[1], &[0.5]),
        tensor("params/Dense_1/kernel", &[3, 1], &[7.0, 8.0, 9.0]),
    ]);
    let read = read_model_tensors(file.as_slice().into()).unwrap();
    assert_eq!(read.model.sizes, [2, 3, 1]);
    assert_eq!(read.model.weights, [vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0], vec![7.0, 8.0, 9.0]]);
    assert_eq!(read.remarks, ["its matrices are [inputs, neurons], as their sizes show"]);
    // burn has the names of PyTorch and the shapes of JAX.
    let file =
        tensors(&[tensor("fc.weight", &[2, 3], &MATRIX), tensor("fc.bias", &[3], &[0.0; 3])]);
    assert_eq!(model_of(&file).weights, [[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]]);
}

#[test]
fn square_matrices_are_taken_as_their_names_suggest_and_the_other_reading_is_named() {
    let square = [1.0, 2.0, 3.0, 4.0];
    for (name, weights, taken) in [
        ("fc.weight", [1.0, 2.0, 3.0, 4.0], "[neurons, inputs]"),
        ("fc.kernel", [1.0, 3.0, 2.0, 4.0], "[inputs, neurons]"),
    ] {
        let file = tensors(&[tensor(name, &[2, 2], &square), tensor("fc.bias", &[2], &[0.0; 2])]);
        let read = read_model_tensors(file.as_slice().into()).unwrap();
        assert_eq!(read.model.weights, [weights]);
        assert!(read.remarks[0].ends_with(&format!("they were taken as {taken}")));
    }
    let own = ModelState {
        sizes: vec![2, 2],
        weights: vec![vec![1.0, 2.0, 3.0, 4.0]],
        biases: vec![vec![0.0; 2]],
        ..model()
    };
    let read = read_model_tensors(written(&own).as_slice().into()).unwrap();
    assert_eq!((read.model, read.remarks), (own, Vec::new()), "a file of ours leaves no doubt");
}

#[test]
fn layers_are_in_the_order_of_their_numbers_or_in_the_only_order_that_fits() {
    let layer = |name: &'static str, bias: &'static str, number: f32| {
        [tensor(name, &[1, 1], &[number]), tensor(bias, &[1], &[0.0])]
    };
    let file = tensors(
        &[
            layer("net.10.weight", "net.10.bias", 3.0),
            layer("net.0.weight", "net.0.bias", 1.0),
            layer("net.2.weight", "net.2.bias", 2.0),
        ]
        .concat(),
    );
    let read = read_model_tensors(file.as_slice().into()).unwrap();
    assert_eq!(read.model.weights, [[1.0], [2.0], [3.0]]);
    assert_eq!(read.remarks, [""; 0]);
    let file = tensors(&[
        tensor("head.weight", &[1, 3], &[7.0, 8.0, 9.0]),
        tensor("head.bias", &[1], &[0.5]),
        tensor("trunk.weight", &[3, 2], &MATRIX),
        tensor("trunk.bias", &[3], &[0.0; 3]),
    ]);
    let read = read_model_tensors(file.as_slice().into()).unwrap();
    assert_eq!(read.model.sizes, [2, 3, 1]);
    assert!(read.remarks[0].ends_with(": trunk.weight, head.weight"), "{:?}", read.remarks);
    // Several orders fit.
    let file = tensors(&[
        tensor("a.weight", &[1, 3], &[7.0, 8.0, 9.0]),
        tensor("a.bias", &[1], &[0.5]),
        tensor("b.weight", &[3, 3], &[0.0; 9]),
        tensor("b.bias", &[3], &[0.0; 3]),
        tensor("c.weight", &[3, 3], &[0.0; 9]),
        tensor("c.bias", &[3], &[0.0; 3]),
    ]);
    let expected = "`b.weight` is of the shape [3, 3], expected 1 inputs, as the layer before has \
                    neurons";
    assert_eq!(error(&file), expected);
}

#[test]
fn numbers_of_16_bits_are_widened() {
    let half = |bits: &[u16]| bits.iter().flat_map(|bits| bits.to_le_bytes()).collect::<Vec<_>>();
    let file = tensors(&[
        ("F16", "0.weight", &[1, 2], half(&[0x3c00, 0xc000])),
        ("BF16", "0.bias", &[1], half(&[0x4049])),
    ]);
    let read = model_of(&file);
    assert_eq!((&read.weights[0][..], &read.biases[0][..]), (&[1.0, -2.0][..], &[3.140_625][..]));
    assert_eq!(read.precision, Precision::F32);
    let file = tensors(&[
        ("F16", "0.weight", &[1, 1], half(&[0x7c00])),
        ("F16", "0.bias", &[1], half(&[0])),
    ]);
    assert_eq!(error(&file), "`0.weight` is partly inf, expected finite numbers");
    let file = tensors(&[("I8", "0.weight", &[1, 1], vec![1]), tensor("0.bias", &[1], &[0.0])]);
    assert_eq!(error(&file), "`0.weight` is of type I8, expected F32, F64, F16 or BF16");
}

#[test]
fn the_state_of_an_optimiser_and_of_its_kin_is_left_out() {
    let file = tensors(&[
        ("I64", "bn.num_batches_tracked", &[], vec![0; 8]),
        tensor("bn.running_mean", &[2], &[f32::NAN; 2]),
        tensor("fc.weight", &[1, 2], &[1.0, 2.0]),
        tensor("opt_state/0/mu/fc/kernel", &[1, 2], &[9.0; 2]),
        tensor("opt_state/0/mu/fc/bias", &[1], &[9.0]),
        tensor("fc.bias", &[1], &[3.0]),
        ("BOOL", "optimizer.state.0.is_on", &[3], vec![1; 3]),
    ]);
    let read = read_model_tensors(file.as_slice().into()).unwrap();
    assert_eq!(
        (&read.model.weights, &read.model.biases),
        (&vec![vec![1.0, 2.0]], &vec![vec![3.0]])
    );
    assert_eq!(
        read.remarks,
        ["tensors that are no weights or biases were left out: bn.num_batches_tracked, \
          bn.running_mean, opt_state/0/mu/fc/bias, opt_state/0/mu/fc/kernel, \
          optimizer.state.0.is_on"]
    );
    let mut cut = file.clone();
    cut.pop();
    let (refusal, _) = self::read(cut.as_slice(), None);
    assert_eq!(refusal, "is no safetensors file: it ends before its last tensor does");
}

#[test]
fn metadata_is_read_only_if_the_key_of_our_version_is_there() {
    let ours = written(&model());
    let at = ours.windows(9).position(|bytes| bytes == b"\"xentviz\"").expect("our key");
    let mut other = ours;
    other[at..at + 9].copy_from_slice(b"\"trainer\"");
    let read = model_of(&other);
    assert_eq!((read.weights, read.biases), (model().weights, model().biases));
    assert_eq!((read.arm.as_str(), read.seed, read.steps, read.training), ("", 0, 0, None));
    for key in ["cost", "hidden", "output", "precision", "eta", "lambda", "seed", "steps", "epochs"]
    {
        let mut header = json!({ "__metadata__": { "format": "pt", (key): "BCELoss" } });
        for (name, shape, offsets) in
            [("0.weight", json!([1, 1]), [0, 4]), ("0.bias", json!([1]), [4, 8])]
        {
            header[name] = json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
        }
        assert_eq!(model_of(&file(&header.to_string(), 2)).sizes, [1, 1], "{key}");
        header["__metadata__"]["xentviz"] = "0.1.0".into();
        assert!(error(&file(&header.to_string(), 2)).starts_with(&format!("`{key}` is `BCELoss`")));
    }
}

#[test]
fn a_layer_of_another_kind_is_refused_by_name() {
    for (weight, shape, bias, expected) in [
        ("bn.weight", &[2][..], "bn.bias", "`bn.weight` is of the shape [2], expected the shape"),
        ("conv.weight", &[2, 1, 1, 1], "conv.bias", "`conv.weight` is of the shape [2, 1, 1, 1],"),
        ("fc.weight", &[2, 1], "fb.bias", "has no `fb.weight`"),
        (
            "fc.weight",
            &[2, 1],
            "fc.kernel",
            "`fc.kernel` is one of two, expected it or `fc.weight`",
        ),
    ] {
        let bias_shape: &[usize] = if bias.ends_with("kernel") { &[2, 1] } else { &[2] };
        let file =
            tensors(&[tensor(weight, shape, &[0.0; 2]), tensor(bias, bias_shape, &[0.0; 2])]);
        assert!(error(&file).starts_with(expected), "{}", error(&file));
    }
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
        if let Ok(ReadModel { model: read, .. }) = read_model_tensors(file.as_slice().into()) {
            prop_assert_eq!(read.weights.len(), read.sizes.len() - 1);
        }
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    assert_eq!(written(&model()), written(&model()));
}
