//! An arm with its run, as its panel needs it.

use crate::telemetry::{ArmFacts, ArmProgress, RunFacts};
use crate::views::shared_state::SharedState;

/// An arm with its run.
#[derive(Clone, Copy)]
pub(in crate::views::duel) struct ArmContext<'a> {
    pub(super) shared: &'a SharedState,
    pub(super) run: &'a RunFacts,
    pub(in crate::views::duel) index: usize,
    /// The facts that are fixed from the start.
    pub(in crate::views::duel) facts: &'a ArmFacts,
    /// The progress that the run has reported.
    pub(in crate::views::duel) progress: &'a ArmProgress,
}

impl<'a> ArmContext<'a> {
    /// Returns the arms of a run that are known so far.
    pub(in crate::views::duel) fn all(
        shared: &'a SharedState,
        run: &'a RunFacts,
    ) -> impl Iterator<Item = Self> {
        let arms = run.arms.iter().zip(&shared.history.arms).enumerate();
        arms.map(move |(index, (facts, progress))| Self { shared, run, index, facts, progress })
    }
}
