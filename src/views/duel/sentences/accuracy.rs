//! The sentences on what the arms classify correctly.

use crate::canvas::number::percent;
use crate::canvas::sentence::{Sentence, listed, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmProgress, RunFacts};
use crate::views::arm_name::{name, named};
use crate::views::duel::sentences::ranked::ranked;
use crate::views::duel::sentences::rates::with_rates;
use crate::views::recall::DEAD;
use crate::views::shared_state::SharedState;
use crate::views::significance::is_ahead;

/// Returns a sentence on each arm that answers one class to everything.
pub(super) fn always_one(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(class) = only_class(facts, now) else { continue };
        out.push(vec![
            named(facts, arm),
            plain(format!(
                " answers {class} to everything: of {} classes one is right.",
                facts.classes.len()
            )),
        ]);
    }
    out
}

/// Returns the class that an arm finds in every example, if it finds no other in any.
fn only_class<'a>(facts: &'a RunFacts, now: &ArmProgress) -> Option<&'a str> {
    let evaluation = now.evaluation.as_ref().filter(|_| now.diverged.is_none())?;
    let recall: Vec<f64> = evaluation.recall.iter().copied().collect::<Option<_>>()?;
    let only = recall.iter().position(|recall| *recall == 1.0)?;
    let sum: f64 = recall.iter().sum();
    facts.classes.get(only).filter(|_| sum == 1.0 && recall.len() > 1).map(String::as_str)
}

/// Returns a sentence on the classes that an arm hardly ever finds, as of its last evaluation.
pub(super) fn dead(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
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
        if found.is_empty() || now.diverged.is_some() || only_class(facts, now).is_some() {
            continue;
        }
        let classes: Vec<&str> = found.iter().map(|(_, class)| *class).collect();
        let text = if found.iter().all(|(recall, _)| *recall == 0.0) {
            let verb = if classes.len() > MOST_NAMED { "finds none of" } else { "finds no" };
            format!("{verb} {}.", classes_listed(&classes, "or", facts.classes.len()))
        } else {
            let classes = classes_listed(&classes, "and", facts.classes.len());
            format!("finds under {:.0} % of {classes}.", DEAD * 100.0)
        };
        out.push(vec![named(facts, arm), plain(" "), (text, Tone::Problem)]);
    }
    out
}

/// The most classes that are listed by name.
const MOST_NAMED: usize = 6;

/// Lists classes; beyond [`MOST_NAMED`] only their number.
fn classes_listed(names: &[&str], and: &str, of: usize) -> String {
    if names.len() > MOST_NAMED {
        return format!("{} of the {of} classes", names.len());
    }
    listed(names, and)
}

/// Returns a sentence on the accuracies of the arms: which of them lead, beyond what chance explains.
pub(super) fn leader(
    shared: &SharedState,
    facts: &RunFacts,
    arms: &[ArmProgress],
) -> Vec<Sentence> {
    let accuracy = |arm: usize| {
        let evaluation = arms[arm].evaluation.as_ref().filter(|e| e.epoch > 0)?;
        let share = evaluation.test_accuracy.or(evaluation.accuracy)?;
        arms[arm].diverged.is_none().then_some((share, arm))
    };
    let mut found: Vec<(f64, usize)> = (0..facts.arms.len()).filter_map(accuracy).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let order: Vec<usize> = found.iter().map(|(_, arm)| *arm).collect();
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
            return vec![with_rates(shared, &order, sentence)];
        }
        let all = if found.len() == 2 { "both" } else { "all" };
        let text = format!("Level{set}: {all} classify {} correctly.", right(best));
        return vec![with_rates(shared, &order, vec![plain(text)])];
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
        out.push(plain(format!(" {verb}{set}: {} correct; ", listed(&shares, "and"))));
    }
    let rest = if behind.is_empty() { ahead } else { behind };
    for (place, (share, arm)) in rest.iter().enumerate() {
        let end = if place + 1 == rest.len() { "." } else { ", " };
        out.extend([name(facts, *arm), plain(format!(" {}{end}", right(*share)))]);
    }
    vec![with_rates(shared, &order, out)]
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
