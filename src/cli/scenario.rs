//! Finds a scenario: a built-in one by name, otherwise a file by path.

use std::env;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::data_scenario::{is_data, text_of_data};
use crate::cli::error_report::UsageError;
use crate::cli::model_scenario::{model_path, text_of_model};
use crate::cli::{files, memory};
use crate::data::is_mnist_file;
use crate::experiment::{DataState, check_memory};
use crate::file::Opener;
use crate::scenario::{
    MNIST_FOLDER, MOST_SCENARIO_BYTES, Override, Scenario, catalogue, find, nearest,
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
    let expanded = files::expanded(Path::new(name_or_path)).to_string_lossy().into_owned();
    let name_or_path = expanded.as_str();
    changes.extend(mnist_folder());
    let scenario = match find(name_or_path) {
        Some(built_in) => {
            Scenario::read(built_in.text, name_or_path, &changes).map_err(UsageError::new)?
        }
        None => match made_text(name_or_path, &changes, open)? {
            Some(text) => Scenario::read(&text, name_or_path, &changes).map_err(UsageError::new)?,
            None => read_path(name_or_path, &changes, open)?,
        },
    };
    check_memory(&scenario, DataState::ToLoad, memory::available()).map_err(UsageError::new)?;
    Ok(scenario)
}

/// The key of the path of data.
const DATA_PATH: &str = "data.path";

/// Returns the text of the scenario that is made for data or a model, or `None` if the path is that of a
/// scenario.
///
/// # Errors
/// If the files cannot be read or do not suit each other.
pub(super) fn made_text(
    name_or_path: &str,
    changes: &[Override],
    open: &Opener,
) -> Result<Option<String>, UsageError> {
    if is_data(name_or_path) {
        return text_of_data(name_or_path, changes, open).map(Some);
    }
    let model = model_path(name_or_path);
    model.map(|path| text_of_model(&path, changes, open)).transpose()
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
    let scenario = Scenario::read_bytes(&bytes, name_or_path, changes).map_err(UsageError::new)?;
    match place_of_data(&scenario, path, changes)? {
        None => Ok(scenario),
        Some(place) => {
            let changes = [changes, &[place]].concat();
            Scenario::read_bytes(&bytes, name_or_path, &changes).map_err(UsageError::new)
        }
    }
}

/// Returns the change that names the data of a scenario where they are, if they are beside its file and
/// not in the current folder. A path that was typed is taken from the current folder.
fn place_of_data(
    scenario: &Scenario,
    file: &Path,
    changes: &[Override],
) -> Result<Option<Override>, UsageError> {
    let is_typed = |change: &Override| {
        let key = change.key.trim();
        ["data", DATA_PATH].contains(&key)
            || (key == MNIST_FOLDER && scenario.data.path() == Some(&change.value))
    };
    let (Some(path), Some(folder)) = (scenario.data.path(), file.parent()) else {
        return Ok(None);
    };
    if changes.iter().any(is_typed) {
        return Ok(None);
    }
    let place = files::data_beside(folder, path).map_err(|folders| {
        let file = file.display();
        UsageError::new(format!("{file}: {DATA_PATH}: there is no {path} in {folders}"))
    })?;
    Ok(place.map(|place| Override::data_path(&place)))
}

/// Returns the changes that also apply to every scenario opened later: the folder of MNIST.
pub(super) fn permanent_changes(changes: &[Override]) -> Vec<Override> {
    let is_of_pictures = |change: &&Override| {
        let path = &*files::expanded(Path::new(&change.value));
        change.key == "data" && (path.is_dir() || is_mnist_file(path))
    };
    let named = changes.iter().find(is_of_pictures);
    let folder = named.map(|change| Override::mnist_folder(change.value.as_str()));
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
