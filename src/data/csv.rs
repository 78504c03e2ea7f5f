//! Examples from a file of comma-separated values.

use std::io::{Chain, Error, Read};
use std::ops::ControlFlow;

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, Trim};

use crate::data::table::numbered;
use crate::data::tally::tally;
use crate::data::{Data, DataError, DataSet, MOST_EXAMPLES};
use crate::text::excerpt;

/// How many rows are read between two looks at whether anybody still wants them, and how many
/// cells where rows are long.
const ROWS_PER_LOOK: usize = 512;
const CELLS_PER_LOOK: usize = 1 << 18;

/// The most bytes of a row: so many for each cell, on average, and so many for headings and the
/// like beside. A device that never ends a line does not fill the memory.
const BYTES_PER_CELL: usize = 64;
const BYTES_BESIDE: usize = 64 << 10;

/// How many bytes are asked for at once.
const PIECE: usize = 8 << 10;

/// The most numbers of the targets of classes, of which all but one in each row are 0, that are
/// kept as such: 32 MiB. Of more the class alone is kept.
const MOST_HOT: usize = 4 << 20;

/// The most of a cell that a message quotes, in characters.
const QUOTED: usize = 24;

/// What a file of comma-separated values is read as.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    /// The file, for messages and the header.
    pub name: String,
    /// How many columns of inputs it has; one more holds the target or class.
    pub inputs: usize,
    /// How many outputs: with 1 the last column is the target, else the class from 0.
    pub outputs: usize,
    /// How many rows to train on, from the first; `None` for all that are not for testing.
    pub train: Option<usize>,
    /// How many rows to test on, from the last; 0 for no test set.
    pub test: usize,
}

/// Reads a file of comma-separated values; `progress` is told the rows so far, and may call it off.
///
/// # Errors
/// If the file cannot be read, or a line or cell is not what it should be.
pub fn read_csv(
    reader: impl Read,
    csv: &Csv,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let mut lines = Lines::new(reader, csv);
    let mut rows = Rows::default();
    let rows_per_look = (CELLS_PER_LOOK / csv.columns()).clamp(1, ROWS_PER_LOOK);
    while let Some(line) = lines.next()? {
        if rows.count.is_multiple_of(rows_per_look) && progress(rows.count).is_break() {
            return Err(DataError::CalledOff);
        }
        rows.push(&lines, line)?;
        if rows.count > MOST_EXAMPLES {
            return Err(csv.wrong("more rows than can be kept", format!("{MOST_EXAMPLES} at most")));
        }
    }
    rows.divide(csv)
}

impl Csv {
    fn wrong(&self, found: impl Into<String>, expected: impl Into<String>) -> DataError {
        DataError::Csv { name: self.name.clone(), found: found.into(), expected: expected.into() }
    }

    fn columns(&self) -> usize {
        self.inputs + 1
    }

    /// What a line should hold, in words.
    fn layout(&self) -> String {
        let last = if self.outputs == 1 { "the target" } else { "the class" };
        format!("{} columns, {} of inputs and {last}", self.columns(), self.inputs)
    }
}

/// A reader that gives up on a row that does not end.
struct Bounded<R> {
    reader: R,
    /// The bytes and the commas read since the row before.
    taken: usize,
    commas: usize,
    /// The most of either. A piece that is read may hold the rows after it, too.
    most: usize,
    most_commas: usize,
}

impl<R> Bounded<R> {
    fn new(reader: R, columns: usize) -> Self {
        Self {
            reader,
            taken: 0,
            commas: 0,
            most: columns.saturating_mul(BYTES_PER_CELL).saturating_add(BYTES_BESIDE),
            most_commas: columns.saturating_add(PIECE),
        }
    }

    fn begin_row(&mut self) {
        (self.taken, self.commas) = (0, 0);
    }

    /// What there is too much of, if anything.
    fn excess(&self) -> Option<String> {
        if self.taken > self.most {
            Some(format!("more than {} KiB", self.most >> 10))
        } else if self.commas > self.most_commas {
            Some(format!("more than {} columns", self.most_commas - PIECE))
        } else {
            None
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        if self.excess().is_some() {
            return Err(Error::other("a row that does not end"));
        }
        let length = self.reader.read(bytes)?;
        self.taken += length;
        self.commas += tally(&bytes[..length], |byte| byte == b',');
        Ok(length)
    }
}

/// The lines of a file, with the heading taken off.
struct Lines<'a, R> {
    csv: &'a Csv,
    reader: Reader<Bounded<R>>,
    record: ByteRecord,
    heading: Option<ByteRecord>,
    is_first: bool,
}

impl<'a, R: Read> Lines<'a, Chain<R, &'static [u8]>> {
    fn new(reader: R, csv: &'a Csv) -> Self {
        // Lines are ended by `\n` alone, and the last one always is, so that the reader's own
        // count of lines is right: it runs ahead or behind with `\r\n` and at blank lines. What is
        // left of a `\r` is trimmed.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(PIECE)
            .from_reader(Bounded::new(reader.chain(&b"\n"[..]), csv.columns()));
        Self { csv, reader, record: ByteRecord::new(), heading: None, is_first: true }
    }
}

impl<R: Read> Lines<'_, R> {
    /// Reads the next line of numbers and returns where it is, counted from 1.
    fn next(&mut self) -> Result<Option<u64>, DataError> {
        loop {
            let above = self.reader.position().line();
            self.reader.get_mut().begin_row();
            let is_more = self.reader.read_byte_record(&mut self.record);
            if let Some(found) = self.reader.get_ref().excess() {
                return Err(self.wrong_line(above, found));
            }
            if !is_more.map_err(|error| self.unreadable(error))? {
                return Ok(None);
            }
            let line = self.reader.position().line() - 1;
            if self.record.iter().all(<[u8]>::is_empty) && self.record.len() <= 1 {
                continue;
            }
            if self.record.len() != self.csv.columns() {
                let found = match self.record.len() {
                    1 => "1 column".to_owned(),
                    n => format!("{n} columns"),
                };
                return Err(self.wrong_line(line, found));
            }
            let is_first = std::mem::replace(&mut self.is_first, false);
            if is_first && self.record.iter().any(|cell| number(cell).is_none()) {
                self.heading = Some(self.record.clone());
                continue;
            }
            return Ok(Some(line));
        }
    }

    fn wrong_line(&self, line: u64, found: String) -> DataError {
        let (name, expected) = (self.csv.name.clone(), self.csv.layout());
        DataError::Line { name, line, found, expected }
    }

    fn unreadable(&self, error: csv::Error) -> DataError {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => Error::other(format!("{other:?}")),
        };
        DataError::Read { file: self.csv.name.clone().into(), source }
    }

    fn wrong(&self, line: u64, column: usize, expected: String) -> DataError {
        let cell = self.record.get(column).unwrap_or_default();
        let found = if cell.is_empty() { "nothing".to_owned() } else { quoted(cell) };
        let heading = self.heading.as_ref().and_then(|h| h.get(column));
        let column = match heading.filter(|h| !h.is_empty()) {
            Some(heading) => format!("{} ({})", column + 1, quoted(heading)),
            None => (column + 1).to_string(),
        };
        DataError::Cell { name: self.csv.name.clone(), line, column, found, expected }
    }
}

/// The examples read so far.
#[derive(Default)]
struct Rows {
    inputs: Vec<f64>,
    /// The target, or the class.
    targets: Vec<f64>,
    count: usize,
}

impl Rows {
    fn push<R: Read>(&mut self, lines: &Lines<'_, R>, line: u64) -> Result<(), DataError> {
        let csv = lines.csv;
        make_room(&mut self.inputs, csv.inputs);
        make_room(&mut self.targets, 1);
        for (column, cell) in lines.record.iter().enumerate() {
            let value = number(cell).filter(|value| value.is_finite());
            if column < csv.inputs || csv.outputs == 1 {
                let expected = || lines.wrong(line, column, "a finite number".to_owned());
                let to = if column < csv.inputs { &mut self.inputs } else { &mut self.targets };
                to.push(value.ok_or_else(expected)?);
            } else {
                let last = csv.outputs.saturating_sub(1);
                let is_class = |k: &f64| k.fract() == 0.0 && (0.0..=last as f64).contains(k);
                let expected = || {
                    let classes = format!("a class, a whole number from 0 to {last}");
                    lines.wrong(line, column, classes)
                };
                self.targets.push(value.filter(is_class).ok_or_else(expected)?);
            }
        }
        self.count += 1;
        Ok(())
    }

    fn divide(mut self, csv: &Csv) -> Result<Data, DataError> {
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

    /// Takes off the rows from this one on.
    fn split_off(&mut self, row: usize, csv: &Csv) -> Self {
        let inputs = self.inputs.split_off(row * csv.inputs);
        let targets = self.targets.split_off(row);
        let count = self.count - row;
        self.truncate(row, csv);
        Self { inputs, targets, count }
    }

    fn truncate(&mut self, rows: usize, csv: &Csv) {
        self.inputs.truncate(rows * csv.inputs);
        self.targets.truncate(rows);
        self.count = rows;
    }

    fn into_set(mut self, csv: &Csv) -> DataSet {
        self.inputs.shrink_to_fit();
        let widths = (csv.inputs, csv.outputs);
        if csv.outputs > 1 && self.count.saturating_mul(csv.outputs) > MOST_HOT {
            let classes = self.targets.iter().map(|&k| k as u32).collect();
            return DataSet::from_classes(self.inputs, classes, widths);
        }
        if csv.outputs > 1 {
            let hot = |&k: &f64| (0..csv.outputs).map(move |j| f64::from(j as f64 == k));
            self.targets = self.targets.iter().flat_map(hot).collect();
        }
        self.targets.shrink_to_fit();
        DataSet::from_numbers(self.inputs, self.targets, widths)
    }
}

/// Makes room for so many numbers more, and for a sixteenth of those that are there: doubling would
/// take more than the file has bytes four times over.
fn make_room(numbers: &mut Vec<f64>, more: usize) {
    if numbers.capacity() - numbers.len() < more {
        numbers.reserve_exact(more + (numbers.len() / 16).max(1024));
    }
}

/// The number that a cell holds; also one that is not finite, which is no heading either.
fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

/// The beginning of a cell, in quotation marks. A character takes four bytes at most.
fn quoted(cell: &[u8]) -> String {
    let (begin, _) = cell.split_at(cell.len().min(4 * (QUOTED + 1)));
    format!("\"{}\"", excerpt(&String::from_utf8_lossy(begin), QUOTED))
}

#[cfg(test)]
mod tests;
