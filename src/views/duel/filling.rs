//! The panel that fills the view, if one does.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::{FrameStyle, FramedArea};
use crate::telemetry::RunFacts;
use crate::views::duel::arm::{ArmContext, RecallPlace};
use crate::views::duel::kind::{DuelKind, kind};
use crate::views::duel::{arm, charts, layers, numbers, recall};
use crate::views::neuron_plots::{draw_cost, draw_hill, draw_sigmoid};
use crate::views::shared_state::SharedState;

/// A panel of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DuelPanel {
    /// The speed of a neuron at each z.
    Hill,
    /// The position of a neuron on σ.
    Sigmoid,
    /// The cost of a neuron at each z.
    CostOfZ,
    /// The recall of each class.
    Recall,
    /// The gradient in each layer.
    Layers,
    /// The chart of the output, the accuracy or the error.
    Metric,
    /// The chart of the cost.
    Cost,
    /// The panel of the chosen arm.
    Arm,
    /// The table of numbers.
    Numbers,
}

/// Returns the panels of a run; those that small windows have no room for come first.
pub(super) fn panels(facts: &RunFacts) -> Vec<DuelPanel> {
    use DuelPanel::{Arm, Cost, CostOfZ, Hill, Layers, Metric, Numbers, Recall, Sigmoid};
    let of_kind: &[DuelPanel] = match kind(facts) {
        DuelKind::Neuron => &[Hill, Sigmoid, CostOfZ],
        DuelKind::Classes => &[Recall, Layers],
        DuelKind::Other => &[Layers],
    };
    if !facts.abilities.explains {
        return Vec::new();
    }
    [of_kind, &[Metric, Cost, Arm, Numbers]].concat()
}

/// Returns the panels of the current run; none before it is known.
pub(super) fn panels_of(shared: &SharedState) -> Vec<DuelPanel> {
    shared.history.facts.as_deref().map(panels).unwrap_or_default()
}

/// Draws a panel over the whole view.
pub(super) fn draw(canvas: &mut Canvas<'_>, shared: &SharedState, panel: DuelPanel, body: Rect) {
    let Some(facts) = shared.history.facts.as_deref() else { return };
    let is_boxed = body.width >= 96 && !canvas.is_presenting;
    let frame = if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let framed = FramedArea { area: body, frame };
    match panel {
        DuelPanel::Hill => draw_hill(canvas, shared, facts, framed),
        DuelPanel::Sigmoid => draw_sigmoid(canvas, shared, facts, framed),
        DuelPanel::CostOfZ => draw_cost(canvas, shared, facts, framed),
        DuelPanel::Recall => recall::draw(canvas, shared, facts, framed),
        DuelPanel::Layers => layers::draw(canvas, shared, facts, framed),
        DuelPanel::Numbers => numbers::draw(canvas, shared, facts, framed),
        DuelPanel::Metric => charts::draw(canvas, shared, &[body], frame),
        DuelPanel::Cost => charts::draw_cost(canvas, shared, body, frame),
        DuelPanel::Arm => {
            if let Some(context) = ArmContext::all(shared, facts).nth(shared.arm) {
                arm::draw(canvas, context, framed, RecallPlace::ArmPanel);
            }
        }
    }
}
