//! Gradient norm and saturation of each layer of each arm, which show where the signal vanishes.

use ratatui::layout::Rect;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{brief, padded};
use crate::canvas::widgets::{Bar, FramedArea, Panel, Tone, bar, bar_ticks, panel};
use crate::canvas::{Canvas, row};
use crate::math::{log10, power_of_ten};
use crate::telemetry::{Evaluation, RunFacts};
use crate::views::duel::numbers::as_of;
use crate::views::shared_state::SharedState;

/// The decades that the bars span, below the greatest norm.
const DECADES: u16 = 5;
/// Cells of the layer's name, and of the numbers on the right.
const NAME: u16 = 9;
const NUMBERS: u16 = 16;

/// Returns the number of rows of the whole table with its axis.
pub(super) fn rows(facts: &RunFacts) -> u16 {
    let layers = facts.arms.iter().map(|arm| arm.sizes.len().saturating_sub(1)).max().unwrap_or(0);
    (layers * (facts.arms.len() + 1)).min(1000) as u16
}

/// Draws the table.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let title = [("gradient by layer", Tone::Strong), (", ‖∂C/∂w‖, log", Tone::Quiet)];
    let epoch = as_of(shared).map(|epoch| format!("{epoch}, ")).unwrap_or_default();
    let note = [(epoch.as_str(), Tone::Quiet), ("saturated", Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.width < NAME + NUMBERS + 4 || inner.height == 0 {
        return;
    }
    let evaluated: Vec<(usize, &Evaluation)> = shared
        .history
        .arms
        .iter()
        .enumerate()
        .filter_map(|(arm, now)| Some((arm, now.evaluation.as_ref()?)))
        .collect();
    if evaluated.is_empty() {
        let quiet = canvas.theme.quiet;
        canvas.text((inner.x, inner.y), inner.width, "not evaluated yet", quiet);
        return;
    }
    let layers = evaluated.iter().map(|(_, e)| e.gradient_norm.len()).max().unwrap_or(0);
    let norms = || evaluated.iter().flat_map(|(_, e)| e.gradient_norm.iter().copied());
    let most = crate::canvas::number::grown(norms().fold(0.0, f64::max));
    let each = evaluated.len() as u16;
    // Leaves an empty line between layers if all of them still fit.
    let gap = u16::from((each + 1) * layers as u16 <= inner.height + 1);
    let shown = (usize::from((inner.height + gap) / (each + gap).max(1))).min(layers);
    let shown = if shown < layers { shown.max(1) } else { shown };
    for layer in 0..shown {
        let top = layer as u16 * (each + gap);
        draw_name(canvas, facts, row(inner, top), layer);
        for (place, (arm, evaluation)) in evaluated.iter().enumerate() {
            let line = row(inner, top + place as u16);
            let Some(&norm) = evaluation.gradient_norm.get(layer) else { continue };
            let saturation = evaluation.saturation.get(layer).copied();
            draw_line(canvas, line, *arm, &LayerBar { norm, most, saturation });
        }
    }
    let last = shown as u16 * (each + gap) - gap;
    if shown == layers && last < inner.height {
        draw_axis(canvas, row(inner, last), most);
    }
    if shown < layers {
        let text = format!(" +{} layers ", layers - shown);
        let quiet = canvas.theme.quiet;
        canvas.text_right(Rect { y: area.bottom() - 1, height: 1, ..inner }, &text, quiet);
    }
}

fn draw_name(canvas: &mut Canvas<'_>, facts: &RunFacts, line: Rect, layer: usize) {
    let sizes = facts.arms.first().map_or(&[][..], |arm| &arm.sizes);
    let quiet = canvas.theme.quiet;
    let name = match (sizes.get(layer), sizes.get(layer + 1)) {
        (Some(from), Some(to)) if facts.arms.iter().all(|arm| arm.sizes == sizes) => {
            format!("{from}→{to}")
        }
        _ => format!("layer {}", layer + 1),
    };
    canvas.text((line.x, line.y), (NAME - 1).min(line.width), &name, quiet);
}

/// Returns the cells of a bar.
fn track(line: Rect) -> Rect {
    Rect { x: line.x + NAME + 2, width: line.width - NAME - NUMBERS - 2, ..line }
}

/// Writes the norms at both ends of the bars.
fn draw_axis(canvas: &mut Canvas<'_>, line: Rect, most: f64) {
    let (track, quiet) = (track(line), canvas.theme.quiet);
    let ends = [most * power_of_ten(-i32::from(DECADES)), most].map(brief);
    if ends.iter().map(|end| canvas.width(end) + 2).sum::<u16>() <= track.width {
        canvas.text((track.x, track.y), track.width, &ends[0], quiet);
        canvas.text_right(track, &ends[1], quiet);
    }
}

/// The gradient norm of a layer, and the share of its neurons that are saturated.
struct LayerBar {
    norm: f64,
    /// The norm at which the bar is full.
    most: f64,
    saturation: Option<f64>,
}

fn draw_line(canvas: &mut Canvas<'_>, line: Rect, arm: usize, layer: &LayerBar) {
    let LayerBar { norm, most, saturation } = *layer;
    if line.width < NAME + NUMBERS + 4 {
        return;
    }
    let (style, text) = (canvas.theme.arm(arm), canvas.theme.text);
    let x = line.x + NAME;
    canvas.put((x, line.y), mark(arm), style);
    let share = (1.0 + log10(norm / most) / f64::from(DECADES)).clamp(0.0, 1.0);
    let area = track(line);
    bar(canvas, area, &Bar { share, style, trough: canvas.theme.trough });
    bar_ticks(canvas, area, share, DECADES);
    canvas.text((area.right() + 1, line.y), 8, &padded(norm, 8), text);
    if let Some(saturated) = saturation {
        // A saturated neuron can be right, so that the number is not drawn as a warning.
        let quiet = canvas.theme.quiet;
        canvas.text_right(line, &format!("{:>3.0} %", saturated * 100.0), quiet);
    }
}
