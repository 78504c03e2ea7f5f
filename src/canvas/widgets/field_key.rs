//! The keys of field maps: what their colours mean.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::ramps::FIELD_LEVELS;
use crate::canvas::widgets::field_map::{FieldPoint, SIDE_LEVELS, colour_of, draw_letter};

/// Draws the colours of a field between what they mean at both ends; returns the column after them.
pub(crate) fn field_bar(canvas: &mut Canvas<'_>, row: Rect, [least, most]: [&str; 2]) -> u16 {
    let quiet = canvas.theme.quiet;
    let width = canvas.width(least) + canvas.width(most) + FIELD_LEVELS as u16 + 2;
    if row.height == 0 || width > row.width {
        return row.x;
    }
    let x = canvas.text((row.x, row.y), row.width, &format!("{least} "), quiet);
    let levels: Vec<u8> = (0..FIELD_LEVELS as u8).collect();
    let x = draw_levels(canvas, (x, row.y), &levels);
    canvas.text((x, row.y), row.width, &format!(" {most}"), quiet)
}

/// Draws the colours of the two sides of a border with what each means after it; returns the column after them.
pub(crate) fn side_bar(canvas: &mut Canvas<'_>, row: Rect, [below, above]: [&str; 2]) -> u16 {
    let quiet = canvas.theme.quiet;
    let side = SIDE_LEVELS.map(|level| [level; 3]);
    let width = canvas.width(below) + canvas.width(above) + 2 * side[0].len() as u16 + 4;
    if row.height == 0 || width > row.width {
        return row.x;
    }
    let x = draw_levels(canvas, (row.x, row.y), &side[0]);
    let x = canvas.text((x, row.y), row.width, &format!(" {below}  "), quiet);
    let x = draw_levels(canvas, (x, row.y), &side[1]);
    canvas.text((x, row.y), row.width, &format!(" {above}"), quiet)
}

/// Draws a cell of each level; returns the column after them.
fn draw_levels(canvas: &mut Canvas<'_>, at: (u16, u16), levels: &[u8]) -> u16 {
    let (x, y) = at;
    for (at, level) in (x..).zip(levels) {
        match colour_of(canvas, FieldPoint::Level(*level)) {
            Some(colour) if canvas.theme.has_colours() && !canvas.is_ascii() => {
                canvas.put((at, y), (' ', ' '), Style::new().bg(colour));
            }
            _ => draw_letter(canvas, (at, y), FieldPoint::Level(*level)),
        }
    }
    x + levels.len() as u16
}
