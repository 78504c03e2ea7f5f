//! Finds the scenario that is asked for: a built-in one by its name, else a file by its path.

use std::env;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::failure::Refused;
use crate::cli::memory;
use crate::experiment::{Examples, check_memory};
use crate::file::Opener;
use crate::scenario::{
    MNIST_FOLDER, MOST_SCENARIO_BYTES, Override, Scenario, catalogue, find, nearest,
};

/// The scenario of this name or path with these changes.
///
/// # Errors
/// If there is none, it cannot be run as it stands, or there is not the memory for it.
pub(super) fn read(
    said: &str,
    mut changes: Vec<Override>,
    open: &Opener,
) -> Result<Scenario, Refused> {
    changes.extend(mnist_folder());
    let scenario = match find(said) {
        Some(built_in) => Scenario::read(built_in.text, said, &changes).map_err(Refused::new)?,
        None => read_path(said, &changes, open)?,
    };
    check_memory(&scenario, Examples::ToLoad, memory::available()).map_err(Refused::new)?;
    Ok(scenario)
}

fn read_path(said: &str, changes: &[Override], open: &Opener) -> Result<Scenario, Refused> {
    let path = Path::new(said);
    let looks_like_a_path = said.contains('/') || path.extension().is_some();
    if !looks_like_a_path && !path.exists() {
        return Err(unknown(said));
    }
    let bytes = read_file(path, open)
        .map_err(|error| Refused::new(format!("cannot read the scenario {said}: {error}")))?;
    Scenario::read_bytes(&bytes, said, changes).map_err(Refused::new)
}

/// What of these changes holds for every scenario that is opened later, too: where MNIST is.
pub(super) fn lasting(changes: &[Override]) -> Vec<Override> {
    let said = changes.iter().find(|change| change.key == "data");
    let folder = said.map(|change| Override::mnist_folder(change.value.as_str()));
    folder.or_else(mnist_folder).into_iter().collect()
}

fn mnist_folder() -> Option<Override> {
    let folder = env::var_os(MNIST_FOLDER).filter(|folder| !folder.is_empty())?;
    Some(Override::mnist_folder(folder.to_string_lossy()))
}

/// The file, or one byte more of it than a scenario may have: a device that never ends does not
/// fill the memory.
fn read_file(path: &Path, open: &Opener) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST_SCENARIO_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file that is written by hand, no longer than a scenario may be.
pub(super) fn read_text(path: &Path, open: &Opener) -> io::Result<String> {
    let bytes = read_file(path, open)?;
    if bytes.len() > MOST_SCENARIO_BYTES {
        let found = format!("it is larger than {} MiB", MOST_SCENARIO_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, found));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is no text"))
}

/// That no scenario has this name, and which might have been meant.
pub(super) fn unknown(name: &str) -> Refused {
    let names: Vec<&str> = catalogue().iter().map(|built_in| built_in.name).collect();
    let meant =
        nearest(name, &names).map_or_else(String::new, |known| format!("did you mean {known}? "));
    Refused::new(format!(
        "no scenario is called \"{name}\"; {meant}`xentviz list` shows all that are built in"
    ))
}
