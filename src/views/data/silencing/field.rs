//! The weights from the pixels to the chosen neuron.

use ratatui::layout::Rect;

use crate::canvas::number::{grown, short};
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::canvas::{Canvas, below, row};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Draws the field of the chosen neuron of an arm. All arms share the scale.
pub(super) fn draw_field(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    area: Rect,
) {
    let neuron = state.silenced_neuron();
    let Some((_, columns)) = state.shared.field().filter(|_| !area.is_empty()) else { return };
    let Some(values) = weights(state, arm, neuron) else { return };
    let all = (0..state.shared.arms()).filter_map(|arm| weights(state, arm, neuron)).flatten();
    let most = all.fold(0.0_f32, |most, w| most.max(w.abs()));
    let scale = grown(f64::from(most));
    let quiet = canvas.theme.quiet;
    let words = format!("weights of neuron {}, ±{}", neuron + 1, short(scale));
    let mut line = canvas.line(row(area, 0));
    if !line.put_whole(&words, quiet) {
        line.put_whole(&format!("neuron {}", neuron + 1), quiet);
    }
    let field = ValueGrid::in_rows(&values, columns);
    Heatmap { field, scale, wide: 1, high: 1, from: (0, 0) }.draw(canvas, below(area, 1), None);
}

/// Returns the weights of a neuron of the first layer, if they have been received.
fn weights(state: ViewState<'_, DataView>, arm: usize, neuron: usize) -> Option<Vec<f32>> {
    let snapshot = state.shared.history.weights.as_ref()?;
    let layer = snapshot.arms.get(arm)?.first()?;
    Some(layer.of_neuron(neuron).collect()).filter(|values: &Vec<f32>| !values.is_empty())
}
