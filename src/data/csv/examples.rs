//! The examples of a table: inputs and targets, row by row, before they become a dataset.

use crate::data::Dataset;
use crate::data::csv::options::Missing;
use crate::data::csv::planner::{Plan, PlannedInput, PlannedTarget};
use crate::data::csv::raw::RawTable;
use crate::data::dataset::TargetValues;
use crate::file::{NoRoom, ReadProgress};

/// The fewest values moved to the test set at once: 64 KiB.
const MOVED: usize = 8 << 10;

/// The fewest cells taken from a table at once: 16 KiB.
const TAKEN: usize = 2 << 10;

/// The most pieces in which a table is moved. The system needs time for each: with pieces of 16 KiB, a table of
/// 440 MB took ten seconds.
const PIECES: usize = 1024;

/// The examples of a table.
pub(super) struct Examples {
    /// Of shape (rows, width).
    pub(super) inputs: Vec<f64>,
    targets: TargetValues,
    pub(super) width: usize,
    outputs: usize,
    pub(super) rows: usize,
}

impl Examples {
    /// Makes the examples. The table is taken from its end, a piece at a time, so that hardly any number is
    /// in memory twice.
    pub(super) fn of(
        table: RawTable,
        plan: &Plan,
        missing: Missing,
        gauge: &ReadProgress,
    ) -> Result<Self, NoRoom> {
        let (columns, width) = (table.width(), plan.inputs.len());
        let (mut targets, outputs) = match &plan.target {
            PlannedTarget::Numbers { columns } => {
                (TargetValues::Numbers(Vec::new()), columns.len())
            }
            PlannedTarget::OneHot { columns, .. } => {
                (TargetValues::Classes(Vec::new()), columns.len())
            }
            PlannedTarget::Classes { outputs: 1, .. } => (TargetValues::Numbers(Vec::new()), 1),
            PlannedTarget::Classes { outputs, .. } => (TargetValues::Classes(Vec::new()), *outputs),
        };
        let RawTable { mut cells, rows, .. } = table;
        let mut inputs: Vec<f64> = Vec::new();
        let (mut kept, mut left) = (0, rows);
        let piece = (TAKEN.max(cells.len() / PIECES) / columns.max(1)).max(1);
        while left > 0 {
            let from = left.saturating_sub(piece);
            if width > columns {
                gauge.make_room(&mut inputs, ((left - from) * width, Some(rows * width)), 0)?;
            } else {
                inputs.reserve_exact((left - from) * width);
            }
            targets.reserve_exact((left - from) * outputs);
            for row in cells[from * columns..].chunks_exact(columns).rev() {
                if is_incomplete(row, plan, missing) {
                    continue;
                }
                push_target(&mut targets, &plan.target, row);
                inputs.extend(plan.inputs.iter().rev().map(|input| value(input, row)));
                kept += 1;
            }
            cells.truncate(from * columns);
            cells.shrink_to_fit();
            left = from;
        }
        inputs.reverse();
        targets.reverse();
        Ok(Self { inputs, targets, width, outputs, rows: kept })
    }

    /// Returns the class of a row: with one output 0 or 1.
    pub(super) fn class_of(&self, row: usize) -> Option<usize> {
        match &self.targets {
            TargetValues::Classes(classes) => classes.get(row).map(|class| *class as usize),
            TargetValues::Numbers(numbers) if self.outputs == 1 => {
                numbers.get(row).filter(|y| **y == 0.0 || **y == 1.0).map(|y| *y as usize)
            }
            TargetValues::Numbers(_) => None,
        }
    }

    /// Returns the number of rows of each class; nothing for numbers.
    pub(super) fn class_counts(&self, target: &PlannedTarget) -> Vec<usize> {
        let mut counts = vec![0; target.class_names().len()];
        for class in (0..self.rows).filter_map(|row| self.class_of(row)) {
            if let Some(count) = counts.get_mut(class) {
                *count += 1;
            }
        }
        counts
    }

    /// Keeps these rows, given in ascending order.
    pub(super) fn keep(&mut self, rows: &[u32]) {
        let width = self.width;
        for (to, &from) in rows.iter().enumerate() {
            let from = from as usize;
            self.inputs.copy_within(from * width..(from + 1) * width, to * width);
        }
        self.targets = chosen_targets(&self.targets, rows, self.outputs);
        self.truncate(rows.len());
    }

    /// Returns these rows.
    pub(super) fn chosen(&self, rows: &[u32]) -> Self {
        let row = |row: &u32| {
            let at = *row as usize * self.width;
            &self.inputs[at..at + self.width]
        };
        let inputs = rows.iter().flat_map(row).copied().collect();
        let targets = chosen_targets(&self.targets, rows, self.outputs);
        Self { inputs, targets, width: self.width, outputs: self.outputs, rows: rows.len() }
    }

    /// Splits off the last rows.
    pub(super) fn split_last(&mut self, count: usize) -> Self {
        let from = self.rows - count;
        let inputs = split_off(&mut self.inputs, from * self.width);
        let targets = match &mut self.targets {
            TargetValues::Numbers(numbers) => {
                TargetValues::Numbers(split_off(numbers, from * self.outputs))
            }
            TargetValues::Classes(classes) => TargetValues::Classes(split_off(classes, from)),
        };
        self.rows = from;
        Self { inputs, targets, width: self.width, outputs: self.outputs, rows: count }
    }

    /// Keeps the first rows.
    pub(super) fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        self.inputs.truncate(rows * self.width);
        self.inputs.shrink_to_fit();
        match &mut self.targets {
            TargetValues::Numbers(numbers) => numbers.truncate(rows * self.outputs),
            TargetValues::Classes(classes) => classes.truncate(rows),
        }
        self.rows = rows;
    }

    /// Returns a remark on the classes that are only in the test set.
    pub(super) fn untrained(&self, test: &Self, names: &[String]) -> Option<String> {
        let classes = |set: &Self| -> Vec<bool> {
            let mut has = vec![false; names.len()];
            for class in (0..set.rows).filter_map(|row| set.class_of(row)) {
                if let Some(has) = has.get_mut(class) {
                    *has = true;
                }
            }
            has
        };
        let pairs = classes(self).into_iter().zip(classes(test)).zip(names);
        let only: Vec<&str> = pairs
            .filter(|((train, test), _)| !train && *test)
            .map(|(_, name)| name.as_str())
            .collect();
        (!only.is_empty()).then(|| {
            format!(
                "only in the test rows: class {}; data.shuffle = true mixes them",
                only.join(", ")
            )
        })
    }

    /// Returns the numbers of the targets and how many each row has; `None` for classes.
    pub(super) fn numbers(&self) -> Option<(&[f64], usize)> {
        match &self.targets {
            TargetValues::Numbers(numbers) => Some((numbers, self.outputs)),
            TargetValues::Classes(_) => None,
        }
    }

    /// Replaces each number of the targets by what `of` returns for its output and itself.
    pub(super) fn map_numbers(&mut self, of: impl Fn(usize, f64) -> f64) {
        if let TargetValues::Numbers(numbers) = &mut self.targets {
            for (at, number) in numbers.iter_mut().enumerate() {
                *number = of(at % self.outputs, *number);
            }
        }
    }

    /// Returns examples without inputs of their own.
    #[cfg(test)]
    pub(super) fn of_classes(classes: Vec<u32>, outputs: usize) -> Self {
        let rows = classes.len();
        Self {
            inputs: vec![0.0; rows],
            targets: TargetValues::Classes(classes),
            width: 1,
            outputs,
            rows,
        }
    }

    /// Returns the dataset.
    pub(super) fn into_set(self) -> Dataset {
        let shape = (self.width, self.outputs);
        match self.targets {
            TargetValues::Numbers(targets) => Dataset::from_numbers(self.inputs, targets, shape),
            TargetValues::Classes(classes) => Dataset::from_classes(self.inputs, classes, shape),
        }
    }
}

fn chosen_targets(targets: &TargetValues, rows: &[u32], outputs: usize) -> TargetValues {
    match targets {
        TargetValues::Numbers(numbers) => {
            let of_row = |row: &u32| {
                let at = *row as usize * outputs;
                &numbers[at..at + outputs]
            };
            TargetValues::Numbers(rows.iter().flat_map(of_row).copied().collect())
        }
        TargetValues::Classes(classes) => {
            TargetValues::Classes(rows.iter().map(|row| classes[*row as usize]).collect())
        }
    }
}

/// Returns whether a row has a hole that is not filled in.
fn is_incomplete(row: &[f64], plan: &Plan, missing: Missing) -> bool {
    let has_hole = |column: &usize| row[*column].is_nan();
    match missing {
        Missing::Mean => plan.target.columns().iter().any(has_hole),
        Missing::Drop => plan.used.iter().any(has_hole),
        // The file has been refused if it has any.
        Missing::Refuse => false,
    }
}

/// Adds the target of a row; of several numbers the last one first.
fn push_target(targets: &mut TargetValues, planned: &PlannedTarget, row: &[f64]) {
    match (targets, planned) {
        (TargetValues::Classes(classes), PlannedTarget::Classes { column, values, .. }) => {
            let class = class_of(values, row[*column]);
            classes.push(class.unwrap_or(0) as u32);
        }
        (TargetValues::Classes(classes), PlannedTarget::OneHot { columns, .. }) => {
            let class = columns.iter().position(|column| row[*column] == 1.0);
            classes.push(class.unwrap_or(0) as u32);
        }
        (TargetValues::Numbers(numbers), PlannedTarget::Classes { column, values, .. }) => {
            numbers.push(class_of(values, row[*column]).unwrap_or(0) as f64);
        }
        (TargetValues::Numbers(numbers), PlannedTarget::Numbers { columns }) => {
            numbers.extend(columns.iter().rev().map(|column| row[*column]));
        }
        // `Examples::of` makes no classes of numbers, nor the reverse.
        (TargetValues::Classes(_), PlannedTarget::Numbers { .. })
        | (TargetValues::Numbers(_), PlannedTarget::OneHot { .. }) => {}
    }
}

/// Returns the class with a value. Numbers ascend; words, which are few, are in the order of the alphabet.
fn class_of(values: &[f64], value: f64) -> Option<usize> {
    let at = values.binary_search_by(|other| other.total_cmp(&value)).ok();
    let found = at.filter(|at| values.get(*at) == Some(&value));
    found.or_else(|| values.iter().position(|other| *other == value))
}

/// Returns the value of an input in a row; NaN for a hole.
fn value(input: &PlannedInput, row: &[f64]) -> f64 {
    match *input {
        PlannedInput::Number { column } => row[column as usize],
        PlannedInput::IsWord { column, .. } if row[column as usize].is_nan() => f64::NAN,
        PlannedInput::IsWord { column, word } => {
            f64::from(u8::from(row[column as usize] == f64::from(word)))
        }
    }
}

/// Does the same as [`Vec::split_off`], a piece at a time from the end, so that hardly any item is in
/// memory twice.
fn split_off<T: Copy>(items: &mut Vec<T>, at: usize) -> Vec<T> {
    let mut moved = Vec::new();
    let at_once = MOVED.max((items.len() - at) / PIECES);
    while items.len() > at {
        let piece = at.max(items.len().saturating_sub(at_once))..;
        moved.reserve_exact(items.len() - piece.start);
        moved.extend(items.drain(piece).rev());
        items.shrink_to_fit();
    }
    moved.reverse();
    moved
}
