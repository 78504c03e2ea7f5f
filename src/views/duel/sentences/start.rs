//! The sentences on a start, before the first step.

use crate::canvas::number::{brief, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, RunFacts};
use crate::views::duel::sentences::arm_names::{name, named};
use crate::views::duel::sentences::slope::cure;
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
