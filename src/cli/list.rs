//! `xentviz list` and `xentviz show NAME`.

use std::io::{self, Write};

use crate::cli::scenario;
use crate::data::ColumnSurvey;
use crate::file::Opener;
use crate::scenario::{Override, entries, find};
use crate::text::visible;

/// Writes the name and the summary of each built-in scenario, one per line.
pub(super) fn list(to: &mut dyn Write) -> io::Result<()> {
    let entries = entries().scenarios;
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in entries {
        writeln!(to, "{:width$}  {}", entry.name, entry.summary)?;
    }
    to.flush()
}

/// Writes a built-in scenario, or the one that is made for a table, as TOML.
pub(super) fn show(to: &mut dyn Write, name: &str, open: &Opener) -> anyhow::Result<()> {
    if find(name).is_none() && scenario::is_data(name) {
        to.write_all(scenario::scenario_of_data(name, &[], open)?.to_toml().as_bytes())?;
        return Ok(to.flush()?);
    }
    let built_in = find(name).ok_or_else(|| scenario::unknown(name))?;
    to.write_all(built_in.text.as_bytes())?;
    Ok(to.flush()?)
}

/// Writes what a table was taken for: its columns and what is made of them.
pub(super) fn data(
    to: &mut dyn Write,
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> anyhow::Result<()> {
    let survey = scenario::survey_of(path, changes, open)?;
    let kind = if survey.has_classes { "classes" } else { "numbers" };
    writeln!(
        to,
        "{}: {} rows, {} inputs, {} {}",
        visible(path),
        survey.rows,
        survey.inputs,
        survey.outputs,
        if survey.outputs == 1 { "output" } else { "outputs" },
    )?;
    let width = survey.columns.iter().map(|column| column.name.chars().count()).max().unwrap_or(0);
    for ColumnSurvey { name, content, role } in &survey.columns {
        let role = if *role == "target" { format!("target, {kind}") } else { (*role).to_owned() };
        writeln!(to, "  {name:width$}  {role:<15}  {}", visible(content))?;
    }
    for remark in &survey.remarks {
        writeln!(to, "{remark}")?;
    }
    Ok(to.flush()?)
}
