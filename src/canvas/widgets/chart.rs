//! A chart of series over epochs: curves, grid, annotations, and labels at the ends of the curves.

mod content;
mod labels;

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::glyphs::{CHANGE, DASH, GRID, NOW};
use crate::canvas::number::{TickSpacing, short, ticks};
use crate::canvas::widgets::columns::{ChartColumn, ColumnGrid, columns, smooth};
use crate::canvas::widgets::free_space::FreeSpace;
use crate::canvas::widgets::{Dots, Pen};
use crate::canvas::{ChartScale, Glyphs, Smoothing};
use crate::math::{log10, power_of_ten};

pub(crate) use content::{Annotation, Chart, Curve, CurveLabel, CurveStyle};
pub(crate) use labels::apart;

impl Chart<'_> {
    /// Draws the chart; returns whether there was room for the labels of its curves.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> bool {
        let labels = self.value_labels(area.height.saturating_sub(1));
        let gutter =
            labels.iter().map(|(_, text)| canvas.width(text) + 1).max().unwrap_or(0).max(3);
        if area.height < 2 || area.width < gutter + 8 {
            return false;
        }
        let texts = self.margin_labels(canvas, area.width - gutter);
        let widest = texts.iter().map(|text| canvas.width(text)).max();
        let plot = Rect {
            x: area.x + gutter,
            width: area.width - gutter - widest.map_or(1, |widest| widest + 3),
            height: area.height - 1,
            ..area
        };
        self.draw_grid(canvas, plot, &labels);
        let under = Rect { y: plot.bottom(), height: 1, width: plot.right() + 1 - area.x, ..area };
        self.draw_epochs(canvas, under, plot);
        self.draw_target(canvas, plot);
        let dots = self.dots(canvas, plot);
        dots.draw(canvas, plot);
        self.draw_now(canvas, plot, &dots);
        self.draw_marks(canvas, plot);
        let mut space = FreeSpace::new(plot, &dots);
        self.draw_heads(canvas, &mut space);
        self.draw_flags(canvas, &mut space);
        self.draw_labels(canvas, plot, &texts);
        !texts.is_empty() || self.labels.is_empty()
    }

    fn value_labels(&self, rows: u16) -> Vec<(f64, String)> {
        let (from, to) = self.range;
        match self.scale {
            ChartScale::Linear => {
                ticks(from, to, usize::from(rows / 4).clamp(1, 5), TickSpacing::Any)
                    .into_iter()
                    .map(|value| (value, trim_zero(&short(value))))
                    .collect()
            }
            ChartScale::Log => {
                let (low, high) = (log10(from).round() as i32, log10(to).round() as i32);
                let most = u32::from((rows / 3).max(1));
                let every = high.abs_diff(low).div_ceil(most).clamp(1, 1000).cast_signed();
                (low..=high)
                    .filter(|power| (high - power) % every == 0)
                    .map(|power| (power_of_ten(power), power_label(power)))
                    .collect()
            }
        }
    }

    fn draw_grid(&self, canvas: &mut Canvas<'_>, plot: Rect, labels: &[(f64, String)]) {
        let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
        for (value, label) in labels {
            let y = self.cell_row(*value, plot, canvas.glyphs);
            let end = if canvas.is_presenting { plot.left() } else { plot.right() };
            for x in (plot.left() + 1..end).step_by(3) {
                canvas.put((x, y), GRID, faint);
            }
            let width = canvas.width(label);
            canvas.text((plot.x.saturating_sub(width + 1), y), width, label, quiet);
        }
    }

    fn draw_epochs(&self, canvas: &mut Canvas<'_>, labels: Rect, plot: Rect) {
        let quiet = canvas.theme.quiet;
        let [from, to] =
            [self.window.from, self.window.to].map(|step| self.clock.epochs_done(step));
        let spacing = if to - from >= 2.0 { TickSpacing::Whole } else { TickSpacing::Any };
        let mut free_from = labels.x;
        if plot.x - labels.x >= 7 {
            free_from = canvas.text((labels.x + 1, labels.y), 5, self.clock.unit(), quiet) + 1;
        }
        for tick in ticks(from, to, usize::from(plot.width / 10).max(2), spacing) {
            let text = short(tick);
            let width = canvas.width(&text);
            let share = self.window.share(self.clock.step_at(tick)).clamp(0.0, 1.0);
            let at = plot.x + (share * f64::from(plot.width - 1)).round() as u16;
            let last = labels.right().saturating_sub(width);
            let x = at.saturating_sub((width - 1) / 2).clamp(plot.x.min(last), last);
            if x >= free_from {
                free_from = canvas.text((x, labels.y), width, &text, quiet) + 1;
            }
        }
    }

    /// Draws the target as a row of dashes where dots would be blocks, and heavier than the data.
    fn draw_target(&self, canvas: &mut Canvas<'_>, plot: Rect) {
        let target = self.target.filter(|_| !canvas.glyphs.has_thin_dots());
        if let Some(target) = target {
            let (y, faint) = (self.cell_row(target, plot, canvas.glyphs), canvas.theme.faint);
            (plot.left()..plot.right()).for_each(|x| canvas.put((x, y), DASH, faint));
        }
    }

    fn dots(&self, canvas: &Canvas<'_>, plot: Rect) -> Dots {
        let mut dots = Dots::on(canvas, plot.width, plot.height);
        if let Some(target) = self.target.filter(|_| canvas.glyphs.has_thin_dots()) {
            let pen = dots.pen(Pen::behind(canvas.theme.faint, '.'));
            let y = self.dot_row(target, dots.rows());
            (0..dots.columns()).step_by(2).for_each(|x| dots.set(x, y, pen));
        }
        for curve in &self.curves {
            let grid = ColumnGrid { window: self.window, count: dots.columns() };
            let mut folded = columns(curve.series, curve.tip, curve.factor, grid);
            let pen = dots.pen(curve.pen);
            let smoothing = match (curve.form, self.smoothing) {
                (CurveStyle::Mean, Smoothing::None) => Smoothing::Some,
                (_, smoothing) => smoothing,
            };
            smooth(&mut folded, smoothing);
            match curve.form {
                CurveStyle::Line | CurveStyle::Mean => self.draw_line(&mut dots, &folded, pen),
                CurveStyle::Dotted { first, gap } => {
                    self.draw_dotted(&mut dots, &folded, pen, |x| x % gap == first % gap);
                }
            }
        }
        dots
    }

    fn draw_line(&self, dots: &mut Dots, folded: &[ChartColumn], pen: u8) {
        let rows = dots.rows();
        let mut line = DashedLine { pen, travelled: 0 };
        let mut before: Option<(usize, usize)> = None;
        for column in folded {
            let (top, bottom) = (self.dot_row(column.max, rows), self.dot_row(column.min, rows));
            if let Some((x, y)) = before {
                let to = y.clamp(top, bottom);
                line.join(dots, (x, y), (column.x, to));
            }
            if top != bottom || before.is_none() {
                dots.span(column.x, (top, bottom), pen);
            }
            before = Some((column.x, self.dot_row(column.newest, rows)));
        }
    }

    fn draw_dotted(
        &self,
        dots: &mut Dots,
        folded: &[ChartColumn],
        pen: u8,
        has_dot: impl Fn(usize) -> bool,
    ) {
        let rows = dots.rows();
        let mut before: Option<(usize, usize)> = None;
        for column in folded {
            let to = (column.x, self.dot_row(column.newest, rows));
            let from = before.unwrap_or(to);
            for x in (from.0..=to.0).filter(|x| has_dot(*x)) {
                let share = (x - from.0) as f64 / (to.0 - from.0).max(1) as f64;
                let y = from.1 as f64 + share * (to.1 as f64 - from.1 as f64);
                dots.set(x, y.round() as usize, pen);
            }
            before = Some(to);
        }
    }

    fn draw_now(&self, canvas: &mut Canvas<'_>, plot: Rect, dots: &Dots) {
        let (faint, quiet) = (canvas.theme.faint, canvas.theme.quiet);
        if let Some(x) = self.window.column(self.now, usize::from(plot.width))
            && x > 0
            && x + 1 < usize::from(plot.width)
            && (self.is_past || !canvas.is_presenting)
        {
            for y in 0..plot.height {
                if dots.is_free(x as u16, y) {
                    let style = if self.is_past { canvas.theme.chosen } else { faint };
                    canvas.put((plot.x + x as u16, plot.y + y), NOW, style);
                }
            }
        }
        let crosshair =
            self.crosshair.and_then(|step| self.window.column(step, usize::from(plot.width)));
        if let Some(x) = crosshair {
            let strong = canvas.theme.strong;
            for y in (0..plot.height).filter(|y| dots.is_free(x as u16, *y)) {
                canvas.put((plot.x + x as u16, plot.y + y), NOW, strong);
            }
        }
        for step in &self.changes {
            if let Some(x) = self.window.column(*step, usize::from(plot.width)) {
                let y = (0..plot.height).find(|y| dots.is_free(x as u16, *y)).unwrap_or(0);
                canvas.put((plot.x + x as u16, plot.y + y), CHANGE, quiet);
            }
        }
    }

    /// Marks the readings of the curves if there are few of them; if marks of several curves
    /// coincide, they take turns.
    fn draw_marks(&self, canvas: &mut Canvas<'_>, plot: Rect) {
        let marked: Vec<&Curve<'_>> = self.curves.iter().filter(|c| c.mark.is_some()).collect();
        let mut drawn = Vec::new();
        for (turn, curve) in marked.iter().enumerate() {
            let Some(mark) = curve.mark else { continue };
            for (index, at) in self.readings(plot, canvas.glyphs, curve).into_iter().enumerate() {
                if drawn.contains(&at) && index % marked.len() != turn {
                    continue;
                }
                canvas.put(at, mark, curve.pen.style);
                drawn.push(at);
            }
        }
    }

    /// Returns the cells of a curve's readings, unless there are too many of them to mark.
    fn readings(&self, plot: Rect, glyphs: Glyphs, curve: &Curve<'_>) -> Vec<(u16, u16)> {
        let column = |step: u64| self.window.column(step as f64, usize::from(plot.width));
        let visible = || {
            let buckets = curve.series.buckets().iter();
            buckets.filter_map(|b| Some((column(b.last)? as u16, b.newest * curve.factor)))
        };
        let mut places = visible().map(|(x, _)| x);
        let (first, last) = (places.next().unwrap_or(0), places.next_back().unwrap_or(0));
        let gaps = visible().count().saturating_sub(1);
        if gaps > 0 && usize::from(last.saturating_sub(first)) < gaps * 3 {
            return Vec::new();
        }
        let is_on_axis = |value: &f64| value.is_finite() && !self.is_beneath(*value);
        visible()
            .filter(|(_, value)| is_on_axis(value))
            .map(|(x, value)| (plot.x + x, self.cell_row(value, plot, glyphs)))
            .collect()
    }
}

/// A line drawn piece by piece, whose dash pattern continues from each piece to the next.
struct DashedLine {
    pen: u8,
    /// The number of dots so far.
    travelled: u32,
}

impl DashedLine {
    /// Draws the dots between two points.
    fn join(&mut self, dots: &mut Dots, from: (usize, usize), to: (usize, usize)) {
        let across = to.0.saturating_sub(from.0).max(1);
        let mut last = from.1;
        for step in 1..=across {
            let share = step as f64 / across as f64;
            let y = (from.1 as f64 + (to.1 as f64 - from.1 as f64) * share).round() as usize;
            // A gap in a steep piece would look like a hole.
            if last != y || dots.is_down(self.pen, self.travelled) {
                // A steep piece is drawn half in this column and half in the previous one.
                let middle = usize::midpoint(last, y);
                if last != y {
                    dots.span(from.0 + step - 1, (last, middle), self.pen);
                }
                dots.span(from.0 + step, (middle, y), self.pen);
            }
            self.travelled += 1 + last.abs_diff(y) as u32 / 2;
            last = y;
        }
    }
}

fn trim_zero(text: &str) -> String {
    text.strip_prefix("0.").map_or_else(|| text.to_owned(), |rest| format!(".{rest}"))
}

fn power_label(power: i32) -> String {
    match power {
        0 => "1".to_owned(),
        1 => "10".to_owned(),
        -1 => ".1".to_owned(),
        -2 => ".01".to_owned(),
        _ => format!("1e{power}").replace('-', "−"),
    }
}
