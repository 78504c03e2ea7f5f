//! Examples from a table: a file of separated values as people have them.
//!
//! The bytes become text, the text cells, the cells numbers ([`raw`]); then it is decided what the table is
//! taken for ([`mod@plan`]), and examples are made of it ([`mod@assemble`]).

mod assemble;
mod blanks;
mod dialect;
mod division;
mod examples;
mod lines;
mod measures;
mod number;
mod number_table;
mod options;
mod plan;
mod planner;
mod profile;
mod raw;
mod survey;
mod target;
mod text;

use std::ops::ControlFlow;

use crate::data::csv::assemble::assemble;
use crate::data::csv::number_table::of_rows;
use crate::data::csv::plan::plan;
use crate::data::csv::planner::Expected;
use crate::data::csv::raw::RawTable;
use crate::data::{Data, DataError, RunRng};
use crate::file::{InputFile, ReadProgress};

pub(super) use assemble::classes_in_words;
pub(super) use number_table::NumberTable;
pub(crate) use options::ColumnName;
pub use options::{Missing, Scale, TableOptions, TestSize};
pub use survey::survey;
pub(super) use survey::survey_of_numbers;
pub(crate) use survey::{ColumnSurvey, Survey};

/// The description of a table for a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    /// The file, for messages and the header.
    pub name: String,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of outputs.
    pub outputs: usize,
    /// Whether the outputs are those of a classifier: two whole numbers are then classes.
    pub is_classifier: bool,
    /// How the table is to be read.
    pub options: TableOptions,
}

/// Reads a table for a network. `progress` receives the fraction done, if known, and can cancel.
///
/// # Errors
/// If the file cannot be read, a line or cell is invalid, the table does not suit the network, the memory
/// does not suffice, or `progress` cancels.
pub fn read_csv(
    file: InputFile<'_>,
    csv: &Csv,
    rng: &mut RunRng,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let gauge = file.read_progress();
    let about = (csv.name.as_str(), &csv.options);
    let likely_columns = csv.inputs.saturating_add(csv.outputs);
    let table = RawTable::read(file, about, (likely_columns, rng), progress)?;
    let expected =
        Expected { inputs: csv.inputs, outputs: csv.outputs, is_classifier: csv.is_classifier };
    if table.rows == 0 {
        let (name, found) = (csv.name.clone(), "no examples".to_owned());
        return Err(DataError::Csv { name, found, expected: "1 row or more".to_owned() });
    }
    let plan = plan(&table, about, Some(expected))?;
    assemble(table, plan, about, (rng, &gauge))
}

/// Makes the examples of a network from a table of numbers. `gauge` knows the available memory.
///
/// # Errors
/// If the table does not suit the network, or the memory does not suffice.
pub(super) fn data_of_numbers(
    table: NumberTable,
    csv: &Csv,
    rng: &mut RunRng,
    gauge: &ReadProgress,
) -> Result<Data, DataError> {
    let about = (csv.name.as_str(), &csv.options);
    let expected =
        Expected { inputs: csv.inputs, outputs: csv.outputs, is_classifier: csv.is_classifier };
    let table = RawTable::of_numbers(table);
    let plan = plan(&table, about, Some(expected)).map_err(of_rows)?;
    assemble(table, plan, about, (rng, gauge))
}

#[cfg(test)]
mod tests;
