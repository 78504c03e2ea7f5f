//! A rough version of a frame, for slow links: its pictures have few colours and no marks, so that the whole screen is
//! seen early and its details follow. Words and frames are exact.
//!
//! The bytes of a picture are mostly for changes of the colour. The rough version therefore has one colour for each
//! cell, in place of two half blocks or a mark, and one in place of several similar ones.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};

use crate::canvas::ramps::parts;

/// The squared distance of two colours, of 255 in each of red, green and blue, that are drawn as one: two or three
/// steps of the colours of a map.
const NEAR: f64 = 90.0 * 90.0;

/// Makes a frame rough. Cells that are shown roughly already stay as they are shown.
pub(super) fn roughen(frame: &mut Buffer, shown: &Buffer) {
    let mut colours: Vec<Color> = Vec::new();
    for (cell, shown) in frame.content.iter_mut().zip(&shown.content) {
        let Some(colour) = colour_of(cell) else { continue };
        let is_shown = shown.symbol() == " "
            && shown.modifier.is_empty()
            && colour_of(shown).is_some_and(|shown| distance(shown, colour) < NEAR);
        if is_shown {
            cell.clone_from(shown);
            continue;
        }
        let nearest = colours
            .iter()
            .copied()
            .min_by(|one, other| distance(*one, colour).total_cmp(&distance(*other, colour)));
        let nearest = nearest.filter(|nearest| distance(*nearest, colour) < NEAR);
        let rough = nearest.unwrap_or_else(|| {
            colours.push(colour);
            colour
        });
        cell.reset();
        cell.set_style(Style::new().bg(rough));
    }
}

/// Returns the colour of a cell of a picture, that of its upper half if it has two; `None` for words, and for the
/// sixteen colours, which take few bytes.
fn colour_of(cell: &Cell) -> Option<Color> {
    let is_word = cell.symbol().chars().any(char::is_alphanumeric);
    let colour = if cell.symbol() == "▀" { cell.fg } else { cell.bg };
    let is_of_many = matches!(colour, Color::Rgb(..) | Color::Indexed(16..));
    let is_plain = !cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
    let is_coloured = cell.bg != Color::Reset;
    (is_coloured && is_of_many && is_plain && !is_word).then_some(colour)
}

/// Returns the squared distance of two colours.
fn distance(one: Color, other: Color) -> f64 {
    let (one, other) = (parts(one), parts(other));
    let square = |a: f64, b: f64| (a - b) * (a - b);
    square(one.0, other.0) + square(one.1, other.1) + square(one.2, other.2)
}
