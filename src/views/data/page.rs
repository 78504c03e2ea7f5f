//! The pages of the view.

use crate::telemetry::RunFacts;

/// A page of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataPage {
    /// The plane of two inputs.
    Plane,
}

impl DataPage {
    /// Returns the pages that a run has, the most telling first.
    pub(super) fn all(facts: &RunFacts) -> Vec<Self> {
        let inputs = facts.arms.first().and_then(|arm| arm.sizes.first()).copied().unwrap_or(0);
        let has_plane = facts.picture.is_none() && inputs >= 2;
        has_plane.then_some(Self::Plane).into_iter().collect()
    }

    /// Returns its name in the footer.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plane => "plane",
        }
    }
}
