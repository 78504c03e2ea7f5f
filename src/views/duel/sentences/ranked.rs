//! The order in which the arms reach a goal.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::RunFacts;
use crate::views::arm_name::name;

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
