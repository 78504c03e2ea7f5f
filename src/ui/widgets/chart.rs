//! A chart of series over epochs: curves, grid, flags, and a legend that covers no data.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::{ChartScale, Smoothing};
use crate::telemetry::Series;
use crate::ui::canvas::{Canvas, row};
use crate::ui::glyphs::{CHANGE, GRID, NOW, mark};
use crate::ui::number::{Spacing, short, ticks};
use crate::ui::widgets::columns::{Column, columns, smooth};
use crate::ui::widgets::{Dots, Pen, Window, dash_sample};

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A line through the columns, each from its least to its greatest reading.
    Line,
    /// All that lies between the least and the greatest.
    Envelope,
}

/// One series on a chart.
pub(crate) struct Curve<'a> {
    /// Its readings.
    pub series: &'a Series,
    /// A reading after the last: step and value.
    pub tip: Option<(f64, f64)>,
    /// What each reading is multiplied by.
    pub factor: f64,
    /// What it is drawn with.
    pub pen: Pen,
    /// How.
    pub form: Form,
    /// What stands at each reading, as long as they are far enough apart.
    pub mark: Option<(char, char)>,
}

/// A place on a chart with a word beside it.
pub(crate) struct Flag {
    /// Its step.
    pub step: f64,
    /// Its value.
    pub value: f64,
    /// Its mark.
    pub mark: (char, char),
    /// The mark's colour.
    pub style: Style,
    /// The word.
    pub label: String,
}

/// One line of a legend.
pub(crate) struct LegendEntry {
    /// The arm.
    pub arm: usize,
    /// Its name.
    pub name: String,
    /// Its newest value, of fixed width.
    pub value: String,
}

/// A chart, ready to be drawn.
pub(crate) struct Chart<'a> {
    /// What is drawn, the most important last.
    pub curves: Vec<Curve<'a>>,
    /// The steps in sight.
    pub window: Window,
    /// Mini-batches in an epoch.
    pub steps_per_epoch: f64,
    /// The least and the greatest value of the axis, of which the first is above 0 for `Log`.
    pub range: (f64, f64),
    /// How the axis is scaled.
    pub scale: ChartScale,
    /// How curves are smoothed.
    pub smoothing: Smoothing,
    /// A value that is wanted, drawn as a quiet line.
    pub wanted: Option<f64>,
    /// The newest step.
    pub now: f64,
    /// Steps at which η changed.
    pub changes: Vec<f64>,
    /// Places with words.
    pub flags: Vec<Flag>,
    /// Who is who.
    pub legend: Vec<LegendEntry>,
}

impl Chart<'_> {
    /// Draws it; says whether the legend found a place.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> bool {
        let labels = self.value_labels(area.height.saturating_sub(1));
        let gutter = labels.iter().map(|(_, text)| text.len() as u16 + 1).max().unwrap_or(0).max(3);
        if area.height < 2 || area.width < gutter + 8 {
            return false;
        }
        let plot = Rect {
            x: area.x + gutter,
            width: area.width - gutter - 1,
            height: area.height - 1,
            ..area
        };
        self.draw_grid(canvas, plot, &labels);
        self.draw_epochs(canvas, Rect { y: plot.bottom(), height: 1, ..area }, plot);
        let dots = self.dots(canvas, plot);
        dots.draw(canvas, plot);
        self.draw_now(canvas, plot, &dots);
        for curve in &self.curves {
            self.draw_marks(canvas, plot, curve);
        }
        let mut taken = Vec::new();
        for flag in &self.flags {
            self.draw_flag(canvas, plot, (flag, &dots), &mut taken);
        }
        self.draw_legend(canvas, plot, &dots, &taken)
    }

    /// Where a value lies, 0 at the bottom and 1 at the top.
    fn height(&self, value: f64) -> f64 {
        let (from, to) = self.range;
        let share = match self.scale {
            ChartScale::Linear => (value - from) / (to - from),
            ChartScale::Log => (value.max(1e-300) / from).ln() / (to / from).ln(),
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    fn dot_row(&self, value: f64, rows: usize) -> usize {
        ((1.0 - self.height(value)) * (rows.max(1) - 1) as f64).round() as usize
    }

    fn cell_row(&self, value: f64, plot: Rect) -> u16 {
        plot.y + (self.dot_row(value, usize::from(plot.height) * 4) / 4) as u16
    }

    fn value_labels(&self, rows: u16) -> Vec<(f64, String)> {
        let (from, to) = self.range;
        match self.scale {
            ChartScale::Linear => ticks(from, to, usize::from(rows / 4).clamp(1, 5), Spacing::Any)
                .into_iter()
                .map(|value| (value, trim_zero(&short(value))))
                .collect(),
            ChartScale::Log => {
                let (low, high) = (from.log10().round() as i32, to.log10().round() as i32);
                let most = u32::from((rows / 3).max(1));
                let every = high.abs_diff(low).div_ceil(most).clamp(1, 1000).cast_signed();
                (low..=high)
                    .filter(|power| (high - power) % every == 0)
                    .map(|power| (10f64.powi(power), power_label(power)))
                    .collect()
            }
        }
    }

    fn draw_grid(&self, canvas: &mut Canvas<'_>, plot: Rect, labels: &[(f64, String)]) {
        let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
        for (value, label) in labels {
            let y = self.cell_row(*value, plot);
            for x in (plot.left() + 1..plot.right()).step_by(3) {
                canvas.put((x, y), GRID, faint);
            }
            let x = plot.x.saturating_sub(label.len() as u16 + 1);
            canvas.text((x, y), label.len() as u16, label, quiet);
        }
    }

    fn draw_epochs(&self, canvas: &mut Canvas<'_>, labels: Rect, plot: Rect) {
        let quiet = canvas.theme.quiet;
        let (from, to) =
            (self.window.from / self.steps_per_epoch, self.window.to / self.steps_per_epoch);
        let spacing = if to - from >= 2.0 { Spacing::Whole } else { Spacing::Any };
        let mut free_from = labels.x;
        if plot.x - labels.x >= 7 {
            free_from = canvas.text((labels.x + 1, labels.y), 5, "epoch", quiet) + 1;
        }
        for tick in ticks(from, to, usize::from(plot.width / 10).max(2), spacing) {
            let text = short(tick);
            let width = text.len() as u16;
            let share = self.window.share(tick * self.steps_per_epoch).clamp(0.0, 1.0);
            let at = plot.x + (share * f64::from(plot.width - 1)).round() as u16;
            let last = labels.right().saturating_sub(width);
            let x = at.saturating_sub((width - 1) / 2).clamp(plot.x.min(last), last);
            if x >= free_from {
                free_from = canvas.text((x, labels.y), width, &text, quiet) + 1;
            }
        }
    }

    fn dots(&self, canvas: &Canvas<'_>, plot: Rect) -> Dots {
        let mut dots = Dots::new(plot.width, plot.height);
        if let Some(wanted) = self.wanted {
            let pen = dots.pen(Pen::behind(canvas.theme.faint, '.'));
            let y = self.dot_row(wanted, dots.rows());
            (0..dots.columns()).step_by(2).for_each(|x| dots.set(x, y, pen));
        }
        let is_dotted = !canvas.theme.has_colours();
        for curve in &self.curves {
            let place = (self.window, dots.columns());
            let mut folded = columns(curve.series, curve.tip, curve.factor, place);
            let pen = dots.pen(curve.pen);
            match curve.form {
                Form::Envelope => self.draw_envelope(&mut dots, &folded, (pen, is_dotted)),
                Form::Line => {
                    smooth(&mut folded, self.smoothing);
                    self.draw_line(&mut dots, &folded, pen);
                }
            }
        }
        dots
    }

    /// Fills what lies between the extremes; only dotted where it could not be told from a line.
    fn draw_envelope(&self, dots: &mut Dots, folded: &[Column], (pen, is_dotted): (u8, bool)) {
        let rows = dots.rows();
        for column in folded {
            let (top, bottom) = (self.dot_row(column.max, rows), self.dot_row(column.min, rows));
            if !is_dotted {
                dots.span(column.x, (top, bottom), pen);
                continue;
            }
            for y in top..=bottom {
                if y == top || y == bottom || (y + 2 * column.x) % 4 == 0 {
                    dots.set(column.x, y, pen);
                }
            }
        }
    }

    fn draw_line(&self, dots: &mut Dots, folded: &[Column], pen: u8) {
        let rows = dots.rows();
        let mut travelled = 0;
        let mut before: Option<(usize, usize)> = None;
        for column in folded {
            let (top, bottom) = (self.dot_row(column.max, rows), self.dot_row(column.min, rows));
            if let Some((x, y)) = before {
                let to = y.clamp(top, bottom);
                travelled = join(dots, ((x, y), (column.x, to)), (pen, travelled));
            }
            if top != bottom || before.is_none() {
                dots.span(column.x, (top, bottom), pen);
            }
            before = Some((column.x, self.dot_row(column.newest, rows)));
        }
    }

    fn draw_now(&self, canvas: &mut Canvas<'_>, plot: Rect, dots: &Dots) {
        let (faint, quiet) = (canvas.theme.faint, canvas.theme.quiet);
        if let Some(x) = self.window.column(self.now, usize::from(plot.width))
            && x > 0
            && x + 1 < usize::from(plot.width)
        {
            for y in 0..plot.height {
                if dots.is_free(x as u16, y) {
                    canvas.put((plot.x + x as u16, plot.y + y), NOW, faint);
                }
            }
        }
        for step in &self.changes {
            if let Some(x) = self.window.column(*step, usize::from(plot.width)) {
                let y = (0..plot.height).find(|y| dots.is_free(x as u16, *y)).unwrap_or(0);
                canvas.put((plot.x + x as u16, plot.y + y), CHANGE, quiet);
            }
        }
    }

    /// Marks the readings of a curve where there are few of them.
    fn draw_marks(&self, canvas: &mut Canvas<'_>, plot: Rect, curve: &Curve<'_>) {
        let Some(mark) = curve.mark else { return };
        let column = |step: u64| self.window.column(step as f64, usize::from(plot.width));
        let seen = || {
            let buckets = curve.series.buckets().iter();
            buckets.filter_map(|b| Some((column(b.last)? as u16, b.newest * curve.factor)))
        };
        let mut places = seen().map(|(x, _)| x);
        let (first, last) = (places.next().unwrap_or(0), places.next_back().unwrap_or(0));
        let gaps = seen().count().saturating_sub(1);
        if gaps > 0 && usize::from(last.saturating_sub(first)) < gaps * 3 {
            return;
        }
        for (x, value) in seen() {
            if value.is_finite() {
                canvas.put((plot.x + x, self.cell_row(value, plot)), mark, curve.pen.style);
            }
        }
    }

    fn draw_flag(
        &self,
        canvas: &mut Canvas<'_>,
        plot: Rect,
        (flag, dots): (&Flag, &Dots),
        taken: &mut Vec<Rect>,
    ) {
        let Some(x) = self.window.column(flag.step, usize::from(plot.width)) else { return };
        let (x, y) = (plot.x + x as u16, self.cell_row(flag.value, plot));
        canvas.put((x, y), flag.mark, flag.style);
        taken.push(Rect { x, y, width: 1, height: 1 });
        let width = canvas.width(&flag.label);
        let before = x.checked_sub(width + 2);
        let places = [(Some(x + 2), y), (before, y)].into_iter().chain(
            [y.wrapping_sub(1), y + 1, y.wrapping_sub(2), y + 2]
                .into_iter()
                .flat_map(|y| [(Some(x + 2), y), (before, y)]),
        );
        for (x, y) in places.filter_map(|(x, y)| x.map(|x| (x, y))) {
            let block = Rect { x: x.saturating_sub(1), y, width: width + 2, height: 1 };
            if is_inside(plot, block) && is_free(dots, plot, block, taken) {
                canvas.text((x - 1, y), 1, " ", Style::new());
                let end = canvas.text((x, y), width, &flag.label, canvas.theme.quiet);
                canvas.text((end, y), 1, " ", Style::new());
                taken.push(block);
                return;
            }
        }
    }

    fn draw_legend(
        &self,
        canvas: &mut Canvas<'_>,
        plot: Rect,
        dots: &Dots,
        taken: &[Rect],
    ) -> bool {
        if self.legend.is_empty() {
            return true;
        }
        let name = self.legend.iter().map(|e| canvas.width(&e.name)).max().unwrap_or(0);
        let value = self.legend.iter().map(|e| canvas.width(&e.value)).max().unwrap_or(0);
        let (width, height) = (name + value + 7, self.legend.len() as u16);
        if width + 4 > plot.width || height + 2 > plot.height {
            return false;
        }
        let columns = [plot.width - width - 1, (plot.width - width) / 2, 2];
        let rows = [
            1,
            (plot.height - height) / 3,
            (plot.height - height) / 2,
            plot.height - height - 1,
            plot.height - height,
            0,
        ];
        let place =
            rows.iter().flat_map(|y| columns.iter().map(move |x| (*x, *y))).find(|(x, y)| {
                let block = Rect { x: plot.x + x, y: plot.y + y, width, height };
                is_free(dots, plot, block, taken)
            });
        let Some((x, y)) = place else { return false };
        let block = Rect { x: plot.x + x, y: plot.y + y, width, height };
        canvas.clear(block);
        for (index, entry) in self.legend.iter().enumerate() {
            let style = canvas.theme.arm(entry.arm);
            let sample = dash_sample(entry.arm);
            let line = row(block, index as u16);
            canvas.put((line.x, line.y), mark(entry.arm), style);
            let sample = if canvas.is_ascii() { sample.1 } else { sample.0 };
            canvas.text((line.x + 1, line.y), 2, sample, style);
            canvas.text((line.x + 4, line.y), name, &entry.name, style);
            canvas.text_right(Rect { width: width - 1, ..line }, &entry.value, style);
        }
        true
    }
}

/// Draws the dots between two, the first and the last left out of the count of strokes.
fn join(
    dots: &mut Dots,
    (from, to): ((usize, usize), (usize, usize)),
    (pen, mut travelled): (u8, u32),
) -> u32 {
    let across = to.0.saturating_sub(from.0).max(1);
    let mut last = from.1;
    for step in 1..=across {
        let share = step as f64 / across as f64;
        let y = (from.1 as f64 + (to.1 as f64 - from.1 as f64) * share).round() as usize;
        if dots.is_down(pen, travelled) {
            // A steep piece is drawn half in this column and half in the one before.
            let middle = usize::midpoint(last, y);
            if last != y {
                dots.span(from.0 + step - 1, (last, middle), pen);
            }
            dots.span(from.0 + step, (middle, y), pen);
        }
        travelled += 1 + last.abs_diff(y) as u32 / 2;
        last = y;
    }
    travelled
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

fn trim_zero(text: &str) -> String {
    text.strip_prefix("0.").map_or_else(|| text.to_owned(), |rest| format!(".{rest}"))
}

fn power_label(power: i32) -> String {
    match power {
        0 => "1".to_owned(),
        1 => "10".to_owned(),
        -1 => ".1".to_owned(),
        -2 => ".01".to_owned(),
        _ => format!("1e{power}"),
    }
}
