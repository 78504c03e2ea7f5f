//! Tests of checkpoints of a live run.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use super::{LiveRun, PATIENCE, built_in, experiment, scenario, setup, trained, weights};
use crate::file::InputFile;
use crate::scenario::{DataSpec, Scenario};
use crate::source::{CheckpointError, RunSetup};
use crate::telemetry::{Command, LoadProgress, Notice, RunState, Setting};

#[test]
fn a_checkpoint_is_the_current_run_in_every_state() {
    let ended = scenario("xor", &[("epochs", "40"), ("pace", "max")]);
    let expected = trained(&ended);
    let mut run = LiveRun::start(ended, false);
    run.until_state(&RunState::Finished);
    let checkpoint = run.checkpoint();
    assert_eq!(checkpoint.name, "xor");
    assert_eq!(weights(checkpoint), expected);
    for pace in ["max", "0.2"] {
        let endless = scenario("xor", &[("epochs", "1000000000"), ("pace", pace)]);
        let mut run = LiveRun::start(endless.clone(), false);
        run.until("a step", |history, _| history.step > 0);
        // What was sent before is part of it.
        run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 0.25 }));
        let (one, other) = (run.checkpoint(), run.checkpoint());
        assert!(one.models[0].steps <= other.models[0].steps);
        assert_eq!(one.models[0].eta, 0.25);
        let read = Scenario::read(&one.scenario, "xor", &[]).expect("it can be read");
        assert_eq!((read.arms[0].eta, read.arms[1].eta), (0.25, endless.arms[1].eta));
    }
}

#[test]
fn without_a_run_there_is_no_checkpoint_and_no_wait_for_one() {
    let mnist = scenario("mnist", &[("data.path", "nowhere")]);
    let mut run = LiveRun::start(mnist, false);
    run.until("why", |history, _| matches!(history.state, RunState::Failed(_)));
    let taken = run.source.checkpointer().unwrap().take(None, PATIENCE);
    assert_eq!(taken, Err(CheckpointError::NoRun), "and not that it does not answer");
}

#[test]
fn a_checkpoint_that_is_requested_while_the_first_run_loads_waits_for_it() {
    for _ in 0..20 {
        let run = LiveRun::start(scenario("xor", &[]), true);
        assert_eq!(run.checkpoint().models[0].steps, 0);
    }
}

#[test]
fn a_checkpoint_finds_its_data_from_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("points.csv");
    std::fs::write(&path, "0,0,1\n1,1,0\n").expect("a file");
    let text = "[data]\nkind = \"csv\"\npath = \"points.csv\"\n[network]\nlayers = [2, 1]\n\
        [training]\nepochs = 9\nbatch = 1\neta = 1\n[[arm]]\nname = \"one\"\ncost = \"quadratic\"\n";
    let scenario = Scenario::read(text, "mine", &[]).expect("a scenario");
    let here = folder.path().to_owned();
    let open = move |name: &Path| Ok(InputFile::new(File::open(here.join(name))?, None));
    let mut run = LiveRun::of(RunSetup { open: Arc::new(open), ..setup(scenario, false) });
    run.until_state(&RunState::Finished);
    let taken = run.source.checkpointer().unwrap();
    let taken = taken.take(Some(folder.path().to_owned()), PATIENCE);
    let kept = Scenario::read(&taken.expect("there is a run").scenario, "kept", &[]).expect("one");
    let DataSpec::Csv { path: kept_path, .. } = kept.data else { panic!("it is another kind") };
    assert_eq!(Path::new(&kept_path), path);
}

#[test]
fn a_scenario_that_hangs_while_it_is_opened_delays_no_checkpoint() {
    let (release, released) = channel::<()>();
    let hangs = Mutex::new(released);
    let find = move |name: &str| {
        if name == "pipe.toml" {
            // Hangs until the test ends, like a pipe that nobody writes to.
            let _ = hangs.lock().expect("one at a time").recv();
        }
        built_in(name)
    };
    let finding = RunSetup { find: Arc::new(find), ..setup(scenario("xor", &[]), true) };
    let mut run = LiveRun::of(finding);
    run.source.send(Command::Step);
    run.until("a step", |history, _| history.step == 1);
    run.source.send(Command::Open("pipe.toml".into()));
    run.until("that it loads", |history, _| {
        history.state == RunState::Loading(LoadProgress { what: "pipe.toml".into(), fraction: 0.0 })
    });
    let taken = run.checkpoint();
    assert_eq!((taken.name.as_str(), taken.models[0].steps), ("xor", 1));
    run.source.send(Command::Open("and".into()));
    run.until("another scenario", |history, _| {
        history.facts.as_ref().is_some_and(|facts| facts.name == "and")
    });
    drop(release);
    run.source.send(Command::Step);
    run.until("a step of it", |history, _| history.step == 1);
    assert_eq!(run.history.facts.as_ref().map(|facts| facts.name.as_str()), Some("and"));
}

#[test]
fn a_change_that_would_not_fit_in_memory_is_refused_and_leaves_the_run_as_it_is() {
    let memory = Arc::new(|| Some(1 << 20));
    let mut run = LiveRun::of(RunSetup { memory, ..setup(scenario("xor", &[]), true) });
    run.until("a start", |history, _| history.facts.is_some());
    let (key, value) = ("network.layers".into(), "[2, 4000, 1]".into());
    run.source.send(Command::SetKey { key, value });
    run.until("a refusal", |_, notices| {
        let is_it = |notice: &Notice| matches!(notice, Notice::Refused(why) if why.contains("of memory; 1 MiB can be had"));
        notices.iter().any(is_it)
    });
    assert_eq!(run.history.facts.as_ref().map(|facts| facts.arms[0].sizes[1]), Some(4));
}

#[test]
fn a_checkpoint_of_an_extended_run_has_its_current_number_of_epochs() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    run.source.send(Command::Toggle);
    run.until("its second end", |history, _| history.epochs == 600);
    let taken = run.checkpoint();
    let kept = Scenario::read(&taken.scenario, "kept", &[]).expect("it can be read");
    assert_eq!(kept.training.epochs, 600);
}

/// One arm whose evaluation takes far longer than an epoch, so that it trains towards the next evaluation
/// while another core evaluates it.
const EVALUATED_FOR_LONG: &str = r#"
    data = { kind = "circle", train = 40, test = 20000 }
    network = { layers = [2, 30, 1] }
    training = { epochs = 1000000000, batch = 10, eta = 0.01, pace = "max" }
    arm = [{ name = "one", cost = "cross-entropy" }]
"#;

#[test]
fn a_checkpoint_has_the_results_of_all_earlier_evaluations() {
    let scenario = Scenario::read(EVALUATED_FOR_LONG, "long", &[]).expect("a scenario");
    let mut run = LiveRun::start(scenario.clone(), false);
    let mut models = Vec::new();
    for step in [1, 10, 20] {
        run.until("a step", |history, _| history.step > step);
        models.extend(run.checkpoint().models);
    }
    drop(run);
    let mut whole = experiment(&scenario);
    for model in models {
        let state = model.training.expect("it has a training state");
        // Trains up to that step, and completes its evaluation if the state includes it.
        while whole.step() < state.step
            || whole.evaluation_is_under_way()
            || (state.is_evaluated && whole.is_evaluating())
        {
            if whole.evaluation_is_under_way() {
                whole.complete_evaluation();
            } else {
                whole.advance(state.step.saturating_sub(whole.step()), &mut ());
            }
        }
        assert_eq!(state.best, whole.best(0), "at step {}", state.step);
    }
}
