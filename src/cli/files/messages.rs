//! Messages about files.

use std::io;
use std::path::{Path, PathBuf};

use crate::text::visible;

/// Returns the message that a file exists, with the command that replaces it.
pub(super) fn is_there(path: &Path, instead: &str) -> String {
    format!("{} is there already; `:{instead}` replaces it", path.display())
}

/// Returns the message that a file cannot be written.
pub(super) fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

/// Refuses a name with characters that control a terminal, reverse the text, or are invisible.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let shown = visible(name);
    if shown == name {
        return Ok(());
    }
    Err(format!("the name {shown} holds characters that cannot be seen; one without them would do"))
}

/// Lists files: `a, b and c`.
pub(super) fn in_words(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
