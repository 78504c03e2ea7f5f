//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod axes;
mod channels;
mod cost;
mod crossings;
mod curve_label;
mod curve_reading;
mod duel_charts;
mod ghosts;
mod heading;
mod metric;
mod readings;

pub(super) use channels::DuelChart;
pub(super) use curve_reading::{CurveReading, arm_reading, ghost_reading};

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::FrameStyle;
use crate::views::duel::charts::duel_charts::DuelCharts;
use crate::views::shared_state::SharedState;

/// Draws one chart per area: the metric alone, or the cost and the metric.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    areas: &[Rect],
    frame: FrameStyle,
) {
    let Some(facts) = shared.history.facts.as_deref() else { return };
    let charts = DuelCharts { shared, facts, frame };
    match areas {
        [only] => charts.draw_metric(canvas, *only),
        [first, second, ..] => {
            charts.draw_cost(canvas, *first);
            charts.draw_metric(canvas, *second);
        }
        [] => {}
    }
}

/// Draws a chart for each channel that has readings.
pub(super) fn draw_readings(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    area: Rect,
    frame: FrameStyle,
) {
    let Some(facts) = shared.history.facts.as_deref() else { return };
    DuelCharts { shared, facts, frame }.draw_readings(canvas, area);
}

/// Draws the chart of the cost alone.
pub(super) fn draw_cost(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    area: Rect,
    frame: FrameStyle,
) {
    let Some(facts) = shared.history.facts.as_deref() else { return };
    DuelCharts { shared, facts, frame }.draw_cost(canvas, area);
}
