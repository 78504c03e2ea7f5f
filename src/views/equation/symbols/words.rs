//! The symbols in words: a name, a few words, a sentence, and the current number.

use crate::canvas::number::{count, number};
use crate::canvas::squeezed;
use crate::telemetry::{EquationRow, Output, SlopeInDelta};
use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::{average, slope_name};
use crate::views::equation::number_text::{change, counted, six};
use crate::views::input_name::subscript;

/// Returns the name of a symbol.
pub(super) fn name(context: &EquationContext<'_>, symbol: Symbol) -> &'static str {
    let is_bias = context.is_bias();
    match symbol {
        Symbol::Gradient if is_bias => "∂C/∂b",
        Symbol::Gradient => "∂C/∂wⱼ",
        Symbol::Average => average(context),
        Symbol::Sum => "Σₓ",
        Symbol::Input if is_bias => "1",
        Symbol::Input if context.arm.layer.0 == 0 => "xⱼ",
        Symbol::Input => "aⱼ",
        Symbol::Output if context.has_sigmoid() => "σ(z)",
        Symbol::Output if context.is_last() => "a",
        Symbol::Output => "a=f(z)",
        Symbol::Target => "y",
        Symbol::Back => "Σₖwₖⱼδₖ",
        Symbol::Slope => slope_name(context),
        Symbol::WeightedInput => "z",
        Symbol::Weight if !is_bias => "wⱼ",
        Symbol::Weight | Symbol::Bias => "b",
    }
}

/// Returns its meaning in a few words.
pub(super) fn short(context: &EquationContext<'_>, symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Gradient if context.leaves_slope_out() => "not what this arm steps by",
        Symbol::Gradient => "one number: the slope of C",
        Symbol::Average if is_whole(context) => "the mean over all n rows",
        Symbol::Average => "the mean over the m rows",
        Symbol::Sum => "over the rows x; j stays",
        Symbol::Input if context.is_bias() => "the bias’s input",
        Symbol::Slope if context.has_sigmoid() => "a(1−a) of each row, ≤ ¼",
        Symbol::Input
        | Symbol::Output
        | Symbol::Target
        | Symbol::Back
        | Symbol::Slope
        | Symbol::WeightedInput => "one number per row",
        Symbol::Weight | Symbol::Bias => "one number for all rows",
    }
}

/// Returns whether the cost divides by the slope of a sigmoid, which therefore cancels.
fn cancels_slope(context: &EquationContext<'_>) -> bool {
    let (cost, output) = (context.facts.cost, context.facts.output);
    output == Output::Sigmoid && cost.slope_in_delta(output) == SlopeInDelta::Cancelled
}

/// The most cells of a name of the data beside a number.
const NAMED: usize = 9;

/// Returns the meaning of the mean over the rows.
fn meaning_of_average(context: &EquationContext<'_>) -> String {
    let (m, n) = (count(context.equation.rows as u64), count(context.equation.examples as u64));
    let outputs = outputs_added(context);
    if context.equation.request.example.is_some() {
        return format!("The mean over one row: this example alone, of n = {n}.{outputs}");
    }
    if is_whole(context) {
        let examples = counted(context.equation.examples, "example");
        return format!(
            "The mean over the rows. The mini-batch is the whole set: n = {n}, {examples}.{outputs}"
        );
    }
    format!(
        "The mean over the mini-batch: m = {m} of the n = {n} examples stand in for all.{outputs}"
    )
}

/// Returns its meaning in a sentence or two.
pub(super) fn long(context: &EquationContext<'_>, symbol: Symbol) -> String {
    let rows = counted(context.equation.rows, "example");
    match symbol {
        Symbol::Gradient if context.is_last() && cancels_slope(context) => {
            format!(
                "One number: how fast C grows when {} grows. σ′(z) is gone: ∂C/∂a has a(1 − a) = \
                 σ′(z) in its denominator, so it cancels (d shows how).{}",
                context.weight(),
                outputs_added(context)
            )
        }
        Symbol::Gradient if context.leaves_slope_out() => {
            format!(
                "One number: how fast C grows when {} grows. This arm does not step by it: its rule \
                 takes ∂C/∂a for ∂C/∂z, without the factor σ′(z).",
                context.weight()
            )
        }
        Symbol::Gradient => {
            format!(
                "One number: how fast the cost C grows when {} grows. The step is −η times it.",
                context.weight()
            )
        }
        Symbol::Average => meaning_of_average(context),
        Symbol::Sum => {
            format!(
                "Adds up one column: x runs over {rows}, a row each. j does not move: \
                 it is one wire of one neuron."
            )
        }
        Symbol::WeightedInput => {
            let sum = weighted_sum(context);
            let of = if context.has_sigmoid() { "σ" } else { "the activation function" };
            format!("One number per example: {sum}, what {of} is applied to.")
        }
        Symbol::Output | Symbol::Target if context.in_unit(0.0).is_some() => {
            let target = context.shared.history.facts.as_deref().and_then(|of| of.target.as_ref());
            let name = target.map_or("the target", |target| &target.name);
            format!(
                "{} The second number is {name} in its own unit: the network has it scaled.",
                constant(context, symbol)
            )
        }
        _ => constant(context, symbol).to_owned(),
    }
}

/// Returns a sentence on the outputs beside the neuron, if they share nothing with it.
fn outputs_added(context: &EquationContext<'_>) -> String {
    let (_, outputs) = context.arm.neuron;
    if !context.is_last() || outputs == 1 || context.facts.output == Output::Softmax {
        return String::new();
    }
    let outputs = count(outputs as u64);
    format!(" A row’s C adds up {outputs} outputs, no mean; only this one has the weight.")
}

/// Returns the meaning of a symbol whose sentence contains no number.
fn constant(context: &EquationContext<'_>, symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Input if context.is_bias() => "The bias has no input: it counts as 1 in every row.",
        Symbol::Input if context.arm.layer.0 == 0 => {
            "One number per example: input j of this row. Not the whole input vector. A row’s C knows wⱼ \
             only through z, so no cost can remove xⱼ."
        }
        Symbol::Input => {
            "One number per example: the activation of neuron j of the layer before. It has taken \
             the place of xⱼ."
        }
        Symbol::Output if context.is_last() && context.facts.output == Output::Linear => {
            "One number per example: what this neuron gives out for this row, its activation a. It \
             is linear: a = z."
        }
        Symbol::Output if context.is_last() && context.facts.output == Output::Softmax => {
            "One number per example: what this neuron gives out for this row, its softmax: exp z \
             over the sum of all outputs’ exp z."
        }
        Symbol::Output => {
            "One number per example: what this neuron gives out for this row, its activation a."
        }
        Symbol::Target => "One number per example: the output we want for this row.",
        Symbol::Back => {
            "One number per example: ∂C/∂a of this neuron, from all k that it feeds: δₖ there \
             times the weight to it. In wₖⱼ, j is this neuron."
        }
        Symbol::Slope if context.leaves_slope_out() => {
            "How steep σ is at this row’s z: a(1 − a), at most ¼, next to 0 when sure. ∂C/∂a divides \
             by it, and this rule does not multiply by it again: it pushes too hard."
        }
        Symbol::Slope if context.has_sigmoid() && context.is_last() => {
            "How steep σ is at this row’s z: a(1 − a), at most ¼, next to 0 when sure. With \
             cross-entropy it cancels: that ∂C/∂a has it in its denominator."
        }
        Symbol::Slope if context.has_sigmoid() => {
            "How steep σ is at this row’s z: a(1 − a), at most ¼, next to 0 when sure. In a hidden \
             layer it stays, whatever the cost."
        }
        Symbol::Slope => "How steep the activation function is at this row’s z.",
        Symbol::Weight if !context.is_bias() => {
            "One number: the weight on input j of this neuron, the same in every row. Not the \
             matrix: that holds all of them."
        }
        Symbol::Weight | Symbol::Bias => "One number: what this neuron adds in every row.",
        _ => "",
    }
}

/// Returns its current number.
pub(in crate::views::equation) fn now(context: &EquationContext<'_>, symbol: Symbol) -> String {
    let (arm, w) = (context.arm, context.weight());
    let step_effect = arm.step_effect;
    match symbol {
        Symbol::Gradient if context.leaves_slope_out() => {
            let l2 = arm.l2.unwrap_or(0.0);
            let [slope, rule] = [arm.nudge.quotient, arm.weight.mean].map(|of| number(of + l2, 5));
            format!("∂C/∂{w} = {slope}, rule {rule}")
        }
        Symbol::Gradient => {
            let before = step_effect
                .filter(|_| is_whole(context))
                .map(|step| six(step.gradient + context.l2_at(step.chosen)));
            let before = before.map_or_else(String::new, |before| format!("{before} → "));
            format!("∂C/∂{w} = {before}{}", six(arm.weight.mean + arm.l2.unwrap_or(0.0)))
        }
        Symbol::Average => {
            let letter = average(context).trim_start_matches("1/");
            format!("{letter} = {}", count(context.equation.rows as u64))
        }
        Symbol::Sum => {
            format!("over {}: {}", counted(context.equation.rows, "row"), six(arm.weight.sum))
        }
        Symbol::Input if context.is_bias() => "1 in every row".to_owned(),
        Symbol::Input => {
            let named = context.input_name().map(|name| squeezed(name, NAMED).into_owned());
            of_row(context, &named.unwrap_or_else(|| context.input()), |row| Some(row.x_j))
        }
        Symbol::Output => {
            of_row(context, "a", |row| Some(row.a)) + &in_unit(context, |row| Some(row.a))
        }
        Symbol::Target => {
            let of_class = context.row().and_then(|row| row.y).zip(context.class());
            let class = of_class.map(|(y, class)| {
                let class = squeezed(class, NAMED);
                // The name of a class that is a number would look like another value.
                let what = if class.parse::<f64>().is_ok() { "class " } else { "" };
                if y == 1.0 { format!(", {what}{class}") } else { format!(", not {what}{class}") }
            });
            let unit = in_unit(context, |row| row.y);
            of_row(context, "y", |row| row.y) + &class.unwrap_or_default() + &unit
        }
        Symbol::Back => of_row(context, "∂C/∂a", |row| Some(row.error)),
        Symbol::Slope => of_row(context, slope_name(context), |row| row.slope),
        Symbol::WeightedInput => of_row(context, "z", |row| Some(row.z)),
        Symbol::Weight => moved(&w, arm.chosen, step_effect.map(|step_effect| step_effect.chosen)),
        Symbol::Bias => moved("b", arm.b, step_effect.map(|step_effect| step_effect.b)),
    }
}

fn of_row(
    context: &EquationContext<'_>,
    name: &str,
    get: fn(&EquationRow) -> Option<f64>,
) -> String {
    let Some(value) = context.row().and_then(get) else { return String::new() };
    format!("row {}: {name} = {}", count(context.arm.row as u64 + 1), number(value, 10))
}

/// Returns a number of the chosen row in the unit of a scaled target, to be written after the number itself.
fn in_unit(context: &EquationContext<'_>, get: fn(&EquationRow) -> Option<f64>) -> String {
    let value = context.row().and_then(get).and_then(|y| context.in_unit(y));
    // A large number needs no decimals, for which there may be no room.
    let shown = |value: f64| match value {
        large if (1e4..1e15).contains(&large.abs()) => format!("{large:.0}").replace('-', "−"),
        value => number(value, 8),
    };
    value.map_or_else(String::new, |value| format!(", {}", shown(value)))
}

/// Formats a number, after its value before the last step.
fn moved(name: &str, now: f64, before: Option<f64>) -> String {
    match before {
        Some(before) => format!("{name} = {}", change(before, now)),
        None => format!("{name} = {}", number(now, 10)),
    }
}

fn is_whole(context: &EquationContext<'_>) -> bool {
    context.equation.rows == context.equation.examples
}

/// Formats z as a sum, with as many terms as can be written out.
fn weighted_sum(context: &EquationContext<'_>) -> String {
    let (x, k) = (context.input_letter(), context.arm.input.1);
    let term = |k: usize| format!("w{}{x}{}", subscript(k), subscript(k));
    match k {
        1 => format!("{} + b", term(1)),
        2 | 3 => {
            let terms: Vec<String> = (1..=k).map(term).collect();
            format!("{} + b", terms.join(" + "))
        }
        _ => format!("{} + … + {} + b", term(1), term(k)),
    }
}
