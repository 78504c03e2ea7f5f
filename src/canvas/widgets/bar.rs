//! Horizontal and vertical bars in eighths of a cell.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::{EIGHTHS, RISES, TICK, TROUGH};

/// The filling of a hatched bar.
const HATCH: (char, char) = ('░', ':');

/// A horizontal bar.
pub(crate) struct Bar {
    /// The filled share, 0 to 1.
    pub share: f64,
    /// The style of the filled part.
    pub style: Style,
    /// The colour of the rest, as in [`crate::canvas::theme::Theme::trough`].
    pub trough: Style,
}

/// Draws a bar in the first row of an area; any share above 0 shows at least a sliver.
pub(crate) fn bar(canvas: &mut Canvas<'_>, area: Rect, what: &Bar) {
    if area.height == 0 || area.width == 0 {
        return;
    }
    let background = what.trough.bg.unwrap_or(Color::Reset);
    let is_painted = canvas.theme.has_colours() && background != Color::Reset && !canvas.is_ascii();
    for x in area.left()..area.right() {
        let glyph = if is_painted { (' ', ' ') } else { TROUGH };
        let style = if is_painted { Style::new().bg(background) } else { canvas.theme.faint };
        canvas.put((x, area.y), glyph, style);
    }
    let share = if what.share.is_finite() { what.share.clamp(0.0, 1.0) } else { 0.0 };
    let mut eighths = (share * f64::from(area.width) * 8.0).round() as u32;
    if share > 0.0 {
        eighths = eighths.max(1);
    }
    let style = if is_painted { what.style.bg(background) } else { what.style };
    for x in 0..area.width {
        let here = eighths.saturating_sub(u32::from(x) * 8).min(8);
        if here > 0 {
            canvas.put((area.x + x, area.y), EIGHTHS[here as usize - 1], style);
        }
    }
}

/// Marks the ends of `parts` equal parts on the empty part of a horizontal bar: decades, on a logarithmic
/// scale.
pub(crate) fn bar_ticks(canvas: &mut Canvas<'_>, area: Rect, share: f64, parts: u16) {
    let filled = (share.clamp(0.0, 1.0) * f64::from(area.width)).ceil() as u16;
    let faint = canvas.theme.faint;
    for part in 1..parts {
        let at = (u32::from(area.width) * u32::from(part) / u32::from(parts)) as u16;
        if at >= filled {
            canvas.put((area.x + at, area.y), TICK, faint);
        }
    }
}

/// Draws a vertical bar from the bottom of an area; any share above 0 shows at least a sliver.
pub(crate) fn rises(canvas: &mut Canvas<'_>, area: Rect, share: f64, style: Style) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let mut eighths = (share * f64::from(area.height) * 8.0).round() as u32;
    if share > 0.0 {
        eighths = eighths.max(1);
    }
    for up in 0..area.height {
        let here = eighths.saturating_sub(u32::from(up) * 8).min(8);
        if here == 0 {
            break;
        }
        for x in area.left()..area.right() {
            canvas.put((x, area.bottom() - 1 - up), RISES[here as usize - 1], style);
        }
    }
}

/// Draws a vertical bar in whole cells of hatching, if colours do not distinguish a bar from its
/// neighbour.
pub(crate) fn rises_hatched(canvas: &mut Canvas<'_>, area: Rect, share: f64, style: Style) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let cells = (share * f64::from(area.height)).round() as u16;
    for y in area.bottom() - cells..area.bottom() {
        for x in area.left()..area.right() {
            canvas.put((x, y), HATCH, style);
        }
    }
    if cells == 0 && share > 0.0 {
        rises(canvas, area, share, style);
    }
}
