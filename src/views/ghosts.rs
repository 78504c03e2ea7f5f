//! The ghosts on the charts: which of them are drawn, their letters, and the arms at whose curves they are named.

use crate::telemetry::{Ghost, Setting};
use crate::views::shared_state::SharedState;

/// The columns of a screen below which fewer ghosts are drawn; the list of branches has them all.
const NARROW: u16 = 100;

/// Returns the indices of the ghosts that are drawn: those that were left last, and the one that is chosen in the
/// list.
pub(crate) fn drawn_ghosts(shared: &SharedState) -> Vec<usize> {
    let count = shared.history.ghosts.len();
    let most = if shared.body.width < NARROW { 2 } else { 4 };
    let first = count.saturating_sub(most);
    let chosen = shared.chosen_ghost.filter(|chosen| *chosen < first);
    chosen.into_iter().chain(first..count).collect()
}

/// Returns the letter that marks a ghost on charts and in the list.
pub(crate) fn letter(ghost: &Ghost) -> char {
    char::from(b'a' + ghost.letter)
}

/// Returns the arms whose curves a ghost is marked at: those that it was left or begun for, or else all.
pub(super) fn marked_arms(shared: &SharedState, ghost: &Ghost) -> Vec<usize> {
    let history = &shared.history;
    let now = history.rates();
    let arms = 0..ghost.shown.len();
    let differs = |arm: &usize| ghost.rates.of_arm(*arm) != now.of_arm(*arm);
    let by_rate: Vec<usize> = arms.clone().filter(differs).collect();
    if !by_rate.is_empty() {
        return by_rate;
    }
    let open = history.branches.iter().find(|branch| branch.id == history.branch);
    let weight = |setting: &Setting| match setting {
        Setting::Weight { arm, .. } => Some(*arm),
        _ => None,
    };
    let changes = ghost.began.iter().chain(open).map(|branch| &branch.setting);
    let by_weight: Vec<usize> =
        changes.filter_map(weight).filter(|arm| arms.contains(arm)).collect();
    if history.is_openable(ghost) && !by_weight.is_empty() { by_weight } else { arms.collect() }
}
