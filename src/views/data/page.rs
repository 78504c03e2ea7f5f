//! The pages of the view.

use crate::telemetry::RunFacts;

/// A page of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataPage {
    /// The plane of two inputs.
    Plane,
    /// The examples.
    Examples,
}

impl DataPage {
    /// Returns the pages that a run has, the most telling first.
    pub(super) fn all(facts: &RunFacts) -> Vec<Self> {
        let inputs = facts.arms.first().and_then(|arm| arm.sizes.first()).copied().unwrap_or(0);
        match (facts.picture, inputs) {
            (None, 2) => vec![Self::Plane, Self::Examples],
            // A plane through the means of many other inputs tells less than the examples do.
            (None, 3..) => vec![Self::Examples, Self::Plane],
            _ => vec![Self::Examples],
        }
    }

    /// Returns its name in the footer.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plane => "plane",
            Self::Examples => "examples",
        }
    }
}
