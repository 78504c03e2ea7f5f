//! What the columns of a table hold.

use crate::data::csv::raw::RawTable;

/// The most different whole numbers that are taken for classes if nothing says so.
const FEW: usize = 20;

/// The most different words of an input.
const MOST_CATEGORIES: usize = 20;

/// Headings of columns that number or name the rows.
const INDEX_HEADINGS: [&str; 14] = [
    "",
    "id",
    "ids",
    "index",
    "idx",
    "row",
    "rows",
    "rownames",
    "no",
    "nr",
    "#",
    "unnamed: 0",
    "obs",
    "sample_id",
];

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
                let (kinds, rows) = (words.all.len(), table.rows);
                let returns = kinds <= 2 || (kinds <= MOST_CATEGORIES && 3 * kinds <= rows);
                if words.is_text || !returns { Self::Text } else { Self::Categories }
            }
            None => Self::of_numbers(table, column),
        }
    }

    fn of_numbers(table: &RawTable, column: usize) -> Self {
        let mut different: Vec<f64> = Vec::new();
        let (mut is_whole, mut counts_up) = (true, true);
        let mut before: Option<f64> = None;
        for value in table.column(column).filter(|value| !value.is_nan()) {
            is_whole &= value.fract() == 0.0;
            counts_up &=
                before.map_or(value == 0.0 || value == 1.0, |before| value == before + 1.0);
            before = Some(value);
            if different.len() <= FEW
                && let Err(place) = different.binary_search_by(|other| other.total_cmp(&value))
            {
                different.insert(place, value);
            }
        }
        let heading = table.heading(column).to_lowercase();
        let is_index_heading = INDEX_HEADINGS.contains(&heading.trim());
        let may_number = if table.has_headings() { is_index_heading } else { column == 0 };
        let many = table.rows > 2 && table.width() > 2;
        if many && may_number && is_whole && counts_up {
            return Self::RowNumbers;
        }
        let is_named_id = table.has_headings() && is_index_heading && !heading.is_empty();
        if many && is_named_id && is_whole && are_all_different(table, column) {
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
