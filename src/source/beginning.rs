//! How a run begins, and how what it names is found.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::experiment::Scenario;

/// Opens a file that a scenario names.
pub type Open = dyn Fn(&Path) -> io::Result<Box<dyn Read + Send>> + Send + Sync;

/// Finds the scenario of a name or path, or says what is wrong.
pub type Find = dyn Fn(&str) -> Result<Scenario, String> + Send + Sync;

/// How a run is to begin, and where its files are opened.
pub struct Beginning {
    /// What to run.
    pub scenario: Scenario,
    /// Whether to wait for the first command.
    pub paused: bool,
    /// Finds a scenario by its name or path.
    pub find: Arc<Find>,
    /// Opens the files that scenarios name.
    pub open: Arc<Open>,
}
