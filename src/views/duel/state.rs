//! The state of the Duel view: the panel that fills it.

use crate::telemetry::Update;
use crate::views::duel::filling::{DuelPanel, panels};
use crate::views::filling::Filling;

/// The state of the Duel view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuelView {
    /// The panel that fills the view, if one does.
    pub(super) filling: Filling<DuelPanel>,
}

impl DuelView {
    /// Keeps the panel for the run that an update begins, if that has such a panel.
    pub(super) fn keep_panel_of(&mut self, update: &Update) {
        let panels = update.begins.as_deref().map(panels).unwrap_or_default();
        self.filling.keep_if(|panel| panels.contains(&panel));
    }
}
