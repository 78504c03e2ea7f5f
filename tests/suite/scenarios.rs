//! Scenario files: what is read, what is refused and with which message, and that the built-in ones
//! run.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use xentviz::testing::experiment::{Advance, Experiment, load};
use xentviz::testing::file::InputFile;
use xentviz::testing::math::exp;
use xentviz::testing::scenario::{Override, Scenario, ScenarioEdit, catalogue, entries, find};
use xentviz::testing::telemetry::Pace;

mod refusals;

use refusals::REFUSALS;

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

/// Returns the refusal of the good scenario with `from` replaced.
fn refusal(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "nothing to replace: {from}");
    match read(&GOOD.replacen(from, to, 1), &[]) {
        Ok(_) => format!("{to:?} is accepted"),
        Err(error) => error,
    }
}

#[test]
fn an_invalid_scenario_is_refused_with_its_place_its_key_and_a_remedy() {
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
fn an_invalid_override_is_refused_as_it_was_typed() {
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
            "--set batch=1\nseed = 3: training.batch: found \"1\\nseed = 3\"; a whole number 1 to \
             10000000 would do",
        ),
    ];
    for (text, overrides, expected) in cases {
        assert_eq!(read(text, &overrides).expect_err("a refusal"), expected);
    }
}

#[test]
fn a_value_that_became_invalid_is_blamed_on_the_override_that_made_it_so() {
    let cases = [
        (
            GOOD,
            vec![set("foo.bar", "1")],
            "--set foo.bar=1: foo: unknown key; the keys here are title, summary, seed, \
             precision, data, network, training, arm",
        ),
        (
            find("saturated").expect("a built-in scenario").text,
            vec![set("network.layers", "[1]")],
            "--set network.layers=[1]: network.layers: found [1]; at least two sizes, input \
             first, would do",
        ),
        (
            GOOD,
            vec![set("layers", "1024-10-10")],
            "--set layers=1024-10-10: network.layers: found [1024, 10, 10], which does not fit \
             data of kind \"table\"; 2 first and 1 last would do",
        ),
    ];
    for (text, overrides, expected) in cases {
        assert_eq!(read(text, &overrides).expect_err("a refusal"), expected);
    }
}

#[test]
fn invalid_toml_is_refused_with_its_place_and_key() {
    let cases = [
        (
            "training = { batch = 1, eta = 1e400 }",
            "a.toml:1:31: eta: found a number that is too large; at most 1.79e308 would do",
        ),
        ("[training]\neta = 1\n  eta = 2", "a.toml:3:3: eta: duplicate key"),
        ("[training]\neta = 1\n[training]", "a.toml:3:2: training: duplicate key"),
        ("x = [", "a.toml:1:6: unclosed array, expected `]`"),
        ("", "a.toml: data: missing; a table [data] is required"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text, &[]).expect_err("a refusal"), expected);
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
fn the_summary_is_kept_only_while_the_scenario_is_the_one_that_it_describes() {
    let text = find("saturated").expect("it is built in").text;
    let summary = |key: &str, value: &str| {
        let scenario = Scenario::read(text, "saturated", &[set(key, value)]);
        scenario.expect("a scenario").summary
    };
    let own = Scenario::read(text, "saturated", &[]).expect("a scenario").summary;
    assert!(!own.is_empty());
    for (key, value) in [
        ("pace", "max"),
        ("title", "another"),
        ("precision", "f32"),
        ("training.evaluate", "7"),
        // As it is written.
        ("eta", "0.15"),
        ("data.targets", "[[0.0]]"),
    ] {
        assert_eq!(summary(key, value), own, "{key} = {value}");
    }
    for (key, value) in
        [("eta", "0.2"), ("data.targets", "[[0.35]]"), ("network.weights", "[[[1.0]]]")]
    {
        assert_eq!(summary(key, value), "", "{key} = {value}");
    }
    assert_eq!(summary("summary", "mine"), "mine");
}

#[test]
fn missing_keys_have_the_defaults_of_the_format() {
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
    assert!(folder("mnist", std::slice::from_ref(&environment)).contains("path = \"/some/where\""));
    let data = set("data", "else/where");
    for overrides in [[data.clone(), environment.clone()], [environment.clone(), data.clone()]] {
        assert!(folder("mnist", &overrides).contains("path = \"else/where\""));
    }
    assert!(!folder("dead-digits", &[environment]).contains("path"));
    assert!(folder("dead-digits", &[data]).contains("path = \"else/where\""));
}

#[test]
fn a_change_during_the_run_is_distinguished_from_one_that_needs_a_restart() {
    let good = read(GOOD, &[]).expect("a scenario");
    let edit = |key: &str, value: &str| {
        good.edit(key, value).map(|(change, _)| change).map_err(|e| e.to_string())
    };
    assert_eq!(edit("eta", "3"), Ok(ScenarioEdit::Etas(vec![(0, 3.0), (1, 3.0)])));
    assert_eq!(edit("training.eta", "3"), Ok(ScenarioEdit::Etas(vec![(0, 3.0)])));
    assert_eq!(edit("arm.second.eta", "3"), Ok(ScenarioEdit::Eta { arm: 1, eta: 3.0 }));
    let weight = |at, value| Ok(ScenarioEdit::Weight { arm: 1, at, value });
    assert_eq!(edit("arm.second.weights[0][0][1]", "-0.5"), weight((0, 0, 1), -0.5));
    assert_eq!(edit("arm.second.biases[0][0]", "2"), weight((0, 0, 2), 2.0));
    assert!(edit("arm.second.weights[0][0][1]", "two").is_err_and(|e| e.contains("a number")));
    assert!(edit("arm.second.weights[0][0][99]", "2").is_err());
    assert_eq!(edit("pace", "20"), Ok(ScenarioEdit::Pace(Pace::Epochs(20.0))));
    assert_eq!(edit("training.pace", "max"), Ok(ScenarioEdit::Pace(Pace::Max)));
    assert_eq!(edit("epochs", "9"), Ok(ScenarioEdit::Epochs(9)));
    assert_eq!(edit("training.evaluate", "2"), Ok(ScenarioEdit::Evaluate(2)));
    assert_eq!(edit("title", "Another"), Ok(ScenarioEdit::Label));
    assert_eq!(edit("summary", "Another."), Ok(ScenarioEdit::Label));
    let anew = |what: &str| Ok(ScenarioEdit::Restart { what: what.to_owned() });
    assert_eq!(edit("training.lambda", "0.01"), anew("λ = 0.01"));
    assert_eq!(edit("arm.second.lambda", "0.5"), anew("second: λ = 0.5"));
    assert_eq!(edit("seed", "9"), anew("seed = 9"));
    // The label has the value that was set, not that of an arm with one of its own.
    let text = GOOD.replacen("cost = \"quadratic\"", "cost = \"quadratic\"\nlambda = 0.5", 1);
    let own = read(&text, &[]).expect("a scenario");
    let (change, _) = own.edit("training.lambda", "0.01").expect("a new start");
    assert_eq!(Ok::<_, String>(change), anew("λ = 0.01"));
    let (change, anew) = good.edit("layers", "2,8,1").expect("a new start");
    assert_eq!(change, ScenarioEdit::Restart { what: "network.layers = 2,8,1".to_owned() });
    assert_eq!(anew.arms[0].layers, [2, 8, 1]);
    for (key, same) in [("batch", "2"), ("seed", "7"), ("title", "a test")] {
        assert_eq!(edit(key, same), Ok(ScenarioEdit::Nothing), "{key}");
    }
    let refused = edit("eta", "none").expect_err("a refusal");
    assert_eq!(refused, "eta = none: training.eta: found \"none\"; a number above 0 would do");
    let refused = edit("batch", "3").expect_err("a refusal");
    assert!(refused.starts_with("batch = 3: training.batch: found 3 with 2 examples"), "{refused}");
}

#[test]
fn a_change_that_does_not_fit_is_blamed_on_the_typed_value() {
    let saturated = find("saturated").expect("a built-in scenario");
    let saturated = Scenario::read(saturated.text, saturated.name, &[]).expect("a scenario");
    assert_eq!(
        saturated.edit("layers", "1,3,1").expect_err("a refusal").to_string(),
        "layers = 1,3,1: network.weights: found 1 layer; 2 for the layers [1, 3, 1] would do, or \
         init = \"scaled\" in their place"
    );
}

#[test]
fn a_failure_to_load_names_a_remedy() {
    let load_error = |name: &str, keys: &[Override]| {
        let text = find(name).expect("a built-in scenario").text;
        let scenario = Scenario::read(text, name, keys).expect("a scenario");
        let open = |_: &Path| Err(io::Error::new(io::ErrorKind::NotFound, "no such file"));
        load(&scenario, &open, &mut |_| ControlFlow::Break(())).expect_err("nothing to load")
    };
    let no_folder = load_error("mnist", &[]).to_string();
    for word in ["--data FOLDER", "XENTVIZ_DATA", "https://"] {
        assert!(no_folder.contains(word), "{no_folder}");
    }
    let missing = load_error("mnist", &[set("data", "no/where")]).to_string();
    assert!(missing.contains("no/where"), "{missing}");
    let text = GOOD.replacen("kind = \"table\"", "kind = \"csv\"\npath = \"no.csv\"", 1);
    let (from, to) = (text.find("inputs").expect("inputs"), text.find("[network]").expect("it"));
    let csv = read(&format!("{}{}", &text[..from], &text[to..]), &[]).expect("a scenario");
    let open = |_: &Path| Err(io::Error::new(io::ErrorKind::NotFound, "no such file"));
    let error = load(&csv, &open, &mut |_| ControlFlow::Continue(())).expect_err("no file");
    assert_eq!(error.to_string(), "cannot open no.csv: no such file");
    assert!(load_error("digits", &[]).is_cancelled());
}

/// Generates keys that can be set in any built-in scenario, with valid values.
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
    fn a_written_scenario_reads_back_equal(
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
    fn any_text_is_read_or_refused_and_never_panics(
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

/// Returns the shared folder of the developers if it holds MNIST.
#[expect(clippy::print_stderr, reason = "a skipped test prints a notice")]
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
    let open = |path: &Path| Ok(InputFile::new(File::open(path)?, None));
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
            "digits" | "dead-digits" | "initialisation" | "softmax" | "overfitting"
            | "ten-percent" => (),
            _ => keys.clear(),
        }
        if !keys.is_empty() {
            keys.extend([set("data.train", "300"), set("data.test", "100")]);
        }
        let scenario = Scenario::read(built_in.text, built_in.name, &keys).expect("a scenario");
        let mut experiment = start(&scenario);
        let facts = experiment.facts();
        let before: Vec<_> =
            (0..facts.arms.len()).map(|arm| experiment.gradient_factors(arm).cost).collect();
        run(&mut experiment);
        for (arm, before) in before.into_iter().enumerate() {
            assert_eq!(experiment.divergence(arm), None);
            if built_in.name == "ten-percent" {
                // It shows arms that do not learn; it has a test of its own.
                continue;
            }
            let after = experiment.evaluation(arm).expect("an evaluation").cost_data;
            assert!(after < before, "{} {}: {before} to {after}", facts.name, facts.arms[arm].name);
        }
    }
}

#[test]
fn the_list_of_scenarios_begins_with_the_default_and_describes_each() {
    let entries = entries().scenarios;
    assert_eq!(entries[0].name, "saturated");
    for entry in entries {
        assert!(!entry.title.is_empty() && !entry.summary.is_empty(), "{}", entry.name);
        assert!(entry.title.chars().count() <= 40, "{}", entry.title);
    }
}

#[test]
fn ten_percent_shows_what_its_summary_says() {
    let built_in = find("ten-percent").expect("a built-in scenario");
    let keys = [set("epochs", "4")];
    let scenario = Scenario::read(built_in.text, built_in.name, &keys).expect("a scenario");
    let mut experiment = start(&scenario);
    loop {
        match experiment.advance(u64::MAX, &mut ()) {
            Advance::Finished => break,
            Advance::Evaluated if experiment.epoch() > 0 => {
                for arm in 0..2 {
                    let evaluation = experiment.evaluation(arm).expect("an evaluation");
                    assert!(evaluation.saturation[1] > 0.999, "{evaluation:?}");
                    assert!(arm == 0 || evaluation.saturation[0] > 0.999, "{evaluation:?}");
                    // One class is found whole, the others not at all.
                    let found = evaluation.recall.iter().filter(|recall| **recall == Some(1.0));
                    assert_eq!(found.count(), 1, "{evaluation:?}");
                    assert!(evaluation.test_accuracy.is_some_and(|share| share < 0.11));
                }
            }
            _ => {}
        }
    }
    let calm = experiment.evaluation(2).expect("an evaluation");
    assert!(calm.test_accuracy.is_some_and(|share| share > 0.8), "{calm:?}");
}

#[test]
fn overfitting_shows_what_its_summary_says() {
    let built_in = find("overfitting").expect("a built-in scenario");
    let scenario = Scenario::read(built_in.text, built_in.name, &[]).expect("a scenario");
    let mut experiment = start(&scenario);
    let mut costs: [Vec<f64>; 2] = Default::default();
    loop {
        match experiment.advance(u64::MAX, &mut ()) {
            Advance::Finished => break,
            Advance::Evaluated => {
                for (arm, costs) in costs.iter_mut().enumerate() {
                    let evaluation = experiment.evaluation(arm).expect("an evaluation");
                    costs.push(evaluation.test_cost.expect("a test set"));
                }
            }
            _ => {}
        }
    }
    let [plain, decay] = &costs;
    let least = (0..plain.len()).min_by(|a, b| plain[*a].total_cmp(&plain[*b]));
    assert_eq!(least, Some(15), "{plain:?}");
    let ends = [plain, decay].map(|costs| *costs.last().expect("it is evaluated"));
    assert!(ends[0] > 1.15 * plain[15] && ends[1] < ends[0], "{ends:?}");
    assert_eq!(experiment.evaluation(0).expect("an evaluation").accuracy, Some(1.0));
    let parameters: usize =
        scenario.arms[0].layers.windows(2).map(|two| (two[0] + 1) * two[1]).sum();
    assert_eq!(parameters, 23_860, "weights and biases");
    // An epoch of a hundred steps of ten examples: exp(−ηλ/m) to four digits.
    let factor: f64 = (0..100).map(|_| 1.0 - 0.5 * 1.0 / 1000.0).product();
    assert!((factor - 0.9512).abs() < 1e-4 && (factor - exp(-0.05)).abs() < 1e-4, "{factor}");
}

#[test]
fn large_weights_saturate_most_of_the_hidden_layer_and_scaled_ones_none_of_it_whatever_the_seed() {
    let built_in = find("initialisation").expect("a built-in scenario");
    for seed in ["1", "2", "3", "4"] {
        let keys = [
            set("seed", seed),
            set("epochs", "2"),
            set("data.train", "2000"),
            set("data.test", "1000"),
        ];
        let scenario = Scenario::read(built_in.text, built_in.name, &keys).expect("a scenario");
        assert_eq!(
            scenario.arms.iter().map(|arm| &*arm.name).collect::<Vec<_>>(),
            ["large", "scaled"]
        );
        let mut experiment = start(&scenario);
        let mut evaluations = Vec::new();
        while evaluations.len() < 3 {
            match experiment.advance(u64::MAX, &mut ()) {
                Advance::Evaluated => evaluations.push(
                    [0, 1].map(|arm| experiment.evaluation(arm).expect("an evaluation").clone()),
                ),
                Advance::Finished | Advance::Stopped => break,
                Advance::Stepped | Advance::Evaluating => {}
            }
        }
        let [large, scaled] = &evaluations[0];
        assert!(large.saturation[0] > 0.5 && scaled.saturation[0] < 0.001, "{seed}");
        // The same slope multiplies the gradient of every arm, and large stays behind.
        for [large, scaled] in &evaluations[1..] {
            assert!(large.test_accuracy < scaled.test_accuracy, "{seed}: {large:?} {scaled:?}");
        }
    }
}
