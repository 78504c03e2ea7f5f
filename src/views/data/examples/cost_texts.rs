//! The numbers of a column in one notation.

use crate::math::decade;

/// The sizes from which numbers are written plainly: with four significant digits, and with three.
const PLAIN: (f64, f64) = (1e-3, 1e-4);

/// The size from which numbers have an exponent.
const LARGE: f64 = 1e4;

/// Formats the numbers of a column in one notation and with the same significant digits, their points below each
/// other. 0 has no digits, and what is not finite is a dash.
pub(super) fn column_texts(values: &[f64]) -> Vec<String> {
    let sizes = || values.iter().map(|value| value.abs()).filter(|s| *s > 0.0 && s.is_finite());
    let (least, most) = (sizes().fold(LARGE, f64::min), sizes().fold(0.0, f64::max));
    let write = |value: f64| match value {
        value if !value.is_finite() => "–".to_owned(),
        0.0 => "0".to_owned(),
        value if most < LARGE && least >= PLAIN.0 => plain(value, 4),
        value if most < LARGE && least >= PLAIN.1 => plain(value, 3),
        value => format!("{value:.2e}").replace('-', "−"),
    };
    let texts: Vec<String> = values.iter().map(|value| write(*value)).collect();
    let after_point = |text: &str| {
        let point = text.find('.').map_or(text, |at| &text[at..]);
        if point.len() == text.len() { 0 } else { point.chars().count() }
    };
    let longest = texts.iter().map(|text| after_point(text)).max().unwrap_or(0);
    let padded = texts.iter().map(|text| {
        let gap = longest - after_point(text);
        format!("{text}{}", " ".repeat(gap))
    });
    padded.collect()
}

fn plain(value: f64, digits: i32) -> String {
    let decimals = (digits - 1 - decade(value.abs())).max(0) as usize;
    format!("{value:.decimals$}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_one_notation_and_the_same_digits() {
        assert_eq!(column_texts(&[0.4933, 0.07841, 0.0032]), ["0.4933  ", "0.07841 ", "0.003200"]);
        assert_eq!(column_texts(&[0.4933, 0.000_465, 0.0]), ["0.493   ", "0.000465", "0       "]);
        assert_eq!(column_texts(&[0.4933, 4.65e-5]), ["4.93e−1", "4.65e−5"]);
        assert_eq!(column_texts(&[12.5, 0.25]), ["12.50  ", " 0.2500"].map(str::trim_start));
        assert_eq!(column_texts(&[f64::NAN]), ["–"]);
        assert!(column_texts(&[]).is_empty());
    }
}
