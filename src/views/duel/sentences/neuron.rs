//! The sentences about a single neuron: why it is slow, and when it will have learnt.

use crate::canvas::number::{brief, count, number, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::math::ln;
use crate::telemetry::{ArmFacts, ArmProgress, Cost, HalfForecast, Output, RunFacts};
use crate::views::arm_name::{name, named};
use crate::views::duel::sentences::ranked::ranked;
use crate::views::duel::sentences::rates::with_rates;
use crate::views::duel::sentences::slope::cure;
use crate::views::shared_state::SharedState;
use crate::views::slow::is_slow;

/// Returns the sentences on the state of arms of one neuron.
pub(super) fn neuron(
    shared: &SharedState,
    facts: &RunFacts,
    arms: &[ArmProgress],
) -> Vec<Sentence> {
    let standing = |arm: &usize| arms[*arm].diverged.is_none();
    let order: Vec<usize> = (0..facts.arms.len()).filter(standing).collect();
    if let Some(sentence) = all_learnt(shared, facts, &order) {
        return std::iter::once(sentence).chain(no_slope(facts, &order)).collect();
    }
    let mut out = far_off(shared, facts, arms, &order);
    let mut is_any_slow = false;
    for arm in &order {
        let Some(now) = &arms[*arm].gradient_factors else { continue };
        if is_wrong_and_slow(&facts.arms[*arm], now.error, now.slope) {
            is_any_slow = true;
            let (error, slope) = (brief(now.error), brief(now.slope));
            out.push(vec![
                named(facts, *arm),
                plain(format!(" stalls: error {error} times slope {slope}.")),
            ]);
        }
    }
    let cured = order.iter().find_map(|arm| Some((*arm, cure(facts, arms, *arm)?)));
    let cured = cured.filter(|_| is_any_slow).map(|(arm, sentence)| {
        out.push(sentence);
        arm
    });
    for arm in &order {
        let now = &arms[*arm];
        match (now.reached_half, now.foreseen) {
            (Some(_), _) if cured == Some(*arm) => {}
            (Some(epoch), _) => out.push(vec![
                named(facts, *arm),
                plain(format!(" passed a = ½ at epoch {}.", count(epoch))),
            ]),
            (None, Some(forecast)) if !is_far_off(shared, forecast) => {
                out.push(vec![named(facts, *arm), plain(format!(" {}.", foreseen(forecast)))]);
            }
            _ => {}
        }
    }
    if out.is_empty() {
        out.push(with_rates(shared, &order, errors(facts, arms, &order)));
    }
    out.extend(no_slope(facts, &order));
    out
}

/// Returns a sentence on the errors of the arms, if there is no more to say.
fn errors(facts: &RunFacts, arms: &[ArmProgress], order: &[usize]) -> Sentence {
    let mut out = vec![plain("|a − y| is ")];
    for (place, arm) in order.iter().enumerate() {
        let error = arms[*arm].gradient_factors.as_ref().map_or(f64::NAN, |now| now.error);
        let end = if place + 1 == order.len() { "." } else { ", " };
        out.push(plain(format!("{} for ", brief(error))));
        out.extend([name(facts, *arm), plain(end)]);
    }
    out
}

/// Returns when a neuron will pass a = ½, in words.
fn foreseen(forecast: HalfForecast) -> String {
    match forecast {
        HalfForecast::At(epoch) => format!("will pass a = ½ at epoch {}", count(epoch)),
        HalfForecast::About(epoch) => format!("will pass a = ½ at epoch ≈ {}", count(epoch)),
        HalfForecast::After(epoch) => format!("will not pass a = ½ before epoch {}", count(epoch)),
    }
}

/// Returns whether a neuron passes a = ½ only after the end of the run.
fn is_far_off(shared: &SharedState, forecast: HalfForecast) -> bool {
    forecast.epoch().is_none_or(|epoch| epoch > shared.history.epochs)
}

/// Returns sentences on the arms that will not reach a = ½ within this run.
fn far_off(
    shared: &SharedState,
    facts: &RunFacts,
    arms: &[ArmProgress],
    order: &[usize],
) -> Vec<Sentence> {
    let mut out = Vec::new();
    for arm in order {
        let now = &arms[*arm];
        let open = now.foreseen.filter(|_| now.reached_half.is_none());
        if let Some(forecast) = open.filter(|forecast| is_far_off(shared, *forecast)) {
            let not_within = match forecast.epoch() {
                Some(_) => format!(", not within {}", count(shared.history.epochs)),
                None => String::new(),
            };
            let text = format!(" {}{not_within}.", foreseen(forecast));
            out.push(vec![named(facts, *arm), plain(text)]);
        }
    }
    out
}

/// Returns a sentence that a quadratic cost without a sigmoid does not stall.
fn no_slope(facts: &RunFacts, order: &[usize]) -> Option<Sentence> {
    let is_linear = |arm: &&usize| {
        let of = &facts.arms[**arm];
        of.output == Output::Linear && of.cost == Cost::Quadratic
    };
    let arm = *order.iter().find(is_linear)?;
    (facts.arms.len() > 1).then(|| {
        vec![named(facts, arm), plain(" has the quadratic cost too, but no σ′ to stall it.")]
    })
}

fn is_wrong_and_slow(of: &ArmFacts, error: f64, slope: f64) -> bool {
    of.cost.slope_in_delta(of.output).is_present() && is_slow(error, slope)
}

/// Returns a sentence on the first arm and its lead, once every arm has passed a = ½.
fn all_learnt(shared: &SharedState, facts: &RunFacts, order: &[usize]) -> Option<Sentence> {
    let mut reached: Vec<(u64, usize)> = Vec::new();
    for arm in order {
        reached.push((shared.history.arms[*arm].reached_half?, *arm));
    }
    reached.sort_unstable();
    let order: Vec<usize> = reached.iter().map(|(_, arm)| *arm).collect();
    (!reached.is_empty())
        .then(|| with_rates(shared, &order, ranked(facts, "½ reached: ", &reached)))
}

/// Returns a sentence on the least cross-entropy of a target between 0 and 1, which is not 0.
pub(super) fn least_cost(facts: &RunFacts) -> Option<Sentence> {
    let y = facts.single.as_ref().map(|single| single.y).filter(|y| *y > 0.0 && *y < 1.0)?;
    let arm = facts.arms.iter().position(|arm| arm.cost == Cost::CrossEntropy)?;
    let least = -y * ln(y) - (1.0 - y) * ln(1.0 - y);
    let text = format!(
        " is least at a = y, and not 0 there: −y ln y − (1 − y) ln(1 − y) = {} for y = {}.",
        number(least, 6),
        short(y)
    );
    Some(vec![named(facts, arm), plain(text)])
}
