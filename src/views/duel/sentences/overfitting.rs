//! The sentences on arms whose cost on the test set grows again.

use crate::canvas::number::{count, percent};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::{ArmProgress, RunFacts};
use crate::views::arm_name::named;
use crate::views::duel::overfitting::LeastTestCost;

/// Returns a sentence for each arm that fits its examples better and others worse, and what tells the cost
/// from the accuracy.
pub(super) fn overfitting(facts: &RunFacts, arms: &[ArmProgress]) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(least) = LeastTestCost::of(now).filter(|least| least.is_exact) else { continue };
        let Some((then, newest)) = least.accuracies(now).filter(|_| now.diverged.is_none()) else {
            continue;
        };
        let [then, newest] = [then, newest].map(|share| percent(share, facts.test_examples));
        let epoch = count(facts.clock.epoch(least.step));
        let grown = count(((least.growth - 1.0) * 100.0).round() as u64);
        let text = format!(" overfits: test cost up {grown} % since epoch {epoch}.");
        out.push(vec![named(facts, arm), plain(text)]);
        let text = format!("Accuracy, {then} then, {newest} now, ignores how sure answers are.");
        out.push(vec![plain(text)]);
    }
    out
}
