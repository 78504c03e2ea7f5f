//! Where the data of a scenario are: beside it, or in the current folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::cli::files::canonical_path;
use crate::cli::files::home::HOME;

/// Returns whether a path means the same file in every folder.
fn is_fixed(path: &Path) -> bool {
    path.is_absolute() || path.starts_with(HOME)
}

/// Returns where the data of a scenario in `folder` are, if not at `path` itself: in the scenario's folder.
///
/// # Errors
/// Returns the two folders in words, if the data are neither in that folder nor in the current one.
pub(in crate::cli) fn data_beside(folder: &Path, path: &str) -> Result<Option<String>, String> {
    let given = Path::new(path);
    if is_fixed(given) || folder.as_os_str().is_empty() {
        return Ok(None);
    }
    let beside = folder.join(given);
    if beside.exists() {
        // A scenario is text, so a path that is no text cannot be put into it.
        return Ok(beside.into_os_string().into_string().ok());
    }
    if given.exists() || canonical_path(folder) == canonical_path(Path::new(".")) {
        return Ok(None);
    }
    Err(format!("{}, the scenario's folder, or in the current one", folder.display()))
}

/// Returns the path of data, relative to the current folder, as a scenario in `folder` has to write it;
/// `None` if it may stay.
pub(super) fn data_seen_from(folder: &Path, path: &str) -> Option<String> {
    let (given, here) = (Path::new(path), env::current_dir().ok()?);
    let folder = canonical_path(folder);
    if is_fixed(given) || folder == canonical_path(&here) {
        return None;
    }
    let whole: PathBuf = canonical_path(&here.join(given));
    let seen = whole.strip_prefix(&folder).map_or(whole.clone(), Path::to_owned);
    seen.into_os_string().into_string().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn data_are_looked_for_beside_their_scenario_and_then_here() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("d.csv"), "1,2\n").unwrap();
        let beside = folder.path().join("d.csv").display().to_string();
        assert_eq!(data_beside(folder.path(), "d.csv"), Ok(Some(beside.clone())));
        // Cargo.toml is in the folder of the tests.
        for stays in ["Cargo.toml", "/nowhere/d.csv", "~/nowhere.csv"] {
            assert_eq!(data_beside(folder.path(), stays), Ok(None), "{stays}");
        }
        assert_eq!(data_beside(Path::new(""), "nowhere.csv"), Ok(None));
        assert_eq!(data_beside(Path::new("./src/.."), "nowhere.csv"), Ok(None));
        let refused = data_beside(folder.path(), "nowhere.csv").unwrap_err();
        let folder = folder.path().display();
        assert_eq!(refused, format!("{folder}, the scenario's folder, or in the current one"));
    }

    #[test]
    fn a_saved_scenario_names_data_so_that_it_finds_them() {
        let folder = TempDir::new().unwrap();
        let folder = canonical_path(folder.path());
        fs::write(folder.join("d.csv"), "1,2\n").unwrap();
        let inside = folder.join("d.csv").display().to_string();
        assert_eq!(data_seen_from(Path::new("."), "d.csv"), None);
        assert_eq!(data_seen_from(&folder, &inside), None);
        let here = canonical_path(Path::new(".")).join("Cargo.toml").display().to_string();
        assert_eq!(data_seen_from(&folder, "Cargo.toml"), Some(here));
        assert_eq!(
            data_seen_from(&canonical_path(Path::new("src")), "src/lib.rs").as_deref(),
            Some("lib.rs")
        );
        assert_eq!(data_seen_from(&folder, "~/d.csv"), None);
    }
}
