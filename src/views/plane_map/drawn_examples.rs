//! The examples that are drawn on a map.

/// The examples that are drawn over the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views) enum DrawnExamples {
    /// Those of the training set.
    #[default]
    Training,
    /// Those of the test set.
    Test,
    /// Those of both sets.
    Both,
    /// None.
    None,
}

impl DrawnExamples {
    /// Returns the examples that `v` switches to; without a test set there are only two choices.
    pub(in crate::views) fn next(self, has_test: bool) -> Self {
        match self {
            Self::Training if has_test => Self::Test,
            Self::Test if has_test => Self::Both,
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
