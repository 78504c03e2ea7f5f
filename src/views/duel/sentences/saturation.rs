//! The sentences on saturation: where the arms are saturated to quite different shares, and how steep their
//! hidden layers are.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, Evaluation, RunFacts};
use crate::views::arm_name::name;
use crate::views::duel::kind::compares_starts;

/// The difference between the shares of two arms that is worth a sentence.
const UNLIKE: f64 = 0.2;

/// Returns a sentence on the first layer in which the arms are saturated to quite different shares, and one on
/// the slopes of hidden layers if the arms differ in their start.
pub(super) fn saturation(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    shares(facts, arms).into_iter().chain(slopes(facts, arms)).collect()
}

/// Returns a sentence on the mean slope of the first hidden layer of each arm, if they differ in their start.
fn slopes(facts: &RunFacts, arms: &[ArmProgress]) -> Option<Sentence> {
    let arms = arms.iter().take(facts.arms.len()).filter(|_| compares_starts(facts));
    let slopes: Vec<f64> =
        arms.map(|now| now.gradient_factors.as_ref()?.hidden_slope).collect::<Option<_>>()?;
    let hidden = facts.arms.first().filter(|_| !slopes.is_empty())?.hidden;
    let most = brief(hidden.largest_slope());
    let shown: Vec<String> = slopes.iter().map(|slope| brief(*slope)).collect();
    let mut out = listed(facts, "Mean slope of the hidden layer: ", &shown);
    out.push(plain(format!(", of {most} at most.")));
    Some(out)
}

/// Returns a sentence on the first layer in which the saturated shares of the arms differ: all saturated
/// neurons of a hidden layer, but only those that are wrong in the last.
fn shares(facts: &RunFacts, arms: &[ArmProgress]) -> Option<Sentence> {
    let evaluations: Vec<&Evaluation> = arms
        .iter()
        .take(facts.arms.len())
        .map(|now| now.evaluation.as_ref())
        .collect::<Option<_>>()?;
    let layers = facts.arms.iter().map(|arm| arm.sizes.len()).min()?.checked_sub(2)?;
    let of_hidden = |layer: usize| -> Option<Vec<f64>> {
        evaluations.iter().map(|evaluation| evaluation.saturation.get(layer).copied()).collect()
    };
    let hidden = (0..layers).find_map(|layer| Some((layer, unlike(of_hidden(layer)?)?)));
    let (place, shares) = match hidden {
        Some((_, shares)) if layers == 1 => ("Hidden saturated".to_owned(), shares),
        Some((layer, shares)) => (format!("Hidden layer {} saturated", layer + 1), shares),
        None if facts.single.is_some() => return None,
        None => {
            let wrong = evaluations.iter().map(|evaluation| evaluation.saturated_wrong).collect();
            ("Outputs saturated and wrong".to_owned(), unlike(wrong)?)
        }
    };
    let epoch = evaluations.iter().map(|evaluation| evaluation.epoch).max()?;
    let when = if epoch == 0 { String::new() } else { format!(" at epoch {}", count(epoch)) };
    let shown: Vec<String> =
        shares.iter().map(|share| format!("{} %", brief(share * 100.0))).collect();
    let mut out = listed(facts, &format!("{place}{when}: "), &shown);
    out.push(plain("."));
    Some(out)
}

/// Returns shares that are quite different.
fn unlike(shares: Vec<f64>) -> Option<Vec<f64>> {
    let most = shares.iter().copied().fold(0.0, f64::max);
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
    (most - least > UNLIKE).then_some(shares)
}

/// Lists a value for each arm after some words.
fn listed(facts: &RunFacts, words: &str, values: &[String]) -> Sentence {
    let mut out = vec![plain(words)];
    for (arm, value) in values.iter().enumerate() {
        let end = if arm + 1 == values.len() { "" } else { ", " };
        out.extend([name(facts, arm), plain(format!(" {value}{end}"))]);
    }
    out
}
