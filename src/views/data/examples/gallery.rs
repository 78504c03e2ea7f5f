//! The examples as pictures, each with its target and what every arm answers.

use ratatui::layout::Rect;

use crate::canvas::number::count;
use crate::canvas::widgets::{FieldMap, FieldPoint};
use crate::canvas::{Canvas, DrawnPart, below, row};
use crate::telemetry::ExampleRow;
use crate::views::data::examples::layout::{ExamplesLayout, GAP, PICTURE};
use crate::views::data::examples::outputs;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Draws the examples received.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &ExamplesLayout,
) {
    let Some(listed) = state.listed() else { return };
    for ((nth, example), place) in listed.rows.iter().enumerate().zip(&layout.places) {
        let is_selected = listed.request.first + nth == state.view.examples.selected;
        draw_example(canvas, state, example, *place, is_selected);
        canvas.note_part(*place, DrawnPart::Row(listed.request.first + nth));
    }
}

fn draw_example(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    example: &ExampleRow,
    place: Rect,
    is_selected: bool,
) {
    let style = match is_selected {
        true if state.shared.cursor_focused => canvas.theme.chosen,
        true => canvas.theme.strong,
        false => canvas.theme.quiet,
    };
    let target = example.class.map_or_else(
        || example.y.first().map_or_else(String::new, |y| format!("y {y:.3}")),
        |class| state.shared.class_name(class),
    );
    let mut writer = canvas.line(row(place, 0));
    writer.put(&format!("{target}  "), style);
    writer.put_whole(&format!("row {}", count(example.row as u64 + 1)), style);
    let under = below(place, 1);
    let picture = Rect { width: PICTURE.0.min(under.width), ..under };
    let picture = Rect { height: PICTURE.1.min(under.height), ..picture };
    draw_picture(canvas, state, &example.x, picture);
    let left = PICTURE.0 + GAP;
    if under.width > left {
        let beside = Rect { x: under.x + left, width: under.width - left, ..picture };
        outputs::draw(canvas, state, example, beside);
    }
}

/// Draws a picture in the greys of its values, the largest of those that one point of the screen stands for.
pub(in crate::views::data) fn draw_picture(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    x: &[f64],
    area: Rect,
) {
    let facts = state.shared.history.facts.as_deref();
    let Some((high, wide)) = facts.and_then(|facts| facts.picture) else { return };
    if x.len() != high * wide || area.is_empty() {
        return;
    }
    let largest = x.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let (across, down) = (usize::from(area.width), usize::from(area.height) * 2);
    // The pixels under a point of the screen: at least one, where points are smaller than pixels.
    let range = |share: f64, points: usize, of: usize| {
        let half = 0.5 / points as f64;
        let edge = |share: f64| share * of as f64;
        let first = (edge(share - half) + 1e-9).floor().clamp(0.0, of as f64 - 1.0) as usize;
        let end = (edge(share + half) - 1e-9).ceil().max(0.0) as usize;
        first..end.clamp(first + 1, of)
    };
    let map = FieldMap::new(canvas, area, |place| {
        let (rows, columns) =
            (range(1.0 - place.up, down, high), range(place.across, across, wide));
        let pixels = rows.flat_map(|row| columns.clone().map(move |column| row * wide + column));
        let value = pixels.filter_map(|at| x.get(at)).copied().fold(0.0, f64::max);
        FieldPoint::Grey((value / largest * 15.0).round().clamp(0.0, 15.0) as u8)
    });
    map.draw(canvas);
}
