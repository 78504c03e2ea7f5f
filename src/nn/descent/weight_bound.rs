//! Decides whether a step is so small that no weight can exceed its limit in it.

use std::ops::Range;

/// The largest weight or bias that a network may have: its products with common inputs are finite in f32.
/// (A weight may be large for a good reason, such as a target in the millions: an arm that runs away is found
/// by its cost.)
pub(crate) const LARGEST_WEIGHT: f64 = 1e30;

/// The largest weight or bias that a user may type for a start.
pub(crate) const LARGEST_TYPED_WEIGHT: f64 = 1e6;

/// The largest factor in a step that is taken without a check: larger ones may be infinite in f32.
pub(super) const LARGEST_FACTOR: f64 = 1e30;

/// Whether a kernel checks that weights stay within a bound.
pub(super) enum WeightBound<'a> {
    Within { weight_bound: &'a mut f64 },
    Off,
}

/// Steps to take, by their numbers in a plan, and the check that they are under.
pub(super) struct GuardedSteps<'a> {
    pub(super) steps: Range<usize>,
    pub(super) guard: WeightBound<'a>,
}

impl WeightBound<'_> {
    /// Returns whether all weights stay within [`LARGEST_WEIGHT`] in a step, given a function from the
    /// bound before the step to the bound after it. If so, updates the stored bound. Always `true` for
    /// `Off`.
    #[inline(always)]
    pub(super) fn allows(&mut self, after: impl FnOnce(f64) -> f64) -> bool {
        let Self::Within { weight_bound } = self else { return true };
        let next = after(**weight_bound);
        let is_sure = next <= LARGEST_WEIGHT;
        if is_sure {
            **weight_bound = next;
        }
        is_sure
    }
}
