//! What a table is taken for: its target and its inputs.

use std::collections::HashSet;

use crate::data::DataError;
use crate::data::csv::options::{ColumnName, Missing, TableOptions};
use crate::data::csv::profile::ColumnContent;
use crate::data::csv::raw::{RawTable, visible_name};
use crate::text::readable;

/// Headings by which a target is recognised, in small letters.
const TARGET_HEADINGS: [&str; 9] =
    ["target", "label", "labels", "class", "species", "y", "outcome", "diagnosis", "quality"];

/// The most classes of a target.
const MOST_CLASSES: usize = 100_000;

/// The greatest of two numbers that are taken for classes where a number would do too.
const MOST_NUMBERED: f64 = 100.0;

/// The most names that a message lists.
const NAMED: usize = 12;

/// What a network expects of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Whether the outputs are those of a classifier.
    pub(super) is_classifier: bool,
}

/// An input that is made of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlannedInput {
    /// Its numbers.
    Number { column: u32 },
    /// 1 where it holds a word, else 0.
    IsWord { column: u32, word: u32 },
}

/// The targets that are made of the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PlannedTarget {
    /// The classes of a column, by their values, with as many outputs, or one for two classes.
    Classes { column: usize, values: Vec<f64>, names: Vec<String>, outputs: usize },
    /// The numbers of columns.
    Numbers { columns: Vec<usize> },
}

/// What a table is taken for.
pub(super) struct Plan {
    pub(super) target: PlannedTarget,
    pub(super) inputs: Vec<PlannedInput>,
    /// The name of the target.
    pub(super) target_name: String,
    /// The names of the inputs.
    pub(super) input_names: Vec<String>,
    /// The columns that are used.
    pub(super) used: Vec<usize>,
    /// What was left out, as remarks.
    pub(super) remarks: Vec<String>,
}

/// A table and what is known of its columns.
struct Planner<'a> {
    table: &'a RawTable,
    name: &'a str,
    options: &'a TableOptions,
    contents: Vec<ColumnContent>,
    /// Whether each column is left out by the scenario.
    dropped: Vec<bool>,
}

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
    for column in &options.drop {
        let column = planner.find(column)?;
        planner.dropped[column] = true;
    }
    let targets = planner.targets(expected)?;
    let target = planner.target(&targets, expected)?;
    planner.inputs(&targets, target, expected)
}

impl Planner<'_> {
    fn wrong(&self, found: impl Into<String>, expected: impl Into<String>) -> DataError {
        DataError::Csv {
            name: self.name.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// Returns the index of a column.
    fn find(&self, column: &ColumnName) -> Result<usize, DataError> {
        let found = match column {
            ColumnName::Number(number) => {
                number.checked_sub(1).filter(|index| *index < self.table.width())
            }
            ColumnName::Heading(heading) => {
                let headings = &self.table.headings;
                let exact = headings.iter().position(|of| of == heading);
                exact.or_else(|| headings.iter().position(|of| of.eq_ignore_ascii_case(heading)))
            }
        };
        found.ok_or_else(|| {
            let wanted = match column {
                ColumnName::Number(number) => format!("no column {number}"),
                ColumnName::Heading(heading) => format!("no column \"{}\"", visible_name(heading)),
            };
            self.wrong(wanted, format!("one of {}", self.listed(0..self.table.width())))
        })
    }

    /// Lists columns by name.
    fn listed(&self, columns: impl IntoIterator<Item = usize>) -> String {
        let mut names: Vec<String> =
            columns.into_iter().map(|column| self.table.name(column)).collect();
        if names.len() > NAMED {
            let more = names.len() - NAMED;
            names.truncate(NAMED);
            names.push(format!("… and {more} more"));
        }
        names.join(", ")
    }

    /// Returns the columns of the target.
    fn targets(&self, expected: Option<Expected>) -> Result<Vec<usize>, DataError> {
        if !self.options.target.is_empty() {
            return self.options.target.iter().map(|column| self.find(column)).collect();
        }
        let is_kept = |column: &usize| {
            let is_usual =
                self.contents[*column] != ColumnContent::Text && !self.is_numbering(*column);
            !self.dropped[*column] && is_usual
        };
        let kept: Vec<usize> = (0..self.table.width()).filter(is_kept).collect();
        let is_named = |column: &&usize| {
            let heading = self.table.heading(**column).to_lowercase();
            TARGET_HEADINGS.contains(&heading.trim())
        };
        let named: Vec<usize> = kept.iter().filter(is_named).copied().collect();
        if let [named] = named[..] {
            return Ok(vec![named]);
        }
        if let Some(Expected { inputs, outputs, .. }) = expected
            && outputs > 1
            && inputs > 1
            && kept.len() == inputs + outputs
        {
            return Ok(kept[inputs..].to_vec());
        }
        let is_class_like = |column: &&usize| self.contents[**column].is_class_like();
        let ends = [kept.last(), kept.first()];
        let guess = ends.into_iter().flatten().find(is_class_like);
        match (guess, expected, kept.last()) {
            // One output may be a number; then the last column is the target, as ever.
            (_, Some(Expected { outputs: 1, .. }), Some(last)) => Ok(vec![*last]),
            (Some(guess), ..) | (None, Some(_), Some(guess)) => Ok(vec![*guess]),
            (None, ..) => {
                let found = "no column that is surely the target".to_owned();
                let candidates = self.listed(kept);
                Err(self.wrong(found, format!("--target NAME, one of {candidates}")))
            }
        }
    }

    /// Returns what the targets are.
    fn target(
        &self,
        targets: &[usize],
        expected: Option<Expected>,
    ) -> Result<PlannedTarget, DataError> {
        let [column] = *targets else {
            return Ok(PlannedTarget::Numbers { columns: targets.to_vec() });
        };
        let is_words = self.table.words.contains_key(&column);
        let values = self.values(column);
        let is_whole = values.iter().all(|value| value.fract() == 0.0);
        let are_classes = match expected {
            _ if is_words => true,
            Some(Expected { outputs: 1, is_classifier, .. }) => {
                is_classifier
                    && values.len() == 2
                    && is_whole
                    && values.iter().all(|value| value.abs() <= MOST_NUMBERED)
            }
            Some(_) => true,
            None => self.contents[column].is_class_like(),
        };
        if !are_classes {
            return Ok(PlannedTarget::Numbers { columns: vec![column] });
        }
        if let Some(value) = values.iter().find(|value| !is_words && value.fract() != 0.0) {
            let found = format!("{} in column {}", readable(*value), self.table.place(column));
            return Err(self.wrong(found, "classes there: whole numbers or words"));
        }
        self.classes(column, values, expected.map(|expected| expected.outputs))
    }

    /// Returns the different values of a column in their order: words by the alphabet.
    fn values(&self, column: usize) -> Vec<f64> {
        let mut seen = HashSet::new();
        // One more than can be classes tells enough.
        let new = |value: &f64| seen.len() <= MOST_CLASSES && seen.insert((value + 0.0).to_bits());
        let held = self.table.column(column).filter(|value| !value.is_nan());
        let mut values: Vec<f64> = held.filter(new).collect();
        values.sort_by(f64::total_cmp);
        if let Some(words) = self.table.words.get(&column) {
            let word = |value: &f64| words.all.get(*value as usize);
            values.sort_by(|a, b| word(a).cmp(&word(b)));
        }
        values
    }

    fn classes(
        &self,
        column: usize,
        values: Vec<f64>,
        outputs: Option<usize>,
    ) -> Result<PlannedTarget, DataError> {
        let place = self.table.place(column);
        let names: Vec<String> =
            values.iter().map(|value| self.class_name(column, *value)).collect();
        let is_words = self.table.words.contains_key(&column);
        if values.len() == 1 && (is_words || outputs != Some(1)) {
            let found = format!("only the class {} in column {place}", names[0]);
            return Err(self.wrong(found, "two or more; data.target names another column"));
        }
        let count = values.len();
        let outputs = outputs.unwrap_or(if count == 2 { 1 } else { count });
        if count > MOST_CLASSES {
            let found = format!("{count} classes in column {place}");
            return Err(self.wrong(found, format!("{MOST_CLASSES} at most")));
        }
        if count == outputs || (outputs == 1 && count <= 2) {
            return Ok(PlannedTarget::Classes { column, values, names, outputs });
        }
        let numbered = !is_words
            && values.first() == Some(&0.0)
            && values.last().is_some_and(|last| (*last as usize) < outputs);
        if numbered {
            let values: Vec<f64> = (0..outputs).map(|class| class as f64).collect();
            let names = values.iter().map(|value| self.class_name(column, *value)).collect();
            return Ok(PlannedTarget::Classes { column, values, names, outputs });
        }
        let shown: Vec<String> = names.iter().take(NAMED).cloned().collect();
        let more = if count > NAMED { ", …" } else { "" };
        let found = format!("{count} classes in column {place} ({}{more})", shown.join(", "));
        let wanted = if count == 2 { 1 } else { count };
        let last = format!("{outputs}, as the last of layers; {wanted} there would do");
        Err(self.wrong(found, last))
    }

    fn class_name(&self, column: usize, value: f64) -> String {
        if let Some(words) = self.table.words.get(&column) {
            return words.all.get(value as usize).map_or(String::new(), |word| visible_name(word));
        }
        let named = self.table.classes.get(value as usize).filter(|_| value >= 0.0);
        named.map_or_else(|| format!("{value}"), |name| visible_name(name))
    }

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
        let named = inputs.iter().filter(|_| self.table.has_headings());
        let input_names = named.map(|input| self.input_name(input)).collect();
        let of_inputs = inputs.iter().map(PlannedInput::column);
        let mut used: Vec<usize> = of_inputs.chain(targets.iter().copied()).collect();
        used.sort_unstable();
        used.dedup();
        let plan = Plan { target, inputs, target_name, input_names, used, remarks };
        self.check_cells(&plan)?;
        Ok(plan)
    }

    fn is_numbering(&self, column: usize) -> bool {
        self.contents[column] == ColumnContent::RowNumbers
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
                // Of two words, one says it all.
                let told = if words.len() == 2 { &words[1..] } else { &words[..] };
                told.iter()
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

impl PlannedInput {
    /// Returns the column that it is made of.
    pub(super) fn column(&self) -> usize {
        match *self {
            Self::Number { column } | Self::IsWord { column, .. } => column as usize,
        }
    }
}
