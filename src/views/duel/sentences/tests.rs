//! Tests of the sentences of the Duel view.

use std::sync::Arc;

use crate::canvas::sentence::joined;
use crate::telemetry::{
    Activation, ArmFacts, ArmProgress, Cost, Divergence, EtaMode, Evaluation, Event, Fit,
    GradientFactors, HalfForecast, NeuronState, Notice, Output, RunFacts, RunState, Setting,
    SingleExample, TargetFacts,
};
use crate::views::duel::sentences::sentences;
use crate::views::shared_state::SharedState;

fn facts(single: bool) -> RunFacts {
    let arm = |name: &str, cost| ArmFacts {
        name: name.to_owned(),
        cost,
        sizes: vec![1, 1],
        hidden: Activation::Sigmoid,
        output: Output::Sigmoid,
        lambda: 0.0,
        start: "given".to_owned(),
    };
    RunFacts {
        single: single.then(|| SingleExample { x: vec![1.0], y: 0.0 }),
        classes: if single { Vec::new() } else { (0..10).map(|d| d.to_string()).collect() },
        test_examples: if single { 0 } else { 2000 },
        arms: vec![arm("quadratic", Cost::Quadratic), arm("cross-entropy", Cost::CrossEntropy)],
        ..RunFacts::default()
    }
}

fn shared(facts: RunFacts, step: u64, arms: Vec<ArmProgress>) -> SharedState {
    let mut shared = SharedState::default();
    shared.history.facts = Some(Arc::new(facts));
    shared.history.step = step;
    shared.history.epochs = 300;
    shared.history.arms = arms;
    shared
}

fn at(a: f64, delta: f64) -> ArmProgress {
    let slope = a * (1.0 - a);
    let neuron =
        NeuronState { w: vec![2.0], b: 2.0, z: 4.0, a, slope, delta, gradient: vec![delta] };
    let gradient_factors = GradientFactors {
        cost: 0.5,
        error: a,
        delta,
        slope,
        hidden_slope: None,
        neuron: Some(neuron),
    };
    ArmProgress { eta: 0.15, gradient_factors: Some(gradient_factors), ..ArmProgress::default() }
}

fn text(shared: &SharedState) -> String {
    sentences(shared).iter().map(|sentence| joined(sentence)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_wrong_and_slow_neuron_is_named_with_its_factors() {
    let foreseen = Some(HalfForecast::At(232));
    let slow = ArmProgress { foreseen, ..at(0.9567, 0.0396) };
    let quick = ArmProgress { reached_half: Some(17), ..at(0.0338, 0.0338) };
    assert_eq!(
        text(&shared(facts(true), 118, vec![slow, quick])),
        "Quadratic stalls: error 0.96 times slope 0.041. \
         Cross-entropy multiplies by no slope and passed a = ½ at epoch 17. \
         Quadratic will pass a = ½ at epoch 232."
    );
}

#[test]
fn before_the_first_step_a_sentence_predicts_it() {
    assert_eq!(
        text(&shared(facts(true), 0, vec![at(0.982, 0.0174), at(0.982, 0.982)])),
        "Press space. Cross-entropy pushes 56 times as hard as quadratic. \
         From a = 0.98 towards 0: |δ| = 0.98 against 0.017. \
         Cross-entropy multiplies by no slope: the whole error, 0.98, pushes."
    );
}

#[test]
fn a_cost_that_is_not_descended_is_compared_with_nothing_that_pushes() {
    let mut of = facts(true);
    of.arms[1] =
        ArmFacts { name: "book's rule".to_owned(), cost: Cost::BookRule, ..of.arms[1].clone() };
    let said = text(&shared(of, 0, vec![at(0.982, 0.0174), at(0.982, 0.982)]));
    assert!(!said.contains("pushes 56 times"), "{said}");
    assert!(!said.contains("against 0.017"), "{said}");
}

#[test]
fn when_both_have_learnt_the_waits_are_compared() {
    let slow = ArmProgress { reached_half: Some(232), ..at(0.2, 0.03) };
    let quick = ArmProgress { reached_half: Some(17), ..at(0.01, 0.01) };
    assert_eq!(
        text(&shared(facts(true), 300, vec![slow, quick])),
        "½ reached: cross-entropy at epoch 17, quadratic at 232: 14× as long."
    );
}

#[test]
fn a_comparison_of_arms_with_different_or_changed_rates_says_so() {
    let arm = |reached, eta| ArmProgress { reached_half: Some(reached), eta, ..at(0.2, 0.03) };
    let mut of = shared(facts(true), 300, vec![arm(49, 0.15), arm(17, 8.0)]);
    assert_eq!(
        text(&of),
        "½ reached: cross-entropy at epoch 17, quadratic at 49: 2.9× as long, at η 8 against 0.15."
    );
    let set = |step, eta| {
        let setting = Setting::Eta { arm: 0, eta };
        Event::Noticed(Notice::Set { step, setting, etas: vec![eta, 0.15] })
    };
    // A change at the start is no change of a course.
    of.history.apply(set(0, 0.15));
    assert!(text(&of).ends_with("at η 8 against 0.15."), "{}", text(&of));
    of.history.apply(set(16, 1.0));
    assert!(text(&of).ends_with(": 2.9× as long, η changed at epoch 16."), "{}", text(&of));
    of.history.apply(set(20, 2.0));
    assert!(text(&of).ends_with("η changed at epoch 16, and later."), "{}", text(&of));
    of.history.marks.clear();
    of.history.eta_mode = EtaMode::Calibrated;
    assert!(text(&of).contains(": 2.9× as long."), "{}", text(&of));
}

#[test]
fn a_forecast_beyond_the_run_comes_first() {
    let foreseen = Some(HalfForecast::At(73_534));
    let slow = ArmProgress { foreseen, ..at(0.9999, 4.5e-5) };
    let text = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
    let first = "Quadratic will pass a = ½ at epoch 73,534, not within 300.";
    assert!(text.starts_with(first), "{text}");
    assert!(first.chars().count() <= 78);
}

#[test]
fn a_forecast_that_is_not_exact_is_marked() {
    let foreseen = Some(HalfForecast::About(2_000_000));
    let slow = ArmProgress { foreseen, ..at(0.9999, 4.5e-5) };
    let about = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
    assert!(about.starts_with("Quadratic will pass a = ½ at epoch ≈ 2,000,000, not"), "{about}");
    let foreseen = Some(HalfForecast::After(200_020));
    let slow = ArmProgress { foreseen, ..at(0.9999, 4.5e-5) };
    let after = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
    assert!(after.starts_with("Quadratic will not pass a = ½ before epoch 200,020."), "{after}");
}

#[test]
fn an_arm_leads_only_beyond_what_chance_explains() {
    let evaluation =
        |share| Evaluation { epoch: 30, test_accuracy: Some(share), ..Evaluation::default() };
    let arm = |share| ArmProgress { evaluation: Some(evaluation(share)), ..ArmProgress::default() };
    let about = |shares: &[f64], test_examples| {
        let facts = RunFacts { test_examples, classes: Vec::new(), ..facts(false) };
        text(&shared(facts, 3000, shares.iter().map(|share| arm(*share)).collect()))
    };
    // Six pictures of 2,000.
    assert_eq!(
        about(&[0.971, 0.968], 2000),
        "Level on the test set, within chance: quadratic 97.10 %, cross-entropy 96.80 %."
    );
    assert_eq!(
        about(&[0.561, 0.9115], 2000),
        "Cross-entropy leads on the test set: 91.15 % correct; quadratic 56.10 %."
    );
    // One example of four.
    assert!(about(&[0.75, 0.5], 4).starts_with("Level on the test set, within chance"));
    assert_eq!(about(&[0.9, 0.9], 100), "Level on the test set: both classify 90.0 % correctly.");
}

#[test]
fn an_arm_with_numbers_for_targets_is_judged_by_how_far_it_misses_them() {
    let about = |r2, mean_error, target: Option<&str>| {
        let fit = Some(Fit { r2, mean_error });
        let evaluation = Evaluation { epoch: 30, fit, test_fit: None, ..Evaluation::default() };
        let arm = || ArmProgress { evaluation: Some(evaluation.clone()), ..ArmProgress::default() };
        let target = target.map(|name| TargetFacts { name: name.to_owned(), from: 0.0, by: 2.0 });
        let facts = RunFacts { test_examples: 0, classes: Vec::new(), target, ..facts(false) };
        text(&shared(facts, 3000, vec![arm(), arm()]))
    };
    let both = about(Some(0.9776), 28_724.9, Some("price"));
    assert!(
        both.starts_with(
            "Quadratic misses price by 28,725 on average on the training set; R² is 0.9776."
        ),
        "{both}"
    );
    assert!(both.contains("Cross-entropy misses price"), "{both}");
    let bare = about(None, 0.126, None);
    assert!(
        bare.starts_with("Quadratic misses its targets by 0.13 on average on the training set."),
        "{bare}"
    );
}

#[test]
fn arms_that_have_all_stopped_get_no_orders_but_one() {
    let why = Divergence { step: 1, eta: 1e30, reason: "a weight beyond 10⁶".to_owned() };
    let gone = || ArmProgress { diverged: Some(why.clone()), ..at(0.5, 0.1) };
    let mut shared = shared(facts(true), 1, vec![gone(), gone()]);
    shared.history.state = RunState::Stopped;
    assert_eq!(
        text(&shared),
        "Both arms ran away at step 1 with η = 1e30: a weight beyond 10⁶. \
         Nothing is left to train: lower η (-, or e), then r."
    );
}

#[test]
fn the_summary_is_shown_before_the_first_step() {
    let about = RunFacts { summary: "one stalls; the other does not".into(), ..facts(true) };
    let text = text(&shared(about, 0, vec![at(0.982, 0.0174), at(0.982, 0.982)]));
    assert!(text.starts_with("One stalls. The other does not. Press space."), "{text}");
    // A symbol stays what it is.
    let symbols = RunFacts { summary: "w = 2; one stalls".into(), ..facts(true) };
    let text = self::text(&shared(symbols, 0, vec![at(0.982, 0.0174), at(0.982, 0.982)]));
    assert!(text.starts_with("w = 2. One stalls. Press space."), "{text}");
}

#[test]
fn equal_accuracies_are_distinguished_by_when_they_were_reached() {
    let all = Evaluation { epoch: 200, accuracy: Some(1.0), ..Evaluation::default() };
    let arm = |epoch| ArmProgress {
        evaluation: Some(all.clone()),
        best: Some((1.0, epoch)),
        ..ArmProgress::default()
    };
    assert_eq!(
        text(&shared(facts(false), 200, vec![arm(129), arm(33)])),
        "100 % correct: cross-entropy at epoch 33, quadratic at 129: 3.9× as long."
    );
}

#[test]
fn dead_digits_are_named() {
    let evaluation = |recall: Vec<Option<f64>>, accuracy| Evaluation {
        epoch: 3,
        recall,
        test_accuracy: Some(accuracy),
        ..Evaluation::default()
    };
    let mut recall = vec![Some(0.9); 10];
    (recall[3], recall[5], recall[8]) = (Some(0.0), Some(0.01), Some(0.0));
    // Just above the threshold.
    recall[6] = Some(0.025);
    // A class without examples has no recall.
    recall[1] = None;
    let quadratic =
        ArmProgress { evaluation: Some(evaluation(recall, 0.63)), ..ArmProgress::default() };
    let entropy = ArmProgress {
        evaluation: Some(evaluation(vec![Some(0.9); 10], 0.9)),
        ..ArmProgress::default()
    };
    assert_eq!(
        text(&shared(facts(false), 3000, vec![quadratic, entropy])),
        "Quadratic finds under 2 % of 3, 5 and 8. \
         Cross-entropy leads on the test set: 90.00 % correct; quadratic 63.00 %."
    );
}

#[test]
fn a_diverged_arm_comes_first() {
    let why = Divergence { step: 12, eta: 50.0, reason: "a weight beyond 10⁶".to_owned() };
    let gone = ArmProgress { diverged: Some(why), ..at(0.5, 0.1) };
    let text = text(&shared(facts(true), 12, vec![gone, at(0.9, 0.9)]));
    assert!(
        text.starts_with("Quadratic ran away at step 12 with η = 50: a weight beyond 10⁶."),
        "{text}"
    );
}

#[test]
fn there_is_no_sentence_before_anything_is_known() {
    assert!(sentences(&SharedState::default()).is_empty());
}

/// Returns an arm of a network on classes after some epochs.
fn evaluated(epoch: u64, hidden_slope: f64, [hidden, wrong]: [f64; 2]) -> ArmProgress {
    let evaluation = Evaluation {
        epoch,
        saturation: vec![hidden, 0.8],
        saturated_wrong: wrong,
        ..Evaluation::default()
    };
    let gradient_factors = GradientFactors {
        cost: 0.5,
        error: 0.4,
        delta: 0.4,
        slope: 1.0,
        hidden_slope: Some(hidden_slope),
        neuron: None,
    };
    ArmProgress {
        evaluation: Some(evaluation),
        gradient_factors: Some(gradient_factors),
        ..ArmProgress::default()
    }
}

/// Returns the facts of two arms with a hidden layer and these starts.
fn two_starts(starts: [&str; 2]) -> RunFacts {
    let mut facts = facts(false);
    for (of, start) in facts.arms.iter_mut().zip(starts) {
        (of.name, of.start) = (start.to_owned(), start.to_owned());
        (of.cost, of.sizes) = (Cost::CrossEntropy, vec![4, 3, 2]);
    }
    facts
}

#[test]
fn where_the_starts_differ_the_hidden_layers_come_first() {
    let arms = |epoch| vec![evaluated(epoch, 0.05, [0.69, 0.1]), evaluated(epoch, 0.2, [0.0, 0.0])];
    let at_start = text(&shared(two_starts(["large", "scaled"]), 0, arms(0)));
    assert!(
        at_start.contains(
            "Hidden saturated: large 69 %, scaled 0 %. \
             Mean slope of the hidden layer: large 0.050, scaled 0.20, of 0.25 at most."
        ),
        "{at_start}"
    );
    let later = text(&shared(two_starts(["large", "scaled"]), 3000, arms(3)));
    assert!(later.starts_with("Hidden saturated at epoch 3: large 69 %, scaled 0 %."), "{later}");
    // With equal starts there is no such sentence while they train.
    let alike = text(&shared(two_starts(["scaled", "scaled"]), 3000, arms(3)));
    assert!(!alike.contains("aturated") && !alike.contains("hidden"), "{alike}");
}

#[test]
fn saturated_outputs_are_compared_only_where_they_are_wrong() {
    let arms = |wrong| vec![evaluated(0, 0.2, [0.1, wrong]), evaluated(0, 0.2, [0.1, 0.0])];
    let starts = ["scaled", "scaled"];
    let wrong = text(&shared(two_starts(starts), 0, arms(0.4)));
    assert!(wrong.contains("Outputs saturated and wrong: scaled 40 %, scaled 0 %."), "{wrong}");
    let right = text(&shared(two_starts(starts), 0, arms(0.1)));
    assert!(!right.contains("aturated"), "{right}");
}
