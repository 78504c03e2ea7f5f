//! The panel of an arm: what it takes the picture for, its outputs, and a map. And the picture as the networks see
//! it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::{count, grown, number, short};
use crate::canvas::widgets::{
    FrameStyle, GreyPicture, Heatmap, Panel, Tone, ValueGrid, panel, resampled, sign_bar,
};
use crate::telemetry::{ArmOnPicture, PictureAnswer};
use crate::views::arm_panels::fitting_name;
use crate::views::course_epoch::epoch_name;
use crate::views::data::pad::layout::{AnswerParts, PadLayout};
use crate::views::data::pad::outputs::{OutputBars, Verdict};
use crate::views::data::pad::state::PadMap;
use crate::views::data::pad::strokes::SIDE;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The words in place of outputs that are being computed.
const COMPUTING: &str = "computing …";

/// The cells of a frame that the name of an arm and the note do not have.
const ON_FRAME: u16 = 10;

/// Draws the panel of an arm.
pub(in crate::views::data) fn draw_answer(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    (parts, frame): (AnswerParts, FrameStyle),
) {
    let title = fitting_name(canvas, state.shared, (arm, parts.area.width));
    let answer = state.pad_answer();
    let note = note(state, answer);
    // All panels have the note, or none.
    let names = (0..state.shared.arms()).filter_map(|arm| state.shared.arm_name(arm));
    let widest = names.map(|name| canvas.width(name)).max().unwrap_or(0);
    let has_note = widest + canvas.width(&note) + ON_FRAME <= parts.area.width;
    let note = if has_note { note } else { String::new() };
    let chosen = (state.shared.arm == arm && state.shared.arms() > 1).then_some(arm);
    let title = [(title.as_str(), Tone::Arm(arm))];
    panel(
        canvas,
        parts.area,
        &Panel { frame, title: &title, note: &[(&note, Tone::Quiet)], chosen },
    );
    let Some((answer, of_arm)) = answer.and_then(|answer| Some((answer, answer.arms.get(arm)?)))
    else {
        let quiet = canvas.theme.quiet;
        canvas.line(parts.verdict).put_whole(COMPUTING, quiet);
        return;
    };
    draw_verdict(canvas, state, arm, (of_arm, parts.verdict));
    let full = full_bar(answer);
    let bars = OutputBars { arm, a: &of_arm.a, full, grid: parts.grid };
    bars.draw(canvas, state.shared, parts.outputs);
    if parts.map.is_empty() {
        return;
    }
    match state.pad_map() {
        PadMap::Derivatives => draw_derivatives(canvas, state, of_arm, parts),
        PadMap::Picture => {
            let quiet = canvas.theme.quiet;
            write_first(canvas, parts.caption, &["as the networks see it", "seen", "x"], quiet);
            GreyPicture { values: &answer.x, columns: SIDE }.draw(canvas, parts.map, |_, _| false);
        }
    }
}

/// Returns the value of a full bar: 1, or a round number above every output of every arm.
fn full_bar(answer: &PictureAnswer) -> f64 {
    let outputs = answer.arms.iter().flat_map(|arm| &arm.a);
    let most = outputs.copied().fold(1.0, f64::max);
    if most > 1.0 { grown(most) } else { 1.0 }
}

/// Returns when an arm has answered, and how far its bars reach if they go beyond 1.
fn note(state: ViewState<'_, DataView>, answer: Option<&PictureAnswer>) -> String {
    let Some(answer) = answer else { return String::new() };
    let clock = state.shared.history.clock();
    let at = format!("{} {}", clock.unit(), epoch_name(state.shared, answer.step));
    let full = full_bar(answer);
    if full > 1.0 { format!("full bar {}, {at}", short(full)) } else { at }
}

/// Writes the class that the picture is taken for, and how far ahead of the next one; or that the arm has diverged.
fn draw_verdict(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    (of_arm, row): (&ArmOnPicture, Rect),
) {
    let Some(verdict) = Verdict::of(&of_arm.a) else { return };
    let name = |class: usize| state.shared.class_name(class);
    let strong = Tone::Arm(arm).style(canvas);
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let (problem, good) = (canvas.theme.problem, canvas.theme.good);
    let progress = state.shared.history.arms.get(arm);
    let mut line = canvas.line(row);
    if let Some(divergence) = progress.and_then(|arm| arm.diverged.as_ref()) {
        line.put_whole(&format!("diverged at step {}", count(divergence.step)), problem);
        return;
    }
    if verdict.answer().is_none() {
        line.put_whole(&format!("{} or {}", name(verdict.class), name(verdict.second)), strong);
        line.put_whole(": their outputs are equal", text);
        return;
    }
    let kept = state.view.pad.chosen_drawing();
    let of_example = || state.pad_example().and_then(|answer| answer.class);
    if let Some(class) = kept.map_or_else(of_example, |kept| kept.target) {
        let is_right = verdict.answer() == Some(class);
        let (sign, style) = if is_right { ("✓ ", good) } else { ("✗ ", problem) };
        line.put_whole(sign, style);
    }
    line.put_whole("takes it for ", text);
    line.put_whole(&name(verdict.class), strong);
    let by = number(verdict.a - verdict.a_second, 6);
    if !line.put_whole(&format!(", {by} ahead of {}", name(verdict.second)), quiet) {
        line.put_whole(&format!(", by {by}"), quiet);
    }
}

/// Draws which pixels speak for the answer and which against it, with a scale of its own.
fn draw_derivatives(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    of_arm: &ArmOnPicture,
    parts: AnswerParts,
) {
    // Where there are no half blocks, the heatmap draws the larger of two halves.
    let (columns, rows) = (usize::from(parts.map.width), usize::from(parts.map.height) * 2);
    let values = resampled(&of_arm.derivatives, (SIDE, SIDE), (columns, rows));
    let most = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let name = state.shared.class_name(of_arm.output);
    if most < f32::MIN_POSITIVE {
        // Less than the least normal number is rounding.
        let words = format!("∂a/∂x of {name} is 0 everywhere: the slope is");
        let quiet = canvas.theme.quiet;
        write_first(canvas, parts.caption, &[&words, "∂a/∂x = 0"], quiet);
        return;
    }
    let scale = f64::from(most);
    let range = number(f64::from(most), 6);
    let quiet = canvas.theme.quiet;
    let captions = [
        format!("∂a/∂x: which pixels speak for {name}"),
        format!("∂a/∂x of {name}, up to {range}"),
        format!("∂a/∂x of {name}, ±{range}"),
        format!("∂a/∂x ±{range}"),
        "∂a/∂x".to_owned(),
    ];
    let has_bar = parts.scale.width >= 30 && parts.scale.height > 0;
    // Where the colours have no line, the caption says how far they reach.
    let captions = &captions[usize::from(!has_bar)..];
    let captions: Vec<&str> = captions.iter().map(String::as_str).collect();
    write_first(canvas, parts.caption, &captions, quiet);
    let field = ValueGrid::in_rows(&values, columns);
    let map = Heatmap { field, scale, wide: 1, high: 1, from: (0, 0) };
    map.draw(canvas, parts.map, None);
    if has_bar {
        sign_bar(canvas, parts.scale, [&format!("−{range}"), &format!("+{range}")]);
    }
}

/// Writes the first of several texts that fits.
fn write_first(canvas: &mut Canvas<'_>, row: Rect, texts: &[&str], style: ratatui::style::Style) {
    let mut line = canvas.line(row);
    for text in texts {
        if line.put_whole(text, style) {
            break;
        }
    }
}

/// Draws the picture as the networks see it.
pub(in crate::views::data) fn draw_seen(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &PadLayout,
) {
    if layout.seen.is_empty() {
        return;
    }
    let title = [("as the networks see it", Tone::Strong)];
    let what = Panel { frame: layout.frame, title: &title, note: &[], chosen: None };
    panel(canvas, layout.seen, &what);
    if let Some(answer) = state.pad_answer() {
        let picture = GreyPicture { values: &answer.x, columns: SIDE };
        picture.draw(canvas, layout.picture, |_, _| false);
    }
}
