//! Files of comma-separated values.

use proptest::prelude::*;
use xentviz::testing::data::{Csv, Missing, Scale, TableOptions, TestSize};

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::{csv, table};

fn expected(inputs: usize, outputs: usize) -> Csv {
    let options = TableOptions::default();
    Csv { name: "hostile.csv".to_owned(), inputs, outputs, is_classifier: false, options }
}

/// Describes a file whose last rows are for testing.
fn in_order((inputs, outputs): (usize, usize), train: Option<usize>, test: usize) -> Csv {
    let test = TestSize::Count(test);
    let options = TableOptions { shuffle: false, train, test, ..TableOptions::default() };
    Csv { options, ..expected(inputs, outputs) }
}

fn good() -> Vec<Vec<u8>> {
    [
        "x,y\n1,2\n3,4\n",
        "1,0\r\n2,1\r\n",
        "\u{feff}\"a\nb\",c\n 1 ,\t2\n\"3\",4",
        "\n\n1,1\n0.5,0\n-3e-7,1\n\n",
        "1,2,3\n4,5,6\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Tables as people have them.
fn tables() -> Vec<Vec<u8>> {
    [
        "a;b;c\n1,5;2,5;x\n2,5;3;y\n0,5;1;x\n",
        "id\tname\ty\n1\tann\t0\n2\tbob\t1\n3\tcy\t0\n",
        "4,2,setosa,versicolor\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n",
        "\"\",\"v\",\"ok\"\n\"1\",NA,TRUE\n\"2\",2,FALSE\n\"3\",3,TRUE\n",
        "1e300 2 3\n-1e300 5 6\n1e308 8 9\n",
        // More inputs than can be counted.
        "150,1e300,a,b\n1,2,0\n3,4,1\n",
        "150,18446744073709551616,a,b\n1,2,0\n3,4,1\n",
        "label,p1,p2\n0,0,255\n1,255,0\n0,1,254\n1,254,1\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn error_of(bytes: &[u8], csv_format: &Csv) -> String {
    csv(bytes, csv_format).expect_err("it is refused").to_string()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in anything(), inputs in 1..4_usize, outputs in 1..4_usize,
    ) {
        let _ = csv(&bytes, &expected(inputs, outputs));
    }

    #[test]
    fn a_corrupted_file_is_read_or_refused(
        bytes in corrupted(good()), inputs in 1..3_usize, outputs in 1..4_usize,
        train in proptest::option::of(1..4_usize), test in 0..3_usize,
    ) {
        let _ = csv(&bytes, &in_order((inputs, outputs), train, test));
    }

    #[test]
    fn a_corrupted_table_is_taken_for_something_that_can_be_read_or_refused(
        bytes in corrupted(tables()),
        missing in prop::sample::select(&Missing::ALL[..]),
        scale in prop::sample::select(&Scale::ALL[..]),
    ) {
        let options = TableOptions { missing, scale, ..TableOptions::default() };
        let _ = table(&bytes, &options);
        let scaled = Csv { options, ..expected(2, 1) };
        let _ = csv(&bytes, &scaled);
    }

    #[test]
    fn numbers_are_read_to_the_last_bit(numbers in proptest::collection::vec(
        any::<f64>().prop_filter("finite", |n| n.is_finite()), 1..40,
    )) {
        let text = numbers.iter().map(|n| format!("{n:?},{n}\n")).collect::<Vec<_>>().concat();
        let data = csv(text.as_bytes(), &expected(1, 1)).expect("numbers are read");
        for (row, number) in numbers.iter().enumerate() {
            let (mut x, mut y) = ([0.0_f64], [0.0_f64]);
            data.train.write_input(row, &mut x);
            data.train.write_target(row, &mut y);
            prop_assert_eq!((x[0].to_bits(), y[0].to_bits()), (number.to_bits(), number.to_bits()));
        }
    }
}

#[test]
fn a_number_that_no_float_holds_is_refused_at_its_place() {
    for number in ["1e999", "-1e999", "nan", "inf", "-Infinity", "1\0", "0x1", "\u{ff11}"] {
        let text = format!("1,2\n3,{number}\n");
        let refusal = error_of(text.as_bytes(), &expected(1, 1));
        assert!(refusal.starts_with("hostile.csv, line 2, column 2: found \""), "{refusal}");
    }
}

#[test]
fn a_few_rows_with_very_many_classes_stay_within_the_memory_limit() {
    let _guard = measurement_guard();
    let text = (0..2000).map(|k| format!("0,{k}\n")).collect::<Vec<_>>().concat();
    let data = csv(text.as_bytes(), &expected(1, 390_000)).expect("classes are read");
    assert_eq!((data.train.class(1999), data.train.outputs()), (Some(1999), 390_000));
}

#[test]
fn a_large_file_stays_within_the_memory_limit() {
    let _guard = measurement_guard();
    let text = b"0.5,0.25,1\n".repeat((20 << 20) / 11);
    for test in [0, 1000, 1_000_000] {
        let data = csv(&text, &in_order((2, 1), None, test)).expect("it is good");
        assert_eq!(data.train.len() + test, text.len() / 11);
    }
}

#[test]
fn a_large_file_of_single_digits_stays_within_the_memory_limit() {
    let _guard = measurement_guard();
    for (inputs, outputs, share) in [(1, 1, 0), (30, 1, 2), (30, 100, 3), (999_999, 10, 2)] {
        let row = "1,".repeat(inputs);
        let text = format!("{row}1\n{row}0\n");
        let pairs = (17 << 20) / text.len();
        let rows = 2 * pairs;
        let test = rows * share / 4;
        let data = csv(text.repeat(pairs).as_bytes(), &in_order((inputs, outputs), None, test));
        assert_eq!(data.expect("it is good").train.len() + test, rows);
    }
}

#[test]
fn a_line_that_is_too_long_is_refused_before_it_is_read_whole() {
    let _guard = measurement_guard();
    for (piece, found) in [(",", "columns"), ("1", "KiB"), ("\"", "KiB"), ("1,", "columns")] {
        let text = format!("1,2\n{}", piece.repeat((8 << 20) / piece.len()));
        let refusal = error_of(text.as_bytes(), &expected(1, 1));
        assert!(refusal.starts_with("hostile.csv, line 2: found more than "), "{refusal}");
        assert!(refusal.contains(found), "{refusal}");
    }
    // The same with very many columns that are expected.
    let text = ",".repeat(64 << 20);
    assert!(
        error_of(text.as_bytes(), &expected(1_000_000, 1))
            .contains("found more than 1000001 columns")
    );
}

#[test]
fn a_heading_with_control_characters_is_quoted_as_text() {
    let text = b"a,\"\x1b[2J\nb\"\n1,2\n3,\x1b]0;x\x07\n";
    let refusal = error_of(text, &expected(1, 1));
    let quoted = "line 4, column 2 (\"\\u{1b}[2J\\nb\"): found \"\\u{1b}]0;x\\u{7}\"";
    assert!(refusal.contains(quoted), "{refusal}");
}
