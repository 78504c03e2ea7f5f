//! How a table is to be read: the keys of `[data]`.

use std::sync::Arc;

use crate::nn::DataScaling;

/// A column of a table, as a scenario names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnName {
    /// Its heading.
    Heading(String),
    /// Its number, from 1.
    Number(usize),
}

/// How the inputs are scaled. The measures are those of the training examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    #[default]
    None,
    /// To mean 0 and standard deviation 1.
    Standard,
    /// To the range from 0 to 1.
    Range,
}

impl Scale {
    /// All variants, in the order in which lists show them.
    pub const ALL: [Self; 3] = [Self::None, Self::Standard, Self::Range];

    /// Returns the name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Standard => "standard",
            Self::Range => "range",
        }
    }
}

/// What happens to rows with missing values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The file is refused.
    #[default]
    Refuse,
    /// They are left out.
    Drop,
    /// An input gets the mean of the training examples; a row without its target is left out.
    Mean,
}

impl Missing {
    /// All variants, in the order in which lists show them.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Drop, Self::Mean];

    /// Returns the name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Drop => "drop",
            Self::Mean => "mean",
        }
    }
}

/// The size of the test set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestSize {
    /// A number of rows.
    Count(usize),
    /// A share of all rows, from 0 to 1.
    Share(f64),
}

impl Default for TestSize {
    fn default() -> Self {
        Self::Count(0)
    }
}

/// How a table is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct TableOptions {
    /// The columns of the targets; empty if they are to be guessed.
    pub target: Vec<ColumnName>,
    /// The columns that are left out.
    pub drop: Vec<ColumnName>,
    /// Whether the first line is a heading; `None` if that is to be guessed.
    pub header: Option<bool>,
    /// How the inputs are scaled.
    pub scale: Scale,
    /// The scaling of a model, which is applied in place of one by the training rows.
    pub scaling: Option<Arc<DataScaling>>,
    /// What happens to rows with missing values.
    pub missing: Missing,
    /// Whether the test rows are drawn from all rows, with every class; else they are the last ones.
    pub shuffle: bool,
    /// The number of training rows; `None` for all that are not for testing.
    pub train: Option<usize>,
    /// The size of the test set.
    pub test: TestSize,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self {
            target: Vec::new(),
            drop: Vec::new(),
            header: None,
            scale: Scale::None,
            scaling: None,
            missing: Missing::Refuse,
            shuffle: true,
            train: None,
            test: TestSize::default(),
        }
    }
}
