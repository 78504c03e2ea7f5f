//! The start of a run, and the functions that find scenarios and open files.

use std::sync::Arc;

use crate::file::{AvailableMemory, Opener};
use crate::scenario::Scenario;

/// Finds the scenario of a name or path, or says what is wrong.
pub type ScenarioFinder = dyn Fn(&str) -> Result<Scenario, String> + Send + Sync;

/// How a run is to begin, and where its files are opened.
pub struct RunSetup {
    /// What to run.
    pub scenario: Scenario,
    /// Whether to wait for the first command.
    pub paused: bool,
    /// Finds a scenario by its name or path.
    pub find: Arc<ScenarioFinder>,
    /// Opens the files that scenarios name.
    pub open: Arc<Opener>,
    /// Tells how much memory a run may take.
    pub memory: Arc<AvailableMemory>,
}
