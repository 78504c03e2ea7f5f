//! The sentences about a single neuron: why it is slow, and when it will have learnt.

use crate::canvas::number::{brief, count, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmFacts, ArmProgress, Cost, Output, RunFacts};
use crate::views::duel::sentences::arm_names::{name, named, ranked};
use crate::views::duel::slow::is_slow;
use crate::views::shared_state::SharedState;

/// Returns the sentences on the state of arms of one neuron.
pub(super) fn neuron(
    shared: &SharedState,
    facts: &RunFacts,
    arms: &[ArmProgress],
) -> Vec<Sentence> {
    let standing = |arm: &usize| arms[*arm].diverged.is_none();
    let order: Vec<usize> = (0..facts.arms.len()).filter(standing).collect();
    if let Some(sentence) = all_learnt(facts, arms, &order) {
        return std::iter::once(sentence).chain(no_slope(facts, &order)).collect();
    }
    let mut out = far_off(shared, facts, arms, &order);
    for arm in &order {
        let Some(gradient_factors) = &arms[*arm].gradient_factors else { continue };
        if is_wrong_and_slow(&facts.arms[*arm], gradient_factors.error, gradient_factors.slope) {
            out.push(vec![
                ("Wrong and slow: ".to_owned(), Tone::Arm(*arm)),
                name(facts, *arm),
                plain(format!(
                    " multiplies an error of {} by a slope of {}.",
                    brief(gradient_factors.error),
                    brief(gradient_factors.slope)
                )),
            ]);
        }
        if is_unforeseeable(facts, &facts.arms[*arm], &arms[*arm]) {
            let eta = short(arms[*arm].eta);
            let text = format!(" is not foreseen: η = {eta} is too large for the closed form.");
            out.push(vec![named(facts, *arm), plain(text)]);
        }
    }
    for arm in &order {
        match (arms[*arm].reached_half, arms[*arm].foreseen) {
            (Some(epoch), _) => out.push(vec![
                named(facts, *arm),
                (format!(" passed a = ½ at epoch {}.", count(epoch)), Tone::Arm(*arm)),
            ]),
            (None, Some(epoch))
                if epoch > shared.history.epochs_done() && !is_far_off(shared, epoch) =>
            {
                let text = format!(" is foreseen to pass a = ½ at epoch {epoch:.0}.");
                out.push(vec![named(facts, *arm), plain(text)]);
            }
            _ => {}
        }
    }
    out.extend(no_slope(facts, &order));
    out
}

/// Returns whether an epoch lies beyond the end of the run.
fn is_far_off(shared: &SharedState, epoch: f64) -> bool {
    epoch.is_finite() && epoch > shared.history.epochs as f64
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
        let Some(epoch) = now.foreseen.filter(|epoch| is_far_off(shared, *epoch)) else { continue };
        if now.reached_half.is_none() {
            let epoch = count(epoch.round() as u64);
            let end = count(shared.history.epochs);
            let text = format!(" is foreseen at a = ½ only at epoch {epoch}, not within {end}.");
            out.push(vec![named(facts, *arm), plain(text)]);
        }
    }
    out
}

/// Returns whether a badly wrong neuron takes steps too large for the closed form (κ > 0.3).
pub(crate) fn is_unforeseeable(facts: &RunFacts, of: &ArmFacts, now: &ArmProgress) -> bool {
    let Some(single) = &facts.single else { return false };
    let is_badly_wrong = now.gradient_factors.as_ref().is_some_and(|m| m.error > 0.82);
    let kappa = now.eta * (single.x.iter().map(|x| x * x).sum::<f64>() + 1.0);
    let is_open = now.foreseen.is_none() && now.reached_half.is_none() && now.diverged.is_none();
    is_open && is_badly_wrong && kappa > 0.3 && of.output == Output::Sigmoid && of.lambda == 0.0
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
fn all_learnt(facts: &RunFacts, arms: &[ArmProgress], order: &[usize]) -> Option<Sentence> {
    let mut reached: Vec<(u64, usize)> = Vec::new();
    for arm in order {
        reached.push((arms[*arm].reached_half?, *arm));
    }
    reached.sort_unstable();
    (!reached.is_empty()).then(|| ranked(facts, "½ reached: ", &reached))
}
