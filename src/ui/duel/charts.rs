//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod metric;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::{App, ChartScale, Smoothing};
use crate::math::{log10, power_of_ten};
use crate::telemetry::{ArmProgress, Metric, RunFacts, Series};
use crate::ui::canvas::Canvas;
use crate::ui::duel::charts::metric::metric_legend;
use crate::ui::glyphs::mark;
use crate::ui::number::{grown, number, short};
use crate::ui::widgets::{
    Chart, ChartTip, Curve, CurveStyle, FrameStyle, LegendCorner, LegendEntry, Panel, Pen,
    StepWindow, Tone, panel,
};

/// The charts of a run, which share a frame style.
struct DuelCharts<'a> {
    app: &'a App,
    facts: &'a RunFacts,
    frame: FrameStyle,
}

/// The curves of a chart: the bands lie behind the lines.
#[derive(Default)]
struct ChartCurves<'a> {
    bands: Vec<Curve<'a>>,
    lines: Vec<Curve<'a>>,
}

impl<'a> ChartCurves<'a> {
    /// Returns all curves in the order in which they are drawn.
    fn into_drawing_order(self) -> Vec<Curve<'a>> {
        let mut curves = self.bands;
        curves.extend(self.lines);
        curves
    }
}

/// Draws one chart per area: the metric alone, or the cost and the metric.
pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, areas: &[Rect], frame: FrameStyle) {
    let Some(facts) = app.history.facts.as_deref() else { return };
    let charts = DuelCharts { app, facts, frame };
    match areas {
        [only] => charts.draw_metric(canvas, *only, metric_legend(app, facts)),
        [first, second, ..] => {
            charts.draw_cost(canvas, *first);
            let has_legend = facts.metric == Metric::Accuracy;
            let legend = if has_legend { metric_legend(app, facts) } else { Vec::new() };
            charts.draw_metric(canvas, *second, legend);
        }
        [] => {}
    }
}

/// Returns the visible steps: the whole run if it is short, else up to the next 1, 2 or 5 × 10ⁿ
/// epochs; with zoom, the newest part, which advances by half its width at a time.
fn window(app: &App) -> StepWindow {
    let history = &app.history;
    let per_epoch = history.steps_per_epoch() as f64;
    let (done, epochs) = (history.epochs_done(), history.epochs.max(1) as f64);
    let reached = grown(done.max(10.0)).max(done);
    let limit = if epochs <= 1000.0 || epochs <= reached { epochs.max(done) } else { reached };
    let width = limit / f64::from(1u32 << app.chart.zoom.min(8));
    let half = width / 2.0;
    let from = if app.chart.zoom == 0 {
        0.0
    } else {
        (((done / half).ceil() - 2.0).max(0.0) * half).min(limit - width).max(0.0)
    };
    StepWindow { from: from * per_epoch, to: (from + width) * per_epoch }
}

/// Returns the least positive and the greatest visible reading, multiplied by the factor of each
/// series.
fn extent(series: &mut dyn Iterator<Item = (&Series, f64)>, window: StepWindow) -> (f64, f64) {
    let mut out = (f64::INFINITY, 0.0_f64);
    for (series, factor) in series {
        let visible = series
            .buckets()
            .iter()
            .filter(|b| b.last as f64 >= window.from && b.first as f64 <= window.to);
        for bucket in visible {
            let (min, max) = (bucket.min * factor, bucket.max * factor);
            if min > 0.0 {
                out.0 = out.0.min(min);
            }
            if max.is_finite() {
                out.1 = out.1.max(max);
            }
        }
    }
    out
}

/// Returns the factor that turns costs into C/C₀, once C₀ is known.
fn cost_factor(arm: &ArmProgress) -> Option<f64> {
    arm.first_cost.filter(|c| c.is_normal() && *c > 0.0).map(f64::recip)
}

/// Returns the step of an arm: that of the run, unless the arm has diverged before.
fn step_of(app: &App, arm: &ArmProgress) -> f64 {
    arm.diverged.as_ref().map_or(app.history.step, |d| d.step.min(app.history.step)) as f64
}

/// Returns the mark at the end of an arm's curve, or a cross if the arm has stopped.
fn head(canvas: &Canvas<'_>, arm: usize, now: &ArmProgress) -> ((char, char), Style) {
    if now.diverged.is_some() {
        (('✗', 'X'), canvas.theme.hurt)
    } else {
        (mark(arm), canvas.theme.arm(arm))
    }
}

/// Returns whether a step covers the whole training set, so that its cost is not a sample.
fn is_whole(facts: &RunFacts) -> bool {
    facts.steps_per_epoch <= 1
}

impl DuelCharts<'_> {
    fn draw_cost(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let Self { app, facts, .. } = *self;
        let arms = &app.history.arms;
        let count = facts.arms.len().min(arms.len());
        let window = window(app);
        let mut curves = ChartCurves::default();
        for arm in 0..count {
            add_cost(canvas, app, arm, &mut curves);
        }
        let range = cost_range(app, &curves, window);
        let legend = (0..count)
            .map(|index| {
                let cost = newest_cost(&arms[index], facts).zip(cost_factor(&arms[index]));
                entry(app, facts, index, cost.map(|(cost, factor)| cost * factor))
            })
            .collect();
        let chart = Chart {
            curves: curves.into_drawing_order(),
            window,
            steps_per_epoch: app.history.steps_per_epoch() as f64,
            range,
            scale: app.chart.scale,
            smoothing: app.chart.smoothing,
            target: None,
            now: app.history.step as f64,
            changes: app.history.marks.iter().map(|m| m.step as f64).collect(),
            flags: Vec::new(),
            legend,
            corner: LegendCorner::UpperLeft,
        };
        let titled =
            ChartHeading { title: "cost C/C₀", warning: None, note: cost_note(app, facts) };
        self.draw_titled(canvas, area, &chart, &titled);
    }

    fn draw_titled(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        chart: &Chart<'_>,
        heading: &ChartHeading,
    ) {
        let ChartHeading { title, warning, note } = heading;
        let words = warning.iter().map(ToString::to_string).chain(state(self.app, chart));
        let words: Vec<String> = words.map(|word| format!(" · {word}")).collect();
        let mut title = vec![(*title, Tone::Strong)];
        title.extend(words.iter().map(|word| (word.as_str(), Tone::Text)));
        // The changed settings of the chart take precedence over a note that is the same in every run.
        let taken: u16 = title.iter().map(|(text, _)| canvas.width(text)).sum();
        let has_room = words.is_empty() || canvas.width(note) + taken + 9 <= area.width;
        let quiet = [(if has_room { note.as_str() } else { "" }, Tone::Quiet)];
        let what = Panel { frame: self.frame, title: &title, note: &quiet, chosen: None };
        let inner = panel(canvas, area, &what);
        if chart.draw(canvas, inner) {
            return;
        }
        // The curves leave no room for a legend, so that it moves into the title.
        let names: Vec<(String, Tone)> = chart
            .legend
            .iter()
            .map(|entry| {
                let (mark, ascii) = mark(entry.arm);
                let mark = if canvas.is_ascii() { ascii } else { mark };
                (format!("{mark} {} ", entry.value.trim_start()), Tone::Arm(entry.arm))
            })
            .collect();
        let note: Vec<(&str, Tone)> =
            names.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
        panel(canvas, Rect { height: 1, ..area }, &Panel { note: &note, ..what });
    }
}

/// Adds the band and the line of an arm's cost; neither before its C₀ is known.
fn add_cost<'a>(canvas: &Canvas<'_>, app: &'a App, index: usize, curves: &mut ChartCurves<'a>) {
    let arm = &app.history.arms[index];
    let Some(factor) = cost_factor(arm) else { return };
    let tip =
        arm.gradient_factors.as_ref().map(|m| ChartTip { step: step_of(app, arm), value: m.cost });
    let pen = Pen::of_arm(index, canvas.theme.arm(index));
    let head = Some(head(canvas, index, arm));
    let is_whole = app.history.facts.as_deref().is_some_and(is_whole);
    if is_whole {
        let (series, form) = (&arm.cost, CurveStyle::Line);
        curves.lines.push(Curve { series, tip, factor, pen, form, mark: None, head });
    } else {
        let (series, form) = (&arm.cost, CurveStyle::Envelope);
        let shade = Pen::behind(canvas.theme.shade(index), '.');
        curves.bands.push(Curve { series, tip, factor, pen: shade, form, mark: None, head: None });
        let (series, form, mark) = (&arm.full_cost, CurveStyle::Line, Some(mark(index)));
        curves.lines.push(Curve { series, tip: None, factor, pen, form, mark, head });
    }
}

/// Returns the range of the cost axis: from 0 in round steps, or in decades, where the band of the
/// mini-batches adds at most one below the lowest line.
fn cost_range(app: &App, curves: &ChartCurves<'_>, window: StepWindow) -> (f64, f64) {
    let extent_of =
        |curves: &[Curve<'_>]| extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
    let (band, line) = (extent_of(&curves.bands), extent_of(&curves.lines));
    let high = band.1.max(line.1);
    match app.chart.scale {
        ChartScale::Linear if app.chart.zoom > 0 => (0.0, rounded_up(high)),
        ChartScale::Linear => (0.0, rounded_up(high.max(1.0))),
        ChartScale::Log if line.0.is_finite() => {
            decades(band.0.min(line.0).max(line.0 / 10.0), high)
        }
        ChartScale::Log => decades(band.0, high),
    }
}

/// Rounds `value` up to a multiple of its quarter, where the quarter is rounded up to 1, 2 or 5 ×
/// 10ⁿ.
fn rounded_up(value: f64) -> f64 {
    let whole = grown(value);
    let step = grown(value / 4.0);
    let up = (value / step - 1e-9).ceil() * step;
    if up.is_finite() && up > 0.0 && up < whole { up } else { whole }
}

/// Returns the note that explains the band and the line.
fn cost_note(app: &App, facts: &RunFacts) -> String {
    let is_known = app.history.arms.iter().any(|arm| cost_factor(arm).is_some());
    match (facts.arms.len(), is_whole(facts)) {
        _ if !is_known => "not evaluated yet".to_owned(),
        (_, false) => "band: mini-batches, line: all".to_owned(),
        (1, true) => String::new(),
        (_, true) => "each on its own scale".to_owned(),
    }
}

/// Returns the changed settings of a chart for its title: log, smoothed, zoomed, η changed.
fn state(app: &App, chart: &Chart<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if chart.scale == ChartScale::Log {
        out.push("log".to_owned());
    }
    match chart.smoothing {
        Smoothing::None => {}
        Smoothing::Some => out.push("smoothed".to_owned()),
        Smoothing::Strong => out.push("smoothed more".to_owned()),
    }
    if app.chart.zoom > 0 {
        let epoch = |step: f64| short((step / chart.steps_per_epoch * 100.0).round() / 100.0);
        out.push(format!("epochs {}–{}", epoch(chart.window.from), epoch(chart.window.to)));
    }
    let is_in_sight = |step: &f64| (chart.window.from..=chart.window.to).contains(step);
    if chart.changes.iter().any(is_in_sight) {
        out.push("▾ η changed".to_owned());
    }
    out
}

/// Returns the newest cost: over all examples, or of the only mini-batch if that is the same.
fn newest_cost(arm: &ArmProgress, facts: &RunFacts) -> Option<f64> {
    if is_whole(facts) {
        arm.gradient_factors.as_ref().map(|m| m.cost).or_else(|| arm.cost.newest())
    } else {
        arm.full_cost.newest()
    }
}

fn entry(app: &App, facts: &RunFacts, arm: usize, value: Option<f64>) -> LegendEntry {
    let has_stopped = app.history.arms[arm].diverged.is_some();
    let value = match value {
        _ if has_stopped => "stopped".to_owned(),
        Some(value) => format!("{:>6}", number(value, 5)),
        None => "     –".to_owned(),
    };
    LegendEntry { arm, name: facts.arms[arm].name.clone(), value }
}

/// Returns whole powers of ten around the visible values, at most 8 decades; the lowest are dropped
/// first.
fn decades(low: f64, high: f64) -> (f64, f64) {
    let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
    let top = log10(high).ceil().clamp(-300.0, 300.0);
    let low = if low.is_finite() && low > 0.0 { low } else { high / 10.0 };
    let bottom = log10(low).floor().max(top - 8.0).min(top - 1.0);
    (power_of_ten(bottom as i32), power_of_ten(top as i32))
}

/// The title of a chart and its note.
struct ChartHeading {
    title: &'static str,
    /// A warning, if any.
    warning: Option<&'static str>,
    note: String,
}
