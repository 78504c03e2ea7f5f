//! The target of a table: its columns and what they hold.

use crate::data::DataError;
use crate::data::csv::planner::{Expected, MOST_CLASSES, NAMED, PlannedTarget, Planner};
use crate::data::csv::profile::ColumnContent;
use crate::text::readable;

/// Headings by which a target is recognised, in small letters.
const TARGET_HEADINGS: [&str; 9] =
    ["target", "label", "labels", "class", "species", "y", "outcome", "diagnosis", "quality"];

/// The greatest of two numbers that are taken for classes where a number would do too.
const MOST_NUMBERED: f64 = 100.0;

impl Planner<'_> {
    /// Returns the columns of the target.
    pub(super) fn targets(&self, expected: Option<Expected>) -> Result<Vec<usize>, DataError> {
        if !self.options.target.is_empty() {
            return self.find_all(&self.options.target);
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
    pub(super) fn target(
        &self,
        targets: &[usize],
        expected: Option<Expected>,
    ) -> Result<PlannedTarget, DataError> {
        let [column] = *targets else {
            let columns = targets.to_vec();
            if self.are_one_hot(targets) {
                let names = targets.iter().map(|column| self.table.name(*column)).collect();
                return Ok(PlannedTarget::OneHot { columns, names });
            }
            return Ok(PlannedTarget::Numbers { columns });
        };
        let words = self.table.words.get(&column);
        if words.is_some_and(|words| words.is_text) {
            let found = format!("text in column {}", self.table.place(column));
            return Err(self.wrong(found, "classes there: whole numbers or words that return"));
        }
        let is_words = words.is_some();
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
        if let ([value], None, false) = (&values[..], expected, is_words) {
            let place = self.table.place(column);
            let found = format!("only the value {} in column {place}", readable(*value));
            return Err(self.wrong(found, "two or more; data.target names another column"));
        }
        if !are_classes {
            return Ok(PlannedTarget::Numbers { columns: vec![column] });
        }
        if let Some(value) = values.iter().find(|value| !is_words && value.fract() != 0.0) {
            let found = format!("{} in column {}", readable(*value), self.table.place(column));
            return Err(self.wrong(found, "classes there: whole numbers or words"));
        }
        self.classes(column, values, expected.map(|expected| expected.outputs))
    }

    /// Returns whether each row holds 1 in one of these columns and 0 in the others, but for holes.
    fn are_one_hot(&self, columns: &[usize]) -> bool {
        let is_one_hot = |row: &[f64]| {
            let held = || columns.iter().map(|column| row[*column]);
            let are_bits = held().all(|value| value == 0.0 || value == 1.0);
            (are_bits && held().sum::<f64>() == 1.0) || held().any(f64::is_nan)
        };
        let are_numbers = !columns.iter().any(|column| self.table.words.contains_key(column));
        let mut rows = self.table.cells.chunks_exact(self.table.width().max(1));
        are_numbers && rows.all(is_one_hot)
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
}
