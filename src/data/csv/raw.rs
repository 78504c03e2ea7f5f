//! The cells of a table as numbers, before anything is decided about them.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use rand::RngExt;

use crate::data::csv::lines::{TableLines, quoted};
use crate::data::csv::number::{DecimalSign, is_missing};
use crate::data::csv::options::{Missing, TableOptions, TestSize};
use crate::data::csv::text::{TextEncoding, cell_text, table_text};
use crate::data::limits::ORDER_BYTES;
use crate::data::{DataError, MOST_EXAMPLES, RunRng};
use crate::file::{InputFile, NoRoom, ReadProgress};
use crate::text::excerpt;

/// The number of rows read between two checks for cancellation; fewer if rows are long.
const ROWS_PER_CHECK: usize = 512;
const CELLS_PER_CHECK: usize = 1 << 18;

/// The most different words of a column that are told apart; more make it free text.
const MOST_WORDS: usize = 10_000;

/// The most columns whose way of writing numbers is said.
const MOST_FORMS: usize = 3;

/// A place in the file and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundCell {
    pub(super) line: u64,
    pub(super) found: String,
}

/// The different words of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// In the order in which they appear.
    pub(super) all: Vec<String>,
    index: HashMap<String, u32>,
    /// Whether there are more than are told apart.
    pub(super) is_text: bool,
}

/// The cells of a table: of a word its index among the words of its column, of a hole NaN.
///
/// A table may have a million columns, so that little is kept for each.
pub(super) struct RawTable {
    /// The headings; empty without a heading.
    pub(super) headings: Vec<String>,
    /// The words of the columns that hold words; the others hold numbers.
    pub(super) words: BTreeMap<usize, Words>,
    /// The first hole of each column that has one.
    pub(super) holes: BTreeMap<usize, FoundCell>,
    /// The first cell of a column of numbers that is neither a number nor a hole.
    pub(super) wrong: BTreeMap<usize, FoundCell>,
    width: usize,
    /// Row by row.
    pub(super) cells: Vec<f64>,
    /// The number of rows kept, and of those read.
    pub(super) rows: usize,
    pub(super) read: u64,
    /// The columns whose values count up by 1 from 0 or 1 over all rows read, among those that may number
    /// the rows: the next value of each, if it has done so until now.
    numbering: Vec<(usize, Option<f64>)>,
    /// The names of the classes, if the first line has them.
    pub(super) classes: Vec<String>,
    /// What was found in the file, in words.
    pub(super) remarks: Vec<String>,
}

impl RawTable {
    /// Reads a table. `progress` receives the share that is done.
    pub(super) fn read(
        file: InputFile<'_>,
        (name, options): (&str, &TableOptions),
        (likely_columns, rng): (usize, &mut RunRng),
        progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, DataError> {
        let gauge = file.read_progress();
        let unreadable = |source| DataError::Read { file: name.into(), source };
        let text = table_text(file).map_err(unreadable)?;
        let is_packed = text.is_packed;
        let mut lines = TableLines::new(name, text, options.header, likely_columns)?;
        let mut reader = RowReader::new(&lines, options, is_packed);
        let columns = lines.dialect.columns.max(1);
        let rows_per_check = (CELLS_PER_CHECK / columns).clamp(1, ROWS_PER_CHECK);
        let mut read = 0_usize;
        while let Some(line) = lines.next()? {
            if read.is_multiple_of(rows_per_check) && progress(gauge.share()).is_break() {
                return Err(DataError::Cancelled);
            }
            reader.push(&lines, line, &gauge).map_err(|room| reader.too_many(name, room))?;
            reader.draw(rng);
            read += 1;
            if read > MOST_EXAMPLES {
                let expected = format!("{MOST_EXAMPLES} at most");
                let found = "more rows than can be kept".to_owned();
                return Err(DataError::Csv { name: name.to_owned(), found, expected });
            }
        }
        Ok(reader.finish(lines))
    }

    /// Returns a table without rows.
    pub(super) fn empty(width: usize) -> Self {
        Self {
            headings: Vec::new(),
            words: BTreeMap::new(),
            holes: BTreeMap::new(),
            wrong: BTreeMap::new(),
            width,
            cells: Vec::new(),
            rows: 0,
            read: 0,
            numbering: Vec::new(),
            classes: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Notes a hole, unless its column has one already.
    pub(super) fn add_hole(&mut self, column: usize, line: u64) {
        let hole = || FoundCell { line, found: "NaN".to_owned() };
        self.holes.entry(column).or_insert_with(hole);
    }

    /// Returns the heading of a column, or nothing.
    pub(super) fn heading(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }

    /// Returns the name of a column on the screen: its heading, or its number.
    pub(super) fn name(&self, column: usize) -> String {
        match self.heading(column) {
            "" => format!("column {}", column + 1),
            heading => visible_name(heading),
        }
    }

    /// Returns the place of a column in a message: its number and its heading.
    pub(super) fn place(&self, column: usize) -> String {
        match self.heading(column) {
            "" => (column + 1).to_string(),
            heading => format!("{} ({})", column + 1, quoted(heading.as_bytes())),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn has_headings(&self) -> bool {
        !self.headings.is_empty()
    }

    /// Returns whether a column may number the rows by its place or heading, and whether it counts them.
    pub(super) fn numbering(&self, column: usize) -> Option<bool> {
        let found = self.numbering.iter().find(|(of, _)| *of == column);
        found.map(|(_, next)| next.is_some())
    }

    /// Returns the values of a column, NaN for holes.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        self.cells.chunks_exact(self.width().max(1)).map(move |row| row[column])
    }
}

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

/// Returns whether a heading is one of a column that numbers or names the rows.
fn is_index(heading: &str) -> bool {
    INDEX_HEADINGS.contains(&heading.trim().to_lowercase().as_str())
}

/// Returns a text of a file with nothing in it that a terminal could act on, and no longer than a heading.
pub(super) fn visible_name(text: &str) -> String {
    excerpt(text, 40)
}

/// The most letters of a cell whose code points a message names.
const NAMED_LETTERS: usize = 3;

/// Returns the code points of the letters beyond ASCII in a cell that should be a number, as an addition to a
/// message: a minus sign of another kind or a blank that does not break look like those of numbers.
fn look_alikes(cell: &[u8]) -> String {
    let (text, _) = cell_text(cell.split_at(cell.len().min(64)).0);
    let foreign = text.chars().filter(|letter| !letter.is_ascii());
    let points: Vec<String> =
        foreign.take(NAMED_LETTERS).map(|letter| format!("U+{:04X}", u32::from(letter))).collect();
    if points.is_empty() { String::new() } else { format!(" with {}", points.join(", ")) }
}

/// Collects the rows.
struct RowReader {
    table: RawTable,
    /// The rows kept from the beginning and from the end, if no others are needed.
    kept: Option<(usize, usize)>,
    /// The number of rows drawn from all, if no more are needed.
    drawn: Option<usize>,
    is_packed: bool,
    has_latin_1: bool,
}

impl RowReader {
    fn new(lines: &TableLines<'_>, options: &TableOptions, is_packed: bool) -> Self {
        let columns = lines.dialect.numbers.iter().enumerate();
        let words = columns.filter(|(_, form)| form.is_none());
        // If rows with holes are left out later, it is not known yet how many are needed.
        let needed = match (options.train, options.test) {
            (Some(train), TestSize::Count(test)) => Some((train, test)),
            _ => None,
        };
        let needed = needed.filter(|_| options.missing == Missing::Refuse);
        let kept = needed.filter(|_| !options.shuffle);
        let drawn = needed.filter(|_| options.shuffle);
        let drawn = drawn.and_then(|(train, test)| train.checked_add(test));
        let words = words.map(|(column, _)| (column, Words::default())).collect();
        let table = RawTable { words, ..RawTable::empty(lines.dialect.columns) };
        Self { table, kept, drawn, is_packed, has_latin_1: false }
    }

    fn push(
        &mut self,
        lines: &TableLines<'_>,
        line: u64,
        gauge: &ReadProgress,
    ) -> Result<(), NoRoom> {
        self.make_room(gauge)?;
        for (at, cell) in lines.record.iter().enumerate() {
            let place = || FoundCell { line, found: quoted(cell) };
            let value = if let Some(form) = lines.dialect.numbers[at] {
                let value = form.read(cell);
                if value.is_none() && !is_missing(cell) {
                    let why = || form.lacking(cell).unwrap_or_else(|| look_alikes(cell));
                    let found = || FoundCell { line, found: quoted(cell) + &why() };
                    self.table.wrong.entry(at).or_insert_with(found);
                }
                value
            } else if is_missing(cell) {
                None
            } else {
                self.word(at, cell).map(f64::from)
            };
            if value.is_none() && is_missing(cell) {
                self.table.holes.entry(at).or_insert_with(place);
            }
            self.table.cells.push(value.unwrap_or(f64::NAN));
        }
        self.count_up(lines);
        self.table.rows += 1;
        self.table.read += 1;
        self.drop_unwanted();
        Ok(())
    }

    /// Follows the columns that may number the rows: those with such a heading, or without headings the first.
    fn count_up(&mut self, lines: &TableLines<'_>) {
        let table = &mut self.table;
        let row = &table.cells[table.cells.len() - table.width..];
        if table.read > 0 {
            for (column, next) in &mut table.numbering {
                *next = next.filter(|next| row[*column] == *next).map(|next| next + 1.0);
            }
            return;
        }
        let may_number = |column: &usize| match &lines.headings {
            Some(headings) => headings.get(*column).is_some_and(|heading| is_index(heading)),
            None => *column == 0,
        };
        let first =
            |column: usize| (column, Some(row[column] + 1.0).filter(|n| [1.0, 2.0].contains(n)));
        table.numbering = (0..table.width).filter(may_number).map(first).collect();
    }

    /// Keeps or forgets the newest row if only some are drawn from all: each is kept with the same
    /// probability (J. S. Vitter, "Random sampling with a reservoir", 1985, algorithm R).
    fn draw(&mut self, rng: &mut RunRng) {
        let (table, Some(most)) = (&mut self.table, self.drawn) else { return };
        if table.rows <= most {
            return;
        }
        let last = table.rows - 1;
        let place = rng.random_range(0..table.read);
        if let Some(place) = usize::try_from(place).ok().filter(|place| *place < most) {
            let newest = last * table.width..(last + 1) * table.width;
            table.cells.copy_within(newest, place * table.width);
        }
        table.cells.truncate(last * table.width);
        table.rows = last;
    }

    /// Returns the index of a word, unless the column is text.
    fn word(&mut self, at: usize, cell: &[u8]) -> Option<u32> {
        let words = self.table.words.get_mut(&at).filter(|words| !words.is_text)?;
        let (text, encoding) = cell_text(cell);
        self.has_latin_1 |= encoding == TextEncoding::Latin1;
        if let Some(&known) = words.index.get(&text) {
            return Some(known);
        }
        if words.all.len() >= MOST_WORDS {
            *words = Words { is_text: true, ..Words::default() };
            return None;
        }
        let index = words.all.len() as u32;
        words.all.push(text.clone());
        words.index.insert(text, index);
        Some(index)
    }

    /// Reserves capacity for a row.
    fn make_room(&mut self, gauge: &ReadProgress) -> Result<(), NoRoom> {
        let columns = self.table.width;
        // Each cell takes at least a digit and a separator, or the end of the line.
        let most = gauge.most_items(2 * columns).filter(|_| !self.is_packed);
        let drawn = self.drawn.map(|rows| rows.saturating_add(1));
        let most = most.into_iter().chain(self.most_kept()).chain(drawn).min();
        let most_cells = most.map(|rows| rows.saturating_mul(columns));
        let beside = self.table.rows as u64 * ORDER_BYTES;
        gauge.make_room(&mut self.table.cells, (columns, most_cells), beside)
    }

    /// Returns the most rows held at once, if that is bounded.
    fn most_kept(&self) -> Option<usize> {
        self.kept
            .map(|(train, test)| train.saturating_add(test.saturating_mul(2)).saturating_add(1))
    }

    /// Drops the rows between the training rows and the last ones, which may be test rows. This happens
    /// once the rows after the training rows are twice as many as the test rows, so that a row is moved
    /// at most once.
    fn drop_unwanted(&mut self) {
        if let Some((train, test)) = self.kept
            && self.most_kept().is_some_and(|most| self.table.rows >= most)
        {
            let table = &mut self.table;
            let (unwanted, columns) = (train..table.rows - test, table.width);
            table.cells.drain(unwanted.start * columns..unwanted.end * columns);
            table.rows -= unwanted.len();
        }
    }

    fn too_many(&self, name: &str, NoRoom { left }: NoRoom) -> DataError {
        let bytes = size_of_val(&self.table.cells[..]) as u64;
        let (name, count) = (name.to_owned(), self.table.rows);
        DataError::Memory { name, of: "rows", count, bytes, left }
    }

    fn finish(self, lines: TableLines<'_>) -> RawTable {
        let mut remarks = lines.remarks;
        if self.has_latin_1 {
            remarks.push("letters read as Latin-1".to_owned());
        }
        let headings = lines.headings.unwrap_or_default();
        let mut table = RawTable { headings, classes: lines.classes, ..self.table };
        if lines.dialect.decimal == DecimalSign::Comma {
            remarks.push("decimal commas".to_owned());
        }
        let forms = lines.dialect.numbers.iter().enumerate();
        let forms = forms.filter_map(|(column, form)| form.as_ref()?.remark(&table.name(column)));
        remarks.extend(forms.take(MOST_FORMS));
        table.remarks = remarks;
        table
    }
}
