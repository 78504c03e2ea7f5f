//! The numbers of a column in one notation.

use crate::math::decade;

/// The sizes from which numbers are written plainly: with four significant digits, and with three.
const PLAIN: (f64, f64) = (1e-3, 1e-4);

/// The size from which numbers have an exponent.
const LARGE: f64 = 1e4;

/// Formats the numbers of a column in one notation and with the same significant digits, their points below each
/// other, in at most `width` cells (8 or more). 0 has no digits, and what is not finite is a dash.
pub(super) fn column_texts(values: &[f64], width: usize) -> Vec<String> {
    let sizes = || values.iter().map(|value| value.abs()).filter(|s| *s > 0.0 && s.is_finite());
    let (least, most) = (sizes().fold(LARGE, f64::min), sizes().fold(0.0, f64::max));
    let texts = |write: &dyn Fn(f64) -> String| {
        let text = |value: &f64| match *value {
            value if !value.is_finite() => "–".to_owned(),
            0.0 => "0".to_owned(),
            value => write(value),
        };
        aligned(&values.iter().map(text).collect::<Vec<String>>())
    };
    let fits = |texts: &Vec<String>| texts.iter().all(|text| text.chars().count() <= width);
    let plainly = [(PLAIN.0, 4), (PLAIN.1, 3)].into_iter();
    let plainly = plainly.filter(|(from, _)| most < LARGE && least >= *from);
    let plainly = plainly.map(|(_, digits)| texts(&|value| plain(value, digits))).find(fits);
    plainly.unwrap_or_else(|| texts(&|value| format!("{value:.2e}").replace('-', "−")))
}

/// Pads texts so that their points are below each other when they end in the same cell.
fn aligned(texts: &[String]) -> Vec<String> {
    let after_point = |text: &str| text.find('.').map_or(0, |at| text[at..].chars().count());
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
        let texts = |values: &[f64]| column_texts(values, 8);
        assert_eq!(texts(&[0.4933, 0.07841, 0.0032]), ["0.4933  ", "0.07841 ", "0.003200"]);
        assert_eq!(texts(&[0.4933, 0.000_465, 0.0]), ["0.493   ", "0.000465", "0       "]);
        assert_eq!(texts(&[0.4933, 4.65e-5]), ["4.93e−1", "4.65e−5"]);
        assert_eq!(texts(&[12.5, 0.25]), ["12.50  ", " 0.2500"].map(str::trim_start));
        assert_eq!(texts(&[f64::NAN]), ["–"]);
        for column in [[12.5, 0.0032], [1234.0, 0.002], [9999.0, 0.001], [1e6, 1e-9], [-3.0, 0.5]] {
            let texts = texts(&column);
            assert!(texts.iter().all(|text| text.chars().count() <= 8), "{texts:?}");
        }
        assert!(texts(&[]).is_empty());
    }
}
