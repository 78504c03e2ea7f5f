//! The numbers of Python's JSON that are not finite: `NaN`, `Infinity` and `-Infinity`, which are no JSON.
//!
//! The parser cannot say where in the model it met one. [`PythonNumbers`] replaces each by an object with its name
//! as the only key, which the parser accepts: where a number is expected, the object is refused by its place, and
//! where a value is skipped, it is skipped. Such an object in the file itself is refused the same way.
//!
//! Limitation: the column of a later syntax error on the same line counts the bytes of the objects.

use std::io::{self, Read};

/// The name of a number that is no number.
pub(super) const NAN: &str = "NaN";

/// The names of the numbers, as they are shown and as the keys of the objects.
pub(super) const NOT_FINITE: &[&str] = &[NAN, "Infinity", "-Infinity"];

/// The words for the numbers, in Python's spelling and in that of C, and their names. None begins with another.
const WORDS: [(&[u8], &str); 8] = [
    (b"NaN", NOT_FINITE[0]),
    (b"Infinity", NOT_FINITE[1]),
    (b"-Infinity", NOT_FINITE[2]),
    (b"nan", NOT_FINITE[0]),
    (b"-nan", NOT_FINITE[0]),
    (b"-NaN", NOT_FINITE[0]),
    (b"inf", NOT_FINITE[1]),
    (b"-inf", NOT_FINITE[2]),
];

/// The bytes that are read at a time.
const PIECE: usize = 8 << 10;

/// The mark at the beginning of a text in UTF-8 that some editors write, and JSON does not allow.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A reader that replaces the numbers, and leaves out the mark at the beginning.
pub(super) struct PythonNumbers<R> {
    from: R,
    piece: Vec<u8>,
    /// The bytes to pass on, and the number of those passed on.
    made: Vec<u8>,
    passed: usize,
    /// The beginning of a word, or of the mark, that may be one.
    begun: Vec<u8>,
    place: Place,
}

/// The place of the next byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The beginning of the file.
    Start,
    /// Between words.
    Between,
    /// In a number or word.
    Word,
    /// In a string.
    Text,
    /// In a string, after a backslash.
    Escaped,
}

impl<R: Read> PythonNumbers<R> {
    pub(super) fn new(from: R) -> Self {
        let (made, begun) = (Vec::new(), Vec::new());
        Self { from, piece: vec![0; PIECE], made, passed: 0, begun, place: Place::Start }
    }

    /// Reads the next piece. At the end of the file, what has begun is passed on as it is.
    fn fill(&mut self) -> io::Result<()> {
        self.made.clear();
        self.passed = 0;
        while self.made.is_empty() {
            let length = self.from.read(&mut self.piece)?;
            if length == 0 {
                self.made.append(&mut self.begun);
                return Ok(());
            }
            for at in 0..length {
                self.take(self.piece[at]);
            }
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) {
        if self.place == Place::Start && self.continues_mark(byte) {
            return;
        }
        if !self.begun.is_empty() || self.place == Place::Between {
            self.begun.push(byte);
            if let Some((word, name)) = WORDS.iter().find(|(word, _)| word.starts_with(&self.begun))
            {
                if word.len() == self.begun.len() {
                    self.begun.clear();
                    self.made.extend(format!("{{\"{name}\":0}}").bytes());
                    self.place = Place::Word;
                }
                return;
            }
            self.begun.pop();
            self.made.append(&mut self.begun);
        }
        self.place = self.place.after(byte);
        self.made.push(byte);
    }

    /// Returns whether the byte is the next of the mark, which is dropped once it is whole.
    fn continues_mark(&mut self, byte: u8) -> bool {
        if MARK.get(self.begun.len()) == Some(&byte) {
            self.begun.push(byte);
            if self.begun.len() == MARK.len() {
                self.begun.clear();
                self.place = Place::Between;
            }
            return true;
        }
        self.made.append(&mut self.begun);
        self.place = Place::Between;
        false
    }
}

impl Place {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Text, b'"') => Self::Word,
            (Self::Text, b'\\') => Self::Escaped,
            (Self::Text | Self::Escaped, _) | (_, b'"') => Self::Text,
            (_, b',' | b':' | b'[' | b']' | b'{' | b'}' | ..=b' ') => Self::Between,
            _ => Self::Word,
        }
    }
}

impl<R: Read> Read for PythonNumbers<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.passed == self.made.len() {
            self.fill()?;
        }
        let length = (&self.made[self.passed..]).read(bytes)?;
        self.passed += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::PythonNumbers;

    /// A reader of one byte at a time.
    struct OneByOne<'a>(&'a [u8]);

    impl Read for OneByOne<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            let end = bytes.len().min(1);
            self.0.read(&mut bytes[..end])
        }
    }

    fn read(text: &[u8]) -> Vec<u8> {
        let mut one_by_one = Vec::new();
        PythonNumbers::new(OneByOne(text)).read_to_end(&mut one_by_one).unwrap();
        let mut at_once = Vec::new();
        PythonNumbers::new(text).read_to_end(&mut at_once).unwrap();
        assert_eq!(one_by_one, at_once);
        at_once
    }

    #[test]
    fn only_whole_words_outside_of_texts_are_replaced() {
        for (text, expected) in [
            ("[NaN,-Infinity]", "[{\"NaN\":0},{\"-Infinity\":0}]"),
            ("nan", "{\"NaN\":0}"),
            ("[1, null, -1, -Inf, Na]", "[1, null, -1, -Inf, Na]"),
            ("\"NaN \\\" NaN\"", "\"NaN \\\" NaN\""),
            ("{\"a\\\\\": inf}", "{\"a\\\\\": {\"Infinity\":0}}"),
            ("xNaN", "xNaN"),
            ("\u{feff}[1]", "[1]"),
            ("[\u{feff}]", "[\u{feff}]"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(read(text.as_bytes())).unwrap(), expected, "{text}");
        }
        assert_eq!(read(b"\xef\xbb"), b"\xef\xbb");
        assert_eq!(read(b"\xef[nan"), b"\xef[{\"NaN\":0}");
    }

    proptest! {
        #[test]
        fn bytes_without_these_words_are_passed_on(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            let bytes: Vec<u8> =
                bytes.into_iter().filter(|byte| !b"N\xefnI-i".contains(byte)).collect();
            prop_assert_eq!(read(&bytes), bytes);
        }
    }
}
