//! The scenario that is made for a table: `xentviz mine.csv`.

use std::path::Path;

use crate::cli::error_report::UsageError;
use crate::data::{Survey, survey};
use crate::file::Opener;
use crate::scenario::{Override, scenario_of_table, table_options};

/// The ends of the names of tables, which may be packed.
const TABLES: [&str; 6] = [".csv", ".tsv", ".tab", ".txt", ".data", ".dat"];

/// Returns whether a path is that of a table and not of a scenario.
pub(super) fn is_table(path: &str) -> bool {
    let name = path.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    TABLES.iter().any(|end| name.ends_with(end))
}

/// Returns the scenario that is made for a table, as text.
///
/// # Errors
/// If the table cannot be read, or its target cannot be guessed.
pub(super) fn text_of_table(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<String, UsageError> {
    Ok(scenario_of_table(path, &survey_of(path, changes, open)?))
}

/// Reads a table and decides what it is taken for.
///
/// # Errors
/// If the table cannot be read, or its target cannot be guessed.
pub(super) fn survey_of(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Survey, UsageError> {
    let options = table_options(path, changes).map_err(UsageError::new)?;
    let file = open(Path::new(path))
        .map_err(|error| UsageError::new(format!("cannot read the table {path}: {error}")))?;
    survey(file, (path, &options)).map_err(UsageError::new)
}
