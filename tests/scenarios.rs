//! Scenario files: what is read, what is refused and in which words, and that what is built in runs.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use xentviz::experiment::{
    Advance, Change, Experiment, Override, Scenario, catalogue, entries, find, load,
};
use xentviz::telemetry::Pace;

const GOOD: &str = r#"title = "a test"
seed = 7

[data]
kind = "table"
inputs = [[0.0, 1.0], [1.0, 0.5]]
targets = [[0], [1]]

[network]
layers = [2, 3, 1]

[training]
epochs = 20
batch = 2
eta = 0.5

[[arm]]
name = "first"
cost = "quadratic"

[[arm]]
name = "second"
cost = "cross-entropy"
eta = 0.25
"#;

fn read(text: &str, overrides: &[Override]) -> Result<Scenario, String> {
    Scenario::read(text, "a.toml", overrides).map_err(|error| error.to_string())
}

fn set(key: &str, value: &str) -> Override {
    Override::new(key, value, format!("--set {key}={value}"))
}

/// What is said of the good scenario with `from` replaced.
fn refusal(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "nothing to replace: {from}");
    match read(&GOOD.replacen(from, to, 1), &[]) {
        Ok(_) => format!("{to:?} is accepted"),
        Err(error) => error,
    }
}

const REFUSALS: &[(&str, &str, &str)] = &[
    ("seed = 7", "sede = 7", "a.toml:2:1: sede: unknown key; did you mean seed?"),
    (
        "seed = 7",
        "momentum = 7",
        "a.toml:2:1: momentum: unknown key; the keys here are title, summary, seed, precision, data, network, training, arm",
    ),
    (
        "seed = 7",
        "seed = -1",
        "a.toml:2:8: seed: found -1; a whole number 0 to 9223372036854775807 would do",
    ),
    (
        "seed = 7",
        "seed = 9223372036854775808",
        "a.toml:2:8: found a number that is too large; at most 9223372036854775807 would do",
    ),
    (
        "seed = 7",
        "seed = 1.5",
        "a.toml:2:8: seed: found 1.5; a whole number 0 to 9223372036854775807 would do",
    ),
    (r#"title = "a test""#, "title = 5", "a.toml:1:9: title: found 5; text in quotes would do"),
    (
        r#"title = "a test""#,
        r#"title = "a test"#,
        r#"a.toml:1:16: invalid basic string, expected `"`"#,
    ),
    (
        "seed = 7",
        r#"precision = "f16""#,
        r#"a.toml:2:13: precision: found "f16"; "f32" or "f64" would do"#,
    ),
    (
        r#"kind = "table""#,
        r#"kind = "tabel""#,
        r#"a.toml:5:8: data.kind: found "tabel"; "table", "circle", "xor", "gauss", "spiral", "plane", "digits", "mnist" or "csv" would do"#,
    ),
    (
        r#"kind = "table""#,
        "",
        r#"a.toml:4:1: data.kind: missing; it is required: "table", "circle", "xor", "gauss", "spiral", "plane", "digits", "mnist" or "csv" would do"#,
    ),
    (
        r#"kind = "table""#,
        r#"kind = "circle""#,
        r#"a.toml:6:1: data.inputs: data of kind "circle" has no inputs; its keys are kind, train, test, noise"#,
    ),
    (
        r#"kind = "table""#,
        "kind = \"table\"\ntrain = 1",
        r#"a.toml:6:1: data.train: data of kind "table" has no train; its keys are kind, inputs, targets"#,
    ),
    (
        r#"kind = "table""#,
        "kind = \"table\"\npath = \"x\"",
        r#"a.toml:6:1: data.path: data of kind "table" has no path; its keys are kind, inputs, targets"#,
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "",
        "a.toml:4:1: data.inputs: missing; it is required: a list of rows would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [[0.0, 1.0], [1.0]]",
        "a.toml:6:23: data.inputs[1]: found 1 number; 2 as in the first row would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [[0.0, 1.0], [1.0, nan]]",
        "a.toml:6:29: data.inputs[1][1]: found NaN; a number would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = [0.0, 1.0]",
        "a.toml:6:11: data.inputs[0]: found 0.0; a list of numbers would do",
    ),
    (
        "inputs = [[0.0, 1.0], [1.0, 0.5]]",
        "inputs = []",
        "a.toml:6:10: data.inputs: found no row; a row for each example would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [1], [1]]",
        "a.toml:7:11: data.targets: found 3 rows for 2 rows of inputs; a row for each row of inputs would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [1, 2]]",
        "a.toml:7:17: data.targets[1]: found 2 numbers; 1 as in the first row would do",
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0, 1], [1, 0]]",
        r#"a.toml:10:10: network.layers: found [2, 3, 1], which does not fit data of kind "table"; 2 first and 2 last would do"#,
    ),
    (
        "targets = [[0], [1]]",
        "targets = [[0], [3]]",
        r#"a.toml:23:8: arm.second.cost: found "cross-entropy", but row 1 of data.targets is [3.0]; targets from 0 to 1 would do, or cost = "quadratic""#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2]",
        "a.toml:10:10: network.layers: found [2]; at least two sizes, input first, would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [3, 1]",
        r#"a.toml:10:10: network.layers: found [3, 1], which does not fit data of kind "table"; 2 first and 1 last would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 0, 1]",
        "a.toml:10:14: network.layers[1]: found 0; a whole number 1 to 1000000 would do",
    ),
    (
        "layers = [2, 3, 1]",
        r#"layers = [2, 3, "1"]"#,
        r#"a.toml:10:17: network.layers[2]: found "1"; a whole number 1 to 1000000 would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1000000, 1000000, 1]",
        "a.toml:10:10: network.layers: found [2, 1000000, 1000000, 1], which is more than 50000000 weights; smaller layers would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 100000000, 1]",
        "a.toml:10:14: network.layers[1]: found 100000000; a whole number 1 to 1000000 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "",
        "a.toml:9:1: network.layers: missing; it is required: sizes, input first, would do, as [2, 3, 1]",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\nhidden = \"tahn\"",
        r#"a.toml:11:10: network.hidden: found "tahn"; "sigmoid", "tanh", "relu" or "linear" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\noutput = \"relu\"",
        r#"a.toml:11:10: network.output: found "relu"; "sigmoid", "softmax" or "linear" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\noutput = \"linear\"",
        r#"a.toml:24:8: arm.second.cost: found "cross-entropy" with a linear output; output = "sigmoid" or cost = "quadratic" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\ninit = \"random\"",
        r#"a.toml:11:8: network.init: found "random"; "scaled", "large", "xavier" or "zero" would do"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2]]]",
        "a.toml:9:1: network.biases: missing; weights are given, so they must be too",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nbiases = [[1]]",
        "a.toml:9:1: network.weights: missing; biases are given, so they must be too",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2]]]\nbiases = [[1, 2]]",
        "a.toml:12:11: network.biases[0]: found 2 numbers; 1 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2, 3]]]\nbiases = [[1]]",
        "a.toml:11:13: network.weights[0][0]: found 3 numbers; 2 would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2], [3, 4]]]\nbiases = [[1]]",
        "a.toml:11:12: network.weights[0]: found 2 rows; 1 would do, one for each neuron of the layer",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 3, 1]\nweights = [[[1, 2]]]\nbiases = [[1]]",
        r#"a.toml:11:11: network.weights: found 1 layer; 2 for the layers [2, 3, 1] would do, or init = "scaled" in their place"#,
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\nweights = [[[1, 2e6]]]\nbiases = [[1]]",
        "a.toml:11:17: network.weights[0][0][1]: found 2000000; a number from −10⁶ to 10⁶ would do",
    ),
    (
        "layers = [2, 3, 1]",
        "layers = [2, 1]\ninit = \"zero\"\nweights = [[[1, 2]]]\nbiases = [[1]]",
        "a.toml:11:1: network.init: there are given weights and biases besides; one of both would do",
    ),
    (
        "epochs = 20",
        "epochs = 0",
        "a.toml:13:10: training.epochs: found 0; a whole number 1 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20.0",
        "a.toml:13:10: training.epochs: found 20.0; a whole number 1 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "",
        "a.toml:12:1: training.epochs: missing; it is required: a whole number from 1 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\neval = 1",
        "a.toml:14:1: training.eval: unknown key; did you mean evaluate?",
    ),
    (
        "epochs = 20",
        "epochs = 20\nevaluate = -1",
        "a.toml:14:12: training.evaluate: found -1; a whole number 0 to 1000000000000 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\nshuffle = \"yes\"",
        r#"a.toml:14:11: training.shuffle: found "yes"; true or false would do"#,
    ),
    (
        "epochs = 20",
        "epochs = 20\nlambda = -0.1",
        "a.toml:14:10: training.lambda: found -0.1; a number from 0 would do",
    ),
    (
        "epochs = 20",
        "epochs = 20\npace = 0",
        r#"a.toml:14:8: training.pace: found 0; a number 0.001 to 1000000 or "max" would do"#,
    ),
    (
        "epochs = 20",
        "epochs = 20\npace = \"fast\"",
        r#"a.toml:14:8: training.pace: found "fast"; a number 0.001 to 1000000 or "max" would do"#,
    ),
    (
        "batch = 2",
        "batch = 0",
        "a.toml:14:9: training.batch: found 0; a whole number 1 to 10000000 would do",
    ),
    (
        "batch = 2",
        "batch = 3",
        "a.toml:14:9: training.batch: found 3 with 2 examples to train on; 1 to 2 would do",
    ),
    (
        "batch = 2",
        "",
        "a.toml:12:1: training.batch: missing; it is required: a whole number from 1 would do",
    ),
    ("eta = 0.5", "eta = 0", "a.toml:15:7: training.eta: found 0; a number above 0 would do"),
    ("eta = 0.5", "eta = inf", "a.toml:15:7: training.eta: found inf; a number above 0 would do"),
    (
        "eta = 0.5",
        r#"eta = "big""#,
        r#"a.toml:15:7: training.eta: found "big"; a number above 0 would do"#,
    ),
    (
        "eta = 0.5",
        "",
        "a.toml:12:1: training.eta: missing; it is required: a number above 0 would do",
    ),
    ("eta = 0.25", "eta = -1", "a.toml:24:7: arm.second.eta: found -1; a number above 0 would do"),
    (
        "eta = 0.25",
        "epochs = 5",
        "a.toml:24:1: arm.second.epochs: unknown key; the keys here are name, cost, layers, hidden, output, init, weights, biases, eta, lambda",
    ),
    (
        "eta = 0.25",
        "layers = [2, 3, 2]",
        "a.toml:24:10: arm.second.layers: found [2, 3, 2] beside [2, 3, 1] of arm first; the same first and last sizes would do",
    ),
    (
        "eta = 0.25",
        r#"output = "softmax""#,
        r#"a.toml:23:8: arm.second.cost: found "cross-entropy" with a softmax output; output = "sigmoid", cost = "quadratic" or cost = "log-likelihood" would do"#,
    ),
    (
        r#"name = "second""#,
        r#"name = "first""#,
        r#"a.toml:22:8: arm.first.name: "first" is the name of an earlier arm; another name would do"#,
    ),
    (
        r#"name = "second""#,
        r#"name = "The Second""#,
        r#"a.toml:22:8: arm[1].name: found "The Second"; small letters, digits and - would do"#,
    ),
    (
        r#"name = "second""#,
        "",
        "a.toml:21:1: arm[1].name: missing; it is required: small letters, digits and - would do",
    ),
    (
        r#"cost = "cross-entropy""#,
        r#"cost = "crossentropy""#,
        r#"a.toml:23:8: arm.second.cost: found "crossentropy"; "quadratic", "cross-entropy" or "log-likelihood" would do"#,
    ),
    (
        r#"cost = "cross-entropy""#,
        "",
        r#"a.toml:21:1: arm.second.cost: missing; it is required: "quadratic", "cross-entropy" or "log-likelihood" would do"#,
    ),
    (
        r#"cost = "cross-entropy""#,
        r#"cost = "log-likelihood""#,
        r#"a.toml:23:8: arm.second.cost: found "log-likelihood" with a sigmoid output; output = "softmax", cost = "quadratic" or cost = "cross-entropy" would do"#,
    ),
    (
        "cost = \"cross-entropy\"\n",
        "cost = \"cross-entropy\"\n[arms]\n",
        "a.toml:24:2: arms: unknown key; did you mean arm?",
    ),
    (
        "[[arm]]\nname = \"first\"\ncost = \"quadratic\"",
        "[[arm]]\nname = \"a\"\ncost = \"quadratic\"\n[[arm]]\nname = \"b\"\ncost = \"quadratic\"\n[[arm]]\nname = \"c\"\ncost = \"quadratic\"\n[[arm]]\nname = \"d\"\ncost = \"quadratic\"",
        "a.toml:17:1: arm: found 5 arms; 1 to 4 tables headed [[arm]] would do",
    ),
    ("[training]", "[train]", "a.toml:12:2: train: unknown key; did you mean training?"),
    ("seed = 7", "seed = 7\nseed = 8", "a.toml:3:1: duplicate key"),
];

#[test]
fn what_cannot_be_is_refused_with_its_place_its_key_and_what_would_do() {
    let mut wrong = Vec::new();
    for (from, to, expected) in REFUSALS {
        let found = refusal(from, to);
        if found != *expected {
            wrong.push(format!("{to:?}\n  found    {found}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_said_over_a_file_is_refused_as_it_was_said() {
    let eta = Override::new("eta", "-3", "--eta -3");
    let cases = [
        (GOOD, vec![eta], "--eta -3: training.eta: found -3; a number above 0 would do"),
        (
            GOOD,
            vec![set("arm.second.eta", "fast")],
            "--set arm.second.eta=fast: arm.second.eta: found \"fast\"; a number above 0 would do",
        ),
        (
            GOOD,
            vec![set("arm.secnd.eta", "1")],
            "--set arm.secnd.eta=1: arm.secnd.eta: no arm is called \"secnd\"; did you mean second?",
        ),
        (
            GOOD,
            vec![set("training.etaa", "1")],
            "--set training.etaa=1: training.etaa: unknown key; did you mean eta?",
        ),
        (
            GOOD,
            vec![set("layers", "3,1")],
            "--set layers=3,1: network.layers: found [3, 1], which does not fit data of kind \
             \"table\"; 2 first and 1 last would do",
        ),
        (
            GOOD,
            vec![set("seed.eta", "1")],
            "--set seed.eta=1: seed.eta: no such key; the key of a table would do, as training.eta",
        ),
        (
            GOOD,
            vec![set("a.b.c", "1")],
            "--set a.b.c=1: a.b.c: no such key; KEY, TABLE.KEY or arm.NAME.KEY would do",
        ),
        (
            GOOD,
            vec![set("batch", "1\nseed = 3")],
            "--set batch=1\nseed = 3: training.batch: found \"1\nseed = 3\"; a whole number 1 to \
             10000000 would do",
        ),
        ("x = [", vec![], "a.toml:1:6: unclosed array, expected `]`"),
        ("", vec![], "a.toml: data: missing; a table [data] is required"),
    ];
    for (text, overrides, expected) in cases {
        assert_eq!(read(text, &overrides).expect_err("a refusal"), expected);
    }
}

#[test]
fn a_short_name_holds_for_every_arm_and_a_full_key_for_itself_alone() {
    let etas = |key: &str| {
        let scenario = read(GOOD, &[set(key, "3")]).expect("a scenario");
        scenario.arms.iter().map(|arm| arm.eta).collect::<Vec<_>>()
    };
    assert_eq!(etas("eta"), [3.0, 3.0]);
    assert_eq!(etas("training.eta"), [3.0, 0.25]);
    assert_eq!(etas("arm.second.eta"), [0.5, 3.0]);
    for sizes in ["2,5,1", "[2, 5, 1]", "2-5-1", "2 5 1"] {
        let scenario = read(GOOD, &[set("layers", sizes)]).expect("a scenario");
        assert!(scenario.arms.iter().all(|arm| arm.layers == [2, 5, 1]), "{sizes}");
    }
    let later = read(GOOD, &[set("seed", "4"), set("seed", "5"), set("pace", "max")]);
    let later = later.expect("a scenario");
    assert_eq!((later.seed, later.training.pace), (5, Pace::Max));
}

#[test]
fn what_is_not_said_is_as_the_format_has_it() {
    let scenario = read(&GOOD.replacen("title = \"a test\"", "", 1), &[]).expect("a scenario");
    assert_eq!(scenario.title, "a");
    assert_eq!(scenario.summary, "");
    assert_eq!(scenario.precision.name(), "f64");
    let training = &scenario.training;
    assert_eq!((training.shuffle, training.pace, training.evaluate), (true, Pace::Max, 1));
    let arm = &scenario.arms[0];
    assert_eq!((arm.hidden.name(), arm.output.name()), ("sigmoid", "sigmoid"));
    assert_eq!((arm.start.name(), arm.lambda), ("scaled", 0.0));
    let counts = |data: &str| {
        let (from, to) = (GOOD.find("kind").expect("kind"), GOOD.find("[network]").expect("it"));
        let text = format!("{}{data}\n{}", &GOOD[..from], &GOOD[to..]);
        let text = if data.contains("circle") || data.contains("csv") {
            text
        } else {
            text.replacen("[2, 3, 1]", "[784, 3, 10]", 1)
        };
        read(&text, &[]).expect("a scenario").data.counts()
    };
    assert_eq!(counts("kind = \"circle\""), (Some(500), 500));
    assert_eq!(counts("kind = \"digits\""), (Some(10_000), 2_000));
    assert_eq!(counts("kind = \"digits\"\npath = \"x\""), (Some(50_000), 10_000));
    assert_eq!(counts("kind = \"mnist\""), (Some(50_000), 10_000));
    assert_eq!(counts("kind = \"csv\"\npath = \"x\""), (None, 0));
}

#[test]
fn an_arm_that_names_an_initialiser_does_not_take_the_given_start_of_all() {
    let text = GOOD
        .replacen("[2, 3, 1]", "[2, 1]\nweights = [[[1, 2]]]\nbiases = [[3]]", 1)
        .replacen("eta = 0.25", "init = \"large\"", 1);
    let scenario = read(&text, &[]).expect("a scenario");
    let starts: Vec<&str> = scenario.arms.iter().map(|arm| arm.start.name()).collect();
    assert_eq!(starts, ["given", "large"]);
    let drawn = read(&text, &[set("network.init", "zero")]).expect("a scenario");
    assert_eq!(drawn.arms[0].start.name(), "zero");
}

#[test]
fn the_folder_of_the_environment_is_for_mnist_that_names_none() {
    let folder = |name: &str, overrides: &[Override]| {
        let text = find(name).expect("a built-in scenario").text;
        Scenario::read(text, name, overrides).expect("a scenario").to_toml()
    };
    let environment = Override::mnist_folder("/some/where");
    assert!(folder("mnist", &[environment.clone()]).contains("path = \"/some/where\""));
    let data = set("data", "else/where");
    for said in [[data.clone(), environment.clone()], [environment.clone(), data.clone()]] {
        assert!(folder("mnist", &said).contains("path = \"else/where\""));
    }
    assert!(!folder("dead-digits", &[environment]).contains("path"));
    assert!(folder("dead-digits", &[data]).contains("path = \"else/where\""));
}

#[test]
fn a_change_under_way_is_told_from_one_that_needs_a_new_start() {
    let good = read(GOOD, &[]).expect("a scenario");
    let alter = |key: &str, value: &str| good.alter(key, value).map_err(|e| e.to_string());
    assert_eq!(alter("eta", "3"), Ok(Change::Etas(vec![3.0, 3.0])));
    assert_eq!(alter("training.eta", "3"), Ok(Change::Etas(vec![3.0, 0.25])));
    assert_eq!(alter("arm.second.eta", "3"), Ok(Change::Eta { arm: 1, eta: 3.0 }));
    assert_eq!(alter("pace", "20"), Ok(Change::Pace(Pace::Epochs(20.0))));
    assert_eq!(alter("training.pace", "max"), Ok(Change::Pace(Pace::Max)));
    assert_eq!(alter("epochs", "9"), Ok(Change::Epochs(9)));
    let Ok(Change::Anew(anew)) = alter("layers", "2,8,1") else { panic!("a new start") };
    assert_eq!(anew.arms[0].layers, [2, 8, 1]);
    let refused = alter("eta", "none").expect_err("a refusal");
    assert_eq!(refused, "eta = none: training.eta: found \"none\"; a number above 0 would do");
    let refused = alter("batch", "3").expect_err("a refusal");
    assert!(refused.starts_with("batch = 3: training.batch: found 3 with 2 examples"), "{refused}");
}

/// Keys that can be set in any built-in scenario, and values that will do.
fn alteration() -> impl Strategy<Value = Override> {
    let number = (1e-9..1e9_f64).prop_map(|n| format!("{n:?}"));
    let whole = (1_u64..1_000_000).prop_map(|n| n.to_string());
    let text = "[ -~äσ\"\\\\\n\t]{0,12}";
    prop_oneof![
        (prop_oneof!["eta", "training\\.lambda", "training\\.eta"], number),
        (prop_oneof!["epochs", "evaluate", "seed"], whole),
        (prop_oneof!["title", "summary"], text),
        (Just("pace".to_owned()), (0.001..1e6_f64).prop_map(|n| n.to_string())),
        (Just("precision".to_owned()), prop_oneof!["f32", "f64"]),
        (Just("training.shuffle".to_owned()), prop_oneof!["true", "false"]),
        (Just("network.init".to_owned()), prop_oneof!["large", "zero", "xavier", "scaled"]),
        (Just("network.hidden".to_owned()), prop_oneof!["tanh", "relu", "linear"]),
    ]
    .prop_map(|(key, value)| Override::new(key, value, "a test"))
}

proptest! {
    #[test]
    fn a_scenario_written_down_reads_back_equal(
        which in 0..catalogue().len(),
        alterations in proptest::collection::vec(alteration(), 0..5),
    ) {
        let built_in = catalogue()[which];
        let scenario = Scenario::read(built_in.text, built_in.name, &alterations);
        let scenario = scenario.expect("an altered scenario");
        let written = scenario.to_toml();
        let back = Scenario::read(&written, built_in.name, &[]);
        prop_assert_eq!(back.as_ref(), Ok(&scenario), "{}", written);
    }

    #[test]
    fn whatever_is_written_is_read_or_refused_and_never_breaks(
        at in 0..GOOD.len(),
        length in 0..20_usize,
        instead in "[a-z0-9.=\\[\\]{}\"\n-]{0,8}",
    ) {
        let bytes = [&GOOD.as_bytes()[..at], instead.as_bytes(),
            &GOOD.as_bytes()[(at + length).min(GOOD.len())..]].concat();
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(scenario) = Scenario::read(&text, "a.toml", &[]) {
            let back = Scenario::read(&scenario.to_toml(), "a.toml", &[]);
            prop_assert_eq!(back, Ok(scenario));
        }
    }
}

/// The folder shared by those who work on the program; it holds MNIST.
fn shared_mnist() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("XENTVIZ_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("mnist");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no MNIST in {}", folder.display());
    None
}

fn start(scenario: &Scenario) -> Experiment {
    let open =
        |path: &Path| -> io::Result<Box<dyn Read + Send>> { Ok(Box::new(File::open(path)?)) };
    let data = load(scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(scenario, Arc::new(data)).expect("an experiment")
}

fn run(experiment: &mut Experiment) {
    loop {
        match experiment.advance(u64::MAX, &mut ()) {
            Advance::Finished => break,
            Advance::Stopped => panic!("every arm has diverged"),
            Advance::Stepped | Advance::Evaluating | Advance::Evaluated => {}
        }
    }
}

#[test]
fn every_built_in_scenario_trains() {
    for built_in in catalogue() {
        let mut keys = vec![set("epochs", "1")];
        match built_in.name {
            "mnist" => match shared_mnist() {
                Some(folder) => keys.push(set("data", &folder.to_string_lossy())),
                None => continue,
            },
            "digits" | "dead-digits" | "initialisation" | "softmax" => (),
            _ => keys.clear(),
        }
        if !keys.is_empty() {
            keys.extend([set("data.train", "300"), set("data.test", "100")]);
        }
        let scenario = Scenario::read(built_in.text, built_in.name, &keys).expect("a scenario");
        let mut experiment = start(&scenario);
        let facts = experiment.facts();
        let before: Vec<_> = (0..facts.arms.len()).map(|arm| experiment.moment(arm).cost).collect();
        run(&mut experiment);
        for (arm, before) in before.into_iter().enumerate() {
            assert_eq!(experiment.divergence(arm), None);
            let after = experiment.evaluation(arm).expect("an evaluation").cost_data;
            assert!(after < before, "{} {}: {before} to {after}", facts.name, facts.arms[arm].name);
        }
    }
}

#[test]
fn the_list_of_scenarios_begins_with_the_default_and_says_what_each_shows() {
    let entries = entries();
    assert_eq!(entries[0].name, "saturated");
    for entry in entries {
        assert!(!entry.title.is_empty() && !entry.summary.is_empty(), "{}", entry.name);
        assert!(entry.title.chars().count() <= 40, "{}", entry.title);
    }
}

#[test]
fn a_thousand_pictures_of_mnist_are_learnt_as_well_as_elsewhere() {
    let Some(folder) = shared_mnist() else { return };
    let text = find("mnist").expect("a built-in scenario").text;
    let quadratic = text.find("[[arm]]").expect("an arm");
    let cross_entropy = text.rfind("[[arm]]").expect("an arm");
    let text = format!("{}{}", &text[..quadratic], &text[cross_entropy..]);
    let keys = [set("data", &folder.to_string_lossy()), set("data.train", "1000")];
    let scenario = Scenario::read(&text, "mnist", &keys).expect("a scenario");
    let mut experiment = start(&scenario);
    run(&mut experiment);
    let last = experiment.evaluation(0).expect("an evaluation");
    assert_eq!(last.epoch, 30);
    let accuracy = last.test_accuracy.expect("classes");
    assert!((0.87..0.90).contains(&accuracy), "test accuracy {accuracy}");
    let (best, epoch) = experiment.best(0).expect("an accuracy");
    assert!(best >= accuracy && (1..=30).contains(&epoch));
}
