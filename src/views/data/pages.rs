//! What the open page asks, how it adapts to the window, and what a click on it chooses.

use crate::canvas::DrawnPart;
use crate::telemetry::Question;
use crate::views::data::examples;
use crate::views::data::page::DataPage;
use crate::views::data::state::DataView;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

impl ViewState<'_, DataView> {
    /// Returns the question that the open page asks.
    pub(super) fn question(self) -> Option<Question> {
        match self.page()? {
            DataPage::Plane => self.plane_question(),
            DataPage::Examples => Some(self.examples_question()),
        }
    }
}

impl DataView {
    /// Chooses a part of the drawing: an example, a confusion, or a neuron.
    pub(super) fn choose_part(&mut self, shared: &mut SharedState, part: DrawnPart) {
        let state = ViewState { view: &*self, shared: &*shared };
        let (page, classes) = (state.page(), state.classes().max(1));
        match (page, part) {
            (Some(DataPage::Plane), DrawnPart::Item(neuron)) => {
                (shared.weight.neuron, self.plane.shows_neuron) = (neuron, true);
            }
            (Some(DataPage::Examples), DrawnPart::Item(cell)) => {
                self.examples.list_confused(cell / classes, cell % classes);
            }
            (Some(DataPage::Examples), DrawnPart::Row(row)) => {
                self.examples.select(row, row + 1);
                shared.cursor_focused = true;
            }
            _ => {}
        }
    }

    /// Adapts the state to the run and to the window.
    pub(super) fn adapt(&mut self, shared: &SharedState) {
        let state = ViewState { view: &*self, shared };
        let (points, panels) = (state.plane_points(), state.panels());
        let room = examples::layout(state, shared.body);
        let inputs = shared.layer_sizes().first().copied().unwrap_or(0);
        self.examples.adapt(room.places.len(), room.across);
        self.examples.fit(inputs);
        self.plane.points = points;
        self.filling.keep_if(|panel| panels.contains(&panel));
        self.plane.adapt(shared);
    }
}
