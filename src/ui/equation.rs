//! The Equation view: explains wⱼ, xⱼ and σ(z), and derives ∂C/∂wⱼ number by number.

mod backward;
mod derivation;
mod formula;
mod product;
mod readout;
mod rows;
mod sentences;
mod symbols;

use ratatui::layout::Rect;

use crate::app::{App, EquationPanel};
use crate::telemetry::{Activation, Answer, ArmEquation, ArmFacts, Equation, EquationRow, Output};
use crate::ui::canvas::{Canvas, below, inset, row, top};
use crate::ui::number::{count, number};
use crate::ui::widgets::{FrameStyle, FramedArea, Panel, Tone, panel};

pub(crate) use readout::readout;
pub(crate) use sentences::sentences;

/// Width in cells of the panel that explains the symbols, if it fits beside the rows.
const SYMBOLS: u16 = 40;
/// The width in cells from which rows and symbols stand side by side.
const WIDE: u16 = 112;
/// The width in cells from which the symbols have `SYMBOLS_AT_LENGTH` cells and are explained at
/// length.
const ROOMY: u16 = 170;
const SYMBOLS_AT_LENGTH: u16 = 62;

/// The explanation of the selected arm.
#[derive(Clone, Copy)]
struct EquationContext<'a> {
    app: &'a App,
    equation: &'a Equation,
    arm: &'a ArmEquation,
    facts: &'a ArmFacts,
}

impl<'a> EquationContext<'a> {
    fn of(app: &'a App) -> Option<Self> {
        let Some(Answer::Equation(equation)) = &app.answer else { return None };
        let facts = app.history.facts.as_deref()?.arms.get(app.arm)?;
        Some(Self { app, equation, arm: equation.arms.get(app.arm)?, facts })
    }

    /// Returns whether the neuron belongs to the last layer.
    fn is_last(&self) -> bool {
        self.arm.layer.0 + 1 == self.arm.layer.1
    }

    /// Returns whether the chosen weight is the bias.
    fn is_bias(&self) -> bool {
        self.arm.input.0 == self.arm.input.1
    }

    /// Returns the name of wⱼ: `w₂`, `b`.
    fn weight(&self) -> String {
        if self.is_bias() {
            "b".to_owned()
        } else {
            format!("w{}", subscript(self.arm.input.0 + 1))
        }
    }

    /// Returns the name of xⱼ: `x₂`, `a₂` of the previous layer, `1` for the bias.
    fn input(&self) -> String {
        if self.is_bias() {
            return "1".to_owned();
        }
        format!("{}{}", self.input_letter(), subscript(self.arm.input.0 + 1))
    }

    /// Returns the letter of the inputs: `x` in the first layer, else `a`, the activations of the
    /// previous layer.
    fn input_letter(&self) -> &'static str {
        if self.arm.layer.0 == 0 { "x" } else { "a" }
    }

    /// Returns whether δ differs from a − y, because of a slope or of softmax.
    fn has_own_delta(&self) -> bool {
        !self.is_last() || self.facts.cost.slope_in_delta(self.facts.output).is_present()
    }

    /// Returns whether the neuron is a sigmoid.
    fn has_sigmoid(&self) -> bool {
        if self.is_last() {
            self.facts.output == Output::Sigmoid
        } else {
            self.facts.hidden == Activation::Sigmoid
        }
    }

    /// Returns the chosen row, if it has been received.
    fn row(&self) -> Option<&'a EquationRow> {
        self.arm.visible_rows.get(self.arm.row.checked_sub(self.arm.first_row)?)
    }
}

/// Formats a number in subscript digits.
fn subscript(number: usize) -> String {
    const FIGURES: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    let figure = |c: char| c.to_digit(10).map_or(c, |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// Formats a number in superscript digits, with its sign.
fn superscript(number: i32) -> String {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let figure = |c: char| c.to_digit(10).map_or('⁻', |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// Formats a sum or mean with six decimals.
fn six(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e5).contains(&size) {
        return number(value, 10);
    }
    format!("{value:.6}").replace('-', "−")
}

/// Formats old → new, with as many decimals as it takes to distinguish them.
fn change(old: f64, new: f64) -> String {
    let formatted = |decimals: usize| {
        let [old, new] = [old, new].map(|value| format!("{value:.decimals$}").replace('-', "−"));
        (old != new).then(|| format!("{old} → {new}"))
    };
    let distinct = (4..=12).find_map(formatted);
    distinct.unwrap_or_else(|| format!("{0} → {0}", number(new, 9)))
}

/// Returns a number with its noun: `1 row`, `4 rows`.
fn counted(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {what}{s}", count(number as u64))
}

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    let Some(context) = EquationContext::of(app) else { return };
    let frame = if body.height >= 24 { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let edges = if frame == FrameStyle::Boxed { 2 } else { 1 };
    let lines = context.equation.arms.len() as u16 + u16::from(body.height >= 9);
    let formula = top(body, (lines + edges).min(body.height));
    let place = place(&context);
    let inner = panel(
        canvas,
        formula,
        &Panel {
            frame,
            title: &[("the gradient of one weight", Tone::Strong)],
            note: &[(&place, Tone::Quiet)],
            chosen: None,
        },
    );
    formula::draw(canvas, &context, inset(inner, 1));
    let rest = below(body, formula.height);
    let is_wide = rest.width >= WIDE;
    let beside = if rest.width >= ROOMY { SYMBOLS_AT_LENGTH } else { SYMBOLS };
    let symbol_lines = if is_wide { 0 } else { 3.min(rest.height / 4) };
    let left = Rect { width: rest.width - if is_wide { beside } else { 0 }, ..rest };
    let lower = lower(&context, top(left, rest.height - symbol_lines), edges);
    let taken: u16 = lower.iter().map(|(_, height)| height).sum();
    let table = top(left, rest.height - taken - symbol_lines);
    let first = context.app.equation.panel;
    if lower.is_empty() && first != EquationPanel::Product {
        draw_lower(canvas, &context, FramedArea { area: table, frame }, first);
    } else {
        rows::draw(canvas, &context, table, frame);
    }
    // If two derivations do not fit beside the symbols, the symbols give way.
    let is_broad = first == EquationPanel::Derivation && left.width < derivation::WIDTH;
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
        draw_lower(canvas, &context, FramedArea { area, frame }, panel);
        under = below(under, height);
    }
}

/// Returns the panels under the table and their heights: the chosen one, and the others as far as
/// the table leaves room.
fn lower(context: &EquationContext<'_>, left: Rect, edges: u16) -> Vec<(EquationPanel, u16)> {
    let first = context.app.equation.panel;
    let wanted = rows::height(context) + edges;
    let room = left.height.saturating_sub(wanted);
    // Some rows may be hidden to make room for the chosen panel.
    let most = left.height.saturating_sub(rows::least_height(context) + edges);
    let mut out: Vec<(EquationPanel, u16)> = Vec::new();
    let mut taken = 0;
    for panel in [first, EquationPanel::Product, EquationPanel::Derivation] {
        let (least, _) = panel_heights(context, panel, left.width, edges);
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
        let (least, full) = panel_heights(context, *panel, left.width, edges);
        let more = (full - least).min(spare);
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

/// Returns the least useful height of a panel, and its full height.
fn panel_heights(
    context: &EquationContext<'_>,
    panel: EquationPanel,
    width: u16,
    edges: u16,
) -> (u16, u16) {
    let (least, full) = match panel {
        EquationPanel::Product => (product::LEAST, product::height(context, width)),
        EquationPanel::Derivation => (derivation::height(context), derivation::height(context)),
        EquationPanel::Backward(_) => (backward::height(context), backward::height(context)),
    };
    (least + edges, full.max(least) + edges)
}

fn draw_lower(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    framed: FramedArea,
    which: EquationPanel,
) {
    let FramedArea { area, frame } = framed;
    let (title, note) = match which {
        EquationPanel::Product => {
            ("all weights at once: one matrix product", "each map on its own scale")
        }
        EquationPanel::Derivation => {
            let is_chosen = context.app.equation.panel == EquationPanel::Derivation;
            (
                "the derivation, with the numbers of this row",
                if is_chosen { "d closes" } else { "d" },
            )
        }
        EquationPanel::Backward(step) if step + 1 >= context.arm.backward.steps.len() => {
            ("backward, from C to this weight", "b closes")
        }
        EquationPanel::Backward(_) => ("backward, from C to this weight", "b: next step"),
    };
    let what = Panel {
        frame,
        title: &[(title, Tone::Strong)],
        note: &[(note, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    match which {
        EquationPanel::Product => product::draw(canvas, context, inner),
        EquationPanel::Derivation => derivation::draw(canvas, context, inner),
        EquationPanel::Backward(step) => backward::draw(canvas, context, inner, step),
    }
}

/// Returns the label of the explained weight: its layer, neuron and input.
fn place(context: &EquationContext<'_>) -> String {
    let of = |(at, of): (usize, usize)| format!("{} of {}", count(at as u64 + 1), count(of as u64));
    let j = if context.is_bias() { "the bias".to_owned() } else { of(context.arm.input) };
    let mut label = format!("j = {j}");
    if context.arm.neuron.1 > 1 {
        label = format!("neuron {} · {label}", of(context.arm.neuron));
    }
    if context.arm.layer.1 > 1 {
        label = format!("layer {} · {label}", of(context.arm.layer));
    }
    label
}

/// Returns a line of an area, counted from its top.
fn line(area: Rect, index: usize) -> Rect {
    row(area, index as u16)
}

/// Wraps words into lines of at most `width` cells.
fn wrapped(canvas: &Canvas<'_>, words: &str, width: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if canvas.width(line) + 1 + canvas.width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
