//! The first chart of the Duel view: C/C₀.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::ChartScale;
use crate::canvas::glyphs::mark;
use crate::canvas::number::count;
use crate::canvas::widgets::{Annotation, Chart, ChartTip, Curve, CurveStyle, Pen, StepWindow};
use crate::math::{ln, log10, power_of_ten};
use crate::telemetry::{ArmProgress, Channel, Cost, RunFacts};
use crate::views::duel::charts::axes::{extent, rounded_up, step_of, window};
use crate::views::duel::charts::channels::{DuelChart, cost_factor};
use crate::views::duel::charts::crossings::crossings;
use crate::views::duel::charts::curve_label::{head, is_whole, label};
use crate::views::duel::charts::duel_charts::{ChartCurves, DuelCharts};
use crate::views::duel::charts::ghosts::add_ghosts;
use crate::views::duel::charts::heading::ChartHeading;
use crate::views::duel::overfitting::LeastTestCost;
use crate::views::shared_state::SharedState;

/// The share of an axis's end up to which a value is drawn at it: at most a dot of fifty.
const OVERSHOOT: f64 = 1.02;

impl DuelCharts<'_> {
    pub(super) fn draw_cost(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let Self { shared, facts, .. } = *self;
        let arms = &shared.history.arms;
        let shown = facts.arms.len().min(arms.len());
        let window = window(shared);
        let mut curves = ChartCurves::default();
        for arm in 0..shown {
            add_cost(canvas, shared, arm, &mut curves);
        }
        for arm in 0..shown {
            add_test_cost(canvas, shared, arm, &mut curves);
        }
        let mut flags = crossings(canvas, shared, DuelChart::Cost);
        flags.extend(add_ghosts(canvas, shared, DuelChart::Cost, &mut curves));
        flags.extend((0..shown).filter_map(|arm| least_test_cost(canvas, shared, arm)));
        let range = cost_range(shared, &curves, window);
        let labels = (0..shown)
            .map(|index| {
                let cost = newest_cost(&arms[index], facts).zip(cost_factor(&arms[index]));
                label(shared, facts, index, cost.map(|(cost, factor)| cost * factor))
            })
            .collect();
        let chart = Chart {
            curves: curves.into_drawing_order(),
            window,
            clock: &facts.clock,
            range,
            scale: shared.cost_scale(),
            smoothing: shared.chart.smoothing,
            target: floor(shared, facts),
            now: shared.history.step as f64,
            is_past: shared.history.is_past(),
            crosshair: shared.crosshair.map(|step| step as f64),
            changes: shared.history.marks.iter().map(|m| m.step as f64).collect(),
            flags,
            labels,
        };
        let titled = ChartHeading { title: "cost C/C₀", note: cost_note(shared, facts) };
        self.draw_titled(canvas, area, &chart, &titled);
    }
}

/// Adds the lines of an arm's cost, of all examples and of the mini-batches; neither before its C₀ is known.
fn add_cost<'a>(
    canvas: &Canvas<'_>,
    shared: &'a SharedState,
    index: usize,
    curves: &mut ChartCurves<'a>,
) {
    let arm = &shared.history.arms[index];
    let Some(factor) = cost_factor(arm) else { return };
    let tip = arm
        .gradient_factors
        .as_ref()
        .map(|m| ChartTip { step: step_of(shared, arm), value: m.cost });
    let pen = Pen::of_arm(index, canvas.theme.arm(index));
    let head = Some(head(canvas, index, arm));
    let is_whole = shared.history.facts.as_deref().is_some_and(is_whole);
    if is_whole {
        let (series, form) = (arm.series(Channel::COST), CurveStyle::Line);
        curves.lines.push(Curve { series, tip, factor, pen, form, mark: None, head });
    } else {
        let (series, form) = (arm.series(Channel::COST), CurveStyle::Mean);
        let shade = Pen::behind(canvas.theme.shade(index), '.');
        curves.means.push(Curve { series, tip, factor, pen: shade, form, mark: None, head: None });
        let (series, form) = (arm.series(Channel::FULL_COST), CurveStyle::Line);
        let mark = Some(mark(index));
        curves.lines.push(Curve { series, tip: None, factor, pen, form, mark, head });
    }
}

/// Adds the cost of an arm over the test set, as a share of its C₀.
fn add_test_cost<'a>(
    canvas: &Canvas<'_>,
    shared: &'a SharedState,
    index: usize,
    curves: &mut ChartCurves<'a>,
) {
    let Some(arm) = shared.history.arms.get(index) else { return };
    let series = arm.series(Channel::TEST_COST);
    let Some(factor) = cost_factor(arm).filter(|_| !series.is_empty()) else { return };
    let pen = Pen::behind(canvas.theme.arm(index), ':');
    // Dots of different arms are in cells of their own.
    let arms = shared.history.arms.len().max(2);
    let form = CurveStyle::Dotted { first: 2 * index, gap: 2 * arms };
    curves.means.push(Curve { series, tip: None, factor, pen, form, mark: None, head: None });
}

/// Returns the mark of the least test cost of an arm, once the cost has grown well beyond it.
fn least_test_cost(canvas: &Canvas<'_>, shared: &SharedState, index: usize) -> Option<Annotation> {
    let arm = shared.history.arms.get(index)?;
    let (factor, least) = (cost_factor(arm)?, LeastTestCost::of(arm)?);
    let epoch = count(shared.history.clock().epoch(least.step));
    let about = if least.is_exact { "" } else { "≈ " };
    Some(Annotation {
        step: least.step as f64,
        value: least.cost * factor,
        mark: ('↓', 'v'),
        style: canvas.theme.arm(index),
        words: canvas.theme.arm(index),
        label: format!("least test cost: epoch {about}{epoch}"),
        brief: format!("least test: {about}{epoch}"),
    })
}

/// Returns the least cost that a sigmoid neuron can have for a target between 0 and 1, as a share of C₀:
/// that of cross-entropy, −y ln y − (1 − y) ln(1 − y), is not 0.
fn floor(shared: &SharedState, facts: &RunFacts) -> Option<f64> {
    let y = facts.single.as_ref()?.y;
    let arm = facts.arms.iter().position(|arm| arm.cost == Cost::CrossEntropy)?;
    let factor = cost_factor(shared.history.arms.get(arm)?)?;
    let least = -y * ln(y) - (1.0 - y) * ln(1.0 - y);
    (y > 0.0 && y < 1.0).then_some(least * factor)
}

/// Returns the range of the cost axis: from 0 in round steps, or in decades around the lines.
fn cost_range(shared: &SharedState, curves: &ChartCurves<'_>, window: StepWindow) -> (f64, f64) {
    let has_lines = curves.lines.iter().any(|line| !line.series.is_empty());
    // Once there are lines, the means of the mini-batches may leave the axis.
    let all = curves.lines.iter().chain(&curves.means);
    let visible = all.filter(|curve| !has_lines || curve.form != CurveStyle::Mean);
    let (low, high) = extent(&mut visible.map(|c| (c.series, c.factor)), window);
    match shared.cost_scale() {
        ChartScale::Linear if shared.chart.zoom > 0 => (0.0, rounded_up(high)),
        ChartScale::Linear => (0.0, rounded_up((high / OVERSHOOT).max(1.0))),
        ChartScale::Log => decades(low, high),
    }
}

/// Returns the note that explains the lines.
fn cost_note(shared: &SharedState, facts: &RunFacts) -> String {
    let is_known = shared.history.arms.iter().any(|arm| cost_factor(arm).is_some());
    let has_test = shared.history.arms.iter().any(|arm| !arm.series(Channel::TEST_COST).is_empty());
    if floor(shared, facts).is_some() {
        return "dotted: cross-entropy’s least".to_owned();
    }
    match (facts.arms.len(), is_whole(facts)) {
        _ if !is_known => "not evaluated yet".to_owned(),
        _ if has_test => "dotted: test set".to_owned(),
        (_, false) => "faint: mini-batches, line: all".to_owned(),
        (1, true) => String::new(),
        (_, true) => "each on its own scale".to_owned(),
    }
}

/// Returns the newest cost: over all examples, or of the only mini-batch if that is the same.
fn newest_cost(arm: &ArmProgress, facts: &RunFacts) -> Option<f64> {
    if is_whole(facts) {
        arm.gradient_factors.as_ref().map(|m| m.cost).or_else(|| arm.series(Channel::COST).newest())
    } else {
        arm.series(Channel::FULL_COST).newest()
    }
}

/// Returns whole powers of ten around the visible values, at most 8 decades; the lowest are dropped
/// first.
pub(super) fn decades(low: f64, high: f64) -> (f64, f64) {
    let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
    // What is hardly beyond a power of ten is drawn on it: a decade for it would be empty.
    let top = log10(high / OVERSHOOT).ceil().clamp(-300.0, 300.0);
    let low = if low.is_finite() && low > 0.0 { low } else { high / 10.0 };
    let bottom = log10(low).floor().max(top - 8.0).min(top - 1.0);
    (power_of_ten(bottom as i32), power_of_ten(top as i32))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::Appearance;
    use crate::telemetry::Clock;
    use crate::views::duel::charts::axes::window;

    /// Returns an arm of 100 steps per epoch that is best on the test set after `least` epochs.
    fn overfitted(least: u64, epochs: u64) -> SharedState {
        let mut arm = ArmProgress { first_cost: Some(2.0), ..ArmProgress::default() };
        for epoch in 0..=epochs {
            let cost = |of: u64| 2.0 + epoch.abs_diff(of) as f64 / least as f64;
            arm.readings.push(Channel::FULL_COST, epoch * 100, 2.0 - epoch as f64 / epochs as f64);
            arm.readings.push(Channel::TEST_COST, epoch * 100, cost(least));
        }
        let mut shared = SharedState::default();
        let clock = Clock::constant(100);
        let facts = RunFacts { clock, batch: 1, examples: 100, ..RunFacts::default() };
        shared.history.facts = Some(Arc::new(facts));
        (shared.history.step, shared.history.epochs) = (epochs * 100, epochs);
        shared.history.arms = vec![arm];
        shared
    }

    fn label_of(shared: &SharedState) -> Option<String> {
        let mut cells = Buffer::empty(Rect::new(0, 0, 1, 1));
        let canvas = Canvas::new(&mut cells, Appearance::default());
        least_test_cost(&canvas, shared, 0).map(|mark| mark.label)
    }

    #[test]
    fn the_least_test_cost_is_marked_once_the_cost_has_grown_and_marked_as_rough_if_it_is() {
        let label = label_of(&overfitted(20, 40));
        assert_eq!(label.as_deref(), Some("least test cost: epoch 20"));
        assert_eq!(label_of(&overfitted(40, 40)), None);
        let many = label_of(&overfitted(30_000, 60_000)).expect("it has grown");
        assert!(many.starts_with("least test cost: epoch ≈ "), "{many}");
    }

    #[test]
    fn the_dotted_curves_of_equal_arms_are_all_seen() {
        for arms in [2, 4] {
            let mut shared = overfitted(20, 60);
            shared.history.arms = vec![shared.history.arms[0].clone(); arms];
            let area = Rect::new(0, 0, 120, 30);
            let mut cells = Buffer::empty(area);
            let mut canvas = Canvas::new(&mut cells, Appearance::default());
            let colours: Vec<_> = (0..arms).map(|arm| canvas.theme.arm(arm).fg).collect();
            let mut curves = ChartCurves::default();
            (0..arms).for_each(|arm| add_test_cost(&canvas, &shared, arm, &mut curves));
            let chart = Chart {
                curves: curves.into_drawing_order(),
                window: window(&shared),
                clock: shared.history.clock(),
                range: (0.0, 3.0),
                scale: ChartScale::Linear,
                smoothing: shared.chart.smoothing,
                target: None,
                now: 6000.0,
                is_past: false,
                crosshair: None,
                changes: Vec::new(),
                flags: Vec::new(),
                labels: Vec::new(),
            };
            chart.draw(&mut canvas, area);
            for colour in colours {
                let seen = cells.content.iter().filter(|cell| Some(cell.fg) == colour);
                assert!(seen.count() > 5, "{arms} arms: {colour:?}");
            }
        }
    }

    #[test]
    fn the_axis_has_room_for_the_cost_on_the_test_set() {
        let shared = overfitted(20, 60);
        let mut cells = Buffer::empty(Rect::new(0, 0, 1, 1));
        let canvas = Canvas::new(&mut cells, Appearance::default());
        let mut curves = ChartCurves::default();
        add_cost(&canvas, &shared, 0, &mut curves);
        add_test_cost(&canvas, &shared, 0, &mut curves);
        let (low, high) = cost_range(&shared, &curves, window(&shared));
        // At the end it is twice C₀.
        assert!(low == 0.0 && high >= 2.0, "{low} to {high}");
    }
}
