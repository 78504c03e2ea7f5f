//! The lines under the table: the nudge checks, the L2 term, and the effect of the last step.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{brief, count, number};
use crate::canvas::{Canvas, below};
use crate::math::{decade, power_of_ten};
use crate::telemetry::{LayerCheck, StepEffect};
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::average;
use crate::views::equation::lines::line;
use crate::views::equation::number_text::{change, six, superscript};
use crate::views::input_name::subscript;
use crate::views::shrinking::Shrinking;

/// Returns the number of lines.
pub(super) fn lines(context: &EquationContext<'_>) -> u16 {
    1 + 2 * u16::from(context.arm.l2.is_some())
        + u16::from(context.view.whole_layer)
        + step_effect_lines(context)
}

/// Returns the number of lines about the last step.
pub(super) fn step_effect_lines(context: &EquationContext<'_>) -> u16 {
    2 * u16::from(context.arm.step_effect.is_some())
}

/// Draws as many of the lines as fit.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let mut at = 0;
    draw_nudge(canvas, context, line(area, at));
    at += 1;
    if let Some(l2) = context.arm.l2 {
        draw_l2(canvas, context, line(area, at), l2);
        draw_shrinking(canvas, context, line(area, at + 1));
        at += 2;
    }
    if context.view.whole_layer {
        draw_layer(canvas, context, line(area, at));
        at += 1;
    }
    if let Some(step_effect) = context.arm.step_effect {
        draw_step_effect(canvas, context, below(area, at as u16), step_effect);
    }
}

/// Draws the L2 term of the gradient.
fn draw_l2(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, here: Rect, l2: f64) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let w = context.weight();
    let whole = context.arm.weight.mean + l2;
    let mut writer = canvas.line(here);
    writer.put(&format!("+ L2 term λ/n·{w} = "), quiet).put(&format!("{:>9}", six(l2)), text);
    let of = if context.leaves_slope_out() { "rule for " } else { "∂C/∂" };
    writer.put(&format!("   {of}{w} with it = "), quiet);
    writer.put(&format!("{:>9}", six(whole)), text);
}

/// Draws the factor by which the L2 term shrinks the weight in a step, and in an epoch:
/// (1 − ηλ/n)^(n/m) ≈ e^(−ηλ/m).
fn draw_shrinking(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, here: Rect) {
    let quiet = canvas.theme.quiet;
    let history = &context.shared.history;
    let Some((facts, now)) = history.facts.as_deref().zip(history.arms.get(context.shared.arm))
    else {
        return;
    };
    let Shrinking { step, epoch } = Shrinking::of(facts, context.facts, now);
    let (w, m) = (context.weight(), average(context).trim_start_matches("1/"));
    let [by, in_epoch] = [step, epoch].map(|factor| number(factor, 8));
    let steps = count(facts.clock.newest_steps_per_epoch());
    // The product is that power of e only if the factor is close to 1.
    let about = if 1.0 - step < 0.1 { format!(" ≈ e^(−ηλ/{m})") } else { String::new() };
    let mut writer = canvas.line(here);
    for words in [
        format!(
            "  a step multiplies {w} by 1 − ηλ/n = {by}, an epoch’s {steps} by {in_epoch}{about}"
        ),
        format!("  a step multiplies {w} by 1 − ηλ/n = {by}, an epoch by {in_epoch}"),
        format!("  {w} · (1 − ηλ/n = {by}) a step"),
    ] {
        if writer.put_whole(&words, quiet) {
            return;
        }
    }
}

fn draw_nudge(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, here: Rect) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let nudge = context.arm.nudge;
    let mean = context.arm.weight.mean;
    let is_rule = context.leaves_slope_out();
    let (mark, style) = match finding(nudge.digits, nudge.off) {
        // By chance, where both are next to 0.
        Finding::Agrees | Finding::TooSmall if is_rule => ("", quiet),
        Finding::Agrees => ("✓ ", canvas.theme.good),
        Finding::TooSmall => ("", quiet),
        Finding::Differs => ("✗ ", canvas.theme.problem),
    };
    let finding = match finding(nudge.digits, nudge.off) {
        _ if nudge.quotient.abs().max(mean.abs()) < NOTHING_LEFT => {
            "nothing left to check: both are below 10⁻¹⁰".to_owned()
        }
        Finding::TooSmall => format!("too small to check, off by {}", power(nudge.off)),
        _ if nudge.off == 0.0 => "agrees in every digit".to_owned(),
        Finding::Agrees => format!("agrees in {} digits, to {}", nudge.digits, power(nudge.off)),
        Finding::Differs if is_rule => {
            format!("rule differs by {}: not the gradient", brief(nudge.off))
        }
        Finding::Differs => format!("differs by {}", power(nudge.off)),
    };
    let mut writer = canvas.line(here);
    let nudged = if context.arm.l2.is_some() { "nudged, without L2: " } else { "nudged: " };
    writer.put(nudged, quiet).put(&format!("{:>13}", ten(nudge.quotient)), text).gap(2);
    let has_numbers = nudge.quotient.abs().max(mean.abs()) >= NOTHING_LEFT;
    let (mark, style) = if has_numbers { (mark, style) } else { ("", quiet) };
    writer.put(mark, style).put(&finding, style);
    writer.put_whole(&format!("  ({} ± {})", context.weight(), power(nudge.by)), quiet);
}

fn draw_layer(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, here: Rect) {
    let quiet = canvas.theme.quiet;
    let check = context.arm.layer_check;
    let is_rule = context.leaves_slope_out();
    let verdict = check.map(|check| match verdict(canvas, check.digits, check.worst) {
        ("✓ ", _) if is_rule => (check, ("", quiet)),
        verdict => (check, verdict),
    });
    let mut writer = canvas.line(here);
    writer.put("the whole layer: ", quiet);
    match verdict {
        Some((check, (mark, style))) => {
            let words = if is_rule { differing(&check) } else { worst(&check) };
            writer.put(mark, style).put(&words, style);
            writer.put_whole(&format!(", worst at {}", place(context, &check)), quiet);
        }
        None => {
            writer.put("nudging …", quiet);
        }
    }
}

/// The gradient below which rounding leaves nothing to compare.
const NOTHING_LEFT: f64 = 1e-10;

/// The outcome of a comparison of the gradient with the nudged one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// At least four digits agree.
    Agrees,
    /// Fewer agree, but the difference is that of rounding.
    TooSmall,
    Differs,
}

fn finding(digits: u32, off: f64) -> Finding {
    match off {
        _ if digits >= 4 => Finding::Agrees,
        off if off < 1e-9 => Finding::TooSmall,
        _ => Finding::Differs,
    }
}

/// Returns the mark of the finding on a layer and its style: near 0, few digits need to agree.
fn verdict(canvas: &Canvas<'_>, digits: u32, off: f64) -> (&'static str, Style) {
    match finding(digits, off) {
        Finding::Agrees | Finding::TooSmall => ("✓ ", canvas.theme.good),
        Finding::Differs => ("✗ ", canvas.theme.problem),
    }
}

/// Returns the finding on a rule that is not the gradient.
fn differing(check: &LayerCheck) -> String {
    format!("of {} the rule differs by up to {}", checked(check), brief(check.worst))
}

/// Returns how many weights and biases were checked.
fn checked(check: &LayerCheck) -> String {
    let of = count(check.of as u64);
    if check.checked == check.of {
        return format!("all {of}");
    }
    format!("{} of {of}", count(check.checked as u64))
}

fn worst(check: &LayerCheck) -> String {
    let of = checked(check);
    match check.worst {
        0.0 => format!("{of} agree in every digit"),
        worst => format!("{of} agree to {}", power(worst)),
    }
}

/// Returns the label of the weight with the worst disagreement.
fn place(context: &EquationContext<'_>, check: &LayerCheck) -> String {
    let (neuron, input) = check.at;
    let weight = match input {
        k if k == context.arm.input.1 => "b".to_owned(),
        k => format!("w{}", subscript(k + 1)),
    };
    if context.arm.neuron.1 == 1 {
        return weight;
    }
    format!("{weight} of neuron {}", count(neuron as u64 + 1))
}

/// Draws old → new, and the change of the cost beside the change that the gradient predicted.
fn draw_step_effect(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    area: Rect,
    step_effect: StepEffect,
) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let mut writer = canvas.line(line(area, 0));
    let moved = change(step_effect.chosen, context.arm.chosen);
    writer.put("the step moved ", quiet).put(&format!("{} {moved}", context.weight()), text);
    if !context.is_bias() {
        writer.put_whole(&format!(", b {}", change(step_effect.b, context.arm.b)), text);
    }
    let (before, after) = step_effect.cost;
    let cost = if context.facts.lambda > 0.0 { "C with L2" } else { "C" };
    let mut writer = canvas.line(line(area, 1));
    writer.put(&format!("{cost} on its rows moved by "), quiet);
    writer.put(&signed(after - before), text);
    // Another rule promises nothing: its step is not one of gradient descent.
    if !context.leaves_slope_out() {
        let promised = signed(step_effect.promised);
        writer.put_whole(&format!(", promised −η‖∇C‖² = {promised}"), quiet);
    }
}

/// Formats a number to compare, with ten decimals.
fn ten(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size < 1e-5 {
        return format!("{value:.6e}").replace('-', "−");
    }
    format!("{value:.10}").replace('-', "−")
}

/// Formats ε as m·10ⁿ.
fn power(value: f64) -> String {
    let exponent = decade(value);
    let mantissa = value / power_of_ten(exponent);
    let mantissa = format!("{mantissa:.1}").trim_end_matches(".0").to_owned();
    match mantissa.as_str() {
        "1" => format!("10{}", superscript(exponent)),
        "10" => format!("10{}", superscript(exponent + 1)),
        _ => format!("{mantissa}·10{}", superscript(exponent)),
    }
}

/// Formats a change with its sign.
fn signed(value: f64) -> String {
    let text = six(value);
    if value > 0.0 { format!("+{text}") } else { text }
}
