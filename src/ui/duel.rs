//! The Duel view: compares how fast the arms learn, and why.
//!
//! It has three bands if they fit, two at 80×24, and one chart or a few lines below that: the
//! curves; a panel for each arm; and panels that explain the difference.

mod arm;
mod charts;
mod kind;
mod layers;
mod layout;
mod neuron;
mod numbers;
mod recall;
mod text;

use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::canvas::{Canvas, below, top};
use crate::ui::duel::arm::{ArmContext, RecallPlace};
use crate::ui::duel::kind::{DuelKind, kind};
use crate::ui::duel::layout::{DuelLayout, layout};

pub(in crate::ui) use layout::panels;
pub(in crate::ui) use neuron::{draw_hill, draw_sigmoid};

use crate::canvas::widgets::{FrameStyle, FramedArea};

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    let Some(facts) = app.history.facts.as_deref() else { return };
    let arms = facts.arms.len().min(app.history.arms.len());
    let DuelLayout { frame, charts, panels, explain, lines } = layout(facts, arms, body);
    charts::draw(canvas, app, &charts, frame);
    let recall = if explain.is_empty() { RecallPlace::ArmPanel } else { RecallPlace::OwnPanel };
    for (context, area) in ArmContext::all(app, facts).zip(&panels) {
        arm::draw(canvas, context, FramedArea { area: *area, frame }, recall);
    }
    for (index, area) in explain.iter().enumerate() {
        let framed = FramedArea { area: *area, frame };
        match (kind(facts), index) {
            (DuelKind::Neuron, 0) => neuron::draw_sigmoid(canvas, app, facts, framed),
            (DuelKind::Neuron, 1) => neuron::draw_hill(canvas, app, facts, framed),
            (DuelKind::Classes, 0) => recall::draw(canvas, app, facts, framed),
            (DuelKind::Classes, 1) => {
                // If nothing else shows the numbers, they share the space of the layers.
                let rows = layers::rows(facts) + if frame == FrameStyle::Boxed { 2 } else { 1 };
                let is_shared = explain.len() == 2 && area.height >= rows + 5;
                let upper = if is_shared { top(*area, rows) } else { *area };
                layers::draw(canvas, app, facts, FramedArea { area: upper, frame });
                if is_shared {
                    let area = below(*area, rows);
                    numbers::draw(canvas, app, facts, FramedArea { area, frame });
                }
            }
            (DuelKind::Other, 0) => layers::draw(canvas, app, facts, framed),
            _ => numbers::draw(canvas, app, facts, framed),
        }
    }
    text::draw(canvas, app, facts, lines);
}

/// Returns the text of panels and table, one fact per line.
pub(crate) fn readout(app: &App) -> Vec<String> {
    let Some(facts) = app.history.facts.as_deref() else { return Vec::new() };
    let mut lines = Vec::new();
    for context in ArmContext::all(app, facts) {
        lines.push(context.facts.name.clone());
        let numbers = numbers::text(context.facts, context.progress);
        let panel = arm::text(context).into_iter().chain(numbers);
        lines.extend(panel.map(|line| format!("  {line}")));
    }
    lines
}

/// Returns the mouse target under a cell.
pub(crate) fn target_at(app: &App, body: Rect, (column, row): (u16, u16)) -> Option<Target> {
    let facts = app.history.facts.as_deref()?;
    let arms = facts.arms.len().min(app.history.arms.len());
    let layout = layout(facts, arms, body);
    let is_in = |area: &Rect| area.contains((column, row).into());
    if let Some(arm) = layout.panels.iter().position(is_in) {
        let area = layout.panels[arm];
        let is_eta = row == area.y && column + 18 >= area.right();
        return Some(if is_eta { Target::Eta(arm) } else { Target::Arm(arm) });
    }
    let line = is_in(&layout.lines).then(|| usize::from(row - layout.lines.y))?;
    (line < arms).then_some(Target::Arm(line))
}
