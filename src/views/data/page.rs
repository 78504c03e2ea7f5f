//! The pages of the view.

use crate::telemetry::RunFacts;

/// A page of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataPage {
    /// The plane of two inputs.
    Plane,
    /// The examples.
    Examples,
    /// The pad to draw a digit on.
    Pad,
    /// The neurons of a hidden layer, with the loss without each of them.
    Neurons,
}

impl DataPage {
    /// Returns the pages that a run has, the most telling first.
    pub(super) fn all(facts: &RunFacts) -> Vec<Self> {
        let inputs = facts.arms.first().and_then(|arm| arm.sizes.first()).copied().unwrap_or(0);
        let mut pages = match (facts.picture, inputs) {
            (None, 2) => vec![Self::Plane, Self::Examples],
            // A plane through the means of many other inputs tells less than the examples do.
            (None, 3..) => vec![Self::Examples, Self::Plane],
            _ => vec![Self::Examples],
        };
        // The run fits a drawing into pictures of this size.
        let has_pad = facts.picture == Some((28, 28)) && facts.classes.len() > 1;
        let has_hidden = facts.arms.iter().any(|arm| arm.sizes.len() > 2);
        pages.extend(has_pad.then_some(Self::Pad));
        pages.extend(has_hidden.then_some(Self::Neurons));
        pages
    }

    /// Returns its name in the footer.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plane => "plane",
            Self::Examples => "examples",
            Self::Pad => "pad",
            Self::Neurons => "neurons",
        }
    }
}
