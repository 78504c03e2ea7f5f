//! The derivation, line by line, with the arms side by side and the numbers of one row.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::number;
use crate::telemetry::{
    ArmEquation, ArmFacts, BackwardStep, Cost, Factor, Output, Precision, SlopeInDelta,
};
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula;
use crate::views::equation::lines::line;

/// The width in cells that a derivation needs.
const COLUMN: u16 = 52;
/// The width in cells of a panel in which two of them fit side by side.
pub(super) const WIDTH: u16 = 2 * COLUMN + 4;

/// Returns the number of lines of the panel.
pub(super) fn height(context: &EquationContext<'_>) -> u16 {
    8 + context.equation.saturated.len() as u16
}

/// Draws as many arms side by side as fit, the chosen one first.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let Some(facts) = context.shared.history.facts.as_deref() else { return };
    let arms = context.equation.arms.len().min(facts.arms.len());
    let fit = usize::from(area.width / COLUMN).clamp(1, arms.max(1));
    let first = if fit >= arms { 0 } else { context.shared.arm.min(arms - fit) };
    let width = area.width / fit as u16;
    for nth in 0..fit.min(arms) {
        let arm = first + nth;
        let x = area.x + nth as u16 * width;
        let column = Rect { x, width: width.saturating_sub(1).min(COLUMN + 8), ..area };
        draw_arm(canvas, context, column, arm);
    }
    draw_naive(
        canvas,
        context,
        Rect { y: area.y + 8, height: area.height.saturating_sub(8), ..area },
    );
}

fn draw_arm(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect, arm: usize) {
    let facts = formula::facts(context, arm);
    let Some((facts, equation)) = facts.zip(context.equation.arms.get(arm)) else { return };
    let head = line(area, 0);
    let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
    let (quiet, text, strong) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.strong);
    canvas.put((head.x, head.y), mark(arm), style);
    let x = canvas.text((head.x + 2, head.y), head.width.saturating_sub(2), &facts.name, style);
    let example = format!(", row {}", equation.row + 1);
    canvas.text((x, head.y), head.right().saturating_sub(x), &example, quiet);
    for (nth, derived) in lines(context, facts, equation).iter().enumerate() {
        let DerivationLine { left, right, value, is_result } = derived;
        let here = line(area, nth + 1);
        if here.height == 0 {
            return;
        }
        canvas.text((here.x + 2, here.y), 8, left, if *is_result { strong } else { text });
        let room = here.width.saturating_sub(10 + 12);
        canvas.text((here.x + 10, here.y), room, &format!("= {right}"), text);
        let value = format!("= {:>9}", number(*value, 9));
        let style = if *is_result { strong } else { quiet };
        canvas.text_right(here, &value, style);
    }
}

/// A line of the derivation.
struct DerivationLine {
    /// The derived quantity.
    left: String,
    /// Its formula.
    right: String,
    value: f64,
    /// Whether it is the result of interest.
    is_result: bool,
}

/// Returns the lines of an arm: the chain-rule factors of the neuron itself, as formulas.
fn lines(
    context: &EquationContext<'_>,
    facts: &ArmFacts,
    equation: &ArmEquation,
) -> Vec<DerivationLine> {
    let (layer, _) = equation.layer;
    let of_neuron = equation.backward.steps.iter().filter(|step| {
        step.what == Factor::Cost || (step.layer == layer && step.neuron == equation.neuron.0)
    });
    let lines = of_neuron.map(|step| of_step(context, facts, step));
    let x = context.input_letter();
    lines
        .map(|line| DerivationLine {
            right: line.right.replace("xⱼ", &format!("{x}ⱼ")), ..line
        })
        .collect()
}

fn of_step(context: &EquationContext<'_>, facts: &ArmFacts, step: &BackwardStep) -> DerivationLine {
    let (cost, output) = (facts.cost, facts.output);
    let is_last = context.is_last();
    let leaves_out = context.leaves_slope_out();
    let (left, right, is_result) = match step.what {
        Factor::Cost => ("C", of_cost(facts), false),
        Factor::CostByActivation if cost == Cost::Quadratic => {
            ("∂C/∂a", "a − y: the ½ cancels the 2", false)
        }
        Factor::CostByActivation => ("∂C/∂a", cost.texts().by_activation, false),
        Factor::Back => ("∂C/∂a", "Σₖ wₖⱼ δₖ, from the layer after", false),
        Factor::Slope if is_last && output == Output::Linear => ("∂a/∂z", "1", false),
        Factor::Slope if leaves_out => ("∂a/∂z", "σ′(z) = a (1 − a): left out", false),
        Factor::Slope if is_last => ("∂a/∂z", "σ′(z) = a (1 − a)", false),
        Factor::Slope if context.has_sigmoid() => ("∂a/∂z", "σ′(z) = a (1 − a)", false),
        Factor::Slope => ("∂a/∂z", "f′(z)", false),
        Factor::Delta => {
            return DerivationLine {
                left: if leaves_out { "rule" } else { "∂C/∂z" }.to_owned(),
                right: of_delta(facts, is_last),
                value: step.value,
                is_result: true,
            };
        }
        Factor::Input if context.is_bias() => ("∂z/∂b", "1", false),
        Factor::Input => ("∂z/∂wⱼ", "xⱼ", false),
        Factor::Product if leaves_out && context.is_bias() => {
            ("for b", "1·∂C/∂a: what this row adds", true)
        }
        Factor::Product if leaves_out => ("for wⱼ", "xⱼ ∂C/∂a: what this row adds", true),
        Factor::Product if context.is_bias() => ("∂C/∂b", "1·δ: what this row adds", true),
        Factor::Product => ("∂C/∂wⱼ", "xⱼ δ: what this row adds", true),
    };
    let (left, right) = (left.to_owned(), right.to_owned());
    DerivationLine { left, right, value: step.value, is_result }
}

fn of_cost(facts: &ArmFacts) -> &'static str {
    let texts = facts.cost.texts();
    if facts.sizes.last() == Some(&1) { texts.one } else { texts.sum }
}

fn of_delta(facts: &ArmFacts, is_last: bool) -> String {
    if !is_last {
        return "δ: the product of both".to_owned();
    }
    let by_activation = facts.cost.texts().by_activation;
    match facts.cost.slope_in_delta(facts.output) {
        SlopeInDelta::Factor => format!("δ = ({by_activation}) σ′(z): σ′ stays"),
        SlopeInDelta::Mixed => "δ = Σₖ (aₖ − yₖ) ∂aₖ/∂z".to_owned(),
        SlopeInDelta::Cancelled if facts.output == Output::Softmax => {
            "δ = a − y: softmax has cancelled".to_owned()
        }
        SlopeInDelta::Cancelled => "δ = a − y: σ′ has cancelled".to_owned(),
        SlopeInDelta::LeftOut => "∂C/∂a, in place of ∂C/∂z".to_owned(),
        SlopeInDelta::Absent => format!("δ = {by_activation}: there is no slope"),
    }
}

/// Draws the values of the literal formulas at a saturated neuron, if there is room.
fn draw_naive(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let has_cross_entropy = context
        .shared
        .history
        .facts
        .as_deref()
        .is_some_and(|facts| facts.arms.iter().any(|arm| arm.cost == Cost::CrossEntropy));
    if !has_cross_entropy {
        return;
    }
    let (quiet, text, problem, good) =
        (canvas.theme.quiet, canvas.theme.text, canvas.theme.problem, canvas.theme.good);
    if context.equation.saturated.is_empty() {
        return;
    }
    let heading = "where the textbook formula of C fails, and C from z does not:";
    let first = line(area, 0);
    canvas.line(first).put_whole(heading, quiet);
    for (nth, case) in context.equation.saturated.iter().enumerate() {
        let here = line(area, nth + 1);
        if here.height == 0 {
            return;
        }
        let bits = if case.precision == Precision::F32 { "f32" } else { "f64" };
        let shown = |value: Option<f64>, else_: &str| -> (String, Style) {
            value.map_or((else_.to_owned(), problem), |value| (tiny(value), text))
        };
        let is_zero = case.y == 0.0;
        let (cost, style) = shown(case.naive_cost, if is_zero { "−ln 0" } else { "0·ln 0" });
        let (slope, slope_style) = shown(case.naive_slope, if is_zero { "1/0" } else { "0/0" });
        let mut writer = canvas.line(here);
        let place = format!("{bits} z = {:.0}, y = {:.0}: ", case.z, case.y);
        writer.put(&place, quiet).put("naive C ", quiet);
        writer.put(&format!("{cost:<6}"), style);
        writer.put(" ∂C/∂a ", quiet).put(&slope, slope_style);
        writer.put(" from z: C ", quiet).put(&format!("{:<8}", tiny(case.cost)), good);
        writer.put("δ ", quiet).put(&tiny(case.delta), good);
    }
}

/// Formats a number, however small.
fn tiny(value: f64) -> String {
    if value.abs() < 1e-3 { format!("{value:.1e}").replace('-', "−") } else { number(value, 8) }
}
