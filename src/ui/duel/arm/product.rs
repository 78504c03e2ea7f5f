//! The gradient as a product of its factors: in words, in numbers, and what comes of it.
//!
//! Each line has ways of being written, from the widest on; an equation is never cut.

use crate::telemetry::{ArmFacts, Moment, NeuronMoment, RunFacts};
use crate::ui::duel::arm::{Pieces, Row, has_slope, why_no_slope};
use crate::ui::number::{number, short};
use crate::ui::widgets::Tone;

/// The product of a single neuron.
pub(super) fn neuron_product(
    rows: &mut Vec<(u8, Row)>,
    facts: &RunFacts,
    (arm, of): (usize, &ArmFacts),
    (moment, neuron): (&Moment, &NeuronMoment),
) {
    let x = facts.single.as_ref().and_then(|s| s.x.first()).copied().unwrap_or(1.0);
    let y = facts.single.as_ref().map_or(0.0, |s| s.y);
    let several = neuron.w.len() > 1;
    let (left, x_name) = if several { ("∂C/∂w₁ = ", "x₁") } else { ("∂C/∂w = ", "x") };
    let indent = " ".repeat(if several { 7 } else { 6 });
    let slope = is_slow(moment).then_some(Tone::Hurt).unwrap_or(Tone::Arm(arm));
    let (mut words, mut values) = (
        vec![(x_name.to_owned(), Tone::Text), ("(a − y)".to_owned(), Tone::Arm(arm))],
        vec![(short(x), Tone::Text), (number(neuron.a - y, 6), Tone::Text)],
    );
    if has_slope(of) {
        words.push(("σ′(z)".to_owned(), slope));
        values.push((number(neuron.slope, 6), slope));
    }
    let result = neuron.gradient.first().copied().unwrap_or(0.0);
    let result = (number(result, 7), Tone::Strong);
    let mut ways = Vec::with_capacity(4);
    if !has_slope(of) {
        let mut way = times(left, &words, " · ");
        way.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
        ways.push(way);
    }
    ways.extend([times(left, &words, " · "), times(left, &words, "·"), times("= ", &words, "·")]);
    rows.push((2, Row::Fit(ways)));
    let equals = format!("{indent}= ");
    rows.push((2, Row::Fit(all_ways(&equals, &values))));
    rows.push((3, Row::Fit(vec![vec![(equals, Tone::Quiet), result]])));
}

/// Whether a slope makes a wrong neuron slow.
fn is_slow(moment: &Moment) -> bool {
    moment.error >= 0.5 && moment.slope < 0.1
}

/// Factors with a sign between them, after what they are equal to.
fn times(left: &str, factors: &[(String, Tone)], sign: &str) -> Pieces {
    let mut out = vec![(left.to_owned(), Tone::Quiet)];
    for (index, factor) in factors.iter().enumerate() {
        if index > 0 {
            out.push((sign.to_owned(), Tone::Quiet));
        }
        out.push(factor.clone());
    }
    out
}

fn all_ways(equals: &str, factors: &[(String, Tone)]) -> Vec<Pieces> {
    [(equals, " · "), (equals, "·"), ("= ", "·")]
        .map(|(left, sign)| times(left, factors, sign))
        .into()
}

/// The product of the last layer of a network, in means.
pub(super) fn network_product(
    rows: &mut Vec<(u8, Row)>,
    (arm, of): (usize, &ArmFacts),
    moment: &Moment,
) {
    let mut words = vec![("|a − y|".to_owned(), Tone::Arm(arm))];
    let mut values = vec![(number(moment.error, 6), Tone::Text)];
    if has_slope(of) {
        let hurts = moment.slope < 0.05 && moment.error > 0.05;
        let slope = if hurts { Tone::Hurt } else { Tone::Arm(arm) };
        words.push(("slope".to_owned(), slope));
        values.push((number(moment.slope, 6), slope));
    }
    let mut ways = Vec::with_capacity(3);
    if !has_slope(of) {
        let mut way = times("|δ| = ", &words, " · ");
        way.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
        ways.push(way);
    }
    ways.extend([times("|δ| = ", &words, " · "), times("|δ| = ", &words, "·")]);
    rows.push((2, Row::Fit(ways)));
    let with_result = |mut way: Pieces, width: usize, equals: &str| {
        way.push((format!("{equals}{}", number(moment.delta, width)), Tone::Strong));
        way
    };
    let ways = vec![
        with_result(times("    = ", &values, " · "), 7, " = "),
        with_result(times("= ", &values, "·"), 7, " = "),
        with_result(times("=", &values, "·"), 6, "="),
    ];
    rows.push((2, Row::Fit(ways)));
}
