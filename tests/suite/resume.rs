//! A run that is interrupted, saved and resumed is the run that was never interrupted: the same weights,
//! metrics and best epochs, bit for bit, wherever it is interrupted and in whatever format it is saved.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use xentviz::testing::data::Data;
use xentviz::testing::experiment::{Advance, Experiment, load};
use xentviz::testing::file::InputFile;
use xentviz::testing::nn::PendingScale;
use xentviz::testing::report::{
    Metrics, MetricsFormat, read_model_json, read_model_tensors, write_model_json,
    write_model_tensors,
};
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::telemetry::{Evaluation, ModelState, TrainingState};

fn scenario(name: &str, keys: &[(&str, &str)]) -> Scenario {
    let over: Vec<Override> =
        keys.iter().map(|(key, value)| Override::new(*key, *value, "a test")).collect();
    let text = find(name).map_or(name, |built_in| built_in.text);
    Scenario::read(text, "a test", &over).expect("a scenario")
}

fn data(scenario: &Scenario) -> Arc<Data> {
    let open = |path: &Path| {
        assert_eq!(path, Path::new("far.csv"));
        Ok(InputFile::from(FAR.as_bytes()))
    };
    Arc::new(load(scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data"))
}

/// The target of the test example is so large that its cost overflows in 32 bits: an evaluation
/// finds that, and no step does.
const FAR: &str = "0,1\n1,2\n2,3\n3,4\n4,5\n1,1e25\n";

const OVERFLOWING: &str = r#"
    precision = "f32"
    data = { kind = "csv", path = "far.csv", test = 1, shuffle = false }
    network = { layers = [1, 1], output = "linear" }
    training = { epochs = 4, batch = 2, eta = 0.01 }
    arm = [{ name = "a", cost = "quadratic" }]
"#;

/// A run with the records that it has written.
struct ResumableRun {
    scenario: Scenario,
    experiment: Experiment,
    metrics: Metrics<Vec<u8>>,
    recorded: Vec<Option<u64>>,
}

impl ResumableRun {
    fn new(scenario: &Scenario, data: &Arc<Data>) -> Self {
        Self {
            scenario: scenario.clone(),
            experiment: Experiment::new(scenario, Arc::clone(data)).expect("an experiment"),
            metrics: Metrics::new(Vec::new(), MetricsFormat::JsonLines, 3).expect("memory"),
            recorded: vec![None; scenario.arms.len()],
        }
    }

    /// Trains up to this step, or the end, and finishes the evaluation due there.
    fn train_to(&mut self, step: u64) {
        while self.experiment.step() < step {
            let left = step - self.experiment.step();
            match self.experiment.advance(left, &mut ()) {
                Advance::Evaluated => self.record(),
                Advance::Finished | Advance::Stopped => break,
                Advance::Stepped | Advance::Evaluating => {}
            }
        }
        while self.experiment.awaits_evaluation() {
            if self.experiment.complete_evaluation() == Advance::Evaluated {
                self.record();
            }
        }
    }

    fn record(&mut self) {
        let etas = self.experiment.etas();
        for (i, (arm, eta)) in self.scenario.arms.iter().zip(etas).enumerate() {
            let Some(evaluation) = self.experiment.evaluation(i) else { continue };
            if self.recorded[i] != Some(evaluation.epoch) {
                self.metrics.record(&arm.name, *eta, evaluation).expect("memory");
                self.recorded[i] = Some(evaluation.epoch);
            }
        }
    }

    fn models(&self) -> Vec<ModelState> {
        (0..self.scenario.arms.len()).map(|arm| self.experiment.model(arm)).collect()
    }

    /// Continues in a new experiment from files of this format.
    fn interrupted(self, data: &Arc<Data>, format: Format) -> Self {
        let models: Vec<_> = self.models().iter().map(|model| format.through_file(model)).collect();
        let mut next = Self::new(&self.scenario, data);
        for (arm, model) in models.iter().enumerate() {
            next.experiment.resume(arm, model, "--load x").expect("it is resumed");
        }
        // The records continue those of the first part.
        Self { metrics: self.metrics, ..next }
    }

    fn end(mut self) -> End {
        let models = self.models();
        self.experiment.evaluate_now();
        let arms = 0..models.len();
        End {
            evaluations: arms.map(|arm| self.experiment.evaluation(arm).cloned()).collect(),
            models: models.iter().map(|model| Format::Json.file(model)).collect(),
            step: self.experiment.step(),
            metrics: String::from_utf8(self.metrics.into_inner()).expect("records are text"),
        }
    }
}

/// The final state of a run. Models are the text of their files, which holds every bit.
#[derive(Debug, PartialEq)]
struct End {
    step: u64,
    metrics: String,
    models: Vec<Vec<u8>>,
    evaluations: Vec<Option<Evaluation>>,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Json,
    Tensors,
}

impl Format {
    fn file(self, model: &ModelState) -> Vec<u8> {
        let mut file = Vec::new();
        match self {
            Self::Json => write_model_json(&mut file, model),
            Self::Tensors => write_model_tensors(&mut file, model),
        }
        .expect("memory takes all");
        file
    }

    fn through_file(self, model: &ModelState) -> ModelState {
        let file = self.file(model);
        let read = match self {
            Self::Json => read_model_json(file.as_slice().into()),
            Self::Tensors => read_model_tensors(file.as_slice().into()).map(|read| read.model),
        };
        read.expect("a written model reads back")
    }
}

fn whole(scenario: &Scenario, data: &Arc<Data>) -> End {
    let mut run = ResumableRun::new(scenario, data);
    run.train_to(u64::MAX);
    run.end()
}

/// Returns the end of a run in parts that stop at these steps.
fn parts(scenario: &Scenario, data: &Arc<Data>, stops: &[u64], format: Format) -> End {
    let mut run = ResumableRun::new(scenario, data);
    for stop in stops {
        run.train_to(*stop);
        run = run.interrupted(data, format);
    }
    run.train_to(u64::MAX);
    run.end()
}

/// Scenarios for every kernel of gradient descent, and for every kind of data that needs no file.
const KINDS: &[(&str, &[(&str, &str)])] = &[
    ("saturated", &[("epochs", "40")]),
    ("hopeless", &[("epochs", "30"), ("training.lambda", "0.01")]),
    ("and", &[("epochs", "20")]),
    ("circle", &[("batch", "7"), ("data.train", "60"), ("data.test", "30")]),
    ("xor", &[("data.train", "50"), ("data.test", "0"), ("training.lambda", "0.3")]),
    ("spiral", &[("network.hidden", "\"tanh\""), ("data.train", "40"), ("data.test", "9")]),
    ("digits", &[("data.train", "60"), ("data.test", "20"), ("training.lambda", "2")]),
    ("softmax", &[("data.train", "40"), ("data.test", "10"), ("batch", "9")]),
    ("linear-output", &[("arm.linear.eta", "5"), ("epochs", "30")]),
    (THREE, &[]),
];

/// Arms of three depths with noise, a fixed order, a smaller last mini-batch, and an arm that
/// diverges after some epochs.
const THREE: &str = r#"
    data = { kind = "plane", train = 45, test = 20, noise = 0.2 }
    network = { layers = [2, 3, 1], output = "linear", hidden = "relu" }
    training = { epochs = 6, batch = 8, eta = 0.01, shuffle = false, lambda = 0.1 }
    [[arm]]
    name = "a"
    cost = "quadratic"
    [[arm]]
    name = "b"
    cost = "quadratic"
    layers = [2, 40, 1]
    hidden = "sigmoid"
    [[arm]]
    name = "c"
    cost = "quadratic"
    layers = [2, 1]
    eta = 1.2
"#;

fn any_scenario() -> impl Strategy<Value = Scenario> {
    let common = (select(&["f32", "f64"][..]), select(&["0", "1", "1", "3"][..]), 0..9_u32);
    (select(KINDS), common).prop_map(|((name, keys), (precision, evaluate, seed))| {
        let seed = seed.to_string();
        let common = [("precision", precision), ("evaluate", evaluate), ("seed", &seed)];
        let mut keys = [keys, &common[..]].concat();
        if keys.iter().all(|(key, _)| *key != "epochs") {
            keys.push(("epochs", "6"));
        }
        scenario(name, &keys)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_parts_of_a_run_equal_the_whole_run(
        scenario in any_scenario(),
        stops in vec(0.0..1.1_f64, 1..3),
        format in select(&[Format::Json, Format::Tensors][..]),
    ) {
        let data = data(&scenario);
        let whole = whole(&scenario, &data);
        let mut stops: Vec<u64> = stops.iter().map(|at| (at * whole.step as f64) as u64).collect();
        stops.sort_unstable();
        prop_assert_eq!(parts(&scenario, &data, &stops, format), whole, "stops {:?}", stops);
    }
}

#[test]
fn every_kind_can_be_interrupted_at_the_end_of_an_epoch_and_within_one() {
    for (name, keys) in KINDS {
        for precision in ["f32", "f64"] {
            let common = [("precision", precision), ("epochs", "6")];
            let scenario = scenario(name, &[keys, &common[..]].concat());
            let data = data(&scenario);
            let whole = whole(&scenario, &data);
            let epoch = ResumableRun::new(&scenario, &data).experiment.clock().end_of_epoch(1);
            for (stop, format) in [(2 * epoch, Format::Json), (3 * epoch + 1, Format::Tensors)] {
                let found = parts(&scenario, &data, &[stop], format);
                assert_eq!(found, whole, "{name} at {stop}, {precision}");
            }
        }
    }
}

#[test]
fn an_arm_whose_cost_has_overflowed_stops_at_the_same_step() {
    let scenario = scenario(OVERFLOWING, &[]);
    let data = data(&scenario);
    let whole = whole(&scenario, &data);
    assert_eq!(whole.step, 3, "it stops at the evaluation after the one that found it");
    for stop in [1, 2, 3] {
        let mut run = ResumableRun::new(&scenario, &data);
        run.train_to(stop);
        let training = run.models()[0].training.clone().expect("it has a training state");
        assert_eq!(training.has_overflowed, stop < 3);
        assert_eq!(parts(&scenario, &data, &[stop], Format::Tensors), whole, "at {stop}");
    }
}

#[test]
fn an_arm_whose_cost_has_overflowed_stops_at_the_same_step_even_if_others_have_to_catch_up() {
    let arms = r#"arm = [{ name = "a", cost = "quadratic" }, { name = "b", cost = "quadratic" }]"#;
    let text = OVERFLOWING.replace(r#"arm = [{ name = "a", cost = "quadratic" }]"#, arms);
    let text = text.replace("epochs = 4", "epochs = 9");
    let scenario = scenario(&text, &[]);
    let data = data(&scenario);
    let whole = whole(&scenario, &data);
    // The overflow is found before the first step. The other arm may have no file yet.
    for (ahead, behind) in [(0, None), (1, None), (2, Some(0)), (2, Some(1)), (3, Some(2))] {
        let (mut first, mut second) =
            (ResumableRun::new(&scenario, &data), ResumableRun::new(&scenario, &data));
        first.train_to(ahead);
        second.train_to(behind.unwrap_or(0));
        let mut run = ResumableRun::new(&scenario, &data);
        run.experiment.resume(0, &first.experiment.model(0), "--load x").expect("it is resumed");
        if behind.is_some() {
            let model = second.experiment.model(1);
            run.experiment.resume(1, &model, "--load x").expect("it is resumed");
        }
        // The run may be killed before the evaluation at which both arms meet, and resumed.
        let mut run = run.interrupted(&data, Format::Json);
        while run.experiment.step() < ahead {
            run.experiment.advance(1, &mut ());
        }
        let mut run = run.interrupted(&data, Format::Tensors);
        run.train_to(u64::MAX);
        let end = run.end();
        assert_eq!((end.step, &end.models), (whole.step, &whole.models), "{ahead} and {behind:?}");
    }
}

#[test]
fn an_arm_that_is_ahead_is_not_evaluated_twice() {
    let keys = [("batch", "7"), ("data.train", "60"), ("data.test", "30"), ("epochs", "6")];
    let scenario = scenario("circle", &keys);
    let data = data(&scenario);
    let (mut first, mut second) =
        (ResumableRun::new(&scenario, &data), ResumableRun::new(&scenario, &data));
    first.train_to(18);
    second.train_to(9);
    let mut run = ResumableRun::new(&scenario, &data);
    run.experiment.resume(0, &first.experiment.model(0), "--load x").expect("it is resumed");
    run.experiment.resume(1, &second.experiment.model(1), "--load x").expect("it is resumed");
    run.train_to(18);
    assert!(run.experiment.evaluation(0).is_none(), "it had been evaluated there");
    assert_eq!(run.experiment.evaluation(1).map(|evaluation| evaluation.epoch), Some(2));
}

/// The shrinking of the first layer of wide networks is deferred, so that a file must contain the
/// pending factor.
#[test]
fn a_network_is_saved_with_the_pending_factor_of_its_weights() {
    let scenario = scenario("digits", &[("data.train", "60"), ("training.lambda", "2")]);
    let data = data(&scenario);
    let mut run = ResumableRun::new(&scenario, &data);
    run.train_to(5);
    let training = run.models()[0].training.clone().expect("it has a training state");
    assert!(training.unsettled.is_some_and(|unsettled| unsettled.scale < 1.0));
}

#[test]
fn an_arm_that_is_ahead_waits_for_the_others() {
    let keys = [("batch", "7"), ("data.train", "60"), ("data.test", "30"), ("epochs", "6")];
    for stops in [(20, 9), (9, 20), (27, 18), (18, 0), (0, 40)] {
        let scenario = scenario("circle", &keys);
        let data = data(&scenario);
        let whole = whole(&scenario, &data);
        let (mut first, mut second) =
            (ResumableRun::new(&scenario, &data), ResumableRun::new(&scenario, &data));
        first.train_to(stops.0);
        second.train_to(stops.1);
        let mut run = ResumableRun::new(&scenario, &data);
        run.experiment.resume(0, &first.experiment.model(0), "--load x").expect("it is resumed");
        run.experiment.resume(1, &second.experiment.model(1), "--load x").expect("it is resumed");
        assert_eq!(run.experiment.step(), stops.0.min(stops.1));
        // While an arm waits, it is saved unchanged.
        run.train_to(stops.0.min(stops.1) + 2);
        assert_eq!(run.models()[0].steps, run.experiment.step().max(stops.0));
        let mut run = run.interrupted(&data, Format::Json);
        run.train_to(u64::MAX);
        let end = run.end();
        assert_eq!((end.models, end.evaluations), (whole.models, whole.evaluations), "{stops:?}");
    }
}

#[test]
fn other_rates_and_more_epochs_take_effect_from_where_it_is_resumed() {
    let keys = [("batch", "7"), ("data.train", "60"), ("data.test", "30")];
    let of = |more: &[(&str, &str)]| scenario("circle", &[&keys[..], more].concat());
    let (short, long) = (of(&[("epochs", "3")]), of(&[("epochs", "6")]));
    let data = data(&long);
    let mut run = ResumableRun::new(&short, &data);
    run.train_to(u64::MAX);
    run.scenario = long.clone();
    let mut run = run.interrupted(&data, Format::Json);
    run.train_to(u64::MAX);
    assert_eq!(run.end().models, whole(&long, &data).models);
    let mut run = ResumableRun::new(&short, &data);
    run.train_to(u64::MAX);
    run.scenario = of(&[("epochs", "6"), ("eta", "0.01"), ("training.lambda", "1")]);
    let mut run = run.interrupted(&data, Format::Json);
    run.train_to(u64::MAX);
    let model = &run.models()[0];
    assert_eq!((model.epochs, model.eta, model.lambda), (6, 0.01, 1.0));
    // With fewer epochs than already done there is nothing left to do.
    run.scenario = of(&[("epochs", "2")]);
    let mut run = run.interrupted(&data, Format::Json);
    run.train_to(u64::MAX);
    assert_eq!((run.experiment.step(), run.experiment.is_finished()), (6 * 9, true));
}

#[test]
fn a_resumed_run_has_as_many_threads_as_a_whole_one() {
    // A chunk of an epoch is worth a thread for each arm, but a single step is not.
    let keys = [("data.train", "60"), ("data.test", "0"), ("layers", "[784,12,10]")];
    let scenario = scenario("digits", &keys);
    let data = data(&scenario);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("there are threads");
    pool.install(|| {
        let mut run = ResumableRun::new(&scenario, &data);
        assert_eq!(run.experiment.threads(), 2);
        run.train_to(5);
        let resumed = run.interrupted(&data, Format::Json);
        assert_eq!((resumed.experiment.step(), resumed.experiment.threads()), (5, 2));
    });
}

#[test]
fn a_model_of_another_run_is_refused_with_the_expected_value() {
    let keys = [("data.train", "60"), ("data.test", "30"), ("epochs", "3")];
    let of = |more: &[(&str, &str)]| scenario("circle", &[&keys[..], more].concat());
    let mut run = ResumableRun::new(&of(&[]), &data(&of(&[])));
    run.train_to(4);
    let model = &run.models()[0];
    let refusal = |scenario: &Scenario, arm: usize, model: &ModelState| {
        let mut other = ResumableRun::new(scenario, &data(scenario));
        other.experiment.resume(arm, model, "--load x").expect_err("it is refused").to_string()
    };
    let changed = |more: &[(&str, &str)]| refusal(&of(more), 0, model);
    for (key, value, expected) in [
        ("seed", "7", "seed: found 7, but the model is of a run with 1; --seed 1 would do"),
        (
            "precision",
            "f32",
            "precision: found f32, but the model is of a run with f64; \
            --precision f64 would do",
        ),
        (
            "batch",
            "7",
            "training.batch: found 7, but the model is of a run with 10; --batch 10 \
            would do",
        ),
        (
            "training.shuffle",
            "false",
            "training.shuffle: found false, but the model is of a run \
            with true; --set training.shuffle=true would do",
        ),
        (
            "data.train",
            "61",
            "data: found 61, but the model is of a run with 60; the same 60 \
            examples would do",
        ),
        (
            "layers",
            "[2,3,1]",
            "arm.quadratic: found a model of [2, 4, 1]; one of [2, 3, 1] would do",
        ),
        (
            "network.hidden",
            "relu",
            "arm.quadratic: found hidden \"relu\", but the model is of hidden \"sigmoid\"; --set \
            arm.quadratic.hidden=sigmoid would do",
        ),
    ] {
        assert_eq!(changed(&[(key, value)]), format!("--load x: {expected}"), "{key}");
    }
    let expected = "--load x: arm.cross-entropy: found cost \"cross-entropy\", but the model is of \
                    cost \"quadratic\"; --set arm.cross-entropy.cost=quadratic would do";
    assert_eq!(refusal(&of(&[]), 1, model), expected);
    let silent = ModelState { training: None, ..model.clone() };
    let expected = "--load x: arm.quadratic: found a model that does not say where its run was; \
                    without --resume a new run starts from it";
    assert_eq!(refusal(&of(&[]), 0, &silent), expected);
}

fn training(model: &mut ModelState) -> &mut TrainingState {
    model.training.as_mut().expect("it has a training state")
}

#[test]
fn an_impossible_training_state_is_refused() {
    let scenario = scenario("linear-output", &[("epochs", "20"), ("arm.linear.eta", "5")]);
    let data = data(&scenario);
    let mut run = ResumableRun::new(&scenario, &data);
    run.train_to(9);
    let models = run.models();
    let refused = |arm: usize, spoil: &dyn Fn(&mut ModelState)| {
        let mut model = models[arm].clone();
        spoil(&mut model);
        let mut other = ResumableRun::new(&scenario, &data);
        let refused = other.experiment.resume(arm, &model, "--load x");
        refused.is_err_and(|error| error.found == "found a training state that no run has")
    };
    assert!(!refused(0, &|_| ()) && !refused(2, &|_| ()));
    assert!(training(&mut models[2].clone()).divergence.is_some());
    assert!(refused(0, &|model| model.steps += 1));
    assert!(refused(0, &|model| {
        model.steps = u64::MAX;
        training(model).step = u64::MAX;
    }));
    assert!(refused(0, &|model| training(model).best = Some((0.5, 10))));
    assert!(refused(0, &|model| training(model).best = Some((1.5, 3))));
    assert!(refused(0, &|model| training(model).last_step = Some([0.0; 5])));
    assert!(refused(0, &|model| {
        let corrections = vec![3];
        let unsettled = PendingScale { scale: 0.9, corrections };
        training(model).unsettled = Some(unsettled);
    }));
    let stop = |model: &mut ModelState, step: u64, reason: &str| {
        let stop = training(model).divergence.as_mut().expect("it has diverged");
        (stop.step, stop.reason) = (step, reason.to_owned());
    };
    assert!(refused(2, &|model| stop(model, 0, "a weight beyond 10⁶")));
    assert!(refused(2, &|model| stop(model, 11, "a weight beyond 10⁶")));
    assert!(refused(2, &|model| stop(model, 6, "\u{1b}[2J")));
}
