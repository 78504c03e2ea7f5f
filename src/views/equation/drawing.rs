//! The drawing of the view.

use ratatui::layout::Rect;

use crate::canvas::widgets::{FramedArea, Panel, Tone, note_area, panel};
use crate::canvas::{Canvas, below, inset, top};
use crate::views::equation::context::EquationContext;
use crate::views::equation::place::{brief_place, place};
use crate::views::equation::state::{EquationPanel, EquationView};
use crate::views::equation::{
    backward, derivation, filling, formula, lower_panel, presenting, product, rows, symbols, wire,
};
use crate::views::view_state::ViewState;

/// Width in cells of the panel that explains the symbols, if it fits beside the rows.
const SYMBOLS: u16 = 40;
/// The width in cells from which rows and symbols are drawn side by side.
const WIDE: u16 = 112;
/// The width in cells from which the symbols have `SYMBOLS_AT_LENGTH` cells and are explained at
/// length.
const ROOMY: u16 = 170;
const SYMBOLS_AT_LENGTH: u16 = 62;

/// Draws the view.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, EquationView>, body: Rect) {
    let Some(context) = EquationContext::of(state) else { return };
    let frame = filling::frame(body);
    if let Some(panel) = state.view.filling.panel() {
        filling::draw(canvas, &context, panel, FramedArea { area: body, frame });
        return;
    }
    if state.shared.appearance.is_presenting {
        presenting::draw(canvas, &context, body);
        return;
    }
    let edges = frame.rows();
    let formula_height = draw_formulas(canvas, &context, FramedArea { area: body, frame });
    let rest = below(body, formula_height);
    let beside = symbols_width(rest.width);
    let is_wide = beside > 0;
    let symbol_lines = if is_wide { 0 } else { 3.min(rest.height / 4) };
    let left = Rect { width: rest.width - beside, ..rest };
    let beyond = top(left, rest.height - symbol_lines);
    let lower =
        lower(&context, beyond, LowerFrame { edges, broad: broad_width(&context, left, rest) });
    let taken: u16 = lower.iter().map(|(_, height)| height).sum();
    let table = top(left, rest.height - taken - symbol_lines);
    let first = context.view.panel;
    if lower.is_empty() && first != EquationPanel::Product {
        lower_panel::draw(canvas, &context, FramedArea { area: table, frame }, first);
    } else {
        rows::draw(canvas, &context, table, frame);
    }
    let is_broad = broad_width(&context, left, rest) > left.width;
    if is_wide {
        let height = if is_broad { table.height } else { rest.height };
        let area = Rect { x: left.right(), width: beside, height, ..rest };
        symbols::draw_all(canvas, &context, area, frame);
    } else {
        let under = top(below(left, table.height), symbol_lines);
        symbols::draw_chosen(canvas, &context, inset(under, 2));
    }
    let mut under = below(if is_broad { rest } else { left }, table.height + symbol_lines);
    for (panel, height) in lower {
        let area = top(under, height);
        lower_panel::draw(canvas, &context, FramedArea { area, frame }, panel);
        under = below(under, height);
    }
}

/// Draws the panel of the formulas at the top of the view, with the neuron as wires if there is room; returns
/// its height.
fn draw_formulas(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, body: FramedArea) -> u16 {
    let FramedArea { area: body, frame } = body;
    let edges = frame.rows();
    let formulas = context.equation.arms.len() as u16 + u16::from(body.height >= 9);
    let has_wire = has_wire(canvas, context, body, formulas + edges);
    let lines = formulas + if has_wire { wire::HEIGHT } else { 0 };
    let area = top(body, (lines + edges).min(body.height));
    let title = "the gradient of one weight";
    let first = canvas.width(title);
    let mut place = place(context);
    if note_area(area, first, canvas.width(&place)).is_none() {
        place = brief_place(context);
    }
    let what = Panel {
        frame,
        title: &[(title, Tone::Strong)],
        note: &[(&place, Tone::Quiet)],
        chosen: None,
    };
    let inner = panel(canvas, area, &what);
    formula::draw(canvas, context, inset(inner, 1));
    if has_wire {
        // Indented like the definition of z.
        let indented = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), ..inner };
        wire::draw(canvas, context, below(indented, formulas));
    }
    area.height
}

/// Returns the width of the panel of symbols beside the table; 0 if it stands below.
fn symbols_width(width: u16) -> u16 {
    match width {
        ROOMY.. => SYMBOLS_AT_LENGTH,
        WIDE..ROOMY => SYMBOLS,
        _ => 0,
    }
}

/// Returns whether the neuron is drawn as wires under the formulas: if table and product keep all their
/// lines.
fn has_wire(canvas: &Canvas<'_>, context: &EquationContext<'_>, body: Rect, formulas: u16) -> bool {
    let edges = filling::frame(body).rows();
    let left = body.width - symbols_width(body.width);
    let table = rows::height(context) + rows::lines_of_a_step(context) + edges;
    let product = product::height(context, left) + edges;
    let needed = formulas + wire::HEIGHT + table + product;
    // The frame and the indent take up to seven cells.
    needed <= body.height && wire::fits(canvas, context, body.width.saturating_sub(7))
}

/// Returns the width of the panel under the table. If two derivations do not fit beside the symbols, the
/// symbols only have the height of the table.
fn broad_width(context: &EquationContext<'_>, left: Rect, rest: Rect) -> u16 {
    let is_derivation = context.view.panel == EquationPanel::Derivation;
    if is_derivation && left.width < derivation::WIDTH { rest.width } else { left.width }
}

/// What the panels under the table have beside their heights.
#[derive(Clone, Copy)]
struct LowerFrame {
    /// The lines of a frame.
    edges: u16,
    /// The width in cells of the chosen panel.
    broad: u16,
}

/// Returns the panels under the table and their heights: the chosen one, and the others as far as
/// the table leaves room.
fn lower(context: &EquationContext<'_>, left: Rect, of: LowerFrame) -> Vec<(EquationPanel, u16)> {
    let LowerFrame { edges, broad } = of;
    let first = context.view.panel;
    let width = |panel| if panel == first { broad } else { left.width };
    let wanted = rows::height(context) + edges;
    let room = left.height.saturating_sub(wanted);
    // Some rows may be hidden to make room for the chosen panel.
    let most = left.height.saturating_sub(rows::least_height(context) + edges);
    let mut out: Vec<(EquationPanel, u16)> = Vec::new();
    let mut taken = 0;
    for panel in [first, EquationPanel::Product, EquationPanel::Derivation] {
        let PanelHeights { least, opened, .. } = panel_heights(context, panel, width(panel), edges);
        let least = if panel == first { opened.min(most).max(least) } else { least };
        let fits = taken + least <= if panel == first { most } else { room };
        let is_broad_enough =
            panel != EquationPanel::Derivation || panel == first || left.width >= derivation::WIDTH;
        if fits && is_broad_enough && out.iter().all(|(other, _)| *other != panel) {
            out.push((panel, least));
            taken += least;
        }
    }
    let mut spare = room.saturating_sub(taken);
    for (panel, height) in &mut out {
        let PanelHeights { full, .. } = panel_heights(context, *panel, width(*panel), edges);
        let more = full.saturating_sub(*height).min(spare);
        *height += more;
        spare -= more;
    }
    // The lines that a step adds to the table stay reserved; the maps can use the rest.
    let spare = spare.saturating_sub(rows::lines_of_a_step(context));
    if let Some((_, height)) = out.iter_mut().find(|(panel, _)| *panel == EquationPanel::Product) {
        *height += spare;
    }
    out
}

/// The heights that a panel may have, with its frame.
struct PanelHeights {
    /// The least useful one.
    least: u16,
    /// The one that it takes from the table, if it can, once it has been opened.
    opened: u16,
    /// The greatest useful one.
    full: u16,
}

fn panel_heights(
    context: &EquationContext<'_>,
    panel: EquationPanel,
    width: u16,
    edges: u16,
) -> PanelHeights {
    let inner = width.saturating_sub(4);
    let (least, opened, full) = match panel {
        EquationPanel::Product => {
            (product::LEAST, product::LEAST, product::height(context, width).max(product::LEAST))
        }
        EquationPanel::Derivation => (
            derivation::LEAST,
            derivation::opened_height(context, inner),
            derivation::full_height(context, inner),
        ),
        EquationPanel::Backward(_) => {
            let height = backward::height(context);
            (height, height, height)
        }
    };
    PanelHeights { least: least + edges, opened: opened + edges, full: full + edges }
}
