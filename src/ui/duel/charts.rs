//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod axes;
mod cost;
mod duel_charts;
mod heading;
mod legend;
mod metric;

use ratatui::layout::Rect;

use crate::app::App;
use crate::canvas::Canvas;
use crate::canvas::widgets::FrameStyle;
use crate::telemetry::Metric;
use crate::ui::duel::charts::duel_charts::DuelCharts;
use crate::ui::duel::charts::metric::metric_legend;

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
