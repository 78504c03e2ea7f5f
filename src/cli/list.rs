//! `xentviz list` and `xentviz show NAME`.

use std::io::{self, Write};

use crate::cli::scenario;
use crate::scenario::{entries, find};

/// Writes the name and the summary of each built-in scenario, one per line.
pub(super) fn list(to: &mut dyn Write) -> io::Result<()> {
    let entries = entries().scenarios;
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in entries {
        writeln!(to, "{:width$}  {}", entry.name, entry.summary)?;
    }
    to.flush()
}

/// Writes a built-in scenario as TOML.
pub(super) fn show(to: &mut dyn Write, name: &str) -> anyhow::Result<()> {
    let built_in = find(name).ok_or_else(|| scenario::unknown(name))?;
    to.write_all(built_in.text.as_bytes())?;
    Ok(to.flush()?)
}
