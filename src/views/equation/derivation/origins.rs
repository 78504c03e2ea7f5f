//! Where the formulas of the derivation come from: a line for each question, as far as there is room.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::telemetry::{ArmFacts, Cost, Output};
use crate::views::equation::context::EquationContext;
use crate::views::equation::lines::line;

/// Cells for what a line is about.
const ABOUT: u16 = 10;

/// A line: what it is about, and where that comes from.
type Origin = (&'static str, &'static str);

const HALF: Origin = ("1/(2n)", "the ½ only cancels the 2 of the derivative; 1/n makes a mean");
const SLOPE: Origin = ("σ′", "= σ(1 − σ): it is e^−z/(1 + e^−z)², and e^−z/(1 + e^−z) = 1 − σ");
const INPUT: Origin = ("xⱼ", "a row’s C knows wⱼ only by z; ∂z/∂wⱼ = xⱼ: no cost removes it");
const ACTIVATION: Origin = ("aⱼ", "a row’s C knows wⱼ only by z; ∂z/∂wⱼ = aⱼ: no cost removes it");
const COST: Origin = ("C from a−y", "∂C/∂a = (a−y)/σ′ = −y/a + (1−y)/(1−a); its integral is C");
const SHAPE: Origin =
    ("C over z", "convex for cross-entropy: C″ = σ′ > 0; quadratic over σ is not");
const L2: Origin = ("λ/n", "C = mean + λ/(2n) Σw²: its slope at wⱼ is λ/n wⱼ, at b 0");
const EPOCH: Origin = ("÷ n", "an epoch keeps (1−ηλ/n)^(n/m) ≈ e^(−ηλ/m) of wⱼ, whatever n");
const PAIRS: Origin = ("a − y", "sigmoid: cross-entropy; softmax: log-likelihood; not crosswise");
const CROSSWISE: Origin = (
    "crosswise",
    "sigmoid with −ln a moves one output alone, softmax with cross-entropy has another δ: both refused",
);
const WHICH: Origin =
    ("which", "sigmoid: each output answers yes or no for itself; softmax: one of all is right");
const BATCH: Origin =
    ("not ÷ m", "λ’s term is of C over all n examples; the m of a batch only estimate C’s mean");
const LIKELIHOOD: Origin =
    ("−ln", "both C are −ln of the probability that a gives to what happened");

/// Returns the lines that concern the arms of the run and the layer shown.
fn origins(context: &EquationContext<'_>) -> Vec<Origin> {
    let facts = context.shared.history.facts.as_deref();
    let arms = facts.map_or(&[][..], |facts| &facts.arms);
    let any = |is: &dyn Fn(&ArmFacts) -> bool| context.is_last() && arms.iter().any(is);
    let has_cost = |cost| any(&|arm| arm.cost == cost && arm.output == Output::Sigmoid);
    let (quadratic, cross_entropy) = (has_cost(Cost::Quadratic), has_cost(Cost::CrossEntropy));
    let softmax = any(&|arm| arm.output == Output::Softmax);
    let has_l2 = arms.iter().any(|arm| arm.lambda > 0.0) && !context.is_bias();
    let input = if context.arm.layer.0 == 0 { INPUT } else { ACTIVATION };
    let all = [
        (has_l2, L2),
        (has_l2, EPOCH),
        (has_l2, BATCH),
        (!context.is_bias(), input),
        (context.has_sigmoid(), SLOPE),
        (cross_entropy, COST),
        (softmax, PAIRS),
        (softmax, CROSSWISE),
        (softmax, WHICH),
        (softmax && cross_entropy, LIKELIHOOD),
        (quadratic && cross_entropy, SHAPE),
        // The line of ∂C/∂a says nearly as much.
        (any(&|arm| arm.cost == Cost::Quadratic), HALF),
    ];
    all.into_iter().filter_map(|(concerns, origin)| concerns.then_some(origin)).collect()
}

/// Returns the number of lines.
pub(super) fn lines(context: &EquationContext<'_>) -> u16 {
    origins(context).len() as u16
}

/// Draws the lines that fit.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let fits = |words: &str| 2 + ABOUT + 1 + canvas.width(words) <= area.width;
    let whole: Vec<Origin> =
        origins(context).into_iter().filter(|(_, words)| fits(words)).collect();
    for (nth, (about, words)) in whole.into_iter().enumerate() {
        let here = line(area, nth);
        if here.height == 0 {
            return;
        }
        canvas.text((here.x + 2, here.y), ABOUT, about, text);
        canvas.text((here.x + 2 + ABOUT + 1, here.y), here.width, words, quiet);
    }
}
