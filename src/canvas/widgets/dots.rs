//! Dot curves with 2 × 4 dots per cell (2 × 3 for sextants): in Braille, in blocks, or as ASCII marks.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::pixel::{OCTANTS, QUADRANTS, SEXTANTS};

use crate::canvas::Canvas;
use crate::canvas::Glyphs;

/// The pen of a curve.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen {
    /// The colour.
    pub style: Style,
    /// The character that replaces the dots in ASCII.
    pub ascii: char,
    /// The lengths of its strokes and gaps in dots; a gap of 0 is a solid line.
    pub dash: (u32, u32),
    /// Whether the dots of any other pen in the same cell replace its dots: a cell has one colour,
    /// and the background must not take that of a line.
    pub is_background: bool,
}

impl Pen {
    /// Creates the pen of a solid line.
    pub(crate) fn solid(style: Style, ascii: char) -> Self {
        Self { style, ascii, dash: (1, 0), is_background: false }
    }

    /// Creates the pen of a background behind the lines.
    pub(crate) fn behind(style: Style, ascii: char) -> Self {
        Self { is_background: true, ..Self::solid(style, ascii) }
    }

    /// Creates the pen of an arm, which also differs from the others in its strokes.
    pub(crate) fn of_arm(arm: usize, style: Style) -> Self {
        let dash = [(1, 0), (6, 2), (2, 2), (2, 6)][arm % 4];
        Self { dash, ..Self::solid(style, crate::canvas::glyphs::mark(arm).1) }
    }
}

/// Returns a short piece of an arm's line for legends, with its ASCII replacement.
pub(crate) fn dash_sample(arm: usize) -> (&'static str, &'static str) {
    [("──", "--"), ("╌╌", "- "), ("┈┈", ".."), ("··", ". ")][arm % 4]
}

/// Returns the Braille character of a cell.
fn braille(bits: u8) -> char {
    char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' ')
}

/// Returns the block character that fills the quarters of a cell that contain dots.
fn quadrants(bits: u8) -> char {
    let quarter = |row: usize, column: usize| {
        usize::from(bits & (BITS[row * 2][column] | BITS[row * 2 + 1][column]) != 0)
    };
    QUADRANTS[quarter(0, 0) + 2 * quarter(0, 1) + 4 * quarter(1, 0) + 8 * quarter(1, 1)]
}

/// Returns a number with the dots of a cell as bits, row by row.
fn in_rows(bits: u8) -> usize {
    let order = BITS.iter().flatten().enumerate();
    order.map(|(place, bit)| usize::from(bits & bit != 0) << place).sum()
}

/// A field of dots.
pub(crate) struct Dots {
    width: u16,
    height: u16,
    glyphs: Glyphs,
    bits: Vec<u8>,
    owners: Vec<u8>,
    pens: Vec<Pen>,
    /// The number of lines before each pen.
    ranks: Vec<u8>,
    stroke: Stroke,
}

/// How thick lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stroke {
    /// One dot.
    Thin,
    /// Quarters of cells, two of them across: half a cell high, and a cell wide. Blocks are seen from further
    /// away than dots.
    Blocks,
    /// The same, twice as thick.
    LargeBlocks,
    /// Two dots across and down, where the glyphs have no quarters of cells.
    TwoDots,
}

impl Stroke {
    /// The rows of cells from which a plot has the thicker blocks.
    const LARGE: u16 = 26;

    /// Returns the stroke of lines on a canvas: thick for a room.
    fn on(canvas: &Canvas<'_>, rows: u16) -> Self {
        match canvas.glyphs {
            _ if !canvas.is_presenting => Self::Thin,
            Glyphs::Braille | Glyphs::Block if rows >= Self::LARGE => Self::LargeBlocks,
            Glyphs::Braille | Glyphs::Block => Self::Blocks,
            Glyphs::Narrow | Glyphs::Sextant | Glyphs::Octant => Self::TwoDots,
            Glyphs::Ascii => Self::Thin,
        }
    }

    /// Returns the dots to the left and below that a dot of a line brings with it. Those to the right would
    /// reach beyond the mark at the end of a curve.
    fn neighbours(self) -> &'static [(usize, usize)] {
        match self {
            Self::Thin => &[],
            Self::Blocks => &[(1, 0)],
            Self::LargeBlocks => &[(1, 0), (2, 0), (3, 0), (0, 2), (1, 2), (2, 2), (3, 2)],
            Self::TwoDots => &[(1, 0), (0, 1), (1, 1)],
        }
    }

    /// Returns the factor of the strokes and gaps of dashed lines, which thick strokes cover in part.
    fn dash_factor(self) -> u32 {
        match self {
            Self::Thin => 1,
            Self::Blocks | Self::TwoDots => 2,
            Self::LargeBlocks => 4,
        }
    }
}

/// The bit of each dot, by row and then column.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

impl Dots {
    /// Creates an empty field of `width` × `height` cells.
    pub(crate) fn new(width: u16, height: u16, glyphs: Glyphs) -> Self {
        let cells = usize::from(width) * usize::from(height);
        let (bits, owners) = (vec![0; cells], vec![0; cells]);
        let (pens, ranks) = (Vec::new(), Vec::new());
        Self { width, height, glyphs, bits, owners, pens, ranks, stroke: Stroke::Thin }
    }

    /// Creates an empty field for lines that are thick on a canvas for a room.
    pub(crate) fn on(canvas: &Canvas<'_>, width: u16, height: u16) -> Self {
        let stroke = Stroke::on(canvas, height);
        Self { stroke, ..Self::new(width, height, canvas.glyphs) }
    }

    /// Returns the number of columns of dots.
    pub(crate) fn columns(&self) -> usize {
        usize::from(self.width) * 2
    }

    /// Returns the number of rows of dots.
    pub(crate) fn rows(&self) -> usize {
        usize::from(self.height) * self.glyphs.dot_rows()
    }

    /// Adds a pen. The dots drawn last give a cell its colour, except that a dashed line takes
    /// turns with the lines that it coincides with.
    pub(crate) fn pen(&mut self, pen: Pen) -> u8 {
        let lines = self.pens.iter().filter(|before| !before.is_background).count();
        self.ranks.push(if pen.dash.1 > 0 { lines.min(3) as u8 } else { 0 });
        self.pens.push(pen);
        (self.pens.len() - 1) as u8
    }

    /// Sets a dot, counted from the top left, and if lines are thick its neighbours to the left and below; a
    /// dot outside the field is ignored.
    pub(crate) fn set(&mut self, x: usize, y: usize, pen: u8) {
        self.set_one(x, y, pen);
        let is_background = self.pens.get(usize::from(pen)).is_some_and(|pen| pen.is_background);
        let neighbours = if is_background { &[] } else { self.stroke.neighbours() };
        for (left, down) in neighbours {
            if let Some(x) = x.checked_sub(*left) {
                self.set_one(x, y + down, pen);
            }
        }
    }

    fn set_one(&mut self, x: usize, y: usize, pen: u8) {
        if x < self.columns() && y < self.rows() {
            let dot_rows = self.glyphs.dot_rows();
            let (row, within) = (y / dot_rows, y % dot_rows);
            let cell = row * usize::from(self.width) + x / 2;
            let owner = self.owners[cell];
            let is_background = self.pens.get(usize::from(owner)).is_some_and(|p| p.is_background);
            if owner != pen && is_background {
                self.bits[cell] = 0;
            }
            let is_shared = self.bits[cell] != 0 && owner != pen;
            self.bits[cell] |= BITS[within][x % 2];
            if !is_shared || self.is_turn(x / 2 + row, pen) {
                self.owners[cell] = pen;
            }
        }
    }

    /// Returns whether a pen gives its colour to a cell that another line shares: every second cell
    /// for the second line, every third for the third.
    fn is_turn(&self, place: usize, pen: u8) -> bool {
        let rank = self.ranks.get(usize::from(pen)).map_or(0, |rank| usize::from(*rank));
        place % (rank + 1) == rank
    }

    /// Sets the dots of a column between two rows, both inclusive.
    pub(crate) fn span(&mut self, x: usize, rows: (usize, usize), pen: u8) {
        for y in rows.0.min(rows.1)..=rows.0.max(rows.1).min(self.rows()) {
            self.set(x, y, pen);
        }
    }

    /// Returns the row of a height, 0 at the bottom and 1 at the top: both ends lie in the middle
    /// of their cells, like gridlines and labels.
    pub(crate) fn row_of(height: f64, rows: usize) -> usize {
        let most = rows.saturating_sub(1).max(3) - 2;
        1 + ((1.0 - height.clamp(0.0, 1.0)) * (most - 1) as f64).round() as usize
    }

    /// Returns whether the pen is down after `travelled` dots.
    pub(crate) fn is_down(&self, pen: u8, travelled: u32) -> bool {
        self.pens.get(usize::from(pen)).is_none_or(|pen| {
            let (stroke, gap) = pen.dash;
            let factor = self.stroke.dash_factor();
            let (stroke, gap) = (stroke * factor, gap * factor);
            gap == 0 || travelled % (stroke + gap) < stroke
        })
    }

    /// Returns whether a cell has no dots.
    pub(crate) fn is_free(&self, x: u16, y: u16) -> bool {
        x >= self.width
            || y >= self.height
            || self.bits[usize::from(y) * usize::from(self.width) + usize::from(x)] == 0
    }

    /// Returns whether a block of cells has no dots.
    pub(crate) fn is_block_free(&self, x: u16, y: u16, width: u16, height: u16) -> bool {
        (y..y.saturating_add(height))
            .all(|y| (x..x.saturating_add(width)).all(|x| self.is_free(x, y)))
    }

    /// Draws the cells that have dots.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let has_blocks = matches!(self.stroke, Stroke::Blocks | Stroke::LargeBlocks);
        for y in 0..self.height.min(area.height) {
            for x in 0..self.width.min(area.width) {
                let cell = usize::from(y) * usize::from(self.width) + usize::from(x);
                let bits = self.bits[cell];
                if bits == 0 {
                    continue;
                }
                if let Some(pen) = self.pens.get(usize::from(self.owners[cell])) {
                    let glyph = match self.glyphs {
                        // What lies behind the lines stays thin.
                        Glyphs::Braille if has_blocks && !pen.is_background => quadrants(bits),
                        Glyphs::Braille | Glyphs::Narrow => braille(bits),
                        Glyphs::Block => quadrants(bits),
                        Glyphs::Sextant => SEXTANTS[in_rows(bits) % SEXTANTS.len()],
                        Glyphs::Octant => OCTANTS[in_rows(bits) % OCTANTS.len()],
                        Glyphs::Ascii => pen.ascii,
                    };
                    canvas.put((area.x + x, area.y + y), (glyph, glyph), pen.style);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::Appearance;

    #[test]
    fn a_dot_lands_in_its_cell_and_nowhere_else() {
        let mut dots = Dots::new(2, 1, Glyphs::Braille);
        let pen = dots.pen(Pen::solid(Style::new(), '*'));
        dots.set(3, 3, pen);
        assert_eq!(dots.bits, [0, 0x80]);
        dots.set(4, 0, pen);
        dots.set(0, 4, pen);
        assert_eq!(dots.bits, [0, 0x80]);
        assert!(dots.is_free(0, 0) && !dots.is_free(1, 0));
    }

    #[test]
    fn a_quarter_of_a_cell_is_filled_if_it_contains_a_dot() {
        assert_eq!([0x01, 0x02, 0x03].map(quadrants), ['▘'; 3]);
        assert_eq!([0x10, 0x40, 0x80, 0x41, 0x48].map(quadrants), ['▝', '▖', '▗', '▌', '▞']);
        assert_eq!(quadrants(0xff), '█');
    }

    #[test]
    fn sextants_and_octants_show_every_dot_where_it_is() {
        let cell = |glyphs: Glyphs, at: &[(usize, usize)]| {
            let mut dots = Dots::new(1, 1, glyphs);
            let pen = dots.pen(Pen::solid(Style::new(), '*'));
            for (x, y) in at {
                dots.set(*x, *y, pen);
            }
            let mut cells = Buffer::empty(Rect::new(0, 0, 1, 1));
            let look = Appearance { glyphs, ..Appearance::default() };
            dots.draw(&mut Canvas::new(&mut cells, look), Rect::new(0, 0, 1, 1));
            cells[(0, 0)].symbol().to_owned()
        };
        // By the names of Unicode: sextant-6 is the last of six, octant-3 the left one in the second row.
        assert_eq!(cell(Glyphs::Sextant, &[(1, 2)]), "\u{1fb1e}");
        assert_eq!(cell(Glyphs::Sextant, &[(0, 0), (0, 1), (0, 2)]), "▌");
        assert_eq!(cell(Glyphs::Sextant, &[(0, 0), (1, 0)]), "\u{1fb02}");
        assert_eq!(cell(Glyphs::Octant, &[(0, 1)]), "\u{1cd00}");
        assert_eq!(cell(Glyphs::Octant, &[(0, 3), (1, 3)]), "▂");
        assert_eq!(cell(Glyphs::Octant, &[(0, 0), (1, 1), (0, 2), (1, 3)]), "\u{1cd89}");
    }

    #[test]
    fn lines_are_thick_for_a_room_and_what_lies_behind_them_is_not() {
        let drawn = |glyphs, is_presenting, pen: Pen, rows: u16| {
            let area = Rect::new(0, 0, 4, rows);
            let mut cells = Buffer::empty(area);
            let appearance = Appearance { glyphs, is_presenting, ..Appearance::default() };
            let mut canvas = Canvas::new(&mut cells, appearance);
            let mut dots = Dots::on(&canvas, area.width, area.height);
            let pen = dots.pen(pen);
            dots.set(5, 1, pen);
            dots.draw(&mut canvas, area);
            cells.content().iter().take(4).map(|cell| cell.symbol().to_owned()).collect::<String>()
        };
        let line = Pen::solid(Style::new(), '*');
        assert_eq!(drawn(Glyphs::Braille, false, line, 1), "  ⠐ ");
        assert_eq!(drawn(Glyphs::Braille, true, line, 1), "  ▀ ");
        assert_eq!(drawn(Glyphs::Block, true, line, 1), "  ▀ ");
        assert_eq!(drawn(Glyphs::Braille, true, line, 40), " ██ ");
        assert_eq!(drawn(Glyphs::Narrow, true, line, 1), "  ⠶ ");
        assert_eq!(drawn(Glyphs::Ascii, true, line, 1), "  * ");
        assert_eq!(drawn(Glyphs::Braille, true, Pen::behind(Style::new(), '.'), 1), "  ⠐ ");
    }

    #[test]
    fn lines_that_coincide_take_turns() {
        let mut dots = Dots::new(12, 1, Glyphs::Braille);
        for arm in 0..3 {
            let pen = dots.pen(Pen::of_arm(arm, Style::new()));
            (0..24).for_each(|x| dots.set(x, 1, pen));
        }
        let cells = |pen: u8| dots.owners.iter().map(|o| usize::from(*o == pen)).sum::<usize>();
        assert_eq!([cells(0), cells(1), cells(2)], [4, 4, 4]);
    }
}
