//! What the columns of a table hold.

use crate::data::csv::raw::RawTable;

/// The most different whole numbers that are taken for classes if nothing says so.
const FEW: usize = 20;

/// The most different words of an input.
const MOST_CATEGORIES: usize = 20;

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ColumnContent {
    /// Numbers that can be inputs or targets.
    Numbers {
        /// Whether they are few whole numbers, as classes are.
        are_few: bool,
    },
    /// The numbers of the rows, or a number of each.
    RowNumbers,
    /// Few words: of 2 kinds, or up to 20 that return.
    Categories,
    /// Names, dates or other text.
    Text,
}

impl ColumnContent {
    /// Finds out what a column holds.
    pub(super) fn of(table: &RawTable, column: usize) -> Self {
        match table.words.get(&column) {
            Some(words) => {
                let kinds = words.all.len();
                // The words are those of all rows read.
                let returns =
                    kinds <= 2 || (kinds <= MOST_CATEGORIES && 3 * kinds as u64 <= table.read);
                if words.is_text || !returns { Self::Text } else { Self::Categories }
            }
            None => Self::of_numbers(table, column),
        }
    }

    fn of_numbers(table: &RawTable, column: usize) -> Self {
        let mut different: Vec<f64> = Vec::new();
        let mut is_whole = true;
        for value in table.column(column).filter(|value| !value.is_nan()) {
            is_whole &= value.fract() == 0.0;
            if !is_whole {
                // All that follows is about whole numbers.
                break;
            }
            if different.len() <= FEW
                && let Err(place) = different.binary_search_by(|other| other.total_cmp(&value))
            {
                different.insert(place, value);
            }
        }
        let numbering = table.numbering(column).filter(|_| table.read > 2 && table.width() > 2);
        let is_named = table.has_headings() && !table.heading(column).is_empty();
        let is_numbering = numbering.is_some_and(|counts_up| {
            counts_up || (is_named && is_whole && are_all_different(table, column))
        });
        if is_numbering {
            return Self::RowNumbers;
        }
        let kinds = different.len();
        let returns = kinds == 2 || (kinds <= FEW && 3 * kinds <= table.rows);
        Self::Numbers { are_few: is_whole && kinds >= 2 && returns }
    }

    /// Returns whether the column can be a class without being named as the target.
    pub(super) fn is_class_like(&self) -> bool {
        matches!(self, Self::Categories | Self::Numbers { are_few: true, .. })
    }
}

fn are_all_different(table: &RawTable, column: usize) -> bool {
    let mut values: Vec<f64> = table.column(column).collect();
    values.sort_by(f64::total_cmp);
    values.windows(2).all(|two| two[0] < two[1])
}
