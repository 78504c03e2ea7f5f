//! The Weights view on a few lines: the largest weights in text.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{padded, short, short_name};
use crate::canvas::widgets::Heatmap;
use crate::canvas::{Canvas, below, inset, row};
use crate::views::weights::layer_panel::{LayerPanel, WeightSpread, WeightsContext};
use crate::views::weights::sheet::Sheet;

/// Draws a line for each panel with its largest number and their root mean square, and below, as
/// far as there is room, the numbers of the chosen one.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panels: &[LayerPanel<'_>],
    body: Rect,
) {
    let state = context.state;
    let area = inset(body, 1);
    let widest =
        layer_panels.iter().map(|layer_panel| canvas.width(&layer_panel.name)).max().unwrap_or(0);
    let is_short = widest + 20 > area.width;
    for (nth, layer_panel) in layer_panels.iter().enumerate() {
        let line = row(area, nth as u16);
        let mut spread = WeightSpread::default();
        spread.add(&layer_panel.layer.values);
        let tone = layer_panel.tone().style(canvas).add_modifier(Modifier::BOLD);
        let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
        let name =
            if is_short { short_name(&layer_panel.name, 6) } else { layer_panel.name.clone() };
        let name_width = (if is_short { 6 } else { widest }).min(line.width.saturating_sub(2));
        if line.height == 0 {
            break;
        }
        canvas.put((line.x, line.y), mark(layer_panel.arm), tone);
        canvas.text((line.x + 2, line.y), name_width, &name, tone);
        let left = (name_width + 3).min(line.width);
        let rest = Rect { x: line.x + left, width: line.width - left, ..line };
        let mut writer = canvas.line(rest);
        writer.put(if rest.width >= 14 { "largest " } else { "max " }, quiet);
        writer.put_whole(&padded(f64::from(spread.most), 5), text);
        writer.put_whole(&format!("  rms {}", padded(spread.usual(), 6)), quiet);
    }
    let under = below(area, layer_panels.len() as u16);
    let chosen = layer_panels
        .iter()
        .find(|layer_panel| layer_panel.arm == state.shared.arm)
        .or(layer_panels.first());
    let Some(layer_panel) = chosen.filter(|_| under.height > 0) else { return };
    if let Some(picture) = state.shared.field().filter(|_| under.height >= 3) {
        Sheet::new(context, layer_panel, picture, under).draw(canvas);
    } else {
        draw_row(canvas, context, layer_panel, under);
    }
}

/// Draws the colours of the weights of the neuron under the cursor, and of the neurons after it.
fn draw_row(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panel: &LayerPanel<'_>,
    under: Rect,
) {
    let WeightsContext { state, scales, .. } = context;
    let columns = layer_panel.layer.columns;
    let quiet = canvas.theme.quiet;
    let head = format!("layer {}, ±{}:", state.shared.weight.layer + 1, short(scales.weights));
    let x = canvas.text((under.x, under.y), under.width, &head, quiet) + 1;
    let map = Heatmap {
        field: layer_panel.matrix(),
        scale: scales.weights,
        wide: 1,
        high: 2,
        from: (state.shared.weight.neuron, 0),
    };
    let wide = under.right().saturating_sub(x).min(columns.min(1000) as u16);
    let left = layer_panel.layer.rows.saturating_sub(state.shared.weight.neuron).min(1000) as u16;
    map.draw(canvas, Rect { x, width: wide, height: under.height.min(left), ..under }, None);
}
