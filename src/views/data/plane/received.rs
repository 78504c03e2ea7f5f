//! The answers that the page has received, and its selection among them.

use crate::telemetry::{Answer, ArmFields, Fields, Window};
use crate::views::data::state::DataView;
use crate::views::input_name::input_name;
use crate::views::plane_map::MapQuantity;
use crate::views::view_state::ViewState;

impl<'a> ViewState<'a, DataView> {
    /// Returns the fields, if they are of the plane that is shown.
    pub(in crate::views::data) fn fields(self) -> Option<&'a Fields> {
        match &self.shared.answer {
            Some(Answer::Fields(fields)) if fields.request.axes == self.view.plane.axes => {
                Some(fields).filter(|fields| fields.arms.len() == self.shared.arms()).map(|f| &**f)
            }
            _ => None,
        }
    }

    /// Returns the layer and the index of the neuron that is shown in place of the answer.
    pub(in crate::views::data) fn shown_neuron(self) -> Option<(usize, usize)> {
        let weight = self.shared.weight;
        self.view.plane.shows_neuron.then_some((weight.layer, weight.neuron))
    }

    /// Returns a window in the units of its inputs, as their file has them.
    pub(in crate::views::data) fn in_units(self, window: Window) -> Window {
        let (across, up) = self.view.plane.axes;
        let facts = self.shared.history.facts.as_deref();
        let value = |input: usize, x: f64| facts.map_or(x, |facts| facts.input_value(input, x));
        let range =
            |input: usize, (least, most): (f64, f64)| (value(input, least), value(input, most));
        Window { across: range(across, window.across), up: range(up, window.up) }
    }

    /// Returns the name of an input: that of its column, else x₁, x₂ …
    pub(in crate::views::data) fn input_name(self, input: usize) -> String {
        input_name(self.shared.history.facts.as_deref(), input)
    }
}

/// Returns what the map of an arm shows.
pub(super) fn quantity(state: ViewState<'_, DataView>, arm: &ArmFields) -> MapQuantity {
    let last = arm.layers.len().saturating_sub(1);
    match state.shown_neuron() {
        Some((layer, neuron)) => MapQuantity::Neuron(layer.min(last), neuron),
        None if arm.of_outputs().len() > 1 && !arm.is_wrong.is_empty() => MapQuantity::Regions,
        None => MapQuantity::Neuron(last, 0),
    }
}
