//! The sentences of the Duel view.

mod arm_names;
mod neuron;

use crate::canvas::number::{brief, count, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmProgress, RunFacts, RunState};
use crate::views::duel::recall::DEAD;
use crate::views::duel::sentences::arm_names::{name, named, ranked};
use crate::views::duel::sentences::neuron::neuron;
use crate::views::shared_state::SharedState;

pub(crate) use neuron::is_unforeseeable;

/// Returns the sentences, the most important first.
pub(super) fn sentences(shared: &SharedState) -> Vec<Sentence> {
    let Some(facts) = shared.history.facts.as_deref() else { return Vec::new() };
    let arms = &shared.history.arms;
    if facts.arms.is_empty() || arms.len() < facts.arms.len() {
        return Vec::new();
    }
    let mut out = diverged(facts, arms);
    if shared.history.step == 0 {
        out.extend(summary(shared, facts));
        out.extend(start(facts, arms));
    } else if facts.single.is_some() {
        out.extend(neuron(shared, facts, arms));
    } else {
        out.extend(dead(facts, arms));
        out.extend(leader(facts, arms));
        out.extend(throttled(facts, arms));
    }
    if shared.history.state == RunState::Finished {
        let epochs = count(shared.history.epoch());
        out.push(vec![plain(format!("Finished after {epochs} epochs: space runs on."))]);
    }
    out
}

fn diverged(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let gone = arms.iter().enumerate().filter_map(|(arm, now)| {
        let why = now.diverged.as_ref()?;
        let text = format!(
            " ran away at step {} with η = {}: {}.",
            count(why.step),
            short(why.eta),
            why.reason
        );
        Some(vec![named(facts, arm), (text, Tone::Problem)])
    });
    gone.take(facts.arms.len()).collect()
}

/// Returns the summary of the scenario, part by part, and how to begin.
fn summary(shared: &SharedState, facts: &RunFacts) -> Vec<Sentence> {
    let mut out = Vec::new();
    if !facts.summary.is_empty() {
        // Each part may be left out if there is no room for it.
        let parts = facts.summary.split("; ");
        out.extend(parts.map(|part| vec![(format!("{part}."), Tone::Strong)]));
    }
    if shared.history.state == RunState::Paused {
        out.push(vec![plain("Press space.")]);
    }
    out
}

/// Returns a sentence on the first step, before it is taken.
fn start(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let moments: Vec<_> = arms.iter().filter_map(|now| now.gradient_factors.as_ref()).collect();
    if moments.len() < facts.arms.len() {
        return Vec::new();
    }
    let same = moments.iter().all(|m| (m.error - moments[0].error).abs() < 1e-9);
    let from = match (&facts.single, &moments[0].neuron) {
        (Some(single), Some(neuron)) if same => {
            format!("From a = {} towards {}", brief(neuron.a), short(single.y))
        }
        _ if same => format!("From a mean error of {}", brief(moments[0].error)),
        _ => "At the start".to_owned(),
    };
    let by = |pick: fn(f64, f64) -> bool| {
        (1..moments.len()).fold(0, |best, arm| {
            if pick(moments[arm].delta, moments[best].delta) { arm } else { best }
        })
    };
    let (weak, hard) = (by(|a, b| a < b), by(|a, b| a > b));
    let (least, most) = (moments[weak].delta, moments[hard].delta);
    if least > 0.0 && most > least * 1.05 {
        return vec![
            vec![
                named(facts, hard),
                plain(format!(" pushes {} times as hard as ", brief(most / least))),
                name(facts, weak),
                plain("."),
            ],
            vec![plain(format!("{from}: |δ| = {} against {}.", brief(most), brief(least)))],
        ];
    }
    vec![vec![plain(format!("{from}, the push is |δ| = {}.", brief(most)))]]
}

/// Returns a sentence on the classes that an arm never finds.
fn dead(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(evaluation) = now.evaluation.as_ref().filter(|e| e.epoch > 0) else { continue };
        let classes: Vec<&str> = evaluation
            .recall
            .iter()
            .zip(&facts.classes)
            .filter(|(recall, _)| recall.is_some_and(|recall| recall < DEAD))
            .map(|(_, class)| class.as_str())
            .collect();
        if !classes.is_empty() && classes.len() < facts.classes.len() {
            let text = format!("never finds {}.", listed(&classes));
            out.push(vec![named(facts, arm), plain(" "), (text, Tone::Problem)]);
        }
    }
    out
}

/// Lists names: `1`, `1 or 2`, `1, 2 or 3`; beyond six only their number.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] if names.len() <= 6 => format!("{} or {last}", before.join(", ")),
        _ => format!("{} of the classes", names.len()),
    }
}

/// Returns a sentence on the arm with the best accuracy.
fn leader(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let accuracy = |arm: usize| {
        let evaluation = arms[arm].evaluation.as_ref().filter(|e| e.epoch > 0)?;
        evaluation.test_accuracy.or(evaluation.accuracy).map(|a| (a, arm))
    };
    let mut found: Vec<(f64, usize)> = (0..facts.arms.len()).filter_map(accuracy).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    match found.as_slice() {
        [] => Vec::new(),
        [only] => vec![vec![
            named(facts, only.1),
            plain(format!(" classifies {} rightly.", percent(only.0))),
        ]],
        [first, .., last] if first.0 - last.0 < 5e-4 => {
            if let Some(sentence) = reached_best(facts, arms) {
                return vec![sentence];
            }
            vec![vec![plain(format!("Neck and neck: all classify {} rightly.", percent(first.0)))]]
        }
        [first, .., last] => {
            let set = if facts.test_examples > 0 { " on the test set" } else { "" };
            let text = format!(" leads{set}: {} right, ", percent(first.0));
            let behind = plain(format!(" {}.", percent(last.0)));
            vec![vec![named(facts, first.1), plain(text), name(facts, last.1), behind]]
        }
    }
}

/// Returns the epochs at which the arms were best, if they have been equally good.
fn reached_best(facts: &RunFacts, arms: &[ArmProgress]) -> Option<Sentence> {
    let mut reached: Vec<(u64, usize)> = Vec::with_capacity(facts.arms.len());
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let (best, epoch) = now.best?;
        (least, most) = (least.min(best), most.max(best));
        reached.push((epoch, arm));
    }
    reached.sort_unstable();
    let is_apart = reached.first()?.0 < reached.last()?.0;
    let what = format!("{:.1} % right: ", most * 100.0);
    (is_apart && most - least < 5e-4).then(|| ranked(facts, &what, &reached))
}

/// Returns a sentence on the share of the error that passes the slope of the last layer.
fn throttled(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(gradient_factors) =
            now.gradient_factors.as_ref().filter(|_| now.diverged.is_none())
        else {
            continue;
        };
        let of = &facts.arms[arm];
        if of.cost.slope_in_delta(of.output).is_present() && gradient_factors.error > 0.0 {
            let only = if gradient_factors.slope < 0.25 { "only " } else { "" };
            let share = brief(gradient_factors.slope * 100.0);
            out.push(vec![
                named(facts, arm),
                plain(format!("'s slope passes on {only}{share} % of the error.")),
            ]);
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::canvas::sentence::joined;
    use crate::telemetry::{
        Activation, ArmFacts, Cost, Divergence, Evaluation, GradientFactors, NeuronState, Output,
        SingleExample,
    };

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
        let gradient_factors =
            GradientFactors { cost: 0.5, error: a, delta, slope, neuron: Some(neuron) };
        ArmProgress {
            eta: 0.15,
            gradient_factors: Some(gradient_factors),
            ..ArmProgress::default()
        }
    }

    fn text(shared: &SharedState) -> String {
        sentences(shared).iter().map(|sentence| joined(sentence)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_wrong_and_slow_neuron_is_named_with_its_factors() {
        let slow = ArmProgress { foreseen: Some(230.1), ..at(0.9567, 0.0396) };
        let quick = ArmProgress { reached_half: Some(17), ..at(0.0338, 0.0338) };
        assert_eq!(
            text(&shared(facts(true), 118, vec![slow, quick])),
            "Wrong and slow: quadratic multiplies an error of 0.96 by a slope of 0.041. \
             Quadratic is foreseen to pass a = ½ at epoch 230. \
             Cross-entropy passed a = ½ at epoch 17."
        );
    }

    #[test]
    fn before_the_first_step_a_sentence_predicts_it() {
        assert_eq!(
            text(&shared(facts(true), 0, vec![at(0.982, 0.0174), at(0.982, 0.982)])),
            "Press space. Cross-entropy pushes 56 times as hard as quadratic. \
             From a = 0.98 towards 0: |δ| = 0.98 against 0.017."
        );
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
    fn a_forecast_beyond_the_run_comes_first() {
        let slow = ArmProgress { foreseen: Some(73_530.2), ..at(0.9999, 4.5e-5) };
        let text = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
        let first = "Quadratic is foreseen at a = ½ only at epoch 73,530, not within 300.";
        assert!(text.starts_with(first), "{text}");
        assert!(first.chars().count() <= 78);
    }

    #[test]
    fn a_forecast_that_fails_gives_the_reason() {
        let slow = ArmProgress { eta: 0.5, ..at(0.98, 0.0173) };
        let text = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
        assert!(text.contains("Quadratic is not foreseen: η = 0.5 is too large"), "{text}");
    }

    #[test]
    fn the_summary_is_shown_before_the_first_step() {
        let about = RunFacts { summary: "one stalls; the other does not".into(), ..facts(true) };
        let text = text(&shared(about, 0, vec![at(0.982, 0.0174), at(0.982, 0.982)]));
        assert!(text.starts_with("one stalls. the other does not. Press space."), "{text}");
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
            "100.0 % right: cross-entropy at epoch 33, quadratic at 129: 3.9× as long."
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
            "Quadratic never finds 3, 5 or 8. \
             Cross-entropy leads: 90.0 % right, quadratic 63.0 %."
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
}
