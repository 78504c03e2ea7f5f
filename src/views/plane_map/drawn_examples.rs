//! The examples that are drawn on a map.

use crate::telemetry::Fields;

/// The examples that are drawn over the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views) enum DrawnExamples {
    /// Those of the training set.
    Training,
    /// Those of the test set, whose mistakes are counted.
    #[default]
    Test,
    /// Those of both sets.
    Both,
    /// None.
    None,
}

impl DrawnExamples {
    /// Returns those whose mistakes are counted: of the test set, if there is one.
    pub(in crate::views) fn judged(fields: &Fields) -> Self {
        if fields.examples.of.1 > 0 { Self::Test } else { Self::Training }
    }

    /// Returns the examples that `v` switches to; without a test set there are only two choices.
    pub(in crate::views) fn next(self, has_test: bool) -> Self {
        match self {
            Self::Test if has_test => Self::Training,
            Self::Training if has_test => Self::Both,
            Self::None if has_test => Self::Test,
            Self::None => Self::Training,
            _ => Self::None,
        }
    }

    /// Returns its name in the footer.
    pub(in crate::views) fn name(self) -> &'static str {
        match self {
            Self::Training => "training points",
            Self::Test => "test points",
            Self::Both => "all points",
            Self::None => "no points",
        }
    }
}
