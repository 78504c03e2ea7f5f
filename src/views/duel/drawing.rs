//! The drawing of the view, its text, and its mouse targets.

use ratatui::layout::Rect;

use crate::canvas::widgets::{FrameStyle, FramedArea};
use crate::canvas::{Canvas, below, top};
use crate::views::duel::arm::{ArmContext, RecallPlace};
use crate::views::duel::filling::DuelPanel;
use crate::views::duel::kind::{DuelKind, kind};
use crate::views::duel::layout::{DuelLayout, layout};
use crate::views::duel::state::DuelView;
use crate::views::duel::{arm, charts, filling, layers, numbers, presenting, recall, text};
use crate::views::neuron_plots::{draw_hill, draw_sigmoid};
use crate::views::shared_state::SharedState;
use crate::views::view::ViewTarget;
use crate::views::view_state::ViewState;

/// Draws the view.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, DuelView>, body: Rect) {
    let shared = state.shared;
    let Some(facts) = shared.history.facts.as_deref() else { return };
    if !facts.abilities.explains {
        let frame = if body.width >= 96 { FrameStyle::Boxed } else { FrameStyle::Ruled };
        charts::draw_readings(canvas, shared, body, frame);
        return;
    }
    if let Some(panel) = presenting::filling_panel(state) {
        let rest = presenting::draw_figures(canvas, shared, facts, body);
        filling::draw(canvas, shared, panel, rest);
        return;
    }
    let arms = facts.arms.len().min(shared.history.arms.len());
    let DuelLayout { frame, charts, panels, explain, lines } = layout(facts, arms, body);
    charts::draw(canvas, shared, &charts, frame);
    let recall = if explain.is_empty() { RecallPlace::ArmPanel } else { RecallPlace::OwnPanel };
    for (context, area) in ArmContext::all(shared, facts).zip(&panels) {
        arm::draw(canvas, context, FramedArea { area: *area, frame }, recall);
    }
    for (index, area) in explain.iter().enumerate() {
        let framed = FramedArea { area: *area, frame };
        match (kind(facts), index) {
            (DuelKind::Neuron, 0) => draw_sigmoid(canvas, shared, facts, framed),
            (DuelKind::Neuron, 1) => draw_hill(canvas, shared, facts, framed),
            (DuelKind::Classes, 0) => recall::draw(canvas, shared, facts, framed),
            (DuelKind::Classes, 1) => {
                // If nothing else shows the numbers, they share the space of the layers.
                let rows = layers::rows(facts) + frame.rows();
                let is_shared = explain.len() == 2 && area.height >= rows + 5;
                let upper = if is_shared { top(*area, rows) } else { *area };
                layers::draw(canvas, shared, facts, FramedArea { area: upper, frame });
                if is_shared {
                    let area = below(*area, rows);
                    numbers::draw(canvas, shared, facts, FramedArea { area, frame });
                }
            }
            (DuelKind::Other, 0) => layers::draw(canvas, shared, facts, framed),
            _ => numbers::draw(canvas, shared, facts, framed),
        }
    }
    text::draw(canvas, shared, facts, lines);
}

/// Returns the text of panels and table, one fact per line.
pub(super) fn readout(shared: &SharedState) -> Vec<String> {
    let Some(facts) = shared.history.facts.as_deref() else { return Vec::new() };
    if !facts.abilities.explains {
        return text::readings(shared, facts);
    }
    let mut lines = Vec::new();
    for context in ArmContext::all(shared, facts) {
        lines.push(context.facts.name.clone());
        let numbers = numbers::text(facts, context.facts, context.progress);
        let panel = arm::text(context).into_iter().chain(numbers);
        lines.extend(panel.map(|line| format!("  {line}")));
    }
    lines
}

/// Returns the mouse target under a cell of the panel of an arm.
fn target_in_arm(context: ArmContext<'_>, area: Rect, at: (u16, u16)) -> ViewTarget {
    let is_eta = arm::eta_area(context, area).is_some_and(|eta| eta.contains(at.into()));
    if is_eta { ViewTarget::Eta(context.index) } else { ViewTarget::Arm(context.index) }
}

/// Returns the mouse target under a cell.
pub(super) fn target_at(
    state: ViewState<'_, DuelView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    let shared = state.shared;
    let facts = shared.history.facts.as_deref().filter(|facts| facts.abilities.explains)?;
    if let Some(panel) = presenting::filling_panel(state) {
        let chosen = ArmContext::all(shared, facts).nth(shared.arm);
        let is_large = shared.appearance.is_presenting;
        let is_arm = panel == DuelPanel::Arm && !is_large && body.contains(at.into());
        return chosen.filter(|_| is_arm).map(|context| target_in_arm(context, body, at));
    }
    let arms = facts.arms.len().min(shared.history.arms.len());
    let layout = layout(facts, arms, body);
    for (context, area) in ArmContext::all(shared, facts).zip(&layout.panels) {
        if area.contains(at.into()) {
            return Some(target_in_arm(context, *area, at));
        }
    }
    let is_in_lines = layout.lines.contains(at.into());
    let line = is_in_lines.then(|| usize::from(at.1 - layout.lines.y))?;
    (line < arms).then_some(ViewTarget::Arm(line))
}
