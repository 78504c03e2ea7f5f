//! Formats numbers for the end of a run.

use std::time::Duration;

use crate::canvas::number::count;
use crate::math::decade;

/// Formats a count, rounded to a whole number, with commas between its thousands.
pub(super) fn thousands(number: f64) -> String {
    count(number.round_ties_even() as u64)
}

/// Formats a duration in seconds or parts of them with three significant digits: `9.60 µs`, `12.3
/// ms`, `1.23 s`.
pub(super) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1e-4 {
        format!("{} µs", digits(seconds * 1e6, 3))
    } else if seconds < 0.1 {
        format!("{} ms", digits(seconds * 1e3, 3))
    } else {
        format!("{} s", digits(seconds, 3))
    }
}

/// Formats a number with `count` significant digits; very large and very small ones as powers of
/// ten.
pub(super) fn digits(number: f64, count: i32) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let magnitude = decade(number.abs());
    if (-5..count + 6).contains(&magnitude) {
        let places = (count - 1 - magnitude).max(0) as usize;
        format!("{number:.places$}")
    } else {
        let places = (count - 1).max(0) as usize;
        format!("{number:.places$e}")
    }
}

/// Formats a number as it was set, with all its digits, or as a power of ten if that would be long.
pub(super) fn as_set(number: f64) -> String {
    let text = number.to_string();
    if text.len() > 12 { format!("{number:e}") } else { text }
}

/// Formats a fraction from 0 to 1 as `95.63 %`.
pub(super) fn percent(fraction: f64) -> String {
    format!("{:.2} %", fraction * 100.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{as_set, digits, seconds, thousands};

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(0.4), "0");
        assert_eq!(thousands(999.0), "999");
        assert_eq!(thousands(1_234_567.8), "1,234,568");
    }

    #[test]
    fn durations_are_formatted_with_three_digits() {
        assert_eq!(seconds(Duration::from_micros(12_345)), "12.3 ms");
        assert_eq!(seconds(Duration::from_millis(123_456)), "123 s");
        assert_eq!(seconds(Duration::from_nanos(960)), "0.960 µs");
        assert_eq!(seconds(Duration::from_micros(100)), "0.100 ms");
    }

    #[test]
    fn a_number_that_was_set_keeps_its_digits_and_stays_short() {
        assert_eq!(as_set(0.15), "0.15");
        assert_eq!(as_set(50.0), "50");
        assert_eq!(as_set(1e300), "1e300");
        assert_eq!(as_set(1e-300), "1e-300");
    }

    #[test]
    fn numbers_have_significant_digits() {
        assert_eq!(digits(0.018_347, 4), "0.01835");
        assert_eq!(digits(1234.56, 4), "1235");
        assert_eq!(digits(0.0, 4), "0");
        assert_eq!(digits(1.5e-9, 4), "1.500e-9");
        assert_eq!(digits(-2.0e20, 3), "-2.00e20");
    }
}
