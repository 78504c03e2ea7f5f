//! The state of the Duel view: the panel that fills it.

use crate::telemetry::Update;
use crate::views::duel::filling::{DuelPanel, has};

/// The state of the Duel view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuelView {
    /// The panel that fills the view, if one does.
    pub(super) filled: Option<DuelPanel>,
}

impl DuelView {
    /// Returns whether one panel fills the view.
    pub(super) fn is_filled(self) -> bool {
        self.filled.is_some()
    }

    /// Keeps the panel for the run that an update begins, if that has such a panel.
    pub(super) fn keep_panel_of(&mut self, update: &Update) {
        let facts = update.begins.as_deref();
        self.filled = self.filled.filter(|panel| facts.is_some_and(|facts| has(facts, *panel)));
    }
}
