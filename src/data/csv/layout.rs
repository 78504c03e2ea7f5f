//! The layout that a CSV file must have.

use crate::data::DataError;

/// The description of a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    /// The file, for messages and the header.
    pub name: String,
    /// The number of input columns; one more column holds the target or class.
    pub inputs: usize,
    /// The number of outputs. With 1 the last column is the target, else it is the class, from 0.
    pub outputs: usize,
    /// The number of rows for training, from the first; `None` for all that are not for testing.
    pub train: Option<usize>,
    /// The number of rows for testing, from the last; 0 for no test set.
    pub test: usize,
}

impl Csv {
    pub(super) fn wrong(&self, found: impl Into<String>, expected: impl Into<String>) -> DataError {
        DataError::Csv { name: self.name.clone(), found: found.into(), expected: expected.into() }
    }

    pub(super) fn columns(&self) -> usize {
        self.inputs + 1
    }

    /// Describes the expected content of a line.
    pub(super) fn layout(&self) -> String {
        let last = if self.outputs == 1 { "the target" } else { "the class" };
        format!("{} columns, {} of inputs and {last}", self.columns(), self.inputs)
    }
}
