//! What is known of a table's columns, and what is planned for them.

use std::collections::HashSet;

use crate::data::DataError;
use crate::data::csv::options::{ColumnName, TableOptions};
use crate::data::csv::profile::ColumnContent;
use crate::data::csv::raw::{RawTable, visible_name};
use crate::text::readable;

/// The most names that a message lists.
pub(super) const NAMED: usize = 12;

/// The most classes of a target.
pub(super) const MOST_CLASSES: usize = 100_000;

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
    /// The classes of columns that hold 1 in one column of each row and 0 in the others, with an output each.
    OneHot { columns: Vec<usize>, names: Vec<String> },
    /// The numbers of columns.
    Numbers { columns: Vec<usize> },
}

/// What a table is taken for.
pub(super) struct Plan {
    pub(super) target: PlannedTarget,
    pub(super) inputs: Vec<PlannedInput>,
    /// The name of the target.
    pub(super) target_name: String,
    /// The names of the inputs; empty for a table without headings.
    pub(super) input_names: Vec<String>,
    /// Whether the target is scaled with the inputs: the outputs are linear, so that they reach any number.
    pub(super) scales_target: bool,
    /// The columns that are used.
    pub(super) used: Vec<usize>,
    /// What was left out, as remarks.
    pub(super) remarks: Vec<String>,
}

/// A table and what is known of its columns.
pub(super) struct Planner<'a> {
    pub(super) table: &'a RawTable,
    pub(super) name: &'a str,
    pub(super) options: &'a TableOptions,
    pub(super) contents: Vec<ColumnContent>,
    /// Whether each column is left out by the scenario.
    pub(super) dropped: Vec<bool>,
}

impl Planner<'_> {
    pub(super) fn wrong(&self, found: impl Into<String>, expected: impl Into<String>) -> DataError {
        DataError::Csv {
            name: self.name.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// Returns the indices of columns. A single text that is no heading may list headings or numbers, as people
    /// type them: `Weight,Waist`.
    pub(super) fn find_all(&self, columns: &[ColumnName]) -> Result<Vec<usize>, DataError> {
        if let [ColumnName::Heading(list)] = columns
            && list.contains(',')
            && self.find(&columns[0]).is_err()
        {
            let named = |name: &str| match name.trim().parse() {
                Ok(number) => ColumnName::Number(number),
                Err(_) => ColumnName::Heading(name.trim().to_owned()),
            };
            return list.split(',').map(|name| self.find(&named(name))).collect();
        }
        columns.iter().map(|column| self.find(column)).collect()
    }

    /// Returns the index of a column.
    pub(super) fn find(&self, column: &ColumnName) -> Result<usize, DataError> {
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
    pub(super) fn listed(&self, columns: impl IntoIterator<Item = usize>) -> String {
        let mut names: Vec<String> =
            columns.into_iter().map(|column| self.table.name(column)).collect();
        if names.len() > NAMED {
            let more = names.len() - NAMED;
            names.truncate(NAMED);
            names.push(format!("… and {more} more"));
        }
        names.join(", ")
    }

    pub(super) fn is_numbering(&self, column: usize) -> bool {
        self.contents[column] == ColumnContent::RowNumbers
    }

    /// Returns the different values of a column in their order: words by the alphabet.
    pub(super) fn values(&self, column: usize) -> Vec<f64> {
        if let Some(words) = self.table.words.get(&column) {
            // Those of all rows read, of which only some may be kept.
            let mut order: Vec<usize> = (0..words.all.len()).collect();
            order.sort_by(|a, b| words.all[*a].cmp(&words.all[*b]));
            return order.into_iter().map(|word| word as f64).collect();
        }
        let mut seen = HashSet::new();
        // One more than can be classes tells enough.
        let new = |value: &f64| seen.len() <= MOST_CLASSES && seen.insert((value + 0.0).to_bits());
        let held = self.table.column(column).filter(|value| !value.is_nan());
        let mut values: Vec<f64> = held.filter(new).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    pub(super) fn class_name(&self, column: usize, value: f64) -> String {
        if let Some(words) = self.table.words.get(&column) {
            return words.all.get(value as usize).map_or(String::new(), |word| visible_name(word));
        }
        let named = self.table.classes.get(value as usize).filter(|_| value >= 0.0);
        named.map_or_else(|| readable(value), |name| visible_name(name))
    }
}

impl PlannedTarget {
    /// Returns the names of the classes; none for numbers.
    pub(super) fn class_names(&self) -> &[String] {
        match self {
            Self::Classes { names, .. } | Self::OneHot { names, .. } => names,
            Self::Numbers { .. } => &[],
        }
    }

    /// Returns the columns of the target.
    pub(super) fn columns(&self) -> &[usize] {
        match self {
            Self::Classes { column, .. } => std::slice::from_ref(column),
            Self::Numbers { columns } | Self::OneHot { columns, .. } => columns,
        }
    }
}

impl Plan {
    /// Returns the name of an input, or what number it has.
    pub(super) fn input_name(&self, input: usize) -> String {
        let name = self.input_names.get(input).cloned();
        name.unwrap_or_else(|| format!("input {}", input + 1))
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
