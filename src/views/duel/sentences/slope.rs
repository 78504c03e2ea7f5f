//! The sentences on the slope of the last layer: how much of the error it passes on, and that there is none.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{Activation, ArmFacts, ArmProgress, Output, RunFacts, SlopeInDelta};
use crate::views::arm_name::named;

/// The mean error below which a slope holds nothing up that is worth a sentence.
const SMALL_ERROR: f64 = 0.05;

/// Returns whether an arm has layers before its last one. Each multiplies by the slope of its own neurons,
/// whatever the cost, so that a sentence on the slope must name the last.
fn has_hidden_layers(of: &ArmFacts) -> bool {
    of.sizes.len() > 2
}

/// Returns a sentence that the last layer of an arm does not stall, because no slope multiplies its error.
pub(super) fn cure(facts: &RunFacts, arms: &[ArmProgress], arm: usize) -> Option<Sentence> {
    let of = &facts.arms[arm];
    let now = arms[arm].gradient_factors.as_ref().filter(|_| arms[arm].diverged.is_none())?;
    let no_slope = match of.cost.slope_in_delta(of.output) {
        SlopeInDelta::Cancelled => "multiplies by no slope",
        SlopeInDelta::Absent => "has no slope to multiply by",
        SlopeInDelta::Factor | SlopeInDelta::Mixed | SlopeInDelta::LeftOut => return None,
    };
    let effect = match arms[arm].reached_half {
        Some(epoch) => format!(" {no_slope} and passed a = ½ at epoch {}.", count(epoch)),
        None => format!(" {no_slope}: the whole error, {}, pushes.", brief(now.error)),
    };
    let of_layer = if has_hidden_layers(of) { "’s last layer" } else { "" };
    Some(vec![named(facts, arm), plain(format!("{of_layer}{effect}"))])
}

/// Returns sentences on the arms that do not step by the gradient.
pub(super) fn left_out(facts: &RunFacts) -> impl Iterator<Item = Sentence> + '_ {
    let arms = facts.arms.iter().enumerate().filter(|(_, of)| !of.cost.descends_gradient());
    arms.map(|(arm, _)| {
        vec![named(facts, arm), plain(" steps by ∂C/∂a, not by the gradient: σ′(z) is left out.")]
    })
}

/// Returns a sentence on the share of the error that passes the slope of the last layer, and one on an arm
/// that has no such slope.
pub(super) fn throttled(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let slows = |arm: &usize| {
        let of = &facts.arms[*arm];
        of.cost.slope_in_delta(of.output).is_present() && arms[*arm].diverged.is_none()
    };
    let Some(arm) = (0..facts.arms.len()).find(slows) else { return Vec::new() };
    let Some(now) = arms[arm].gradient_factors.as_ref().filter(|m| m.error > SMALL_ERROR) else {
        return Vec::new();
    };
    let most = match facts.arms[arm].output {
        Output::Sigmoid => {
            format!(", of {} % at most", brief(Activation::Sigmoid.largest_slope() * 100.0))
        }
        Output::Softmax | Output::Linear => String::new(),
    };
    let share = brief(now.slope * 100.0);
    let of_layer = if has_hidden_layers(&facts.arms[arm]) { "last layer" } else { "slope" };
    let text = format!("’s {of_layer} passes on {share} % of its error{most}.");
    let cure = (0..facts.arms.len()).find_map(|arm| cure(facts, arms, arm));
    std::iter::once(vec![named(facts, arm), plain(text)]).chain(cure).collect()
}
