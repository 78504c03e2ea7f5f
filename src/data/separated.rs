//! Examples from a file of comma-separated values.

use std::io::Read;
use std::ops::ControlFlow;

use crate::data::{Data, DataError};

/// What a file of comma-separated values is read as.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    /// The file, for messages and the header.
    pub name: String,
    /// How many columns of inputs it has; one more holds the target or class.
    pub inputs: usize,
    /// How many outputs: with 1 the last column is the target, else the class from 0.
    pub outputs: usize,
    /// How many rows to train on, from the first; `None` for all that are not for testing.
    pub train: Option<usize>,
    /// How many rows to test on, from the last; 0 for no test set.
    pub test: usize,
}

/// Reads a file of comma-separated values; `progress` is told the rows so far, and may call it off.
///
/// # Errors
/// If the file cannot be read, or a line or cell is not what it should be.
pub fn read_csv(
    reader: impl Read,
    csv: &Csv,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let _ = (reader, progress);
    Err(DataError::Csv {
        name: csv.name.clone(),
        found: "comma-separated values".to_owned(),
        expected: "a reader for them".to_owned(),
    })
}
