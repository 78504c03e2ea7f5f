//! The question of the open page, its size in the window, and the target of a click on it.

use crate::canvas::DrawnPart;
use crate::telemetry::Question;
use crate::views::data::examples::{self, Confusion};
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
            DataPage::Pad => Some(self.pad_question()),
            DataPage::Neurons => Some(self.silencing_question()),
        }
    }
}

impl DataView {
    /// Chooses a part of the drawing: an example, a confusion, a kept drawing, or a neuron.
    pub(super) fn choose_part(&mut self, shared: &mut SharedState, part: DrawnPart) {
        let state = ViewState { view: &*self, shared: &*shared };
        let (page, classes) = (state.page(), state.classes());
        match (page, part) {
            (Some(DataPage::Plane), DrawnPart::Item(neuron)) => {
                (shared.weight.neuron, self.plane.shows_neuron) = (neuron, true);
            }
            (Some(DataPage::Examples), DrawnPart::Item(cell)) => {
                let Confusion { arm, class, answer } = Confusion::at(cell, classes);
                shared.arm = arm.min(shared.arms().saturating_sub(1));
                self.examples.list_confused(class, answer);
            }
            (Some(DataPage::Examples), DrawnPart::Head(column)) => {
                self.examples.sort_by_head(column, shared);
            }
            (Some(DataPage::Examples), DrawnPart::Row(row)) => {
                let is_again = shared.cursor_focused && self.examples.selected == row;
                self.examples.select(row, row + 1);
                shared.cursor_focused = true;
                if is_again {
                    self.explain_row(shared);
                }
            }
            (Some(DataPage::Pad), DrawnPart::Item(kept)) => self.pad.choose(kept),
            (Some(DataPage::Neurons), DrawnPart::Item(neuron)) => {
                self.choose_neuron(shared, neuron);
            }
            _ => {}
        }
    }

    /// Selects a neuron of the layer whose neurons are silenced.
    pub(super) fn choose_neuron(&mut self, shared: &mut SharedState, neuron: usize) {
        self.stay_hidden(shared);
        shared.weight.neuron = neuron;
        self.has_chosen_neuron = true;
    }

    /// Selects a hidden layer on the page of the neurons: outputs cannot be silenced.
    pub(super) fn stay_hidden(&self, shared: &mut SharedState) {
        let state = ViewState { view: self, shared: &*shared };
        if state.page() == Some(DataPage::Neurons) {
            shared.weight.layer = state.silenced_layer();
        }
    }

    /// Adapts the state to the run and to the window.
    pub(super) fn adapt(&mut self, shared: &SharedState) {
        let state = ViewState { view: &*self, shared };
        let (points, panels) = (state.plane_points(), state.panels());
        let (pad_cells, pad_examples) = (state.pad_cells(), state.pad_examples());
        let room = examples::layout(state, shared.body);
        let inputs = shared.layer_sizes().first().copied().unwrap_or(0);
        self.examples.adapt(room.places.len(), room.across);
        self.examples.fit(inputs);
        self.plane.points = points;
        self.pad.fit(pad_cells, pad_examples);
        self.filling.keep_if(|panel| panels.contains(&panel));
        self.plane.adapt(shared);
    }
}
