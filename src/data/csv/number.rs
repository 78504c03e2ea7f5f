//! Numbers and holes as tables have them.

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

/// Returns the finite number in a cell.
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
}
