//! Models, as JSON and as tensors.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use xentviz::testing::nn::{Activation, Cost, DataScaling, Output, PendingScale, Precision};
use xentviz::testing::report::{write_model_json, write_model_tensors};
use xentviz::testing::telemetry::{Divergence, ModelState, TrainingState};

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::{is_same, model_json, model_tensors};

fn model(sizes: Vec<usize>, number: impl Fn(usize) -> f64) -> ModelState {
    let pairs = sizes.windows(2);
    ModelState {
        arm: "cross-entropy".to_owned(),
        weights: pairs.clone().map(|pair| (0..pair[0] * pair[1]).map(&number).collect()).collect(),
        biases: pairs.map(|pair| (0..pair[1]).map(&number).collect()).collect(),
        sizes,
        cost: Some(Cost::CrossEntropy),
        hidden: Some(Activation::Tanh),
        output: Some(Output::Sigmoid),
        scaling: None,
        precision: Precision::F64,
        eta: 0.15,
        lambda: 5.0,
        seed: 1 << 62,
        steps: 123,
        epochs: 4,
        training: None,
    }
}

fn json(model: &ModelState) -> Vec<u8> {
    let mut file = Vec::new();
    write_model_json(&mut file, model).expect("memory takes all");
    file
}

fn tensors(model: &ModelState) -> Vec<u8> {
    let mut file = Vec::new();
    write_model_tensors(&mut file, model).expect("memory takes all");
    file
}

fn good() -> [ModelState; 2] {
    let small = model(vec![2, 3, 1], |i| i as f64 / 7.0 - 0.3);
    let training = Some(training(vec![0b01_10_00, 1]));
    let scaling = DataScaling {
        method: "range".to_owned(),
        offsets: vec![0.1 + 0.2, -7.0],
        spreads: vec![1.0 / 3.0, 1e-300],
        inputs: vec!["a".to_owned(), "b \"c\"".to_owned()],
        classes: Vec::new(),
        target_offsets: vec![1e9],
        target_spreads: vec![0.5],
    };
    let resumable = ModelState { training, scaling: Some(scaling), ..small };
    [ModelState { precision: Precision::F32, ..model(vec![1, 2], |i| i as f64) }, resumable]
}

fn training(corrections: Vec<u8>) -> TrainingState {
    let reason = "a weight beyond 10⁶".to_owned();
    TrainingState {
        step: 130,
        batch: 10,
        examples: 300,
        shuffle: true,
        is_evaluated: false,
        best: Some((0.5, 4)),
        divergence: Some(Divergence { step: 124, eta: 0.15, reason }),
        has_overflowed: false,
        first_cost: Some(0.4),
        unsettled: Some(PendingScale { scale: 0.75, corrections }),
        last_step: Some([0.1, -0.0, 1e-300, 2.0, -3.0]),
        records: 14,
    }
}

/// Returns a tensors file with this header and `bytes` bytes of data.
fn headed(header: &str, bytes: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.resize(file.len() + bytes, 0);
    file
}

fn error_of(read: Result<ModelState, xentviz::testing::report::ModelError>) -> String {
    read.expect_err("it is refused").to_string()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in anything()) {
        let _ = model_json(&bytes);
        let _ = model_tensors(&bytes);
    }

    #[test]
    fn corrupted_json_is_read_or_refused(bytes in corrupted(good().iter().map(json).collect())) {
        let _ = model_json(&bytes);
    }

    #[test]
    fn corrupted_tensors_are_read_or_refused(bytes in corrupted(good().iter().map(tensors).collect())) {
        let _ = model_tensors(&bytes);
    }

    #[test]
    fn a_corrupted_header_of_tensors_is_read_or_refused(
        header in corrupted(good().iter().map(|m| {
            let file = tensors(m);
            let length = u64::from_le_bytes(*file.first_chunk().expect("a length"));
            file[8..8 + length as usize].to_vec()
        }).collect()),
    ) {
        let _ = model_tensors(&headed(&String::from_utf8_lossy(&header), 200));
    }

    #[test]
    fn a_written_model_reads_back_to_the_last_bit(
        sizes in vec(1..4_usize, 2..5),
        numbers in vec(any::<f64>().prop_filter("finite", |n| n.is_finite()), 1..20),
        (arm, seed, steps, epochs) in any::<(String, u64, u64, u64)>(),
        (cost, output) in (select(&Cost::ALL[..]), select(&Output::ALL[..])),
        is_single in any::<bool>(),
    ) {
        let precision = if is_single { Precision::F32 } else { Precision::F64 };
        let number = |i: usize| {
            let number = numbers[i % numbers.len()];
            let single = f64::from(number as f32);
            if is_single && single.is_finite() { single } else if is_single { 0.0 } else { number }
        };
        let written = ModelState {
            arm, seed, steps, epochs, cost: Some(cost), output: Some(output), precision, eta: number(0), lambda: number(1),
            ..model(sizes, number)
        };
        let read = model_json(&json(&written)).expect("a written model reads back");
        prop_assert!(is_same(&read, &written));
        let read = model_tensors(&tensors(&written)).expect("a written model reads back");
        prop_assert!(is_same(&read, &written));
    }
}

#[test]
fn deep_nesting_is_refused() {
    let _guard = measurement_guard();
    for (open, close) in [("[", "]"), ("{\"weights\":", "}"), ("{\"a\":", "}"), ("[{\"a\":", "}]")]
    {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(!error_of(model_json(deep.as_bytes())).is_empty());
        assert!(!error_of(model_json(format!("{{\"sizes\":{deep}}}").as_bytes())).is_empty());
        let short = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        assert!(error_of(model_tensors(&headed(&short, 0))).starts_with("is no safetensors file"));
    }
}

#[test]
fn a_key_that_occurs_twice_is_refused() {
    let file = String::from_utf8(json(&good()[1])).expect("JSON is text");
    for (key, again) in [
        ("sizes", "{\"sizes\": [1, 1], "),
        ("weights", "{\"weights\": [], "),
        ("cost", "{\"cost\": \"x\", "),
        ("xentviz", "{\"xentviz\": {}, "),
    ] {
        let twice = file.replacen('{', again, 1);
        let expected = format!("`{key}` is there twice, expected once");
        assert_eq!(error_of(model_json(twice.as_bytes())), expected);
    }
    for (key, again) in [("arm", "\"arm\": \"a\", "), ("training", &training_of(&file))] {
        let twice = file.replacen("\"arm\":", &format!("{again}\"arm\":"), 1);
        let expected = format!("`xentviz.{key}` is there twice, expected once");
        assert_eq!(error_of(model_json(twice.as_bytes())), expected);
    }
}

/// Returns the entry of the training state in a file, followed by a comma.
fn training_of(file: &str) -> String {
    let (_, rest) = file.split_once("\"training\": ").expect("it has a training state");
    format!("\"training\": {}, ", rest.trim_end().trim_end_matches('}').to_owned() + "}")
}

#[test]
fn an_invalid_training_state_is_refused_at_its_place() {
    let file = String::from_utf8(json(&good()[1])).expect("JSON is text");
    for (good, bad) in [
        ("\"step\": 130", "\"step\": \"\u{1b}\""),
        ("\"shuffle\": true", "\"shuffle\": 1"),
        ("\"scale\": 0.75", "\"scale\": null"),
        ("\"best\": [0.5, 4]", "\"best\": [0.5]"),
        ("\"corrections\": [\"", "\"corrections\": [\"*"),
    ] {
        let corrupted = file.replacen(good, bad, 1);
        assert_ne!(corrupted, file, "{good}");
        let refusal = error_of(model_json(corrupted.as_bytes()));
        assert!(refusal.starts_with("`xentviz.training` is "), "{refusal}");
    }
    let mut file = tensors(&good()[1]);
    let key = b"\\\"step\\\":";
    let at = file.windows(key.len()).position(|bytes| bytes == key).expect("the file has this key");
    file[at + key.len()] = b'x';
    let refusal = error_of(model_tensors(&file));
    assert!(refusal.contains("xentviz_training"), "{refusal}");
}

#[test]
fn an_invalid_scaling_is_refused_at_its_place() {
    let file = String::from_utf8(json(&good()[1])).expect("JSON is text");
    for (good, bad) in [
        ("\"offsets\": [0.30000000000000004, -7.0]", "\"offsets\": [1.0]"),
        ("\"spreads\": [0.3333333333333333, 1e-300]", "\"spreads\": [1.0, 0.0]"),
        ("\"spreads\": [0.3333333333333333, 1e-300]", "\"spreads\": [1.0, -1.0]"),
        ("\"spreads\": [0.3333333333333333, 1e-300]", "\"spreads\": 1.0"),
        ("\"inputs\": [\"a\", ", "\"inputs\": ["),
        ("\"method\": \"range\"", "\"method\": 1"),
    ] {
        let corrupted = file.replacen(good, bad, 1);
        assert_ne!(corrupted, file, "{good}: {file}");
        let refusal = error_of(model_json(corrupted.as_bytes()));
        assert!(refusal.starts_with("`xentviz.scaling` is "), "{refusal}");
    }
    let twice = file.replacen(
        "\"scaling\":",
        "\"scaling\": {\"method\": \"range\", \"offsets\": [], \
        \"spreads\": [], \"inputs\": [], \"classes\": []}, \"scaling\":",
        1,
    );
    let expected = "`xentviz.scaling` is there twice, expected once";
    assert_eq!(error_of(model_json(twice.as_bytes())), expected);
    let mut file = tensors(&good()[1]);
    let key = b"\\\"spreads\\\":[";
    let at = file.windows(key.len()).position(|bytes| bytes == key).expect("the file has this key");
    file[at + key.len()] = b'-';
    let refusal = error_of(model_tensors(&file));
    assert!(refusal.starts_with("`xentviz_scaling` is "), "{refusal}");
}

#[test]
fn the_parts_of_a_file_may_come_in_any_order() {
    let file = "{\"cost\": \"QuadraticCost\", \"biases\": [[[3]]], \"weights\": [[[1, 2]]], \
                \"more\": [{\"a\": 1}], \"sizes\": [2, 1]}";
    let read = model_json(file.as_bytes()).expect("it is good");
    assert_eq!((read.weights, read.biases), (vec![vec![1.0, 2.0]], vec![vec![3.0]]));
    let uneven = file.replace("[[1, 2]]", "[[1, 2], [3]]").replace("[2, 1]", "[2, 2]");
    let expected = "`weights[0][1]` is a list of 1, expected 2 inputs, as `sizes` says";
    assert_eq!(error_of(model_json(uneven.as_bytes())), expected);
}

#[test]
fn numbers_that_no_float_holds_are_refused() {
    let file = "{\"sizes\": [1, 1], \"weights\": [[[HERE]]], \"biases\": [[[0]]], \"cost\": \
                \"QuadraticCost\"}";
    for number in ["1e999", "-1e999", "NaN", "Infinity", "null", "\"1\"", "[1]", "{}", "true"] {
        let refusal = error_of(model_json(file.replace("HERE", number).as_bytes()));
        let is_placed = refusal.contains("weights[0][0][0]") || refusal.contains("line 1 column");
        assert!(is_placed, "{number}: {refusal}");
    }
    for number in [f64::NAN, f64::INFINITY] {
        let refusal = error_of(model_tensors(&tensors(&model(vec![1, 1], |_| number))));
        assert!(refusal.starts_with("`layers.0.weight` is partly "), "{refusal}");
    }
    let file = ModelState { eta: f64::INFINITY, ..good()[1].clone() };
    let refusal = error_of(model_tensors(&tensors(&file)));
    assert_eq!(refusal, "`eta` is `inf`, expected a finite number");
}

const OFFSETS: &str = "{\"xentviz\":{\"scaling\":{\"offsets\":[0";
const INPUTS: &str = "{\"xentviz\":{\"scaling\":{\"inputs\":[\"\"";
const CORRECTIONS: &str =
    "{\"xentviz\":{\"training\":{\"unsettled\":{\"scale\":0.5,\"corrections\":[\"\"";

#[test]
fn a_json_file_of_punctuation_alone_stays_within_the_memory_limit() {
    let _guard = measurement_guard();
    for (before, piece, after) in [
        ("{\"weights\":[[[0", ",0", "]]]}"),
        ("{\"weights\":[[[]", ",[]", "]]}"),
        ("{\"weights\":[[]", ",[]", "]}"),
        ("{\"biases\":[[[0]", ",[0]", "]]}"),
        ("{\"sizes\":[1", ",1", "]}"),
        ("{\"a\":[0", ",0", "]}"),
        ("{\"a\":[[]", ",{}", "]}"),
        ("{\"xentviz\":{\"a\":[0", ",0", "]}}"),
        ("{\"xentviz\":{\"training\":[0", ",0", "]}}"),
        ("{\"xentviz\":{\"training\":{\"a\":[0", ",0", "]}}}"),
        (CORRECTIONS, ",\"\"", "]}}}}"),
        (OFFSETS, ",0", "]}}}"),
        (INPUTS, ",\"\"", "]}}}"),
        (CORRECTIONS, ",\"AAAA\"", "]}}}}"),
        ("{\"cost\":\"", "x", "\"}"),
        ("{\"cost\":\"", "x ", "\"}"),
        ("{\"cost\":\"", "\\u001b ", "\"}"),
        ("{\"", "x", "\":0}"),
        ("{\"weights\":[[[0.", "0", "]]]}"),
        ("{\"weights\":[[[0.", "7", "]]]}"),
        ("[0", ",0", "]"),
    ] {
        let text = format!("{before}{}{after}", piece.repeat((18 << 20) / piece.len()));
        assert!(!error_of(model_json(text.as_bytes())).is_empty());
    }
}

#[test]
fn a_precision_that_differs_from_that_of_the_numbers_is_refused() {
    let file = String::from_utf8_lossy(&tensors(&model(vec![1, 1], |_| 0.0))).into_owned();
    let file = file.replace("\"precision\":\"f64\"", "\"precision\":\"f32\"");
    let refusal = error_of(model_tensors(file.as_bytes()));
    assert_eq!(refusal, "`precision` is `f32`, expected f64, as the tensors are");
    // Of two precisions the wider one holds all numbers.
    let tensor = |name: &str, dtype: &str, shape: &str, (begin, end): (u8, u8)| {
        format!(
            "\"layers.0.{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\
             \"data_offsets\":[{begin},{end}]}}"
        )
    };
    let (weight, bias) =
        (tensor("weight", "F32", "[1,1]", (0, 4)), tensor("bias", "F64", "[1]", (4, 12)));
    let mixed = model_tensors(&headed(&format!("{{{weight},{bias}}}"), 12)).expect("it is good");
    assert_eq!(mixed.precision, Precision::F64);
}

#[test]
fn a_word_that_does_not_end_is_refused_at_its_place() {
    let endless = [b"{\"sizes\": [", &b"7".repeat(100_000)[..]].concat();
    assert_eq!(
        error_of(model_json(&endless)),
        "cannot be read: a number or word of more than 64 KiB from byte 11 on"
    );
}

#[test]
fn many_tensors_and_many_sizes_stay_within_the_memory_limit() {
    let _guard = measurement_guard();
    let tensor = |name: &str, shape: &str| {
        format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{shape}],\"data_offsets\":[0,0]}}")
    };
    let many: Vec<String> = (0..15_000).map(|n| tensor(&n.to_string(), "0")).collect();
    let sizes = tensor("layers.0.weight", &vec!["0"; 500_000].join(","));
    let metadata: Vec<String> = (0..60_000).map(|n| format!("\"{n}\":\"\"")).collect();
    for header in [
        format!("{{{}}}", many.join(",")),
        format!("{{{sizes},{}}}", tensor("layers.0.bias", "0")),
        format!("{{\"__metadata__\":{{{}}}}}", metadata.join(",")),
        format!("{{{}}}", tensor(&"\\u001b".repeat(150_000), "0")),
    ] {
        assert!(!error_of(model_tensors(&headed(&header, 0))).is_empty());
    }
    let large = headed(&format!("{{{}", " ".repeat(2 << 20)), 0);
    assert!(error_of(model_tensors(&large)).ends_with("1048576 at most"));
}

#[test]
fn a_large_model_stays_within_the_memory_limit() {
    let _guard = measurement_guard();
    let large = model(vec![1500, 1500], |i| i as f64 * 1e-7);
    assert!(model_json(&json(&large)).is_ok());
    let single = ModelState { precision: Precision::F32, ..large };
    assert!(model_tensors(&tensors(&single)).is_ok());
    // Two bits for each of the weights, of which there are more than a header has room for.
    let large = model(vec![2500, 2000], |i| f64::from(i as f32 * 1e-7));
    let training = Some(training(vec![0b01_10_00_01; 2500 * 2000 / 4]));
    let unsettled = ModelState { precision: Precision::F32, training, ..large };
    assert!(model_json(&json(&unsettled)).is_ok());
    assert!(model_tensors(&tensors(&unsettled)).is_ok());
}
