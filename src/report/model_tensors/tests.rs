//! Tests of `model_tensors`.

use std::io;

use proptest::prelude::{any, prop_assert_eq, proptest};
use safetensors::{Dtype, SafeTensors};

use super::{read_model_tensors, write_model_tensors};
use crate::file::InputFile;
use crate::nn::Precision;
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
        assert_eq!(read_model_tensors(file.as_slice().into()).unwrap(), large);
        assert_eq!(read_model_tensors(InputFile::new(&file[..], None)).unwrap(), large);
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
        "`conv` is a tensor of its own, expected layers.{i}.weight and layers.{i}.bias only, \
         i from 0"
    );
    let refusal = error(&file(&one("layers.0.weight", "[1,99]"), 2));
    let expected = "is no safetensors file: invalid shape, data type, or offset for tensor";
    assert!(refusal.starts_with(expected), "{refusal}");
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
fn the_same_model_gives_the_same_bytes() {
    assert_eq!(written(&model()), written(&model()));
}
