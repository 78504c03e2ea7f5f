//! Reads a table line by line, with a limit on the length of a line.

use std::io::{Cursor, Error, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use crate::data::DataError;
use crate::data::count_bytes::count_bytes;
use crate::data::csv::blanks::{BlankFilter, BlankReader, Blanks};
use crate::data::csv::dialect::{Dialect, FirstLine, is_comment};
use crate::data::csv::text::{TableText, cell_text};
use crate::text::{counted, excerpt};

/// The most bytes of a row, so that a device without line ends does not fill the memory.
const BYTES_PER_CELL: usize = 64;

const BYTES_BESIDE: usize = 64 << 10;

/// The number of bytes requested from the file at once.
const PIECE: usize = 8 << 10;

/// The most bytes by which the dialect is found.
const HEAD: u64 = 64 << 10;

/// The most characters of a cell that a message quotes.
const QUOTED: usize = 24;

/// A reader that refuses a row that does not end.
struct RowLimitReader<R> {
    reader: R,
    separator: u8,
    /// The bytes and the separators read since the previous row.
    bytes_read: usize,
    separators: usize,
    /// The limits for both. A piece that is read may also hold the rows after it.
    most: usize,
    most_separators: usize,
}

impl<R> RowLimitReader<R> {
    fn new(reader: R, columns: usize, separator: u8) -> Self {
        Self {
            reader,
            separator,
            bytes_read: 0,
            separators: 0,
            most: columns.saturating_mul(BYTES_PER_CELL).saturating_add(BYTES_BESIDE),
            most_separators: columns.saturating_add(PIECE),
        }
    }

    fn begin_row(&mut self) {
        (self.bytes_read, self.separators) = (0, 0);
    }

    /// Returns which limit the row exceeds, if any.
    fn exceeded_limit(&self) -> Option<String> {
        if self.bytes_read > self.most {
            Some(format!("more than {} KiB", self.most >> 10))
        } else if self.separators > self.most_separators {
            Some(format!("more than {} columns", self.most_separators - PIECE))
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
        self.separators += count_bytes(&bytes[..length], |byte| byte == self.separator);
        Ok(length)
    }
}

/// Reads the bytes by which the dialect is found: at least one line, if a line of so many columns may be
/// that long.
fn read_head(reader: &mut dyn Read, likely_columns: usize) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut most = HEAD;
    let longest = likely_columns.saturating_mul(BYTES_PER_CELL) as u64;
    loop {
        let left = most.saturating_sub(head.len() as u64);
        let read = (&mut *reader).take(left).read_to_end(&mut head)?;
        if head.contains(&b'\n') || read == 0 || most >= longest {
            return Ok(head);
        }
        most = most.saturating_mul(2);
    }
}

/// The rows of a table.
pub(super) struct TableLines<'a> {
    name: &'a str,
    pub(super) dialect: Dialect,
    reader: Reader<RowLimitReader<Box<dyn Read + 'a>>>,
    pub(super) record: ByteRecord,
    /// The headings, if there are any.
    pub(super) headings: Option<Vec<String>>,
    /// The names of the classes, if the first line has them.
    pub(super) classes: Vec<String>,
    /// What has been skipped, as remarks.
    pub(super) remarks: Vec<String>,
    /// Whether no row has been read yet.
    is_before_rows: bool,
    has_first: bool,
}

impl<'a> TableLines<'a> {
    /// Finds out how the table is written.
    pub(super) fn new(
        name: &'a str,
        text: TableText<'a>,
        header: Option<bool>,
        likely_columns: usize,
    ) -> Result<Self, DataError> {
        let mut reader = text.reader;
        let head = read_head(&mut reader, likely_columns)
            .map_err(|source| DataError::Read { file: name.into(), source })?;
        // A line that goes on after the head would be of another width.
        let whole = match head.iter().rposition(|byte| *byte == b'\n') {
            Some(end) if head.len() as u64 >= HEAD => &head[..=end],
            _ => &head[..],
        };
        let dialect = Dialect::of(whole, header);
        // Lines end in `\n` alone, and the last one always does, so that the reader's own count of
        // lines is right.
        let all = Cursor::new(head).chain(reader).chain(&b"\n"[..]);
        let written = dialect.separator;
        let (filter, separator) = match dialect.blanks {
            Blanks::Separators => (Some(BlankFilter::collapse()), b'\t'),
            Blanks::BeforeQuotes => (Some(BlankFilter::trim(written)), written),
            Blanks::PartOfCells => (None, written),
        };
        let all: Box<dyn Read + 'a> = match filter {
            Some(filter) => Box::new(BlankReader::new(all, filter)),
            None => Box::new(all),
        };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(PIECE)
            .from_reader(RowLimitReader::new(
                all,
                dialect.columns.max(likely_columns).max(1),
                separator,
            ));
        Ok(Self {
            name,
            dialect,
            reader,
            record: ByteRecord::new(),
            headings: None,
            classes: Vec::new(),
            remarks: Vec::new(),
            is_before_rows: true,
            has_first: false,
        })
    }

    /// Reads the next row and returns its line number, counted from 1.
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
            // Trimming copies the row, so it is done only where there may be something to trim.
            if self.record.as_slice().iter().any(u8::is_ascii_whitespace) {
                self.record.trim();
            }
            let line = self.reader.position().line() - 1;
            let is_blank = self.record.iter().all(<[u8]>::is_empty) && self.record.len() <= 1;
            if is_blank || (self.is_before_rows && self.is_beside_the_table(line)) {
                continue;
            }
            if self.dialect.has_last_separator
                && self.record.len() == self.dialect.columns + 1
                && self.record.get(self.dialect.columns).is_some_and(<[u8]>::is_empty)
            {
                self.record.truncate(self.dialect.columns);
            }
            if self.record.len() != self.dialect.columns {
                let found = counted(self.record.len(), "column");
                return Err(self.wrong_line(line, found));
            }
            self.is_before_rows = false;
            return Ok(Some(line));
        }
    }

    /// Returns whether a line before the rows is a comment, a heading or another first line.
    fn is_beside_the_table(&mut self, line: u64) -> bool {
        if is_comment(&self.record) {
            return true;
        }
        if line == 1 && self.dialect.has_separator_line {
            return true;
        }
        if std::mem::replace(&mut self.has_first, true) {
            return false;
        }
        let mut cells: Vec<String> = self.record.iter().map(|cell| cell_text(cell).0).collect();
        match self.dialect.first {
            FirstLine::Row => return false,
            FirstLine::Heading => {
                if self.dialect.lacks_first_heading {
                    cells.insert(0, String::new());
                }
                cells.truncate(self.dialect.columns);
                self.remarks.push(format!("line {line} is the heading"));
                self.headings = Some(cells);
            }
            FirstLine::Counts => {
                self.classes = cells.split_off(2);
                self.remarks.push(format!("line {line} names the classes"));
            }
            FirstLine::Other => {
                let width = counted(self.record.len(), "column");
                self.remarks.push(format!("line {line} is left out: it has {width}"));
            }
        }
        true
    }

    fn wrong_line(&self, line: u64, found: String) -> DataError {
        let expected =
            format!("{}, as in most lines", counted(self.dialect.columns.max(1), "column"));
        DataError::Line { name: self.name.to_owned(), line, found, expected }
    }

    fn unreadable(&self, error: csv::Error) -> DataError {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => Error::other(format!("{other:?}")),
        };
        DataError::Read { file: self.name.into(), source }
    }
}

/// Returns the beginning of a cell in quotation marks, or that there is nothing. A character takes at most
/// four bytes.
pub(super) fn quoted(cell: &[u8]) -> String {
    if cell.is_empty() {
        return "nothing".to_owned();
    }
    let (begin, _) = cell.split_at(cell.len().min(4 * (QUOTED + 1)));
    format!("\"{}\"", excerpt(&cell_text(begin).0, QUOTED))
}
