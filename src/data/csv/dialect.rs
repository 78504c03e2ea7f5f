//! How the lines of a table are written: the separator, the decimal sign, and what its first lines are.

use csv::{ByteRecord, ReaderBuilder, Trim};

use crate::data::count_bytes::count_bytes;
use crate::data::csv::blanks::{Blanks, QuoteTrimmer, blanks, collapse_blanks};
use crate::data::csv::number::{
    DecimalSign, NumberForm, NumberMark, has_clear_groups, is_missing, number,
};

/// The separators that are tried, the most usual first.
const SEPARATORS: [u8; 5] = [b',', b';', b'\t', b'|', b' '];

/// The most lines that are looked at.
const LINES: usize = 100;

/// The most columns of a table.
const MOST_COLUMNS: usize = 2_000_000;

/// The most bytes of a line by which the dialect is found.
const MOST_BYTES: usize = 8 * MOST_COLUMNS;

/// The most cells that are looked at, beside two lines.
const CELLS: usize = 200_000;

/// What the first line with content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// The first row.
    Row,
    /// The headings of the columns.
    Heading,
    /// The number of rows and of inputs, and the names of the classes, as scikit-learn writes them.
    Counts,
    /// Something of another width.
    Other,
}

/// How the lines of a table are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) separator: u8,
    pub(super) decimal: DecimalSign,
    /// The number of columns.
    pub(super) columns: usize,
    pub(super) first: FirstLine,
    /// Whether every line ends with a separator, after which there is no column.
    pub(super) has_last_separator: bool,
    /// Whether the heading has no name for the first column, as R writes it.
    pub(super) lacks_first_heading: bool,
    /// Whether the first line says what the separator is.
    pub(super) has_separator_line: bool,
    /// What blanks are.
    pub(super) blanks: Blanks,
    /// How the numbers of each column are written; `None` of a column of words.
    pub(super) numbers: Vec<Option<NumberForm>>,
}

impl Dialect {
    /// Finds out how a table is written from its first lines.
    pub(super) fn of(head: &[u8], header: Option<bool>) -> Self {
        let (head, named) = separator_line(head);
        let tried = named.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
        let best = tried.into_iter().rev().map(|separator| Sample::of(head, separator));
        let sample = best.max_by(|a, b| a.merit().total_cmp(&b.merit()));
        let sample = sample.unwrap_or_else(|| Sample::of(head, b','));
        let sample = if sample.columns < 2 { Sample::of(head, b',') } else { sample };
        Self { has_separator_line: named.is_some(), ..sample.dialect(header) }
    }
}

/// Returns the text after a line `sep=;`, and the separator that it names.
fn separator_line(head: &[u8]) -> (&[u8], Option<u8>) {
    match head {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator, b'\n', rest @ ..] => {
            (rest, Some(*separator))
        }
        _ => (head, None),
    }
}

/// The first lines, split by a separator.
struct Sample {
    separator: u8,
    blanks: Blanks,
    decimal: DecimalSign,
    lines: Vec<ByteRecord>,
    /// The number of columns of most lines.
    columns: usize,
}

impl Sample {
    fn of(head: &[u8], separator: u8) -> Self {
        let blanks = blanks(head, separator);
        let filtered: Vec<u8>;
        let text = match blanks {
            Blanks::Separators => {
                filtered = collapse_blanks(head);
                &filtered[..]
            }
            Blanks::BeforeQuotes => {
                let mut trimmer = QuoteTrimmer::new(separator);
                filtered = head.iter().copied().filter(|byte| trimmer.keeps(*byte)).collect();
                &filtered[..]
            }
            Blanks::PartOfCells => head,
        };
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let columns = count_bytes(first, |byte| byte == separator);
        if columns > MOST_COLUMNS || first.len() > MOST_BYTES {
            let (decimal, lines) = (DecimalSign::Point, Vec::new());
            return Self { separator, blanks, decimal, lines, columns: 0 };
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .delimiter(if separator == b' ' { b'\t' } else { separator })
            .from_reader(text);
        let is_content =
            |line: &ByteRecord| !line.iter().all(<[u8]>::is_empty) && !is_comment(line);
        let lines: Vec<ByteRecord> = reader
            .byte_records()
            .map_while(Result::ok)
            .filter(is_content)
            .take((CELLS / (columns + 1)).clamp(2, LINES))
            .collect();
        let columns = most_frequent(lines.iter().map(ByteRecord::len));
        let decimal = decimal_sign(&lines, separator);
        Self { separator, blanks, decimal, lines, columns }
    }

    /// Returns how well the separator suits: by the share of lines of one width, then of numbers.
    fn merit(&self) -> f64 {
        if self.columns < 2 || self.lines.is_empty() {
            return 0.0;
        }
        let alike = self.lines.iter().filter(|line| line.len() == self.columns).count();
        let cells = || self.lines.iter().flatten();
        let numbers = cells().filter(|cell| number(cell, self.decimal).is_some()).count();
        let share = numbers as f64 / cells().count().max(1) as f64;
        alike as f64 / self.lines.len() as f64 + share
    }

    fn dialect(&self, header: Option<bool>) -> Dialect {
        let rows = || self.lines.iter().skip(1).filter(|line| line.len() == self.columns);
        let ends_empty = |line: &ByteRecord| line.iter().next_back().is_some_and(<[u8]>::is_empty);
        let has_last_separator = self.columns > 2 && rows().count() > 0 && rows().all(ends_empty);
        let columns = self.columns - usize::from(has_last_separator);
        let first = self.lines.first();
        let width = first.map_or(columns, |line| {
            line.len() - usize::from(has_last_separator && ends_empty(line))
        });
        let lacks_first_heading =
            header != Some(false) && width + 1 == columns && self.has_no_numbers();
        let first = match header {
            Some(true) => FirstLine::Heading,
            Some(false) if width == columns => FirstLine::Row,
            _ if self.has_counts(columns) => FirstLine::Counts,
            _ if lacks_first_heading => FirstLine::Heading,
            _ if width != columns => FirstLine::Other,
            _ if self.has_heading(columns) => FirstLine::Heading,
            _ => FirstLine::Row,
        };
        Dialect {
            separator: self.separator,
            decimal: self.decimal,
            columns,
            first,
            has_last_separator,
            lacks_first_heading,
            has_separator_line: false,
            blanks: self.blanks,
            numbers: (0..columns).map(|column| self.number_form(column, first)).collect(),
        }
    }

    /// Returns how the numbers of a column are written if most of the values that it has are numbers.
    fn number_form(&self, column: usize, first: FirstLine) -> Option<NumberForm> {
        let rows = || self.lines.iter().skip(usize::from(first != FirstLine::Row));
        let cells = || rows().filter_map(|row| row.get(column)).filter(|cell| !is_missing(cell));
        let all = cells().count();
        NumberForm::all(self.decimal)
            .find(|form| 2 * cells().filter(|cell| form.read(cell).is_some()).count() >= all)
    }

    fn is_number(&self, cell: &[u8]) -> bool {
        NumberForm::all(self.decimal).any(|form| form.read(cell).is_some())
    }

    /// Returns whether the first line has no number.
    fn has_no_numbers(&self) -> bool {
        self.lines.first().is_some_and(|line| !line.iter().any(|cell| self.is_number(cell)))
    }

    /// Returns whether the first line holds the number of rows and of inputs, and the names of classes.
    fn has_counts(&self, columns: usize) -> bool {
        let Some(line) = self.lines.first().filter(|line| line.len() > 2) else { return false };
        let whole =
            |cell: &[u8]| number(cell, self.decimal).filter(|n| n.fract() == 0.0 && *n > 0.0);
        let names = line.iter().skip(2);
        let counts = line.get(0).and_then(whole).zip(line.get(1).and_then(whole));
        counts.is_some_and(|(_, inputs)| inputs + 1.0 == columns as f64)
            && names.clone().all(|cell| !self.is_number(cell) && !is_missing(cell))
            && self
                .lines
                .get(1)
                .is_some_and(|row| row.iter().take(columns - 1).any(|cell| self.is_number(cell)))
    }

    /// Returns whether the first line is a heading: in most columns of numbers it has none. A hole says
    /// nothing; if it has only holes there, its words have to be other ones than the few under them.
    fn has_heading(&self, columns: usize) -> bool {
        let Some(line) = self.lines.first() else { return false };
        let rows: Vec<&ByteRecord> =
            self.lines.iter().skip(1).filter(|row| row.len() >= columns).collect();
        let of = |column: usize| rows.iter().filter_map(move |row| row.get(column));
        let is_numeric = |column: &usize| {
            let held = of(*column).filter(|cell| !is_missing(cell)).count();
            held > 0 && 2 * of(*column).filter(|cell| self.is_number(cell)).count() > held
        };
        let numeric: Vec<usize> = (0..columns).filter(is_numeric).collect();
        let holds = |column: &usize| line.get(*column).is_some_and(|cell| !is_missing(cell));
        let telling: Vec<usize> = numeric.iter().copied().filter(holds).collect();
        let is_word =
            |column: &&usize| line.get(**column).is_some_and(|cell| !self.is_number(cell));
        if telling.is_empty() && !numeric.is_empty() {
            let is_new = |column: usize| {
                let mut words: Vec<&[u8]> = of(column).collect();
                let count = words.len();
                words.sort_unstable();
                words.dedup();
                let returns = 2 * words.len() <= count;
                returns.then(|| line.get(column).is_some_and(|first| !words.contains(&first)))
            };
            let others = (0..columns).filter(|column| !numeric.contains(column)).filter(holds);
            let votes: Vec<bool> = others.filter_map(is_new).collect();
            return !votes.is_empty() && votes.iter().all(|is_new| *is_new);
        }
        if numeric.is_empty() {
            // A line that has nothing in common with those under it.
            let differs = |column: usize| {
                line.get(column).is_some_and(|first| of(column).all(|cell| cell != first))
            };
            return self.has_no_numbers()
                && (0..columns).all(differs)
                && !line.iter().any(is_missing);
        }
        2 * telling.iter().filter(is_word).count() > telling.len()
    }
}

/// Returns whether a line is a comment.
pub(super) fn is_comment(line: &ByteRecord) -> bool {
    line.get(0).is_some_and(|cell| cell.starts_with(b"#"))
}

/// Returns the sign of decimals: a comma if some cells are numbers with one, and none with a point. A comma
/// between groups of three digits is none.
fn decimal_sign(lines: &[ByteRecord], separator: u8) -> DecimalSign {
    let cells = || lines.iter().flatten().map(NumberMark::without_any);
    let has = |sign: u8, read: DecimalSign| {
        cells().any(|cell| cell.contains(&sign) && number(&cell, read).is_some())
    };
    let has_groups = |decimal| cells().any(|cell| has_clear_groups(&cell, decimal));
    // In a table that is separated by commas, one within quotes is first of all one between groups.
    let is_group = |cell: &[u8]| {
        let form = NumberForm { has_groups: true, ..NumberForm::plain(DecimalSign::Point) };
        separator == b',' && form.read(cell).is_some()
    };
    let has_comma = cells().any(|cell| {
        cell.contains(&b',') && number(&cell, DecimalSign::Comma).is_some() && !is_group(&cell)
    });
    let is_comma = has_comma && !has(b'.', DecimalSign::Point) && !has_groups(DecimalSign::Point);
    if is_comma || (has_groups(DecimalSign::Comma) && !has_groups(DecimalSign::Point)) {
        DecimalSign::Comma
    } else {
        DecimalSign::Point
    }
}

/// Returns the most frequent value, the first of equals; 0 if there is none.
fn most_frequent(values: impl Iterator<Item = usize>) -> usize {
    let values: Vec<usize> = values.collect();
    let count = |value: usize| values.iter().filter(|other| **other == value).count();
    let mut best = (0, 0);
    for &value in &values {
        let found = count(value);
        if found > best.1 {
            best = (value, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str) -> Dialect {
        Dialect::of(text.as_bytes(), None)
    }

    #[test]
    fn every_separator_is_found() {
        for (text, separator) in [
            ("x1,x2,y\n1,2,0\n", b','),
            ("x1;x2;y\n1.5;2;0\n", b';'),
            ("x1\tx2\ty\n1\t2\t0\n", b'\t'),
            ("x1|x2|y\n1|2|0\n", b'|'),
            ("  x1   x2 y\n 1.5 2  0\n", b' '),
            ("1.5  2  0 \n 1  2 1\n", b' '),
            ("name, value\nJohn Smith, 1.5\nMary Jones, 2\n", b','),
        ] {
            assert_eq!(dialect(text).separator, separator, "{text:?}");
        }
        assert_eq!(dialect("2,15;1,31;0\n1,86;-1,19;1\n").decimal, DecimalSign::Comma);
        assert_eq!(dialect("2,15;1,31;0\n1,86;-1,19;1\n").columns, 3);
        for (text, decimal) in [
            ("\"2,15\",0\n\"1,3\",1\n", DecimalSign::Comma),
            ("\"1,234\",0\n\"2,345\",1\n", DecimalSign::Point),
            ("\"1,234\",0\n\"2,345.5\",1\n", DecimalSign::Point),
            ("1,234;0\n2,345.5;1\n", DecimalSign::Point),
            ("1.234;0\n2.345,5;1\n", DecimalSign::Comma),
            ("1,234;0\n2,5;1\n", DecimalSign::Comma),
        ] {
            assert_eq!(dialect(text).decimal, decimal, "{text}");
        }
        let named = dialect("sep=;\n1,5;2\n2,5;3\n");
        assert_eq!((named.separator, named.has_separator_line, named.columns), (b';', true, 2));
    }

    #[test]
    fn the_first_line_is_taken_for_what_it_is() {
        for (text, first, columns) in [
            ("x1,x2,y\n1,2,0\n", FirstLine::Heading, 3),
            ("1,2,0\n3,4,1\n", FirstLine::Row, 3),
            ("?,1.5,0\n1.5,2.5,1\n", FirstLine::Row, 3),
            ("1,abc,0\n1.5,2.5,1\n3,4,5\n", FirstLine::Row, 3),
            ("4,2,no,yes\n0.5,1.5,0\n1.5,2.5,1\n", FirstLine::Counts, 3),
            (
                "150,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n4.9,3,1.4,0.2,0\n",
                FirstLine::Counts,
                5,
            ),
            ("about my data\n1,2,0\n3,4,1\n", FirstLine::Other, 3),
            ("colour,kind\nred,a\nblue,b\n", FirstLine::Heading, 2),
            ("red,a\nblue,b\nred,b\n", FirstLine::Row, 2),
        ] {
            let found = dialect(text);
            assert_eq!((found.first, found.columns), (first, columns), "{text:?}");
        }
        let of_r = dialect("a b y\n1 0.5 2 0\n2 1.5 3 1\n");
        assert!(of_r.lacks_first_heading && of_r.columns == 4);
        let trailing = dialect("x,y,\n1,2,\n3,4,\n");
        assert!(trailing.has_last_separator && trailing.columns == 2);
    }
}
