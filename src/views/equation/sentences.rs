//! The sentences of the Equation view.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmEquation, ArmFacts, Cost, EquationRow, SlopeInDelta};
use crate::views::calibration::calibration;
use crate::views::equation::context::EquationContext;
use crate::views::equation::state::EquationView;
use crate::views::view_state::ViewState;

/// Returns the sentences about the numbers, the most important first; as many as fit are shown.
pub(super) fn sentences(state: ViewState<'_, EquationView>) -> Vec<Sentence> {
    let Some(context) = EquationContext::of(state) else { return Vec::new() };
    let mut out = Vec::new();
    out.extend(hidden(&context));
    out.extend(throttled(&context));
    out.extend(nothing_to_add(&context));
    out.extend(direction(&context));
    out.extend(calibration(context.shared));
    out
}

/// The error below which a neuron counts as right.
const ALL_RIGHT: f64 = 0.05;

/// The share of the strongest push above which another is about as strong.
const NEARLY_AS_HARD: f64 = 0.9;

/// Returns a sentence on a hidden layer: σ′ stays there, and how its gradient compares with that of the
/// quadratic cost, as of the newest evaluation of both arms.
fn hidden(context: &EquationContext<'_>) -> Option<Sentence> {
    if context.is_last() || context.facts.cost == Cost::Quadratic {
        return None;
    }
    let facts = context.shared.history.facts.as_deref()?;
    let of_quadratic = |arm: &ArmFacts| {
        arm.cost == Cost::Quadratic
            && arm.sizes == context.facts.sizes
            && arm.hidden == context.facts.hidden
    };
    let other = facts.arms.iter().position(of_quadratic)?;
    let arms = &context.shared.history.arms;
    let evaluation = |arm: usize| arms.get(arm)?.evaluation.as_ref();
    let (own, theirs) = (evaluation(context.shared.arm)?, evaluation(other)?);
    let layer = context.arm.layer.0;
    let ratio = own.gradient_norm.get(layer)? / theirs.gradient_norm.get(layer)?;
    if own.epoch != theirs.epoch || !ratio.is_finite() || ratio <= 0.0 {
        return None;
    }
    let slope = if context.has_sigmoid() { "σ′(z)" } else { "f′(z)" };
    let name = facts.arms[other].name.as_str();
    let words = format!(
        ": {slope} stays in a hidden layer; with the δ that it gets, ‖∂C/∂w‖ is {} times {name}’s at epoch {}.",
        brief(ratio),
        count(own.epoch)
    );
    let cancels =
        context.facts.cost.slope_in_delta(context.facts.output) == SlopeInDelta::Cancelled;
    let of = (context.facts.name.clone(), Tone::Arm(context.shared.arm));
    cancels.then(|| vec![of, (words, Tone::Text)])
}

/// Returns a sentence about the row with the largest error and the effect of the slope on it, if
/// all rows have been received.
fn throttled(context: &EquationContext<'_>) -> Option<Sentence> {
    let arm: &ArmEquation = context.arm;
    if !context.is_last() || arm.visible_rows.len() < context.equation.rows {
        return None;
    }
    if let [row] = &arm.visible_rows[..] {
        return alone(context, row);
    }
    let worst = arm
        .visible_rows
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.error.abs().total_cmp(&b.1.error.abs()))?;
    let (row, most_wrong) = (arm.first_row + worst.0 + 1, worst.1);
    let name = (context.facts.name.clone(), Tone::Arm(context.shared.arm));
    if most_wrong.error.abs() < ALL_RIGHT {
        let words = format!(
            ": this neuron is right in every row; the largest |a − y| is {}.",
            brief(most_wrong.error.abs())
        );
        return Some(vec![name, (words, Tone::Text)]);
    }
    if context.leaves_slope_out() {
        let words = ": it steps by ∂C/∂a in place of ∂C/∂z, which is not the gradient.";
        return Some(vec![name, (words.to_owned(), Tone::Text)]);
    }
    let slope_in_delta = context.facts.cost.slope_in_delta(context.facts.output);
    if slope_in_delta == SlopeInDelta::Factor && most_wrong.slope.is_some() {
        let strongest = arm
            .visible_rows
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.delta.abs().total_cmp(&b.1.delta.abs()))?;
        let passed = (most_wrong.delta / strongest.1.delta).abs();
        let words = if strongest.0 == worst.0 {
            format!(
                ": row {row} is the most wrong and pushes hardest, δ = {}",
                brief(most_wrong.delta)
            )
        } else if passed > NEARLY_AS_HARD {
            format!(
                ": row {row} is the most wrong and pushes about as hard as row {}, δ = {}",
                arm.first_row + strongest.0 + 1,
                brief(most_wrong.delta)
            )
        } else {
            format!(
                ": row {row} is the most wrong, yet its δ = {} is {} of row {}’s",
                brief(most_wrong.delta),
                share(most_wrong.delta, strongest.1.delta),
                arm.first_row + strongest.0 + 1
            )
        };
        return Some(vec![name, (format!("{words}."), Tone::Text)]);
    }
    let words = format!(
        ": row {row} is the most wrong, and pushes hardest: δ = {}.",
        brief(most_wrong.delta)
    );
    (!context.has_own_delta()).then(|| vec![name, (words, Tone::Text)])
}

/// Returns a sentence about the error of the only row.
fn alone(context: &EquationContext<'_>, row: &EquationRow) -> Option<Sentence> {
    let name = (context.facts.name.clone(), Tone::Arm(context.shared.arm));
    let (error, delta) = (brief(row.error), brief(row.delta));
    let words = match row.slope {
        _ if context.leaves_slope_out() => {
            format!(": it steps by ∂C/∂a = {delta}, where the gradient has a − y = {error}.")
        }
        Some(slope) => {
            format!(
                ": of a − y = {error} the slope σ′(z) = {} lets δ = {delta} through.",
                brief(slope)
            )
        }
        None if context.has_own_delta() => return None,
        None => format!(": all of a − y = {error} pushes, no slope stands between."),
    };
    Some(vec![name, (words, Tone::Text)])
}

fn share(part: f64, whole: f64) -> String {
    format!("{} %", brief(100.0 * (part / whole).abs()))
}

/// Returns a sentence about a sum that has one term, with the scenario that shows more.
fn nothing_to_add(context: &EquationContext<'_>) -> Option<Sentence> {
    let is_alone = context.equation.examples == 1 && context.arm.input.1 == 1;
    let words = "One row, so nothing to add up: see “and” (o).";
    is_alone.then(|| vec![(words.to_owned(), Tone::Text)])
}

/// Returns a sentence about the direction in which the next step moves the weight.
fn direction(context: &EquationContext<'_>) -> Option<Sentence> {
    let now = context.shared.history.arms.get(context.shared.arm)?;
    if now.diverged.is_some() {
        return None;
    }
    let eta = now.eta;
    let gradient = context.arm.weight.mean + context.arm.l2.unwrap_or(0.0);
    let direction = match gradient {
        g if g > 0.0 => "down",
        g if g < 0.0 => "up",
        _ if context.equation.request.example.is_some() => return None,
        _ => return Some(vec![("The next step leaves it where it is.".to_owned(), Tone::Text)]),
    };
    let (weight, length) = (context.weight(), brief(eta * gradient.abs()));
    if let Some(row) = context.equation.request.example {
        let row = row + 1;
        let words = format!(
            "Example {row} of the training set alone would move {weight} {direction} by {length}."
        );
        return Some(vec![(words, Tone::Text)]);
    }
    let words = if context.leaves_slope_out() {
        format!("The next step moves {weight} {direction} by {length}: η times the rule.")
    } else {
        format!("The next step moves {weight} {direction} by η·|∂C/∂{weight}| = {length}.")
    };
    Some(vec![(words, Tone::Text)])
}
