//! The numbers and names around a map.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::views::surface::axis::{Axis, axes};
use crate::views::surface::layout::{SurfacePanelParts, map_area};
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// The cells kept free between two texts on the horizontal axis.
const GAP: u16 = 2;

/// Draws the numbers and names of both axes around a map.
pub(super) fn draw_axes(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    parts: &SurfacePanelParts,
) {
    let Some(axes) = axes(state) else { return };
    let map = map_area(state, parts);
    if parts.axis.height > 0 {
        draw_across(canvas, &axes.across, Rect { width: map.width, ..parts.axis });
    }
    let gutter =
        Rect { width: parts.gutter.width.saturating_sub(1), height: map.height, ..parts.gutter };
    if gutter.width > 0 && gutter.height >= 3 {
        draw_up(canvas, &axes.up, gutter);
    }
}

/// Draws the numbers under both ends and the middle of a map, and the name between them.
fn draw_across(canvas: &mut Canvas<'_>, axis: &Axis, row: Rect) {
    let quiet = canvas.theme.quiet;
    let (from, middle, to) =
        (axis.number(axis.ends.0), axis.number(axis.middle()), axis.number(axis.ends.1));
    let after = canvas.text((row.x, row.y), row.width, &from, quiet);
    let last = canvas.text_right(row, &to, quiet);
    let room = |(from, to): (u16, u16)| (from + GAP, to.saturating_sub(from + 2 * GAP));
    let width = canvas.width(&middle);
    let x = row.x + (row.width - width.min(row.width)) / 2;
    let beside = room((x + width, last));
    let whole = room((after, last));
    let fits = |name: &&String, room: (u16, u16)| canvas.width(name) <= room.1;
    // A name is more informative than the number in the middle.
    let name = axis.names.iter().find(|name| fits(name, whole));
    let is_beside = name.is_none_or(|name| fits(&name, beside));
    if is_beside && after + GAP <= x && x + width + GAP <= last {
        canvas.text((x, row.y), width, &middle, quiet);
    }
    if let Some(name) = name {
        let (from, room) = if is_beside { beside } else { whole };
        let width = canvas.width(name);
        canvas.text((from + (room - width) / 2, row.y), width, name, quiet);
    }
}

/// Draws the numbers beside the top, the middle and the bottom of a map, and the name between them.
fn draw_up(canvas: &mut Canvas<'_>, axis: &Axis, gutter: Rect) {
    let quiet = canvas.theme.quiet;
    let (least, most) = axis.ends;
    let last = gutter.height - 1;
    let middle = gutter.height / 2;
    for (value, at) in [(most, 0), (axis.middle(), middle), (least, last)] {
        // An even number of rows has no middle one; its neighbour belongs to a nearby value.
        canvas.text_right(
            Rect { y: gutter.y + at, height: 1, ..gutter },
            &axis.number(value),
            quiet,
        );
    }
    let name = axis.names.iter().find(|name| canvas.width(name) <= gutter.width);
    if let Some(name) = name.filter(|_| middle >= 2) {
        canvas.text_right(Rect { y: gutter.y + middle / 2, height: 1, ..gutter }, name, quiet);
    }
}
