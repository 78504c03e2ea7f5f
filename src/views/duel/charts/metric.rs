//! The second chart of the Duel view: the output, the accuracy, or the error.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::ChartScale;
use crate::canvas::glyphs::{foreseen, mark};
use crate::canvas::number::{count, grown, short};
use crate::canvas::widgets::{
    Annotation, Chart, ChartTip, Curve, CurveLabel, CurveStyle, Pen, StepWindow,
};
use crate::telemetry::{Channel, HalfForecast, Metric, RunFacts};
use crate::views::duel::charts::axes::{extent, rounded_up, step_of, window};
use crate::views::duel::charts::channels::DuelChart;
use crate::views::duel::charts::crossings::crossings;
use crate::views::duel::charts::curve_label::{head, is_whole, label};
use crate::views::duel::charts::duel_charts::{ChartCurves, DuelCharts};
use crate::views::duel::charts::ghosts::add_ghosts;
use crate::views::duel::charts::heading::ChartHeading;
use crate::views::shared_state::SharedState;

impl DuelCharts<'_> {
    /// Draws the second chart.
    pub(super) fn draw_metric(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let Self { shared, facts, .. } = *self;
        let arms = &shared.history.arms;
        let count = facts.arms.len().min(arms.len());
        let window = window(shared);
        let mut curves = ChartCurves::default();
        for arm in 0..count {
            add_metric(canvas, shared, arm, &mut curves);
        }
        let mut flags = crossings(canvas, shared, DuelChart::Metric);
        let ghosts = add_ghosts(canvas, shared, DuelChart::Metric, &mut curves);
        if facts.metric == Metric::Output {
            flags.extend(half_flags(canvas, shared, count, window));
        }
        flags.extend(ghosts);
        let curves = curves.into_drawing_order();
        let chart = Chart {
            window,
            clock: &facts.clock,
            range: metric_range(shared, facts, &curves, window),
            curves,
            scale: ChartScale::Linear,
            smoothing: shared.chart.smoothing,
            target: facts.single.as_ref().map(|single| single.y),
            now: shared.history.step as f64,
            is_past: shared.history.is_past(),
            crosshair: shared.crosshair.map(|step| step as f64),
            changes: shared.history.marks.iter().map(|m| m.step as f64).collect(),
            flags,
            labels: metric_labels(shared, facts),
        };
        self.draw_titled(canvas, area, &chart, &heading(facts));
    }
}

/// Returns the title of the chart and its note.
fn heading(facts: &RunFacts) -> ChartHeading<'static> {
    let target = || facts.single.as_ref().map(|single| format!("wanted: y = {}", short(single.y)));
    let (title, note) = match facts.metric {
        Metric::Output => ("output a", target().unwrap_or_default()),
        Metric::Accuracy if facts.test_examples > 0 => ("accuracy %", "on the test set".to_owned()),
        Metric::Accuracy => ("accuracy %", "on the training set".to_owned()),
        Metric::Error => {
            let of = facts.target.as_ref().map(|target| format!("in units of {}", target.name));
            let set = (facts.test_examples > 0).then(|| "on the test set".to_owned());
            let notes: Vec<String> = set.into_iter().chain(of).collect();
            let right = if notes.is_empty() { "0 is right".to_owned() } else { notes.join(", ") };
            ("mean error |a − y|", right)
        }
    };
    ChartHeading { title, note }
}

/// Adds the line of an arm's metric, and that of its mini-batches if there is one.
fn add_metric<'a>(
    canvas: &Canvas<'_>,
    shared: &'a SharedState,
    index: usize,
    curves: &mut ChartCurves<'a>,
) {
    let Some(facts) = shared.history.facts.as_deref() else { return };
    let arm = &shared.history.arms[index];
    let pen = Pen::of_arm(index, canvas.theme.arm(index));
    let shade = Pen::behind(canvas.theme.shade(index), '.');
    let head = head(canvas, index, arm);
    let ChartCurves { means, lines } = curves;
    let step = step_of(shared, arm);
    let line = |series, tip, mark| Curve {
        series,
        tip,
        factor: 1.0,
        pen,
        form: CurveStyle::Line,
        mark,
        head: Some(head),
    };
    match facts.metric {
        Metric::Output => {
            let a = arm
                .gradient_factors
                .as_ref()
                .and_then(|m| m.neuron.as_ref())
                .map(|n| ChartTip { step, value: n.a });
            lines.push(line(arm.series(Channel::METRIC), a, None));
        }
        Metric::Accuracy => {
            let tested = arm.series(Channel::TEST_ACCURACY);
            let series = if tested.is_empty() { arm.series(Channel::FULL_METRIC) } else { tested };
            lines.push(Curve { factor: 100.0, ..line(series, None, Some(mark(index))) });
        }
        Metric::Error => {
            let factor = facts.unit();
            let tip = arm.gradient_factors.as_ref().map(|m| ChartTip { step, value: m.error });
            let of_steps = Curve { factor, ..line(arm.series(Channel::METRIC), tip, None) };
            if is_whole(facts) && facts.test_examples == 0 {
                lines.push(of_steps);
            } else {
                means.push(Curve { pen: shade, form: CurveStyle::Mean, head: None, ..of_steps });
                lines.push(line(arm.series(Channel::FULL_METRIC), None, Some(mark(index))));
            }
        }
    }
}

/// Returns the labels of the curves.
fn metric_labels(shared: &SharedState, facts: &RunFacts) -> Vec<CurveLabel> {
    let count = facts.arms.len().min(shared.history.arms.len());
    (0..count)
        .map(|index| {
            let arm = &shared.history.arms[index];
            let value = match facts.metric {
                Metric::Output => {
                    arm.gradient_factors.as_ref().and_then(|m| m.neuron.as_ref()).map(|n| n.a)
                }
                Metric::Error => arm.series(Channel::FULL_METRIC).newest(),
                Metric::Accuracy => {
                    let newest = |channel| arm.series(channel).newest();
                    let share = newest(Channel::TEST_ACCURACY).or(newest(Channel::FULL_METRIC));
                    let value = share
                        .map_or_else(|| "     –".to_owned(), |v| format!("{:>6.2}", v * 100.0));
                    if arm.diverged.is_none() {
                        return CurveLabel { value, ..label(shared, facts, index, None) };
                    }
                    None
                }
            };
            label(shared, facts, index, value)
        })
        .collect()
}

/// The percentages at which an axis of accuracy may start.
const FLOORS: [f64; 8] = [99.0, 98.0, 95.0, 90.0, 80.0, 50.0, 20.0, 0.0];

/// Returns the range of the axis. Accuracy starts at the greatest floor below all evaluations after
/// the start, so that during a run the floor can only sink.
fn metric_range(
    shared: &SharedState,
    facts: &RunFacts,
    curves: &[Curve<'_>],
    window: StepWindow,
) -> (f64, f64) {
    let (low, high) = extent(&mut curves.iter().map(|c| (c.series, c.factor)), window);
    let full = match facts.metric {
        Metric::Output => (0.0, 1.0),
        Metric::Accuracy => {
            let learnt = curves.iter().flat_map(|c| c.series.buckets()).filter(|b| b.first > 0);
            let least = learnt.map(|b| b.min * 100.0).fold(f64::INFINITY, f64::min);
            let floor = FLOORS.into_iter().find(|floor| least.is_finite() && *floor <= least);
            (floor.unwrap_or(0.0), 100.0)
        }
        Metric::Error => return (0.0, rounded_up(high)),
    };
    if shared.chart.zoom == 0 {
        return full;
    }
    let (low, high) = (low.min(full.1), high.min(full.1));
    let step = grown((high - low).max(full.1 / 1000.0) / 3.0);
    let range = ((low / step).floor() * step, (high / step).ceil() * step);
    if range.1 > range.0 { (range.0.max(0.0), range.1.min(full.1)) } else { full }
}

/// Returns the annotations for a = ½: the epoch at which it was reached, or is foreseen.
fn half_flags(
    canvas: &Canvas<'_>,
    shared: &SharedState,
    arms: usize,
    window: StepWindow,
) -> Vec<Annotation> {
    let clock = shared.history.clock();
    (0..arms)
        .filter_map(|index| {
            let (arm, style) = (&shared.history.arms[index], canvas.theme.arm(index));
            if let Some(epoch) = arm.reached_half {
                let step = clock.step_at(epoch as f64);
                let label = format!("½ at epoch {}", count(epoch));
                let brief = count(epoch);
                let flag = Annotation::mark(step, 0.5, mark(index), style);
                return Some(Annotation { label, brief, ..flag });
            }
            let standing = arm.diverged.is_none();
            let forecast = arm.foreseen.filter(|_| standing)?;
            let epoch = forecast.epoch()?;
            let step = clock.step_at(epoch as f64);
            let arrow = if step > window.to { " ▸" } else { "" };
            let about = if matches!(forecast, HalfForecast::About(_)) { "≈ " } else { "" };
            let at = count(epoch);
            let label = format!("½ foreseen: epoch {about}{at}{arrow}");
            let brief = format!("{about}{at}{arrow}");
            let flag = Annotation::mark(step, 0.5, foreseen(index), style);
            Some(Annotation { label, brief, ..flag })
        })
        .collect()
}
