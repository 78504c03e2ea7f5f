//! All drawing goes through the canvas: bounded cells, theme colours, supported characters.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use unicode_width::UnicodeWidthChar;

use crate::canvas::glyphs::plain;
use crate::canvas::theme::Theme;
use crate::canvas::{Appearance, Glyphs};
use crate::text::visible;

/// More columns than any terminal has. The widths of half a dozen texts still add up in `u16`,
/// however long the titles and names of a file are.
const WIDEST: usize = 10_000;

/// The most marks of a letter that are drawn, such as accents and vowel signs. Each is written with its
/// letter, in the same cell.
const MOST_MARKS: usize = 8;

/// A part of a drawing that the mouse can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawnPart {
    /// A row of a table or of a list, by its index.
    Row(usize),
    /// An item of another kind, by its index among all.
    Item(usize),
    /// The head of a column of a table, by the index of the column among all.
    Head(usize),
}

/// A buffer together with the theme and the characters that drawing may use.
pub(crate) struct Canvas<'a> {
    cells: &'a mut Buffer,
    /// The theme.
    pub theme: Theme,
    /// The glyph set.
    pub glyphs: Glyphs,
    /// Where parts have been drawn, if that is recorded.
    parts: Option<Vec<(Rect, DrawnPart)>>,
    /// Whether curves and marks are drawn for a room: thick, and without a grid.
    pub is_presenting: bool,
}

impl<'a> Canvas<'a> {
    /// Creates a canvas over a buffer.
    pub(crate) fn new(cells: &'a mut Buffer, appearance: Appearance) -> Self {
        let Appearance { glyphs, is_presenting, .. } = appearance;
        Self { cells, theme: Theme::of(appearance), glyphs, is_presenting, parts: None }
    }

    /// Returns the part that a drawing of `area` has under a cell, so that mouse and drawing agree.
    pub(crate) fn part_at(
        appearance: Appearance,
        area: Rect,
        at: (u16, u16),
        draw: impl FnOnce(&mut Canvas<'_>),
    ) -> Option<DrawnPart> {
        let mut cells = Buffer::empty(area);
        let mut canvas = Canvas { parts: Some(Vec::new()), ..Canvas::new(&mut cells, appearance) };
        draw(&mut canvas);
        let parts = canvas.parts.unwrap_or_default();
        // Later parts cover earlier ones.
        parts.iter().rev().find(|(area, _)| area.contains(at.into())).map(|(_, part)| *part)
    }

    /// Notes where a part is drawn.
    pub(crate) fn note_part(&mut self, area: Rect, part: DrawnPart) {
        if let Some(parts) = &mut self.parts {
            parts.push((area, part));
        }
    }

    /// Returns whether everything except curves is drawn in ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        self.glyphs.is_mostly_ascii()
    }

    /// Returns a text as drawn: sanitised, and in the supported characters.
    pub(crate) fn displayable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        displayable(text, self.glyphs)
    }

    /// Returns the width of a text in cells, at most [`WIDEST`].
    pub(crate) fn width(&self, text: &str) -> u16 {
        text_width(text, self.glyphs)
    }

    /// Draws a text of at most `max` cells; returns the column after it.
    pub(crate) fn text(&mut self, at: (u16, u16), max: u16, text: &str, style: Style) -> u16 {
        let (x, y) = at;
        let area = self.cells.area;
        if max == 0 || x < area.x || x >= area.right() || y < area.y || y >= area.bottom() {
            return x;
        }
        let end = x.saturating_add(max).min(area.right());
        let displayable = self.displayable(text);
        let (mut column, mut last) = (x, None);
        for letter in displayable.chars() {
            let width = letter.width().unwrap_or(0) as u16;
            if width == 0 {
                if let Some(cell) = last.and_then(|at| self.cells.cell_mut(at))
                    && cell.symbol().chars().count() <= MOST_MARKS
                {
                    let with_mark = format!("{}{letter}", cell.symbol());
                    cell.set_symbol(&with_mark);
                }
                continue;
            }
            if column + width > end {
                break;
            }
            if let Some(cell) = self.cells.cell_mut((column, y)) {
                cell.set_char(letter).set_style(style);
            }
            last = Some((column, y));
            for after in 1..width {
                if let Some(cell) = self.cells.cell_mut((column + after, y)) {
                    cell.set_char(' ').set_style(style);
                }
            }
            column += width;
        }
        column
    }

    /// Draws a text that ends before the right edge of `row`; returns the column it begins at.
    pub(crate) fn text_right(&mut self, row: Rect, text: &str, style: Style) -> u16 {
        let width = self.width(text).min(row.width);
        let x = row.right() - width;
        self.text((x, row.y), width, text, style);
        x
    }

    /// Returns a character, or its ASCII replacement where that is drawn.
    pub(crate) fn letter(&self, glyph: (char, char)) -> char {
        if self.is_ascii() { glyph.1 } else { glyph.0 }
    }

    /// Draws one character, or its ASCII replacement.
    pub(crate) fn put(&mut self, at: (u16, u16), glyph: (char, char), style: Style) {
        let letter = self.letter(glyph);
        if let Some(cell) = self.cells.cell_mut(at) {
            cell.set_char(letter).set_style(style);
        }
    }

    /// Restyles cells without changing their text.
    pub(crate) fn paint(&mut self, area: Rect, style: Style) {
        self.cells.set_style(area.intersection(self.cells.area), style);
    }

    /// Sets the background of cells that have none, and their text colour if they have none.
    pub(crate) fn fill_background(&mut self, area: Rect, background: Style) {
        let area = area.intersection(self.cells.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let Some(cell) = self.cells.cell_mut((x, y)) else { continue };
                if cell.fg == Color::Reset {
                    cell.fg = background.fg.unwrap_or(Color::Reset);
                }
                if cell.bg == Color::Reset {
                    cell.bg = background.bg.unwrap_or(Color::Reset);
                }
            }
        }
    }

    /// Empties cells, so that nothing below them shows through.
    pub(crate) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.cells.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.cells.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Returns whether a cell is still empty.
    pub(crate) fn is_blank(&self, at: (u16, u16)) -> bool {
        self.cells.cell(at).is_none_or(|cell| cell.symbol() == " ")
    }

    /// Starts a line of text within a row.
    pub(crate) fn line(&mut self, row: Rect) -> LineWriter<'_, 'a> {
        let end = if row.height == 0 { row.x } else { row.right() };
        LineWriter { x: row.x, y: row.y, end, canvas: self }
    }
}

/// Sanitises a text and replaces the characters that the glyph set lacks.
pub(crate) fn displayable(text: &str, glyphs: Glyphs) -> Cow<'_, str> {
    let displayable = visible(text);
    if glyphs.is_mostly_ascii() && !displayable.is_ascii() {
        Cow::Owned(plain(&displayable))
    } else {
        displayable
    }
}

/// Returns the width of a text in cells, drawn with a glyph set; at most [`WIDEST`].
pub(crate) fn text_width(text: &str, glyphs: Glyphs) -> u16 {
    let displayable = displayable(text, glyphs);
    cells_of(&displayable).min(WIDEST) as u16
}

/// Returns the cells of a text that holds no control characters: marks stand in the cell of their letter.
fn cells_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|letter| letter.width().unwrap_or(0)).sum()
}

/// Returns a text of at most `most` cells: with an ellipsis if the rest does not fit.
pub(crate) fn clipped(text: &str, most: usize) -> Cow<'_, str> {
    let text = visible(text);
    if cells_of(&text) <= most {
        return text;
    }
    let mut used = 0;
    let kept = text.chars().take_while(|letter| {
        used += letter.width().unwrap_or(0);
        used < most
    });
    Cow::Owned(kept.chain(['…']).collect())
}

/// Returns a text of at most `most` cells: with an ellipsis in its middle if not all of it fits, because the
/// ends of names differ as often as their beginnings.
pub(crate) fn squeezed(text: &str, most: usize) -> Cow<'_, str> {
    let text = visible(text);
    if cells_of(&text) <= most {
        return text;
    }
    let end = most.saturating_sub(1) / 2;
    let mut used = 0;
    let last: Vec<char> = text
        .chars()
        .rev()
        .take_while(|letter| {
            used += letter.width().unwrap_or(0);
            used <= end
        })
        .collect();
    let mut used = 0;
    let first = text.chars().take_while(|letter| {
        used += letter.width().unwrap_or(0);
        used + 1 + end <= most
    });
    Cow::Owned(first.chain(['…']).chain(last.into_iter().rev()).collect())
}

/// A row being written from the left; text that does not fit is cut off.
pub(crate) struct LineWriter<'c, 'a> {
    canvas: &'c mut Canvas<'a>,
    x: u16,
    y: u16,
    end: u16,
}

impl LineWriter<'_, '_> {
    /// Writes a text, cut off at the end of the row.
    pub(crate) fn put(&mut self, text: &str, style: Style) -> &mut Self {
        self.x = self.canvas.text((self.x, self.y), self.end.saturating_sub(self.x), text, style);
        self
    }

    /// Skips cells.
    pub(crate) fn gap(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// Writes a text only if all of it fits; returns whether it did.
    pub(crate) fn put_whole(&mut self, text: &str, style: Style) -> bool {
        let fits = self.canvas.width(text) <= self.left();
        if fits {
            self.put(text, style);
        }
        fits
    }

    /// Returns the number of cells left in the row.
    pub(crate) fn left(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Returns the column of the next cell.
    pub(crate) fn column(&self) -> u16 {
        self.x
    }
}

/// Returns a row of an area, counted from its top; an empty one beyond its bottom.
pub(crate) fn row(area: Rect, index: u16) -> Rect {
    if index < area.height {
        Rect { y: area.y + index, height: 1, ..area }
    } else {
        Rect { y: area.bottom().saturating_sub(1), height: 0, width: 0, ..area }
    }
}

/// Returns the area without a margin at the left and the right.
pub(crate) fn inset(area: Rect, cells: u16) -> Rect {
    let cells = cells.min(area.width / 2);
    Rect { x: area.x + cells, width: area.width - 2 * cells, ..area }
}

/// Returns the area without its first rows.
pub(crate) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Returns the first rows of the area.
pub(crate) fn top(area: Rect, rows: u16) -> Rect {
    Rect { height: rows.min(area.height), ..area }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::{Canvas, clipped, squeezed, text_width};
    use crate::canvas::{Appearance, Glyphs};

    /// Returns the symbols of a row of ten cells after a text is drawn on it, and the column after it.
    fn drawn(text: &str, max: u16) -> (Vec<String>, u16) {
        let mut cells = Buffer::empty(Rect::new(0, 0, 10, 1));
        let end =
            Canvas::new(&mut cells, Appearance::default()).text((0, 0), max, text, Style::new());
        let symbols = (0..end).map(|x| cells[(x, 0)].symbol().to_owned());
        (symbols.collect(), end)
    }

    #[test]
    fn marks_stay_in_the_cell_of_their_letter() {
        // Decomposed é, Hindi with virama and anusvara, Thai with two marks above one letter.
        for (text, cells) in [
            ("e\u{301}lan", &["e\u{301}", "l", "a", "n"][..]),
            ("न\u{94d}द\u{947}\u{902}", &["न\u{94d}", "द\u{947}\u{902}"]),
            ("ท\u{e35}\u{e48}x", &["ท\u{e35}\u{e48}", "x"]),
            ("日\u{301}本", &["日\u{301}", " ", "本", " "]),
        ] {
            let (symbols, end) = drawn(text, 10);
            assert_eq!(symbols, cells, "{text}");
            assert_eq!(end, text_width(text, Glyphs::Braille), "{text}");
        }
    }

    #[test]
    fn marks_of_no_letter_or_without_end_take_no_room() {
        assert_eq!(drawn("\u{301}a", 10), (vec!["a".to_owned()], 1));
        let (symbols, end) = drawn(&format!("a{}b", "\u{301}".repeat(500)), 10);
        assert_eq!((symbols[0].chars().count(), end), (1 + super::MOST_MARKS, 2));
        // The mark of a letter that is cut off belongs to no other one.
        assert_eq!(drawn("abe\u{301}", 2).0, ["a", "b"]);
    }

    #[test]
    fn a_clipped_text_fits_and_says_that_it_is_cut() {
        assert_eq!(clipped("e\u{301}lan", 4), "e\u{301}lan");
        assert_eq!(clipped("e\u{301}lan", 3), "e\u{301}l…");
        assert_eq!(clipped("日本語", 5), "日本…");
        assert_eq!(clipped("日本語", 6), "日本語");
        assert_eq!(squeezed("sepal_length", 7), "sep…gth");
        assert_eq!(squeezed("sepal_width", 8), "sepa…dth");
        assert_eq!(squeezed("日本語日本語", 7), "日…語");
        assert_eq!(squeezed("age", 3), "age");
    }
}
