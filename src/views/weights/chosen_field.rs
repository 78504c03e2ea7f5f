//! The field of the chosen neuron with pixels merged, below panels that have no room for it as a large one.

use ratatui::layout::Rect;

use crate::canvas::number::{number, short};
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::canvas::{Canvas, below, glyphs, inset, row};
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};
use crate::views::weights::sheet::{field_cells, shrunk};

/// The pixels that are merged into one, across and down.
const SHRINK: usize = 2;

/// Returns the columns and rows that the field of a picture needs, with the line above it.
pub(super) fn least_cells(picture: (usize, usize)) -> (u16, u16) {
    let (wide, high) = field_cells(picture, SHRINK);
    (wide + 2, high + 1)
}

/// Draws the mark of an arm, the number of the neuron with its bias, and its field.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panel: &LayerPanel<'_>,
    area: Rect,
) {
    let shared = context.state.shared;
    let (neuron, input) = (shared.weight.neuron, shared.weight.input);
    let Some((high, wide)) = shared.field() else { return };
    let layer = &layer_panel.layer;
    let area = inset(area, 1);
    if neuron >= layer.rows || layer.columns != high * wide || area.height < 2 {
        return;
    }
    let (tone, text, quiet) =
        (layer_panel.tone().style(canvas), canvas.theme.text, canvas.theme.quiet);
    let mark = canvas.letter(glyphs::mark(layer_panel.arm));
    let mut line = canvas.line(row(area, 0));
    line.put(&format!("{mark} "), tone);
    line.put_whole(&layer_panel.label(neuron), text);
    let bias = layer.biases.get(neuron).copied().map_or(0.0, f64::from);
    line.put_whole(&format!("  b {}", number(bias, 7)), text);
    line.put_whole(&format!("  ±{}", short(layer_panel.scales.chosen)), quiet);
    let values = shrunk(layer.of_neuron(neuron), (high, wide), SHRINK);
    let field = ValueGrid::in_rows(&values, wide.div_ceil(SHRINK));
    let map = Heatmap { field, scale: layer_panel.scales.chosen, wide: 1, high: 1, from: (0, 0) };
    let is_pixel = input < layer.columns;
    let cursor = is_pixel.then(|| (input / wide / SHRINK, input % wide / SHRINK));
    map.draw(canvas, below(area, 1), cursor);
}
