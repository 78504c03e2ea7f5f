//! Lines of an area, and text that is wrapped into lines.

use ratatui::layout::Rect;

use crate::canvas::{Canvas, row};

/// Returns a line of an area, counted from its top.
pub(super) fn line(area: Rect, index: usize) -> Rect {
    row(area, index as u16)
}

/// Wraps words into lines of at most `width` cells.
pub(super) fn wrapped(canvas: &Canvas<'_>, words: &str, width: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if canvas.width(line) + 1 + canvas.width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
