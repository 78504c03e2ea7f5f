//! Pictures in shades of grey, in half blocks, at any size.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::canvas::Canvas;
use crate::canvas::ramps::GREY_LEVELS;

/// The levels as characters, for terminals without half blocks or colours.
pub(super) const GREY_LETTERS: [char; GREY_LEVELS] =
    [' ', ' ', '.', '.', ':', ':', '-', '-', '=', '=', '+', '+', '*', '*', '#', '#'];

/// A picture whose values reach from 0, no ink, to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GreyPicture<'v> {
    /// The values, row by row from the top.
    pub values: &'v [f32],
    /// The number of values in a row.
    pub columns: usize,
}

impl GreyPicture<'_> {
    /// Returns the columns and rows of points that an area has on a canvas.
    pub(crate) fn points(canvas: &Canvas<'_>, area: Rect) -> (usize, usize) {
        let halves = if has_halves(canvas) { 2 } else { 1 };
        (usize::from(area.width), usize::from(area.height) * halves)
    }

    /// Draws the picture over the whole of an area. Its points at the columns and rows for which `is_marked`
    /// holds have the colour of the chosen element.
    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        is_marked: impl Fn(usize, usize) -> bool,
    ) {
        let size = (self.columns, self.values.len() / self.columns.max(1));
        let (columns, rows) = Self::points(canvas, area);
        let points = resampled(self.values, size, (columns, rows));
        let level = |column: usize, row: usize| {
            let value = points.get(row * columns + column).copied().unwrap_or(0.0);
            (value.clamp(0.0, 1.0) * (GREY_LEVELS - 1) as f32).round() as usize
        };
        for y in 0..area.height {
            for x in 0..area.width {
                let (at, column) = ((area.x + x, area.y + y), usize::from(x));
                if has_halves(canvas) {
                    let [upper, lower] = [0, 1].map(|half| {
                        let row = usize::from(y) * 2 + half;
                        if is_marked(column, row) {
                            canvas.theme.chosen.fg.unwrap_or(Color::Reset)
                        } else {
                            canvas.theme.greys[level(column, row)]
                        }
                    });
                    put_halves(canvas, at, upper, lower);
                } else if is_marked(column, usize::from(y)) {
                    let chosen = canvas.theme.chosen;
                    canvas.put(at, ('╋', 'X'), chosen);
                } else {
                    let letter = GREY_LETTERS[level(column, usize::from(y))];
                    let text = canvas.theme.text;
                    canvas.put(at, (letter, letter), text);
                }
            }
        }
    }
}

fn has_halves(canvas: &Canvas<'_>) -> bool {
    canvas.theme.has_colours() && !canvas.is_ascii()
}

fn put_halves(canvas: &mut Canvas<'_>, at: (u16, u16), upper: Color, lower: Color) {
    if upper == lower {
        canvas.put(at, (' ', ' '), Style::new().bg(upper));
    } else {
        canvas.put(at, ('▀', '#'), Style::new().fg(upper).bg(lower));
    }
}

/// Returns a grid of values with other numbers of columns and rows: each is the mean of the values that it
/// covers, weighted by their share of it. Without values, or without room, it is empty.
pub(crate) fn resampled(
    values: &[f32],
    (columns, rows): (usize, usize),
    (to_columns, to_rows): (usize, usize),
) -> Vec<f32> {
    if columns == 0 || rows == 0 || values.len() < columns * rows {
        return Vec::new();
    }
    if (columns, rows) == (to_columns, to_rows) {
        return values[..columns * rows].to_vec();
    }
    let across: Vec<Vec<(usize, f32)>> = covered(columns, to_columns);
    let down = covered(rows, to_rows);
    let mut out = Vec::with_capacity(to_columns * to_rows);
    for of_row in &down {
        for of_column in &across {
            let mean = |(row, share): &(usize, f32)| {
                let along =
                    of_column.iter().map(|(column, part)| part * values[row * columns + column]);
                share * along.sum::<f32>()
            };
            out.push(of_row.iter().map(mean).sum());
        }
    }
    out
}

/// Returns for each of `to` equal parts of a length those of `from` equal parts that it covers, with their
/// shares of it, which sum to 1.
fn covered(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let scale = from as f64 / to.max(1) as f64;
    let part = |nth: usize| {
        let (begin, end) = (nth as f64 * scale, (nth + 1) as f64 * scale);
        let first = begin as usize;
        let last = (end.ceil() as usize).clamp(first + 1, from.max(first + 1));
        let share = |at: usize| (end.min((at + 1) as f64) - begin.max(at as f64)) / scale;
        (first..last).map(|at| (at, share(at) as f32)).filter(|(_, share)| *share > 1e-6).collect()
    };
    (0..to).map(part).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::{Appearance, ColourDepth, Glyphs};

    #[test]
    fn a_point_is_the_mean_of_what_it_covers() {
        let values = [0.0, 1.0, 2.0, 3.0];
        assert_eq!(resampled(&values, (2, 2), (1, 1)), [1.5]);
        assert_eq!(resampled(&values, (4, 1), (2, 1)), [0.5, 2.5]);
        assert_eq!(resampled(&values, (2, 2), (4, 2)), [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
        let thirds = resampled(&[0.0, 3.0], (2, 1), (3, 1));
        assert!(
            thirds.iter().zip([0.0, 1.5, 3.0]).all(|(a, b)| (a - b).abs() < 1e-5),
            "{thirds:?}"
        );
        assert!(resampled(&values, (2, 2), (0, 5)).is_empty());
        assert!(resampled(&values, (3, 3), (1, 1)).is_empty(), "there are too few values");
        assert!(resampled(&[], (0, 0), (2, 2)).is_empty());
    }

    #[test]
    fn a_mean_keeps_the_mean_of_the_whole_at_every_size() {
        let values: Vec<f32> = (0..28 * 28).map(|i| ((i * 37) % 101) as f32 / 100.0).collect();
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        for size in [(1, 1), (16, 16), (18, 17), (28, 28), (56, 56), (13, 40)] {
            let got = mean(&resampled(&values, (28, 28), size));
            assert!((got - mean(&values)).abs() < 1e-3, "{size:?}: {got}");
        }
    }

    #[test]
    fn ink_stands_out_in_every_glyph_set_and_colour_depth() {
        let area = Rect::new(0, 0, 4, 2);
        for depth in
            [ColourDepth::True, ColourDepth::Indexed, ColourDepth::Sixteen, ColourDepth::None]
        {
            for glyphs in Glyphs::ALL {
                let look = Appearance { glyphs, colours: depth, ..Appearance::default() };
                let mut cells = Buffer::empty(area);
                let mut canvas = Canvas::new(&mut cells, look);
                let mut values = [0.0; 16];
                values[0..4].fill(1.0);
                let picture = GreyPicture { values: &values, columns: 4 };
                picture.draw(&mut canvas, area, |column, _| column == 3);
                assert_ne!(cells[(0, 0)], cells[(0, 1)], "{depth:?} {glyphs:?}");
                assert_ne!(cells[(0, 0)], cells[(3, 0)], "{depth:?} {glyphs:?}");
            }
        }
    }

    #[test]
    fn a_picture_without_room_or_without_values_is_no_trouble() {
        for area in [Rect::ZERO, Rect::new(0, 0, 1, 1), Rect::new(0, 0, 300, 1)] {
            let mut cells = Buffer::empty(Rect::new(0, 0, 3, 3));
            let mut canvas = Canvas::new(&mut cells, Appearance::default());
            GreyPicture { values: &[], columns: 0 }.draw(&mut canvas, area, |_, _| false);
            GreyPicture { values: &[0.5; 4], columns: 2 }.draw(&mut canvas, area, |_, _| true);
        }
    }
}
