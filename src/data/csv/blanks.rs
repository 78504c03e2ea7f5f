//! The blanks of a table: separators, or a part of its cells.

use std::io::{Error, Read};

/// The number of bytes requested from the file at once.
const PIECE: usize = 8 << 10;

/// What blanks outside of quotes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blanks {
    /// The separators, as many as there are in a row.
    Separators,
    /// A part of cells, at whose ends they are left out.
    PartOfCells,
    /// The same, and some stand before quotation marks, where a reader of such tables would keep them.
    BeforeQuotes,
}

/// The most bytes of blanks in a row.
const BLANKS: usize = 8 << 20;

/// The removal of the blanks of a table that belong to no cell.
pub(super) enum BlankFilter {
    /// Runs of them become tabs.
    Collapse(BlankCollapser),
    /// Those at the beginning of a cell are left out.
    Trim(QuoteTrimmer),
}

impl BlankFilter {
    pub(super) fn collapse() -> Self {
        Self::Collapse(BlankCollapser::default())
    }

    pub(super) fn trim(separator: u8) -> Self {
        Self::Trim(QuoteTrimmer::new(separator))
    }

    /// Takes a byte of the text; returns the bytes that replace it.
    fn push(&mut self, byte: u8) -> [Option<u8>; 2] {
        match self {
            Self::Collapse(collapser) => collapser.push(byte),
            Self::Trim(trimmer) => [trimmer.keeps(byte).then_some(byte), None],
        }
    }
}

/// A reader that filters the blanks of a table.
pub(super) struct BlankReader<R> {
    reader: R,
    filter: BlankFilter,
    /// What has been made but not yet read, and how much of it has been read.
    made: Vec<u8>,
    taken: usize,
}

impl<R> BlankReader<R> {
    pub(super) fn new(reader: R, filter: BlankFilter) -> Self {
        Self { reader, filter, made: Vec::new(), taken: 0 }
    }
}

impl<R: Read> Read for BlankReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let mut raw = [0; PIECE];
        let mut read = 0;
        while self.taken == self.made.len() {
            let length = self.reader.read(&mut raw)?;
            read += length;
            if read > BLANKS {
                return Err(Error::other("a row that does not end"));
            }
            if length == 0 {
                return Ok(0);
            }
            (self.taken, self.made) = (0, Vec::with_capacity(length));
            let collapsed = raw[..length].iter().flat_map(|byte| self.filter.push(*byte));
            self.made.extend(collapsed.flatten());
        }
        let left = &self.made[self.taken..];
        let length = left.len().min(bytes.len());
        bytes[..length].copy_from_slice(&left[..length]);
        self.taken += length;
        Ok(length)
    }
}

/// Returns what blanks are in a text with this separator.
pub(super) fn blanks(text: &[u8], separator: u8) -> Blanks {
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    let mut cells = text.split(|byte| *byte == separator || *byte == b'\n');
    let is_before_quote = |cell: &[u8]| {
        let blanks = cell.iter().take_while(|byte| is_blank(**byte)).count();
        blanks > 0 && cell.get(blanks) == Some(&b'"')
    };
    match separator {
        b' ' => Blanks::Separators,
        _ if cells.any(is_before_quote) => Blanks::BeforeQuotes,
        _ => Blanks::PartOfCells,
    }
}

/// Leaves out the blanks at the beginning of cells, outside of quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuoteTrimmer {
    separator: u8,
    is_quoted: bool,
    /// Whether the cell began with a quotation mark, so that others in it end or resume the quotes.
    began_quoted: bool,
    /// Whether no letter of the cell has been read yet.
    is_at_start: bool,
}

impl QuoteTrimmer {
    pub(super) fn new(separator: u8) -> Self {
        Self { separator, is_quoted: false, began_quoted: false, is_at_start: true }
    }

    /// Takes a byte of the text; returns whether it stays.
    pub(super) fn keeps(&mut self, byte: u8) -> bool {
        match byte {
            b'"' if self.is_at_start => {
                (self.is_quoted, self.began_quoted, self.is_at_start) = (true, true, false);
            }
            b'"' if self.began_quoted => self.is_quoted = !self.is_quoted,
            _ if self.is_quoted => {}
            b'\n' => *self = Self::new(self.separator),
            byte if byte == self.separator => *self = Self::new(self.separator),
            b' ' | b'\t' if self.is_at_start => return false,
            _ => self.is_at_start = false,
        }
        true
    }
}

/// Returns the text with a tab in place of each run of blanks, and none at the ends of lines.
pub(super) fn collapse_blanks(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut collapse = BlankCollapser::default();
    out.extend(text.iter().flat_map(|byte| collapse.push(*byte)).flatten());
    out
}

/// Turns runs of blanks outside of quotes into tabs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BlankCollapser {
    is_quoted: bool,
    /// Whether blanks have been read since the last letter of this line.
    has_blanks: bool,
    /// Whether this line has had letters.
    has_letters: bool,
}

impl BlankCollapser {
    /// Takes a byte of the text; returns the bytes that replace it.
    fn push(&mut self, byte: u8) -> [Option<u8>; 2] {
        match byte {
            b' ' | b'\t' if !self.is_quoted => {
                self.has_blanks = true;
                [None, None]
            }
            b'\n' if !self.is_quoted => {
                *self = Self::default();
                [Some(byte), None]
            }
            _ => {
                self.is_quoted ^= byte == b'"';
                let tab = self.has_blanks && self.has_letters;
                (self.has_blanks, self.has_letters) = (false, true);
                [tab.then_some(b'\t'), Some(byte)]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(text: &str, separator: u8) -> String {
        let mut trimmer = QuoteTrimmer::new(separator);
        let kept: Vec<u8> = text.bytes().filter(|byte| trimmer.keeps(*byte)).collect();
        String::from_utf8(kept).expect("text")
    }

    #[test]
    fn blanks_at_the_beginning_of_cells_go_and_those_in_quotes_stay() {
        for (text, expected) in [
            ("a,  \"b, c\" ,d e\n \"x\",1", "a,\"b, c\" ,d e\n\"x\",1"),
            ("\"say \"\" , \"\" \", 2\n", "\"say \"\" , \"\" \",2\n"),
            ("\"two\nlines\",  3\n", "\"two\nlines\",3\n"),
            ("5\" , 6\" , 7", "5\" ,6\" ,7"),
        ] {
            assert_eq!(trimmed(text, b','), expected, "{text:?}");
        }
        assert_eq!(trimmed("a\t \"b\"\n", b'\t'), "a\t\"b\"\n");
    }

    #[test]
    fn blanks_are_found_where_they_stand() {
        assert_eq!(blanks(b"a, \"b\"\n", b','), Blanks::BeforeQuotes);
        assert_eq!(blanks(b"  \"a\",b\n", b','), Blanks::BeforeQuotes);
        assert_eq!(blanks(b"a, b \"c\"\n", b','), Blanks::PartOfCells);
        assert_eq!(blanks(b"a \"b\"\n", b' '), Blanks::Separators);
    }
}
