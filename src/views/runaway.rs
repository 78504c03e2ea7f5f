//! The sentences on arms that have run away, and train no further.

use crate::canvas::number::{count, short};
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::Tone;
use crate::views::arm_name::named;
use crate::views::shared_state::SharedState;

/// Returns sentences on the arms that have run away: one, if all did so alike.
pub(super) fn runaways(shared: &SharedState) -> Vec<Sentence> {
    let Some(facts) = shared.history.facts.as_deref() else { return Vec::new() };
    let Some(arms) = shared.history.arms.get(..facts.arms.len()) else { return Vec::new() };
    if let [first, others @ ..] = arms
        && let Some(why) = &first.diverged
        && !others.is_empty()
        && others.iter().all(|now| now.diverged.as_ref() == Some(why))
    {
        let every = if others.len() == 1 { "Both arms" } else { "All arms" };
        let (step, eta) = (count(why.step), short(why.eta));
        let text = format!("{every} ran away at step {step} with η = {eta}: {}.", why.reason);
        return vec![vec![(text, Tone::Problem)]];
    }
    let gone = arms.iter().enumerate().filter_map(|(arm, now)| {
        let why = now.diverged.as_ref()?;
        let text = format!(
            " ran away at step {} with η = {}: {}.",
            count(why.step),
            short(why.eta),
            why.reason
        );
        Some(vec![named(facts, arm), (text, Tone::Problem)])
    });
    gone.collect()
}

/// Puts the sentences on arms that have run away before those of a view; while its cursor reads something, after them.
pub(super) fn with_runaways(shared: &SharedState, mut of_view: Vec<Sentence>) -> Vec<Sentence> {
    let at = if shared.cursor_focused { of_view.len() } else { 0 };
    of_view.splice(at..at, runaways(shared));
    of_view
}
