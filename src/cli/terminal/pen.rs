//! Cells turned into bytes, with as few of them as every terminal understands.
//!
//! The sixteen colours are written as the codes 30–37 and 90–97 that a terminal of sixteen colours
//! knows, and without colours bold and reverse stay: a library that writes them as `38;5;n`, or
//! ends each with a reset, does neither.

use std::io::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::app::ColourDepth;
use crate::ui;

/// What is known of where the terminal's cursor is and how it writes.
pub(in crate::cli) struct Pen {
    colours: ColourDepth,
    /// Column and row at which the next character would appear; none where that is not certain.
    place: Option<(u16, u16)>,
    style: Style,
}

/// The bytes of `ESC [ 2 C`, the shortest sequence that skips more than one column, less one.
const SHORTEST_SKIP: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Style {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    fn is_seen_on_a_space(self) -> bool {
        self.bg != Color::Reset
            || self.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED)
    }
}

/// The attributes and the numbers that switch them on.
const ATTRIBUTES: [(Modifier, u8); 7] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

impl Pen {
    /// A pen for a terminal of so many colours.
    pub(in crate::cli) fn new(colours: ColourDepth) -> Self {
        Self { colours, place: None, style: Style::PLAIN }
    }

    /// Clears the screen, and whatever attributes the terminal was writing with.
    pub(super) fn clear(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(b"\x1b[m\x1b[2J");
        self.style = Style::PLAIN;
    }

    /// Writes a screen as lines of text, as for a terminal that is not taken; spaces in no colour at
    /// the end of a line are left out.
    pub(in crate::cli) fn write_lines(&mut self, screen: &Buffer, into: &mut Vec<u8>) {
        let area = screen.area;
        for y in area.top()..area.bottom() {
            let is_seen = |x: &u16| {
                screen.cell((*x, y)).is_some_and(|cell| {
                    cell.symbol() != " " || self.within_depth(cell).is_seen_on_a_space()
                })
            };
            let end = (area.left()..area.right()).rev().find(is_seen).map_or(0, |x| x + 1);
            for x in area.left()..end {
                let Some(cell) = screen.cell((x, y)) else { continue };
                self.take_style(cell, into);
                into.extend_from_slice(cell.symbol().as_bytes());
            }
            if self.style != Style::PLAIN {
                into.extend_from_slice(b"\x1b[m");
                self.style = Style::PLAIN;
            }
            into.push(b'\n');
        }
    }

    /// Forgets where the cursor is, at the beginning of a frame.
    pub(super) fn lift(&mut self) {
        self.place = None;
    }

    /// Writes the cell at column x and row y of a screen.
    pub(super) fn write(&mut self, (x, y): (u16, u16), screen: &Buffer, into: &mut Vec<u8>) {
        let Some(cell) = screen.cell((x, y)) else { return };
        self.go_to(x, y, screen, into);
        self.take_style(cell, into);
        into.extend_from_slice(cell.symbol().as_bytes());
        let next = x.saturating_add(cell.cell_width());
        // Beyond the last column terminals differ in where the cursor is.
        self.place = (next < screen.area.width).then_some((next, y));
    }

    fn go_to(&self, x: u16, y: u16, screen: &Buffer, into: &mut Vec<u8>) {
        match self.place {
            Some((column, row)) if row == y && x >= column => {
                if !self.writes_over(column..x, y, screen, into) {
                    // A vector takes all that is written to it.
                    let _ = write!(into, "\x1b[{}C", x - column);
                }
            }
            // The same.
            _ => drop(write!(into, "\x1b[{};{}H", y + 1, x + 1)),
        }
    }

    /// Writes what stands in a gap once more, where that is shorter than a sequence that skips it.
    fn writes_over(&self, gap: Range<u16>, y: u16, screen: &Buffer, into: &mut Vec<u8>) -> bool {
        let start = into.len();
        for x in gap {
            match screen.cell((x, y)) {
                Some(cell)
                    if into.len() - start < SHORTEST_SKIP
                        && cell.symbol().len() == 1
                        && self.within_depth(cell) == self.style =>
                {
                    into.extend_from_slice(cell.symbol().as_bytes());
                }
                _ => {
                    into.truncate(start);
                    return false;
                }
            }
        }
        true
    }

    fn take_style(&mut self, cell: &Cell, into: &mut Vec<u8>) {
        let style = self.within_depth(cell);
        if style == self.style {
            return;
        }
        let mut from = self.style;
        let mut codes = Codes::begin(into);
        if !style.modifier.contains(from.modifier) || style == Style::PLAIN {
            // The codes that end a single attribute are not known everywhere; the reset is.
            from = Style::PLAIN;
            codes.reset();
        }
        for (modifier, code) in ATTRIBUTES {
            if (style.modifier - from.modifier).contains(modifier) {
                codes.add(&[code]);
            }
        }
        if style.fg != from.fg {
            colour(style.fg, Ground::Fore, self.colours, &mut codes);
        }
        if style.bg != from.bg {
            colour(style.bg, Ground::Back, self.colours, &mut codes);
        }
        codes.end();
        self.style = style;
    }

    fn within_depth(&self, cell: &Cell) -> Style {
        let known = ATTRIBUTES.iter().fold(Modifier::empty(), |all, (one, _)| all | *one);
        let style = Style { fg: cell.fg, bg: cell.bg, modifier: cell.modifier & known };
        match self.colours {
            ColourDepth::None => Style { fg: Color::Reset, bg: Color::Reset, ..style },
            _ => style,
        }
    }
}

#[derive(Clone, Copy)]
enum Ground {
    Fore,
    Back,
}

/// The numbers of one `ESC [ … m`.
struct Codes<'a> {
    into: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> Codes<'a> {
    fn begin(into: &'a mut Vec<u8>) -> Self {
        into.extend_from_slice(b"\x1b[");
        Self { into, is_first: true }
    }

    /// An absent number is 0, which ends all attributes.
    fn reset(&mut self) {
        self.is_first = false;
    }

    fn add(&mut self, numbers: &[u8]) {
        for number in numbers {
            let separator = if self.is_first { "" } else { ";" };
            // A vector takes all that is written to it.
            let _ = write!(self.into, "{separator}{number}");
            self.is_first = false;
        }
    }

    fn end(self) {
        self.into.push(b'm');
    }
}

fn colour(colour: Color, ground: Ground, depth: ColourDepth, codes: &mut Codes<'_>) {
    let base = match ground {
        Ground::Fore => 30,
        Ground::Back => 40,
    };
    match colour {
        Color::Reset => codes.add(&[base + 9]),
        Color::Rgb(r, g, b) => codes.add(&[base + 8, 2, r, g, b]),
        Color::Indexed(index) if depth != ColourDepth::Sixteen || index > 15 => {
            codes.add(&[base + 8, 5, index]);
        }
        named => {
            let number = ui::place_in_sixteen(named);
            codes.add(&[if number < 8 { base + number } else { base + 60 + number - 8 }]);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::{Buffer, Cell};
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::Pen;
    use crate::app::ColourDepth;

    fn cell(symbol: &'static str, style: Style) -> (&'static str, Style) {
        (symbol, style)
    }

    /// What is written for cells at these columns of row 0 on a screen of ten columns.
    fn written(colours: ColourDepth, cells: &[(u16, (&str, Style))]) -> String {
        let mut screen = Buffer::filled(Rect::new(0, 0, 10, 1), Cell::new("."));
        for (x, (symbol, style)) in cells {
            screen[(*x, 0)].set_symbol(symbol).set_style(*style);
        }
        let mut pen = Pen::new(colours);
        let mut bytes = Vec::new();
        for (x, _) in cells {
            pen.write((*x, 0), &screen, &mut bytes);
        }
        String::from_utf8(bytes).expect("text").replace('\x1b', "^")
    }

    #[test]
    fn neighbours_need_no_move_and_a_gap_needs_few_bytes() {
        let plain = |symbol| cell(symbol, Style::new());
        let cells = [(0, plain("a")), (1, plain("b")), (4, plain("c")), (9, plain("d"))];
        assert_eq!(written(ColourDepth::True, &cells), "^[1;1Hab..c^[4Cd");
    }

    #[test]
    fn a_gap_in_another_style_is_skipped() {
        let red = Style::new().fg(Color::Red);
        let cells = [(0, cell("a", red)), (2, cell("b", red))];
        assert_eq!(written(ColourDepth::Sixteen, &cells), "^[1;1H^[31ma^[1Cb");
    }

    #[test]
    fn after_the_last_column_the_cursor_is_placed_anew() {
        let plain = |symbol| cell(symbol, Style::new());
        let cells = [(9, plain("a")), (0, plain("b"))];
        assert_eq!(written(ColourDepth::True, &cells), "^[1;10Ha^[1;1Hb");
    }

    #[test]
    fn the_sixteen_colours_have_codes_of_their_own() {
        let cells = [
            (0, cell("a", Style::new().fg(Color::Red))),
            (1, cell("b", Style::new().fg(Color::LightBlue).bg(Color::DarkGray))),
            (2, cell("c", Style::new().fg(Color::Indexed(12)).bg(Color::Indexed(3)))),
        ];
        let expected = "^[1;1H^[31ma^[94;100mb^[94;43mc";
        assert_eq!(written(ColourDepth::Sixteen, &cells), expected);
    }

    #[test]
    fn deeper_colours_are_written_as_such() {
        let cells = [
            (0, cell("a", Style::new().fg(Color::Indexed(208)))),
            (1, cell("b", Style::new().fg(Color::Rgb(1, 2, 3)))),
        ];
        assert_eq!(written(ColourDepth::True, &cells), "^[1;1H^[38;5;208ma^[38;2;1;2;3mb");
    }

    #[test]
    fn lines_end_with_a_reset_and_without_spaces_that_nobody_sees() {
        let mut screen = Buffer::empty(Rect::new(0, 0, 6, 3));
        screen[(0, 0)].set_symbol("a").set_style(Style::new().fg(Color::Red));
        screen[(1, 0)].set_style(Style::new().fg(Color::Red));
        screen[(2, 2)].set_style(Style::new().bg(Color::Blue));
        let mut bytes = Vec::new();
        Pen::new(ColourDepth::Sixteen).write_lines(&screen, &mut bytes);
        assert_eq!(bytes, b"\x1b[31ma\x1b[m\n\n  \x1b[44m \x1b[m\n");
    }

    #[test]
    fn without_colours_bold_and_reverse_stay() {
        let style = Style::new().fg(Color::Red).bg(Color::Rgb(9, 9, 9));
        let cells = [
            (0, cell("a", style)),
            (1, cell("b", style.add_modifier(Modifier::BOLD | Modifier::REVERSED))),
        ];
        assert_eq!(written(ColourDepth::None, &cells), "^[1;1Ha^[1;7mb");
    }

    #[test]
    fn an_attribute_ends_with_a_reset_and_what_stays_is_said_again() {
        let bold = Style::new().fg(Color::Green).add_modifier(Modifier::BOLD);
        let cells = [
            (0, cell("a", bold)),
            (1, cell("b", bold.remove_modifier(Modifier::BOLD))),
            (2, cell("c", Style::new())),
            (3, cell("d", Style::new())),
        ];
        assert_eq!(written(ColourDepth::Sixteen, &cells), "^[1;1H^[1;32ma^[;32mb^[mcd");
    }
}
