//! The sentences on a start, before the first step.

use crate::canvas::number::{brief, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, GradientFactors, RunFacts};
use crate::views::arm_name::{name, named};
use crate::views::duel::sentences::saturation::saturation;
use crate::views::duel::sentences::slope::{cure, left_out};
use crate::views::slow::is_slow;

/// Returns a sentence on the first step, before it is taken.
pub(super) fn start(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
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
    // An arm that does not step by its gradient does not push by |δ|.
    let pushing = || (0..facts.arms.len()).filter(|arm| facts.arms[*arm].cost.descends_gradient());
    let by = |pick: fn(f64, f64) -> bool| {
        let better = |best: usize, arm: usize| {
            if pick(moments[arm].delta, moments[best].delta) { arm } else { best }
        };
        pushing().reduce(better)
    };
    let (Some(weak), Some(hard)) = (by(|a, b| a < b), by(|a, b| a > b)) else {
        return saturation(facts, arms).into_iter().chain(left_out(facts)).collect();
    };
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
    } else if left_out(facts).next().is_none() {
        out.push(alike(facts, &from, &moments));
    }
    if is_slow(moments[weak].error, moments[weak].slope) {
        out.extend(cure(facts, arms, hard));
    }
    saturation(facts, arms).into_iter().chain(out).chain(left_out(facts)).collect()
}

/// Returns a sentence on arms that push about equally hard, with the push of each if they differ in the
/// digits shown.
fn alike(facts: &RunFacts, from: &str, moments: &[&GradientFactors]) -> Sentence {
    let pushes: Vec<String> = moments.iter().map(|m| brief(m.delta)).collect();
    let mut out = vec![plain(format!("{from}, the push is |δ| = "))];
    if pushes.windows(2).all(|two| two[0] == two[1]) {
        let whose = match pushes.len() {
            1 => "",
            2 => " for both",
            _ => " for all",
        };
        out.push(plain(format!("{}{whose}.", pushes[0])));
        return out;
    }
    for (arm, push) in pushes.iter().enumerate() {
        let end = if arm + 1 == pushes.len() { "." } else { ", " };
        out.extend([plain(format!("{push} for ")), name(facts, arm), plain(end)]);
    }
    out
}
