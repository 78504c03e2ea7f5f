//! What is written over a chart: the heads of its curves, its flags, and its legend.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::ui::canvas::{Canvas, row};
use crate::ui::glyphs::mark;
use crate::ui::number::short_name;
use crate::ui::widgets::chart::{Chart, Corner, Flag};
use crate::ui::widgets::{Dots, dash_sample};

impl Chart<'_> {
    /// Marks where each curve has come to, side by side where they are at the same place.
    pub(super) fn draw_heads(&self, canvas: &mut Canvas<'_>, plot: Rect, taken: &mut Vec<Rect>) {
        for curve in &self.curves {
            let Some((glyph, style)) = curve.head else { continue };
            let last = curve.series.buckets().last().map(|b| (b.last as f64, b.newest));
            let Some((step, value)) = curve.tip.or(last) else { continue };
            let value = value * curve.factor;
            let Some(x) = self.window.column(step, usize::from(plot.width)) else { continue };
            if !value.is_finite() || self.is_beneath(value) {
                continue;
            }
            let (mut x, y) = (plot.x + x as u16, self.cell_row(value, plot));
            let is_taken = |x: u16| taken.iter().any(|other| other.contains((x, y).into()));
            while is_taken(x) && x + 1 < plot.right() {
                x += 1;
            }
            canvas.put((x, y), glyph, style.add_modifier(Modifier::BOLD));
            taken.push(Rect { x, y, width: 1, height: 1 });
        }
    }

    /// Draws the marks of all flags, then their words, so that no mark lies over a word.
    pub(super) fn draw_flags(
        &self,
        canvas: &mut Canvas<'_>,
        plot: Rect,
        dots: &Dots,
        taken: &mut Vec<Rect>,
    ) {
        let mut marked = Vec::with_capacity(self.flags.len());
        for flag in &self.flags {
            let y = self.cell_row(flag.value, plot);
            if flag.step > self.window.to {
                marked.push((flag, plot.right(), y));
            } else if let Some(x) = self.window.column(flag.step, usize::from(plot.width)) {
                let x = plot.x + x as u16;
                canvas.put((x, y), flag.mark, flag.style);
                taken.push(Rect { x, y, width: 1, height: 1 });
                marked.push((flag, x, y));
            }
        }
        for (flag, x, y) in marked {
            draw_word(canvas, plot, (flag, dots, (x, y)), taken);
        }
    }

    pub(super) fn draw_legend(
        &self,
        canvas: &mut Canvas<'_>,
        plot: Rect,
        dots: &Dots,
        taken: &[Rect],
    ) -> bool {
        if self.legend.is_empty() {
            return true;
        }
        let value = self.legend.iter().map(|e| canvas.width(&e.value)).max().unwrap_or(0);
        let height = self.legend.len() as u16;
        if height + 2 > plot.height {
            return false;
        }
        let longest = self.legend.iter().map(|e| e.name.chars().count()).max().unwrap_or(0);
        for most in [longest, 8] {
            let names: Vec<String> =
                self.legend.iter().map(|e| short_name(&e.name, most.min(longest))).collect();
            let name = names.iter().map(|name| canvas.width(name)).max().unwrap_or(0);
            let width = name + value + 7;
            let Some(block) = self.place((width, height), plot, (dots, taken)) else { continue };
            canvas.clear(block);
            for (index, (entry, said)) in self.legend.iter().zip(&names).enumerate() {
                let style = canvas.theme.arm(entry.arm);
                let sample = dash_sample(entry.arm);
                let line = row(block, index as u16);
                canvas.put((line.x, line.y), mark(entry.arm), style);
                let sample = if canvas.is_ascii() { sample.1 } else { sample.0 };
                canvas.text((line.x + 1, line.y), 2, sample, style);
                canvas.text((line.x + 4, line.y), name, said, style);
                canvas.text_right(Rect { width: width - 1, ..line }, &entry.value, style);
            }
            return true;
        }
        false
    }

    /// Where a legend covers nothing: in its corner as long as it can be.
    fn place(
        &self,
        (width, height): (u16, u16),
        plot: Rect,
        (dots, taken): (&Dots, &[Rect]),
    ) -> Option<Rect> {
        if width + 4 > plot.width || height + 2 > plot.height {
            return None;
        }
        let (right, middle) = (plot.width - width - 1, (plot.width - width) / 2);
        let bottom = plot.height - height;
        let first = match self.corner {
            Corner::UpperLeft => ((plot.width / 5).min(right), (bottom / 4).max(1)),
            Corner::LowerRight => (right, bottom.saturating_sub(2)),
        };
        let columns = [right, middle, 2];
        let rows = [1, bottom / 3, bottom / 2, bottom.saturating_sub(1), bottom, 0];
        let others = rows.iter().flat_map(|y| columns.iter().map(move |x| (*x, *y)));
        std::iter::once(first)
            .chain(others)
            .map(|(x, y)| Rect { x: plot.x + x, y: plot.y + y, width, height })
            .find(|block| is_free(dots, plot, *block, taken))
    }
}

/// Writes the word of a flag beside its mark, at its right if that covers nothing.
fn draw_word(
    canvas: &mut Canvas<'_>,
    plot: Rect,
    (flag, dots, (x, y)): (&Flag, &Dots, (u16, u16)),
    taken: &mut Vec<Rect>,
) {
    let width = canvas.width(&flag.label);
    let (after, before) = (Some(x + 2), x.checked_sub(width + 2));
    let rows = [y, y.wrapping_sub(1), y + 1, y.wrapping_sub(2), y + 2];
    let places = rows.into_iter().flat_map(|y| [(after, y), (before, y)]);
    for (x, y) in places.filter_map(|(x, y)| x.map(|x| (x, y))) {
        let block = Rect { x: x.saturating_sub(1), y, width: width + 2, height: 1 };
        if is_inside(plot, block) && is_free(dots, plot, block, taken) {
            canvas.text((x - 1, y), 1, " ", Style::new());
            let end = canvas.text((x, y), width, &flag.label, flag.style);
            canvas.text((end, y), 1, " ", Style::new());
            taken.push(block);
            return;
        }
    }
}

fn is_inside(plot: Rect, block: Rect) -> bool {
    block.x >= plot.x
        && block.right() <= plot.right()
        && block.y >= plot.y
        && block.bottom() <= plot.bottom()
}

fn is_free(dots: &Dots, plot: Rect, block: Rect, taken: &[Rect]) -> bool {
    dots.is_block_free(block.x - plot.x, block.y - plot.y, block.width, block.height)
        && taken.iter().all(|other| !other.intersects(block))
}
