//! Models as JSON: the book's format plus one key of xentviz.

mod numbers;
mod python_numbers;
mod read;
mod visit;

use std::io::{self, Write};

use serde::Serialize;

use crate::nn::{Activation, Cost, Output};
use crate::report::python_json::write_python_json;
use crate::report::scaling_record::ScalingRecord;
use crate::report::training_state::TrainingRecord;
use crate::telemetry::ModelState;

pub use read::read_model_json;

/// The fields of the book's file, as `Network.save` of `network2.py` writes it, and one key more.
#[derive(Serialize)]
struct WrittenModel<'a> {
    sizes: &'a [usize],
    weights: Vec<Vec<&'a [f64]>>,
    biases: Vec<Vec<[f64; 1]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<&'static str>,
    xentviz: WrittenExtra<'a>,
}

#[derive(Serialize)]
struct WrittenExtra<'a> {
    version: &'static str,
    arm: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'static str>,
    precision: &'static str,
    eta: f64,
    lambda: f64,
    seed: u64,
    steps: u64,
    epochs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scaling: Option<ScalingRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    training: Option<TrainingRecord>,
}

/// Writes a model as the book's own program does.
///
/// # Errors
/// If writing fails.
pub fn write_model_json(to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
    let layers = model.weights.iter().zip(&model.sizes);
    let book = WrittenModel {
        sizes: &model.sizes,
        weights: layers.map(|(w, inputs)| w.chunks((*inputs).max(1)).collect()).collect(),
        biases: model.biases.iter().map(|b| b.iter().map(|b| [*b]).collect()).collect(),
        cost: model.cost.map(Cost::book_name),
        xentviz: WrittenExtra {
            version: env!("CARGO_PKG_VERSION"),
            arm: &model.arm,
            hidden: model.hidden.map(Activation::name),
            output: model.output.map(Output::name),
            precision: model.precision.name(),
            eta: model.eta,
            lambda: model.lambda,
            seed: model.seed,
            steps: model.steps,
            epochs: model.epochs,
            scaling: model.scaling.as_ref().map(ScalingRecord::from),
            training: model.training.as_ref().map(TrainingRecord::from),
        },
    };
    write_python_json(to, &book)?;
    to.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{read_model_json, write_model_json};
    use crate::nn::{Cost, Precision};
    use crate::report::model::examples::model;

    /// A model as `network2.py` of the book writes it.
    const BOOK: &str = r#"{"sizes": [2, 3, 1], "weights": [[[0.5, -1.25], [1e-3, 2], [3, 4]],
        [[1.0, 2.0, 3.0]]], "biases": [[[0.1], [0.2], [0.3]], [[-4.0]]],
        "cost": "CrossEntropyCost"}"#;

    fn error(text: &str) -> String {
        read_model_json(text.as_bytes().into()).unwrap_err().to_string()
    }

    #[test]
    fn a_model_reads_back_as_it_was_written() {
        let mut file = Vec::new();
        write_model_json(&mut file, &model()).unwrap();
        assert_eq!(read_model_json(file.as_slice().into()).unwrap(), model());
    }

    #[test]
    fn a_model_begins_as_the_book_would_write_it() {
        let mut file = Vec::new();
        write_model_json(&mut file, &model()).unwrap();
        let file = String::from_utf8(file).unwrap();
        let begin = "{\"sizes\": [2, 1, 2], \"weights\": [[[0.1, -2.5]], [[1e-300], [3.0]]], \
                     \"biases\": [[[0.30000000000000004]], [[0.0], [-7.0]]], \
                     \"cost\": \"LogLikelihoodCost\", \"xentviz\": {\"version\": ";
        assert!(file.starts_with(begin), "{file}");
    }

    #[test]
    fn a_file_of_the_books_own_program_is_read() {
        let read = read_model_json(BOOK.as_bytes().into()).unwrap();
        assert_eq!(read.sizes, [2, 3, 1]);
        assert_eq!(read.weights, [vec![0.5, -1.25, 0.001, 2.0, 3.0, 4.0], vec![1.0, 2.0, 3.0]]);
        assert_eq!(read.biases, [vec![0.1, 0.2, 0.3], vec![-4.0]]);
        assert_eq!(read.cost, Some(Cost::CrossEntropy));
        assert_eq!((read.hidden, read.output), (None, None), "the book has no other functions");
        assert_eq!(read.precision, Precision::F64);
    }

    #[test]
    fn errors_name_the_invalid_part() {
        let cases = [
            (
                BOOK.replace("[2, 3, 1]", "[2, 4, 1]"),
                "`weights[0]` is a list of 3, expected 4 neurons, as `sizes` says",
            ),
            (
                BOOK.replace("[3, 4]", "[3]"),
                "`weights[0][2]` is a list of 1, expected 2 inputs, as `sizes` says",
            ),
            (
                BOOK.replace("-1.25", "\"x\""),
                "`weights[0][0][1]` is the text \"x\", expected a number",
            ),
            (BOOK.replace("[3, 4]", "3"), "`weights[0][2]` is the number 3, expected a list"),
            (
                BOOK.replace("[[0.1], [0.2], [0.3]]", "[[0.1, 0.2], [0.3]]"),
                "`biases[0]` is a list of 2, expected 3 neurons, as `sizes` says",
            ),
            (
                BOOK.replace("[2, 3, 1]", "[2, 3.5, 1]"),
                "`sizes[1]` is the number 3.5, expected a whole number of neurons, at least 1",
            ),
            (
                BOOK.replace("[2, 3, 1]", "[2]"),
                "`sizes` is a list of 1, expected two layers or more",
            ),
            (
                BOOK.replace("[2, 3, 1]", "[2, 0, 1]"),
                "`sizes[1]` is the number 0, expected a whole number of neurons, at least 1",
            ),
            (
                BOOK.replace("[2, 3, 1]", "[2, 1e30, 1]"),
                "`sizes[1]` is the number 1e+30, expected a whole number of neurons, at least 1",
            ),
            (
                BOOK.replace("CrossEntropyCost", "network2.Hinge"),
                "`cost` is `network2.Hinge`, expected QuadraticCost or CrossEntropyCost or LogLikelihoodCost \
                 or BookRuleCost",
            ),
            (BOOK.replace("\"cost\"", "\"costs\""), "has no `cost`"),
            ("[1]".to_owned(), "`file` is a list of 1, expected an object"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(&text), expected);
        }
        assert!(error("{").starts_with("is no JSON: EOF"));
        assert!(error(&BOOK.replace("-1.25", "1e999")).starts_with("is no JSON: "));
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_at_its_place() {
        for (written, name) in [
            ("NaN", "NaN"),
            ("Infinity", "Infinity"),
            ("-Infinity", "-Infinity"),
            ("nan", "NaN"),
            ("-nan", "NaN"),
            ("inf", "Infinity"),
            ("-inf", "-Infinity"),
        ] {
            let refusal = error(&BOOK.replace("-1.25", written));
            assert_eq!(refusal, format!("weights[0][0][1] is {name}: this network had diverged"));
            let refusal = error(&BOOK.replace("-4.0", written));
            assert_eq!(refusal, format!("biases[1][0][0] is {name}: this network had diverged"));
        }
        let flat = BOOK.replace("[-4.0]", "NaN");
        assert_eq!(error(&flat), "biases[1][0] is NaN: this network had diverged");
        // Where no number is needed, Python's words for numbers are no obstacle.
        let more = BOOK.replace("\"cost\"", "\"history\": [NaN, {\"a\": -Infinity}], \"cost\"");
        assert_eq!(read_model_json(more.as_bytes().into()).unwrap().sizes, [2, 3, 1]);
        let quoted = BOOK.replace("CrossEntropyCost", "a\\\"NaN");
        assert!(error(&quoted).starts_with("`cost` is `a\"NaN`"), "{}", error(&quoted));
        for invalid in ["Na", "-", "-Inf", "1NaN"] {
            let refusal = error(&BOOK.replace("-1.25", invalid));
            assert!(refusal.starts_with("is no JSON: "), "{invalid}: {refusal}");
        }
    }

    #[test]
    fn the_files_of_other_ports_of_the_book_are_read() {
        let book = read_model_json(BOOK.as_bytes().into()).unwrap();
        for port in [
            format!("\u{feff}{BOOK}"),
            BOOK.replace("[[0.1], [0.2], [0.3]], [[-4.0]]", "[0.1, 0.2, 0.3], [-4.0]"),
            BOOK.replace("[[0.1], [0.2], [0.3]]", "[[0.1, 0.2, 0.3]]"),
            BOOK.replace("CrossEntropyCost", "network2.CrossEntropyCost"),
            BOOK.replace("CrossEntropyCost", "<class 'src.network2.CrossEntropyCost'>"),
            BOOK.replace("[2, 3, 1]", "[2.0, 3.0, 1e0]"),
        ] {
            assert_eq!(read_model_json(port.as_bytes().into()).unwrap(), book, "{port}");
        }
    }

    proptest! {
        #[test]
        fn a_file_with_any_byte_changed_is_read_or_refused(
            at in 0..BOOK.len(), byte in any::<u8>(),
        ) {
            let mut file = BOOK.as_bytes().to_vec();
            file[at] = byte;
            if let Ok(read) = read_model_json(file.as_slice().into()) {
                prop_assert_eq!(read.weights.len(), read.sizes.len() - 1);
            }
        }
    }

    #[test]
    fn sizes_that_a_file_only_claims_allocate_no_memory() {
        let claims = BOOK.replace("[2, 3, 1]", "[18446744073709551615, 3, 1]");
        assert!(error(&claims).starts_with("`weights[0][0]` is a list of 2"));
    }
}
