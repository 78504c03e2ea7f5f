//! The state of the Data view.

use crate::telemetry::Question;
use crate::views::data::page::DataPage;
use crate::views::data::plane::PlaneState;
use crate::views::filling::Filling;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// A panel that can fill the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataPanel {
    /// The field of the chosen arm.
    Field,
}

/// The state of the Data view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataView {
    /// The page that was turned to, if one was; a run without it shows its first.
    pub(super) turned_to: Option<DataPage>,
    /// The page of the plane.
    pub(super) plane: PlaneState,
    /// The panel that fills the view, if one does.
    pub(super) filling: Filling<DataPanel>,
}

impl ViewState<'_, DataView> {
    /// Returns the pages of the run.
    pub(super) fn pages(self) -> Vec<DataPage> {
        self.shared.history.facts.as_deref().map_or_else(Vec::new, DataPage::all)
    }

    /// Returns the open page; `None` if the run has none.
    pub(super) fn page(self) -> Option<DataPage> {
        let pages = self.pages();
        let turned_to = self.view.turned_to.filter(|page| pages.contains(page));
        turned_to.or(pages.first().copied())
    }

    /// Returns the page that `w` turns to.
    pub(super) fn next_page(self) -> Option<DataPage> {
        let pages = self.pages();
        let at = pages.iter().position(|page| Some(*page) == self.page())?;
        pages.get((at + 1) % pages.len()).copied()
    }

    /// Returns the panels of the open page that can fill the view.
    pub(super) fn panels(self) -> &'static [DataPanel] {
        match self.page() {
            Some(DataPage::Plane) => &[DataPanel::Field],
            None => &[],
        }
    }

    /// Returns the panel that fills the view. When presenting one always does.
    pub(super) fn filling_panel(self) -> Option<DataPanel> {
        let usual = *self.panels().first()?;
        let panel = self.view.filling.panel_or(self.shared.appearance, usual);
        panel.filter(|panel| self.panels().contains(panel))
    }

    /// Returns the question that the open page asks.
    pub(super) fn question(self) -> Option<Question> {
        match self.page()? {
            DataPage::Plane => self.plane_question(),
        }
    }
}

impl DataView {
    /// Adapts the state to the run and to the window.
    pub(super) fn adapt(&mut self, shared: &SharedState) {
        let state = ViewState { view: &*self, shared };
        let (points, panels) = (state.plane_points(), state.panels());
        self.plane.points = points;
        self.filling.keep_if(|panel| panels.contains(&panel));
        self.plane.adapt(shared);
    }
}
