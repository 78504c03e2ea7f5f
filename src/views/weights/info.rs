//! The line above the panels: the numbers, the layer and the scales.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::canvas::number::short;
use crate::canvas::widgets::scale_bar;
use crate::canvas::{Canvas, inset, row};
use crate::telemetry::WeightQuantity;
use crate::views::weights::layer_panel::WeightsContext;

/// Returns the name of the numbers drawn.
pub(super) fn word(of: WeightQuantity) -> &'static str {
    match of {
        WeightQuantity::Value => "weights",
        WeightQuantity::Gradient => "gradient ∂C/∂w",
        WeightQuantity::Change => "change since the start",
    }
}

/// Draws the line; `inputs` are the visible inputs, if not all of them are, and `window` is the size of a window from
/// which on the network is drawn in place of a matrix.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    area: Rect,
    (inputs, window): (Option<Range<usize>>, Option<(u16, u16)>),
) {
    let WeightsContext { state, facts, scales, .. } = context;
    let line = row(inset(area, 1), 0);
    if line.height == 0 {
        return;
    }
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    let of =
        state.shared.history.weights.as_ref().map_or(state.view.of, |picture| picture.request.of);
    let arm = facts.arms.get(state.shared.arm).or_else(|| facts.arms.first());
    let sizes = arm.map_or(&[][..], |arm| arm.sizes.as_slice());
    let layers = sizes.len().saturating_sub(1);
    let layer = state.shared.weight.layer;
    let mut writer = canvas.line(line);
    writer.put(word(of), strong);
    if state.view.difference {
        writer.put(", difference", strong);
    }
    let words = format!("  layer {} of {layers}", layer + 1);
    if !writer.put_whole(&words, quiet) {
        writer.put_whole(&format!("  layer {}", layer + 1), quiet);
    }
    if let (Some(from), Some(to)) = (sizes.get(layer), sizes.get(layer + 1)) {
        writer.put_whole(&format!("  {from} → {to}"), text);
        if let Some(inputs) = inputs {
            let words = format!("  inputs {}–{} of {from}", inputs.start + 1, inputs.end);
            writer.put_whole(&words, quiet);
        }
    }
    writer.gap(3);
    let x = writer.column();
    let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
    let end = scale_bar(canvas, rest, scales.weights);
    if end > x {
        let beyond = if scales.is_cut { " and beyond" } else { "" };
        let biases = if scales.biases.to_bits() == scales.weights.to_bits() {
            beyond.to_owned()
        } else {
            format!("{beyond}   biases ±{}", short(scales.biases))
        };
        canvas.line(Rect { x: end, width: line.right() - end, ..line }).put_whole(&biases, quiet);
    } else {
        canvas.line(rest).put_whole(&format!("±{}", short(scales.weights)), quiet);
    }
    if let Some((width, height)) = window {
        // At the right, over what is left of the line.
        let words = format!("network from {width}×{height}");
        let cells = canvas.width(&words);
        let at = line.right().saturating_sub(cells);
        if (at.saturating_sub(2)..line.right()).all(|x| canvas.is_blank((x, line.y))) {
            canvas.text((at, line.y), cells, &words, quiet);
        }
    }
}
