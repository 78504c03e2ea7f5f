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

pub(super) fn kind(facts: &RunFacts) -> DuelKind {
    if facts.single.is_some() {
        DuelKind::Neuron
    } else if facts.metric == Metric::Accuracy && facts.classes.len() > 1 {
        DuelKind::Classes
    } else {
        DuelKind::Other
    }
}
