//! Runs that start from saved models.

use std::sync::Arc;

use crate::scenario::{ModelStart, SavedModel, Scenario};
use crate::source::live::tests::{LiveRun, built_in, scenario, setup};
use crate::source::{RunModels, RunSetup};
use crate::telemetry::{Activation, Command, Cost, ModelState, Notice, Output, Precision};

/// Returns a model of the shape of `xor`, whose weights are all `weight`.
fn model(weight: f64) -> ModelState {
    ModelState {
        arm: "any".to_owned(),
        sizes: vec![2, 4, 1],
        weights: vec![vec![weight; 8], vec![weight; 4]],
        biases: vec![vec![weight; 4], vec![weight]],
        cost: None,
        hidden: Some(Activation::Tanh),
        output: None,
        scaling: None,
        precision: Precision::F64,
        eta: 0.0,
        lambda: 0.0,
        seed: 0,
        steps: 7,
        epochs: 0,
        training: None,
    }
}

fn start(path: &str, model: ModelState) -> ModelStart {
    let origin = format!(":load {path}");
    let models = vec![SavedModel { model, origin }];
    ModelStart { path: path.to_owned(), models, remarks: Vec::new() }
}

/// Returns the models of a path, as the program reads them from files.
fn read(path: &str, _: &Scenario) -> Result<ModelStart, String> {
    match path {
        "small.json" => Ok(start(path, model(0.25))),
        "wide.json" => Ok(start(path, ModelState { sizes: vec![2, 9, 1], ..model(1.0) })),
        _ => Err(format!(":load {path}: cannot be read: no such file")),
    }
}

fn run(start: Option<ModelStart>) -> LiveRun {
    let models = RunModels { start, read: Arc::new(read) };
    let mut run = LiveRun::of(RunSetup { models, ..setup(scenario("xor", &[]), true) });
    run.until("a start", |history, _| history.facts.is_some());
    run
}

/// Sends a command that restarts the run, and waits for the start.
fn restart(run: &mut LiveRun, command: Command) {
    run.source.send(Command::Step);
    run.until("a step", |history, _| history.step > 0);
    run.history.facts = None;
    run.source.send(command);
    run.until("a new start", |history, _| history.facts.is_some() && history.step == 0);
}

/// Sends a command that is refused, and returns the reason.
fn refusal(run: &mut LiveRun, command: Command) -> String {
    run.notices.clear();
    run.source.send(command);
    let reason = |notice: &Notice| match notice {
        Notice::Refused(reason) => Some(reason.clone()),
        _ => None,
    };
    run.until("a refusal", |_, notices| notices.iter().any(|one| reason(one).is_some()));
    run.notices.iter().find_map(reason).expect("it was waited for")
}

/// Returns the path of the model that the run names, and its weights at present.
fn state(run: &mut LiveRun) -> (Option<String>, Vec<Vec<f64>>) {
    let facts = run.history.facts.clone().expect("it has begun");
    let weights = run.saved_weights();
    (facts.model.clone(), weights.into_iter().map(|layers| layers.concat()).collect())
}

fn set(key: &str, value: &str) -> Command {
    Command::SetKey { key: key.into(), value: value.into() }
}

#[test]
fn a_loaded_model_is_the_start_until_another_start_is_set() {
    let mut run = run(None);
    let own = state(&mut run);
    assert_eq!(own.0, None);
    restart(&mut run, Command::Load("small.json".into()));
    let loaded = (Some("small.json".to_owned()), vec![vec![0.25; 12]; 2]);
    assert_eq!(state(&mut run), loaded);
    for command in [Command::Reset, Command::NewSeed, set("training.lambda", "0.1")] {
        restart(&mut run, command.clone());
        assert_eq!(state(&mut run), loaded, "{command:?}");
    }
    restart(&mut run, set("network.init", "zero"));
    assert_eq!(state(&mut run), (None, vec![vec![0.0; 12]; 2]));
    restart(&mut run, Command::Load("small.json".into()));
    restart(&mut run, Command::Open("xor".into()));
    assert_eq!(state(&mut run), own);
}

#[test]
fn a_run_that_begins_at_a_model_says_so_and_restarts_there() {
    let mut run = run(Some(start("first.json", model(0.5))));
    let loaded = (Some("first.json".to_owned()), vec![vec![0.5; 12]; 2]);
    assert_eq!(state(&mut run), loaded);
    restart(&mut run, Command::Reset);
    assert_eq!(state(&mut run), loaded);
}

#[test]
fn the_file_decides_where_the_scenario_is_silent_and_the_saved_scenario_says_it() {
    let mut run = run(None);
    let silent = built_in("xor").expect("it is built in");
    assert!(!silent.to_toml().contains("hidden ="), "{}", silent.to_toml());
    restart(&mut run, Command::Load("small.json".into()));
    let words = ":load small.json: hidden \"tanh\" taken from the file";
    let is_said = |notice: &Notice| matches!(notice, Notice::Remark(said) if said.contains(words));
    assert_eq!(run.notices.iter().filter(|notice| is_said(notice)).count(), 1, "{:?}", run.notices);
    // A key that is set while it runs, and one that restarts it, leave what was taken.
    run.source.send(set("training.eta", "0.25"));
    assert!(is_saved_as_tanh(&mut run));
    restart(&mut run, set("training.lambda", "0.1"));
    assert_eq!(run.notices.iter().filter(|notice| is_said(notice)).count(), 1, "{:?}", run.notices);
    let facts = run.history.facts.clone().expect("it has begun");
    assert!(facts.arms.iter().all(|arm| arm.hidden == Activation::Tanh));
    assert!(is_saved_as_tanh(&mut run));
    let taken = run.checkpoint_in(Some("/a".into()));
    let comment =
        "# The run began at the weights of /a/small.json, which this file does not hold.\n";
    assert!(taken.scenario.starts_with(comment), "{}", taken.scenario);
    assert_eq!(taken.started_from.as_deref(), Some("small.json"));
    // Another start replaces that of the model, and what was taken stays.
    restart(&mut run, set("network.init", "zero"));
    assert!(is_saved_as_tanh(&mut run));
    restart(&mut run, set("network.hidden", "relu"));
    assert!(!is_saved_as_tanh(&mut run));
}

/// Returns whether the scenario, if it is saved now, has tanh in the hidden layers of every arm.
fn is_saved_as_tanh(run: &mut LiveRun) -> bool {
    let taken = run.checkpoint_in(Some("/a".into()));
    let saved = Scenario::read(&taken.scenario, "saved", &[]).expect("it reads");
    saved.arms.iter().all(|arm| arm.hidden == Activation::Tanh)
}

#[test]
fn models_that_cannot_be_read_or_do_not_fit_leave_the_run_as_it_was() {
    let mut run = run(None);
    let own = state(&mut run);
    let refused = refusal(&mut run, Command::Load("none.json".into()));
    assert_eq!(refused, ":load none.json: cannot be read: no such file");
    let refused = refusal(&mut run, Command::Load("wide.json".into()));
    assert!(refused.starts_with(":load wide.json: arm."), "{refused}");
    assert!(refused.contains("found a model of [2, 9, 1]; one of [2, 4, 1] would do"), "{refused}");
    assert_eq!(state(&mut run), own);
    restart(&mut run, Command::Load("small.json".into()));
    let refused = refusal(&mut run, set("network.layers", "2,5,1"));
    assert!(
        refused.ends_with("; :open with the name of the scenario starts without it"),
        "{refused}"
    );
    let refused = refusal(&mut run, set("network.hidden", "relu"));
    assert!(
        refused.contains("found hidden \"relu\", but the model is of hidden \"tanh\""),
        "{refused}"
    );
    assert_eq!(state(&mut run).0.as_deref(), Some("small.json"));
}

#[test]
fn what_is_said_in_so_many_words_is_not_overruled() {
    let said = scenario("xor", &[("network.hidden", "sigmoid")]);
    let refused = start("m.json", model(1.0)).adopted_by(&said).err().expect("it contradicts");
    assert!(refused.to_string().contains("found hidden \"sigmoid\", but the model is of hidden"));
    // An output that the cost has no meaning for is refused with the file's name.
    let linear = ModelState { output: Some(Output::Linear), ..model(1.0) };
    let refused = start("m.json", linear).adopted_by(&scenario("xor", &[])).err();
    let refused = refused.expect("cross-entropy needs another output").to_string();
    assert!(refused.starts_with(":load m.json: arm.cross-entropy.cost: found"), "{refused}");
    // Arms that differ on purpose stay as they are, if the model is of one of them.
    let arms =
        ModelState { hidden: Some(Activation::Sigmoid), cost: Some(Cost::Quadratic), ..model(1.0) };
    let adopted = start("m.json", arms).adopted_by(&scenario("xor", &[])).expect("it fits");
    assert_eq!(adopted.scenario, scenario("xor", &[]));
    assert!(adopted.remarks.is_empty());
}
