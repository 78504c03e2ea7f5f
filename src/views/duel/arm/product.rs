//! The gradient as a product of its factors: in symbols, in numbers, and the result.
//!
//! Each line has variants from the widest to the narrowest; an equation is never cut.

use crate::canvas::number::{number, short};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmFacts, GradientFactors, NeuronState, Output};
use crate::views::duel::arm::context::ArmContext;
use crate::views::duel::arm::panel_row::{PanelRow, StyledPieces};
use crate::views::slow::is_slow;

/// Adds the rows of the product of a single neuron.
pub(super) fn neuron_product(
    rows: &mut Vec<(u8, PanelRow)>,
    context: ArmContext<'_>,
    gradient_factors: &GradientFactors,
    neuron: &NeuronState,
) {
    let ArmContext { run, index: arm, facts: of, .. } = context;
    let x = run.single.as_ref().and_then(|s| s.x.first()).copied().unwrap_or(1.0);
    let y = run.single.as_ref().map_or(0.0, |s| s.y);
    let several = neuron.w.len() > 1;
    let (left, x_name) = if several { ("∂C/∂w₁ = ", "x₁") } else { ("∂C/∂w = ", "x") };
    let indent = " ".repeat(if several { 7 } else { 6 });
    let slope = if is_slow(gradient_factors.error, gradient_factors.slope) {
        Tone::Problem
    } else {
        Tone::Arm(arm)
    };
    let (mut words, mut values) = (
        vec![(x_name.to_owned(), Tone::Text), ("(a − y)".to_owned(), Tone::Arm(arm))],
        vec![(short(x), Tone::Text), (number(neuron.a - y, 7), Tone::Text)],
    );
    if has_slope(of) {
        words.push(("σ′(z)".to_owned(), slope));
        values.push((number(neuron.slope, 7), slope));
    }
    let result = neuron.gradient.first().copied().unwrap_or(0.0);
    let result = (number(result, 7), Tone::Strong);
    let mut alternatives = Vec::with_capacity(4);
    if !has_slope(of) {
        let mut pieces = times(left, &words, " · ");
        pieces.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
        alternatives.push(pieces);
    }
    alternatives.extend([
        times(left, &words, " · "),
        times(left, &words, "·"),
        times("= ", &words, "·"),
    ]);
    rows.push((2, PanelRow::Fit(alternatives)));
    let equals = format!("{indent}= ");
    rows.push((2, PanelRow::Fit(variants(&equals, &values))));
    rows.push((3, PanelRow::Fit(vec![vec![(equals, Tone::Quiet), result]])));
    // The gradient is a − y; over the slope that the rule leaves out, it is ∂C/∂a.
    add_other_rule(rows, context, Some(neuron.delta / neuron.slope));
}

/// Adds a row that the arm steps by ∂C/∂a, which has this value if it is known, if it does; or an empty row if
/// another arm does, so that the rows of all arms stay level.
fn add_other_rule(rows: &mut Vec<(u8, PanelRow)>, context: ArmContext<'_>, value: Option<f64>) {
    if !context.facts.cost.descends_gradient() {
        rows.push((2, other_rule(value)));
    } else if context.run.arms.iter().any(|of| !of.cost.descends_gradient()) {
        rows.push((2, PanelRow::Gap));
    }
}

/// Returns a row that the arm steps by ∂C/∂a, which has this value if it is known.
fn other_rule(value: Option<f64>) -> PanelRow {
    let value = value.filter(|value| value.is_finite());
    let value = value.map(|value| format!(" = {}", number(value, 7))).unwrap_or_default();
    let variants = ["✗ steps by ∂C/∂a", "✗ by ∂C/∂a"].map(|words| format!("{words}{value}"));
    let longest = format!("{}, not by the gradient", variants[0]);
    let all = std::iter::once(longest).chain(variants);
    PanelRow::Fit(all.map(|words| vec![(words, Tone::Problem)]).collect())
}

/// Returns the factors with a sign between them, after the left-hand side.
fn times(left: &str, factors: &[(String, Tone)], sign: &str) -> StyledPieces {
    let mut out = vec![(left.to_owned(), Tone::Quiet)];
    for (index, factor) in factors.iter().enumerate() {
        if index > 0 {
            out.push((sign.to_owned(), Tone::Quiet));
        }
        out.push(factor.clone());
    }
    out
}

fn variants(equals: &str, factors: &[(String, Tone)]) -> Vec<StyledPieces> {
    [(equals, " · "), (equals, "·"), ("= ", "·")]
        .map(|(left, sign)| times(left, factors, sign))
        .into()
}

/// Adds the rows of the product of a network's last layer, in means.
pub(super) fn network_product(
    rows: &mut Vec<(u8, PanelRow)>,
    context: ArmContext<'_>,
    gradient_factors: &GradientFactors,
) {
    let ArmContext { index: arm, facts: of, .. } = context;
    let mut words = vec![("|a − y|".to_owned(), Tone::Arm(arm))];
    let mut values = vec![(number(gradient_factors.error, 7), Tone::Text)];
    if has_slope(of) {
        let is_stalled = gradient_factors.slope < 0.05 && gradient_factors.error > 0.05;
        let slope = if is_stalled { Tone::Problem } else { Tone::Arm(arm) };
        words.push(("passed".to_owned(), slope));
        values.push((number(gradient_factors.slope, 7), slope));
    }
    let mut alternatives = Vec::with_capacity(3);
    if !has_slope(of) {
        let mut pieces = times("|δ| = ", &words, " · ");
        pieces.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
        alternatives.push(pieces);
    }
    alternatives.extend([times("|δ| = ", &words, " · "), times("|δ| = ", &words, "·")]);
    rows.push((2, PanelRow::Fit(alternatives)));
    let with_result = |mut pieces: StyledPieces, width: usize, equals: &str| {
        pieces.push((format!("{equals}{}", number(gradient_factors.delta, width)), Tone::Strong));
        pieces
    };
    let alternatives = if values.len() == 1 {
        // A single factor is already the result.
        vec![with_result(Vec::new(), 7, "    = ")]
    } else {
        vec![
            with_result(times("    = ", &values, " · "), 7, " = "),
            with_result(times("= ", &values, "·"), 7, " = "),
            with_result(times("=", &values, "·"), 7, "="),
        ]
    };
    rows.push((2, PanelRow::Fit(alternatives)));
    add_other_rule(rows, context, None);
}

/// Returns whether the slope is a factor of the gradient in the last layer.
fn has_slope(of: &ArmFacts) -> bool {
    of.cost.slope_in_delta(of.output).is_present()
}

/// Returns the reason why the slope is not a factor of the gradient in the last layer.
fn why_no_slope(of: &ArmFacts) -> &'static str {
    match of.output {
        Output::Linear => "no σ′: the output is linear",
        Output::Softmax => "softmax’s own slope cancelled",
        Output::Sigmoid => "σ′(z) cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pieces: &StyledPieces) -> String {
        pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn every_variant_of_an_equation_has_all_its_factors() {
        let factors = ["0.333333", "−0.1824", "5.0e−9"].map(|f| (f.to_owned(), Tone::Text));
        for pieces in variants("      = ", &factors) {
            let text = joined(&pieces);
            assert!(factors.iter().all(|(factor, _)| text.contains(factor)), "{text}");
            assert_eq!(text.matches('·').count(), 2, "{text}");
        }
    }

    #[test]
    fn the_narrowest_variant_fits_the_narrowest_panel() {
        let factors = ["1.25", "−0.1824", "0.0423"].map(|f| (f.to_owned(), Tone::Text));
        let narrowest = variants("       = ", &factors).pop().map(|pieces| joined(&pieces));
        assert!(narrowest.is_some_and(|text| text.chars().count() <= 24));
    }
}
