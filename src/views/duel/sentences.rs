//! The sentences of the Duel view.

mod arm_names;
mod cure;
mod neuron;

use crate::canvas::number::{brief, count, percent, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmProgress, Output, RunFacts, RunState};
use crate::views::duel::recall::DEAD;
use crate::views::duel::sentences::arm_names::{name, named, ranked};
use crate::views::duel::sentences::cure::{cure, has_hidden_layers};
use crate::views::duel::sentences::neuron::neuron;
use crate::views::shared_state::SharedState;
use crate::views::slow::is_slow;

/// Returns the sentences, the most important first.
pub(super) fn sentences(shared: &SharedState) -> Vec<Sentence> {
    let Some(facts) = shared.history.facts.as_deref() else { return Vec::new() };
    let arms = &shared.history.arms;
    if facts.arms.is_empty() || arms.len() < facts.arms.len() {
        return Vec::new();
    }
    let mut out = diverged(facts, arms);
    if shared.history.state == RunState::Stopped {
        out.push(vec![plain("Nothing is left to train: lower η (-, or e), then r.")]);
        return out;
    }
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
        let epochs = epochs(shared.history.epoch());
        out.push(vec![plain(format!("Finished after {epochs}: space runs on."))]);
    }
    out
}

fn epochs(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "epoch" } else { "epochs" })
}

/// Returns sentences on the arms that have diverged: one, if all did so alike.
fn diverged(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    if let [first, others @ ..] = &arms[..facts.arms.len()]
        && let Some(why) = &first.diverged
        && !others.is_empty()
        && others.iter().all(|now| now.diverged.as_ref() == Some(why))
    {
        let every = if others.len() == 1 { "Both arms" } else { "All arms" };
        let (step, eta) = (count(why.step), short(why.eta));
        let text = format!("{every} ran away at step {step} with η = {eta}: {}.", why.reason);
        return vec![vec![(text, Tone::Problem)]];
    }
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
    let mut out = Vec::new();
    if least > 0.0 && most > least * 1.05 {
        out.push(vec![
            named(facts, hard),
            plain(format!(" pushes {} times as hard as ", brief(most / least))),
            name(facts, weak),
            plain("."),
        ]);
        out.push(vec![plain(format!("{from}: |δ| = {} against {}.", brief(most), brief(least)))]);
    } else {
        let pushes: Vec<String> = moments.iter().map(|m| brief(m.delta)).collect();
        let all_alike = pushes.windows(2).all(|two| two[0] == two[1]);
        let pushes = if all_alike { pushes[0].clone() } else { pushes.join(" and ") };
        out.push(vec![plain(format!("{from}, the push is |δ| = {pushes}."))]);
    }
    if is_slow(moments[weak].error, moments[weak].slope) {
        out.extend(cure(facts, arms, hard));
    }
    let saturated = saturated(facts, arms);
    saturated.into_iter().chain(out).collect()
}

/// The difference between the saturated shares of two arms that is worth a sentence.
const UNLIKE: f64 = 0.2;

/// Returns a sentence on the first layer in which the arms are saturated to quite different shares.
fn saturated(facts: &RunFacts, arms: &[ArmProgress]) -> Option<Sentence> {
    let evaluations = arms[..facts.arms.len()].iter().map(|now| now.evaluation.as_ref());
    let shares: Vec<&[f64]> =
        evaluations.map(|e| Some(e?.saturation.as_slice())).collect::<Option<_>>()?;
    let layers = shares.iter().map(|shares| shares.len()).min()?;
    let of_layer = |layer: usize| shares.iter().map(move |shares| shares[layer]);
    let is_unlike = |layer: &usize| {
        let (least, most) = of_layer(*layer)
            .fold((f64::INFINITY, 0.0_f64), |(least, most), x| (least.min(x), most.max(x)));
        most - least > UNLIKE
    };
    let layer = (0..layers).find(is_unlike).filter(|_| facts.single.is_none())?;
    let mut out = vec![plain(format!("Saturated, layer {}: ", layer + 1))];
    for (arm, share) in of_layer(layer).enumerate() {
        let end = if arm + 1 == shares.len() { "." } else { ", " };
        out.extend([name(facts, arm), plain(format!(" {:.0} %{end}", share * 100.0))]);
    }
    Some(out)
}

/// Returns a sentence on the classes that an arm hardly ever finds, as of its last evaluation.
fn dead(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(evaluation) = now.evaluation.as_ref().filter(|e| e.epoch > 0) else { continue };
        let found: Vec<(f64, &str)> = evaluation
            .recall
            .iter()
            .zip(&facts.classes)
            .filter_map(|(recall, class)| Some(((*recall)?, class.as_str())))
            .filter(|(recall, _)| *recall < DEAD)
            .collect();
        if found.is_empty() || now.diverged.is_some() {
            continue;
        }
        let classes: Vec<&str> = found.iter().map(|(_, class)| *class).collect();
        let text = if found.iter().all(|(recall, _)| *recall == 0.0) {
            format!("finds no {}.", listed(&classes, "or", facts.classes.len()))
        } else {
            let classes = listed(&classes, "and", facts.classes.len());
            format!("finds under {:.0} % of {classes}.", DEAD * 100.0)
        };
        out.push(vec![named(facts, arm), plain(" "), (text, Tone::Problem)]);
    }
    out
}

/// Lists names: `1`, `1 or 2`, `1, 2 or 3`; beyond six only their number.
fn listed(names: &[&str], and: &str, of: usize) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] if names.len() <= 6 => {
            format!("{} {and} {last}", before.join(", "))
        }
        _ => format!("{} of the {of} classes", names.len()),
    }
}

/// Returns a sentence on the accuracies of the arms: which of them lead, beyond what chance explains.
fn leader(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let accuracy = |arm: usize| {
        let evaluation = arms[arm].evaluation.as_ref().filter(|e| e.epoch > 0)?;
        let share = evaluation.test_accuracy.or(evaluation.accuracy)?;
        arms[arm].diverged.is_none().then_some((share, arm))
    };
    let mut found: Vec<(f64, usize)> = (0..facts.arms.len()).filter_map(accuracy).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (examples, set) = match facts.test_examples {
        0 => (facts.examples, ""),
        examples => (examples, " on the test set"),
    };
    let right = |share: f64| percent(share, examples);
    let Some((best, _)) = found.first().copied() else { return Vec::new() };
    if let [(share, arm)] = found[..] {
        let text = format!(" classifies {} correctly{set}.", right(share));
        return vec![vec![named(facts, arm), plain(text)]];
    }
    let leaders = found.iter().take_while(|(share, _)| !is_ahead(best, *share, examples)).count();
    if found.iter().all(|(share, _)| *share == best) {
        if let Some(sentence) = reached_best(facts, arms, examples) {
            return vec![sentence];
        }
        let all = if found.len() == 2 { "both" } else { "all" };
        let text = format!("Level{set}: {all} classify {} correctly.", right(best));
        return vec![vec![plain(text)]];
    }
    let (ahead, behind) = found.split_at(leaders);
    let mut out = Vec::new();
    if behind.is_empty() {
        out.push(plain(format!("Level{set}, within chance: ")));
    } else {
        for (place, (_, arm)) in ahead.iter().enumerate() {
            let before = match place {
                0 => "",
                _ if place + 1 == ahead.len() => " and ",
                _ => ", ",
            };
            out.push(plain(before));
            out.push(if place == 0 { named(facts, *arm) } else { name(facts, *arm) });
        }
        let verb = if ahead.len() == 1 { "leads" } else { "lead" };
        let shares: Vec<String> = ahead.iter().map(|(share, _)| right(*share)).collect();
        out.push(plain(format!(" {verb}{set}: {} correct; ", shares.join(" and "))));
    }
    let rest = if behind.is_empty() { ahead } else { behind };
    for (place, (share, arm)) in rest.iter().enumerate() {
        let end = if place + 1 == rest.len() { "." } else { ", " };
        out.extend([name(facts, *arm), plain(format!(" {}{end}", right(*share)))]);
    }
    vec![out]
}

/// Returns whether one share of `examples` is greater than another by more than chance explains: by two
/// standard errors of each, √(p(1 − p)/n), and by five examples.
fn is_ahead(one: f64, other: f64, examples: usize) -> bool {
    let n = examples.max(1) as f64;
    let error = |p: f64| (p * (1.0 - p) / n).sqrt();
    one - other > 2.0 * (error(one) + error(other)) && (one - other) * n > 4.5
}

/// Returns the epochs at which the arms were best, if they have been equally good.
fn reached_best(facts: &RunFacts, arms: &[ArmProgress], examples: usize) -> Option<Sentence> {
    let mut reached: Vec<(u64, usize)> = Vec::with_capacity(facts.arms.len());
    let mut shares = Vec::with_capacity(facts.arms.len());
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let (best, epoch) = now.best?;
        shares.push(best);
        reached.push((epoch, arm));
    }
    reached.sort_unstable();
    let is_apart = reached.first()?.0 < reached.last()?.0;
    let what = format!("{} correct: ", percent(shares[0], examples));
    let are_equal = shares.iter().all(|share| *share == shares[0]);
    (is_apart && are_equal).then(|| ranked(facts, &what, &reached))
}

/// The greatest slope of a sigmoid.
const STEEPEST: f64 = 0.25;

/// The mean error below which a slope holds nothing up that is worth a sentence.
const SMALL_ERROR: f64 = 0.05;

/// Returns a sentence on the share of the error that passes the slope of the last layer, and one on an arm
/// that has no such slope.
fn throttled(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let slows = |arm: &usize| {
        let of = &facts.arms[*arm];
        of.cost.slope_in_delta(of.output).is_present() && arms[*arm].diverged.is_none()
    };
    let Some(arm) = (0..facts.arms.len()).find(slows) else { return Vec::new() };
    let Some(now) = arms[arm].gradient_factors.as_ref().filter(|m| m.error > SMALL_ERROR) else {
        return Vec::new();
    };
    let most = match facts.arms[arm].output {
        Output::Sigmoid => format!(", of {} % at most", brief(STEEPEST * 100.0)),
        Output::Softmax | Output::Linear => String::new(),
    };
    let share = brief(now.slope * 100.0);
    let of_layer = if has_hidden_layers(&facts.arms[arm]) { "last layer" } else { "slope" };
    let text = format!("’s {of_layer} passes on {share} % of its error{most}.");
    let cure = (0..facts.arms.len()).find_map(|arm| cure(facts, arms, arm));
    std::iter::once(vec![named(facts, arm), plain(text)]).chain(cure).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::canvas::sentence::joined;
    use crate::telemetry::{
        Activation, ArmFacts, Cost, Divergence, Evaluation, GradientFactors, HalfForecast,
        NeuronState, Output, SingleExample,
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
        assert!(
            about.starts_with("Quadratic will pass a = ½ at epoch ≈ 2,000,000, not"),
            "{about}"
        );
        let foreseen = Some(HalfForecast::After(200_020));
        let slow = ArmProgress { foreseen, ..at(0.9999, 4.5e-5) };
        let after = text(&shared(facts(true), 20, vec![slow, at(0.9, 0.9)]));
        assert!(
            after.starts_with("Quadratic will not pass a = ½ before epoch 200,020."),
            "{after}"
        );
    }

    #[test]
    fn an_arm_leads_only_beyond_what_chance_explains() {
        let evaluation =
            |share| Evaluation { epoch: 30, test_accuracy: Some(share), ..Evaluation::default() };
        let arm =
            |share| ArmProgress { evaluation: Some(evaluation(share)), ..ArmProgress::default() };
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
        assert_eq!(
            about(&[0.9, 0.9], 100),
            "Level on the test set: both classify 90.0 % correctly."
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
}
