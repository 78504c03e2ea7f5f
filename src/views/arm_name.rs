//! The names of arms in sentences.

use crate::canvas::sentence::{Piece, Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::RunFacts;
use crate::views::shared_state::SharedState;

/// Returns the name of an arm within a sentence.
pub(in crate::views) fn name(facts: &RunFacts, arm: usize) -> Piece {
    (facts.arms[arm].name.clone(), Tone::Arm(arm))
}

/// Returns the name of an arm with a capital, for the beginning of a sentence.
pub(in crate::views) fn named(facts: &RunFacts, arm: usize) -> Piece {
    (capitalised(&facts.arms[arm].name), Tone::Arm(arm))
}

/// Returns the name of an arm of the run within a sentence; nothing if there is no such arm.
pub(in crate::views) fn arm_name(shared: &SharedState, arm: usize) -> Piece {
    (shared.arm_name(arm).unwrap_or_default().to_owned(), Tone::Arm(arm))
}

/// Returns the names of arms as a list: `a, b and c`.
pub(in crate::views) fn arm_list(shared: &SharedState, arms: &[usize]) -> Sentence {
    let mut out = Sentence::new();
    for (place, arm) in arms.iter().enumerate() {
        match arms.len() - place {
            _ if place == 0 => {}
            1 => out.push(plain(" and ")),
            _ => out.push(plain(", ")),
        }
        out.push(arm_name(shared, *arm));
    }
    out
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
