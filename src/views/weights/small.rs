//! The networks that are small enough to be drawn as such.

use crate::telemetry::RunFacts;
use crate::views::weights::weight_list::parameters;

/// The most inputs, neurons of a layer, and weights of a network that is drawn as itself.
const INPUTS: usize = 8;
const NEURONS: usize = 16;
const WEIGHTS: usize = 400;

/// Returns whether the networks of a run are small enough.
pub(super) fn are_small(facts: &RunFacts) -> bool {
    facts.picture.is_none()
        && facts.arms.iter().all(|arm| {
            let is_narrow = arm.sizes[1..].iter().all(|neurons| *neurons <= NEURONS);
            arm.sizes[0] <= INPUTS && is_narrow && parameters(&arm.sizes) <= WEIGHTS
        })
}
