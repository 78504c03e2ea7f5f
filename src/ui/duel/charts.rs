//! The curves of the Duel view: C/C₀, and the output, the accuracy or the error.

mod axes;
mod cost;
mod heading;
mod legend;
mod metric;

use ratatui::layout::Rect;

use crate::app::App;
use crate::telemetry::{Metric, RunFacts};
use crate::ui::canvas::Canvas;
use crate::ui::duel::charts::cost::draw_cost;
use crate::ui::duel::charts::metric::draw_metric;
use crate::ui::widgets::FrameStyle;

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
