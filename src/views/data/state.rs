//! The state of the Data view.

use ratatui::layout::Rect;

use crate::telemetry::Metric;
use crate::views::data::examples::{ExamplesState, SidePanel};
use crate::views::data::pad::PadState;
use crate::views::data::page::DataPage;
use crate::views::data::plane::PlaneState;
use crate::views::filling::Filling;
use crate::views::view_state::ViewState;

/// The least width of a screen with the matrices beside the list of examples.
const BESIDE: u16 = 100;

/// A panel that can fill the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataPanel {
    /// The field of the chosen arm.
    Field,
    /// The list of examples.
    List,
    /// What stands beside the list.
    Side,
    /// The answer of the chosen arm to the picture on the pad, beside it.
    Answer,
    /// What the chosen arm loses without each neuron.
    Losses,
}

/// What comes next beside the examples, or in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextSide {
    /// The confusion matrices.
    Confusion,
    /// The recall of each class over time.
    Recall,
    /// The examples again.
    List,
}

/// The state of the Data view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataView {
    /// The page that was turned to, if one was; a run without it shows its first.
    pub(super) turned_to: Option<DataPage>,
    /// The page of the plane.
    pub(super) plane: PlaneState,
    /// The page of the examples.
    pub(super) examples: ExamplesState,
    /// The page of the pad.
    pub(super) pad: PadState,
    /// Whether a neuron has been chosen on the page of the neurons since it was turned to.
    pub(super) has_chosen_neuron: bool,
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
            // Where the list is all that is shown, the other panel comes first.
            Some(DataPage::Examples) if self.has_classes() && !self.has_side() => {
                &[DataPanel::Side, DataPanel::List]
            }
            Some(DataPage::Examples) if self.has_classes() => &[DataPanel::List, DataPanel::Side],
            Some(DataPage::Examples) => &[DataPanel::List],
            Some(DataPage::Pad) => &[DataPanel::Answer],
            Some(DataPage::Neurons) => &[DataPanel::Losses],
            None => &[],
        }
    }

    /// Returns the panel that fills the view. When presenting, the list of examples does, while the arms stay side by
    /// side on the other pages: what tells them apart is what a room should see.
    pub(super) fn filling_panel(self) -> Option<DataPanel> {
        let panel = match self.page() {
            Some(DataPage::Examples) => {
                self.view.filling.panel_or(self.shared.appearance, DataPanel::List)
            }
            _ => self.view.filling.panel(),
        };
        panel.filter(|panel| self.panels().contains(panel))
    }

    /// Returns whether the list of examples has room for the matrices beside it.
    pub(super) fn has_side(self) -> bool {
        self.has_side_in(self.shared.body)
    }

    /// Returns whether a body of the view has that room.
    pub(super) fn has_side_in(self, body: Rect) -> bool {
        let is_presenting = self.shared.appearance.is_presenting;
        self.has_classes() && body.width >= BESIDE && !is_presenting
    }

    /// Returns what `v` shows on the page of the examples: in place of the list, where both have no room, in turn
    /// with it.
    pub(super) fn next_side(self, has_recall: bool) -> NextSide {
        let is_filled = self.view.filling.panel() == Some(DataPanel::Side);
        let shows_matrices = self.view.examples.side == SidePanel::Confusion;
        match (self.has_side(), is_filled) {
            (true, _) | (false, true) if shows_matrices && has_recall => NextSide::Recall,
            (false, true) => NextSide::List,
            (true, _) | (false, false) => NextSide::Confusion,
        }
    }

    /// Returns whether the targets are classes.
    pub(super) fn has_classes(self) -> bool {
        let facts = self.shared.history.facts.as_deref();
        let is_class = |y: f64| y == 0.0 || y == 1.0;
        facts.is_some_and(|facts| {
            facts.metric != Metric::Error
                && facts.single.as_ref().is_none_or(|single| is_class(single.y))
        })
    }

    /// Returns the number of classes; with one output there are two.
    pub(super) fn classes(self) -> usize {
        match self.shared.layer_sizes().last() {
            Some(1) => 2,
            outputs => outputs.copied().unwrap_or(0),
        }
    }

    /// Returns whether the examples are pictures.
    pub(super) fn has_pictures(self) -> bool {
        self.shared.history.facts.as_deref().is_some_and(|facts| facts.picture.is_some())
    }

    /// Returns the number that an output or a target stands for: in the unit of its column, if it has one.
    pub(super) fn in_unit(self, y: Option<f64>) -> f64 {
        let facts = self.shared.history.facts.as_deref();
        let y = y.unwrap_or(0.0);
        facts.map_or(y, |facts| facts.target_value(y))
    }
}
