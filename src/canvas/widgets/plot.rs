//! Plots of functions of z, with the positions of the arms on them.

use std::cmp::Ordering;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::glyphs::GRID;
use crate::canvas::number::{number, short};
use crate::canvas::widgets::free_space::FreeSpace;
use crate::canvas::widgets::{Dots, Pen};
use crate::canvas::{Canvas, Glyphs};

/// A straight segment through a point.
pub(crate) struct Tangent {
    /// The point of contact: z and the value there.
    pub at: (f64, f64),
    /// The slope.
    pub slope: f64,
    /// The pen.
    pub pen: Pen,
}

/// The position of an arm.
pub(crate) struct PlotMark {
    /// z and the value there.
    pub at: (f64, f64),
    /// Its mark.
    pub mark: (char, char),
    /// The mark's colour.
    pub style: Style,
    /// The label beside it.
    pub label: String,
}

/// Functions of z, drawn over `[-reach, reach]`.
pub(crate) struct Plot<'a> {
    /// The greatest |z| of the axis.
    pub reach: f64,
    /// The greatest value of the axis; its least is 0.
    pub most: f64,
    /// The functions, the most important last.
    pub curves: Vec<(Pen, &'a dyn Fn(f64) -> f64)>,
    /// The tangents.
    pub tangents: Vec<Tangent>,
    /// The positions of the arms.
    pub marks: Vec<PlotMark>,
}

impl Plot<'_> {
    /// Draws the plot.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        const GUTTER: u16 = 4;
        if area.height < 3 || area.width < GUTTER + 12 {
            return;
        }
        let plot = Rect {
            x: area.x + GUTTER,
            width: area.width - GUTTER - 1,
            height: area.height - 1,
            ..area
        };
        self.draw_axes(canvas, plot);
        let mut dots = Dots::on(canvas, plot.width, plot.height);
        for (pen, curve) in &self.curves {
            let pen = dots.pen(*pen);
            self.draw_curve(&mut dots, pen, *curve);
        }
        for tangent in &self.tangents {
            self.draw_tangent(&mut dots, tangent);
        }
        dots.draw(canvas, plot);
        let mut space = FreeSpace::new(plot, &dots);
        let positions: Vec<MarkPosition> =
            self.marks.iter().map(|mark| self.draw_mark(canvas, mark, &mut space)).collect();
        for (mark, position) in self.marks.iter().zip(positions) {
            draw_label(canvas, mark, position, &mut space);
        }
    }

    /// Draws a mark, over one that coincides with it; beyond an end of the axis it is an arrow.
    fn draw_mark(
        &self,
        canvas: &mut Canvas<'_>,
        mark: &PlotMark,
        space: &mut FreeSpace<'_>,
    ) -> MarkPosition {
        let (x, y) = self.cell(mark.at, space.plot(), canvas.glyphs);
        let beyond = if mark.at.0 < -self.reach {
            Some(('◂', '<'))
        } else if mark.at.0 > self.reach {
            Some(('▸', '>'))
        } else {
            None
        };
        space.take(Rect { x, y, width: 1, height: 1 });
        let style = mark.style.add_modifier(Modifier::BOLD);
        canvas.put((x, y), beyond.unwrap_or(mark.mark), style);
        MarkPosition { x, y, is_beyond: beyond.is_some() }
    }

    fn draw_axes(&self, canvas: &mut Canvas<'_>, plot: Rect) {
        let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
        for value in [self.most, self.most / 2.0, 0.0] {
            let (_, y) = self.cell((0.0, value), plot, canvas.glyphs);
            let label = short(value).replacen("0.", ".", 1);
            if value == self.most / 2.0 && plot.height < 6 {
                continue;
            }
            canvas.text_right(Rect { x: plot.x - 4, y, width: 3, height: 1 }, &label, quiet);
            let end = if canvas.is_presenting { plot.left() } else { plot.right() };
            for x in (plot.left() + 1..end).step_by(3) {
                canvas.put((x, y), GRID, faint);
            }
        }
        let under = Rect { y: plot.bottom(), height: 1, ..plot };
        let reach = short(self.reach);
        canvas.text((under.x, under.y), under.width / 2, &format!("−{reach}"), quiet);
        canvas.text_right(under, &reach, quiet);
        let (middle, _) = self.cell((0.0, 0.0), plot, canvas.glyphs);
        canvas.text((middle.saturating_sub(4), under.y), 5, "z = 0", quiet);
    }

    fn dot(&self, (z, value): (f64, f64), columns: usize, rows: usize) -> Option<(usize, usize)> {
        let x = (z + self.reach) / (2.0 * self.reach);
        let height = value / self.most;
        let is_in_sight = (0.0..=1.0).contains(&x) && (-1e-9..=1.0 + 1e-9).contains(&height);
        is_in_sight.then(|| {
            ((x * (columns.max(1) - 1) as f64).round() as usize, Dots::row_of(height, rows))
        })
    }

    fn cell(&self, (z, value): (f64, f64), plot: Rect, glyphs: Glyphs) -> (u16, u16) {
        let at = (z.clamp(-self.reach, self.reach), value.clamp(0.0, self.most));
        let per_cell = glyphs.dot_rows();
        let dots = (usize::from(plot.width) * 2, usize::from(plot.height) * per_cell);
        let (x, y) = self.dot(at, dots.0, dots.1).unwrap_or((0, 0));
        (plot.x + (x / 2) as u16, plot.y + (y / per_cell) as u16)
    }

    /// Draws a curve; a part that leaves the axis at its top is drawn up to the top.
    fn draw_curve(&self, dots: &mut Dots, pen: u8, curve: &dyn Fn(f64) -> f64) {
        let (columns, rows) = (dots.columns(), dots.rows());
        let mut before: Option<(usize, bool)> = None;
        for x in 0..columns {
            let z = self.reach * (2.0 * x as f64 / (columns - 1) as f64 - 1.0);
            let value = curve(z);
            if value.is_nan() {
                before = None;
                continue;
            }
            let is_beyond = value > self.most * (1.0 + 1e-9);
            let y = Dots::row_of(value / self.most, rows);
            let (from, was_beyond) = before.unwrap_or((y, is_beyond));
            let is_steep = from != y;
            let is_drawn = is_steep || dots.is_down(pen, x as u32);
            if is_drawn && !(is_beyond && was_beyond) {
                let from = match from.cmp(&y) {
                    Ordering::Less => from + 1,
                    Ordering::Equal => y,
                    Ordering::Greater => from - 1,
                };
                dots.span(x, (from, y), pen);
            }
            before = Some((y, is_beyond));
        }
    }

    fn draw_tangent(&self, dots: &mut Dots, tangent: &Tangent) {
        let (columns, rows) = (dots.columns(), dots.rows());
        let pen = dots.pen(tangent.pen);
        // About a sixth of the width, whatever the slope, so that it reads as a direction.
        let reach = self.reach / 4.0;
        let steps = columns;
        for step in 0..=steps {
            let along = (2.0 * step as f64 / steps as f64 - 1.0) * reach;
            let at = (tangent.at.0 + along, tangent.at.1 + along * tangent.slope);
            if let Some((x, y)) = self.dot(at, columns, rows) {
                dots.set(x, y, pen);
            }
        }
    }
}

/// The position at which a mark has been drawn.
#[derive(Clone, Copy)]
struct MarkPosition {
    x: u16,
    y: u16,
    is_beyond: bool,
}

/// Writes the label of a position where it covers nothing, above or below its mark.
fn draw_label(
    canvas: &mut Canvas<'_>,
    mark: &PlotMark,
    position: MarkPosition,
    space: &mut FreeSpace<'_>,
) {
    let MarkPosition { x, y, is_beyond } = position;
    let label = if is_beyond {
        format!("{} at z = {}", mark.label, number(mark.at.0, 7))
    } else {
        mark.label.clone()
    };
    let width = canvas.width(&label);
    if width == 0 {
        return;
    }
    for away in [1, 2, 3, 4] {
        for row in [y.checked_sub(away), Some(y + away)].into_iter().flatten() {
            for left in [x.saturating_sub(width / 2), x + 2, x.saturating_sub(width + 1)] {
                let block = Rect { x: left, y: row, width, height: 1 };
                if space.is_free(block) {
                    canvas.text((left, row), width, &label, mark.style);
                    space.take(block);
                    return;
                }
            }
        }
    }
}
