//! Checks an experiment against results computed by hand.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::experiment::{Advance, EvaluationScope, Experiment, StepChunk, StepObserver, load};
use crate::file::InputFile;
use crate::math::{exp, ln};
use crate::scenario::{Override, Scenario, find};
use crate::telemetry::{Metric, Setting, WeightQuantity, WeightsRequest};

fn start(text: &str, keys: &[(&str, &str)]) -> Experiment {
    let keys: Vec<Override> = keys.iter().map(|(k, v)| Override::new(*k, *v, "a test")).collect();
    let scenario = Scenario::read(text, "a test", &keys).expect("a scenario");
    let open = |_: &Path| unreachable!("it needs no file");
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(&scenario, Arc::new(data)).expect("an experiment")
}

fn built_in(name: &str, keys: &[(&str, &str)]) -> Experiment {
    start(find(name).expect("a built-in scenario").text, keys)
}

/// Advances until nothing is left to do, and returns the reason.
fn finish(experiment: &mut Experiment) -> Advance {
    loop {
        let advance = experiment.advance(7, &mut ());
        if matches!(advance, Advance::Finished | Advance::Stopped) {
            return advance;
        }
    }
}

/// Advances until an evaluation is complete.
fn evaluate(experiment: &mut Experiment) {
    while experiment.advance(7, &mut ()) != Advance::Evaluated {}
}

fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "found {found}, expected {expected}");
}

#[test]
fn an_experiment_can_be_sent_to_a_thread() {
    fn is_send<T: Send>() {}
    is_send::<Experiment>();
}

#[test]
fn an_arm_stops_once_its_cost_has_grown_a_million_times_and_the_others_continue() {
    // A linear neuron with w = b, x = 1 and y = 0 moves by w ← (1 − 2η) w, −9 w with η = 5, and its cost
    // grows by 81 a step: 81⁴ is the first power of 81 above 10⁶.
    for precision in ["f32", "f64"] {
        let keys = [("arm.linear.eta", "5"), ("precision", precision)];
        let mut experiment = built_in("linear-output", &keys);
        assert_eq!(finish(&mut experiment), Advance::Finished);
        let divergence = experiment.divergence(2).expect("it diverges").clone();
        assert_eq!((divergence.step, divergence.eta), (5, 5.0));
        assert_eq!(divergence.reason, "a mini-batch costs over 10⁶ times the first");
        let model = experiment.model(2);
        assert_eq!((model.weights[0][0], model.biases[0][0]), (13_122.0, 13_122.0));
        assert_eq!(
            (model.steps, experiment.steps_taken(2), experiment.examples_seen(2)),
            (4, 4, 4)
        );
        assert_eq!(experiment.evaluation(2).map(|e| e.epoch), Some(4));
        for arm in 0..2 {
            assert_eq!(experiment.divergence(arm), None);
            assert_eq!(experiment.evaluation(arm).map(|e| e.epoch), Some(300));
        }
    }
}

#[test]
fn a_run_stops_with_its_last_arm_however_many_steps_are_requested() {
    let text = r#"
        data = { kind = "circle" }
        network = { layers = [2, 1], output = "linear" }
        training = { epochs = 3, batch = 1, eta = 5 }
        arm = [{ name = "a", cost = "quadratic" }, { name = "b", cost = "quadratic", eta = 1 }]
    "#;
    for limit in [1, 3, 10_000] {
        let mut experiment = start(text, &[]);
        let mut advance = Advance::Stepped;
        while !matches!(advance, Advance::Stopped | Advance::Finished) {
            advance = experiment.advance(limit, &mut ());
        }
        assert_eq!(advance, Advance::Stopped);
        let stops =
            [0, 1].map(|arm| experiment.divergence(arm).expect("it diverges").steps_taken());
        assert_eq!(Some(experiment.step()), stops.into_iter().max(), "limit {limit}");
    }
}

#[test]
fn an_arm_keeps_its_own_rate_after_the_one_before_it_has_diverged() {
    let text = r#"
        data = { kind = "circle" }
        network = { layers = [2, 1], output = "linear" }
        training = { epochs = 3, batch = 10, eta = 1 }
        arm = [{ name = "a", cost = "quadratic", eta = 50 }, { name = "b", cost = "quadratic", eta = 0.01 }]
    "#;
    let mut both = start(text, &[]);
    finish(&mut both);
    assert!(both.divergence(0).is_some() && both.divergence(1).is_none());
    let mut calm = start(text, &[("arm.a.eta", "0.01")]);
    finish(&mut calm);
    assert_eq!(both.model(1).weights, calm.model(1).weights);
}

#[test]
fn large_weights_are_no_divergence() {
    let keys = [
        ("network.weights", "[[[999990.0]]]"),
        ("network.biases", "[[-999990.0]]"),
        ("arm.linear.eta", "0.5"),
    ];
    let mut experiment = built_in("linear-output", &keys);
    assert_eq!(finish(&mut experiment), Advance::Finished);
    assert!((0..3).all(|arm| experiment.divergence(arm).is_none()));
}

#[test]
fn a_cost_that_is_large_from_the_start_and_falls_is_no_divergence() {
    // C = 2 w² is 2·10¹² at the start; with η = 0.1, w falls by a fifth a step.
    let keys = [
        ("network.weights", "[[[1e6]]]"),
        ("network.biases", "[[1e6]]"),
        ("arm.linear.eta", "0.1"),
    ];
    let mut experiment = built_in("linear-output", &keys);
    assert_eq!(finish(&mut experiment), Advance::Finished);
    assert_eq!(experiment.divergence(2), None);
    assert_near(experiment.model(2).weights[0][0], 1e6 * exp(300.0 * ln::<f64>(0.8)), 1e-20);
}

#[test]
fn a_fit_of_targets_in_the_millions_is_no_divergence_however_it_starts() {
    // y = 3·10⁶ x + 2·10⁵ exactly, from zeros and from the solution.
    for (w, b) in [("0.0", "0.0"), ("3e6", "2e5")] {
        let text = format!(
            r#"
            data = {{ kind = "table", inputs = [[0.0], [0.4], [1.0]], targets = [[2e5], [1.4e6], [3.2e6]] }}
            network = {{ layers = [1, 1], output = "linear", weights = [[[{}]]], biases = [[{b}]] }}
            training = {{ epochs = 2000, batch = 1, eta = 0.3 }}
            arm = [{{ name = "a", cost = "quadratic" }}]
            "#,
            if w == "0.0" { w } else { "1e6" },
        );
        let mut experiment = start(&text, &[]);
        if w != "0.0" {
            let mut model = experiment.model(0);
            model.weights[0][0] = 3e6;
            experiment.start_from(&[model]).expect("a model may have large weights");
        }
        assert_eq!(finish(&mut experiment), Advance::Finished);
        let model = experiment.model(0);
        assert_near(model.weights[0][0], 3e6, 1e-3);
        assert_near(model.biases[0][0], 2e5, 1e-3);
    }
}

#[test]
fn a_regularisation_that_flips_the_signs_of_the_weights_ends_in_a_divergence_and_no_nan() {
    for lambda in ["100", "1e200"] {
        let keys = [("training.lambda", lambda), ("precision", "f32")];
        let mut experiment = built_in("saturated", &keys);
        assert_eq!(finish(&mut experiment), Advance::Stopped);
        for arm in 0..2 {
            let divergence = experiment.divergence(arm).expect("it diverges").clone();
            assert_eq!(divergence.step, experiment.steps_taken(arm) + 1);
            let model = experiment.model(arm);
            assert!(model.weights[0][0].abs() <= 1e30, "{}", model.weights[0][0]);
        }
    }
}

#[test]
fn a_cost_that_is_not_finite_at_the_start_stops_an_arm_without_an_evaluation() {
    let keys = [("data.inputs", "[[1e200]]"), ("data.targets", "[[0.5]]")];
    let mut experiment = built_in("linear-output", &keys);
    finish(&mut experiment);
    let divergence = experiment.divergence(2).expect("it diverges").clone();
    assert_eq!((divergence.step, divergence.reason.as_str()), (1, "the cost is no longer finite"));
    assert_eq!(experiment.evaluation(2), None);
    let gradient_factors = experiment.gradient_factors(2);
    let finite = [
        gradient_factors.cost,
        gradient_factors.error,
        gradient_factors.delta,
        gradient_factors.slope,
    ];
    assert!(finite.iter().all(|number| number.is_finite()), "{gradient_factors:?}");
}

#[test]
fn the_start_of_and_has_the_evaluation_computed_by_hand() {
    let keys = [("training.lambda", "0.1")];
    let mut and = built_in("and", &keys);
    evaluate(&mut and);
    let norm = |w1: f64, w2: f64| (w1 * w1 + w2 * w2).sqrt();
    let expected =
        [(0.177_164, norm(0.009_394, 0.015_379)), (1.057_114, norm(0.185_429, 0.048_779))];
    for (arm, (cost, norm)) in expected.into_iter().enumerate() {
        let evaluation = and.evaluation(arm).expect("an evaluation");
        assert_eq!((evaluation.epoch, evaluation.step), (0, 0));
        assert_near(evaluation.cost_data, cost, 5e-7);
        // λ/2n Σw² with w = (2, −1).
        assert_near(evaluation.cost - evaluation.cost_data, 0.1 / 8.0 * 5.0, 1e-12);
        assert_near(evaluation.gradient_norm[0], norm, 1e-6);
        // Rows 1 and 3 are classified as 1.
        assert_eq!(evaluation.accuracy, Some(0.5));
        assert_eq!((&evaluation.saturation[..], evaluation.saturated_wrong), (&[0.0][..], 0.0));
        assert_eq!((evaluation.test_cost, evaluation.test_accuracy), (None, None));
        assert!(evaluation.recall.is_empty());
    }
}

#[test]
fn the_class_is_the_largest_output_and_recall_is_computed_per_class() {
    let text = r#"
        data = { kind = "table", inputs = [[1, 0], [0, 1], [1, 0]], targets = [[1, 0, 0], [0, 1, 0], [0, 1, 0]] }
        network = { layers = [2, 3], weights = [[[9, 0], [0, 9], [-9, -9]]], biases = [[0, 0, 0]] }
        training = { epochs = 1, batch = 3, eta = 0.1 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    let mut experiment = start(text, &[]);
    assert_eq!(experiment.facts().metric, Metric::Accuracy);
    evaluate(&mut experiment);
    let evaluation = experiment.evaluation(0).expect("an evaluation");
    assert_eq!(evaluation.accuracy, Some(2.0 / 3.0));
    assert_eq!(evaluation.recall, [Some(1.0), Some(0.5), None]);
    // σ(9) and σ(−9) are flat, σ(0) is not. Of the third example, σ(9) is wrong.
    assert_eq!(evaluation.saturation, [2.0 / 3.0]);
    assert_eq!(evaluation.saturated_wrong, 1.0 / 9.0);
}

#[test]
fn of_equal_outputs_the_first_one_is_the_class() {
    let text = r#"
        data = { kind = "table", inputs = [[1], [1]], targets = [[1, 0, 0], [0, 0, 1]] }
        network = { layers = [1, 3], weights = [[[0], [0], [0]]], biases = [[0, 0, 0]] }
        training = { epochs = 1, batch = 2, eta = 0.1 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    let mut experiment = start(text, &[]);
    evaluate(&mut experiment);
    let evaluation = experiment.evaluation(0).expect("an evaluation");
    assert_eq!(evaluation.accuracy, Some(0.5));
    assert_eq!(evaluation.recall, [Some(1.0), None, Some(0.0)]);
}

#[test]
fn arms_can_be_evaluated_within_an_epoch_but_that_accuracy_never_counts_as_best() {
    let mut experiment = built_in("circle", &[("training.evaluate", "0")]);
    evaluate(&mut experiment);
    assert_eq!(experiment.advance(7, &mut ()), Advance::Stepped);
    experiment.evaluate_now();
    for arm in 0..2 {
        let midway = experiment.evaluation(arm).expect("it is evaluated").clone();
        assert_eq!((midway.epoch, midway.step), (0, 7));
        // The same network at the start of its own run.
        let models = [experiment.model(arm)];
        let mut other = built_in("circle", &[]);
        other.start_from(&models).expect("the model fits");
        evaluate(&mut other);
        assert_eq!(other.evaluation(arm).map(|e| e.cost), Some(midway.cost));
        assert_eq!(experiment.best(arm), None);
    }
    while experiment.epoch() < 1 {
        experiment.advance(1, &mut ());
    }
    experiment.evaluate_now();
    assert_eq!(experiment.best(0).map(|(_, epoch)| epoch), Some(1));
}

#[test]
fn an_accuracy_within_a_later_epoch_never_counts_as_best() {
    let mut experiment = built_in("circle", &[("training.evaluate", "0")]);
    while experiment.epoch() < 1 || experiment.awaits_evaluation() {
        experiment.advance(1, &mut ());
    }
    experiment.evaluate_now();
    let best = experiment.best(0);
    let mut highest = 0.0_f64;
    while experiment.epoch() < 30 {
        if experiment.step() % experiment.clock().newest_steps_per_epoch() == 1 {
            experiment.evaluate_now();
            let evaluation = experiment.evaluation(0).expect("it is evaluated");
            highest = highest.max(evaluation.test_accuracy.or(evaluation.accuracy).unwrap_or(0.0));
            assert_eq!(experiment.best(0), best);
        }
        experiment.advance(1, &mut ());
    }
    assert!(best.is_some_and(|(accuracy, epoch)| epoch == 1 && accuracy < highest));
}

#[test]
fn gradients_and_saturation_cover_the_first_ten_thousand_examples_and_costs_all() {
    // x = 1 ten thousand times, then x = 100 a hundred times; target 0, w = 1, b = 0.
    let mut inputs = "[1],".repeat(10_000);
    inputs.push_str(&"[100],".repeat(100));
    let mut text = String::new();
    write!(
        text,
        "data = {{ kind = \"table\", inputs = [{inputs}], targets = [{}] }}\n\
         network = {{ layers = [1, 1], weights = [[[1]]], biases = [[0]] }}\n\
         training = {{ epochs = 1, batch = 100, eta = 0.1 }}\n\
         arm = [{{ name = \"a\", cost = \"cross-entropy\" }}]\n",
        "[0],".repeat(10_100)
    )
    .expect("a String takes every text");
    let mut experiment = start(&text, &[]);
    evaluate(&mut experiment);
    let evaluation = experiment.evaluation(0).expect("an evaluation");
    let (sigmoid, softplus) = (0.731_058_578_630_004_9, 1.313_261_687_518_222_8);
    assert_near(evaluation.gradient_norm[0], sigmoid, 1e-12);
    assert_eq!(evaluation.saturation, [0.0]);
    assert_near(evaluation.cost_data, (1e4 * softplus + 100.0 * 100.0) / 10_100.0, 1e-10);
}

#[test]
fn evaluations_happen_at_the_start_every_few_epochs_and_at_the_end() {
    let epochs = |every: &str| {
        let mut experiment = built_in("saturated", &[("epochs", "7"), ("evaluate", every)]);
        let mut found = Vec::new();
        loop {
            match experiment.advance(100, &mut ()) {
                Advance::Evaluated => found.push(experiment.epoch()),
                Advance::Finished => return found,
                _ => {}
            }
        }
    };
    assert_eq!(epochs("3"), [0, 3, 6, 7]);
    assert_eq!(epochs("0"), [0, 7]);
    assert_eq!(epochs("1"), [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_unit_of_work_has_more_steps_if_each_arm_has_a_thread() {
    let steps = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("there are threads").install(|| {
            let keys = [("data.train", "4000"), ("data.test", "0"), ("batch", "1")];
            let mut experiment = built_in("digits", &keys);
            while experiment.step() == 0 {
                experiment.advance(u64::MAX, &mut ());
            }
            experiment.step()
        })
    };
    let alone = steps(1);
    assert!((100..2000).contains(&alone), "{alone} steps take about a millisecond");
    assert!((2 * alone..2 * alone + 2).contains(&steps(2)), "beside {alone} in turn");
    assert_eq!(steps(3), steps(2));
}

#[test]
fn the_best_accuracy_is_that_of_the_first_epoch_that_reached_it() {
    let mut and = built_in("and", &[("epochs", "300")]);
    let mut found: Option<(f64, u64)> = None;
    loop {
        match and.advance(100, &mut ()) {
            Advance::Evaluated if and.epoch() > 0 => {
                let accuracy = and.evaluation(1).and_then(|e| e.accuracy).expect("an accuracy");
                if found.is_none_or(|(best, _)| accuracy > best) {
                    found = Some((accuracy, and.epoch()));
                }
            }
            Advance::Finished => break,
            _ => {}
        }
    }
    assert_eq!(and.best(1), found);
    assert_eq!(found.map(|(best, _)| best), Some(1.0));
}

#[test]
fn the_best_accuracy_is_that_on_the_test_set() {
    let text = r#"
        data = { kind = "csv", path = "four.csv", test = 2, shuffle = false }
        network = { layers = [1, 1], weights = [[[1.0]]], biases = [[0.0]] }
        training = { epochs = 1, batch = 2, eta = 0.001 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    // Every output is above 1/2: right for both training examples, and for one test example of two.
    let rows = "1,1\n2,1\n1,0\n2,1\n";
    let scenario = Scenario::read(text, "a test", &[]).expect("a scenario");
    let open = |_: &Path| Ok(InputFile::from(rows.as_bytes()));
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    for scope in [EvaluationScope::BestAccuracy, EvaluationScope::Everything] {
        let mut experiment =
            Experiment::new(&scenario, Arc::new(data.clone())).expect("an experiment");
        experiment.set_evaluation_scope(scope);
        assert_eq!(finish(&mut experiment), Advance::Finished);
        let evaluation = experiment.evaluation(0).expect("an evaluation");
        assert_eq!((evaluation.accuracy, evaluation.test_accuracy), (Some(1.0), Some(0.5)));
        assert_eq!(experiment.best(0), Some((0.5, 1)));
    }
}

#[test]
fn the_factors_of_a_neuron_are_those_computed_by_hand() {
    // a = σ(0) = 1/2 is a quarter below the target, and the slope is a quarter.
    let keys = [
        ("data.targets", "[[0.75]]"),
        ("network.weights", "[[[0.0]]]"),
        ("network.biases", "[[0.0]]"),
    ];
    let mut experiment = built_in("saturated", &keys);
    for (arm, delta) in [(0, 0.0625), (1, 0.25)] {
        let factors = experiment.gradient_factors(arm);
        assert_eq!((factors.error, factors.slope, factors.delta), (0.25, 0.25, delta));
    }
}

#[test]
fn a_weight_is_read_with_its_gradient_and_its_start() {
    let mut and = built_in("and", &[("epochs", "2")]);
    let request = |of| WeightsRequest { of, cursor: Some((0, 0, 0)), past: false };
    let snapshot = and.weights_snapshot(request(WeightQuantity::Gradient));
    let reading = snapshot.cursor[1].expect("a weight");
    assert_eq!((reading.value, reading.start), (2.0, 2.0));
    assert_near(reading.gradient, 0.185_429, 5e-7);
    assert_near(f64::from(snapshot.arms[1][0].value(0, 1).expect("a weight")), 0.048_779, 5e-7);
    assert_near(f64::from(snapshot.arms[1][0].biases[0]), 0.435_429, 5e-7);
    while and.epoch() < 1 {
        and.advance(1, &mut ());
    }
    let snapshot = and.weights_snapshot(request(WeightQuantity::Change));
    // η = 0.5; a snapshot holds f32.
    assert_near(
        f64::from(snapshot.arms[1][0].value(0, 0).expect("a weight")),
        -0.5 * 0.185_429,
        1e-6,
    );
    let bias = WeightsRequest { cursor: Some((0, 0, 2)), ..WeightsRequest::default() };
    let snapshot = and.weights_snapshot(bias);
    assert_near(snapshot.cursor[1].expect("a bias").value, 0.5 - 0.5 * 0.435_429, 1e-6);
    let nowhere = WeightsRequest { cursor: Some((0, 3, 0)), ..WeightsRequest::default() };
    assert_eq!(and.weights_snapshot(nowhere).cursor, [None, None]);
}

/// Keeps the cost before the last step of the first arm.
struct LastCost(f64);

impl StepObserver for LastCost {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        if let (0, Some(cost)) = (arm, chunk.costs.last()) {
            self.0 = *cost;
        }
    }
}

#[test]
fn gradient_factors_are_those_of_the_next_mini_batch() {
    let mut circle = built_in("circle", &[("training.evaluate", "0")]);
    evaluate(&mut circle);
    for step in 1..=30 {
        let expected = circle.gradient_factors(0).cost;
        let mut last = LastCost(f64::NAN);
        circle.advance(1, &mut last);
        assert_eq!(circle.step(), step);
        // Another kernel takes the steps, and may round differently.
        assert_near(last.0, expected, 1e-6 * expected);
    }
}

#[test]
fn the_next_step_starts_from_a_weight_set_during_the_run() {
    let mut given = built_in("saturated", &[]);
    while given.step() < 5 {
        given.advance(1, &mut ());
    }
    for (input, value) in [(0, 0.6), (1, 0.9)] {
        let setting = Setting::Weight { arm: 0, at: (0, 0, input), value };
        given.set(&setting).expect("a weight");
    }
    // The start of "mild".
    let mut born = built_in("mild", &[]);
    let next = |experiment: &mut Experiment| loop {
        let mut last = LastCost(f64::NAN);
        if experiment.advance(1, &mut last) == Advance::Stepped {
            return last.0;
        }
    };
    for _ in 0..5 {
        assert_eq!(next(&mut given), next(&mut born));
    }
}

#[test]
fn a_smaller_last_mini_batch_counts_as_the_examples_that_it_has() {
    let text = r#"
        data = { kind = "table", inputs = [[1], [2], [3], [4], [5]], targets = [[0], [0], [1], [1], [1]] }
        network = { layers = [1, 1] }
        training = { epochs = 2, batch = 2, eta = 0.1 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    let mut experiment = start(text, &[]);
    let mut found = Vec::new();
    while experiment.step() < 6 {
        if experiment.advance(1, &mut ()) == Advance::Stepped {
            found.push((experiment.examples_seen(0), experiment.examples_drawn()));
        }
    }
    assert_eq!(found, [2, 4, 5, 7, 9, 10].map(|examples| (examples, examples)));
}

#[test]
fn the_gradient_of_one_weight_is_the_one_in_the_snapshot() {
    let mut xor = built_in("xor", &[("epochs", "2")]);
    while xor.step() == 0 {
        xor.advance(3, &mut ());
    }
    let of = WeightQuantity::Gradient;
    let all = xor.weights_snapshot(WeightsRequest { of, ..WeightsRequest::default() });
    for (l, layer) in all.arms[0].iter().enumerate() {
        for (j, k) in (0..layer.rows).flat_map(|j| (0..=layer.columns).map(move |k| (j, k))) {
            let drawn = match k {
                _ if k == layer.columns => layer.biases[j],
                _ => layer.value(j, k).expect("a weight"),
            };
            let one =
                xor.weights_snapshot(WeightsRequest { of, cursor: Some((l, j, k)), past: false });
            let read = one.cursor[0].expect("a weight").gradient;
            // The numbers of a snapshot are rounded to f32.
            assert_near(f64::from(drawn), read, 1e-7 * read.abs().max(1e-3));
        }
    }
}

#[test]
fn a_saturated_neuron_keeps_its_last_digits() {
    // σ(−40) = e⁻⁴⁰ to 17 digits; computed from a rounded a it would be 0.
    let small = 4.248_354_255_291_589e-18;
    let keys = [
        ("data.targets", "[[1.0]]"),
        ("network.weights", "[[[20.0]]]"),
        ("network.biases", "[[20.0]]"),
    ];
    let mut experiment = built_in("saturated", &keys);
    let cross_entropy = experiment.gradient_factors(1).neuron.expect("a neuron");
    assert_near(cross_entropy.delta / -small, 1.0, 1e-12);
    assert_near(cross_entropy.slope / small, 1.0, 1e-12);
    let quadratic = experiment.gradient_factors(0).neuron.expect("a neuron");
    assert_near(quadratic.delta / (-small * small), 1.0, 1e-12);
    let single = experiment.facts().single.expect("one neuron, one example");
    assert_eq!((single.x, single.y), (vec![1.0], 1.0));
}

#[test]
fn a_run_starts_from_the_model_of_another_and_refuses_one_that_does_not_fit() {
    let mut first = built_in("saturated", &[("epochs", "10")]);
    finish(&mut first);
    let models = [first.model(0), first.model(1)];
    let mut second = built_in("saturated", &[]);
    second.start_from(&models).expect("the models fit");
    assert_eq!(second.model(1).weights, models[1].weights);
    assert_eq!(second.facts().arms[0].start, "given");
    second.start_from(&models[..1]).expect("the model fits");
    assert_eq!(second.model(1).biases, models[0].biases);
    let refused = built_in("and", &[]).start_from(&models).expect_err("it does not fit");
    assert_eq!(
        refused.to_string(),
        "--load: arm.quadratic: found a model of [1, 1]; one of [2, 1] would do"
    );
    let mut wild = models[0].clone();
    wild.weights[0][0] = f64::NAN;
    let refused = second.start_from(&[wild]).expect_err("it is no number");
    assert!(refused.to_string().contains("found the number NaN"), "{refused}");
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let scenario = |text: &str| Scenario::read(text, "a test", &[]).expect("a scenario");
    let text = find("and").expect("a built-in scenario").text;
    let load = |scenario: &Scenario| {
        let open = |_: &Path| unreachable!("it needs no file");
        Arc::new(load(scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data"))
    };
    let and = scenario(text);
    let other = scenario(find("saturated").expect("a built-in scenario").text);
    let refused = Experiment::new(&and, load(&other)).err().expect("it does not fit");
    assert_eq!(
        refused.to_string(),
        "a test: arm.quadratic.layers: found [2, 1] for the data table; 1 first and 1 last would do"
    );
    let wide =
        scenario(&text.replacen("[[0], [0], [0], [1]]", "[[0], [0], [0], [2]]", 1).replacen(
            "cost = \"cross-entropy\"",
            "cost = \"quadratic\"",
            1,
        ));
    let refused = Experiment::new(&and, load(&wide)).err().expect("a target of 2");
    assert_eq!(
        refused.to_string(),
        "a test: arm.cross-entropy.cost: found \"cross-entropy\", but example 4 of table has the \
         target 2.0; targets from 0 to 1 would do, or cost = \"quadratic\""
    );
}

/// Returns an experiment on three rows. The last row is the test set; its cost exceeds f64 unless the
/// weight is 0.
fn far(weight: &str, epochs: u64) -> Experiment {
    let text = format!(
        "data = {{ kind = \"csv\", path = \"far.csv\", test = 1, shuffle = false }}\n\
         network = {{ layers = [1, 1], output = \"linear\", weights = [[[{weight}]]], biases = [[0]] }}\n\
         training = {{ epochs = {epochs}, batch = 1, eta = 0.1 }}\n\
         arm = [{{ name = \"a\", cost = \"quadratic\" }}]\n"
    );
    let scenario = Scenario::read(&text, "a test", &[]).expect("a scenario");
    let open = |_: &Path| Ok(InputFile::from(&b"0.5,1\n0.25,1\n1e200,0\n"[..]));
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(&scenario, Arc::new(data)).expect("an experiment")
}

/// Returns a run that evaluates for the best accuracy alone, and the same run with full evaluations.
fn best_alone(text: &str, keys: &[(&str, &str)]) -> [Experiment; 2] {
    let scopes = [EvaluationScope::BestAccuracy, EvaluationScope::Everything];
    scopes.map(|scope| {
        let mut experiment = start(text, keys);
        experiment.set_evaluation_scope(scope);
        experiment
    })
}

#[test]
fn the_best_accuracy_and_the_last_evaluation_do_not_depend_on_the_scope() {
    let digits = find("digits").expect("it is built in").text;
    let keys = [("data.train", "300"), ("training.lambda", "0.1"), ("epochs", "5")];
    for test in ["100", "0"] {
        let runs = best_alone(digits, &[&keys[..], &[("data.test", test)]].concat());
        let [alone, whole] = runs.map(|mut experiment| {
            evaluate(&mut experiment);
            let first = experiment.evaluation(0).cloned();
            assert_eq!(finish(&mut experiment), Advance::Finished);
            let arms = 0..2;
            let ends = arms.map(|arm| (experiment.best(arm), experiment.evaluation(arm).cloned()));
            (first.is_some(), ends.collect::<Vec<_>>())
        });
        assert_eq!((alone.0, whole.0), (false, true));
        assert_eq!(alone.1, whole.1, "with {test} to test on");
        assert!(alone.1.iter().all(|(best, last)| best.is_some() && last.is_some()));
    }
}

#[test]
fn an_arm_that_overflows_stops_at_the_same_step_in_every_scope() {
    // The overflow is found at the start, at the end, and after the first epoch of several.
    for (weight, epochs, step) in [("0.01", 5, 3), ("0", 1, 3), ("0", 5, 5)] {
        for scope in [EvaluationScope::BestAccuracy, EvaluationScope::Everything] {
            let mut experiment = far(weight, epochs);
            experiment.set_evaluation_scope(scope);
            assert_eq!(finish(&mut experiment), Advance::Stopped);
            let divergence = experiment.divergence(0).expect("it diverges");
            assert_eq!(divergence.step, step, "{scope:?}");
            assert_eq!(divergence.reason, "the cost is no longer finite");
        }
    }
}

/// Asserts that the only arm has stopped at the end of the first epoch.
fn assert_stopped_after_an_epoch(experiment: &Experiment) {
    assert!(experiment.is_stopped());
    let divergence = experiment.divergence(0).expect("it diverges").clone();
    assert_eq!((divergence.step, divergence.steps_taken()), (3, 2));
    assert_eq!(divergence.reason, "the cost is no longer finite");
}

#[test]
fn an_arm_whose_evaluation_overflows_stops_at_the_next_one() {
    let mut experiment = far("0.01", 5);
    assert_eq!(finish(&mut experiment), Advance::Stopped);
    assert_stopped_after_an_epoch(&experiment);
    assert_eq!(experiment.evaluation(0), None);
}

#[test]
fn an_arm_whose_last_evaluation_overflows_stops_at_the_end() {
    let mut experiment = far("0", 1);
    assert_eq!(finish(&mut experiment), Advance::Stopped);
    assert_stopped_after_an_epoch(&experiment);
    assert_eq!(experiment.evaluation(0).map(|e| e.epoch), Some(0));
}

#[test]
fn an_arm_whose_last_evaluation_overflows_stops_if_the_run_is_paused_for_it() {
    let mut experiment = far("0", 1);
    while experiment.step() < 2 {
        experiment.advance(7, &mut ());
    }
    while experiment.awaits_evaluation() {
        experiment.complete_evaluation();
    }
    assert_stopped_after_an_epoch(&experiment);
    assert_eq!(experiment.complete_evaluation(), Advance::Stopped);
}

#[test]
fn an_arm_whose_evaluation_overflows_stops_if_the_run_is_set_to_end_there() {
    let mut experiment = far("0", 5);
    evaluate(&mut experiment);
    evaluate(&mut experiment);
    assert_eq!((experiment.epoch(), experiment.is_stopped()), (1, false));
    experiment.set(&Setting::Epochs(1)).unwrap();
    assert_stopped_after_an_epoch(&experiment);
}

#[test]
fn a_file_with_a_number_that_f32_cannot_hold_is_refused() {
    let text = r#"
        precision = "f32"
        data = { kind = "csv", path = "far.csv", test = 1, shuffle = false }
        network = { layers = [2, 1] }
        training = { epochs = 5, batch = 1, eta = 0.1 }
        arm = [{ name = "a", cost = "quadratic" }]
    "#;
    let open_with = |text: &'static str| move |_: &Path| Ok(InputFile::from(text.as_bytes()));
    let scenario = Scenario::read(text, "a test", &[]).expect("a scenario");
    let refusal = |rows: &'static str| {
        let data = load(&scenario, &open_with(rows), &mut |_| ControlFlow::Continue(()));
        let refused = Experiment::new(&scenario, Arc::new(data.expect("data"))).err();
        refused.map(|refused| refused.to_string())
    };
    assert_eq!(
        refusal("1,2,1\n1,-1e39,1\n0,0,0\n").as_deref(),
        Some(
            "a test: precision: found \"f32\", but example 2 of far.csv holds -1e39; \
             numbers up to 3.4e38 would do, or precision = \"f64\""
        )
    );
    assert_eq!(
        refusal("1,2,1\n0,0,1e300\n").as_deref(),
        Some(
            "a test: precision: found \"f32\", but test example 1 of far.csv holds 1e300; \
             numbers up to 3.4e38 would do, or precision = \"f64\""
        )
    );
    assert_eq!(refusal("1,2,1\n1,-3.4e38,1\n0,0,0\n"), None);
}

#[test]
fn another_number_of_epochs_between_evaluations_applies_from_the_next_one_on() {
    let mut experiment = built_in("saturated", &[("epochs", "9")]);
    let mut epochs = Vec::new();
    loop {
        match experiment.advance(1, &mut ()) {
            Advance::Evaluated => {
                epochs.extend(experiment.evaluation(0).map(|evaluation| evaluation.epoch));
                match epochs[..] {
                    [.., 2] => experiment.set(&Setting::Evaluate(3)).unwrap(),
                    [.., 6] => experiment.set(&Setting::Evaluate(0)).unwrap(),
                    _ => {}
                }
            }
            Advance::Finished | Advance::Stopped => break,
            Advance::Stepped | Advance::Evaluating => {}
        }
    }
    assert_eq!(epochs, [0, 1, 2, 3, 6, 9]);
}
