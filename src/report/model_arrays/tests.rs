//! Tests of `model_arrays`.

use super::read_model_arrays;
use crate::arrays::testing::archive;
use crate::nn::Precision;

/// Returns an array of 64-bit numbers in the format `.npy`.
fn array(shape: &str, numbers: &[f64]) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let begin =
        [b"\x93NUMPY\x01\0".to_vec(), (header.len() as u16).to_le_bytes().to_vec()].concat();
    let numbers = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    [begin, header.into_bytes(), numbers].concat()
}

fn error(file: &[u8]) -> String {
    read_model_arrays(file.into()).unwrap_err().to_string()
}

#[test]
fn arrays_that_are_no_layers_are_left_out_and_named() {
    let file = archive(&[
        ("W1.npy", array("(1, 2)", &[1.0, 2.0])),
        ("b1.npy", array("(1,)", &[3.0])),
        ("losses.npy", array("(2,)", &[0.5, 0.25])),
        ("classes.npy", include_bytes!("../../../tests/arrays/text.npy").to_vec()),
        ("notes.txt", b"anything".to_vec()),
    ]);
    let read = read_model_arrays(file[..].into()).unwrap();
    assert_eq!((read.model.weights, read.model.biases), (vec![vec![1.0, 2.0]], vec![vec![3.0]]));
    assert_eq!(read.model.precision, Precision::F64);
    let expected = "tensors that are no weights or biases were left out: losses, classes";
    assert_eq!(read.remarks, [expected]);
}

#[test]
fn arrays_that_form_no_network_are_refused() {
    let weights = || ("W1.npy", array("(1, 2)", &[1.0, 2.0]));
    assert_eq!(error(&archive(&[weights()])), "has no `1.bias`");
    let nan = error(&archive(&[weights(), ("b1.npy", array("(1,)", &[f64::NAN]))]));
    assert_eq!(nan, "`b1` is partly NaN, expected finite numbers");
    let cut = error(&archive(&[weights(), ("b1.npy", array("(1,)", &[]))]));
    assert_eq!(cut, "`b1` is cut off, expected 1 numbers");
    let none = error(&archive(&[("a.txt", Vec::new())]));
    assert_eq!(none, "is a zip archive without arrays, expected the arrays of numpy.savez");
    let records = include_bytes!("../../../tests/arrays/records.npy").to_vec();
    let records = error(&archive(&[weights(), ("b1.npy", records)]));
    assert!(records.starts_with("`b1` is an array of records, expected one array"), "{records}");
}

#[test]
fn an_archive_that_unpacks_beyond_reason_is_refused() {
    let zeros = vec![0.0; 6 << 20];
    let file = archive(&[
        ("W1.npy", array("(3072, 2048)", &zeros)),
        ("b1.npy", array("(3072,)", &zeros[..3072])),
    ]);
    let refusal = error(&file);
    assert!(refusal.starts_with("`W1` is of [3072, 2048] numbers, expected "), "{refusal}");
}
