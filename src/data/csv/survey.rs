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
use crate::text::readable;

/// Columns whose numbers go beyond this, where a sigmoid begins to saturate, are scaled.
const FAR: f64 = 3.0;

/// Columns whose spreads differ by this factor are scaled.
const UNEQUAL: f64 = 10.0;

/// A column in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSurvey {
    /// Its name on the screen.
    pub name: String,
    /// What it holds: `numbers from 4.3 to 7.9`.
    pub content: String,
    /// What it is used as: `target`, `input`, `left out`.
    pub role: &'static str,
}

/// What a table is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The number of rows, with those that have holes.
    pub rows: usize,
    /// The number of inputs that are made of the columns.
    pub inputs: usize,
    /// The number of outputs: one for two classes or for a number.
    pub outputs: usize,
    /// Whether the target is a class, and not a number.
    pub has_classes: bool,
    /// The columns of the target.
    pub target: Vec<ColumnName>,
    /// Whether rows have holes.
    pub has_holes: bool,
    /// Whether the inputs, or a target that is a number, should be scaled.
    pub needs_scale: bool,
    /// The columns in their order.
    pub columns: Vec<ColumnSurvey>,
    /// What was found and left out, in words.
    pub remarks: Vec<String>,
}

/// Reads a table and decides what it is taken for.
///
/// # Errors
/// If the file cannot be read, a line or cell is invalid, or the target cannot be guessed.
pub fn survey(
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
        PlannedTarget::OneHot { columns, .. } => (columns.len(), true),
        PlannedTarget::Numbers { columns } => (columns.len(), false),
    };
    let name_of = |column: &usize| match table.heading(*column) {
        heading if table.has_headings() && !heading.is_empty() => {
            ColumnName::Heading(heading.to_owned())
        }
        _ => ColumnName::Number(column + 1),
    };
    let scaled: Vec<usize> = if has_classes {
        plan.inputs.iter().map(PlannedInput::column).collect()
    } else {
        plan.inputs.iter().map(PlannedInput::column).chain(columns.iter().copied()).collect()
    };
    let inputs: Vec<usize> = plan.inputs.iter().map(PlannedInput::column).collect();
    let role = |column: usize| match column {
        _ if columns.contains(&column) => "target",
        _ if inputs.contains(&column) => "input",
        _ => "left out",
    };
    let ranges = ranges(table);
    let of_column = |column: usize| ColumnSurvey {
        name: table.name(column),
        content: content(table, ranges[column], column),
        role: role(column),
    };
    Ok(Survey {
        rows: table.rows,
        inputs: plan.inputs.len(),
        outputs,
        has_classes,
        target: columns.iter().map(name_of).collect(),
        has_holes: plan.used.iter().any(|column| table.holes.contains_key(column)),
        needs_scale: needs_scale(table, &ranges, &scaled),
        columns: (0..table.width()).map(of_column).collect(),
        remarks: table.remarks.iter().chain(&plan.remarks).cloned().collect(),
    })
}

/// What the numbers of a column lie between, and how many it lacks.
#[derive(Clone, Copy)]
struct ColumnRange {
    least: f64,
    most: f64,
    holes: usize,
}

/// Returns the range of each column, row by row, because a large table does not fit the cache.
fn ranges(table: &RawTable) -> Vec<ColumnRange> {
    let empty = ColumnRange { least: f64::INFINITY, most: f64::NEG_INFINITY, holes: 0 };
    let mut ranges = vec![empty; table.width()];
    for row in table.cells.chunks_exact(table.width().max(1)) {
        for (range, value) in ranges.iter_mut().zip(row) {
            range.holes += usize::from(value.is_nan());
            // A hole, which is NaN, is neither less nor more.
            range.least = range.least.min(*value);
            range.most = range.most.max(*value);
        }
    }
    ranges
}

/// Returns whether columns go beyond ±[`FAR`] or differ much in spread.
fn needs_scale(table: &RawTable, ranges: &[ColumnRange], columns: &[usize]) -> bool {
    let is_numeric = |column: &&usize| !table.words.contains_key(column);
    let of: Vec<ColumnRange> =
        columns.iter().filter(is_numeric).map(|column| ranges[*column]).collect();
    let spreads = || of.iter().map(|range| range.most - range.least).filter(|spread| *spread > 0.0);
    let is_far = of.iter().any(|range| range.least < -FAR || range.most > FAR);
    let (least, most) = (spreads().fold(f64::INFINITY, f64::min), spreads().fold(0.0, f64::max));
    is_far || most > least * UNEQUAL
}

/// Describes what a column holds.
fn content(table: &RawTable, range: ColumnRange, column: usize) -> String {
    let what = match (ColumnContent::of(table, column), table.words.get(&column)) {
        (ColumnContent::RowNumbers, _) => "numbers of the rows".to_owned(),
        (_, Some(words)) if words.is_text => "text".to_owned(),
        (_, Some(words)) => {
            let shown: Vec<&str> = words.all.iter().take(6).map(String::as_str).collect();
            let more = if words.all.len() > 6 { ", …" } else { "" };
            format!("{} words: {}{more}", words.all.len(), shown.join(", "))
        }
        (_, None) => format!("numbers from {} to {}", readable(range.least), readable(range.most)),
    };
    let is_text = table.words.get(&column).is_some_and(|words| words.is_text);
    match range.holes {
        0 => what,
        _ if is_text => what,
        1 => format!("{what}; 1 hole"),
        holes => format!("{what}; {holes} holes"),
    }
}
