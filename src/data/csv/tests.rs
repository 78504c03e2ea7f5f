//! Checks valid, nearly valid and invalid files.

use std::io::Read;
use std::sync::Arc;

use super::*;
use crate::data::{Dataset, RngStream, rng};
use proptest::prelude::*;

fn csv(inputs: usize, outputs: usize) -> Csv {
    let options = TableOptions::default();
    Csv { name: "a.csv".to_owned(), inputs, outputs, is_classifier: true, options }
}

/// Describes a file whose first rows are for training and whose last ones for testing.
fn in_order(shape: (usize, usize), train: Option<usize>, test: usize) -> Csv {
    let test = TestSize::Count(test);
    let options = TableOptions { shuffle: false, train, test, ..TableOptions::default() };
    Csv { options, ..csv(shape.0, shape.1) }
}

fn read_bytes(bytes: &[u8], csv: &Csv) -> Result<Data, DataError> {
    let mut rng = rng(1, RngStream::Data);
    read_csv(bytes.into(), csv, &mut rng, &mut |_| ControlFlow::Continue(()))
}

fn read(text: &str, csv: &Csv) -> Result<Data, DataError> {
    read_bytes(text.as_bytes(), csv)
}

fn error_of(text: &str, csv: &Csv) -> String {
    read(text, csv).unwrap_err().to_string()
}

fn first_inputs(set: &Dataset) -> Vec<f64> {
    let mut x = vec![0.0; set.inputs()];
    let row = |row| {
        set.write_input(row, &mut x);
        x[0]
    };
    (0..set.len()).map(row).collect()
}

#[test]
fn the_last_column_is_the_target() {
    let data = read("1,2,0.5\n3,4,-6e-1\n", &csv(2, 1)).unwrap();
    let (mut x, mut y) = ([0.0; 2], [0.0]);
    data.train.write_input(1, &mut x);
    data.train.write_target(1, &mut y);
    assert_eq!((data.train.len(), x, y), (2, [3.0, 4.0], [-0.6]));
    assert_eq!(data.test, None);
}

#[test]
fn the_last_column_is_the_class_if_there_are_several_outputs() {
    let data = read("1,2\n1,0\n", &csv(1, 3)).unwrap();
    assert!(data.train.is_one_hot());
    assert_eq!((data.train.class(0), data.train.class(1)), (Some(2), Some(0)));
    assert_eq!(data.classes, ["0", "1", "2"]);
}

#[test]
fn headings_blank_lines_spaces_quotes_and_all_line_endings_are_accepted() {
    for text in [
        "x,y\n1,2\n3,4\n",
        "x,y\r\n1,2\r\n3,4\r\n",
        "\u{feff}1,2\n3,4",
        "\n\n 1 ,\t2\n\r\n\"3\",4\n\n",
        "\"a\nb\",c\n1,2\n3,4",
    ] {
        let data = read(text, &csv(1, 1)).unwrap();
        assert_eq!(first_inputs(&data.train), [1.0, 3.0], "{text:?}");
    }
}

#[test]
fn the_last_rows_are_the_test_set() {
    let text = "1,0\n2,0\n3,0\n4,0\n5,0\n";
    let divided = |train, test| read(text, &in_order((1, 1), train, test));
    let data = divided(None, 2).unwrap();
    assert_eq!(first_inputs(&data.train), [1.0, 2.0, 3.0]);
    assert_eq!(first_inputs(&data.test.unwrap()), [4.0, 5.0]);
    let data = divided(Some(2), 1).unwrap();
    assert_eq!(first_inputs(&data.train), [1.0, 2.0]);
    assert_eq!(first_inputs(&data.test.unwrap()), [5.0]);
    assert_eq!(
        divided(Some(4), 2).unwrap_err().to_string(),
        "a.csv: found 5 rows, expected 6 or more: 4 to train on, 2 to test on"
    );
    assert_eq!(
        divided(Some(9), 0).unwrap_err().to_string(),
        "a.csv: found 5 rows, expected 9 rows or more"
    );
    assert!(divided(Some(usize::MAX), usize::MAX).is_err());
}

#[test]
fn a_cell_that_is_not_a_number_is_reported_by_line_and_column() {
    let expected = "a.csv, line 3, column 2: found \"abc\", expected a finite number";
    assert_eq!(error_of("1,2\n3,4\n5,abc\n", &csv(1, 1)), expected);
    assert_eq!(error_of("1,2\r\n3,4\r\n5,abc\r\n", &csv(1, 1)), expected);
    assert_eq!(error_of("1,2\n\n5,abc", &csv(1, 1)), expected);
    assert_eq!(
        error_of("x,y\n1,2\n,2\n", &csv(1, 1)),
        "a.csv, line 3, column 1 (\"x\"): found nothing, expected a finite number; data.missing = \
         \"drop\" leaves such rows out"
    );
    for bad in ["nan", "inf", "-Infinity", "1e999"] {
        let hint = if bad == "nan" { "; data.missing = \"drop\" leaves such rows out" } else { "" };
        assert_eq!(
            error_of(&format!("2,3\n{bad},1\n3,4\n"), &csv(1, 1)),
            format!("a.csv, line 2, column 1: found \"{bad}\", expected a finite number{hint}")
        );
    }
}

#[test]
fn a_long_or_strange_cell_is_quoted_in_part_and_harmlessly() {
    let text = format!("1,1\n1,\u{1b}[2J{}\n", "x".repeat(99));
    let message = error_of(&text, &csv(1, 1));
    assert!(message.contains("found \"\\u{1b}[2Jxxxxxxxxxxxxxxxxxxxx…\","), "{message}");
}

#[test]
fn classes_that_do_not_suit_the_outputs_are_refused() {
    // Numbers from 0 may lack the last classes; others are counted.
    assert_eq!(read("1,0\n1,1\n1,2\n", &csv(1, 4)).unwrap().classes.len(), 4);
    assert_eq!(
        error_of("1,1\n1,2\n1,3\n", &csv(1, 4)),
        "a.csv: found 3 classes in column 2 (1, 2, 3), expected 4, as the last of layers; 3 there would do"
    );
    assert_eq!(
        error_of("1,0\n1,0.5\n1,2\n", &csv(1, 3)),
        "a.csv: found 0.5 in column 2, expected classes there: whole numbers or words"
    );
    assert_eq!(
        error_of("x,label\n1,7\n2,7\n", &csv(1, 3)),
        "a.csv: found only the class 7 in column 2 (\"label\"), expected two or more; data.target names \
         another column"
    );
}

#[test]
fn a_line_of_another_width_is_refused() {
    assert_eq!(
        error_of("1,2,3\n1,2\n4,5,6\n", &csv(2, 1)),
        "a.csv, line 2: found 2 columns, expected 3 columns, as in most lines"
    );
}

#[test]
fn a_file_without_examples_is_refused() {
    for text in ["", "\n\r\n", "x,y\n", "x;y;z\n"] {
        assert_eq!(
            error_of(text, &csv(1, 1)),
            "a.csv: found no examples, expected 1 row or more",
            "{text:?}"
        );
    }
}

#[test]
fn a_row_that_never_ends_is_refused() {
    let mut on = |_| ControlFlow::Continue(());
    for (endless, found) in [
        (&b"\0"[..], "more than 64 KiB"),
        (b"\"", "more than 64 KiB"),
        (b"1", "more than 64 KiB"),
        (b",", "more than"),
    ] {
        let device = endless.chain(std::io::repeat(endless[0]));
        let device = (&b"1,2\n"[..]).chain(device);
        let mut rng = rng(1, RngStream::Data);
        let read = read_csv(InputFile::new(device, None), &csv(1, 1), &mut rng, &mut on);
        let message = read.unwrap_err().to_string();
        assert!(message.starts_with(&format!("a.csv, line 2: found {found}")), "{message}");
    }
}

#[test]
fn with_many_classes_each_row_has_its_own() {
    let text = (0..64).map(|k| format!("{k},{}\n", k * 1000)).collect::<Vec<_>>().concat();
    let data = read(&text, &in_order((1, 70_000), None, 4)).unwrap();
    let (train, test) = (data.train, data.test.unwrap());
    assert!(train.is_one_hot() && test.is_one_hot());
    assert_eq!(
        (train.class(59), train.class(60), test.class(0)),
        (Some(59_000), None, Some(60_000))
    );
    let mut y = vec![9.0_f32; 70_000];
    train.write_target(2, &mut y);
    assert_eq!((y[2000], y.iter().sum::<f32>()), (1.0, 1.0));
    assert_eq!(first_inputs(&test), [60.0, 61.0, 62.0, 63.0]);
    assert_eq!(train.first_beyond(10.0), Some((11, 11.0)));
}

/// Reads a text with `available` bytes of memory available.
fn read_within(text: &str, csv: &Csv, available: u64) -> Result<Data, DataError> {
    let bytes = text.as_bytes().to_vec();
    let file =
        InputFile::new(std::io::Cursor::new(bytes), None).within(Arc::new(move || Some(available)));
    read_csv(file, csv, &mut rng(1, RngStream::Data), &mut |_| ControlFlow::Continue(()))
}

#[test]
fn rows_that_do_not_fit_in_memory_are_refused_with_their_size() {
    let text = ("1,".repeat(30) + "1\n").repeat(60_000);
    read_within(&text, &csv(30, 1), 48 << 20).unwrap();
    let refused = read_within(&text, &csv(30, 1), (16 << 20) + 100_000).unwrap_err().to_string();
    let (rows, rest) = refused
        .strip_prefix("a.csv: its first ")
        .and_then(|rest| rest.split_once(" rows take "))
        .unwrap_or_else(|| panic!("{refused}"));
    assert!((1000..60_000).contains(&rows.parse::<usize>().unwrap()), "{refused}");
    let end =
        "0 MiB more can be had beside the networks; fewer rows would do: data.train, data.test";
    assert_eq!(rest.split_once(" MiB of memory; ").map(|(_, end)| end), Some(end), "{refused}");
    // The rows between those for training and testing take no memory.
    let few = in_order((30, 1), Some(1000), 1000);
    let data = read_within(&text, &few, (16 << 20) + 100_000).unwrap();
    assert_eq!((data.train.len(), data.test.unwrap().len()), (1000, 1000));
}

#[test]
fn reading_can_be_cancelled() {
    let text = "1,2\n".repeat(100_000);
    let mut shares = Vec::new();
    let mut stop = |share| {
        shares.push(share);
        if share > 0.5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let error =
        read_csv(text.as_bytes().into(), &csv(1, 1), &mut rng(1, RngStream::Data), &mut stop)
            .unwrap_err();
    assert!(matches!(error, DataError::Cancelled));
    assert!(
        shares.len() > 1 && shares.is_sorted() && shares[0] > 0.0 && shares[0] < 0.5,
        "{shares:?}"
    );
}

proptest! {
    #[test]
    fn the_first_rows_are_for_training_and_the_last_for_testing_however_many_are_between(
        (rows, train, test) in (1..60_usize, 1..20_usize, 0..20_usize), outputs in 1..2_usize,
    ) {
        let text = (0..rows).map(|row| format!("{row},{}\n", row % 2)).collect::<Vec<_>>().concat();
        let expected = in_order((1, outputs), Some(train), test);
        let read = read(&text, &expected);
        prop_assert_eq!(read.is_ok(), rows >= train + test);
        if let Ok(data) = read {
            let is_right = |set: &Dataset, first: usize| {
                let mut y = vec![0.0; outputs];
                first_inputs(set).into_iter().enumerate().all(|(row, x)| {
                    set.write_target(row, &mut y);
                    let class = ((first + row) % 2) as f64;
                    x == (first + row) as f64 && y[outputs - 1] == class
                })
            };
            prop_assert!(data.train.len() == train && is_right(&data.train, 0));
            prop_assert_eq!(data.test.as_ref().map_or(0, Dataset::len), test);
            prop_assert!(data.test.is_none_or(|set| is_right(&set, rows - test)));
        }
    }

    #[test]
    fn arbitrary_bytes_never_cause_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        (inputs, outputs) in (1_usize..4, 1_usize..4),
    ) {
        drop(read_bytes(&bytes, &csv(inputs, outputs)));
    }

    #[test]
    fn nearly_valid_text_never_causes_a_panic(
        text in "([0-9a.\"\r -]{0,3}[,\n]){0,40}",
        (inputs, outputs) in (1_usize..4, 1_usize..4),
    ) {
        drop(read(&text, &csv(inputs, outputs)));
    }
}

#[test]
fn a_first_line_that_counts_more_inputs_than_a_machine_can_is_a_line_like_others() {
    let text = "1,184467440737095516150,x\n1.5,2,y\n2.5,3,x\n";
    assert_eq!(read(text, &csv(2, 1)).unwrap().train.len(), 3);
}

#[test]
fn two_words_for_one_output_name_its_two_classes() {
    let text = "x,ok\n1,yes\n2,no\n3,yes\n4,no\n";
    let one = read(text, &in_order((1, 1), Some(4), 0)).expect("a table");
    assert_eq!(one.pair, Some(["no".to_owned(), "yes".to_owned()]));
    assert!(one.classes.is_empty(), "names are one for each output");
    let two = read(text, &in_order((1, 2), Some(4), 0)).expect("a table");
    assert_eq!((two.pair, two.classes.len()), (None, 2));
}
