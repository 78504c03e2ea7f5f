//! The Equation view: what w_j, x_j and σ(z) are, and where ∂C/∂w_j comes from, number by number.

mod derivation;
mod formula;
mod product;
mod rows;
mod symbols;
mod telling;
mod walk;

use ratatui::layout::Rect;

use crate::app::{App, EquationPanel};
use crate::telemetry::{Answer, ArmEquation, ArmFacts, Equation};
use crate::ui::canvas::{Canvas, below, inset, row, top};
use crate::ui::number::count;
use crate::ui::widgets::{Frame, Panel, Tone, panel};

pub(crate) use telling::sentences;

/// Cells across of the panel that says what each symbol is, where a screen has room beside the rows.
const SYMBOLS: u16 = 46;
/// From this width on both stand side by side.
const WIDE: u16 = 112;
/// From this height on there is a panel under the rows.
const HIGH: u16 = 28;

/// What is explained, for the chosen arm.
#[derive(Clone, Copy)]
struct Shown<'a> {
    app: &'a App,
    equation: &'a Equation,
    arm: &'a ArmEquation,
    facts: &'a ArmFacts,
}

impl<'a> Shown<'a> {
    fn of(app: &'a App) -> Option<Self> {
        let Some(Answer::Equation(equation)) = &app.answer else { return None };
        let facts = app.history.facts.as_deref()?.arms.get(app.arm)?;
        Some(Self { app, equation, arm: equation.arms.get(app.arm)?, facts })
    }

    /// Whether the neuron is one of the last layer.
    fn is_last(&self) -> bool {
        self.arm.layer.0 + 1 == self.arm.layer.1
    }

    /// Whether the chosen weight is the bias.
    fn is_bias(&self) -> bool {
        self.arm.input.0 == self.arm.input.1
    }

    /// What w_j is called: `w₂`, `b`.
    fn weight(&self) -> String {
        if self.is_bias() {
            "b".to_owned()
        } else {
            format!("w{}", subscript(self.arm.input.0 + 1))
        }
    }

    /// What x_j is called: `x₂`, `a₂` of the layer before, `1` for the bias.
    fn input(&self) -> String {
        match self.is_bias() {
            true => "1".to_owned(),
            false => format!("{}{}", self.input_letter(), subscript(self.arm.input.0 + 1)),
        }
    }

    /// The inputs of the first layer are the example's, of the others the activations before.
    fn input_letter(&self) -> &'static str {
        if self.arm.layer.0 == 0 { "x" } else { "a" }
    }

    /// Whether δ is another number than a − y or what comes back: a slope stands between, or softmax.
    fn has_own_delta(&self) -> bool {
        self.arm.told.iter().any(|row| row.delta != row.error)
    }

    /// The chosen row, if it is told.
    fn row(&self) -> Option<&'a crate::telemetry::EquationRow> {
        self.arm.told.get(self.arm.row.checked_sub(self.arm.first_row)?)
    }
}

/// A number in small figures below the line.
fn subscript(number: usize) -> String {
    const FIGURES: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    let figure = |c: char| c.to_digit(10).map_or(c, |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// A number in small figures above the line, with its sign.
fn superscript(number: i32) -> String {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let figure = |c: char| c.to_digit(10).map_or('⁻', |digit| FIGURES[digit as usize]);
    number.to_string().chars().map(figure).collect()
}

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    let Some(shown) = Shown::of(app) else { return };
    let frame = if body.height >= 24 { Frame::Boxed } else { Frame::Ruled };
    let edges = if frame == Frame::Boxed { 2 } else { 1 };
    let lines = shown.equation.arms.len() as u16 + 1;
    let formula = top(body, (lines + edges).min(body.height));
    let place = place(&shown);
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
    formula::draw(canvas, &shown, inset(inner, 1));
    let rest = below(body, formula.height);
    let has_lower = rest.height >= HIGH - 6;
    let is_replaced = !has_lower && shown.app.equation.panel != EquationPanel::Product;
    let wanted = rows::height(&shown) + edges;
    let lower = if has_lower { lower_height(&shown, rest.height, wanted) } else { 0 };
    let upper = top(rest, rest.height - lower);
    let is_wide = upper.width >= WIDE;
    let told = if is_wide { upper } else { top(upper, upper.height.saturating_sub(2)) };
    let rows_area = Rect { width: told.width - if is_wide { SYMBOLS } else { 0 }, ..told };
    if is_replaced {
        draw_lower(canvas, &shown, rows_area, frame);
    } else {
        rows::draw(canvas, &shown, rows_area, frame);
    }
    if is_wide {
        let area = Rect { x: rows_area.right(), width: SYMBOLS, ..upper };
        symbols::draw_all(canvas, &shown, area, frame);
    } else {
        symbols::draw_chosen(canvas, &shown, inset(below(upper, told.height), 2));
    }
    if lower > 0 {
        draw_lower(canvas, &shown, below(rest, upper.height), frame);
    }
}

/// The rows of the panel under the table: what the table does not need, but some in any case.
fn lower_height(shown: &Shown<'_>, room: u16, wanted: u16) -> u16 {
    let needed = match shown.app.equation.panel {
        EquationPanel::Product => product::height(shown),
        EquationPanel::Derivation => derivation::height(shown),
        EquationPanel::Walk(_) => walk::height(shown),
    } + 2;
    let least = needed.min(room / 2);
    room.saturating_sub(wanted).clamp(least, needed.max(least))
}

fn draw_lower(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect, frame: Frame) {
    let (title, note) = match shown.app.equation.panel {
        EquationPanel::Product => {
            ("all weights at once: the same sums as one matrix product", "shapes")
        }
        EquationPanel::Derivation => ("the derivation, with the numbers of this row", "d closes"),
        EquationPanel::Walk(_) => ("backward, from C to this weight", "b: next step"),
    };
    let what = Panel {
        frame,
        title: &[(title, Tone::Strong)],
        note: &[(note, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    match shown.app.equation.panel {
        EquationPanel::Product => product::draw(canvas, shown, inner),
        EquationPanel::Derivation => derivation::draw(canvas, shown, inner),
        EquationPanel::Walk(step) => walk::draw(canvas, shown, inner, step),
    }
}

/// Which weight of which neuron.
fn place(shown: &Shown<'_>) -> String {
    let of = |(at, of): (usize, usize)| format!("{} of {}", count(at as u64 + 1), count(of as u64));
    let j = if shown.is_bias() { "the bias".to_owned() } else { of(shown.arm.input) };
    let mut said = format!("j = {j}");
    if shown.arm.neuron.1 > 1 {
        said = format!("neuron {} · {said}", of(shown.arm.neuron));
    }
    if shown.arm.layer.1 > 1 {
        said = format!("layer {} · {said}", of(shown.arm.layer));
    }
    said
}

/// The line of an area that one may write to, from its top.
fn line(area: Rect, index: usize) -> Rect {
    row(area, index as u16)
}
