//! Numbers on the screen: of fixed width, and round on an axis.

use std::time::Duration;

use crate::canvas::clipped;
use crate::math::{decade, power_of_ten};

/// Replaces the hyphen by the minus sign of mathematics.
fn signed(text: &str) -> String {
    text.replace('-', "−")
}

/// Formats a number whose size is less than 1, but would be rounded to it: 0.99995, or 1−5e−13.
fn nearly_one(value: f64, width: usize) -> Option<String> {
    let size = value.abs();
    let off = 1.0 - size;
    if !(off > 0.0 && off <= 0.000_05) {
        return None;
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let decimals = width.saturating_sub(2 + sign.len());
    let digits = format!("{size:.decimals$}");
    if !digits.starts_with('1') && decimals <= 6 {
        return Some(signed(&format!("{sign}{digits}")));
    }
    let (operator, sign) = if value < 0.0 { ("+", "-") } else { ("-", "") };
    Some(signed(&format!("{sign}1{operator}{off:.0e}")))
        .filter(|text| text.chars().count() <= width)
}

/// Formats a number in at most `width` cells (5 or more), with as many decimals as fit, up to four. Only 0
/// is written as 0, and only 1 as 1 if there is room for the difference.
pub(crate) fn number(value: f64, width: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if let Some(text) = nearly_one(value, width) {
        return text;
    }
    if !(0.000_5..999_999.5).contains(&size) {
        return exponent(value, width);
    }
    for decimals in (0..=4).rev() {
        let text = format!("{value:.decimals$}");
        if text.len() <= width {
            return signed(&text);
        }
    }
    exponent(value, width)
}

fn exponent(value: f64, width: usize) -> String {
    for decimals in (0..=2).rev() {
        let text = format!("{value:.decimals$e}");
        if text.len() <= width {
            return signed(&text);
        }
    }
    signed(&format!("{value:.0e}"))
}

/// Formats a number as [`number`] does, padded on the left so that the text after it does not move.
pub(crate) fn padded(value: f64, width: usize) -> String {
    format!("{:>width$}", number(value, width))
}

/// Formats a number with two significant digits, and all digits before the point, for sentences.
pub(crate) fn brief(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&size) {
        return signed(&format!("{value:.1e}"));
    }
    let decimals = (1 - decade(size)).clamp(0, 6) as usize;
    signed(&format!("{value:.decimals$}"))
}

/// Formats a number as short as possible without loss: a learning rate, a tick.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return signed(&format!("{value:e}"));
    }
    let text = format!("{value:.6}");
    signed(text.trim_end_matches('0').trim_end_matches('.'))
}

/// Formats a share of `examples` examples in percent, with the decimals that tell one example from the
/// next: 97.1 % of 1,000 and 97.15 % of 2,000. Only all is 100 %, and only none is 0 %.
pub(crate) fn percent(share: f64, examples: usize) -> String {
    if share == 0.0 || share == 1.0 {
        return format!("{:.0} %", share * 100.0);
    }
    let decimals = (1..4).find(|decimals| examples <= 10_usize.pow(decimals + 2)).unwrap_or(4);
    format!("{:.*} %", decimals as usize, share * 100.0)
}

/// Formats a count with separators: 1,234,567.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Formats a duration as `0:07`, `12:34` or `1:02:03`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{:02}", seconds % 60)
    } else {
        format!("{minutes}:{:02}", seconds % 60)
    }
}

/// Formats a large count in few cells: 950, 12.3k, 4.1M.
pub(crate) fn abbreviated(value: f64) -> String {
    match value {
        v if v >= 1e9 => format!("{:.1}G", v / 1e9),
        v if v >= 1e6 => format!("{:.1}M", v / 1e6),
        v if v >= 1e4 => format!("{:.0}k", v / 1e3),
        v if v >= 1e3 => format!("{:.1}k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

/// Returns the least of 1, 2, 5 × 10ⁿ that is at least `value`; 1 if `value` is not positive.
pub(crate) fn grown(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = power_of_ten(decade(value));
    if !(power > 0.0 && power.is_finite()) {
        return 1.0;
    }
    let step = [1.0, 2.0, 5.0].into_iter().find(|m| power * m >= value * (1.0 - 1e-9));
    let grown = power * step.unwrap_or(10.0);
    if grown.is_finite() { grown } else { value }
}

/// Returns round ticks between two ends, at most `most` of them, only integers if `spacing`
/// requires it.
pub(crate) fn ticks(from: f64, to: f64, most: usize, spacing: TickSpacing) -> Vec<f64> {
    let span = to - from;
    if !(span.is_finite() && span > 0.0) || most == 0 {
        return Vec::new();
    }
    let mut step = grown(span / most as f64);
    if spacing == TickSpacing::Whole {
        step = step.max(1.0);
    }
    let first = (from / step - 1e-9).ceil();
    (0..=most)
        .map(|n| (first + n as f64) * step)
        .take_while(|tick| *tick <= to + span * 1e-9)
        .collect()
}

/// Shortens the name of an arm to at most `width` cells: a cost has a usual abbreviation, any other
/// name is cut.
pub(crate) fn short_name(name: &str, width: usize) -> String {
    if clipped(name, width) == name {
        return name.to_owned();
    }
    let known = [
        ("quadratic", "quad."),
        ("cross-entropy", "x-ent."),
        ("log-likelihood", "log-lik."),
        ("linear", "lin."),
    ];
    let mut out = name.to_owned();
    for (long, brief) in known {
        out = out.replace(long, brief);
    }
    clipped(&out, width).into_owned()
}

/// The numbers allowed as ticks of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TickSpacing {
    /// Any round number.
    Any,
    /// Integers.
    Whole,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_formatted_as_on_a_clock() {
        assert_eq!(duration(Duration::from_millis(7_400)), "0:07");
        assert_eq!(duration(Duration::from_secs(754)), "12:34");
        assert_eq!(duration(Duration::from_secs(3723)), "1:02:03");
    }

    #[test]
    fn numbers_keep_to_their_width() {
        for value in [0.0, 0.9567, -0.0414, 12.345, 99_999.9, -1e-9, 1e300, 3.3e-300, -123_456.7] {
            assert!(padded(value, 7).chars().count() <= 7, "{}", padded(value, 7));
        }
        assert_eq!(number(7e-38, 6), "7e−38");
        assert_eq!((number(0.0, 6), number(1.0, 7)), ("0".to_owned(), "1.0000".to_owned()));
        assert_eq!(number(0.999_95, 7), "0.99995");
        assert_eq!(number(1.0 - 5e-13, 7), "1−5e−13");
        assert_eq!(number(-0.999_96, 8), "−0.99996");
        assert_eq!(number(5e-13 - 1.0, 8), "−1+5e−13");
        assert_eq!(number(-0.228, 6), "−0.228");
        assert_eq!(number(1e6, 7), "1.00e6");
        assert_eq!(number(0.9567, 6), "0.9567");
        assert_eq!(number(f64::NAN, 6), "–");
    }

    #[test]
    fn scales_grow_in_steps_of_one_two_and_five() {
        assert_eq!(grown(0.13), 0.2);
        assert_eq!(grown(2.0), 2.0);
        assert_eq!(grown(2.1), 5.0);
        assert_eq!(grown(700.0), 1000.0);
        assert_eq!(grown(f64::NAN), 1.0);
        assert!(grown(f64::MAX).is_finite());
    }

    #[test]
    fn ticks_are_round_and_lie_within_the_axis() {
        assert_eq!(ticks(0.0, 300.0, 3, TickSpacing::Whole), [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(ticks(0.0, 1.0, 2, TickSpacing::Any), [0.0, 0.5, 1.0]);
        assert_eq!(ticks(0.0, 2.0, 9, TickSpacing::Whole), [0.0, 1.0, 2.0]);
        assert!(ticks(1.0, 1.0, 4, TickSpacing::Any).is_empty());
    }

    #[test]
    fn the_names_of_costs_are_shortened_and_others_cut() {
        assert_eq!(short_name("cross-entropy", 13), "cross-entropy");
        assert_eq!(short_name("cross-entropy", 8), "x-ent.");
        assert_eq!(short_name("log-likelihood", 8), "log-lik.");
        assert_eq!(short_name("somebody's own", 8), "somebod…");
    }

    #[test]
    fn short_forms_keep_the_value() {
        assert_eq!(short(0.15), "0.15");
        assert_eq!(short(3.0), "3");
        assert_eq!(brief(0.041_43), "0.041");
        assert_eq!(brief(0.9567), "0.96");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(abbreviated(312_345.0), "312k");
    }

    #[test]
    fn a_share_has_the_decimals_of_its_set_and_is_all_or_none_only_if_it_is() {
        let examples = |right: usize, of: usize| percent(right as f64 / of as f64, of);
        assert_eq!(examples(3, 4), "75.0 %");
        assert_eq!(examples(971, 1000), "97.1 %");
        assert_eq!(examples(1943, 2000), "97.15 %");
        assert_eq!(examples(9999, 10_000), "99.99 %");
        assert_eq!(examples(1, 100_000), "0.001 %");
        assert_eq!((examples(4, 4), examples(0, 4)), ("100 %".to_owned(), "0 %".to_owned()));
    }
}
