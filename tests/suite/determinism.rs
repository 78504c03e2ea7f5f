//! The same scenario, seed and commands at the same steps give the same numbers, bit for bit.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use xentviz::testing::data::RowOrder;
use xentviz::testing::experiment::{Advance, Experiment, StepChunk, StepObserver, load};
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::telemetry::{
    EtaMode, Evaluation, ExampleEdit, ModelState, Setting, WeightQuantity, WeightsRequest,
};

fn scenario(text: &str, keys: &[(&str, &str)]) -> Scenario {
    let overrides: Vec<Override> =
        keys.iter().map(|(key, value)| Override::new(*key, *value, "a test")).collect();
    Scenario::read(text, "a test", &overrides).expect("a scenario")
}

fn built_in(name: &str, keys: &[(&str, &str)]) -> Scenario {
    scenario(find(name).expect("a built-in scenario").text, keys)
}

fn start(scenario: &Scenario) -> Experiment {
    let open = |_: &Path| unreachable!("it needs no file");
    let data = load(scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(scenario, Arc::new(data)).expect("an experiment")
}

/// Every reading of every arm, by its bits.
#[derive(Clone, Debug, Default, PartialEq)]
struct ReadingsByArm(Vec<Vec<(u64, u64, u64)>>);

impl StepObserver for ReadingsByArm {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        if self.0.len() <= arm {
            self.0.resize(arm + 1, Vec::new());
        }
        let pairs = chunk.costs.iter().zip(chunk.metrics);
        for (step, (cost, metric)) in (chunk.first..).zip(pairs) {
            self.0[arm].push((step, cost.to_bits(), metric.to_bits()));
        }
    }
}

/// The readings, evaluations and parameters of a run.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    readings: ReadingsByArm,
    evaluations: Vec<Vec<Evaluation>>,
    models: Vec<ModelState>,
}

/// Runs to the end with these limits in turn; `command` is called before every unit of work.
fn run(scenario: &Scenario, limits: &[u64], mut command: impl FnMut(&mut Experiment)) -> Outcome {
    let mut experiment = start(scenario);
    let arms = scenario.arms.len();
    let mut outcome = Outcome {
        readings: ReadingsByArm::default(),
        evaluations: vec![Vec::new(); arms],
        models: Vec::new(),
    };
    for limit in limits.iter().cycle() {
        command(&mut experiment);
        match experiment.advance(*limit, &mut outcome.readings) {
            Advance::Finished | Advance::Stopped => break,
            Advance::Evaluated => {
                for (arm, evaluations) in outcome.evaluations.iter_mut().enumerate() {
                    evaluations.extend(experiment.evaluation(arm).cloned());
                }
            }
            Advance::Stepped | Advance::Evaluating => {}
        }
    }
    outcome.models = (0..arms).map(|arm| experiment.model(arm)).collect();
    outcome
}

fn undisturbed(scenario: &Scenario) -> Outcome {
    run(scenario, &[u64::MAX], |_| ())
}

const CIRCLE: &[(&str, &str)] = &[("epochs", "4"), ("batch", "7"), ("data.train", "200")];

#[test]
fn no_number_depends_on_how_many_steps_are_requested_at_once() {
    for precision in ["f32", "f64"] {
        let scenario = built_in("circle", &[CIRCLE, &[("precision", precision)]].concat());
        let whole = undisturbed(&scenario);
        assert_eq!(whole.readings.0[0].len(), 4 * 29, "29 steps an epoch: 28 of 7 and one of 4");
        for limits in [&[1][..], &[3, 1, 29], &[1000], &[0, 2]] {
            assert_eq!(run(&scenario, limits, |_| ()), whole, "limits {limits:?}");
        }
    }
}

#[test]
fn observing_changes_no_number() {
    let scenario = built_in("circle", CIRCLE);
    let request =
        WeightsRequest { of: WeightQuantity::Gradient, cursor: Some((0, 0, 0)), past: true };
    let watched = run(&scenario, &[2, 5], |experiment| {
        experiment.gradient_factors(0);
        experiment.weights_snapshot(request);
        experiment.gradient_factors(1);
        experiment.model(1);
    });
    assert_eq!(watched, undisturbed(&scenario));
}

#[test]
fn settings_at_the_same_steps_give_the_same_run() {
    let scenario = built_in("circle", CIRCLE);
    let set_at_58 = |experiment: &mut Experiment| {
        if experiment.step() == 58 {
            let mode = Setting::EtaMode { mode: EtaMode::Calibrated, arm: 0 };
            experiment.set(&mode).expect("both costs are there");
            experiment.set(&Setting::Eta { arm: 0, eta: 2.5 }).expect("a rate");
        }
    };
    let by_epochs = run(&scenario, &[u64::MAX], set_at_58);
    assert_eq!(run(&scenario, &[1], set_at_58), by_epochs);
    assert_ne!(by_epochs, undisturbed(&scenario));
}

#[test]
fn an_arm_does_not_depend_on_the_arms_beside_it() {
    let text = find("circle").expect("a built-in scenario").text;
    let whole = undisturbed(&scenario(text, CIRCLE));
    let third = "[[arm]]\nname = \"third\"\ncost = \"quadratic\"\nlayers = [2, 9, 5, 1]\neta = 2\n";
    let crowded = undisturbed(&scenario(&format!("{text}\n{third}"), CIRCLE));
    assert_eq!(crowded.readings.0[..2], whole.readings.0[..]);
    assert_eq!(crowded.evaluations[..2], whole.evaluations[..]);
    assert_eq!(crowded.models[..2], whole.models[..]);
    let first_arm = text.find("[[arm]]").expect("an arm");
    let second_arm = text.rfind("[[arm]]").expect("an arm");
    let alone = format!("{}{}", &text[..first_arm], &text[second_arm..]);
    let alone = undisturbed(&scenario(&alone, CIRCLE));
    assert_eq!(alone.readings.0[0], whole.readings.0[1]);
    assert_eq!(alone.evaluations[0], whole.evaluations[1]);
    assert_eq!(alone.models[0], whole.models[1]);
}

#[test]
fn arms_start_alike_and_a_new_seed_renews_start_data_and_order() {
    let model = |scenario: &Scenario| start(scenario).model(0).weights;
    let scenario = built_in("circle", CIRCLE);
    let experiment = start(&scenario);
    assert_eq!(experiment.model(0).weights, experiment.model(1).weights);
    let next = scenario.clone().with_next_seed();
    assert_eq!(next.seed, scenario.seed + 1);
    assert_ne!(model(&next), model(&scenario));
    let first_cost = |scenario: &Scenario| undisturbed(scenario).readings.0[0][0];
    assert_ne!(first_cost(&next), first_cost(&scenario));
}

#[test]
fn an_arm_has_no_readings_after_its_divergence() {
    let scenario = built_in("linear-output", &[("arm.linear.eta", "5"), ("evaluate", "0")]);
    let whole = undisturbed(&scenario);
    for limits in [&[1][..], &[3, 1, 29], &[7]] {
        let parts = run(&scenario, limits, |_| ());
        assert_eq!(parts, whole, "limits {limits:?}");
    }
    for (arm, steps) in [300, 300, 4].into_iter().enumerate() {
        let seen: Vec<u64> = whole.readings.0[arm].iter().map(|(step, ..)| *step).collect();
        assert_eq!(seen, (0..steps).collect::<Vec<_>>(), "arm {arm}");
    }
}

#[test]
fn the_order_of_an_epoch_depends_on_seed_and_epoch_alone() {
    let rows = |seed, epoch| {
        let mut rows = Vec::new();
        RowOrder::Shuffled { seed }.write(epoch, 100, &mut rows);
        rows
    };
    let fresh = rows(5, 7);
    for epoch in 0..7 {
        assert_ne!(rows(5, epoch), fresh);
    }
    assert_eq!(rows(5, 7), fresh);
    assert_ne!(rows(6, 7), fresh);
}

#[test]
fn an_extended_run_equals_a_longer_one() {
    let short = built_in("circle", &[CIRCLE, &[("epochs", "2")]].concat());
    let mut experiment = start(&short);
    let mut readings = ReadingsByArm::default();
    while experiment.advance(u64::MAX, &mut readings) != Advance::Finished {}
    let more = Setting::Epochs(experiment.epochs() + 2);
    experiment.set(&more).expect("a run can go on");
    while experiment.advance(u64::MAX, &mut readings) != Advance::Finished {}
    let long = undisturbed(&built_in("circle", CIRCLE));
    assert_eq!(readings, long.readings);
    assert_eq!(experiment.model(0).weights, long.models[0].weights);
}

#[test]
fn a_neuron_given_the_start_of_another_follows_its_trajectory() {
    let given = run(&built_in("saturated", &[]), &[1], |experiment| {
        if experiment.step() == 0 && !experiment.is_evaluating() {
            for arm in 0..2 {
                for (input, value) in [(0, 0.6), (1, 0.9)] {
                    let at = (0, 0, input);
                    experiment.set(&Setting::Weight { arm, at, value }).expect("a weight");
                }
            }
        }
    });
    let born = run(&built_in("mild", &[]), &[1], |_| {});
    assert_eq!(given.readings, born.readings);
}

#[test]
fn a_point_that_is_added_and_removed_before_the_first_step_leaves_no_trace() {
    let never = undisturbed(&built_in("circle", CIRCLE));
    let at = [0.5, -0.25];
    let edits = [ExampleEdit::Add { at, class: 1 }, ExampleEdit::Remove { at }];
    let edited = run(&built_in("circle", CIRCLE), &[1], |experiment| {
        if experiment.step() == 0 && !experiment.is_evaluating() {
            for edit in edits {
                experiment.set(&Setting::Examples(edit)).expect("a point");
            }
        }
    });
    assert_eq!(edited.readings, never.readings);
}

#[test]
fn an_invalid_weight_is_refused() {
    let mut experiment = start(&built_in("saturated", &[]));
    for (arm, at, value) in [
        (2, (0, 0, 0), 1.0),
        (0, (1, 0, 0), 1.0),
        (0, (0, 1, 0), 1.0),
        (0, (0, 0, 2), 1.0),
        (0, (0, 0, 0), f64::NAN),
        (0, (0, 0, 0), 1e7),
    ] {
        assert!(experiment.set(&Setting::Weight { arm, at, value }).is_err());
    }
    assert_eq!(experiment.model(0).weights, [[2.0]]);
}

#[test]
fn no_number_depends_on_how_many_threads_there_are() {
    // Wide enough for the arms to train in parallel, and for evaluations to run on other threads.
    let keys =
        [("epochs", "3"), ("data.train", "400"), ("data.test", "200"), ("training.lambda", "0.1")];
    for precision in ["f32", "f64"] {
        let scenario = built_in("digits", &[&keys[..], &[("precision", precision)]].concat());
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("there are threads").install(|| {
                assert_eq!(start(&scenario).threads(), threads.min(2));
                undisturbed(&scenario)
            })
        };
        let alone = with(1);
        assert_eq!(alone.evaluations.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
        for threads in [2, 3] {
            assert_eq!(with(threads), alone, "{threads} threads, {precision}");
        }
    }
}
