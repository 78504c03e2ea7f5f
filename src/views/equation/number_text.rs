//! Formats numbers for the formulas and sentences of the Equation view.

use crate::canvas::number::{count, number};

/// Formats a number in superscript digits, with its sign.
pub(super) fn superscript(number: i32) -> String {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let figure = |c: char| c.to_digit(10).map_or('⁻', |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// Formats a sum or mean with six decimals.
pub(super) fn six(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e5).contains(&size) {
        return number(value, 10);
    }
    format!("{value:.6}").replace('-', "−")
}

/// Formats old → new, with as many decimals as it takes to distinguish them.
pub(super) fn change(old: f64, new: f64) -> String {
    let formatted = |decimals: usize| {
        let [old, new] = [old, new].map(|value| format!("{value:.decimals$}").replace('-', "−"));
        (old != new).then(|| format!("{old} → {new}"))
    };
    let distinct = (4..=12).find_map(formatted);
    distinct.unwrap_or_else(|| format!("{0} → {0}", number(new, 9)))
}

/// Returns a number with its noun: `1 row`, `4 rows`.
pub(super) fn counted(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {what}{s}", count(number as u64))
}
