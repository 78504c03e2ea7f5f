//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod axes;
mod cost;
mod duel_charts;
mod heading;
mod legend;
mod metric;

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::FrameStyle;
use crate::telemetry::Metric;
use crate::views::duel::charts::duel_charts::DuelCharts;
use crate::views::duel::charts::metric::metric_legend;
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
        [only] => charts.draw_metric(canvas, *only, metric_legend(shared, facts)),
        [first, second, ..] => {
            charts.draw_cost(canvas, *first);
            let has_legend = facts.metric == Metric::Accuracy;
            let legend = if has_legend { metric_legend(shared, facts) } else { Vec::new() };
            charts.draw_metric(canvas, *second, legend);
        }
        [] => {}
    }
}
