//! The start of a run, and the functions that find scenarios and open files.

use std::sync::Arc;

use crate::file::{AvailableMemory, Opener};
use crate::scenario::Scenario;

/// A function that returns the scenario of a name or path, or an error message.
pub(super) type ScenarioFinder = dyn Fn(&str) -> Result<Scenario, String> + Send + Sync;

/// The start of a run, and the functions that find scenarios and open files.
pub struct RunSetup {
    /// The scenario to run.
    pub scenario: Scenario,
    /// Whether the run waits for the first command.
    pub paused: bool,
    /// The function that finds a scenario by its name or path.
    pub find: Arc<ScenarioFinder>,
    /// The function that opens the files named in scenarios.
    pub open: Arc<Opener>,
    /// The function that returns the memory available to a run.
    pub memory: Arc<AvailableMemory>,
}
