//! Reads a CSV file line by line, with a limit on the length of a line.

use std::io::{Chain, Error, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, Trim};

use crate::data::DataError;
use crate::data::count_bytes::count_bytes;
use crate::data::csv::layout::Csv;
use crate::text::excerpt;

/// The most bytes of a row, so that a device without line ends does not fill the memory.
const BYTES_PER_CELL: usize = 64;

const BYTES_BESIDE: usize = 64 << 10;

/// The number of bytes requested from the file at once.
const PIECE: usize = 8 << 10;

/// The most characters of a cell that a message quotes.
const QUOTED: usize = 24;

/// A reader that refuses a row that does not end.
struct RowLimitReader<R> {
    reader: R,
    /// The bytes and the commas read since the previous row.
    bytes_read: usize,
    commas: usize,
    /// The limits for both. A piece that is read may also hold the rows after it.
    most: usize,
    most_commas: usize,
}

impl<R> RowLimitReader<R> {
    fn new(reader: R, columns: usize) -> Self {
        Self {
            reader,
            bytes_read: 0,
            commas: 0,
            most: columns.saturating_mul(BYTES_PER_CELL).saturating_add(BYTES_BESIDE),
            most_commas: columns.saturating_add(PIECE),
        }
    }

    fn begin_row(&mut self) {
        (self.bytes_read, self.commas) = (0, 0);
    }

    /// Returns which limit the row exceeds, if any.
    fn exceeded_limit(&self) -> Option<String> {
        if self.bytes_read > self.most {
            Some(format!("more than {} KiB", self.most >> 10))
        } else if self.commas > self.most_commas {
            Some(format!("more than {} columns", self.most_commas - PIECE))
        } else {
            None
        }
    }
}

impl<R: Read> Read for RowLimitReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        if self.exceeded_limit().is_some() {
            return Err(Error::other("a row that does not end"));
        }
        let length = self.reader.read(bytes)?;
        self.bytes_read += length;
        self.commas += count_bytes(&bytes[..length], |byte| byte == b',');
        Ok(length)
    }
}

/// The lines of a file, without the heading.
pub(super) struct CsvLines<'a, R> {
    pub(super) csv: &'a Csv,
    reader: Reader<RowLimitReader<R>>,
    pub(super) record: ByteRecord,
    heading: Option<ByteRecord>,
    is_first: bool,
}

impl<'a, R: Read> CsvLines<'a, Chain<R, &'static [u8]>> {
    pub(super) fn new(reader: R, csv: &'a Csv) -> Self {
        // Lines end in `\n` alone, and the last one always does, so that the reader's own count of
        // lines is right: it is too high or too low with `\r\n` and at blank lines. A remaining `\r` is
        // trimmed.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(PIECE)
            .from_reader(RowLimitReader::new(reader.chain(&b"\n"[..]), csv.columns()));
        Self { csv, reader, record: ByteRecord::new(), heading: None, is_first: true }
    }
}

impl<R: Read> CsvLines<'_, R> {
    /// Reads the next line of numbers and returns its line number, counted from 1.
    pub(super) fn next(&mut self) -> Result<Option<u64>, DataError> {
        loop {
            let above = self.reader.position().line();
            self.reader.get_mut().begin_row();
            let is_more = self.reader.read_byte_record(&mut self.record);
            if let Some(found) = self.reader.get_ref().exceeded_limit() {
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

    pub(super) fn wrong(&self, line: u64, column: usize, expected: String) -> DataError {
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

/// Returns the number in a cell, which may be infinite or NaN: such a cell is no heading either.
pub(super) fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

/// Returns the beginning of a cell in quotation marks. A character takes at most four bytes.
fn quoted(cell: &[u8]) -> String {
    let (begin, _) = cell.split_at(cell.len().min(4 * (QUOTED + 1)));
    format!("\"{}\"", excerpt(&String::from_utf8_lossy(begin), QUOTED))
}
