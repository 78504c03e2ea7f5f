//! Good files corrupted in every way.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that confuse readers: numbers out of range, opening and closing marks, ends of lines, and
/// characters that look like others.
const PIECES: &[&str] = &[
    "1e999",
    "-1e999",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "Infinity",
    "0",
    "-0",
    "1",
    "0.5",
    "1e-400",
    "18446744073709551616",
    "9223372036854775807",
    "4294967295",
    "99999999999999999999999999999",
    "0x10",
    "1_0",
    "\u{feff}",
    "\r\n",
    "\r",
    "\n",
    "\n\n",
    "\0",
    "\t",
    " ",
    ",",
    ",,,,,,,,",
    ";",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u0000",
    "\\u001b[31m",
    "#",
    "=",
    ".",
    "a.b.c",
    "[",
    "]",
    "[[",
    "]]",
    "[[[[[[[[[[[[[[[[",
    "]]]]]]]]]]]]]]]]",
    "{",
    "}",
    "{\"a\":",
    "null",
    "true",
    "a",
    "seed",
    "layers",
    "\"sizes\":",
    "\"weights\":",
    "\"xentviz\":",
    "__metadata__",
    "arm",
    "[[arm]]\n",
    "\u{1b}[2J",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2028}",
    "\u{200b}",
    "é",
    "漢",
    "1979-05-27",
];

#[derive(Clone, Debug)]
enum Corruption {
    /// One bit is flipped.
    Bit(usize, u8),
    /// One byte is replaced.
    Byte(usize, u8),
    /// The end is missing.
    Cut(usize),
    /// A piece is inserted.
    Piece(usize, &'static str),
    /// A part is repeated.
    Again(usize, usize, usize),
    /// A part is missing.
    Gone(usize, usize),
    /// A part of the file is copied to another place.
    Moved(usize, usize, usize),
}

fn corruption() -> impl Strategy<Value = Corruption> {
    let at = any::<usize>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Corruption::Bit(at, bit)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Corruption::Byte(at, byte)),
        at().prop_map(Corruption::Cut),
        (at(), select(PIECES)).prop_map(|(at, piece)| Corruption::Piece(at, piece)),
        (at(), 1..40_usize, 1..300_usize)
            .prop_map(|(at, n, times)| Corruption::Again(at, n, times)),
        (at(), 1..40_usize).prop_map(|(at, n)| Corruption::Gone(at, n)),
        (at(), 1..200_usize, at()).prop_map(|(at, n, to)| Corruption::Moved(at, n, to)),
    ]
}

impl Corruption {
    fn corrupt(&self, file: &mut Vec<u8>) {
        let length = file.len().max(1);
        let part = |at: usize, n: usize, file: &[u8]| {
            let at = at % length;
            at.min(file.len())..(at + n).min(file.len())
        };
        match *self {
            Self::Bit(at, bit) => {
                if let Some(byte) = file.get_mut(at % length) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Byte(at, new) => {
                if let Some(byte) = file.get_mut(at % length) {
                    *byte = new;
                }
            }
            Self::Cut(at) => file.truncate(at % length),
            Self::Piece(at, piece) => {
                let at = part(at, 0, file);
                file.splice(at, piece.bytes());
            }
            Self::Again(at, n, times) => {
                let part = part(at, n, file);
                let more = file[part.clone()].repeat(times);
                file.splice(part.end..part.end, more);
            }
            Self::Gone(at, n) => drop(file.drain(part(at, n, file))),
            Self::Moved(at, n, to) => {
                let piece = file[part(at, n, file)].to_vec();
                let to = part(to, 0, file);
                file.splice(to, piece);
            }
        }
    }
}

/// Generates one of these files, corrupted in a few places.
pub(crate) fn corrupted(files: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (select(files), vec(corruption(), 1..6)).prop_map(|(mut file, corruptions)| {
        for corruption in corruptions {
            corruption.corrupt(&mut file);
        }
        file
    })
}

/// Generates any bytes, and bytes that keep a reader busy for longer.
pub(crate) fn anything() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..300), pieces]
}
