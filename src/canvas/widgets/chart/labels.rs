//! The marks and words over a chart: the heads of its curves, its annotations, and its legend.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::glyphs::mark;
use crate::canvas::number::short_name;
use crate::canvas::widgets::chart::content::{Annotation, Chart, LegendCorner};
use crate::canvas::widgets::free_space::FreeSpace;
use crate::canvas::widgets::{ChartTip, dash_sample};
use crate::canvas::{Canvas, row};

impl Chart<'_> {
    /// Marks the newest point of each curve; marks at the same position are drawn side by side.
    pub(super) fn draw_heads(&self, canvas: &mut Canvas<'_>, space: &mut FreeSpace<'_>) {
        let plot = space.plot();
        for curve in &self.curves {
            let Some((glyph, style)) = curve.head else { continue };
            let last = curve.series.buckets().last();
            let last = last.map(|b| ChartTip { step: b.last as f64, value: b.newest });
            let Some(ChartTip { step, value }) = curve.tip.or(last) else { continue };
            let value = value * curve.factor;
            let Some(x) = self.window.column(step, usize::from(plot.width)) else { continue };
            if !value.is_finite() || self.is_beneath(value) {
                continue;
            }
            let (x, y) = (plot.x + x as u16, self.cell_row(value, plot));
            let x = space.take_cell(x, y);
            canvas.put((x, y), glyph, style.add_modifier(Modifier::BOLD));
        }
    }

    /// Draws the marks of all annotations, then their words, so that no mark covers a word.
    pub(super) fn draw_flags(&self, canvas: &mut Canvas<'_>, space: &mut FreeSpace<'_>) {
        let plot = space.plot();
        let mut marked = Vec::with_capacity(self.flags.len());
        for flag in &self.flags {
            let y = self.cell_row(flag.value, plot);
            if flag.step > self.window.to {
                marked.push((flag, plot.right(), y));
            } else if let Some(x) = self.window.column(flag.step, usize::from(plot.width)) {
                let x = plot.x + x as u16;
                canvas.put((x, y), flag.mark, flag.style);
                space.take(Rect { x, y, width: 1, height: 1 });
                marked.push((flag, x, y));
            }
        }
        for (flag, x, y) in marked {
            draw_word(canvas, flag, (x, y), space);
        }
    }

    pub(super) fn draw_legend(&self, canvas: &mut Canvas<'_>, space: &FreeSpace<'_>) -> bool {
        if self.legend.is_empty() {
            return true;
        }
        let value = self.legend.iter().map(|e| canvas.width(&e.value)).max().unwrap_or(0);
        let height = self.legend.len() as u16;
        if height + 2 > space.plot().height {
            return false;
        }
        let longest = self.legend.iter().map(|e| e.name.chars().count()).max().unwrap_or(0);
        for most in [longest, 8] {
            let names: Vec<String> =
                self.legend.iter().map(|e| short_name(&e.name, most.min(longest))).collect();
            let name = names.iter().map(|name| canvas.width(name)).max().unwrap_or(0);
            let width = name + value + 7;
            let Some(block) = self.place((width, height), space) else { continue };
            canvas.clear(block);
            for (index, (entry, short)) in self.legend.iter().zip(&names).enumerate() {
                let style = canvas.theme.arm(entry.arm);
                let sample = dash_sample(entry.arm);
                let line = row(block, index as u16);
                canvas.put((line.x, line.y), mark(entry.arm), style);
                let sample = if canvas.is_ascii() { sample.1 } else { sample.0 };
                canvas.text((line.x + 1, line.y), 2, sample, style);
                canvas.text((line.x + 4, line.y), name, short, style);
                canvas.text_right(Rect { width: width - 1, ..line }, &entry.value, style);
            }
            return true;
        }
        false
    }

    /// Returns a place where the legend covers nothing, in its preferred corner if possible.
    fn place(&self, (width, height): (u16, u16), space: &FreeSpace<'_>) -> Option<Rect> {
        let plot = space.plot();
        if width + 4 > plot.width || height + 2 > plot.height {
            return None;
        }
        let (right, middle) = (plot.width - width - 1, (plot.width - width) / 2);
        let bottom = plot.height - height;
        let first = match self.corner {
            LegendCorner::UpperLeft => ((plot.width / 5).min(right), (bottom / 4).max(1)),
            LegendCorner::LowerRight => (right, bottom.saturating_sub(2)),
        };
        let columns = [right, middle, 2];
        let rows = [1, bottom / 3, bottom / 2, bottom.saturating_sub(1), bottom, 0];
        let others = rows.iter().flat_map(|y| columns.iter().map(move |x| (*x, *y)));
        std::iter::once(first)
            .chain(others)
            .map(|(x, y)| Rect { x: plot.x + x, y: plot.y + y, width, height })
            .find(|block| space.is_free(*block))
    }
}

/// Writes the word of an annotation beside its mark, on the right if that covers nothing.
fn draw_word(
    canvas: &mut Canvas<'_>,
    flag: &Annotation,
    (x, y): (u16, u16),
    space: &mut FreeSpace<'_>,
) {
    for label in [&flag.label, &flag.brief] {
        let width = canvas.width(label);
        let (after, before) = (Some(x + 2), x.checked_sub(width + 2));
        let rows = [y, y.wrapping_sub(1), y + 1, y.wrapping_sub(2), y + 2];
        let places = rows.into_iter().flat_map(|y| [(after, y), (before, y)]);
        for (x, y) in places.filter_map(|(x, y)| x.map(|x| (x, y))) {
            let block = Rect { x: x.saturating_sub(1), y, width: width + 2, height: 1 };
            if space.is_free(block) {
                canvas.text((x - 1, y), 1, " ", Style::new());
                let end = canvas.text((x, y), width, label, flag.style);
                canvas.text((end, y), 1, " ", Style::new());
                space.take(block);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::widgets::{Curve, CurveStyle, LegendEntry, Pen, StepWindow};
    use crate::canvas::{Appearance, ChartScale, Smoothing};
    use crate::math::exp;
    use crate::telemetry::Series;

    fn falling(until: u64) -> Series {
        let mut series = Series::default();
        (0..until).for_each(|step| series.push(step, exp(-(step as f64) / 40.0)));
        series
    }

    fn chart(series: &Series, is_labelled: bool) -> Chart<'_> {
        let flag = |step: f64, words: &str| Annotation {
            step,
            value: 0.5,
            mark: mark(0),
            style: Style::new(),
            label: words.to_owned(),
            brief: "½".to_owned(),
        };
        let entry = |arm: usize| LegendEntry {
            arm,
            name: "cross-entropy".to_owned(),
            value: " 0.123".to_owned(),
        };
        let curve = |head| Curve {
            series,
            tip: None,
            factor: 1.0,
            pen: Pen::solid(Style::new(), '*'),
            form: CurveStyle::Line,
            mark: None,
            head,
        };
        let flags = vec![flag(28.0, "½ at epoch 28"), flag(230.0, "½ foreseen: epoch 230")];
        Chart {
            curves: vec![curve(None)],
            window: StepWindow { from: 0.0, to: 300.0 },
            steps_per_epoch: 1.0,
            range: (0.0, 1.0),
            scale: ChartScale::Linear,
            smoothing: Smoothing::None,
            target: None,
            now: 299.0,
            changes: Vec::new(),
            flags: if is_labelled { flags } else { Vec::new() },
            legend: if is_labelled { vec![entry(0), entry(1)] } else { Vec::new() },
            corner: LegendCorner::UpperLeft,
        }
    }

    fn drawn(chart: &Chart<'_>, (width, height): (u16, u16)) -> (Buffer, bool) {
        let area = Rect::new(0, 0, width, height);
        let mut cells = Buffer::empty(area);
        let has_legend = chart.draw(&mut Canvas::new(&mut cells, Appearance::default()), area);
        (cells, has_legend)
    }

    #[test]
    fn no_word_lies_over_a_curve_at_any_size() {
        let is_dots = |symbol: &str| symbol.chars().all(|c| ('\u{2800}'..='\u{28ff}').contains(&c));
        for until in [2, 30, 120, 300] {
            let series = falling(until);
            for size in [(24, 6), (36, 9), (40, 12), (56, 14), (96, 24)] {
                let (bare, _) = drawn(&chart(&series, false), size);
                let (full, _) = drawn(&chart(&series, true), size);
                for (before, after) in bare.content.iter().zip(&full.content) {
                    let is_kept = before.symbol() == after.symbol() || after.symbol() == "●";
                    assert!(!is_dots(before.symbol()) || is_kept, "{size:?} {full:?}");
                }
            }
        }
    }

    #[test]
    fn the_legend_stays_where_it_is_while_a_curve_falls() {
        let place = |until: u64| {
            let series = falling(until);
            let (cells, has_legend) = drawn(&chart(&series, true), (56, 14));
            assert!(has_legend);
            cells.content.iter().rposition(|cell| cell.symbol() == "◆")
        };
        assert!([3, 50, 150, 300].into_iter().all(|until| place(until) == place(2)));
    }
}
