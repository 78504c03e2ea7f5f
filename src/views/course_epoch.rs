//! The epoch of a step of a course, as charts and lists write it.

use crate::canvas::number::{count, short};
use crate::views::shared_state::SharedState;

/// Returns the number of epochs done after a step: whole, or with its fraction.
pub(crate) fn epoch_name(shared: &SharedState, step: u64) -> String {
    let epochs = shared.history.clock().epochs_done(step as f64);
    if epochs.fract() == 0.0 { count(epochs as u64) } else { short(epochs) }
}

/// Returns the number of epochs done after a step, as the note of a panel: with at most two decimals, so that the
/// note of a run under way stays as long.
pub(crate) fn panel_epoch(shared: &SharedState, step: u64) -> String {
    let epochs = shared.history.clock().epochs_done(step as f64);
    if epochs.fract() == 0.0 { count(epochs as u64) } else { format!("{epochs:.2}") }
}
