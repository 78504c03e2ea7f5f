//! Examples from a file of comma-separated values.

mod layout;
mod lines;
mod rows;

use std::ops::ControlFlow;

use crate::data::csv::lines::CsvLines;
use crate::data::csv::rows::CsvRows;
use crate::data::{Data, DataError, MOST_EXAMPLES};
use crate::file::InputFile;

pub use layout::Csv;

/// The number of rows read between two checks for cancellation; fewer if rows are long.
const ROWS_PER_CHECK: usize = 512;
const CELLS_PER_CHECK: usize = 1 << 18;

/// Reads a CSV file. `progress` receives the fraction done, if known, and can cancel.
///
/// # Errors
/// If the file cannot be read, a line or cell is invalid, the memory does not suffice, or `progress`
/// cancels.
pub fn read_csv(
    file: InputFile<'_>,
    csv: &Csv,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let gauge = file.read_progress();
    let mut lines = CsvLines::new(file, csv);
    let mut rows = CsvRows::new(csv);
    let rows_per_check = (CELLS_PER_CHECK / csv.columns()).clamp(1, ROWS_PER_CHECK);
    while let Some(line) = lines.next()? {
        if rows.read.is_multiple_of(rows_per_check) && progress(gauge.share()).is_break() {
            return Err(DataError::Cancelled);
        }
        rows.push(&lines, line, &gauge)?;
        if rows.read > MOST_EXAMPLES {
            return Err(csv.wrong("more rows than can be kept", format!("{MOST_EXAMPLES} at most")));
        }
    }
    rows.divide(csv)
}

#[cfg(test)]
mod tests;
