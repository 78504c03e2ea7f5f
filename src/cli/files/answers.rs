//! What the user is told of files that cannot be written.

use std::io;
use std::path::Path;

/// That a file is there, and which command replaces it.
pub(super) fn is_there(path: &Path, instead: &str) -> String {
    format!("{} is there already; `:{instead}` replaces it", path.display())
}

/// That a file cannot be written.
pub(super) fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}
