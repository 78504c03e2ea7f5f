//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod metric;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::{App, ChartScale, Smoothing};
use crate::math::{log10, power_of_ten};
use crate::telemetry::{ArmProgress, Metric, RunFacts, Series};
use crate::ui::canvas::Canvas;
use crate::ui::duel::charts::metric::draw_metric;
use crate::ui::glyphs::mark;
use crate::ui::number::{grown, number, short};
use crate::ui::widgets::{
    Chart, Curve, CurveStyle, FrameStyle, LegendCorner, LegendEntry, Panel, Pen, StepWindow, Tone,
    panel,
};

/// Draws one chart per area: the metric alone, or the cost and the metric.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (areas, frame): (&[Rect], FrameStyle),
) {
    match areas {
        [only] => draw_metric(canvas, app, facts, (*only, frame, true)),
        [first, second, ..] => {
            draw_cost(canvas, app, facts, (*first, frame));
            draw_metric(canvas, app, facts, (*second, frame, facts.metric == Metric::Accuracy));
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
        let seen = series
            .buckets()
            .iter()
            .filter(|b| b.last as f64 >= window.from && b.first as f64 <= window.to);
        for bucket in seen {
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

fn draw_cost(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (area, frame): (Rect, FrameStyle),
) {
    let arms = &app.history.arms;
    let count = facts.arms.len().min(arms.len());
    let window = window(app);
    let (mut curves, mut lines) = (Vec::new(), Vec::new());
    for (index, arm) in arms.iter().enumerate().take(count) {
        cost_curves(canvas, app, (index, arm), (&mut curves, &mut lines));
    }
    let range = cost_range(app, (&curves, &lines), window);
    curves.append(&mut lines);
    let legend = (0..count)
        .map(|index| {
            let cost = newest_cost(&arms[index], facts).zip(cost_factor(&arms[index]));
            entry(app, facts, index, cost.map(|(cost, factor)| cost * factor))
        })
        .collect();
    let chart = Chart {
        curves,
        window,
        steps_per_epoch: app.history.steps_per_epoch() as f64,
        range,
        scale: app.chart.scale,
        smoothing: app.chart.smoothing,
        wanted: None,
        now: app.history.step as f64,
        changes: app.history.marks.iter().map(|m| m.step as f64).collect(),
        flags: Vec::new(),
        legend,
        corner: LegendCorner::UpperLeft,
    };
    let titled =
        ChartHeading { title: "cost C/C₀", warning: None, note: cost_note(app, facts), frame };
    draw_titled(canvas, area, (app, &chart), &titled);
}

/// Adds the band and the line of an arm's cost; neither before its C₀ is known.
fn cost_curves<'a>(
    canvas: &Canvas<'_>,
    app: &'a App,
    (index, arm): (usize, &'a ArmProgress),
    (bands, lines): (&mut Vec<Curve<'a>>, &mut Vec<Curve<'a>>),
) {
    let Some(factor) = cost_factor(arm) else { return };
    let tip = arm.gradient_factors.as_ref().map(|m| (step_of(app, arm), m.cost));
    let pen = Pen::of_arm(index, canvas.theme.arm(index));
    let head = Some(head(canvas, index, arm));
    let is_whole = app.history.facts.as_deref().is_some_and(is_whole);
    if is_whole {
        let (series, form) = (&arm.cost, CurveStyle::Line);
        lines.push(Curve { series, tip, factor, pen, form, mark: None, head });
    } else {
        let (series, form) = (&arm.cost, CurveStyle::Envelope);
        let shade = Pen::behind(canvas.theme.shade(index), '.');
        bands.push(Curve { series, tip, factor, pen: shade, form, mark: None, head: None });
        let (series, form, mark) = (&arm.full_cost, CurveStyle::Line, Some(mark(index)));
        lines.push(Curve { series, tip: None, factor, pen, form, mark, head });
    }
}

/// Returns the range of the cost axis: from 0 in round steps, or in decades, where the band of the
/// mini-batches adds at most one below the lowest line.
fn cost_range(
    app: &App,
    (bands, lines): (&[Curve<'_>], &[Curve<'_>]),
    window: StepWindow,
) -> (f64, f64) {
    let seen =
        |curves: &[Curve<'_>]| extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
    let (band, line) = (seen(bands), seen(lines));
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
    frame: FrameStyle,
}

fn draw_titled(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (app, chart): (&App, &Chart<'_>),
    titled: &ChartHeading,
) {
    let ChartHeading { title, warning, note, frame } = titled;
    let words = warning.iter().map(ToString::to_string).chain(state(app, chart));
    let words: Vec<String> = words.map(|word| format!(" · {word}")).collect();
    let mut title = vec![(*title, Tone::Strong)];
    title.extend(words.iter().map(|word| (word.as_str(), Tone::Text)));
    // The changed settings of the chart take precedence over a note that is the same in every run.
    let taken: u16 = title.iter().map(|(text, _)| canvas.width(text)).sum();
    let has_room = words.is_empty() || canvas.width(note) + taken + 9 <= area.width;
    let quiet = [(if has_room { note.as_str() } else { "" }, Tone::Quiet)];
    let what = Panel { frame: *frame, title: &title, note: &quiet, chosen: None };
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
    let note: Vec<(&str, Tone)> = names.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
    panel(canvas, Rect { height: 1, ..area }, &Panel { note: &note, ..what });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::window;
    use crate::app::App;
    use crate::telemetry::RunFacts;

    #[test]
    fn a_zoomed_chart_shows_the_newest_part_of_the_run() {
        let mut app = App::default();
        app.history.facts = Some(Arc::new(RunFacts { steps_per_epoch: 5, ..RunFacts::default() }));
        app.history.epochs = 300;
        for (epoch, zoom, from, to) in [
            (290, 0, 0.0, 300.0),
            (290, 1, 150.0, 300.0),
            (290, 2, 225.0, 300.0),
            (100, 2, 37.5, 112.5),
            (10, 3, 0.0, 37.5),
        ] {
            app.history.step = epoch * 5;
            app.chart.zoom = zoom;
            let window = window(&app);
            assert_eq!((window.from, window.to), (from * 5.0, to * 5.0), "epoch {epoch}, {zoom}");
        }
    }
}
