//! A table of numbers that was not read from text.

use crate::data::DataError;
use crate::data::csv::raw::RawTable;

/// A table of numbers.
pub(in crate::data) struct NumberTable {
    /// The headings; empty without a heading.
    pub(in crate::data) headings: Vec<String>,
    /// The number of columns, at least 1.
    pub(in crate::data) width: usize,
    /// Row by row; a hole is NaN, and no number is infinite.
    pub(in crate::data) cells: Vec<f64>,
    /// What was found, in words.
    pub(in crate::data) remarks: Vec<String>,
}

impl RawTable {
    /// Returns the table with these numbers.
    pub(super) fn of_numbers(table: NumberTable) -> Self {
        let NumberTable { headings, width, cells, remarks } = table;
        let mut raw = Self::empty(width);
        for (row, cells) in (1..).zip(cells.chunks_exact(width.max(1))) {
            for (column, _) in cells.iter().enumerate().filter(|(_, cell)| cell.is_nan()) {
                raw.add_hole(column, row);
            }
        }
        raw.rows = cells.len() / width.max(1);
        raw.read = raw.rows as u64;
        (raw.headings, raw.cells, raw.remarks) = (headings, cells, remarks);
        raw
    }
}

/// Returns the error of a cell as one of a row: arrays have no lines.
pub(super) fn of_rows(error: DataError) -> DataError {
    match error {
        DataError::Cell { name, line, column, found, expected } => DataError::Csv {
            name,
            found: format!("{found} in row {line}, column {column}"),
            expected,
        },
        other => other,
    }
}
