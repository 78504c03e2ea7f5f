//! The names of inputs.

use crate::telemetry::RunFacts;

/// Formats a number in subscript digits.
pub(in crate::views) fn subscript(number: usize) -> String {
    const FIGURES: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    let figure = |c: char| c.to_digit(10).map_or(c, |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// Returns the name of an input: that of its column, else x₁, x₂ …
pub(in crate::views) fn input_name(facts: Option<&RunFacts>, input: usize) -> String {
    let named = facts.and_then(|facts| facts.inputs.get(input));
    named.map_or_else(|| format!("x{}", subscript(input + 1)), String::clone)
}
