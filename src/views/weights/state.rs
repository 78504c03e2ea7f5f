//! The state of the Weights view: the numbers that it draws, and how far it is scrolled.

use crate::telemetry::{WeightQuantity, WeightsRequest};
use crate::views::direction::{Direction, ListDirection};
use crate::views::filling::Filling;
use crate::views::shared_state::{SelectedWeight, SharedState};
use crate::views::view_state::ViewState;
use crate::views::weights::order::NeuronOrder;
use crate::views::weights::weight_list::{listed, moved};

/// The rows that one key scrolls: few enough that no row is skipped in the smallest window.
const PAGE: usize = 4;

/// A panel that can fill the view. Layer, spread and table are of the chosen arm; the others show all arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeightsPanel {
    /// The weights of the layer.
    Layer,
    /// The field of the neuron under the cursor, if its inputs are a picture.
    Field,
    /// How often weights of each size occur.
    Spread,
    /// The numbers of a single neuron.
    Table,
    /// The position of a single neuron on σ.
    Sigmoid,
    /// The speed of a single neuron at each z.
    Hill,
}

/// The fewest weights of a layer whose distribution is drawn.
const LEAST_WEIGHTS: usize = 50;

/// Returns whether the selected layer has so few weights that they are read one by one.
pub(super) fn is_read_one_by_one(shared: &SharedState) -> bool {
    let (neurons, inputs) = shared.layer_shape();
    neurons * inputs < LEAST_WEIGHTS
}

/// Returns the panels that can fill the view for the selected layer.
pub(super) fn panels(shared: &SharedState) -> &'static [WeightsPanel] {
    use WeightsPanel::{Field, Hill, Layer, Sigmoid, Spread, Table};
    let is_neuron = shared.history.facts.as_ref().is_some_and(|facts| facts.single.is_some());
    match (is_neuron, shared.field()) {
        (true, _) => &[Layer, Table, Sigmoid, Hill],
        (false, Some(_)) => &[Layer, Field, Spread],
        (false, None) if is_read_one_by_one(shared) => &[Layer],
        (false, None) => &[Layer, Spread],
    }
}

/// Returns the panel that fills the view. When presenting one always does.
pub(super) fn filling_panel(state: ViewState<'_, WeightsView>) -> Option<WeightsPanel> {
    let facts = state.shared.history.facts.as_ref();
    let is_neuron = facts.is_some_and(|facts| facts.single.is_some());
    let usual = match state.shared.field() {
        _ if is_neuron => WeightsPanel::Sigmoid,
        Some(_) => WeightsPanel::Field,
        None => WeightsPanel::Layer,
    };
    state.view.filling.panel_or(state.shared.appearance, usual)
}

/// The state of the Weights view. The weight under its cursor is the selected one, which the
/// Equation view explains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeightsView {
    /// The kind of numbers drawn.
    pub of: WeightQuantity,
    /// Whether the difference between the chosen arm and the next is drawn instead of each arm's
    /// numbers.
    pub difference: bool,
    /// The first visible row, or the first visible field in the order of the sheet.
    pub scroll: usize,
    /// Whether the film of the chosen neuron is drawn instead of its large field and the histograms.
    pub(super) shows_film: bool,
    /// Whether the matrix of numbers is drawn in place of a small network.
    pub(super) shows_matrix: bool,
    /// The order of the neurons on the sheets of pictures.
    pub(super) order: NeuronOrder,
    /// The panel that fills the view, if one does.
    pub(super) filling: Filling<WeightsPanel>,
    /// The layer that `scroll` belongs to.
    pub(super) scrolled_layer: usize,
}

impl WeightsView {
    /// Returns the numbers that `w` switches to, and whether it switches to their difference.
    pub(super) fn next_numbers(&self, shared: &SharedState) -> (WeightQuantity, bool) {
        match self.of {
            _ if self.difference => (WeightQuantity::Value, false),
            WeightQuantity::Value => (WeightQuantity::Gradient, false),
            WeightQuantity::Gradient => (WeightQuantity::Change, false),
            WeightQuantity::Change => (WeightQuantity::Value, shared.arms() > 1),
        }
    }

    /// Returns the weights that the run should send while this view is open.
    pub(super) fn request(&self, shared: &SharedState) -> WeightsRequest {
        let SelectedWeight { layer, neuron, input } = shared.weight;
        let cursor = (shared.layers() > 0).then_some((layer, neuron, input));
        WeightsRequest { of: self.of, cursor, past: true }
    }

    /// Scrolls by [`PAGE`] rows, and the cursor moves to the first visible one; of the fields of a picture, the
    /// one before or after the chosen one is chosen.
    pub(super) fn scroll_page(&mut self, shared: &mut SharedState, direction: ListDirection) {
        if shared.field().is_some() {
            self.choose_neighbour(shared, direction);
            return;
        }
        let scroll = match direction {
            ListDirection::Previous => self.scroll.saturating_sub(PAGE),
            ListDirection::Next => self.scroll.saturating_add(PAGE),
        };
        self.scroll = scroll.min(shared.layer_shape().0.saturating_sub(1));
        shared.weight.neuron = self.scroll;
    }

    /// Chooses the neuron before or after the chosen one in the order of the sheet.
    fn choose_neighbour(&mut self, shared: &mut SharedState, direction: ListDirection) {
        let (before, after) = self.order.neighbours(shared.weight.neuron, shared.layer_shape().0);
        shared.weight.neuron = match direction {
            ListDirection::Previous => before,
            ListDirection::Next => after,
        };
        self.keep_in_sight(shared);
    }

    /// Scrolls back so far that the chosen neuron is in sight.
    fn keep_in_sight(&mut self, shared: &SharedState) {
        let neuron = shared.weight.neuron;
        let is_picture = shared.field().is_some();
        let place = || self.order.place(neuron, shared.layer_shape().0);
        self.scroll = self.scroll.min(if is_picture { place() } else { neuron });
    }

    /// Moves the cursor `times` times.
    pub(super) fn move_cursor(
        &mut self,
        shared: &mut SharedState,
        direction: Direction,
        times: usize,
    ) {
        for _ in 0..times {
            move_by_one(&self.order, shared, direction);
            self.keep_in_sight(shared);
        }
    }

    /// Clamps the view's selections to the run.
    pub(super) fn clamp(&mut self, shared: &SharedState) {
        if self.scrolled_layer != shared.weight.layer {
            (self.scroll, self.scrolled_layer) = (0, shared.weight.layer);
        }
        self.scroll = self.scroll.min(shared.layer_shape().0.saturating_sub(1));
        self.difference &= shared.arms() > 1;
        self.filling.keep_if(|panel| panels(shared).contains(&panel));
    }
}

/// Chooses the weight [`PAGE`] places before or after the chosen one in the list under a network.
pub(super) fn scroll_list(shared: &mut SharedState, direction: ListDirection) {
    let list = listed(shared.layer_sizes(), shared.weight.layer);
    shared.weight = moved(&list, shared.weight, direction, PAGE);
}

/// Returns whether a layer has so many neurons that some may be out of sight.
pub(super) fn has_rows_to_scroll(shared: &SharedState) -> bool {
    shared.layer_shape().0 >= PAGE
}

/// Moves the cursor by one weight.
///
/// In a matrix a row is a neuron and the bias follows the last input. In a field the cursor
/// moves pixel by pixel: from a side to the neighbouring field, from the bottom to the bias. The
/// neighbours of a field are those in the order of the sheet.
fn move_by_one(order: &NeuronOrder, shared: &mut SharedState, direction: Direction) {
    let (neurons, inputs) = shared.layer_shape();
    let SelectedWeight { neuron: j, input: k, .. } = shared.weight;
    let (before, after) = match shared.field() {
        Some(_) => order.neighbours(j, neurons),
        None => (j.saturating_sub(1), (j + 1).min(neurons.saturating_sub(1))),
    };
    let (j, k) = match (shared.field(), direction) {
        (None, Direction::Left) => (j, k.saturating_sub(1)),
        (None, Direction::Right) => (j, (k + 1).min(inputs)),
        (None, Direction::Up) => (before, k),
        (None, Direction::Down) => (after, k),
        (Some((_, width)), Direction::Up) if k >= inputs => (j, inputs - width.div_ceil(2)),
        (Some(_), Direction::Left) if k >= inputs => (before, k),
        (Some(_), Direction::Right) if k >= inputs => (after, k),
        (Some((_, width)), Direction::Left) if k % width == 0 && before != j => {
            (before, k + width - 1)
        }
        (Some((_, width)), Direction::Left) if k % width == 0 => (j, k),
        (Some(_), Direction::Left) => (j, k - 1),
        (Some((_, width)), Direction::Right) if k % width + 1 == width && after != j => {
            (after, k + 1 - width)
        }
        (Some((_, width)), Direction::Right) if k % width + 1 == width => (j, k),
        (Some(_), Direction::Right) => (j, k + 1),
        (Some((_, width)), Direction::Up) if k >= width => (j, k - width),
        (Some(_), Direction::Up) => (j, k),
        (Some((_, width)), Direction::Down) => (j, (k + width).min(inputs)),
    };
    shared.weight.neuron = j;
    shared.weight.input = k;
    shared.fit();
}
