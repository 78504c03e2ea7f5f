//! Finds a scenario: a built-in one by name, otherwise a file by path.

use std::env;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::error_report::UsageError;
use crate::cli::memory;
use crate::data::{
    MnistCounts, MnistSurvey, Survey, SurveyedArrays, is_array_file, is_mnist_file, survey,
    survey_arrays, survey_mnist,
};
use crate::experiment::{DataState, check_memory};
use crate::file::Opener;
use crate::scenario::{
    MNIST_FOLDER, MOST_SCENARIO_BYTES, Override, Scenario, catalogue, find, nearest,
    scenario_of_arrays, scenario_of_mnist, scenario_of_table, table_options,
};

/// Returns the scenario with this name or path, with these changes.
///
/// # Errors
/// Returns an error if the scenario does not exist, cannot be run, or needs more memory than there
/// is.
pub(super) fn read(
    name_or_path: &str,
    mut changes: Vec<Override>,
    open: &Opener,
) -> Result<Scenario, UsageError> {
    changes.extend(mnist_folder());
    let scenario = match find(name_or_path) {
        Some(built_in) => {
            Scenario::read(built_in.text, name_or_path, &changes).map_err(UsageError::new)?
        }
        None if is_data(name_or_path) => scenario_of_data(name_or_path, &changes, open)?,
        None => read_path(name_or_path, &changes, open)?,
    };
    check_memory(&scenario, DataState::ToLoad, memory::available()).map_err(UsageError::new)?;
    Ok(scenario)
}

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
        || Path::new(path).is_dir()
}

/// Returns the scenario that is made for data, with these changes.
///
/// # Errors
/// If the data cannot be read, or its target cannot be guessed.
pub(super) fn scenario_of_data(
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Scenario, UsageError> {
    let text = match surveyed(path, changes, open)? {
        Surveyed::Table(survey) => scenario_of_table(path, &survey),
        Surveyed::Arrays(path, arrays) => scenario_of_arrays(&path, &arrays),
        Surveyed::Mnist(counts) => scenario_of_mnist(path, &counts),
    };
    Scenario::read(&text, path, changes).map_err(UsageError::new)
}

/// Reads data and decides what it is taken for.
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
enum Surveyed {
    Table(Survey),
    /// The file of the arrays, which may be in the folder that was named.
    Arrays(String, SurveyedArrays),
    Mnist(MnistCounts),
}

fn surveyed(path: &str, changes: &[Override], open: &Opener) -> Result<Surveyed, UsageError> {
    let mut path = path.to_owned();
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

fn read_path(
    name_or_path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Scenario, UsageError> {
    let path = Path::new(name_or_path);
    let looks_like_a_path = name_or_path.contains('/') || path.extension().is_some();
    if !looks_like_a_path && !path.exists() {
        return Err(unknown(name_or_path));
    }
    let bytes = read_file(path, open).map_err(|error| {
        UsageError::new(format!("cannot read the scenario {name_or_path}: {error}"))
    })?;
    Scenario::read_bytes(&bytes, name_or_path, changes).map_err(UsageError::new)
}

/// Returns the changes that also apply to every scenario opened later: the folder of MNIST.
pub(super) fn permanent_changes(changes: &[Override]) -> Vec<Override> {
    let name_or_path = changes.iter().find(|change| change.key == "data");
    let folder = name_or_path.map(|change| Override::mnist_folder(change.value.as_str()));
    folder.or_else(mnist_folder).into_iter().collect()
}

fn mnist_folder() -> Option<Override> {
    let folder = env::var_os(MNIST_FOLDER).filter(|folder| !folder.is_empty())?;
    Some(Override::mnist_folder(folder.to_string_lossy()))
}

/// Reads a file up to one byte more than a scenario may have, so that an endless device does not
/// fill the memory.
fn read_file(path: &Path, open: &Opener) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST_SCENARIO_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the text of a hand-written file, which may be no larger than a scenario.
pub(super) fn read_text(path: &Path, open: &Opener) -> io::Result<String> {
    let bytes = read_file(path, open)?;
    if bytes.len() > MOST_SCENARIO_BYTES {
        let found = format!("it is larger than {} MiB", MOST_SCENARIO_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, found));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is no text"))
}

/// Returns the error that no scenario has this name, with the nearest name.
pub(super) fn unknown(name: &str) -> UsageError {
    let names: Vec<&str> = catalogue().iter().map(|built_in| built_in.name).collect();
    let meant =
        nearest(name, &names).map_or_else(String::new, |known| format!("did you mean {known}? "));
    UsageError::new(format!(
        "no scenario is called \"{name}\"; {meant}`xentviz list` shows all that are built in"
    ))
}
