//! A scenario before and after a change of one key, and what the change requires.

use crate::scenario::spec::Scenario;
use crate::telemetry::Pace;

/// The effect of a changed key on the run.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioEdit {
    /// Nothing: the key has that value already.
    Nothing,
    /// Another title or summary.
    Label,
    /// η of one arm, from the next step.
    Eta {
        /// The index of the arm.
        arm: usize,
        /// The new learning rate.
        eta: f64,
    },
    /// η of several arms, as pairs of index and rate, from the next step.
    Etas(Vec<(usize, f64)>),
    /// One current weight or bias of a network, from the next step.
    Weight {
        /// The index of the arm.
        arm: usize,
        /// The position (layer, neuron, input), each from 0; for a bias, the input is the number of
        /// inputs.
        at: (usize, usize, usize),
        /// The new value.
        value: f64,
    },
    /// The pace of the run in the dashboard.
    Pace(Pace),
    /// The number of epochs of the run.
    Epochs(u64),
    /// The number of epochs between evaluations.
    Evaluate(u64),
    /// A restart.
    Restart {
        /// The change in a few words: `λ = 0.01`.
        what: String,
    },
}

/// A scenario before and after one of its keys was changed.
pub(super) struct EditedScenario<'a> {
    pub(super) before: &'a Scenario,
    pub(super) after: &'a Scenario,
    /// The arm that the key names, if any.
    pub(super) arm: Option<usize>,
    /// The typed value.
    pub(super) value: &'a str,
}

/// Returns the change of η: of one arm, or of the arms that use the common η. An arm that has its own η in
/// the scenario keeps it.
pub(super) fn etas(altered: &EditedScenario<'_>) -> ScenarioEdit {
    if let Some(arm) = altered.arm {
        return ScenarioEdit::Eta { arm, eta: altered.after.arms[arm].eta };
    }
    let typed = altered.value.parse().ok();
    let pairs = altered.before.arms.iter().zip(&altered.after.arms).enumerate();
    let changed = pairs
        .filter(|(_, (before, after))| before.eta != after.eta || Some(after.eta) == typed)
        .map(|(arm, (_, after))| (arm, after.eta));
    ScenarioEdit::Etas(changed.collect())
}
