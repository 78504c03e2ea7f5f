//! `xentviz list` and `xentviz show NAME`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use crate::cli::args::ShowArgs;
use crate::cli::error_report::UsageError;
use crate::cli::files::expanded;
use crate::cli::flag_values::ShownLanguage;
use crate::cli::{data_scenario, scenario};
use crate::data::ColumnSurvey;
use crate::experiment::load;
use crate::file::Opener;
use crate::scenario::{DataSpec, Override, Scenario, entries, find, pytorch};
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

/// Writes a scenario, or the one that is made for a table or a model.
pub(super) fn show(to: &mut dyn Write, args: &ShowArgs, open: &Opener) -> anyhow::Result<()> {
    let (name, changes) = (args.scenario.as_str(), args.changes.overrides());
    let text = match args.language {
        ShownLanguage::Toml => toml(name, &changes, open)?,
        ShownLanguage::Pytorch => program(&scenario::read(name, changes, open)?, open)?,
    };
    to.write_all(text.as_bytes())?;
    Ok(to.flush()?)
}

/// Returns a scenario as TOML: its text as it is, unless there are changes.
fn toml(name: &str, changes: &[Override], open: &Opener) -> anyhow::Result<String> {
    let text = match find(name) {
        Some(built_in) => built_in.text.to_owned(),
        None => match scenario::made_text(name, changes, open)? {
            Some(text) => text,
            None if expanded(Path::new(name)).exists() => {
                return Ok(scenario::read(name, changes.to_vec(), open)?.to_toml());
            }
            None => return Err(scenario::unknown(name).into()),
        },
    };
    let is_data = |change: &&Override| change.key == "data" && find(name).is_none();
    if changes.iter().all(|change| is_data(&change)) {
        return Ok(text);
    }
    Ok(Scenario::read(&text, name, changes).map_err(UsageError::new)?.to_toml())
}

/// Returns a scenario as a program for `PyTorch`.
fn program(scenario: &Scenario, open: &Opener) -> anyhow::Result<String> {
    let folder = scenario.data.path().is_some()
        && matches!(scenario.data, DataSpec::Mnist(_) | DataSpec::Digits(_));
    let data =
        if folder { None } else { Some(load(scenario, open, &mut |_| ControlFlow::Continue(()))?) };
    Ok(pytorch(scenario, data.as_ref()).map_err(UsageError::new)?)
}

/// Writes what a table was taken for: its columns and what is made of them.
pub(super) fn data(
    to: &mut dyn Write,
    path: &str,
    changes: &[Override],
    open: &Opener,
) -> anyhow::Result<()> {
    let survey = data_scenario::survey_of(path, changes, open)?;
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
