//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

use ratatui::layout::Rect;

use crate::app::{App, ChartScale};
use crate::telemetry::{ArmDigest, Metric, RunFacts, Series};
use crate::ui::canvas::Canvas;
use crate::ui::glyphs::{foreseen, mark};
use crate::ui::number::{grown, number, short};
use crate::ui::widgets::{
    Chart, Curve, Flag, Form, Frame, LegendEntry, Panel, Pen, Tone, Window, panel,
};

/// Draws as many charts as there are places: the metric alone, or the cost and the metric.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (areas, frame): (&[Rect], Frame),
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

/// The steps in sight: all of the run where it is short, else as far as 1-2-5 steps reach; with
/// zoom, the newest part, moved on by half its width at a time.
fn window(app: &App) -> Window {
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
    Window { from: from * per_epoch, to: (from + width) * per_epoch }
}

/// The least positive and the greatest reading in sight, times a factor for each series.
fn extent(series: &mut dyn Iterator<Item = (&Series, f64)>, window: Window) -> (f64, f64) {
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

fn cost_factor(arm: &ArmDigest) -> f64 {
    arm.first_cost.filter(|c| c.is_normal() && *c > 0.0).map_or(1.0, f64::recip)
}

/// Whether a step sees the whole training set, so that its cost is no sample.
fn is_whole(facts: &RunFacts) -> bool {
    facts.steps_per_epoch <= 1
}

/// The order of drawing: the chosen arm last, so that it lies on top.
fn order(app: &App, arms: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..arms).filter(|arm| *arm != app.arm).collect();
    order.extend((app.arm < arms).then_some(app.arm));
    order
}

fn draw_cost(canvas: &mut Canvas<'_>, app: &App, facts: &RunFacts, (area, frame): (Rect, Frame)) {
    let arms = &app.history.arms;
    let window = window(app);
    let (mut curves, mut lines) = (Vec::new(), Vec::new());
    for index in order(app, facts.arms.len().min(arms.len())) {
        let (arm, factor) = (&arms[index], cost_factor(&arms[index]));
        let tip = arm.moment.as_ref().map(|m| (app.history.step as f64, m.cost));
        let pen = Pen::of_arm(index, canvas.theme.arm(index));
        if is_whole(facts) {
            lines.push(Curve { series: &arm.cost, tip, factor, pen, form: Form::Line, mark: None });
        } else {
            let shade = Pen::behind(canvas.theme.shade(index), '.');
            curves.push(Curve {
                series: &arm.cost,
                tip,
                factor,
                pen: shade,
                form: Form::Envelope,
                mark: None,
            });
            lines.push(Curve {
                series: &arm.full_cost,
                tip: None,
                factor,
                pen,
                form: Form::Line,
                mark: Some(mark(index)),
            });
        }
    }
    curves.append(&mut lines);
    let (low, high) = extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
    let range = match app.chart.scale {
        ChartScale::Linear if app.chart.zoom > 0 => (0.0, grown(high)),
        ChartScale::Linear => (0.0, grown(high.max(1.0))),
        ChartScale::Log => decades(low, high),
    };
    let legend = (0..facts.arms.len().min(arms.len()))
        .map(|index| {
            let cost = newest_cost(&arms[index], facts);
            entry(facts, index, cost.map(|c| c * cost_factor(&arms[index])))
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
    };
    let what = cost_note(app, facts);
    let titled = Titled { title: "cost C/C₀", note: what, frame };
    draw_titled(canvas, area, &chart, &titled);
}

/// What the band and the line are, and how the axis is scaled.
fn cost_note(app: &App, facts: &RunFacts) -> String {
    let log = if app.chart.scale == ChartScale::Log { " · log" } else { "" };
    match (facts.arms.len(), is_whole(facts)) {
        (_, false) => format!("band: mini-batches, line: all{log}"),
        (1, true) => log.trim_start_matches(" · ").to_owned(),
        (_, true) => format!("each on its own scale{log}"),
    }
}

/// The newest cost: of all examples, or of the only mini-batch where that is the same.
fn newest_cost(arm: &ArmDigest, facts: &RunFacts) -> Option<f64> {
    if is_whole(facts) {
        arm.moment.as_ref().map(|m| m.cost).or_else(|| arm.cost.newest())
    } else {
        arm.full_cost.newest()
    }
}

fn entry(facts: &RunFacts, arm: usize, value: Option<f64>) -> LegendEntry {
    LegendEntry {
        arm,
        name: facts.arms[arm].name.clone(),
        value: value.map_or_else(|| "     –".to_owned(), |v| format!("{:>6}", number(v, 5))),
    }
}

/// Whole powers of ten around what is in sight; 8 at most, the lowest given up first.
fn decades(low: f64, high: f64) -> (f64, f64) {
    let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
    let top = high.log10().ceil().clamp(-300.0, 300.0);
    let low = if low.is_finite() && low > 0.0 { low } else { high / 10.0 };
    let bottom = low.log10().floor().max(top - 8.0).min(top - 1.0);
    (10f64.powf(bottom), 10f64.powf(top))
}

fn draw_metric(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (area, frame, has_legend): (Rect, Frame, bool),
) {
    let arms = &app.history.arms;
    let count = facts.arms.len().min(arms.len());
    let window = window(app);
    let mut curves = Vec::new();
    let mut envelopes = Vec::new();
    for index in order(app, count) {
        let pen = Pen::of_arm(index, canvas.theme.arm(index));
        let shade = Pen::behind(canvas.theme.shade(index), '.');
        metric_curves(app, facts, index, (pen, shade), (&mut envelopes, &mut curves));
    }
    envelopes.append(&mut curves);
    let legend = if has_legend { metric_legend(app, facts, count) } else { Vec::new() };
    let chart = Chart {
        window,
        steps_per_epoch: app.history.steps_per_epoch() as f64,
        range: metric_range(app, facts, &envelopes, window),
        curves: envelopes,
        scale: ChartScale::Linear,
        smoothing: app.chart.smoothing,
        wanted: facts.single.as_ref().map(|single| single.y),
        now: app.history.step as f64,
        changes: app.history.marks.iter().map(|m| m.step as f64).collect(),
        flags: if facts.metric == Metric::Output { flags(canvas, app, count) } else { Vec::new() },
        legend,
    };
    let (title, note) = match facts.metric {
        Metric::Output => (
            "output a",
            facts
                .single
                .as_ref()
                .map(|s| format!("wanted: y = {}", short(s.y)))
                .unwrap_or_default(),
        ),
        Metric::Accuracy if facts.test_examples > 0 => ("accuracy %", "on the test set".to_owned()),
        Metric::Accuracy => ("accuracy %", "on the training set".to_owned()),
        Metric::Error => ("mean error |a − y|", "0 is right".to_owned()),
    };
    draw_titled(canvas, area, &chart, &Titled { title, note, frame });
}

type Curves<'a> = Vec<Curve<'a>>;

fn metric_curves<'a>(
    app: &'a App,
    facts: &RunFacts,
    index: usize,
    (pen, shade): (Pen, Pen),
    (envelopes, lines): (&mut Curves<'a>, &mut Curves<'a>),
) {
    let arm = &app.history.arms[index];
    let step = app.history.step as f64;
    match facts.metric {
        Metric::Output => {
            let a = arm.moment.as_ref().and_then(|m| m.neuron.as_ref()).map(|n| (step, n.a));
            let series = &arm.metric;
            lines.push(Curve { series, tip: a, factor: 1.0, pen, form: Form::Line, mark: None });
        }
        Metric::Accuracy => {
            let series =
                if arm.test_accuracy.is_empty() { &arm.full_metric } else { &arm.test_accuracy };
            lines.push(Curve {
                series,
                tip: None,
                factor: 100.0,
                pen,
                form: Form::Line,
                mark: Some(mark(index)),
            });
        }
        Metric::Error => {
            let tip = arm.moment.as_ref().map(|m| (step, m.error));
            let series = &arm.metric;
            if is_whole(facts) {
                lines.push(Curve { series, tip, factor: 1.0, pen, form: Form::Line, mark: None });
            } else {
                let form = Form::Envelope;
                envelopes.push(Curve { series, tip, factor: 1.0, pen: shade, form, mark: None });
                let series = &arm.full_metric;
                lines.push(Curve {
                    series,
                    tip: None,
                    factor: 1.0,
                    pen,
                    form: Form::Line,
                    mark: Some(mark(index)),
                });
            }
        }
    }
}

fn metric_legend(app: &App, facts: &RunFacts, count: usize) -> Vec<LegendEntry> {
    (0..count)
        .map(|index| {
            let arm = &app.history.arms[index];
            let value = match facts.metric {
                Metric::Output => arm.moment.as_ref().and_then(|m| m.neuron.as_ref()).map(|n| n.a),
                Metric::Error => arm.full_metric.newest(),
                Metric::Accuracy => {
                    let percent = arm.test_accuracy.newest().or(arm.full_metric.newest());
                    let value = percent
                        .map_or_else(|| "     –".to_owned(), |v| format!("{:>6.2}", v * 100.0));
                    return LegendEntry { value, ..entry(facts, index, None) };
                }
            };
            entry(facts, index, value)
        })
        .collect()
}

fn metric_range(app: &App, facts: &RunFacts, curves: &[Curve<'_>], window: Window) -> (f64, f64) {
    let full = match facts.metric {
        Metric::Output => (0.0, 1.0),
        Metric::Accuracy => (0.0, 100.0),
        Metric::Error => {
            let (_, high) = extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
            return (0.0, grown(high));
        }
    };
    if app.chart.zoom == 0 {
        return full;
    }
    let (low, high) = extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
    let (low, high) = (low.min(full.1), high.min(full.1));
    let step = grown((high - low).max(full.1 / 1000.0) / 3.0);
    let range = ((low / step).floor() * step, (high / step).ceil() * step);
    if range.1 > range.0 { (range.0.max(0.0), range.1.min(full.1)) } else { full }
}

/// Where a = ½ was reached, and where it is foreseen.
fn flags(canvas: &Canvas<'_>, app: &App, count: usize) -> Vec<Flag> {
    let per_epoch = app.history.steps_per_epoch() as f64;
    (0..count)
        .filter_map(|index| {
            let (arm, style) = (&app.history.arms[index], canvas.theme.arm(index));
            if let Some(epoch) = arm.reached_half {
                let step = epoch as f64 * per_epoch;
                let label = format!("½ at {epoch}");
                return Some(Flag { step, value: 0.5, mark: mark(index), style, label });
            }
            let epoch = arm.foreseen.filter(|e| e.is_finite())?;
            let label = format!("½ foreseen: {epoch:.0}");
            let step = epoch * per_epoch;
            Some(Flag { step, value: 0.5, mark: foreseen(index), style, label })
        })
        .collect()
}

/// A chart's title and note.
struct Titled {
    title: &'static str,
    note: String,
    frame: Frame,
}

fn draw_titled(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart<'_>, titled: &Titled) {
    let Titled { title, note, frame } = titled;
    let title = [(*title, Tone::Strong)];
    let quiet = [(note.as_str(), Tone::Quiet)];
    let what = Panel { frame: *frame, title: &title, note: &quiet, chosen: None };
    let inner = panel(canvas, area, &what);
    if chart.draw(canvas, inner) {
        return;
    }
    // The curves leave no room for a legend: it goes into the title.
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
