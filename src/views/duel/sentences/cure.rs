//! The sentence on an arm whose last layer does not stall.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmFacts, ArmProgress, RunFacts, SlopeInDelta};
use crate::views::duel::sentences::arm_names::named;

/// Returns whether an arm has layers before its last one. Each multiplies by the slope of its own neurons,
/// whatever the cost, so that a sentence on the slope must name the last.
pub(super) fn has_hidden_layers(of: &ArmFacts) -> bool {
    of.sizes.len() > 2
}

/// Returns a sentence that the last layer of an arm does not stall, because no slope multiplies its error.
pub(super) fn cure(facts: &RunFacts, arms: &[ArmProgress], arm: usize) -> Option<Sentence> {
    let of = &facts.arms[arm];
    let now = arms[arm].gradient_factors.as_ref().filter(|_| arms[arm].diverged.is_none())?;
    let no_slope = match of.cost.slope_in_delta(of.output) {
        SlopeInDelta::Cancelled => "multiplies by no slope",
        SlopeInDelta::Absent => "has no slope to multiply by",
        SlopeInDelta::Factor | SlopeInDelta::Mixed => return None,
    };
    let effect = match arms[arm].reached_half {
        Some(epoch) => format!(" {no_slope} and passed a = ½ at epoch {}.", count(epoch)),
        None => format!(" {no_slope}: the whole error, {}, pushes.", brief(now.error)),
    };
    let of_layer = if has_hidden_layers(of) { "’s last layer" } else { "" };
    Some(vec![named(facts, arm), plain(format!("{of_layer}{effect}"))])
}
