//! The scenario that is made for data: `xentviz mine.csv`.

use std::path::Path;

use crate::cli::error_report::UsageError;
use crate::cli::files::expanded;
use crate::data::{
    MnistCounts, MnistSurvey, Survey, SurveyedArrays, is_array_file, is_mnist_file, survey,
    survey_arrays, survey_mnist,
};
use crate::file::Opener;
use crate::scenario::{
    Override, scenario_of_arrays, scenario_of_mnist, scenario_of_table, table_options,
};

/// The ends of the names of tables, which may be packed.
const TABLES: [&str; 6] = [".csv", ".tsv", ".tab", ".txt", ".data", ".dat"];

/// Returns whether a path is that of data and not of a scenario: of a table, of arrays, or of the folder or a file of
/// MNIST.
pub(super) fn is_data(path: &str) -> bool {
    let name = path.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    is_array_file(path)
        || TABLES.iter().any(|end| name.ends_with(end))
        || is_mnist_file(Path::new(path))
        || expanded(Path::new(path)).is_dir()
}

/// Returns the scenario that is made for data, as text.
///
/// # Errors
/// If the data cannot be read, or its target cannot be guessed.
pub(super) fn text_of_data(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<String, UsageError> {
    Ok(match surveyed(path, changes, open)? {
        Surveyed::Table(survey) => scenario_of_table(path, &survey),
        Surveyed::Arrays(path, arrays) => scenario_of_arrays(&path, &arrays),
        Surveyed::Mnist(counts) => scenario_of_mnist(path, &counts),
    })
}

/// Reads data and returns what was found in it.
///
/// # Errors
/// If the data cannot be read, or its target cannot be guessed.
pub(super) fn survey_of(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Survey, UsageError> {
    Ok(match surveyed(path, changes, open)? {
        Surveyed::Table(survey) => survey,
        Surveyed::Arrays(_, arrays) => arrays.survey,
        Surveyed::Mnist(counts) => counts.survey(),
    })
}

/// What a path was taken for.
pub(super) enum Surveyed {
    Table(Survey),
    /// The file of the arrays, which may be in the folder that was named.
    Arrays(String, SurveyedArrays),
    Mnist(MnistCounts),
}

/// Reads data and decides what it is taken for.
///
/// # Errors
/// If the data cannot be read, or its target cannot be guessed.
pub(super) fn surveyed(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Surveyed, UsageError> {
    let mut path = expanded(Path::new(path)).to_string_lossy().into_owned();
    if Path::new(&path).is_dir() || is_mnist_file(Path::new(&path)) {
        match survey_mnist(Path::new(&path), open).map_err(UsageError::new)? {
            MnistSurvey::Files(counts) => return Ok(Surveyed::Mnist(counts)),
            MnistSurvey::Arrays(file) => path = file.to_string_lossy().into_owned(),
        }
    }
    let (options, names) = table_options(&path, changes).map_err(UsageError::new)?;
    if is_array_file(&path) {
        let arrays = survey_arrays(open, (&path, &names, &options)).map_err(UsageError::new)?;
        return Ok(Surveyed::Arrays(path, arrays));
    }
    let file = open(Path::new(&path))
        .map_err(|error| UsageError::new(format!("cannot read the table {path}: {error}")))?;
    survey(file, (&path, &options)).map(Surveyed::Table).map_err(UsageError::new)
}
