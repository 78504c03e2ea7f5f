//! The panel that fills the view, if one does.

use ratatui::layout::Rect;

use crate::canvas::widgets::{FrameStyle, FramedArea};
use crate::canvas::{Canvas, below};
use crate::views::equation::context::EquationContext;
use crate::views::equation::state::{EquationPanel, FilledPanel};
use crate::views::equation::{lower_panel, rows, symbols, wire};

/// Draws a panel over the whole view.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    panel: FilledPanel,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    match panel {
        FilledPanel::Rows => draw_rows(canvas, context, framed),
        FilledPanel::Symbols => symbols::draw_all(canvas, context, area, frame),
        FilledPanel::Derivation => {
            lower_panel::draw(canvas, context, framed, EquationPanel::Derivation);
        }
        FilledPanel::Product => lower_panel::draw(canvas, context, framed, EquationPanel::Product),
        FilledPanel::Backward => {
            let all = context.arm.backward.steps.len().saturating_sub(1);
            let reached = match context.view.panel {
                EquationPanel::Backward(step) => step,
                _ => all,
            };
            lower_panel::draw(canvas, context, framed, EquationPanel::Backward(reached));
        }
    }
}

/// Draws the rows and, under them, the neuron as wires if there is room.
fn draw_rows(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, framed: FramedArea) {
    let FramedArea { area, frame } = framed;
    rows::draw(canvas, context, area, frame);
    let table = rows::height(context) + rows::lines_of_a_step(context) + frame.rows();
    if table + 1 + wire::HEIGHT > area.height
        || !wire::fits(canvas, context, area.width.saturating_sub(7))
    {
        return;
    }
    let indented = Rect { x: area.x + 4, width: area.width.saturating_sub(7), ..area };
    wire::draw(canvas, context, below(indented, table));
}

/// Returns the frame of panels in an area of this size.
pub(super) fn frame(body: Rect) -> FrameStyle {
    if body.height >= 24 { FrameStyle::Boxed } else { FrameStyle::Ruled }
}
