//! The sentences on arms whose targets are numbers.

use crate::canvas::clipped;
use crate::canvas::number::{brief, count, number};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, RunFacts};
use crate::views::arm_name::named;
use crate::views::duel::sentences::rates::with_rates;
use crate::views::shared_state::SharedState;

/// The most cells of the name of the target.
const NAMED: usize = 24;

/// Returns a sentence for each arm on how well it meets numeric targets, after the start.
pub(super) fn fit(shared: &SharedState, facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let set = if facts.test_examples > 0 { "test" } else { "training" };
    let target = match &facts.target {
        Some(target) => clipped(&target.name, NAMED).into_owned(),
        None => "its targets".to_owned(),
    };
    let of_arm = |arm: usize| -> Option<Sentence> {
        let now = arms.get(arm).filter(|now| now.diverged.is_none())?;
        let fit = now.evaluation.as_ref()?.judged_fit()?;
        let error = match fit.mean_error {
            small if small < 1e4 => brief(small),
            large if large < 1e15 => count(large.round() as u64),
            huge => number(huge, 8),
        };
        let r2 = fit.r2.map_or_else(String::new, |r2| format!("; R² is {}", number(r2, 6)));
        let text = format!(" misses {target} by {error} on average on the {set} set{r2}.");
        Some(vec![named(facts, arm), plain(text)])
    };
    let mut out: Vec<Sentence> = (0..facts.arms.len()).filter_map(of_arm).collect();
    let order: Vec<usize> = (0..facts.arms.len()).collect();
    let last = out.pop().map(|last| with_rates(shared, &order, last));
    out.extend(last);
    out
}
