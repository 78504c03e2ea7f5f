//! Saves the scenario and the models of a run.

use std::time::Duration;

use crate::cli::files;
use crate::source::{CheckpointError, Checkpointer};

/// The longest wait for the run to return its models: far longer than the steps of the largest networks take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Saves a run under this name, and returns a confirmation.
///
/// # Errors
/// If the run has no models to save, or they cannot be written. The error is the reason.
pub(super) fn save(
    checkpointer: Option<Checkpointer>,
    name: &str,
    replace: bool,
) -> Result<String, String> {
    let checkpointer = checkpointer.ok_or("this run has no models to save")?;
    let checkpoint = checkpointer.take(None, PATIENCE).map_err(|error| match error {
        CheckpointError::NoRun => "there is nothing to save yet: no run has begun",
        CheckpointError::NoAnswer => "the run does not answer, so that nothing is saved",
    })?;
    files::save(name, replace, &checkpoint)
}
