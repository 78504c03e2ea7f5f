//! Renders cells as an SVG picture.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

use xentviz::testing::canvas::place_in_sixteen;

/// The size of a cell in the picture, in SVG units.
const CELL: (f64, f64) = (9.0, 18.0);
/// The replacements of the terminal's own colours.
const BACKGROUND: &str = "#121216";
const FOREGROUND: &str = "#d8d8de";

/// The sixteen colours, as most terminals have them.
const SIXTEEN: [&str; 16] = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
];

/// Returns the cells as a picture that looks the same everywhere: text in a fixed-width font, one
/// rectangle for each run of cells with the same background, Braille and blocks as shapes.
pub(crate) fn svg(cells: &Buffer) -> String {
    let (width, height) = (f64::from(cells.area.width), f64::from(cells.area.height));
    let mut out = String::new();
    let (w, h) = (width * CELL.0, height * CELL.1);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\">\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"{BACKGROUND}\"/>\n"
    );
    for y in 0..cells.area.height {
        draw_backgrounds(&mut out, cells, y);
        draw_letters(&mut out, cells, y);
    }
    out.push_str("</svg>\n");
    out
}

fn cell(cells: &Buffer, x: u16, y: u16) -> &Cell {
    &cells[(cells.area.x + x, cells.area.y + y)]
}

/// Returns the foreground and background colours as displayed.
fn colours(cell: &Cell) -> (String, Option<String>) {
    let (colour, background) = (hex(cell.fg), hex(cell.bg));
    if cell.modifier.contains(Modifier::REVERSED) {
        let colour = colour.unwrap_or_else(|| FOREGROUND.to_owned());
        (background.unwrap_or_else(|| BACKGROUND.to_owned()), Some(colour))
    } else {
        (colour.unwrap_or_else(|| FOREGROUND.to_owned()), background)
    }
}

fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Indexed(index) => Some(indexed(index)),
        named => Some(indexed(place_in_sixteen(named).unwrap_or(0))),
    }
}

/// Returns a colour of xterm's 256.
fn indexed(index: u8) -> String {
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * u32::from(n) };
    match index {
        0..=15 => SIXTEEN[usize::from(index)].to_owned(),
        16..=231 => {
            let n = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(n / 36), step(n / 6 % 6), step(n % 6))
        }
        _ => {
            let grey = 8 + 10 * (u32::from(index) - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

/// A rectangle in SVG units.
#[derive(Clone, Copy)]
struct SvgRect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

fn rect(out: &mut String, area: SvgRect, fill: &str) {
    let SvgRect { x, y, width, height } = area;
    let _ = writeln!(
        out,
        "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"/>"
    );
}

fn draw_backgrounds(out: &mut String, cells: &Buffer, y: u16) {
    let mut x = 0;
    while x < cells.area.width {
        let (_, background) = colours(cell(cells, x, y));
        let from = x;
        while x < cells.area.width && colours(cell(cells, x, y)).1 == background {
            x += 1;
        }
        if let Some(background) = background {
            let run = SvgRect {
                x: f64::from(from) * CELL.0,
                y: f64::from(y) * CELL.1,
                width: f64::from(x - from) * CELL.0 + 0.3,
                height: CELL.1 + 0.3,
            };
            rect(out, run, &background);
        }
    }
}

fn draw_letters(out: &mut String, cells: &Buffer, y: u16) {
    let mut x = 0;
    while x < cells.area.width {
        let here = cell(cells, x, y);
        let (colour, _) = colours(here);
        let letter = here.symbol().chars().next().unwrap_or(' ');
        let at = (f64::from(x) * CELL.0, f64::from(y) * CELL.1);
        if letter == ' ' || shape(out, at, letter, &colour) {
            x += 1;
            continue;
        }
        let start = Position { x, y };
        let mut text = String::new();
        while x < cells.area.width && is_same_run(cells, start, x, &colour) {
            text.push_str(cell(cells, x, y).symbol());
            x += 1;
        }
        let weight =
            if here.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
        let text = text.trim_end();
        let length = text.chars().count() as f64 * CELL.0;
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(
            out,
            "<text x=\"{:.2}\" y=\"{:.2}\" fill=\"{colour}\" textLength=\"{length:.2}\"{weight} \
             xml:space=\"preserve\">{text}</text>",
            at.0,
            at.1 + CELL.1 * 0.76
        );
    }
}

/// Returns whether the cell in column `x` continues the text that begins at `start`.
fn is_same_run(cells: &Buffer, start: Position, x: u16, colour: &str) -> bool {
    let y = start.y;
    let here = cell(cells, x, y);
    let letter = here.symbol().chars().next().unwrap_or(' ');
    let is_bold = |cell: &Cell| cell.modifier.contains(Modifier::BOLD);
    let is_shape = matches!(letter, '\u{2580}'..='\u{259f}' | '\u{2800}'..='\u{28ff}');
    let is_gap = letter == ' ' && x > start.x && cell(cells, x - 1, y).symbol() == " ";
    !is_shape
        && !is_gap
        && (letter == ' '
            || (colours(here).0 == colour && is_bold(here) == is_bold(cell(cells, start.x, y))))
}

/// Draws Braille and block elements as shapes; returns whether the letter was one.
fn shape(out: &mut String, (x, y): (f64, f64), letter: char, colour: &str) -> bool {
    let code = letter as u32;
    let eighth = |n: u32| f64::from(n) / 8.0;
    let cell = SvgRect { x, y, width: CELL.0 + 0.3, height: CELL.1 };
    match letter {
        '▀' => rect(out, SvgRect { height: CELL.1 / 2.0, ..cell }, colour),
        '▁'..='█' => {
            let high = eighth(code - 0x2580) * CELL.1;
            rect(out, SvgRect { y: y + CELL.1 - high, height: high, ..cell }, colour);
        }
        '▉'..='▏' => {
            rect(out, SvgRect { width: eighth(0x2590 - code) * CELL.0, ..cell }, colour);
        }
        '\u{2800}'..='\u{28ff}' => {
            let bits = code - 0x2800;
            let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
            for (bit, (column, line)) in places.into_iter().enumerate() {
                if bits & (1 << bit) != 0 {
                    let dot = SvgRect {
                        x: x + CELL.0 * (0.25 + 0.5 * f64::from(column)) - 1.2,
                        y: y + CELL.1 * (0.125 + 0.25 * f64::from(line)) - 1.2,
                        width: 2.4,
                        height: 2.4,
                    };
                    rect(out, dot, colour);
                }
            }
        }
        _ => return false,
    }
    true
}
