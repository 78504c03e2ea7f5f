//! The marks and words of a chart: the heads of its curves, its annotations, and the labels of its curves.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::short_name;
use crate::canvas::widgets::ChartTip;
use crate::canvas::widgets::chart::content::{Annotation, Chart, Curve, CurveLabel};
use crate::canvas::widgets::free_space::FreeSpace;

impl Chart<'_> {
    /// Marks the newest point of each curve. Where marks coincide the last one is seen; the labels in the
    /// margin name them all.
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
            let (x, y) = (plot.x + x as u16, self.cell_row(value, plot, canvas.glyphs));
            space.take(Rect { x, y, width: 1, height: 1 });
            canvas.put((x, y), glyph, style.add_modifier(Modifier::BOLD));
        }
    }

    /// Draws the marks of all annotations, then their words, so that no mark covers a word. Where marks would
    /// coincide the first one is seen, and the words of the others begin with theirs.
    pub(super) fn draw_flags(&self, canvas: &mut Canvas<'_>, space: &mut FreeSpace<'_>) {
        let plot = space.plot();
        let mut marked = Vec::with_capacity(self.flags.len());
        for flag in &self.flags {
            let y = self.cell_row(flag.value, plot, canvas.glyphs);
            let x = if flag.step > self.window.to {
                Some(plot.right())
            } else {
                let column = self.window.column(flag.step, usize::from(plot.width));
                column.map(|column| plot.x + column as u16)
            };
            let Some(x) = x else { continue };
            let is_seen = x < plot.right() && !space.is_taken(x, y);
            if is_seen {
                canvas.put((x, y), flag.mark, flag.style);
                space.take(Rect { x, y, width: 1, height: 1 });
            }
            marked.push((flag, (x, y), is_seen));
        }
        for (flag, at, is_seen) in marked {
            draw_words(canvas, flag, (at, is_seen), space);
        }
    }

    /// Returns the widest labels of the curves that leave the plot enough of `width` cells; none if even
    /// those without names would not.
    pub(super) fn margin_labels(&self, canvas: &Canvas<'_>, width: u16) -> Vec<String> {
        let longest = self.labels.iter().map(|label| label.name.chars().count()).max().unwrap_or(0);
        let value = self.labels.iter().map(|label| canvas.width(&label.value)).max().unwrap_or(0);
        for most in [longest, SHORT_NAME, 0] {
            let short = self.labels.iter().map(|label| short_name(&label.name, most.min(longest)));
            let names = short.map(|name| name.chars().count()).max().unwrap_or(0).min(WIDEST_NAME);
            let text = |label: &CurveLabel| {
                let name = short_name(&label.name, most.min(longest));
                match most {
                    0 => label.value.clone(),
                    _ => format!(
                        "{name:<names$} {:>value$}",
                        label.value,
                        value = usize::from(value)
                    ),
                }
            };
            let texts: Vec<String> = self.labels.iter().map(text).collect();
            let widest = texts.iter().map(|text| canvas.width(text)).max().unwrap_or(0);
            if u32::from(widest + MARGIN) * 20 <= u32::from(width) * 9 {
                return texts;
            }
        }
        Vec::new()
    }

    /// Draws the label of each curve in the margin beside the plot, at the height of its newest value.
    /// Labels that would coincide are moved apart up or down, in the order of their values.
    pub(super) fn draw_labels(&self, canvas: &mut Canvas<'_>, plot: Rect, texts: &[String]) {
        let heads = self.curves.iter().filter(|curve| curve.head.is_some());
        let value_of = |curve: &Curve<'_>| {
            let last = curve.series.newest();
            let value = curve.tip.map(|tip| tip.value).or(last)? * curve.factor;
            value.is_finite().then_some(value)
        };
        let mut labels: Vec<(f64, &CurveLabel, &String)> = Vec::with_capacity(texts.len());
        for ((label, text), curve) in self.labels.iter().zip(texts).zip(heads) {
            labels.push((value_of(curve).unwrap_or(self.range.1), label, text));
        }
        // A stable sort: arms with the same value stay in their order.
        labels.sort_by(|one, other| other.0.total_cmp(&one.0));
        let row_of = |value: f64| self.cell_row(value, plot, canvas.glyphs);
        let rows: Vec<u16> = labels.iter().map(|(value, ..)| row_of(*value)).collect();
        for (y, (_, label, text)) in apart(&rows, plot).into_iter().zip(labels) {
            let style = canvas.theme.arm(label.arm);
            let x = plot.right() + 1;
            canvas.put((x, y), mark(label.arm), style);
            let width = canvas.width(text);
            canvas.text((x + 2, y), width, text, style);
        }
    }
}

/// The most cells of a shortened name.
const SHORT_NAME: usize = 8;

/// The most cells to which names are padded; no plot is wide enough for more.
const WIDEST_NAME: usize = 200;

/// Cells of the margin beside a label: two gaps and the mark.
const MARGIN: u16 = 3;

/// Returns different rows within the plot, as near as possible to the given ones and in their order.
pub(crate) fn apart(rows: &[u16], plot: Rect) -> Vec<u16> {
    let mut out: Vec<u16> = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(out.last().map_or(*row, |before| (*row).max(before + 1)));
    }
    let mut below = plot.bottom();
    for row in out.iter_mut().rev() {
        *row = (*row).min(below.saturating_sub(1)).max(plot.y);
        below = *row;
    }
    out
}

/// The most rows between a mark and its words.
const FAR: u16 = 6;

/// Writes the words of an annotation beside its mark, on the right if that covers nothing. In another row, or beside
/// another mark, they begin with the mark, so that they are not taken for those of another.
fn draw_words(
    canvas: &mut Canvas<'_>,
    flag: &Annotation,
    ((x, y), is_seen): ((u16, u16), bool),
    space: &mut FreeSpace<'_>,
) {
    let near = [y, y.wrapping_sub(1), y + 1];
    let far = (2..=FAR).flat_map(|rows| [y.wrapping_sub(rows), y + rows]);
    let attempts = [near.to_vec(), far.collect()];
    let words = attempts.iter().flat_map(|rows| {
        [&flag.label, &flag.brief].into_iter().flat_map(move |label| {
            let label = Some(label).filter(|label| !label.is_empty());
            rows.iter().filter_map(move |row| label.map(|label| (label, *row)))
        })
    });
    let right = space.plot().right();
    for (label, row) in words {
        let width = canvas.width(label);
        // The gap between mark and words belongs to both.
        let is_clear = |gap: u16| is_seen && row == y && !space.is_taken(gap, row);
        let after_mark = if is_clear(x + 1) { 0 } else { 2 };
        let before_mark = if x.checked_sub(1).is_some_and(is_clear) { 0 } else { 2 };
        let places = [
            (Some(x + 2), after_mark),
            (x.checked_sub(before_mark + width + 1), before_mark),
            // In another row, at the edge of the plot.
            (right.checked_sub(width + 3).filter(|_| row != y), 2),
        ];
        for (at, lead) in places {
            let Some(at) = at else { continue };
            let block = Rect { x: at, y: row, width: lead + width + 1, height: 1 };
            if !space.is_free(block) {
                continue;
            }
            let gap = if at > x { x + 1 } else { x.saturating_sub(1) };
            if lead > 0 {
                canvas.put((at, row), flag.mark, flag.style);
                canvas.text((at + 1, row), 1, " ", Style::new());
            } else if space.is_free(Rect { x: gap, y: row, width: 1, height: 1 }) {
                canvas.text((gap, row), 1, " ", Style::new());
            }
            let end = canvas.text((at + lead, row), width, label, flag.words);
            if end < right && !space.is_taken(end, row) {
                canvas.text((end, row), 1, " ", Style::new());
            }
            space.take(block);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::widgets::{CurveStyle, Pen, StepWindow};
    use crate::canvas::{Appearance, ChartScale, Smoothing};
    use crate::math::exp;
    use crate::telemetry::{Clock, Series};

    fn falling(until: u64) -> Series {
        let mut series = Series::default();
        (0..until).for_each(|step| series.push(step, exp(-(step as f64) / 40.0)));
        series
    }

    fn chart<'a>(series: &'a Series, clock: &'a Clock, is_labelled: bool) -> Chart<'a> {
        let flag = |step: f64, words: &str| Annotation {
            step,
            value: 0.5,
            mark: mark(0),
            style: Style::new(),
            words: Style::new(),
            label: words.to_owned(),
            brief: "½".to_owned(),
        };
        let entry = |arm: usize| CurveLabel {
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
            clock,
            range: (0.0, 1.0),
            scale: ChartScale::Linear,
            smoothing: Smoothing::None,
            target: None,
            now: 299.0,
            is_past: false,
            crosshair: None,
            changes: Vec::new(),
            flags: if is_labelled { flags } else { Vec::new() },
            labels: vec![entry(0), entry(1)],
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
            let (series, clock) = (falling(until), Clock::default());
            for size in [(24, 6), (36, 9), (40, 12), (56, 14), (96, 24)] {
                let (bare, _) = drawn(&chart(&series, &clock, false), size);
                let (full, _) = drawn(&chart(&series, &clock, true), size);
                for (before, after) in bare.content.iter().zip(&full.content) {
                    let is_kept = before.symbol() == after.symbol() || after.symbol() == "●";
                    assert!(!is_dots(before.symbol()) || is_kept, "{size:?} {full:?}");
                }
            }
        }
    }

    #[test]
    fn labels_of_curves_that_coincide_are_moved_apart_within_the_plot() {
        let plot = Rect::new(0, 3, 20, 6);
        assert_eq!(apart(&[3, 5, 8], plot), [3, 5, 8]);
        assert_eq!(apart(&[4, 4, 4], plot), [4, 5, 6]);
        assert_eq!(apart(&[8, 8, 8], plot), [6, 7, 8]);
        assert_eq!(apart(&[3, 8, 8], plot), [3, 7, 8]);
    }

    #[test]
    fn words_stand_beside_their_own_mark_or_begin_with_it() {
        let (series, clock) = (Series::default(), Clock::default());
        let flag = |step: f64, arm: usize, words: &str| Annotation {
            label: words.to_owned(),
            brief: words.to_owned(),
            ..Annotation::mark(step, 0.5, mark(arm), Style::new())
        };
        // Two marks side by side, two in one cell, and a mark beyond the window.
        for (steps, seen) in [([6.0, 10.0], "●◆"), ([6.0, 6.0], "●"), ([6.0, 900.0], "●")] {
            let flags = vec![flag(steps[0], 0, "one"), flag(steps[1], 1, "other")];
            let chart = Chart { flags, labels: Vec::new(), ..chart(&series, &clock, false) };
            let (cells, _) = drawn(&chart, (76, 12));
            let rows: Vec<String> = (0..12)
                .map(|y| (0..76).map(|x| cells[(x, y)].symbol()).collect::<String>())
                .collect();
            let text = rows.join("\n");
            assert!(text.contains(seen), "{steps:?}: {text}");
            for (mark, words) in [("●", "one"), ("◆", "other")] {
                let is_beside = text.contains(&format!("{mark} {words}"))
                    || text.contains(&format!("{words} {mark}"));
                assert!(is_beside, "{steps:?}: {mark} {words} in {text}");
            }
        }
    }
}
