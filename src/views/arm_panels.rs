//! The division of an area into panels, one for each arm.

use ratatui::layout::Rect;

use crate::canvas::number::short_name;
use crate::canvas::{Canvas, glyphs};
use crate::views::shared_state::SharedState;

/// The least width of an arm's panel.
pub(super) const PANEL: u16 = 26;

/// Returns the name of an arm after its mark.
pub(super) fn marked_name(canvas: &Canvas<'_>, shared: &SharedState, arm: usize) -> String {
    let name = shared.arm_name(arm).unwrap_or_default();
    format!("{} {name}", canvas.letter(glyphs::mark(arm)))
}

/// The cells of a frame that its title does not have.
pub(super) const ON_FRAME: u16 = 6;

/// Returns the name of an arm after its mark for the title of a panel of this width: abbreviated if all of it has no
/// room.
pub(super) fn fitting_name(
    canvas: &Canvas<'_>,
    shared: &SharedState,
    (arm, width): (usize, u16),
) -> String {
    let name = shared.arm_name(arm).unwrap_or_default();
    let name = short_name(name, usize::from(width.saturating_sub(ON_FRAME + 2)));
    format!("{} {name}", canvas.letter(glyphs::mark(arm)))
}

/// Splits a row of the screen into equal parts; the first ones get the remainder.
pub(super) fn split(area: Rect, parts: usize) -> Vec<Rect> {
    let parts = parts.clamp(1, usize::from(area.width.max(1))) as u16;
    let mut x = area.x;
    (0..parts)
        .map(|part| {
            let width = area.width / parts + u16::from(part < area.width % parts);
            let out = Rect { x, width, ..area };
            x += width;
            out
        })
        .collect()
}

/// Returns the panels of the arms: side by side, else in two columns, else one below the other.
pub(super) fn panels(area: Rect, arms: usize) -> Vec<Rect> {
    let count = arms.max(1) as u16;
    let columns = if area.width / count >= PANEL {
        count
    } else if area.width / 2 >= PANEL {
        2
    } else {
        1
    };
    panels_in_columns(area, arms, columns)
}

/// Returns the panels of the arms in so many columns, at least one.
pub(super) fn panels_in_columns(area: Rect, arms: usize, columns: u16) -> Vec<Rect> {
    let count = arms.max(1) as u16;
    let rows = count.div_ceil(columns);
    let mut out = Vec::with_capacity(arms);
    let mut y = area.y;
    for row in 0..rows {
        let height = area.height / rows + u16::from(row < area.height % rows);
        let here = usize::from(columns.min(count - row * columns));
        let columns = if rows > 1 { usize::from(columns) } else { here };
        out.extend(split(Rect { y, height, ..area }, columns).into_iter().take(here));
        y += height;
    }
    out.truncate(arms);
    out
}
