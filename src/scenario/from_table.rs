//! The scenario for a table of which nothing but the file is known.

use std::fmt::Write;

use toml::Value;

use crate::data::{ColumnName, Survey, TableOptions};
use crate::scenario::error::ScenarioError;
use crate::scenario::source::Override;
use crate::scenario::spec::{DataSpec, Scenario};
use crate::text::visible;

/// The share of the rows for the test.
const TEST: f64 = 0.2;

/// The number of rows from which there is a test set.
const ENOUGH: usize = 20;

/// The mini-batch, unless there are fewer rows.
pub(super) const BATCH: usize = 10;

/// Returns how the overrides say that a table is to be read; they need no network for that.
///
/// # Errors
/// If an override of the data is invalid.
pub(crate) fn table_options(
    path: &str,
    overrides: &[Override],
) -> Result<TableOptions, ScenarioError> {
    let text = format!(
        "data = {{ kind = \"csv\", path = {} }}\nnetwork = {{ layers = [1, 1] }}\n\
         training = {{ epochs = 1, batch = 1, eta = 1 }}\narm = [{{ name = \"a\", cost = \"quadratic\" }}]\n",
        Value::String(path.to_owned())
    );
    let of_data = |change: &&Override| {
        let key = change.key.trim();
        key.starts_with("data.") || key == "target"
    };
    let of_data: Vec<Override> = overrides.iter().filter(of_data).cloned().collect();
    match Scenario::read(&text, path, &of_data)?.data {
        DataSpec::Csv { options, .. } => Ok(options),
        _ => Ok(TableOptions::default()),
    }
}

/// Returns the lines of `[data]` for a table; `scale` is the line for its scaling, if it is scaled.
pub(super) fn data_section(path: &str, survey: &Survey, scale: Option<&str>) -> String {
    let named = |column: &ColumnName| match column {
        ColumnName::Heading(heading) => Value::String(heading.clone()).to_string(),
        ColumnName::Number(number) => number.to_string(),
    };
    let names: Vec<String> = survey.target.iter().map(named).collect();
    let target = match &names[..] {
        [name] => name.clone(),
        names => format!("[{}]", names.join(", ")),
    };
    let mut lines = vec![
        "\n[data]".to_owned(),
        "kind    = \"csv\"".to_owned(),
        format!("path    = {}", Value::String(path.to_owned())),
        format!("target  = {target}"),
    ];
    if survey.has_holes {
        lines.push(
            "missing = \"drop\"      # rows with holes are left out; \"mean\" fills them in"
                .to_owned(),
        );
    }
    lines.extend(scale.map(str::to_owned));
    if survey.rows >= ENOUGH {
        lines.push(format!("test    = {TEST}         # drawn by the seed, with every class"));
    }
    lines.join("\n")
}

/// Writes the scenario for a table.
pub fn scenario_of_table(path: &str, survey: &Survey) -> String {
    let mut text = String::new();
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let title: String = file.chars().take(40).collect();
    let inputs = if survey.inputs == 1 { "1 input" } else { &format!("{} inputs", survey.inputs) };
    let mut line = |words: String| {
        // Writing to a `String` never fails.
        let _ = writeln!(text, "{words}");
    };
    line(format!("# Made for {}: {} rows, {inputs}.", visible(file), survey.rows));
    for remark in &survey.remarks {
        line(format!("# {remark}"));
    }
    line(format!("title   = {}", Value::String(title)));
    let scale = "scale   = \"standard\"  # the columns differ in size";
    line(data_section(path, survey, survey.needs_scale.then_some(scale)));
    let hidden = (2 * survey.inputs).clamp(4, 30);
    line("\n[network]".to_owned());
    line(format!("layers  = [{}, {hidden}, {}]", survey.inputs, survey.outputs));
    if !survey.has_classes {
        line("output  = \"linear\"    # the target is a number".to_owned());
    }
    let batch = BATCH.min((survey.rows / 2).max(1));
    line("\n[training]".to_owned());
    line("epochs  = 100".to_owned());
    line(format!("batch   = {batch}"));
    line(format!("eta     = {}", if survey.has_classes { "0.5" } else { "0.05" }));
    line("pace    = 10".to_owned());
    line("\n[[arm]]\nname = \"quadratic\"\ncost = \"quadratic\"".to_owned());
    if survey.has_classes {
        line("eta  = 3\n\n[[arm]]\nname = \"cross-entropy\"\ncost = \"cross-entropy\"".to_owned());
    }
    text
}
