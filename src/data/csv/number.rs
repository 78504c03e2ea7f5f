//! Numbers and holes as tables have them.

use std::borrow::Cow;

/// The sign before the decimals of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecimalSign {
    Point,
    Comma,
}

/// The words for a missing value, in small letters.
const HOLES: [&[u8]; 10] =
    [b"", b"na", b"n/a", b"nan", b"null", b"none", b"?", b"-", b".", b"missing"];

/// Returns whether a cell stands for a missing value.
pub(super) fn is_missing(cell: &[u8]) -> bool {
    cell.len() <= 7 && HOLES.iter().any(|hole| cell.eq_ignore_ascii_case(hole))
}

/// A sign that all numbers of a column have: per cent, or a currency.
///
/// `45%` and `45 %` are read as 45; a currency may stand before or after the number: `$3.50`, `-$3.50`, `3,50 €`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberMark {
    Percent,
    Dollar,
    Euro,
    Pound,
    Yen,
    Rupee,
}

impl NumberMark {
    const ALL: [Self; 6] =
        [Self::Percent, Self::Dollar, Self::Euro, Self::Pound, Self::Yen, Self::Rupee];

    /// Returns the mark as it is written.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Percent => '%',
            Self::Dollar => '$',
            Self::Euro => '€',
            Self::Pound => '£',
            Self::Yen => '¥',
            Self::Rupee => '₹',
        }
    }

    /// Returns a cell without its mark, if it has one.
    pub(super) fn without_any(cell: &[u8]) -> Cow<'_, [u8]> {
        let is_plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-');
        if cell.iter().all(is_plain) {
            return Cow::Borrowed(cell);
        }
        let text = std::str::from_utf8(cell).unwrap_or_default();
        let unmarked = Self::ALL.into_iter().find_map(|mark| mark.strip(text));
        unmarked.map_or(Cow::Borrowed(cell), |number| Cow::Owned(number.into_bytes()))
    }

    /// Returns the text of a cell without the mark, or `None` if it has none.
    fn strip(self, text: &str) -> Option<String> {
        if let Some(number) = text.strip_suffix(self.sign()) {
            return Some(number.trim_end().to_owned());
        }
        if self == Self::Percent {
            return None;
        }
        let (minus, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        rest.strip_prefix(self.sign()).map(|number| format!("{minus}{}", number.trim_start()))
    }
}

/// How the numbers of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberForm {
    /// The sign before the decimals.
    pub(super) decimal: DecimalSign,
    /// Whether digits may stand in groups of three, with the other sign, a blank or an apostrophe between them.
    pub(super) has_groups: bool,
    /// The mark of every number.
    pub(super) mark: Option<NumberMark>,
}

impl NumberForm {
    /// Returns the form of plain numbers.
    pub(super) fn plain(decimal: DecimalSign) -> Self {
        Self { decimal, has_groups: false, mark: None }
    }

    /// Returns all forms, the plainest first.
    pub(super) fn all(decimal: DecimalSign) -> impl Iterator<Item = Self> {
        let marks = std::iter::once(None).chain(NumberMark::ALL.map(Some));
        marks.flat_map(move |mark| {
            [false, true].map(|has_groups| Self { decimal, has_groups, mark })
        })
    }

    /// Returns the finite number in a cell.
    pub(super) fn read(self, cell: &[u8]) -> Option<f64> {
        if !self.has_groups && self.mark.is_none() {
            return number(cell, self.decimal);
        }
        let text = std::str::from_utf8(cell).ok()?;
        let unmarked = match self.mark {
            Some(mark) => mark.strip(text)?,
            None => text.to_owned(),
        };
        match number(unmarked.as_bytes(), self.decimal) {
            None if self.has_groups => {
                number(without_groups(&unmarked, self.decimal)?.as_bytes(), self.decimal)
            }
            found => found,
        }
    }

    /// Returns what a number lacks that the others have, as an addition to a message.
    pub(super) fn lacking(self, cell: &[u8]) -> Option<String> {
        let mark = self.mark?;
        Self { mark: None, ..self }.read(cell).map(|_| format!(" without {}", mark.sign()))
    }

    /// Returns what to say of a column of such numbers, unless they are plain.
    pub(super) fn remark(self, name: &str) -> Option<String> {
        match (self.mark, self.has_groups) {
            (None, false) => None,
            (None, true) => Some(format!("{name} has digits in groups of three")),
            (Some(mark), _) => Some(format!("{name} is in {}", mark.sign())),
        }
    }
}

/// Returns a number whose digits stand in groups of three without what separates the groups, or `None` if
/// the groups are of another size or separated by several signs.
fn without_groups(text: &str, decimal: DecimalSign) -> Option<String> {
    let (point, other) = match decimal {
        DecimalSign::Point => ('.', ','),
        DecimalSign::Comma => (',', '.'),
    };
    let (whole, decimals) = text.split_once(point).map_or((text, ""), |(w, d)| (w, d));
    let (minus, digits) =
        whole.strip_prefix(['-', '+']).map_or(("", whole), |digits| (&whole[..1], digits));
    // A blank that does not break, also a narrow one, is what French and Swiss tables have.
    let is_separator =
        |c: char| c == other || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let separator = digits.chars().find(|c| is_separator(*c))?;
    let mut groups = digits.split(separator);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && is_digits(first))?;
    let mut joined = format!("{minus}{first}");
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        joined.push_str(group);
    }
    if !decimals.is_empty() {
        joined.push(point);
        joined.push_str(decimals);
    }
    Some(joined)
}

/// Returns whether the digits of a number stand in groups of three, and there is no other reading of it: more
/// than one group, or decimals after them.
pub(super) fn has_clear_groups(cell: &[u8], decimal: DecimalSign) -> bool {
    let other = match decimal {
        DecimalSign::Point => DecimalSign::Comma,
        DecimalSign::Comma => DecimalSign::Point,
    };
    let form = NumberForm { decimal, has_groups: true, mark: None };
    number(cell, decimal).is_none() && number(cell, other).is_none() && form.read(cell).is_some()
}

/// Returns the finite number in a cell that is written plainly.
pub(super) fn number(cell: &[u8], decimal: DecimalSign) -> Option<f64> {
    // Words that parse as numbers are none here: inf, nan.
    if !cell.last().is_some_and(|last| last.is_ascii_digit() || *last == b'.' || *last == b',') {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let parsed = match decimal {
        DecimalSign::Point => text.parse(),
        DecimalSign::Comma => text.replacen(',', ".", 1).parse(),
    };
    parsed.ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_holes_are_no_numbers() {
        let point = |text: &str| number(text.as_bytes(), DecimalSign::Point);
        assert_eq!(point("-6e-1"), Some(-0.6));
        assert_eq!((point(".5"), point("5."), point("+1")), (Some(0.5), Some(5.0), Some(1.0)));
        for word in ["nan", "inf", "-Infinity", "1e999", "1,5", "", "one"] {
            assert_eq!(point(word), None, "{word}");
        }
        assert_eq!(number(b"-2,15", DecimalSign::Comma), Some(-2.15));
        assert_eq!(number(b"1,000,5", DecimalSign::Comma), None);
        for hole in ["", "NA", "NaN", "?", "null", "."] {
            assert!(is_missing(hole.as_bytes()), "{hole}");
        }
        assert!(!is_missing(b"0") && !is_missing(b"nano"));
    }

    #[test]
    fn marks_and_groups_of_digits_are_read_and_nothing_else() {
        use DecimalSign::{Comma, Point};
        use NumberMark::{Dollar, Euro, Percent};
        let read = |text: &str, decimal, mark| {
            NumberForm { decimal, has_groups: true, mark }.read(text.as_bytes())
        };
        for (text, decimal, mark, expected) in [
            ("45%", Point, Some(Percent), Some(45.0)),
            ("-4.5 %", Point, Some(Percent), Some(-4.5)),
            ("45", Point, Some(Percent), None),
            ("$1,234.50", Point, Some(Dollar), Some(1234.5)),
            ("-$3", Point, Some(Dollar), Some(-3.0)),
            ("1.234,50 €", Comma, Some(Euro), Some(1234.5)),
            ("$3", Point, Some(Euro), None),
            ("1,234,567", Point, None, Some(1_234_567.0)),
            ("-12 345,5", Comma, None, Some(-12_345.5)),
            ("1\u{202f}234", Point, None, Some(1234.0)),
            ("1'234.5", Point, None, Some(1234.5)),
            ("950", Point, None, Some(950.0)),
            ("1,23", Point, None, None),
            ("1234,567", Point, None, None),
            ("1,234 567", Point, None, None),
            (",123", Point, None, None),
            ("12-345", Point, None, None),
        ] {
            assert_eq!(read(text, decimal, mark), expected, "{text}");
        }
        assert!(has_clear_groups(b"1,234,567", Point) && has_clear_groups(b"1,234.5", Point));
        assert!(has_clear_groups(b"1.234,5", Comma));
        assert!(!has_clear_groups(b"1,234", Point) && !has_clear_groups(b"1.234", Comma));
    }
}
