//! Collects the rows of a file and splits them into training and test set.

use std::io::Read;

use crate::data::csv::layout::Csv;
use crate::data::csv::lines::{CsvLines, number};
use crate::data::dataset::TargetValues;
use crate::data::limits::ORDER_BYTES;
use crate::data::table::numbered;
use crate::data::{Data, DataError, Dataset};
use crate::file::{NoRoom, ReadProgress};

/// The number of values moved to the test set at once: 64 KiB.
const MOVED: usize = 8 << 10;

/// The examples read so far, without those that are used for neither training nor testing.
pub(super) struct CsvRows {
    inputs: Vec<f64>,
    /// The values of the last column.
    targets: TargetValues,
    /// The number of rows kept.
    count: usize,
    /// The number of rows read.
    pub(super) read: usize,
}

impl CsvRows {
    pub(super) fn new(csv: &Csv) -> Self {
        let targets = match csv.outputs {
            1 => TargetValues::Numbers(Vec::new()),
            _ => TargetValues::Classes(Vec::new()),
        };
        Self { inputs: Vec::new(), targets, count: 0, read: 0 }
    }

    pub(super) fn push<R: Read>(
        &mut self,
        lines: &CsvLines<'_, R>,
        line: u64,
        gauge: &ReadProgress,
    ) -> Result<(), DataError> {
        let csv = lines.csv;
        self.make_room(csv, gauge).map_err(|NoRoom { left }| DataError::Memory {
            name: csv.name.clone(),
            of: "rows",
            count: self.count,
            bytes: self.bytes(),
            left,
        })?;
        for (column, cell) in lines.record.iter().enumerate() {
            let value = number(cell).filter(|value| value.is_finite());
            let finite = || lines.wrong(line, column, "a finite number".to_owned());
            if column < csv.inputs {
                self.inputs.push(value.ok_or_else(finite)?);
                continue;
            }
            match &mut self.targets {
                TargetValues::Numbers(targets) => {
                    targets.push(value.ok_or_else(finite)?);
                }
                TargetValues::Classes(classes) => {
                    let last = csv.outputs.saturating_sub(1);
                    let is_class = |k: &f64| k.fract() == 0.0 && (0.0..=last as f64).contains(k);
                    let expected = || {
                        let classes = format!("a class, a whole number from 0 to {last}");
                        lines.wrong(line, column, classes)
                    };
                    classes.push(value.filter(is_class).ok_or_else(expected)? as u32);
                }
            }
        }
        self.count += 1;
        self.read += 1;
        self.drop_unwanted(csv);
        Ok(())
    }

    /// Reserves capacity for a row.
    fn make_room(&mut self, csv: &Csv, gauge: &ReadProgress) -> Result<(), NoRoom> {
        // Each cell takes at least a digit and a comma, or the end of the line.
        let most = gauge.most_items(2 * csv.columns());
        let most = most.into_iter().chain(most_kept(csv)).min();
        let most_inputs = most.map(|rows| rows.saturating_mul(csv.inputs));
        let order_bytes = self.count as u64 * ORDER_BYTES;
        gauge.make_room(&mut self.inputs, (csv.inputs, most_inputs), order_bytes)?;
        // Reserved capacity that is not used yet may still count as available.
        let unused = (self.inputs.capacity() - self.inputs.len()) * size_of::<f64>();
        let beside = order_bytes + unused as u64;
        match &mut self.targets {
            TargetValues::Numbers(targets) => gauge.make_room(targets, (1, most), beside),
            TargetValues::Classes(classes) => gauge.make_room(classes, (1, most), beside),
        }
    }

    /// Returns the number of bytes that the rows take.
    fn bytes(&self) -> u64 {
        let targets = match &self.targets {
            TargetValues::Numbers(targets) => size_of_val(&targets[..]),
            TargetValues::Classes(classes) => size_of_val(&classes[..]),
        };
        (size_of_val(&self.inputs[..]) + targets) as u64
    }

    /// Drops the rows between the training rows and the last ones, which may be test rows. This happens
    /// once the rows after the training rows are twice as many as the test rows, so that a row is moved
    /// at most once.
    fn drop_unwanted(&mut self, csv: &Csv) {
        if let Some(train) = csv.train
            && most_kept(csv).is_some_and(|most| self.count >= most)
        {
            let unwanted = train..self.count - csv.test;
            self.inputs.drain(unwanted.start * csv.inputs..unwanted.end * csv.inputs);
            match &mut self.targets {
                TargetValues::Numbers(targets) => drop(targets.drain(unwanted.clone())),
                TargetValues::Classes(classes) => drop(classes.drain(unwanted.clone())),
            }
            self.count -= unwanted.len();
        }
    }

    pub(super) fn divide(mut self, csv: &Csv) -> Result<Data, DataError> {
        let rows = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
        let least = csv.train.unwrap_or(1).max(1).saturating_add(csv.test);
        if self.count < least {
            let found = if self.count == 0 { "no examples".to_owned() } else { rows(self.count) };
            let train = csv.train.map_or("1 or more".to_owned(), |n| n.to_string());
            let expected = format!("{least} or more: {train} to train on, {} to test on", csv.test);
            let expected = if csv.test == 0 { rows(least) + " or more" } else { expected };
            return Err(csv.wrong(found, expected));
        }
        let first_of_test = self.count - csv.test;
        let test = (csv.test > 0).then(|| self.split_off(first_of_test, csv).into_set(csv));
        self.truncate(csv.train.unwrap_or(first_of_test), csv);
        let classes = if csv.outputs > 1 { numbered(csv.outputs) } else { Vec::new() };
        let train = self.into_set(csv);
        Ok(Data { train, test, name: csv.name.clone(), picture: None, classes })
    }

    /// Splits off the rows from `row` on.
    fn split_off(&mut self, row: usize, csv: &Csv) -> Self {
        let inputs = split_off(&mut self.inputs, row * csv.inputs);
        let targets = match &mut self.targets {
            TargetValues::Numbers(targets) => TargetValues::Numbers(split_off(targets, row)),
            TargetValues::Classes(classes) => TargetValues::Classes(split_off(classes, row)),
        };
        let count = self.count - row;
        self.count = row;
        Self { inputs, targets, count, read: count }
    }

    fn truncate(&mut self, rows: usize, csv: &Csv) {
        self.inputs.truncate(rows * csv.inputs);
        match &mut self.targets {
            TargetValues::Numbers(targets) => targets.truncate(rows),
            TargetValues::Classes(classes) => classes.truncate(rows),
        }
        self.count = rows;
    }

    fn into_set(mut self, csv: &Csv) -> Dataset {
        self.inputs.shrink_to_fit();
        let widths = (csv.inputs, csv.outputs);
        match self.targets {
            TargetValues::Numbers(mut targets) => {
                targets.shrink_to_fit();
                Dataset::from_numbers(self.inputs, targets, widths)
            }
            TargetValues::Classes(mut classes) => {
                classes.shrink_to_fit();
                Dataset::from_classes(self.inputs, classes, widths)
            }
        }
    }
}

/// Returns the most rows that are kept at a time, if known.
fn most_kept(csv: &Csv) -> Option<usize> {
    let last = csv.test.max(1).saturating_mul(2);
    csv.train.map(|train| train.saturating_add(last))
}

/// Does the same as [`Vec::split_off`], a piece at a time from the end, so that hardly any item is in
/// memory twice.
fn split_off<T: Copy>(items: &mut Vec<T>, at: usize) -> Vec<T> {
    let mut bytes_read = Vec::new();
    while items.len() > at {
        let piece = at.max(items.len().saturating_sub(MOVED))..;
        bytes_read.reserve_exact(items.len() - piece.start);
        bytes_read.extend(items.drain(piece).rev());
        items.shrink_to_fit();
    }
    bytes_read.reverse();
    bytes_read
}
