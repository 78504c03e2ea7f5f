//! The text of a file: unpacked, decoded, and with line ends of one kind.

use std::io::{self, BufReader, Chain, Cursor, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::data::idx::GzipReader;

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The bytes by which the encoding is found.
const FIRST: usize = 64;

/// The text of a file.
pub(super) struct TableText<'a> {
    pub(super) reader: Box<dyn Read + 'a>,
    /// Whether the text is packed, so that it is longer than the file.
    pub(super) is_packed: bool,
}

/// Returns the text of a file: of gzip its content, of UTF-16 as UTF-8, without a byte order mark. Bytes of
/// other encodings are passed on; [`cell_text`] reads those of a cell.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn table_text<'a>(file: impl Read + 'a) -> io::Result<TableText<'a>> {
    let (first, file) = peeked(file, GZIP.len())?;
    let is_packed = first == GZIP;
    let bytes: Box<dyn Read + 'a> =
        if is_packed { Box::new(GzipReader::new(BufReader::new(file))) } else { Box::new(file) };
    let (first, bytes) = peeked(bytes, FIRST)?;
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(unmarked_utf_16(&first))
        .bom_sniffing(true)
        .strip_bom(true)
        .utf8_passthru(true)
        .build(bytes);
    Ok(TableText { reader: Box::new(LineEnds { reader: decoded, after_return: false }), is_packed })
}

/// A reader whose first bytes have been looked at.
type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reads the first bytes; returns them and a reader of all.
fn peeked<R: Read>(mut reader: R, most: usize) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut first = Vec::with_capacity(most);
    (&mut reader).take(most as u64).read_to_end(&mut first)?;
    Ok((first.clone(), Cursor::new(first).chain(reader)))
}

/// Returns the encoding if every other byte is 0: that of UTF-16 without a mark, for letters of ASCII.
fn unmarked_utf_16(first: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| first.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match first.len() / 2 {
        0 | 1 => None,
        pairs if odd >= pairs && even == 0 => Some(UTF_16LE),
        pairs if even >= pairs && odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the text of a cell: UTF-8, or else Windows-1252, which is a superset of the letters of Latin-1.
pub(super) fn cell_text(cell: &[u8]) -> (String, TextEncoding) {
    if let Ok(text) = std::str::from_utf8(cell) {
        return (text.to_owned(), TextEncoding::Utf8);
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell);
    (text.into_owned(), TextEncoding::Latin1)
}

/// The encoding of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextEncoding {
    Utf8,
    Latin1,
}

/// A reader that turns the line ends `\r` and `\r\n` into `\n`.
struct LineEnds<R> {
    reader: R,
    /// Whether the last byte read was `\r`.
    after_return: bool,
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.reader.read(bytes)?;
            if length == 0 {
                return Ok(0);
            }
            if !self.after_return && !bytes[..length].contains(&b'\r') {
                return Ok(length);
            }
            let mut kept = 0;
            for at in 0..length {
                let byte = bytes[at];
                if byte == b'\n' && self.after_return {
                    self.after_return = false;
                    continue;
                }
                self.after_return = byte == b'\r';
                bytes[kept] = if self.after_return { b'\n' } else { byte };
                kept += 1;
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> String {
        let mut text = String::new();
        table_text(bytes).unwrap().reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn text_is_read_in_every_encoding_and_with_every_line_end() {
        let expected = "a,é\n1,2\n";
        let utf_16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(order).collect()
        };
        for text in ["a,é\n1,2\n", "a,é\r1,2\r", "a,é\r\n1,2\r\n", "\u{feff}a,é\n1,2\n"] {
            assert_eq!(text_of(text.as_bytes()), expected, "{text:?}");
            let marked = if text.starts_with('\u{feff}') {
                text.to_owned()
            } else {
                format!("\u{feff}{text}")
            };
            assert_eq!(text_of(&utf_16(&marked, u16::to_le_bytes)), expected);
            assert_eq!(text_of(&utf_16(&marked, u16::to_be_bytes)), expected);
        }
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(text_of(&utf_16("a,b\n1,2\n", order)), "a,b\n1,2\n", "without a mark");
        }
    }

    #[test]
    fn a_cell_that_is_no_utf_8_is_latin_1() {
        assert_eq!(cell_text("é".as_bytes()), ("é".to_owned(), TextEncoding::Utf8));
        assert_eq!(cell_text(b"caf\xe9"), ("café".to_owned(), TextEncoding::Latin1));
    }
}
