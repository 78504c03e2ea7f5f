//! The formula of each arm's cost, with the chosen symbol highlighted.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::telemetry::{ArmFacts, Output, SlopeInDelta};
use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::lines::line;

/// A piece of a formula and the symbol that it stands for, if any.
type FormulaPiece = (String, Option<Symbol>);

fn sign(text: &str) -> FormulaPiece {
    (text.to_owned(), None)
}

/// Draws a line for each arm, and the definition of z.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let facts = context.shared.history.facts.as_deref();
    let arms = facts.map_or(&[][..], |facts| &facts.arms);
    let widest =
        (0..arms.len()).map(|arm| width(canvas, &gradient(context, arm))).max().unwrap_or(0);
    for (arm, of) in arms.iter().enumerate() {
        let here = line(area, arm);
        if here.height == 0 {
            return;
        }
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        let x = draw_gradient(canvas, context, here, arm);
        let x = x.max(here.x + 2 + widest) + 3;
        let room = here.right().saturating_sub(x);
        let quiet = canvas.theme.quiet;
        let name = canvas.text((x, here.y), room, &of.name, style);
        let left = here.right().saturating_sub(name);
        if let Some(remark) =
            remarks(context, arm).into_iter().find(|remark| canvas.width(remark) <= left)
        {
            canvas.text((name, here.y), left, remark, quiet);
        }
    }
    let here = line(area, arms.len());
    if here.height > 0 {
        let pieces = weighted_input(context);
        let after = Rect { x: here.x + 2, width: here.width.saturating_sub(2), ..here };
        let highlighted = Some(context.view.symbol);
        write(canvas, after, &pieces, FormulaStyle { arm: context.shared.arm, highlighted });
    }
}

/// Draws the mark of an arm and ∂C/∂wⱼ in a row; returns the column after it.
pub(super) fn draw_gradient(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    row: Rect,
    arm: usize,
) -> u16 {
    let highlighted = (arm == context.shared.arm).then_some(context.view.symbol);
    let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
    canvas.put((row.x, row.y), mark(arm), style);
    let after = Rect { x: row.x + 2, width: row.width.saturating_sub(2), ..row };
    write(canvas, after, &gradient(context, arm), FormulaStyle { arm, highlighted })
}

/// Returns the formulas as text: a line for each arm, and the definition of z.
pub(super) fn text(context: &EquationContext<'_>) -> Vec<String> {
    let joined =
        |pieces: &[FormulaPiece]| -> String { pieces.iter().map(|(text, _)| &**text).collect() };
    let facts = context.shared.history.facts.as_deref();
    let arms = facts.map_or(&[][..], |facts| &facts.arms);
    let of_arm = |(arm, of): (usize, &ArmFacts)| {
        let [remark, _] = remarks(context, arm);
        format!("{}  {}{remark}", joined(&gradient(context, arm)), of.name)
    };
    let mut lines: Vec<String> = arms.iter().enumerate().map(of_arm).collect();
    lines.push(joined(&weighted_input(context)));
    lines
}

fn width(canvas: &Canvas<'_>, pieces: &[FormulaPiece]) -> u16 {
    pieces.iter().map(|(text, _)| canvas.width(text)).sum()
}

/// Returns ∂C/∂wⱼ of an arm.
fn gradient(context: &EquationContext<'_>, arm: usize) -> Vec<FormulaPiece> {
    let (j, average) = (if context.is_bias() { "b" } else { "wⱼ" }, average(context));
    let x = match (context.is_bias(), context.input_letter()) {
        (true, _) => "1",
        (_, "x") => "xⱼ",
        _ => "aⱼ",
    };
    let mut pieces = vec![
        (format!("∂C/∂{j}"), Some(Symbol::Gradient)),
        // The rule of such an arm is not the gradient.
        sign(if leaves_out(context, arm) { " ≠ " } else { " = " }),
        (average.to_owned(), Some(Symbol::Average)),
        sign(" "),
        ("Σₓ".to_owned(), Some(Symbol::Sum)),
        sign(" "),
        (x.to_owned(), Some(Symbol::Input)),
        sign(" "),
    ];
    if context.is_last() {
        let a = if has_sigmoid(context, arm) { "σ(z)" } else { "a" };
        // With softmax and the quadratic cost, δ depends on all outputs.
        let (before, between) = if mixes(context, arm) { ("δ(", ", ") } else { ("(", " − ") };
        pieces.extend([
            sign(before),
            (a.to_owned(), Some(Symbol::Output)),
            sign(between),
            ("y".to_owned(), Some(Symbol::Target)),
            sign(")"),
        ]);
    } else {
        pieces.push(("(Σₖ wₖⱼ δₖ)".to_owned(), Some(Symbol::Back)));
    }
    if has_slope(context, arm) {
        pieces.extend([sign(" "), (slope_name(context).to_owned(), Some(Symbol::Slope))]);
    } else if leaves_out(context, arm) {
        pieces.extend([sign(" / "), (slope_name(context).to_owned(), Some(Symbol::Slope))]);
    }
    let has_l2 = facts(context, arm).is_some_and(|facts| facts.lambda > 0.0);
    if has_l2 && !context.is_bias() {
        pieces.extend([sign(" + λ/n "), ("wⱼ".to_owned(), Some(Symbol::Weight))]);
    }
    pieces
}

/// Returns 1/m, or 1/n if the mini-batch is the whole set.
pub(super) fn average(context: &EquationContext<'_>) -> &'static str {
    if context.equation.rows == context.equation.examples { "1/n" } else { "1/m" }
}

/// Returns the facts of an arm.
pub(super) fn facts<'a>(context: &EquationContext<'a>, arm: usize) -> Option<&'a ArmFacts> {
    context.shared.history.facts.as_deref().and_then(|facts| facts.arms.get(arm))
}

/// Returns whether the last layer of an arm has sigmoids.
pub(super) fn has_sigmoid(context: &EquationContext<'_>, arm: usize) -> bool {
    facts(context, arm).is_some_and(|arm| arm.output == Output::Sigmoid)
}

/// Returns whether δ of an arm has the factor f′(z).
pub(super) fn has_slope(context: &EquationContext<'_>, arm: usize) -> bool {
    !context.is_last() || slope_in_delta(context, arm) == Some(SlopeInDelta::Factor)
}

/// Returns whether an arm leaves the slope out of its δ, which is ∂C/∂a.
pub(super) fn leaves_out(context: &EquationContext<'_>, arm: usize) -> bool {
    context.is_last() && facts(context, arm).is_some_and(|arm| !arm.cost.descends_gradient())
}

/// Returns whether δ of an arm is made of all its outputs.
pub(super) fn mixes(context: &EquationContext<'_>, arm: usize) -> bool {
    context.is_last() && slope_in_delta(context, arm) == Some(SlopeInDelta::Mixed)
}

fn slope_in_delta(context: &EquationContext<'_>, arm: usize) -> Option<SlopeInDelta> {
    facts(context, arm).map(|arm| arm.cost.slope_in_delta(arm.output))
}

/// Returns the name of f′(z): σ′(z) for sigmoids.
pub(super) fn slope_name(context: &EquationContext<'_>) -> &'static str {
    if context.is_last() || context.has_sigmoid() { "σ′(z)" } else { "f′(z)" }
}

/// Returns z = Σₖ wₖ xₖ + b, and the definition of σ.
fn weighted_input(context: &EquationContext<'_>) -> Vec<FormulaPiece> {
    let x = context.input_letter();
    let mut pieces =
        vec![sign("with "), ("z".to_owned(), Some(Symbol::WeightedInput)), sign(" = ")];
    if context.is_bias() {
        pieces.extend([sign("… + "), ("b".to_owned(), Some(Symbol::Weight))]);
    } else {
        let is_alone = context.arm.input.1 == 1;
        let (before, after) = if is_alone { ("", " + ") } else { ("… + ", " + … + ") };
        pieces.extend([
            sign(before),
            ("wⱼ".to_owned(), Some(Symbol::Weight)),
            sign(&format!(" {x}ⱼ{after}")),
            ("b".to_owned(), Some(Symbol::Bias)),
        ]);
    }
    if !context.is_last() {
        let a = if context.has_sigmoid() { "σ(z)" } else { "f(z)" };
        pieces.extend([sign(",  a = "), (a.to_owned(), Some(Symbol::Output))]);
    }
    if context.has_sigmoid() {
        let before = if context.is_last() { ",  σ(z)" } else { "" };
        pieces.push(sign(&format!("{before} = 1/(1 + e^−z)")));
    }
    pieces
}

/// Returns the remark on an arm's formula, in a long and a short form.
pub(super) fn remarks(context: &EquationContext<'_>, arm: usize) -> [&'static str; 2] {
    let Some(arm) = facts(context, arm) else { return [""; 2] };
    if !context.is_last() {
        return match arm.cost.slope_in_delta(arm.output) {
            SlopeInDelta::Factor => [
                ": δₖ comes back from the outputs, where σ′(z) is a factor of it",
                ": δₖ comes back, σ′(z) in it",
            ],
            SlopeInDelta::Mixed => [
                ": δₖ comes back from the outputs, where softmax’s slope is in it",
                ": δₖ comes back, a slope in it",
            ],
            SlopeInDelta::LeftOut => [": δₖ comes back from ∂C/∂a of the outputs"; 2],
            SlopeInDelta::Absent | SlopeInDelta::Cancelled => [
                ": δₖ comes back from the outputs, where it is all of a − y",
                ": δₖ comes back from a − y",
            ],
        };
    }
    match arm.cost.slope_in_delta(arm.output) {
        SlopeInDelta::Factor => [
            ": the slope σ′(z) stays, and is tiny when the neuron is saturated",
            ": the slope σ′(z) stays",
        ],
        SlopeInDelta::Mixed => [
            ": δ is made of all outputs, and softmax’s slope stays in it",
            ": softmax’s slope stays",
        ],
        SlopeInDelta::LeftOut => {
            [": it steps by ∂C/∂a, 1/(1 − a) if y = 0: not the gradient", ": ∂C/∂a, no gradient"]
        }
        SlopeInDelta::Absent => [": a = z, so there is no slope to be lost", ": a = z, no slope"],
        SlopeInDelta::Cancelled if arm.output == Output::Softmax => {
            [": softmax’s own slope has cancelled", ": no slope is left"]
        }
        SlopeInDelta::Cancelled => [": the slope σ′(z) has cancelled", ": σ′(z) cancelled"],
    }
}

/// The style of a formula.
#[derive(Clone, Copy)]
struct FormulaStyle {
    /// The arm in whose colour its symbols are written.
    arm: usize,
    /// The symbol that is highlighted, if any.
    highlighted: Option<Symbol>,
}

/// Writes a formula of an arm; returns the column after it.
fn write(
    canvas: &mut Canvas<'_>,
    row: Rect,
    pieces: &[FormulaPiece],
    formula_style: FormulaStyle,
) -> u16 {
    let FormulaStyle { arm, highlighted } = formula_style;
    let mut x = row.x;
    for (text, symbol) in pieces {
        let is_lit = symbol.is_some() && *symbol == highlighted;
        let style = if is_lit { highlight(canvas) } else { tone(canvas, *symbol, arm) };
        x = canvas.text((x, row.y), row.right().saturating_sub(x), text, style);
    }
    x
}

/// Returns the style of the chosen symbol and of its cells in the table.
pub(super) fn highlight(canvas: &Canvas<'_>) -> Style {
    canvas.theme.chosen.add_modifier(Modifier::BOLD | Modifier::REVERSED)
}

/// Returns the style of a symbol, the same in every place.
pub(super) fn tone(canvas: &Canvas<'_>, symbol: Option<Symbol>, arm: usize) -> Style {
    let theme = &canvas.theme;
    match symbol {
        Some(Symbol::Input | Symbol::Weight) => {
            // Reversed means highlighted; without colours nothing else may be reversed.
            theme.chosen.add_modifier(Modifier::BOLD).remove_modifier(Modifier::REVERSED)
        }
        Some(Symbol::Output | Symbol::Back) => theme.arm(arm).add_modifier(Modifier::BOLD),
        Some(Symbol::Slope) => theme.problem.add_modifier(Modifier::BOLD),
        Some(Symbol::Gradient | Symbol::Target | Symbol::WeightedInput | Symbol::Bias) => {
            theme.strong
        }
        Some(Symbol::Average | Symbol::Sum) => theme.text,
        None => theme.quiet,
    }
}
