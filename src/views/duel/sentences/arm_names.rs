//! Pieces of sentences that name arms.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Piece, Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::RunFacts;

pub(super) fn name(facts: &RunFacts, arm: usize) -> Piece {
    (facts.arms[arm].name.clone(), Tone::Arm(arm))
}

/// Returns the name of an arm with a capital, for the beginning of a sentence.
pub(super) fn named(facts: &RunFacts, arm: usize) -> Piece {
    (capitalised(&facts.arms[arm].name), Tone::Arm(arm))
}

/// Returns a text with a capital at its beginning, unless it begins with a single letter, which may be a
/// symbol: w is not W.
pub(super) fn capitalised(text: &str) -> String {
    if !text.chars().nth(1).is_some_and(char::is_alphabetic) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Ranks the arms by the epoch at which they reached a goal.
pub(super) fn ranked(facts: &RunFacts, what: &str, reached: &[(u64, usize)]) -> Sentence {
    let mut out = vec![plain(what)];
    for (place, (epoch, arm)) in reached.iter().enumerate() {
        let before = if place == 0 { "" } else { ", " };
        let at = if place == 0 { "at epoch" } else { "at" };
        out.extend([plain(before), name(facts, *arm), plain(format!(" {at} {}", count(*epoch)))]);
    }
    if let (Some((first, _)), Some((last, _))) = (reached.first(), reached.last())
        && *first > 0
        && last > first
    {
        let times = *last as f64 / *first as f64;
        let words = if reached.len() == 2 { " as long" } else { "" };
        out.push(plain(format!(": {}×{words}", brief(times))));
    }
    out.push(plain("."));
    out
}
