//! Maps of signed values in half blocks, in 15 levels, with their scale.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::ramps::{SIGN_LEVELS, sign_level};

/// The levels as characters, for terminals without colours: `=` below zero, `+` above it.
const SIGNS: [(char, char); SIGN_LEVELS] = [
    ('▬', '='),
    ('▬', '='),
    ('═', '='),
    ('═', '='),
    ('╌', '-'),
    ('╌', '-'),
    ('·', '.'),
    (' ', ' '),
    ('·', '.'),
    ('+', '+'),
    ('+', '+'),
    ('╋', '*'),
    ('╋', '*'),
    ('▓', '#'),
    ('█', '#'),
];

/// A view of values in rows and columns, stored with strides.
#[derive(Clone, Copy)]
pub(crate) struct ValueGrid<'v> {
    /// `values[offset + row * row_stride + column * column_stride]`.
    pub values: &'v [f32],
    /// Rows of the field.
    pub rows: usize,
    /// Columns of the field.
    pub columns: usize,
    /// The distance between a value and the one below it.
    pub row_stride: usize,
    /// The distance between a value and the one to its right.
    pub column_stride: usize,
    /// The index of the first value.
    pub offset: usize,
}

impl<'v> ValueGrid<'v> {
    /// Returns a grid of all these values, row by row.
    pub(crate) fn in_rows(values: &'v [f32], columns: usize) -> Self {
        let rows = values.len() / columns.max(1);
        Self { values, rows, columns, row_stride: columns, column_stride: 1, offset: 0 }
    }

    fn value(&self, row: usize, column: usize) -> Option<f32> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let at = self.offset + row * self.row_stride + column * self.column_stride;
        self.values.get(at).copied()
    }
}

/// A map of a field.
pub(crate) struct Heatmap<'v> {
    /// The values.
    pub field: ValueGrid<'v>,
    /// The value at which the colours end, above 0.
    pub scale: f64,
    /// The width of a value in cells.
    pub wide: u16,
    /// The height of a value in half cells.
    pub high: u16,
    /// The first visible row and the first visible column.
    pub from: (usize, usize),
}

/// A cell of the drawing, with the row and column of the value in each of its halves.
#[derive(Clone, Copy)]
struct HeatmapCell {
    at: (u16, u16),
    upper: (usize, usize),
    lower: (usize, usize),
}

impl Heatmap<'_> {
    /// Returns the row and column of the value at half cell `(x, y)` of the drawing.
    pub(crate) fn at(&self, x: u16, y: u16) -> (usize, usize) {
        (
            self.from.0 + usize::from(y / self.high.max(1)),
            self.from.1 + usize::from(x / self.wide.max(1)),
        )
    }

    /// Draws the map, with the value at `cursor` in the colour of the chosen element.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, cursor: Option<(usize, usize)>) {
        let has_halves = canvas.theme.has_colours() && !canvas.is_ascii();
        let per_level = (7.0 / self.scale) as f32;
        for y in 0..area.height {
            let rows = (self.at(0, y * 2).0, self.at(0, y * 2 + 1).0);
            // Counted rather than divided, because this runs for every cell of every field.
            let (mut column, mut left) = (self.from.1, self.wide.max(1));
            for x in 0..area.width {
                let cell = HeatmapCell {
                    at: (area.x + x, area.y + y),
                    upper: (rows.0, column),
                    lower: (rows.1, column),
                };
                left -= 1;
                if left == 0 {
                    (column, left) = (column + 1, self.wide.max(1));
                }
                if has_halves {
                    self.draw_halves(canvas, cell, cursor, per_level);
                } else {
                    self.draw_letter(canvas, cell, cursor);
                }
            }
        }
    }

    fn draw_halves(
        &self,
        canvas: &mut Canvas<'_>,
        cell: HeatmapCell,
        cursor: Option<(usize, usize)>,
        per_level: f32,
    ) {
        let HeatmapCell { at, upper, lower } = cell;
        let colour = |canvas: &Canvas<'_>, (row, column): (usize, usize)| {
            if cursor == Some((row, column)) {
                return canvas.theme.chosen.fg;
            }
            self.field.value(row, column).map(|v| canvas.theme.signs[quick_level(v, per_level)])
        };
        match (colour(canvas, upper), colour(canvas, lower)) {
            (None, None) => {}
            (Some(one), Some(other)) if one == other => {
                canvas.put(at, (' ', ' '), Style::new().bg(one));
            }
            (Some(one), Some(other)) => {
                canvas.put(at, ('▀', '#'), Style::new().fg(one).bg(other));
            }
            (Some(one), None) => canvas.put(at, ('▀', '#'), Style::new().fg(one)),
            (None, Some(other)) => canvas.put(at, ('▄', '#'), Style::new().fg(other)),
        }
    }

    /// Draws one character for both halves: that of the value further from zero.
    fn draw_letter(
        &self,
        canvas: &mut Canvas<'_>,
        cell: HeatmapCell,
        cursor: Option<(usize, usize)>,
    ) {
        let HeatmapCell { at, upper, lower } = cell;
        let values = [upper, lower].map(|(row, column)| self.field.value(row, column));
        let Some(value) = values.into_iter().flatten().max_by(|a, b| a.abs().total_cmp(&b.abs()))
        else {
            return;
        };
        let level = sign_level(f64::from(value), self.scale);
        let mut style = canvas.theme.text;
        if canvas.theme.has_colours() {
            style = Style::new().fg(canvas.theme.signs[level]);
        }
        let mut glyph = SIGNS[level];
        if cursor == Some(upper) || cursor == Some(lower) {
            style = canvas.theme.chosen;
            if glyph.0 == ' ' {
                glyph = ('·', '.');
            }
        }
        canvas.put(at, glyph, style);
    }
}

/// Returns the result of [`sign_level`], for maps of thousands of values: a cast saturates at the
/// bounds of its type.
fn quick_level(value: f32, per_level: f32) -> usize {
    usize::from((value * per_level + 7.5) as u8).min(SIGN_LEVELS - 1)
}

/// Draws a scale from −scale to scale; returns the column after it.
pub(crate) fn scale_bar(canvas: &mut Canvas<'_>, row: Rect, scale: f64) -> u16 {
    let end = short(scale);
    sign_bar(canvas, row, [&format!("−{end}"), &format!("+{end}")])
}

/// Draws the colours of a map between what they mean at both ends; returns the column after them.
pub(crate) fn sign_bar(canvas: &mut Canvas<'_>, row: Rect, [least, most]: [&str; 2]) -> u16 {
    let quiet = canvas.theme.quiet;
    let width = canvas.width(least) + canvas.width(most) + SIGN_LEVELS as u16 + 2;
    if row.height == 0 || width > row.width {
        return row.x;
    }
    let x = canvas.text((row.x, row.y), row.width, &format!("{least} "), quiet);
    for (level, glyph) in SIGNS.into_iter().enumerate() {
        let at = (x + level as u16, row.y);
        if canvas.theme.has_colours() && !canvas.is_ascii() {
            canvas.put(at, (' ', ' '), Style::new().bg(canvas.theme.signs[level]));
        } else {
            canvas.put(at, glyph, canvas.theme.text);
        }
    }
    canvas.text((x + SIGN_LEVELS as u16, row.y), row.width, &format!(" {most}"), quiet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strided_grid_finds_its_values_and_none_beyond_its_edges() {
        let values = [0.0, 10.0, 1.0, 11.0, 2.0, 12.0, 3.0, 13.0];
        let second = ValueGrid {
            values: &values,
            rows: 2,
            columns: 2,
            row_stride: 4,
            column_stride: 2,
            offset: 1,
        };
        let rows = [0, 1, 2].map(|row| [0, 1, 2].map(|column| second.value(row, column)));
        let want = [[Some(10.0), Some(11.0), None], [Some(12.0), Some(13.0), None], [None; 3]];
        assert_eq!(rows, want);
        let whole = ValueGrid::in_rows(&values, 4);
        assert_eq!((whole.value(1, 0), whole.value(2, 0)), (Some(2.0), None));
        assert_eq!(ValueGrid::in_rows(&[], 0).value(0, 0), None);
    }

    #[test]
    fn the_quick_level_equals_the_level() {
        for value in -300..=300 {
            let value = f64::from(value) / 100.3;
            let quick = quick_level(value as f32, 7.0 / 2.0);
            assert_eq!(quick, sign_level(value, 2.0), "{value}");
        }
    }
}
