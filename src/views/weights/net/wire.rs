//! A weight as a wire: its sign by colour, its size by the stroke, and its number on it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::{number, short};
use crate::canvas::ramps::SIGN_LEVELS;
use crate::views::weights::net::net_layout::Bus;

/// A character, and its replacement in ASCII.
type Glyph = (char, char);

/// The strokes of small, middle and large weights, with the sizes below which they are drawn. The limits are round and
/// the same for every network, so that a stroke means the same at all times.
const STROKES: [(f64, Glyph); 3] =
    [(0.5, ('╌', '.')), (2.0, ('─', '-')), (f64::INFINITY, ('━', '='))];

/// The head of a wire.
const HEAD: Glyph = ('▶', '>');

/// The corners of a bus where it begins above and below its box, the places where a wire joins it, and the rest.
const CORNERS: [Glyph; 2] = [('╮', '+'), ('╯', '+')];
const JOINT: Glyph = ('┤', '+');
const BESIDE: Glyph = ('│', '|');

/// The cells of the number on a wire, without its sign.
const NUMBER: usize = 5;

/// The appearance of a wire.
pub(super) struct DrawnWire {
    /// The weight.
    pub(super) value: f64,
    /// Whether it is the chosen one.
    pub(super) is_chosen: bool,
    /// Whether its head is drawn: it ends at a box.
    pub(super) has_head: bool,
    /// The cells before it that it reaches back to, where the name of its input is short.
    pub(super) lead: u16,
}

/// Returns the stroke of a weight.
fn stroke(value: f64) -> Glyph {
    let found = STROKES.iter().find(|(below, _)| value.abs() < *below);
    found.map_or(STROKES[STROKES.len() - 1].1, |(_, stroke)| *stroke)
}

/// Returns what the strokes mean.
pub(super) fn legend(canvas: &Canvas<'_>) -> String {
    let [small, middle, large] = STROKES.map(|(_, glyph)| canvas.letter(glyph));
    let [first, second] = [STROKES[0].0, STROKES[1].0].map(short);
    format!("|w|: {small} below {first}  {middle} below {second}  {large} from {second} on")
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
    let DrawnWire { value, is_chosen, has_head, lead } = *wire;
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
    let glyph = stroke(value);
    for x in area.left().saturating_sub(lead)..area.right() {
        canvas.put((x, area.y), glyph, line);
    }
    let head = u16::from(has_head);
    if let Some(last) = area.right().checked_sub(1).filter(|_| area.width > 0 && has_head) {
        canvas.put((last, area.y), HEAD, line);
    }
    let label = format!(" {}{} ", sign(value), number(value.abs(), NUMBER));
    let width = canvas.width(&label);
    if let Some(room) = area.width.checked_sub(head).filter(|room| width <= *room) {
        canvas.text((area.x + (room - width) / 2, area.y), width, &label, text);
    }
}

/// Returns what stands in a row of a bus; nothing between two wires that both end at the box.
fn bus_glyph(bus: &Bus, y: u16) -> Option<Glyph> {
    let (first, last) = bus.target;
    let (top, bottom) = (*bus.rows.first()?, *bus.rows.last()?);
    let has_wire = bus.rows.contains(&y);
    let turns = (y == first && top < first) || (y == last && bottom > last);
    match y {
        _ if (first..=last).contains(&y) => (has_wire || turns).then_some(HEAD),
        _ if y == top && y < first => Some(CORNERS[0]),
        _ if y == bottom && y > last => Some(CORNERS[1]),
        _ if has_wire => Some(JOINT),
        _ => ((top < y && y < first) || (last < y && y < bottom)).then_some(BESIDE),
    }
}

/// Draws a bus: wires above and below their box run along its side to it.
pub(super) fn draw_bus(canvas: &mut Canvas<'_>, bus: &Bus) {
    let (Some(top), Some(bottom)) = (bus.rows.first(), bus.rows.last()) else { return };
    let quiet = canvas.theme.quiet;
    for y in (*top).min(bus.target.0)..=(*bottom).max(bus.target.1) {
        if let Some(glyph) = bus_glyph(bus, y) {
            canvas.put((bus.x, y), glyph, quiet);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{bus_glyph, stroke};
    use crate::views::weights::net::net_layout::Bus;

    #[test]
    fn a_stroke_means_a_size_whatever_the_sign_and_the_other_weights() {
        let strokes = [0.1, -0.49, 0.5, -1.99, 2.0, -30.0].map(|value| stroke(value).0);
        assert_eq!(strokes, ['╌', '╌', '─', '─', '━', '━']);
        assert_eq!(stroke(0.0).0, '╌');
    }

    #[test]
    fn wires_beside_the_box_end_there_and_the_others_bend_to_its_corners() {
        let bus = |rows: &[u16], target| Bus {
            layer: 1,
            neuron: 0,
            x: 9,
            rows: rows.to_vec(),
            target,
            caption: Rect::ZERO,
        };
        let drawn = |bus: &Bus, rows: std::ops::Range<u16>| -> String {
            rows.map(|y| bus_glyph(bus, y).map_or(' ', |glyph| glyph.0)).collect()
        };
        assert_eq!(drawn(&bus(&[1, 3, 6, 8, 10], (5, 7)), 0..12), " ╮│┤│▶▶▶┤│╯ ");
        assert_eq!(drawn(&bus(&[5, 7], (4, 9)), 3..11), "  ▶ ▶   ");
        assert_eq!(drawn(&bus(&[1, 2], (5, 5)), 0..7), " ╮┤││▶ ");
    }
}
