//! Gradient norm and saturation of each layer of each arm, which show where the signal vanishes.

use ratatui::layout::Rect;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{brief, padded};
use crate::canvas::widgets::{Bar, FramedArea, Panel, Tone, bar, bar_ticks, panel};
use crate::canvas::{Canvas, below, row};
use crate::math::{log10, power_of_ten};
use crate::telemetry::{Evaluation, Output, RunFacts};
use crate::views::duel::numbers::as_of;
use crate::views::shared_state::SharedState;

/// The decades that the bars span, below the greatest norm.
const DECADES: u16 = 5;
/// Cells of the layer's name, and of the numbers on the right.
const NAME: u16 = 9;
const NUMBERS: u16 = 18;
/// Cells of the numbers with the words that part saturated outputs, and the width from which these fit.
const NUMBERS_IN_WORDS: u16 = 33;
const WIDE: u16 = 56;

/// Returns the number of rows of the whole table with its axis.
pub(super) fn rows(facts: &RunFacts) -> u16 {
    let layers = facts.arms.iter().map(|arm| arm.sizes.len().saturating_sub(1)).max().unwrap_or(0);
    // The last line says what is saturated.
    (layers * (facts.arms.len() + 1) + 1).min(1000) as u16
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
    let saturated = if area.width >= WIDE + 4 { "saturated" } else { "saturated right/wrong" };
    let note = [(epoch.as_str(), Tone::Quiet), (saturated, Tone::Quiet)];
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
            let output = facts.arms.get(*arm).map_or(Output::Sigmoid, |arm| arm.output);
            let saturation = LayerSaturation::of(evaluation, layer, output);
            let (first, compared) = &evaluated[0];
            if let Some(of) = compared.gradient_norm.get(layer).filter(|_| place > 0) {
                draw_ratio(canvas, line, norm / of, *first);
            }
            draw_line(canvas, line, *arm, &LayerBar { norm, most, saturation });
        }
    }
    if shown < layers {
        let text = format!(" +{} layers ", layers - shown);
        let quiet = canvas.theme.quiet;
        canvas.text_right(Rect { y: area.bottom() - 1, height: 1, ..inner }, &text, quiet);
        return;
    }
    draw_foot(canvas, below(inner, (shown as u16 * (each + gap)).saturating_sub(gap)), most);
}

/// Draws the axis and what is saturated under the bars, as far as there is room.
fn draw_foot(canvas: &mut Canvas<'_>, area: Rect, most: f64) {
    if area.height > 0 {
        draw_axis(canvas, row(area, 0), most);
    }
    if area.height > 1 {
        let words = "saturated: the slope is under a tenth of its greatest";
        let quiet = canvas.theme.quiet;
        canvas.line(row(area, area.height - 1)).put_whole(words, quiet);
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

/// Writes how many times as large as that of the first arm a norm is.
fn draw_ratio(canvas: &mut Canvas<'_>, line: Rect, ratio: f64, first: usize) {
    if !ratio.is_finite() || ratio <= 0.0 {
        return;
    }
    let (quiet, mark) = (canvas.theme.quiet, canvas.letter(mark(first)));
    let mut writer = canvas.line(Rect { width: (NAME - 1).min(line.width), ..line });
    let rough = format!("{ratio:.0e}").replace('-', "−");
    for number in [brief(ratio), rough] {
        if writer.put_whole(&format!("×{number} {mark}"), quiet) {
            return;
        }
    }
}

/// Returns the cells of a bar.
fn track(line: Rect) -> Rect {
    let numbers = if line.width >= WIDE { NUMBERS_IN_WORDS } else { NUMBERS };
    Rect { x: line.x + NAME + 2, width: line.width - NAME - numbers - 2, ..line }
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
    saturation: Option<LayerSaturation>,
}

/// The saturated share of a layer's activations.
#[derive(Clone, Copy)]
enum LayerSaturation {
    /// Of a hidden layer, whose activations are neither right nor wrong.
    Hidden(f64),
    /// Of the outputs: within ½ of their targets, and further away.
    Outputs { right: f64, wrong: f64 },
}

impl LayerSaturation {
    /// Returns the share of a layer; `None` for linear outputs, which cannot saturate.
    fn of(evaluation: &Evaluation, layer: usize, output: Output) -> Option<Self> {
        let all = *evaluation.saturation.get(layer)?;
        if layer + 1 < evaluation.saturation.len() {
            return Some(Self::Hidden(all));
        }
        if output == Output::Linear {
            return None;
        }
        let (right, wrong) = (evaluation.saturated_right()?, evaluation.saturated_wrong);
        Some(Self::Outputs { right, wrong })
    }
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
    let in_words = line.width >= WIDE;
    let area = track(line);
    bar(canvas, area, &Bar { share, style, trough: canvas.theme.trough });
    bar_ticks(canvas, area, share, DECADES);
    canvas.text((area.right() + 1, line.y), 8, &padded(norm, 8), text);
    let Some(saturation) = saturation else { return };
    if in_words {
        let width = NUMBERS_IN_WORDS - 10;
        let words = Rect { x: line.right() - width, width, ..line };
        return draw_saturation(canvas, words, saturation);
    }
    let text = match saturation {
        LayerSaturation::Hidden(all) => format!("{} %", whole(all)),
        LayerSaturation::Outputs { right, wrong } => {
            format!("{}/{} %", whole(right), whole(wrong))
        }
    };
    let quiet = canvas.theme.quiet;
    canvas.text_right(line, &text, quiet);
}

/// Formats a share in whole percent, never as 0 or 100 if it is neither.
fn whole(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.5 => "<1".to_owned(),
        percent if (99.5..100.0).contains(&percent) => ">99".to_owned(),
        percent => format!("{percent:.0}"),
    }
}

/// Draws the saturated share in words. Only what is wrong is drawn as a problem.
fn draw_saturation(canvas: &mut Canvas<'_>, line: Rect, saturation: LayerSaturation) {
    let (quiet, problem) = (canvas.theme.quiet, canvas.theme.problem);
    let mut writer = canvas.line(line);
    match saturation {
        LayerSaturation::Hidden(all) => {
            writer.put(&format!("{:>3} % hidden", whole(all)), quiet);
        }
        LayerSaturation::Outputs { right, wrong } => {
            let style = if wrong > 0.0 { problem } else { quiet };
            writer.put(&format!("{:>3} % right ", whole(right)), quiet);
            writer.put(&format!("{:>3} % wrong", whole(wrong)), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_outputs_are_parted_into_right_and_wrong() {
        let evaluation = Evaluation {
            saturation: vec![0.7, 0.5],
            saturated_wrong: 0.125,
            ..Evaluation::default()
        };
        let hidden = LayerSaturation::of(&evaluation, 0, Output::Linear);
        assert!(matches!(hidden, Some(LayerSaturation::Hidden(all)) if all == 0.7));
        let outputs = LayerSaturation::of(&evaluation, 1, Output::Sigmoid);
        let parts = |right, wrong| (right, wrong) == (0.375, 0.125);
        assert!(
            matches!(outputs, Some(LayerSaturation::Outputs { right, wrong }) if parts(right, wrong))
        );
        assert!(LayerSaturation::of(&evaluation, 2, Output::Sigmoid).is_none());
        assert!(LayerSaturation::of(&evaluation, 1, Output::Linear).is_none());
    }

    #[test]
    fn a_share_is_never_shown_as_all_or_nothing_if_it_is_neither() {
        let shown = [0.0, 0.001, 0.006, 0.5, 0.994, 0.996, 1.0].map(whole);
        assert_eq!(shown, ["0", "<1", "1", "50", "99", ">99", "100"]);
    }
}
