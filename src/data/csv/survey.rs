//! What a table is taken for if nothing but its file is given.

use std::ops::ControlFlow;

use crate::data::csv::number_table::{NumberTable, of_rows};
use crate::data::csv::options::{ColumnName, TableOptions};
use crate::data::csv::plan::plan;
use crate::data::csv::planner::{PlannedInput, PlannedTarget};
use crate::data::csv::profile::ColumnContent;
use crate::data::csv::raw::RawTable;
use crate::data::{DataError, RngStream, rng};
use crate::file::InputFile;

/// Inputs beyond this, or whose spreads differ by this factor, are scaled.
const WIDE: f64 = 10.0;

/// A column in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnSurvey {
    /// Its name on the screen.
    pub(crate) name: String,
    /// What it holds: `numbers from 4.3 to 7.9`.
    pub(crate) content: String,
    /// What it is used as: `target`, `input`, `left out`.
    pub(crate) role: &'static str,
}

/// What a table is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The number of rows, with those that have holes.
    pub(crate) rows: usize,
    /// The number of inputs that are made of the columns.
    pub(crate) inputs: usize,
    /// The number of outputs: one for two classes or for a number.
    pub(crate) outputs: usize,
    /// Whether the target is a class, and not a number.
    pub(crate) has_classes: bool,
    /// The column of the target.
    pub(crate) target: ColumnName,
    /// Whether rows have holes.
    pub(crate) has_holes: bool,
    /// Whether the inputs should be scaled.
    pub(crate) needs_scale: bool,
    /// The columns in their order.
    pub(crate) columns: Vec<ColumnSurvey>,
    /// What was found and left out, in words.
    pub(crate) remarks: Vec<String>,
}

/// Reads a table and decides what it is taken for.
///
/// # Errors
/// If the file cannot be read, a line or cell is invalid, or the target cannot be guessed.
pub(crate) fn survey(
    file: InputFile<'_>,
    (name, options): (&str, &TableOptions),
) -> Result<Survey, DataError> {
    // All rows are looked at, so that none is drawn.
    let whole = TableOptions { train: None, ..options.clone() };
    let mut rng = rng(0, RngStream::Data);
    let mut go_on = |_| ControlFlow::Continue(());
    let table = RawTable::read(file, (name, &whole), (0, &mut rng), &mut go_on)?;
    if table.rows == 0 {
        let (name, found) = (name.to_owned(), "no examples".to_owned());
        return Err(DataError::Csv { name, found, expected: "1 row or more".to_owned() });
    }
    survey_of(&table, (name, options))
}

/// Decides what a table of numbers is taken for.
///
/// # Errors
/// If a number is missing, or the target cannot be guessed.
pub(in crate::data) fn survey_of_numbers(
    table: NumberTable,
    about: (&str, &TableOptions),
) -> Result<Survey, DataError> {
    survey_of(&RawTable::of_numbers(table), about).map_err(of_rows)
}

fn survey_of(
    table: &RawTable,
    (name, options): (&str, &TableOptions),
) -> Result<Survey, DataError> {
    // Holes are left out unless something else has been asked for.
    let lenient = TableOptions { missing: crate::data::Missing::Drop, ..options.clone() };
    let plan = plan(table, (name, &lenient), None)?;
    let columns = plan.target.columns().to_vec();
    let (outputs, has_classes) = match &plan.target {
        PlannedTarget::Classes { outputs, .. } => (*outputs, true),
        PlannedTarget::Numbers { columns } => (columns.len(), false),
    };
    let target = match (columns.first(), table.has_headings()) {
        (Some(&column), true) if !table.heading(column).is_empty() => {
            ColumnName::Heading(table.heading(column).to_owned())
        }
        (column, _) => ColumnName::Number(column.map_or(1, |column| column + 1)),
    };
    let inputs: Vec<usize> = plan.inputs.iter().map(PlannedInput::column).collect();
    let role = |column: usize| match column {
        _ if columns.contains(&column) => "target",
        _ if inputs.contains(&column) => "input",
        _ => "left out",
    };
    let of_column = |column| ColumnSurvey {
        name: table.name(column),
        content: content(table, column),
        role: role(column),
    };
    Ok(Survey {
        rows: table.rows,
        inputs: plan.inputs.len(),
        outputs,
        has_classes,
        target,
        has_holes: plan.used.iter().any(|column| table.holes.contains_key(column)),
        needs_scale: needs_scale(table, &inputs),
        columns: (0..table.width()).map(of_column).collect(),
        remarks: table.remarks.iter().chain(&plan.remarks).cloned().collect(),
    })
}

/// Returns whether the inputs leave the range from −10 to 10 or differ much in spread.
fn needs_scale(table: &RawTable, inputs: &[usize]) -> bool {
    let numeric = inputs.iter().filter(|column| !table.words.contains_key(column));
    let ranges: Vec<(f64, f64)> = numeric.map(|column| range(table, *column)).collect();
    let spreads = || ranges.iter().map(|(least, most)| most - least).filter(|spread| *spread > 0.0);
    let is_far = ranges.iter().any(|(least, most)| *least < -WIDE || *most > WIDE);
    let (least, most) = (spreads().fold(f64::INFINITY, f64::min), spreads().fold(0.0, f64::max));
    is_far || most > least * WIDE
}

fn range(table: &RawTable, column: usize) -> (f64, f64) {
    let values = table.column(column).filter(|value| !value.is_nan());
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
        (least.min(value), most.max(value))
    })
}

/// Describes what a column holds.
fn content(table: &RawTable, column: usize) -> String {
    let holes = table.column(column).filter(|value| value.is_nan()).count();
    let what = match (ColumnContent::of(table, column), table.words.get(&column)) {
        (ColumnContent::RowNumbers, _) => "numbers of the rows".to_owned(),
        (_, Some(words)) if words.is_text => "text".to_owned(),
        (_, Some(words)) => {
            let shown: Vec<&str> = words.all.iter().take(6).map(String::as_str).collect();
            let more = if words.all.len() > 6 { ", …" } else { "" };
            format!("{} words: {}{more}", words.all.len(), shown.join(", "))
        }
        (_, None) => {
            let (least, most) = range(table, column);
            format!("numbers from {least} to {most}")
        }
    };
    let is_text = table.words.get(&column).is_some_and(|words| words.is_text);
    match holes {
        0 => what,
        _ if is_text => what,
        1 => format!("{what}; 1 hole"),
        holes => format!("{what}; {holes} holes"),
    }
}
