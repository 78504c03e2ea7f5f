//! The state of the Duel view: the panel that fills it.

use crate::telemetry::Event;
use crate::views::duel::filling::{DuelPanel, panels};
use crate::views::filling::Filling;

/// The state of the Duel view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuelView {
    /// The panel that fills the view, if one does.
    pub(super) filling: Filling<DuelPanel>,
}

impl DuelView {
    /// Returns whether a chart over time is on the screen, which a cross-hair can read.
    pub(super) fn has_time(self) -> bool {
        self.filling
            .panel()
            .is_none_or(|panel| matches!(panel, DuelPanel::Cost | DuelPanel::Metric))
    }

    /// Keeps the panel for the run that these events begin, if that has such a panel.
    pub(super) fn keep_panel_of(&mut self, events: &[Event]) {
        let panels = Event::begun(events).map(|facts| panels(facts)).unwrap_or_default();
        self.filling.keep_if(|panel| panels.contains(&panel));
    }
}
