//! An arm with its run, as its panel needs it.

use crate::app::App;
use crate::telemetry::{ArmFacts, ArmProgress, RunFacts};

/// An arm with its run.
#[derive(Clone, Copy)]
pub(in crate::ui::duel) struct ArmContext<'a> {
    pub(super) app: &'a App,
    pub(super) run: &'a RunFacts,
    pub(super) index: usize,
    /// What is fixed from the start.
    pub(in crate::ui::duel) facts: &'a ArmFacts,
    /// What the run has reported.
    pub(in crate::ui::duel) progress: &'a ArmProgress,
}

impl<'a> ArmContext<'a> {
    /// Returns the arms of a run that are known so far.
    pub(in crate::ui::duel) fn all(app: &'a App, run: &'a RunFacts) -> impl Iterator<Item = Self> {
        let arms = run.arms.iter().zip(&app.history.arms).enumerate();
        arms.map(move |(index, (facts, progress))| Self { app, run, index, facts, progress })
    }
}
