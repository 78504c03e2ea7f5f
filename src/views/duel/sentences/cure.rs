//! The sentence on an arm that does not stall.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, RunFacts, SlopeInDelta};
use crate::views::duel::sentences::arm_names::named;

/// Returns a sentence that an arm does not stall, because no slope multiplies its error.
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
    Some(vec![named(facts, arm), plain(effect)])
}
