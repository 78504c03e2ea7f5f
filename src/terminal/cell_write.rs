//! Chooses the character and style of each cell, and an order of cells that needs few bytes.
//!
//! Moving the cursor takes about 7 bytes and a 24-bit colour 17, so cells of one style are written
//! together. On a map of half blocks this saves two thirds of the bytes.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::canvas::{ColourDepth, place_in_sixteen};

/// The colours and attributes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellStyle {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

/// The attributes that are visible on a blank.
const SEEN_WITHOUT_LETTER: Modifier =
    Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// The attributes that are written.
const KNOWN: Modifier = SEEN_WITHOUT_LETTER
    .union(Modifier::BOLD)
    .union(Modifier::DIM)
    .union(Modifier::ITALIC)
    .union(Modifier::SLOW_BLINK);

/// The two half blocks.
const HALVES: [&str; 2] = ["▀", "▄"];

impl CellStyle {
    pub(super) const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// Returns whether a blank in this style shows more than its background.
    pub(super) fn is_seen_without_letter(self) -> bool {
        self.modifier.intersects(SEEN_WITHOUT_LETTER)
    }

    /// Returns a number that is the same for equal styles; styles that differ only in the
    /// foreground get close numbers.
    fn order(self) -> u64 {
        const BITS: u32 = 25;
        let colours = (number(self.bg) << BITS) | number(self.fg);
        (u64::from(self.modifier.bits()) << (2 * BITS)) | colours
    }
}

/// Returns a 25-bit number for each colour.
fn number(colour: Color) -> u64 {
    match colour {
        Color::Rgb(r, g, b) => u64::from(u32::from_be_bytes([1, r, g, b])),
        Color::Indexed(index) => 0x100 + u64::from(index),
        named => place_in_sixteen(named).map_or(0, |place| 1 + u64::from(place)),
    }
}

/// The character and style to write for a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellWrite {
    /// The column and row.
    pub(super) place: (u16, u16),
    pub(super) style: CellStyle,
    symbol: CellSymbol,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum CellSymbol {
    /// The symbol of the cell.
    Own,
    /// Only a background.
    Blank,
    /// One of [`HALVES`].
    Half(usize),
}

impl CellWrite {
    /// Returns what to write for a cell on a terminal of this colour depth.
    pub(super) fn of(cell: &Cell, place: (u16, u16), colours: ColourDepth) -> Self {
        let (mut fg, mut bg) = (cell.fg, cell.bg);
        if colours == ColourDepth::None {
            (fg, bg) = (Color::Reset, Color::Reset);
        }
        let modifier = cell.modifier & KNOWN;
        let half = HALVES.iter().position(|half| *half == cell.symbol());
        // A half block equals the other half with the colours swapped, so either can match the
        // current style.
        let is_swappable = modifier.is_empty() && fg != Color::Reset && bg != Color::Reset;
        let symbol = match half.filter(|_| is_swappable) {
            Some(_) if fg == bg => CellSymbol::Blank,
            Some(half) if number(fg) < number(bg) => {
                (fg, bg) = (bg, fg);
                CellSymbol::Half(1 - half)
            }
            Some(half) => CellSymbol::Half(half),
            None if cell.symbol() == " " && !modifier.intersects(SEEN_WITHOUT_LETTER) => {
                CellSymbol::Blank
            }
            None => CellSymbol::Own,
        };
        Self { place, style: CellStyle { fg, bg, modifier }, symbol }
    }

    /// Returns whether the cell shows only a background.
    pub(super) fn is_blank(&self) -> bool {
        self.symbol == CellSymbol::Blank
    }

    /// Returns the text to write.
    pub(super) fn symbol<'a>(&self, cell: &'a Cell) -> &'a str {
        match self.symbol {
            CellSymbol::Own => cell.symbol(),
            CellSymbol::Blank => " ",
            CellSymbol::Half(half) => HALVES[half],
        }
    }

    fn is_next_to(&self, other: &Self) -> bool {
        self.place.1 == other.place.1 && self.place.0.abs_diff(other.place.0) == 1
    }
}

/// Returns the cells at these places, given in screen order, in the order of writing: first those
/// that need only the current style.
pub(super) fn cell_writes(
    places: impl Iterator<Item = (u16, u16)>,
    screen: &Buffer,
    colours: ColourDepth,
    current: CellStyle,
) -> Vec<CellWrite> {
    let write = |place| Some(CellWrite::of(screen.cell(place)?, place, colours));
    let mut writes: Vec<CellWrite> = places.filter_map(write).collect();
    // A blank joins a neighbour with the same background.
    for at in 0..writes.len() {
        let beside = [at.checked_sub(1), Some(at + 1)];
        let taken = beside.into_iter().flatten().find_map(|other| {
            let (blank, other) = (&writes[at], writes.get(other)?);
            let goes = blank.is_next_to(other)
                && other.style.bg == blank.style.bg
                && !other.style.is_seen_without_letter();
            goes.then_some(other.style)
        });
        if let Some(style) = taken.filter(|_| writes[at].is_blank()) {
            writes[at].style = style;
        }
    }
    writes.sort_by_cached_key(|write| {
        let CellWrite { place: (x, y), style, .. } = *write;
        (style != current, style.order(), y, x)
    });
    writes
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::{CellStyle, cell_writes};
    use crate::canvas::ColourDepth;

    const ONE: Color = Color::Rgb(9, 9, 9);
    const OTHER: Color = Color::Rgb(3, 7, 200);

    /// Returns the writes for the cells of one row, in order: column and text.
    fn order(cells: &[(&str, Style)], current: CellStyle) -> String {
        let mut screen = Buffer::empty(Rect::new(0, 0, cells.len() as u16, 1));
        for (x, (symbol, style)) in (0..).zip(cells) {
            screen[(x, 0)].set_symbol(symbol).set_style(*style);
        }
        let places = (0..cells.len() as u16).map(|x| (x, 0));
        let writes = cell_writes(places, &screen, ColourDepth::True, current);
        let shown = |write: &super::CellWrite| {
            format!("{}{}", write.place.0, write.symbol(&screen[write.place]))
        };
        writes.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cells_of_one_style_are_written_together_starting_with_the_current_style() {
        let [one, other] = [ONE, OTHER].map(|colour| Style::new().fg(colour));
        let cells = [("a", one), ("b", other), ("c", one), ("d", other)];
        assert_eq!(order(&cells, CellStyle::PLAIN), "1b 3d 0a 2c");
        assert_eq!(order(&cells, CellStyle { fg: ONE, ..CellStyle::PLAIN }), "0a 2c 1b 3d");
    }

    #[test]
    fn a_blank_joins_its_neighbour() {
        let one = Style::new().fg(ONE);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let cells = [("a", one), (" ", Style::new()), ("b", Style::new()), ("c", bold)];
        assert_eq!(order(&cells, CellStyle::PLAIN), "2b 0a 1  3c");
    }

    #[test]
    fn halves_in_the_same_two_colours_are_one_style() {
        let style = |fg, bg| Style::new().fg(fg).bg(bg);
        let cells = [
            ("▀", style(ONE, OTHER)),
            ("▀", style(ONE, ONE)),
            ("▄", style(ONE, OTHER)),
            ("▀", style(OTHER, ONE)),
            ("▄", style(OTHER, OTHER)),
        ];
        // Each blank joins a neighbour with the same background, or is written before all letters
        // on it.
        assert_eq!(order(&cells, CellStyle::PLAIN), "0▀ 2▄ 3▄ 4  1 ");
        let reversed = style(ONE, OTHER).add_modifier(Modifier::REVERSED);
        assert_eq!(order(&[("▀", reversed)], CellStyle::PLAIN), "0▀");
    }
}
