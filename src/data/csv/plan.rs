//! Decides what a table is taken for: its target and its inputs.

use crate::data::DataError;
use crate::data::csv::options::{Missing, TableOptions};
use crate::data::csv::planner::{Expected, NAMED, Plan, PlannedInput, PlannedTarget, Planner};
use crate::data::csv::profile::ColumnContent;
use crate::data::csv::raw::RawTable;

/// Decides what a table is taken for. Without `expected`, the network is made for the table.
///
/// # Errors
/// If a column is not found, the target cannot be guessed, or the table does not suit the network.
pub(super) fn plan(
    table: &RawTable,
    (name, options): (&str, &TableOptions),
    expected: Option<Expected>,
) -> Result<Plan, DataError> {
    let contents = (0..table.width()).map(|column| ColumnContent::of(table, column)).collect();
    let dropped = vec![false; table.width()];
    let mut planner = Planner { table, name, options, contents, dropped };
    for column in planner.find_all(&options.drop)? {
        planner.dropped[column] = true;
    }
    let targets = planner.targets(expected)?;
    let target = planner.target(&targets, expected)?;
    planner.inputs(&targets, target, expected)
}

impl Planner<'_> {
    /// Returns the plan with the inputs.
    fn inputs(
        &self,
        targets: &[usize],
        target: PlannedTarget,
        expected: Option<Expected>,
    ) -> Result<Plan, DataError> {
        let free = (0..self.table.width()).filter(|column| !targets.contains(column));
        let free: Vec<usize> = free.filter(|column| !self.dropped[*column]).collect();
        let made = |with_numbering: bool| -> Vec<PlannedInput> {
            let kept = free.iter().filter(|column| with_numbering || !self.is_numbering(**column));
            kept.flat_map(|column| self.made_of(*column)).collect()
        };
        let without = made(false);
        // A network with an input for the numbers of the rows gets them, with a remark.
        let with_numbering = without.is_empty()
            || expected.is_some_and(|expected| {
                without.len() != expected.inputs && made(true).len() == expected.inputs
            });
        let inputs = if with_numbering { made(true) } else { without };
        let remarks = self.left_out(&free, with_numbering);
        let target_name = self.listed(targets.to_vec());
        if let Some(Expected { inputs: wanted, .. }) = expected
            && inputs.len() != wanted
        {
            return Err(self.wrong_inputs(&inputs, &remarks, wanted));
        }
        if inputs.is_empty() {
            let found = format!("no column for the inputs beside {target_name}");
            return Err(self.wrong(found, "one or more columns of numbers or categories"));
        }
        // Numbers of columns are no names.
        let is_named = |input: &PlannedInput| !self.table.heading(input.column()).is_empty();
        let are_named = inputs.iter().any(is_named);
        let named = inputs.iter().filter(|_| are_named);
        let input_names = named.map(|input| self.input_name(input)).collect();
        let of_inputs = inputs.iter().map(PlannedInput::column);
        let mut used: Vec<usize> = of_inputs.chain(targets.iter().copied()).collect();
        used.sort_unstable();
        used.dedup();
        let scales_target = matches!(target, PlannedTarget::Numbers { .. })
            && expected.is_none_or(|expected| !expected.is_classifier);
        let plan = Plan { target, inputs, target_name, input_names, scales_target, used, remarks };
        self.check_cells(&plan)?;
        Ok(plan)
    }

    /// Returns remarks on the columns that are no usual inputs.
    fn left_out(&self, free: &[usize], with_numbering: bool) -> Vec<String> {
        let remark = |column: &usize| {
            let name = self.table.name(*column);
            match self.contents[*column] {
                ColumnContent::RowNumbers if with_numbering => {
                    Some(format!("{name} numbers the rows and is an input all the same"))
                }
                ColumnContent::RowNumbers => {
                    Some(format!("left out: {name}, which numbers the rows"))
                }
                ColumnContent::Text => Some(format!("left out: {name}, which is text")),
                _ => None,
            }
        };
        free.iter().filter_map(remark).collect()
    }

    fn wrong_inputs(
        &self,
        inputs: &[PlannedInput],
        remarks: &[String],
        wanted: usize,
    ) -> DataError {
        let used: Vec<String> =
            inputs.iter().map(|input| self.input_name(input)).take(NAMED).collect();
        let left =
            if remarks.is_empty() { String::new() } else { format!("; {}", remarks.join("; ")) };
        let noun = if inputs.len() == 1 { "input" } else { "inputs" };
        let more = if inputs.len() > NAMED { ", …" } else { "" };
        let found = format!("{} {noun} ({}{more}){left}", inputs.len(), used.join(", "));
        let expected = format!("{wanted}, the first of layers; {} there would do", inputs.len());
        self.wrong(found, expected)
    }

    /// Returns the inputs that are made of a column.
    fn made_of(&self, column: usize) -> Vec<PlannedInput> {
        match &self.contents[column] {
            ColumnContent::Numbers { .. } | ColumnContent::RowNumbers => {
                vec![PlannedInput::Number { column: column as u32 }]
            }
            ColumnContent::Categories => {
                let words: Vec<u32> =
                    self.values(column).into_iter().map(|word| word as u32).collect();
                // Of two words, one is enough.
                let coded = if words.len() == 2 { &words[1..] } else { &words[..] };
                coded
                    .iter()
                    .map(|word| PlannedInput::IsWord { column: column as u32, word: *word })
                    .collect()
            }
            ColumnContent::Text => Vec::new(),
        }
    }

    fn input_name(&self, input: &PlannedInput) -> String {
        match input {
            PlannedInput::Number { column } => self.table.name(*column as usize),
            PlannedInput::IsWord { column, word } => {
                let column = *column as usize;
                let value = self.class_name(column, f64::from(*word));
                format!("{}={value}", self.table.name(column))
            }
        }
    }

    /// Checks that the cells of the used columns are numbers or words, and holes only if they may be.
    fn check_cells(&self, plan: &Plan) -> Result<(), DataError> {
        let of = |column: &usize| {
            let hole = self.table.holes.get(column);
            let hole = hole.filter(|_| self.options.missing == Missing::Refuse);
            let wrong = self.table.wrong.get(column).map(|cell| (cell.line, cell, *column, false));
            let hole = hole.map(|cell| (cell.line, cell, *column, true));
            wrong.into_iter().chain(hole).min_by_key(|(line, ..)| *line)
        };
        let first = plan.used.iter().filter_map(of).min_by_key(|(line, ..)| *line);
        let Some((line, cell, column, is_hole)) = first else { return Ok(()) };
        let is_words = self.table.words.contains_key(&column);
        let content = if is_words { "a word" } else { "a finite number" };
        let expected = if is_hole {
            format!("{content}; data.missing = \"drop\" leaves such rows out")
        } else {
            content.to_owned()
        };
        let (name, found) = (self.name.to_owned(), cell.found.clone());
        Err(DataError::Cell { name, line, column: self.table.place(column), found, expected })
    }
}
