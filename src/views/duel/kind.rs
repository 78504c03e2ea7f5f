//! The kind of run, which decides the panels of the Duel view.

use crate::telemetry::{Metric, RunFacts};

/// The kind of panel beside the curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DuelKind {
    /// One neuron with one example: its position on σ, and its speed.
    Neuron,
    /// Classes: the recall of each.
    Classes,
    /// Any other network: its layers.
    Other,
}

/// Returns whether the subject of a run is the start of its hidden layers: the arms have such layers, and
/// not all begin in the same way.
pub(super) fn compares_starts(facts: &RunFacts) -> bool {
    let has_hidden = facts.arms.iter().all(|arm| arm.sizes.len() > 2);
    has_hidden && facts.arms.windows(2).any(|two| two[0].start != two[1].start)
}

pub(super) fn kind(facts: &RunFacts) -> DuelKind {
    if facts.single.is_some() {
        DuelKind::Neuron
    } else if facts.metric == Metric::Accuracy && facts.classes.len() > 1 {
        DuelKind::Classes
    } else {
        DuelKind::Other
    }
}
