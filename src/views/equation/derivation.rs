//! The derivation, line by line, with the arms in rows and columns and the numbers of one row.

mod origins;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::glyphs::mark;
use crate::canvas::number::number;
use crate::canvas::{Canvas, below};
use crate::telemetry::{
    Activation, ArmEquation, ArmFacts, BackwardStep, Cost, Factor, Output, Precision, SlopeInDelta,
};
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula;
use crate::views::equation::lines::line;

/// The lines of an arm: its name, its six formulas, and an empty one.
const ARM: u16 = 8;
/// The width in cells that a derivation needs.
const COLUMN: u16 = 57;
/// The width in cells of a panel in which two of them fit side by side.
pub(super) const WIDTH: u16 = 2 * COLUMN + 4;

/// The most lines kept free for where the formulas come from.
const MOST_RESERVED: u16 = 4;

/// The least useful height: one arm.
pub(super) const LEAST: u16 = ARM;

/// Returns the height that the panel has once it is opened: all arms, and where the textbook formula fails.
pub(super) fn opened_height(context: &EquationContext<'_>, width: u16) -> u16 {
    let arms = ArmGrid::of(context, Rect { width, height: u16::MAX, ..Rect::ZERO }, 0);
    arms.height() + lines_of_naive(context)
}

/// Returns the height of everything.
pub(super) fn full_height(context: &EquationContext<'_>, width: u16) -> u16 {
    opened_height(context, width) + 1 + origins::lines(context)
}

/// Draws as many arms as fit, the chosen one among them, and below them what there is room for: where the
/// textbook formula fails, and where the formulas come from. If the panel fills the view, that comes first.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let origins = origins::lines(context);
    // The last lines say least; they give way to a second arm.
    let reserved = if context.view.filling.is_filled() { origins.min(MOST_RESERVED) } else { 0 };
    let arms = ArmGrid::of(context, area, reserved);
    for (arm, place) in arms.places(context.shared.arm) {
        draw_arm(canvas, context, place, arm);
    }
    let under = below(area, arms.height());
    let naive = lines_of_naive(context);
    if reserved > 0 && naive + 1 + reserved > under.height {
        return origins::draw(canvas, context, under);
    }
    draw_naive(canvas, context, under);
    origins::draw(canvas, context, below(under, if naive == 0 { 0 } else { naive + 1 }));
}

/// The derivations of arms in rows and columns.
struct ArmGrid {
    area: Rect,
    arms: usize,
    columns: usize,
    rows: usize,
    /// The lines of an arm.
    each: u16,
}

impl ArmGrid {
    /// Creates a grid with as many columns and rows as fit and are needed. The empty lines between the arms
    /// are left out if `reserved` lines under them need the room.
    fn of(context: &EquationContext<'_>, area: Rect, reserved: u16) -> Self {
        let facts = context.shared.history.facts.as_deref();
        let arms = context.equation.arms.len().min(facts.map_or(0, |facts| facts.arms.len()));
        let columns = usize::from(area.width / COLUMN).clamp(1, arms.max(1));
        let needed = arms.div_ceil(columns).max(1);
        let room = area.height.saturating_sub(reserved);
        let rows = usize::from(room / (ARM - 1)).clamp(1, needed);
        let is_tight = rows as u16 * ARM + reserved > area.height;
        Self { area, arms, columns, rows, each: if is_tight { ARM - 1 } else { ARM } }
    }

    fn height(&self) -> u16 {
        self.rows as u16 * self.each
    }

    /// Returns the shown arms and their places.
    fn places(&self, chosen: usize) -> impl Iterator<Item = (usize, Rect)> {
        let Self { area, arms, columns, rows, each } = *self;
        let shown = (columns * rows).min(arms);
        let first = chosen.min(arms - shown);
        let width = area.width / columns as u16;
        (0..shown).map(move |nth| {
            let (row, column) = (nth / columns, nth % columns);
            let x = area.x + column as u16 * width;
            let under = below(area, row as u16 * each);
            let height = under.height.min(each);
            (
                first + nth,
                Rect { x, width: width.saturating_sub(1).min(COLUMN + 8), height, ..under },
            )
        })
    }
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
        // The remark after the colon is left out first.
        let whole = format!("= {right}");
        let brief = whole.split_once(": ").map_or(whole.as_str(), |(formula, _)| formula);
        let shown = if canvas.width(&whole) <= room { &whole } else { brief };
        canvas.text((here.x + 10, here.y), room, shown, text);
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
    let is_last = layer + 1 == equation.layer.1;
    let lines = of_neuron.map(|step| of_step(context, (facts, is_last), step));
    let x = context.input_letter();
    lines
        .map(|line| DerivationLine {
            right: line.right.replace("xⱼ", &format!("{x}ⱼ")), ..line
        })
        .collect()
}

/// Returns the line of a step of an arm, whose neuron is in its last layer or not.
fn of_step(
    context: &EquationContext<'_>,
    (facts, is_last): (&ArmFacts, bool),
    step: &BackwardStep,
) -> DerivationLine {
    let (cost, output) = (facts.cost, facts.output);
    let leaves_out = is_last && !cost.descends_gradient();
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
        Factor::Slope if facts.hidden == Activation::Sigmoid => {
            ("∂a/∂z", "σ′(z) = a (1 − a)", false)
        }
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

/// Returns the number of lines with the values of the literal formulas, and their heading.
fn lines_of_naive(context: &EquationContext<'_>) -> u16 {
    let cases = context.equation.saturated.len() as u16;
    let facts = context.shared.history.facts.as_deref();
    let has_cross_entropy =
        facts.is_some_and(|facts| facts.arms.iter().any(|arm| arm.cost == Cost::CrossEntropy));
    if has_cross_entropy && cases > 0 { cases + 1 } else { 0 }
}

/// Draws the values of the literal formulas at a saturated neuron, if there is room.
fn draw_naive(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    if lines_of_naive(context) == 0 {
        return;
    }
    let (quiet, text, problem, good) =
        (canvas.theme.quiet, canvas.theme.text, canvas.theme.problem, canvas.theme.good);
    let headings = [
        "once a rounds to 0 or 1, cross-entropy’s C of a gives ∞ or NaN; so C = max(z, 0) − yz + ln(1 + e^−|z|):",
        "cross-entropy from a: ∞ or NaN; so C = max(z, 0) − yz + ln(1 + e^−|z|):",
    ];
    let first = line(area, 0);
    let mut writer = canvas.line(first);
    let _ = headings.iter().any(|heading| writer.put_whole(heading, quiet));
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
