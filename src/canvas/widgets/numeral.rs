//! Numbers for the back row: digits of 3 × 5 pixels, in half blocks or, without blocks, in `#`.

use ratatui::style::Style;

use crate::canvas::Canvas;

/// The rows of pixels of a digit.
const HIGH: u16 = 5;

/// The characters that can be drawn, each as its rows from the top; a pixel is a `#`.
const SHAPES: [(char, [&str; HIGH as usize]); 17] = [
    ('0', ["###", "# #", "# #", "# #", "###"]),
    ('1', [" # ", "## ", " # ", " # ", "###"]),
    ('2', ["###", "  #", "###", "#  ", "###"]),
    ('3', ["###", "  #", "###", "  #", "###"]),
    ('4', ["# #", "# #", "###", "  #", "  #"]),
    ('5', ["###", "#  ", "###", "  #", "###"]),
    ('6', ["###", "#  ", "###", "# #", "###"]),
    ('7', ["###", "  #", "  #", "  #", "  #"]),
    ('8', ["###", "# #", "###", "# #", "###"]),
    ('9', ["###", "# #", "###", "  #", "###"]),
    ('.', [" ", " ", " ", " ", "#"]),
    (',', [" ", " ", " ", "#", "#"]),
    ('−', ["   ", "   ", "###", "   ", "   "]),
    ('–', ["   ", "   ", "###", "   ", "   "]),
    ('=', ["   ", "###", "   ", "###", "   "]),
    ('×', ["   ", "# #", " # ", "# #", "   "]),
    ('e', ["   ", "## ", "###", "#  ", "## "]),
];

/// The rows of a character that has no shape.
const BLANK: [&str; HIGH as usize] = ["   "; HIGH as usize];

fn shape(letter: char) -> [&'static str; HIGH as usize] {
    SHAPES.iter().find(|(of, _)| *of == letter).map_or(BLANK, |(_, rows)| *rows)
}

/// The size of numerals: a pixel is `scale` cells wide and as many half cells high. Without half blocks it has
/// whole cells, one for every two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumeralSize {
    scale: u16,
    has_halves: bool,
}

impl NumeralSize {
    /// The largest scale: a digit is 18 cells wide.
    pub(crate) const MOST: u16 = 6;

    /// Creates a size; its scale is at least 1.
    pub(crate) fn new(canvas: &Canvas<'_>, scale: u16) -> Self {
        Self { scale: scale.clamp(1, Self::MOST), has_halves: !canvas.is_ascii() }
    }

    /// Returns the rows that a number takes.
    pub(crate) fn height(self) -> u16 {
        if self.has_halves {
            (HIGH * self.scale).div_ceil(2)
        } else {
            HIGH * self.scale.div_ceil(2)
        }
    }

    /// Returns the cells between two characters.
    pub(crate) fn gap(self) -> u16 {
        self.scale.div_ceil(2)
    }

    /// Returns the width of a number in cells.
    pub(crate) fn width(self, text: &str) -> u16 {
        let letters = text.chars().take(100);
        let width = letters.map(|letter| shape(letter)[0].len() as u16 * self.scale + self.gap());
        width.sum::<u16>().saturating_sub(self.gap())
    }

    /// Returns the row of pixels in the nth half of a column of cells, from the top.
    fn pixel_row(self, half: u16) -> u16 {
        if self.has_halves { half / self.scale } else { half / 2 / self.scale.div_ceil(2) }
    }
}

/// A number in large digits.
pub(crate) struct Numeral<'t> {
    /// The number.
    pub text: &'t str,
    /// The size of its digits.
    pub size: NumeralSize,
    /// Their style.
    pub style: Style,
}

/// Draws a number, with its upper left corner at a cell.
pub(crate) fn numeral(canvas: &mut Canvas<'_>, (x, y): (u16, u16), what: &Numeral<'_>) {
    let Numeral { text, size, style } = *what;
    let mut left = x;
    for letter in text.chars() {
        let rows = shape(letter);
        let wide = rows[0].len() as u16 * size.scale;
        let is_set = |column: u16, half: u16| {
            let row = rows.get(usize::from(size.pixel_row(half)));
            row.is_some_and(|row| {
                row.as_bytes().get(usize::from(column / size.scale)) == Some(&b'#')
            })
        };
        for row in 0..size.height() {
            for column in 0..wide {
                let glyph = match (is_set(column, row * 2), is_set(column, row * 2 + 1)) {
                    (true, true) => ('█', '#'),
                    (true, false) => ('▀', '#'),
                    (false, true) => ('▄', '#'),
                    (false, false) => continue,
                };
                canvas.put((left + column, y + row), glyph, style);
            }
        }
        left += wide + size.gap();
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::canvas::{Appearance, Glyphs};

    /// Draws a text and returns its pixels, row by row, each read in the middle of its cells.
    fn pixels(text: &str, scale: u16, glyphs: Glyphs) -> Vec<String> {
        let area = Rect::new(0, 0, 240, 40);
        let mut cells = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut cells, Appearance { glyphs, ..Appearance::default() });
        let size = NumeralSize::new(&canvas, scale);
        numeral(&mut canvas, (0, 0), &Numeral { text, size, style: Style::new() });
        let width = size.width(text);
        let used = |x: u16, y: u16| cells[(x, y)].symbol() != " ";
        assert!((0..40).all(|y| (width..240).all(|x| !used(x, y))), "{text} is wider");
        assert!((size.height()..40).all(|y| (0..240).all(|x| !used(x, y))), "{text} is higher");
        let half = |x: u16, half: u16| match cells[(x, half / 2)].symbol() {
            "█" | "#" => true,
            "▀" => half.is_multiple_of(2),
            "▄" => !half.is_multiple_of(2),
            _ => false,
        };
        let high = if glyphs == Glyphs::Ascii { 2 * scale.div_ceil(2) } else { scale };
        let row =
            |row: u16| (0..width).map(|x| if half(x, row * high) { '#' } else { ' ' }).collect();
        (0..5).map(row).collect()
    }

    /// Reads a text back, by shapes that were drawn by hand for this test as sums of pixels: the number of
    /// pixels in each column and each row of a digit distinguishes it from the others.
    fn read_back(text: &str, scale: u16, glyphs: Glyphs) -> String {
        const SUMS: [(char, &str); 13] = [
            ('0', "525 32223"),
            ('1', "251 12113"),
            ('2', "434 31313"),
            ('3', "335 31313"),
            ('4', "315 22311"),
            ('5', "434 31313 left"),
            ('6', "534 31323"),
            ('7', "115 31111"),
            ('8', "535 32323"),
            ('9', "435 32313"),
            ('.', "1 00001"),
            ('−', "111 00300"),
            ('e', "431 02312"),
        ];
        let rows: Vec<Vec<char>> =
            pixels(text, scale, glyphs).iter().map(|row| row.chars().collect()).collect();
        let size = |letter: char| if letter == '.' { 1 } else { 3 };
        let gap = usize::from(scale.div_ceil(2));
        let mut left = 0;
        let mut out = String::new();
        for letter in text.chars() {
            let at =
                |column: usize, row: usize| rows[row][left + column * usize::from(scale)] == '#';
            let columns: String = (0..size(letter))
                .map(|column| (0..5).filter(|row| at(column, *row)).count().to_string())
                .collect();
            let sums: String = (0..5)
                .map(|row| (0..size(letter)).filter(|column| at(*column, row)).count().to_string())
                .collect();
            // 2 and 5 are mirror images of one another.
            let is_five = columns == "434" && at(0, 1);
            let found = format!("{columns} {sums}{}", if is_five { " left" } else { "" });
            let known = SUMS.iter().find(|(_, of)| *of == found);
            out.push(known.unwrap_or_else(|| panic!("{letter}: {found}")).0);
            left += size(letter) * usize::from(scale) + gap;
        }
        out
    }

    #[test]
    fn a_number_can_be_read_back_at_every_scale_in_blocks_and_in_ascii() {
        for glyphs in [Glyphs::Braille, Glyphs::Block, Glyphs::Ascii] {
            for scale in 1..=NumeralSize::MOST {
                for text in ["0123456789", "0.041", "−3.5e−4"] {
                    assert_eq!(read_back(text, scale, glyphs), text, "{glyphs:?} {scale}");
                }
            }
        }
    }

    #[test]
    fn no_two_characters_share_a_shape_except_the_dashes() {
        for (nth, (one, shape)) in SHAPES.iter().enumerate() {
            for (other, same) in &SHAPES[..nth] {
                let are_dashes = [*one, *other].iter().all(|letter| "−–".contains(*letter));
                assert!(are_dashes || shape != same, "{one} and {other}");
            }
            assert!(shape.iter().all(|row| row.len() == shape[0].len()), "{one}");
        }
    }
}
