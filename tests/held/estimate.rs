//! The estimated memory of a scenario, against the bytes that a run of it uses.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use xentviz::testing::experiment::{DataState, check_memory};
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{
    Answer, Command, EquationRequest, History, Question, RunState, WeightQuantity, WeightsRequest,
};

use crate::counting::{held_by_all, most_held_by_all};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// More bytes than the threads of a finished run keep, and far fewer than those of a network.
const LEFT_OVER: usize = 1 << 20;

fn scenario(layers: &str, precision: &str) -> Scenario {
    let changes = [
        ("network.layers", layers),
        ("precision", precision),
        ("data.train", "20"),
        ("data.test", "5"),
        ("training.epochs", "2"),
        ("training.pace", "max"),
    ];
    let change = |(key, value): (&str, &str)| Override::new(key, value, key);
    let digits = find("digits").expect("it is built in");
    Scenario::read(digits.text, "digits", &changes.map(change)).expect("a scenario")
}

/// Returns the least memory with which a scenario is not refused.
fn estimate(scenario: &Scenario) -> u64 {
    let (mut refused, mut fits) = (0, 1 << 50);
    while fits - refused > 1 {
        let middle = refused + (fits - refused) / 2;
        match check_memory(scenario, DataState::ToLoad, Some(middle)) {
            Ok(()) => fits = middle,
            Err(_) => refused = middle,
        }
    }
    fits
}

#[expect(clippy::disallowed_methods, reason = "the time limit of a test")]
fn now() -> Instant {
    Instant::now()
}

/// Returns the most bytes that a dashboard's run uses while every request that copies a network is
/// made.
fn most_of_dashboard(scenario: Scenario) -> u64 {
    let ((), held) = most_held_by_all(|| {
        let before = held_by_all();
        watch_to_the_end(scenario);
        // The threads of the run free its memory in their own time.
        let until = now() + PATIENCE;
        while held_by_all() > before + LEFT_OVER {
            assert!(now() < until, "{} bytes are not freed", held_by_all() - before);
            park_timeout(Duration::from_millis(1));
        }
    });
    held.most_at_once as u64
}

/// Runs a scenario to its end as a dashboard does, and takes a checkpoint.
fn watch_to_the_end(scenario: Scenario) {
    let (wake, woken) = channel();
    let beginning = RunSetup {
        scenario,
        paused: false,
        find: Arc::new(|name| Err(format!("there is no {name}"))),
        open: Arc::new(|_: &Path| Err(ErrorKind::NotFound.into())),
        memory: Arc::new(|| None),
        time_memory: None,
        models: RunModels::default(),
        recording: RunRecording::default(),
    };
    let source = LiveSource::start(beginning, Box::new(move || wake.send(()).unwrap_or_default()));
    let source = source.expect("a thread can be started");
    let request = WeightsRequest { of: WeightQuantity::Gradient, ..WeightsRequest::default() };
    source.send(Command::ShowWeights(Some(request)));
    source.send(Command::Explain(Some(Question::Equation(EquationRequest::default()))));
    let (mut history, mut is_explained) = (History::default(), false);
    while history.state != RunState::Finished || !is_explained || history.weights.is_none() {
        woken.recv_timeout(PATIENCE).expect("the run continues");
        source.take().into_iter().for_each(|event| drop(history.apply(event)));
        is_explained |=
            matches!(source.answer(), Some(Answer::Equation(of)) if of.step == history.step);
        source.request_events();
    }
    let checkpoint =
        source.checkpointer().expect("it has models").take(None, PATIENCE).expect("it has a run");
    assert_eq!(checkpoint.models.len(), history.arms.len());
}

pub(crate) fn no_run_uses_more_memory_than_estimated_nor_much_less() {
    // The first is closest to its estimate: two copies in f64 that were forgotten would exceed it.
    for (layers, precision) in [
        ("[784, 3000, 10]", "f64"),
        ("[784, 1000, 10]", "f32"),
        ("[784, 400, 400, 10]", "f32"),
        ("[784, 400, 400, 10]", "f64"),
        ("[784, 150, 1000, 10]", "f32"),
        ("[784, 150, 1000, 10]", "f64"),
    ] {
        let scenario = scenario(layers, precision);
        let (estimate, most) = (estimate(&scenario), most_of_dashboard(scenario));
        let share = most as f64 / estimate as f64;
        assert!((0.66..=1.0).contains(&share), "{layers} {precision}: {most} of {estimate}");
    }
}

pub(crate) fn a_run_that_does_not_fit_is_refused_with_the_memory_needed_and_available() {
    let scenario = scenario("[784, 60000, 10]", "f64");
    let refused = check_memory(&scenario, DataState::ToLoad, Some(3 << 30))
        .expect_err("it does not fit")
        .to_string();
    assert!(refused.starts_with("digits: network.layers: 2 arms take "), "{refused}");
    assert!(refused.contains("GiB of memory; 3.0 GiB can be had"), "{refused}");
    assert!(refused.ends_with("or precision = \"f32\" would do"), "{refused}");
    check_memory(&scenario, DataState::InMemory, None)
        .expect("if the limit is unknown nothing is refused");
}

pub(crate) fn examples_from_the_files_of_mnist_count_like_drawn_ones_unless_they_are_loaded() {
    let changes =
        [Override::mnist_folder("/mnist"), Override::new("data.train", "1000000", "data.train")];
    for name in ["mnist", "digits"] {
        let scenario = find(name).expect("it is built in");
        let scenario = Scenario::read(scenario.text, name, &changes).expect("a scenario");
        let check = |examples| check_memory(&scenario, examples, Some(400 << 20));
        let refused = check(DataState::ToLoad).expect_err("they do not fit").to_string();
        let begin = format!("{name}: data.train: the examples take 0.");
        assert!(refused.starts_with(&begin), "{refused}");
        check(DataState::InMemory).expect("the networks fit");
    }
}
