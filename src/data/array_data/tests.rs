//! Tests of `array_data`.

use std::io::{self, Cursor};
use std::ops::ControlFlow;
use std::path::Path;

use super::{ArrayNames, is_array_file, read_arrays, survey_arrays};
use crate::arrays::testing::archive;
use crate::data::csv::{ColumnName, Csv, Scale, TableOptions, TestSize};
use crate::data::{Data, Dataset, RngStream, rng};
use crate::file::InputFile;

/// Returns an array in the format `.npy`, of numbers whose bytes are given.
fn array(kind: &str, shape: &str, bytes: Vec<u8>) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let begin =
        [b"\x93NUMPY\x01\0".to_vec(), (header.len() as u16).to_le_bytes().to_vec()].concat();
    [begin, header.into_bytes(), bytes].concat()
}

fn floats(shape: &str, numbers: &[f64]) -> Vec<u8> {
    array("<f8", shape, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}

fn bytes(shape: &str, numbers: &[u8]) -> Vec<u8> {
    array("|u1", shape, numbers.to_vec())
}

/// Returns an archive of these arrays, as `numpy.savez` names its members.
fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<_> =
        arrays.iter().map(|(name, content)| (format!("{name}.npy"), content)).collect();
    archive(&members)
}

fn network(inputs: usize, outputs: usize) -> Csv {
    Csv {
        name: "d.npz".to_owned(),
        inputs,
        outputs,
        is_classifier: true,
        options: TableOptions::default(),
    }
}

fn read_with(file: &[u8], csv: &Csv, names: &ArrayNames) -> Result<Data, String> {
    let file = file.to_vec();
    let open = move |path: &Path| match path.to_str() {
        Some("d.npz" | "d.npy") => {
            Ok(InputFile::new(Cursor::new(file.clone()), Some(file.len() as u64)))
        }
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let mut go_on = |_| ControlFlow::Continue(());
    read_arrays(&open, (csv, names), &mut rng(1, RngStream::Data), &mut go_on)
        .map_err(|error| error.to_string())
}

fn read(arrays: &[(&str, Vec<u8>)], csv: &Csv) -> Result<Data, String> {
    read_with(&npz(arrays), csv, &ArrayNames::default())
}

fn rows(set: &Dataset) -> Vec<Vec<f64>> {
    let row = |row| {
        let (mut x, mut y) = (vec![0.0; set.inputs()], vec![0.0; set.outputs()]);
        set.write_input(row, &mut x);
        set.write_target(row, &mut y);
        [x, y].concat()
    };
    (0..set.len()).map(row).collect()
}

#[test]
fn the_ending_of_a_path_shows_arrays() {
    assert!(is_array_file("a/B.NPZ") && is_array_file("x.npy"));
    assert!(!is_array_file("npz") && !is_array_file("x.npz.toml"));
}

#[test]
fn a_test_set_in_the_file_is_taken_up_to_the_sizes_that_are_asked_for() {
    let arrays = [
        ("x_train", floats("(3, 1)", &[0.5, 1.5, 2.5])),
        ("y_train", bytes("(3,)", &[0, 1, 0])),
        ("x_test", floats("(5, 1)", &[3.5, 4.5, 5.5, 6.5, 7.5])),
        ("y_test", bytes("(5,)", &[1, 0, 1, 1, 0])),
    ];
    let data = read(&arrays, &network(1, 1)).unwrap();
    assert_eq!(rows(&data.train), [[0.5, 0.0], [1.5, 1.0], [2.5, 0.0]]);
    let test = [[3.5, 1.0], [4.5, 0.0], [5.5, 1.0], [6.5, 1.0], [7.5, 0.0]];
    assert_eq!(rows(data.test.as_ref().unwrap()), test, "in the order of the file");
    let found = data.found.unwrap();
    assert_eq!(found, "8 rows, 1 input, target y_train (2 classes, 0: 4, 1: 4), test: 5 rows");
    let sized = |train, test| {
        let mut csv = network(1, 1);
        (csv.options.train, csv.options.test) = (Some(train), test);
        let names = ArrayNames { has_test_size: true, ..ArrayNames::default() };
        read_with(&npz(&arrays), &csv, &names)
    };
    let data = sized(2, TestSize::Count(1)).unwrap();
    assert_eq!(rows(&data.train), [[0.5, 0.0], [1.5, 1.0]]);
    assert_eq!(rows(data.test.as_ref().unwrap()), [[3.5, 1.0]]);
    assert_eq!(
        sized(4, TestSize::Count(1)).unwrap_err(),
        "d.npz: found the array x_train (3, 1), expected 4 rows or more"
    );
    assert_eq!(
        sized(2, TestSize::Share(0.5)).unwrap_err(),
        "d.npz: found a test set of its own, x_test (5, 1), expected data.test as a number of its rows"
    );
}

#[test]
fn targets_are_classes_from_any_start_or_one_hot_or_numbers() {
    let x = || ("x", floats("(4, 1)", &[0.5, 1.5, 2.5, 3.5]));
    let of = |y: Vec<u8>, outputs, is_classifier| {
        let csv = Csv { is_classifier, ..network(1, outputs) };
        rows(&read(&[x(), ("y", y)], &csv).unwrap().train)
    };
    let hot = [[0.5, 1.0, 0.0], [1.5, 0.0, 1.0], [2.5, 1.0, 0.0], [3.5, 0.0, 1.0]];
    assert_eq!(of(bytes("(4,)", &[7, 9, 7, 9]), 2, true), hot);
    assert_eq!(of(bytes("(4, 1)", &[7, 9, 7, 9]), 2, true), hot);
    assert_eq!(of(floats("(4, 2)", &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]), 2, true), hot);
    assert_eq!(of(array("|b1", "(4,)", vec![0, 1, 0, 1]), 2, true), hot);
    // Several numbers that are not one-hot stay numbers.
    let two = of(floats("(4, 2)", &[0.5, 0.5, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]), 2, true);
    assert_eq!(two[0], [0.5, 0.5, 0.5]);
    let number = of(floats("(4,)", &[0.5, 20.25, -3.0, 1.0]), 1, false);
    assert_eq!(number, [[0.5, 0.5], [1.5, 20.25], [2.5, -3.0], [3.5, 1.0]]);
}

#[test]
fn bytes_of_pictures_are_divided_by_256_and_numbers_are_not() {
    let y = || ("y", bytes("(2,)", &[0, 1]));
    let of = |x: Vec<u8>, inputs| {
        let data = read(&[("x", x), y()], &network(inputs, 1)).unwrap();
        (rows(&data.train)[1][0], data.picture)
    };
    assert_eq!(of(bytes("(2, 2, 3)", &[128; 12]), 6), (0.5, Some((3, 2))));
    assert_eq!(of(bytes("(2, 1, 2, 3)", &[128; 12]), 6), (0.5, Some((3, 2))));
    assert_eq!(of(bytes("(2, 2, 2, 3)", &[128; 24]), 12), (0.5, None), "colours");
    assert_eq!(of(bytes("(2, 64)", &[128; 128]), 64), (0.5, Some((8, 8))));
    assert_eq!(of(bytes("(2, 6)", &[128; 12]), 6), (128.0, None), "a table");
    assert_eq!(of(floats("(2, 2, 2)", &[0.25; 8]), 4), (0.25, Some((2, 2))));
}

#[test]
fn pictures_of_28_pixels_are_stored_as_those_of_mnist() {
    let mut pixels = vec![0; 3 * 784];
    pixels[784 + 5] = 255;
    for shape in ["(3, 28, 28)", "(3, 784)", "(3, 28, 28, 1)", "(3, 1, 28, 28)"] {
        let arrays = [("images", bytes(shape, &pixels)), ("labels", bytes("(3,)", &[3, 4, 6]))];
        let data = read(&arrays, &network(784, 3)).unwrap();
        let sparse = data.train.sparse_pixels(1).unwrap();
        assert_eq!((sparse.indices, sparse.bytes), (&[5][..], &[255][..]), "{shape}");
        assert_eq!(data.classes, ["3", "4", "6"]);
        assert_eq!((data.train.class(0), data.train.class(2)), (Some(0), Some(2)));
        // With an output for each number from 0 on, a label is its class.
        let data = read(&arrays, &network(784, 10)).unwrap();
        assert_eq!((data.train.class(2), data.classes.len()), (Some(6), 10));
        // As a table, the pixels have the same values.
        let mut csv = network(784, 3);
        csv.options.scale = Scale::Range;
        let table = read(&arrays, &csv).unwrap().train;
        assert!(table.sparse_pixels(1).is_none());
    }
}

#[test]
fn arrays_that_are_not_used_are_named() {
    let (x, y) = (floats("(3, 2)", &[0.5; 6]), bytes("(3,)", &[0, 1, 0]));
    let arrays = [("x", x.clone()), ("y", y.clone()), ("x_val", x.clone()), ("notes", Vec::new())];
    let found = read(&arrays, &network(2, 1)).unwrap().found.unwrap();
    assert!(found.contains(", left out: x_val, notes"), "{found}");
    let found = read(&[("a", x), ("b", y)], &network(2, 1)).unwrap().found.unwrap();
    assert!(
        found.contains("target b (2 classes") && found.contains("inputs a (3, 2), as its shape")
    );
}

#[test]
fn holes_and_infinite_numbers_are_refused_at_their_row() {
    let y = || ("y", bytes("(3,)", &[0, 1, 0]));
    let of = |number| read(&[("x", floats("(3, 1)", &[0.5, number, 1.5])), y()], &network(1, 1));
    assert_eq!(
        of(f64::NAN).unwrap_err(),
        "d.npz: found NaN in row 2, column 1, expected a finite number; data.missing = \"drop\" \
         leaves such rows out"
    );
    let infinite = of(f64::NEG_INFINITY).unwrap_err();
    assert_eq!(infinite, "d.npz: found -inf in row 2 of x or its targets, expected finite numbers");
}

#[test]
fn arrays_that_do_not_belong_together_are_refused() {
    let x = || ("x_train", floats("(2, 2)", &[0.5; 4]));
    let y = || ("y_train", bytes("(2,)", &[0, 1]));
    let test = ("x_test", floats("(1, 3)", &[0.5; 3]));
    let refusal = read(&[x(), y(), test, ("y_test", bytes("(1,)", &[0]))], &network(2, 1));
    let expected = "d.npz: found x_train (2, 2) beside x_test (1, 3), expected rows of one size";
    assert_eq!(refusal.unwrap_err(), expected);
    let refusal = read(&[x(), ("y_train", bytes("(3,)", &[0, 1, 0]))], &network(2, 1));
    let expected = "d.npz: found the targets y_train (3,), expected 2 rows, as x_train (2, 2) has";
    assert_eq!(refusal.unwrap_err(), expected);
    let names = ArrayNames {
        inputs: Some("y_train".to_owned()),
        targets: Some("y_train".to_owned()),
        has_test_size: false,
    };
    let same = read_with(&npz(&[x(), y()]), &network(1, 1), &names).unwrap_err();
    assert_eq!(
        same,
        "d.npz: found y_train (2,) as inputs and as targets, expected an array for each"
    );
    let wide =
        read(&[("x", bytes("(2, 99999999)", &[])), ("y", bytes("(2,)", &[0, 1]))], &network(1, 1));
    let expected = "d.npz: found the array x (2, 99999999), expected rows of 1 to 67108864 numbers";
    assert_eq!(wide.unwrap_err(), expected);
    let empty = read(&[], &network(2, 1)).unwrap_err();
    assert_eq!(empty, "d.npz: is an empty zip archive, expected one with arrays");
    let cut = read(&[x(), ("y_train", bytes("(2,)", &[0]))], &network(2, 1)).unwrap_err();
    assert_eq!(cut, "d.npz: found the end of y_train with 2 rows to come, expected all of them");
}

#[test]
fn an_array_alone_is_a_table_whose_columns_are_named_by_number() {
    let table = floats("(3, 3)", &[0.5, 1.0, 7.0, 1.5, 0.0, 8.0, 2.5, 1.0, 9.0]);
    let mut csv = Csv { name: "d.npy".to_owned(), ..network(2, 1) };
    csv.options.target = vec![ColumnName::Number(2)];
    let data = read_with(&table, &csv, &ArrayNames::default()).unwrap();
    assert_eq!(rows(&data.train), [[0.5, 7.0, 1.0], [1.5, 8.0, 0.0], [2.5, 9.0, 1.0]]);
    csv.options.target = vec![ColumnName::Heading("y.npy".to_owned())];
    let refusal = read_with(&table, &csv, &ArrayNames::default()).unwrap_err();
    assert!(refusal.starts_with("cannot read y.npy: "), "{refusal}");
}

#[test]
fn a_survey_names_the_arrays_and_what_is_made_of_them() {
    let file = npz(&[
        ("X", floats("(4, 2)", &[0.5, 100.0, 1.5, 200.0, 2.5, 300.0, 3.5, 400.0])),
        ("y", bytes("(4,)", &[0, 1, 0, 1])),
    ]);
    let open = move |_: &Path| Ok(InputFile::new(Cursor::new(file.clone()), None));
    let (names, options) = (ArrayNames::default(), TableOptions::default());
    let found = survey_arrays(&open, ("d.npz", &names, &options)).unwrap();
    assert_eq!((found.inputs.as_deref(), found.targets.as_deref()), (Some("X"), Some("y")));
    let survey = &found.survey;
    assert_eq!((survey.rows, survey.inputs, survey.outputs), (4, 2, 1));
    assert!(survey.has_classes && survey.needs_scale && !found.has_test);
    assert_eq!(survey.columns[0].content, "float64 [4, 2]");
}
