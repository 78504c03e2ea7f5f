//! Encodes cells as escape sequences that every terminal understands, with few bytes.
//!
//! The 16 colours are written as the codes 30–37 and 90–97, which a terminal with 16 colours knows,
//! and without colours, bold and reverse are still written. A library that writes them as `38;5;n`,
//! or ends each with a reset, does neither.

use std::io::Write;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::canvas::{ColourDepth, place_in_sixteen};
use crate::terminal::cell_write::{self, CellStyle, CellWrite};

/// Encodes cells, tracking the cursor and the style of the terminal.
pub(crate) struct CellEncoder {
    colours: ColourDepth,
    /// The column and row of the next character, or `None` if they are not certain.
    place: Option<(u16, u16)>,
    style: CellStyle,
}

/// The bytes of `ESC [ 2 C`, the shortest sequence that skips more than one column, less one.
const SHORTEST_SKIP: usize = 3;

/// The most backspaces that take no more bytes than a sequence that moves back.
const BACKSPACES: u16 = 4;

/// The attributes and the numbers that enable them.
const ATTRIBUTES: [(Modifier, u8); 7] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

impl CellEncoder {
    /// Returns an encoder for a terminal of this colour depth.
    pub(crate) fn new(colours: ColourDepth) -> Self {
        Self { colours, place: None, style: CellStyle::PLAIN }
    }

    /// Returns the cells at these places, given in screen order, in the order of writing.
    pub(super) fn cell_writes(
        &self,
        places: impl Iterator<Item = (u16, u16)>,
        screen: &Buffer,
    ) -> Vec<CellWrite> {
        cell_write::cell_writes(places, screen, self.colours, self.style)
    }

    /// Clears the screen and resets the attributes of the terminal.
    pub(super) fn clear(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(b"\x1b[m\x1b[2J");
        self.style = CellStyle::PLAIN;
    }

    /// Clears whole rows.
    pub(super) fn wipe(&mut self, rows: impl Iterator<Item = u16>, into: &mut Vec<u8>) {
        if self.style != CellStyle::PLAIN {
            into.extend_from_slice(b"\x1b[m");
            self.style = CellStyle::PLAIN;
        }
        for row in rows {
            write_position(0, row, into);
            into.extend_from_slice(b"\x1b[K");
            self.place = Some((0, row));
        }
    }

    /// Writes a screen as lines of text, for output that is not a dashboard. Trailing spaces
    /// without a background are omitted.
    pub(crate) fn write_lines(&mut self, screen: &Buffer, into: &mut Vec<u8>) {
        let area = screen.area;
        for y in area.top()..area.bottom() {
            let write = |x: u16| Some(CellWrite::of(screen.cell((x, y))?, (x, y), self.colours));
            let writes = (area.left()..area.right()).filter_map(write);
            let mut writes: Vec<CellWrite> = writes.collect();
            let is_seen = |write: &CellWrite| !write.is_blank() || write.style.bg != Color::Reset;
            writes.truncate(writes.iter().rposition(is_seen).map_or(0, |last| last + 1));
            for write in &writes {
                let Some(cell) = screen.cell(write.place) else { continue };
                self.take_style(write, into);
                into.extend_from_slice(write.symbol(cell).as_bytes());
            }
            if self.style != CellStyle::PLAIN {
                into.extend_from_slice(b"\x1b[m");
                self.style = CellStyle::PLAIN;
            }
            into.push(b'\n');
        }
    }

    /// Forgets the cursor position at the start of a frame.
    pub(super) fn forget_position(&mut self) {
        self.place = None;
    }

    /// Writes a cell of a screen.
    pub(super) fn write(&mut self, write: &CellWrite, screen: &Buffer, into: &mut Vec<u8>) {
        let (x, y) = write.place;
        let Some(cell) = screen.cell((x, y)) else { return };
        self.move_cursor((x, y), screen, into);
        self.take_style(write, into);
        into.extend_from_slice(write.symbol(cell).as_bytes());
        let next = x.saturating_add(cell.cell_width());
        // Terminals differ in where the cursor is after the last column, and after a letter with marks.
        let is_certain = next < screen.area.width && !has_marks(cell.symbol());
        self.place = is_certain.then_some((next, y));
    }

    fn move_cursor(&self, (x, y): (u16, u16), screen: &Buffer, into: &mut Vec<u8>) {
        let Some((column, row)) = self.place else {
            write_position(x, y, into);
            return;
        };
        let gap = (column..x).map(|x| (x, y));
        if row == y && x >= column && self.writes_over(gap, screen, into) {
            return;
        }
        let start = into.len();
        write_position(x, y, into);
        let straight = into.len() - start;
        by(row.abs_diff(y), if y > row { 'B' } else { 'A' }, into);
        match column.checked_sub(x) {
            Some(back @ 1..=BACKSPACES) => into.extend((0..back).map(|_| 0x08)),
            Some(back) => by(back, 'D', into),
            None => by(x - column, 'C', into),
        }
        // The shorter of the two sequences is kept.
        if into.len() - start < 2 * straight {
            into.drain(start..start + straight);
        } else {
            into.truncate(start + straight);
        }
    }

    /// Writes the characters in a gap again if that is shorter than a sequence that skips it.
    fn writes_over(
        &self,
        gap: impl Iterator<Item = (u16, u16)>,
        screen: &Buffer,
        into: &mut Vec<u8>,
    ) -> bool {
        let start = into.len();
        for place in gap {
            let Some(cell) = screen.cell(place) else { break };
            let write = CellWrite::of(cell, place, self.colours);
            let symbol = write.symbol(cell);
            let is_short = into.len() - start < SHORTEST_SKIP && symbol.len() == 1;
            if !(is_short && self.is_ready_for(&write)) {
                into.truncate(start);
                return false;
            }
            into.extend_from_slice(symbol.as_bytes());
        }
        true
    }

    /// Returns whether a cell looks right in the current style.
    fn is_ready_for(&self, write: &CellWrite) -> bool {
        let is_enough = write.is_blank() && !self.style.is_seen_without_letter();
        write.style == self.style || (is_enough && write.style.bg == self.style.bg)
    }

    fn take_style(&mut self, write: &CellWrite, into: &mut Vec<u8>) {
        if self.is_ready_for(write) {
            return;
        }
        let mut style = write.style;
        if write.is_blank() && !self.style.is_seen_without_letter() {
            style = CellStyle { bg: style.bg, ..self.style };
        }
        let mut from = self.style;
        let mut codes = SgrCodes::begin(into);
        if !style.modifier.contains(from.modifier) || style == CellStyle::PLAIN {
            // The codes that end a single attribute are not supported everywhere; the reset is.
            from = CellStyle::PLAIN;
            codes.reset();
        }
        for (modifier, code) in ATTRIBUTES {
            if (style.modifier - from.modifier).contains(modifier) {
                codes.add(&[code]);
            }
        }
        if style.fg != from.fg {
            colour(style.fg, ColourTarget::Fore, self.colours, &mut codes);
        }
        if style.bg != from.bg {
            colour(style.bg, ColourTarget::Back, self.colours, &mut codes);
        }
        codes.end();
        self.style = style;
    }
}

/// Returns whether a symbol is more than one character.
fn has_marks(symbol: &str) -> bool {
    symbol.chars().nth(1).is_some()
}

/// Moves the cursor to a column and row; an omitted number means 1.
fn write_position(x: u16, y: u16, into: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = match x {
        0 => write!(into, "\x1b[{}H", y + 1),
        _ => write!(into, "\x1b[{};{}H", y + 1, x + 1),
    };
}

/// Moves the cursor by `count` columns or rows, in the direction of a letter.
fn by(count: u16, direction: char, into: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = match count {
        0 => Ok(()),
        1 => write!(into, "\x1b[{direction}"),
        _ => write!(into, "\x1b[{count}{direction}"),
    };
}

#[derive(Clone, Copy)]
enum ColourTarget {
    Fore,
    Back,
}

/// The numbers of one `ESC [ … m` sequence.
struct SgrCodes<'a> {
    into: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> SgrCodes<'a> {
    fn begin(into: &'a mut Vec<u8>) -> Self {
        into.extend_from_slice(b"\x1b[");
        Self { into, is_first: true }
    }

    /// Adds an empty number, which means 0 and ends all attributes.
    fn reset(&mut self) {
        self.is_first = false;
    }

    fn add(&mut self, numbers: &[u8]) {
        for number in numbers {
            let separator = if self.is_first { "" } else { ";" };
            // Writing to a vector cannot fail.
            let _ = write!(self.into, "{separator}{number}");
            self.is_first = false;
        }
    }

    fn end(self) {
        self.into.push(b'm');
    }
}

fn colour(colour: Color, target: ColourTarget, depth: ColourDepth, codes: &mut SgrCodes<'_>) {
    let base = match target {
        ColourTarget::Fore => 30,
        ColourTarget::Back => 40,
    };
    let place = match colour {
        Color::Rgb(r, g, b) => return codes.add(&[base + 8, 2, r, g, b]),
        Color::Indexed(index) if depth != ColourDepth::Sixteen || index > 15 => {
            return codes.add(&[base + 8, 5, index]);
        }
        Color::Indexed(index) => Some(index),
        named => place_in_sixteen(named),
    };
    codes.add(&[match place {
        Some(place @ ..8) => base + place,
        Some(place) => base + 60 + place - 8,
        None => base + 9,
    }]);
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::{Buffer, Cell};
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::CellEncoder;
    use crate::canvas::ColourDepth;
    use crate::terminal::cell_write::CellWrite;

    fn cell(symbol: &'static str, style: Style) -> (&'static str, Style) {
        (symbol, style)
    }

    /// Returns the bytes written for cells at these columns of row 0, on a screen of ten columns.
    fn written(colours: ColourDepth, cells: &[(u16, (&str, Style))]) -> String {
        let mut screen = Buffer::filled(Rect::new(0, 0, 10, 1), Cell::new("."));
        for (x, (symbol, style)) in cells {
            screen[(*x, 0)].set_symbol(symbol).set_style(*style);
        }
        let mut encoder = CellEncoder::new(colours);
        let mut bytes = Vec::new();
        for (x, _) in cells {
            encoder.write(&CellWrite::of(&screen[(*x, 0)], (*x, 0), colours), &screen, &mut bytes);
        }
        String::from_utf8(bytes).expect("text").replace('\x1b', "^")
    }

    #[test]
    fn neighbours_need_no_move_and_a_gap_needs_few_bytes() {
        let plain = |symbol| cell(symbol, Style::new());
        let cells = [(0, plain("a")), (1, plain("b")), (4, plain("c")), (9, plain("d"))];
        assert_eq!(written(ColourDepth::True, &cells), "^[1Hab..c^[4Cd");
    }

    #[test]
    fn the_cursor_is_moved_after_a_letter_with_marks_which_not_every_terminal_measures_alike() {
        let plain = |symbol| cell(symbol, Style::new());
        let cells = [(0, plain("e\u{301}")), (1, plain("b")), (2, plain("c"))];
        assert_eq!(written(ColourDepth::True, &cells), "^[1He\u{301}^[1;2Hbc");
    }

    #[test]
    fn a_blank_has_only_a_background_colour() {
        let (red, blue) = (Style::new().fg(Color::Red), Style::new().bg(Color::Blue));
        let underlined = Style::new().add_modifier(Modifier::UNDERLINED);
        let all =
            |second, third| [(0, cell("a", red)), (1, cell(" ", second)), (2, cell("b", third))];
        assert_eq!(written(ColourDepth::True, &all(Style::new(), red)), "^[1H^[31ma b");
        assert_eq!(written(ColourDepth::True, &all(blue, red)), "^[1H^[31ma^[44m ^[49mb");
        assert_eq!(written(ColourDepth::True, &all(underlined, red)), "^[1H^[31ma^[4;39m ^[;31mb");
    }

    #[test]
    fn the_shorter_move_is_written() {
        let screen = Buffer::filled(Rect::new(0, 0, 80, 24), Cell::new("."));
        let moved = |from: (u16, u16), to: (u16, u16)| {
            let mut encoder = CellEncoder::new(ColourDepth::True);
            let mut bytes = Vec::new();
            let writes = [from, to].map(|at| CellWrite::of(&screen[at], at, ColourDepth::True));
            encoder.write(&writes[0], &screen, &mut bytes);
            let begin = bytes.len();
            encoder.write(&writes[1], &screen, &mut bytes);
            String::from_utf8(bytes.split_off(begin)).expect("text").replace('\x1b', "^")
        };
        assert_eq!(moved((9, 9), (9, 10)), "^[B\x08.");
        assert_eq!(moved((9, 9), (10, 8)), "^[A.");
        assert_eq!(moved((9, 9), (12, 11)), "^[12;13H.");
        assert_eq!(moved((9, 9), (12, 10)), "^[B^[2C.");
        assert_eq!(moved((9, 9), (5, 9)), "^[5D.");
        assert_eq!(moved((9, 9), (7, 9)), "\x08\x08\x08.");
        assert_eq!(moved((9, 9), (0, 10)), "^[11H.");
        assert_eq!(moved((9, 9), (40, 20)), "^[21;41H.");
        assert_eq!(
            moved((79, 9), (79, 10)),
            "^[11;80H.",
            "the position of the cursor is not known"
        );
    }

    #[test]
    fn a_gap_in_another_style_is_skipped() {
        let red = Style::new().fg(Color::Red);
        let cells = [(0, cell("a", red)), (2, cell("b", red))];
        assert_eq!(written(ColourDepth::Sixteen, &cells), "^[1H^[31ma^[Cb");
    }

    #[test]
    fn after_the_last_column_the_cursor_is_positioned_again() {
        let plain = |symbol| cell(symbol, Style::new());
        let cells = [(9, plain("a")), (0, plain("b"))];
        assert_eq!(written(ColourDepth::True, &cells), "^[1;10Ha^[1Hb");
    }

    #[test]
    fn the_sixteen_colours_have_their_own_codes() {
        let cells = [
            (0, cell("a", Style::new().fg(Color::Red))),
            (1, cell("b", Style::new().fg(Color::LightBlue).bg(Color::DarkGray))),
            (2, cell("c", Style::new().fg(Color::Indexed(12)).bg(Color::Indexed(3)))),
        ];
        let expected = "^[1H^[31ma^[94;100mb^[94;43mc";
        assert_eq!(written(ColourDepth::Sixteen, &cells), expected);
    }

    #[test]
    fn colours_beyond_the_sixteen_are_written_as_numbers() {
        let cells = [
            (0, cell("a", Style::new().fg(Color::Indexed(208)))),
            (1, cell("b", Style::new().fg(Color::Rgb(1, 2, 3)))),
        ];
        assert_eq!(written(ColourDepth::True, &cells), "^[1H^[38;5;208ma^[38;2;1;2;3mb");
    }

    #[test]
    fn lines_end_with_a_reset_and_without_invisible_spaces() {
        let mut screen = Buffer::empty(Rect::new(0, 0, 6, 3));
        screen[(0, 0)].set_symbol("a").set_style(Style::new().fg(Color::Red));
        screen[(1, 0)].set_style(Style::new().fg(Color::Red));
        screen[(2, 2)].set_style(Style::new().bg(Color::Blue));
        let mut bytes = Vec::new();
        CellEncoder::new(ColourDepth::Sixteen).write_lines(&screen, &mut bytes);
        assert_eq!(bytes, b"\x1b[31ma\x1b[m\n\n  \x1b[44m \x1b[m\n");
    }

    #[test]
    fn without_colours_bold_and_reverse_are_still_written() {
        let style = Style::new().fg(Color::Red).bg(Color::Rgb(9, 9, 9));
        let cells = [
            (0, cell("a", style)),
            (1, cell("b", style.add_modifier(Modifier::BOLD | Modifier::REVERSED))),
        ];
        assert_eq!(written(ColourDepth::None, &cells), "^[1Ha^[1;7mb");
    }

    #[test]
    fn an_attribute_ends_with_a_reset_and_the_others_are_written_again() {
        let bold = Style::new().fg(Color::Green).add_modifier(Modifier::BOLD);
        let cells = [
            (0, cell("a", bold)),
            (1, cell("b", bold.remove_modifier(Modifier::BOLD))),
            (2, cell("c", Style::new())),
            (3, cell("d", Style::new())),
        ];
        assert_eq!(written(ColourDepth::Sixteen, &cells), "^[1H^[1;32ma^[;32mb^[mcd");
    }
}
