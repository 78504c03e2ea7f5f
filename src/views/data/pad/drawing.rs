//! The pad itself: what is drawn on it, the cursor, and how to draw.

use ratatui::layout::Rect;

use crate::canvas::number::count;
use crate::canvas::widgets::{GreyPicture, Panel, Tone, panel};
use crate::canvas::{Canvas, row};
use crate::telemetry::PictureAnswer;
use crate::views::course_epoch::epoch_name;
use crate::views::data::pad::layout::PadLayout;
use crate::views::data::pad::strokes::SIDE;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// How to draw, line by line, at the foot of an empty pad, under the example that it shows.
const HOW: [&str; 2] = ["draw: left button (M: on)", "or enter, space, arrows"];

/// The share of its brightness that an example has on the pad.
const DIMMED: f32 = 0.55;

/// The cells of a frame that title and note do not have.
const ON_FRAME: u16 = 10;

/// Draws the panel of the pad.
pub(in crate::views::data) fn draw_pad(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &PadLayout,
) {
    if layout.pad.is_empty() {
        return;
    }
    let pad = &state.view.pad;
    let is_focused = state.shared.cursor_focused;
    let title = match pad.chosen {
        Some(kept) => format!("kept drawing {} of {}", kept + 1, pad.kept.len()),
        None => "pad".to_owned(),
    };
    let example = if is_focused { None } else { state.pad_example() };
    let title = example.map_or(title, |answer| example_title(state, answer));
    let pen = match (is_focused, pad.is_pen_down) {
        (true, true) => ("pen down", Tone::Chosen),
        (true, false) => ("pen up", Tone::Quiet),
        (false, _) => ("", Tone::Quiet),
    };
    let epoch = epoch(state, is_focused);
    let both = canvas.width(pen.0) + canvas.width(&epoch);
    let epoch =
        if both + canvas.width(&title) + ON_FRAME > layout.panel.width { "" } else { &epoch };
    let title = [(title.as_str(), Tone::Strong)];
    let note = [pen, (epoch, Tone::Quiet)];
    let what = Panel { frame: layout.frame, title: &title, note: &note, chosen: None };
    panel(canvas, layout.panel, &what);
    let points = GreyPicture::points(canvas, layout.pad);
    let (ink, columns) = match (pad.shown(), example) {
        (Some(strokes), _) => (strokes.ink(points), points.0),
        (None, Some(answer)) => (answer.x.iter().map(|x| x * DIMMED).collect(), SIDE),
        (None, None) => (vec![0.0; points.0 * points.1], points.0),
    };
    let (x, y) = pad.cursor;
    let is_pixel = |at: usize, of: usize, pixel: usize| {
        let first = pixel * of / SIDE;
        (first..((pixel + 1) * of / SIDE).max(first + 1)).contains(&at)
    };
    GreyPicture { values: &ink, columns }.draw(canvas, layout.pad, |column, line| {
        is_focused && is_pixel(column, points.0, x) && is_pixel(line, points.1, y)
    });
    if pad.shown().is_none() && !is_focused {
        draw_how(canvas, layout.pad);
    }
}

/// Returns which example the empty pad shows, and its target.
fn example_title(state: ViewState<'_, DataView>, answer: &PictureAnswer) -> String {
    let place = format!("{} picture {}", state.pad_set(), count(state.view.pad.example as u64 + 1));
    let class = answer.class.map(|class| state.shared.class_name(class));
    class.map_or_else(|| place.clone(), |class| format!("{place}: {class}"))
}

/// Returns when the arms have answered, with a gap before it if it follows other words.
fn epoch(state: ViewState<'_, DataView>, follows: bool) -> String {
    let Some(answer) = state.pad_answer() else { return String::new() };
    let clock = state.shared.history.clock();
    let gap = if follows { "  " } else { "" };
    format!("{gap}{} {}", clock.unit(), epoch_name(state.shared, answer.step))
}

fn draw_how(canvas: &mut Canvas<'_>, pad: Rect) {
    let lines = HOW.len() as u16;
    let first = pad.height.saturating_sub(lines);
    let background = canvas.theme.greys[0];
    let quiet = canvas.theme.quiet;
    let style =
        if canvas.theme.has_colours() && !canvas.is_ascii() { quiet.bg(background) } else { quiet };
    if HOW.iter().any(|text| canvas.width(text) > pad.width) || lines > pad.height {
        return;
    }
    for (nth, text) in HOW.iter().enumerate() {
        let place = row(pad, first + nth as u16);
        let x = place.x + (place.width - canvas.width(text)) / 2;
        canvas.text((x, place.y), place.width, text, style);
    }
}
