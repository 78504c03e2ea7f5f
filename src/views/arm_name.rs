//! The names of arms in sentences.

use crate::canvas::sentence::Piece;
use crate::canvas::widgets::Tone;
use crate::telemetry::RunFacts;

/// Returns the name of an arm within a sentence.
pub(in crate::views) fn name(facts: &RunFacts, arm: usize) -> Piece {
    (facts.arms[arm].name.clone(), Tone::Arm(arm))
}

/// Returns the name of an arm with a capital, for the beginning of a sentence.
pub(in crate::views) fn named(facts: &RunFacts, arm: usize) -> Piece {
    (capitalised(&facts.arms[arm].name), Tone::Arm(arm))
}

/// Returns a text with a capital at its beginning, unless it begins with a single letter, which may be a
/// symbol: w is not W.
pub(in crate::views) fn capitalised(text: &str) -> String {
    if !text.chars().nth(1).is_some_and(char::is_alphabetic) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
