//! A weight as a wire: its sign by colour, its size by the stroke, and its number on it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::number;
use crate::canvas::ramps::SIGN_LEVELS;

/// The strokes of small, middle and large weights, with the shares of the scale below which they are drawn.
const STROKES: [(f64, (char, char)); 3] =
    [(0.15, ('╌', '.')), (0.5, ('─', '-')), (f64::INFINITY, ('━', '='))];

/// The head of a wire.
const HEAD: (char, char) = ('▶', '>');

/// The cells of the number on a wire, without its sign.
const NUMBER: usize = 5;

/// The appearance of a wire.
pub(super) struct DrawnWire {
    /// The weight.
    pub(super) value: f64,
    /// The size of the largest weight that is drawn.
    pub(super) scale: f64,
    /// Whether it is the chosen one.
    pub(super) is_chosen: bool,
}

/// Returns the stroke of a weight.
fn stroke(value: f64, scale: f64) -> (char, char) {
    let share = if scale > 0.0 { value.abs() / scale } else { 0.0 };
    let found = STROKES.iter().find(|(below, _)| share < *below);
    found.map_or(STROKES[0].1, |(_, stroke)| *stroke)
}

/// Returns the sign of a number, which stands apart so that all have as many digits.
pub(super) fn sign(value: f64) -> &'static str {
    match value {
        value if value > 0.0 => "+",
        value if value < 0.0 => "−",
        _ => "",
    }
}

/// Draws a wire from the left of an area to its right.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, wire: &DrawnWire) {
    let DrawnWire { value, scale, is_chosen } = *wire;
    let colour = match value {
        // The strongest levels but one: the strongest is that of an arm in some palettes.
        value if value > 0.0 => canvas.theme.signs[SIGN_LEVELS - 2],
        value if value < 0.0 => canvas.theme.signs[1],
        _ => canvas.theme.signs[SIGN_LEVELS / 2],
    };
    let (line, text) = match is_chosen {
        true => (canvas.theme.chosen, canvas.theme.chosen),
        false if canvas.theme.has_colours() => (Style::new().fg(colour), canvas.theme.text),
        false => (canvas.theme.text, canvas.theme.text),
    };
    let glyph = stroke(value, scale);
    for x in area.left()..area.right() {
        canvas.put((x, area.y), glyph, line);
    }
    if let Some(last) = area.right().checked_sub(1).filter(|_| area.width > 0) {
        canvas.put((last, area.y), HEAD, line);
    }
    let label = format!(" {}{} ", sign(value), number(value.abs(), NUMBER));
    let width = canvas.width(&label);
    if let Some(room) = area.width.checked_sub(1).filter(|room| width <= *room) {
        canvas.text((area.x + (room - width) / 2, area.y), width, &label, text);
    }
}

#[cfg(test)]
mod tests {
    use super::stroke;

    #[test]
    fn a_larger_weight_has_a_heavier_stroke_whatever_its_sign() {
        let strokes = [0.1, 0.4, -0.9, 2.0].map(|value| stroke(value, 1.0).0);
        assert_eq!(strokes, ['╌', '─', '━', '━']);
        assert_eq!(stroke(0.0, 0.0).0, '╌');
    }
}
