//! `--until`: where the run ends, and what its files and its table say.

use serde_json::{Value, json};

use crate::cli::{TestDir, errors, text};

/// Runs `xentviz run` with this condition, which must be accepted; returns its standard output.
fn run(place: &TestDir, line: &str, condition: &str) -> String {
    let mut args: Vec<&str> = line.split_whitespace().collect();
    args.extend(["--until", condition]);
    let output = place.command(&args).output().expect("the program can be started");
    assert_eq!(output.status.code(), Some(0), "{condition}: {}", errors(&output));
    text(&output.stdout)
}

/// Returns the summary's arms without their times.
fn arms(place: &TestDir, name: &str) -> Vec<Value> {
    let mut arms = place.json(name)["arms"].as_array().expect("there are arms").clone();
    for arm in &mut arms {
        arm.as_object_mut().expect("an object").retain(|key, _| !key.contains("second"));
    }
    arms
}

#[test]
fn a_run_ends_where_its_condition_is_met_as_if_it_had_so_many_epochs() {
    let place = TestDir::new();
    let files = "--metrics m.csv --summary s.json --save {arm}.json";
    let table = run(&place, &format!("run xor {files}"), "accuracy=95 %");
    let until = place.json("s.json")["until"].clone();
    let (step, epoch) = (&until["step"], &until["epoch"]);
    let expected = json!({
        "condition": "accuracy=95%", "met": true, "step": step, "epoch": epoch,
    });
    assert_eq!(until, expected);
    let line = format!("until accuracy=95%: met at step {step}, epoch {epoch}\n");
    assert!(table.contains(&line), "{table}");
    let [arms_until, metrics] = [json!(arms(&place, "s.json")), json!(place.read("m.csv"))];
    let model = place.json("cross-entropy.json");
    place.succeed(&format!("run xor --epochs {epoch} {files}"));
    assert_eq!(json!(arms(&place, "s.json")), arms_until);
    assert_eq!(json!(place.read("m.csv")), metrics);
    assert_eq!(place.json("cross-entropy.json")["weights"], model["weights"]);
    assert_eq!(place.json("s.json")["until"], Value::Null);
    let reached = |arm: &Value| arm["test_accuracy"].as_f64() >= Some(0.95);
    assert!(arms(&place, "s.json").iter().any(reached));
}

#[test]
fn metrics_do_not_change_the_step_at_which_a_condition_is_met() {
    let place = TestDir::new();
    for condition in ["cost<0.1", "no better for 2 epochs", "step=123", "accuracy>96%"] {
        let mut ends = Vec::new();
        for files in ["--summary s.json", "--summary s.json --metrics m.jsonl"] {
            run(&place, &format!("run xor {files}"), condition);
            ends.push(place.json("s.json")["until"].clone());
        }
        assert_eq!(ends[0], ends[1]);
        assert_eq!(ends[0]["met"], json!(true), "{condition}");
    }
}

#[test]
fn a_run_that_ends_first_says_that_its_condition_was_not_met() {
    let place = TestDir::new();
    let table = run(&place, "run saturated --epochs 40 --summary s.json", "quadratic.a=0.5");
    assert!(table.contains("until quadratic.a=0.5: not met by step 40, epoch 40\n"), "{table}");
    let until = json!({ "condition": "quadratic.a=0.5", "met": false, "step": 40, "epoch": 40 });
    assert_eq!(place.json("s.json")["until"], until);
}

#[test]
fn a_resumed_run_ends_at_the_step_of_one_that_was_not_interrupted() {
    let place = TestDir::new();
    let files = "--summary s.json --save {arm}.safetensors";
    for condition in ["quadratic.a=0.5", "epoch=200", "no-better=250"] {
        run(&place, &format!("run saturated {files}"), condition);
        let whole = place.json("s.json")["until"].clone();
        if condition != "no-better=250" {
            assert_eq!(whole["met"], json!(true), "{condition}");
        }
        place.succeed(&format!("run saturated --epochs 100 {files}"));
        run(&place, &format!("run saturated {files} --resume"), condition);
        assert_eq!(place.json("s.json")["until"], whole, "{condition}");
    }
    // There already: nothing is left to train.
    place.succeed(&format!("run saturated --epochs 100 {files}"));
    let table = run(&place, &format!("run saturated {files} --resume"), "epoch=100");
    assert!(table.contains("until epoch=100: met at step 100, epoch 100\n"), "{table}");
    let line = format!("run saturated {files} --resume --until epoch=99");
    let refusal = place.refused(&line, 2);
    assert!(refusal.starts_with("--until epoch=99: that is past: the run is at step 100"));
}

#[test]
fn a_condition_that_cannot_be_met_is_refused_before_anything_is_done() {
    let place = TestDir::new();
    for (line, words) in [
        ("run saturated --until accuracy=95%", "accuracy needs classes, and this run has none"),
        ("run xor --until a=0.5", "a is the output of one neuron on one example"),
        ("run xor --until epoch=40000", "the run ends at step"),
        ("run xor --until deep.cost<1", "found the arm \"deep\"; quadratic or cross-entropy"),
        ("run xor --until accuracy=95", "found \"95\"; 95% or 0.95 would do"),
        ("run xor --until loss<1", "found \"loss<1\"; a=0.5, accuracy=95%"),
    ] {
        let refusal = place.refused(&format!("{line} --summary s.json"), 2);
        assert!(refusal.contains(words), "{refusal}");
        assert!(!place.names().contains(&"s.json".to_owned()));
    }
}
