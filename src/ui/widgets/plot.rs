//! Curves of functions of z, with the arms' places on them.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::ui::canvas::Canvas;
use crate::ui::glyphs::GRID;
use crate::ui::number::short;
use crate::ui::widgets::{Dots, Pen};

/// A straight piece through a point.
pub(crate) struct Tangent {
    /// Where it touches: z and the value there.
    pub at: (f64, f64),
    /// How steep it is.
    pub slope: f64,
    /// What it is drawn with.
    pub pen: Pen,
}

/// An arm's place.
pub(crate) struct Place {
    /// z and the value there.
    pub at: (f64, f64),
    /// Its mark.
    pub mark: (char, char),
    /// The mark's colour.
    pub style: Style,
    /// A word beside it.
    pub label: String,
}

/// Functions of z, drawn over `[-reach, reach]`.
pub(crate) struct Plot<'a> {
    /// How far z goes to either side.
    pub reach: f64,
    /// The greatest value of the axis; its least is 0.
    pub most: f64,
    /// The functions, the most important last.
    pub curves: Vec<(Pen, &'a dyn Fn(f64) -> f64)>,
    /// Straight pieces.
    pub tangents: Vec<Tangent>,
    /// Marks.
    pub places: Vec<Place>,
}

impl Plot<'_> {
    /// Draws it.
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
        let mut dots = Dots::new(plot.width, plot.height);
        for (pen, curve) in &self.curves {
            let pen = dots.pen(*pen);
            self.draw_curve(&mut dots, pen, *curve);
        }
        for tangent in &self.tangents {
            self.draw_tangent(&mut dots, tangent);
        }
        dots.draw(canvas, plot);
        let mut taken = Vec::new();
        for place in &self.places {
            let (x, y) = self.cell(place.at, plot);
            taken.push(Rect { x, y, width: 1, height: 1 });
        }
        for place in &self.places {
            self.draw_place(canvas, plot, (place, &dots), &mut taken);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas<'_>, plot: Rect) {
        let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
        for value in [self.most, self.most / 2.0, 0.0] {
            let (_, y) = self.cell((0.0, value), plot);
            let label = short(value).replacen("0.", ".", 1);
            if value == self.most / 2.0 && plot.height < 6 {
                continue;
            }
            canvas.text_right(Rect { x: plot.x - 4, y, width: 3, height: 1 }, &label, quiet);
            for x in (plot.left() + 1..plot.right()).step_by(3) {
                canvas.put((x, y), GRID, faint);
            }
        }
        let under = Rect { y: plot.bottom(), height: 1, ..plot };
        let reach = short(self.reach);
        canvas.text((under.x, under.y), 6, &format!("−{reach}"), quiet);
        canvas.text_right(under, &reach, quiet);
        let (middle, _) = self.cell((0.0, 0.0), plot);
        canvas.text((middle.saturating_sub(4), under.y), 5, "z = 0", quiet);
    }

    fn dot(&self, (z, value): (f64, f64), columns: usize, rows: usize) -> Option<(usize, usize)> {
        let x = (z + self.reach) / (2.0 * self.reach);
        let y = 1.0 - value / self.most;
        ((0.0..=1.0).contains(&x) && (-1e-9..=1.0 + 1e-9).contains(&y)).then(|| {
            (
                (x * (columns.max(1) - 1) as f64).round() as usize,
                (y.clamp(0.0, 1.0) * (rows.max(1) - 1) as f64).round() as usize,
            )
        })
    }

    fn cell(&self, (z, value): (f64, f64), plot: Rect) -> (u16, u16) {
        let at = (z.clamp(-self.reach, self.reach), value.clamp(0.0, self.most));
        let dots = (usize::from(plot.width) * 2, usize::from(plot.height) * 4);
        let (x, y) = self.dot(at, dots.0, dots.1).unwrap_or((0, 0));
        (plot.x + (x / 2) as u16, plot.y + (y / 4) as u16)
    }

    fn draw_curve(&self, dots: &mut Dots, pen: u8, curve: &dyn Fn(f64) -> f64) {
        let (columns, rows) = (dots.columns(), dots.rows());
        let mut before: Option<usize> = None;
        for x in 0..columns {
            let z = self.reach * (2.0 * x as f64 / (columns - 1) as f64 - 1.0);
            let Some((_, y)) = self.dot((z, curve(z)), columns, rows) else {
                before = None;
                continue;
            };
            if dots.is_down(pen, x as u32) {
                let from = before.unwrap_or(y);
                let from =
                    if from < y { from + 1 } else { from.saturating_sub(usize::from(from > y)) };
                dots.span(x, (from, y), pen);
            }
            before = Some(y);
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

    fn draw_place(
        &self,
        canvas: &mut Canvas<'_>,
        plot: Rect,
        (place, dots): (&Place, &Dots),
        taken: &mut Vec<Rect>,
    ) {
        let (x, y) = self.cell(place.at, plot);
        canvas.put((x, y), place.mark, place.style.add_modifier(Modifier::BOLD));
        let width = canvas.width(&place.label);
        if width == 0 {
            return;
        }
        for away in [1, 2, 3, 4] {
            for row in [y.checked_sub(away), Some(y + away)].into_iter().flatten() {
                for left in [x.saturating_sub(width / 2), x + 2, x.saturating_sub(width + 1)] {
                    let block = Rect { x: left, y: row, width, height: 1 };
                    let is_inside = left >= plot.x
                        && block.right() <= plot.right()
                        && row >= plot.y
                        && row < plot.bottom();
                    if is_inside
                        && dots.is_block_free(left - plot.x, row - plot.y, width, 1)
                        && taken.iter().all(|other| !other.intersects(block))
                    {
                        canvas.text((left, row), width, &place.label, place.style);
                        taken.push(block);
                        return;
                    }
                }
            }
        }
    }
}
