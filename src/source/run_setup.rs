//! The start of a run, and the functions that find scenarios and open files.

use std::path::PathBuf;
use std::sync::Arc;

use crate::file::{AvailableMemory, Opener};
use crate::scenario::{ModelStart, Scenario};
use crate::source::session_script::SessionScript;
use crate::telemetry::RunLog;

/// A function that returns the scenario of a name or path, or an error message.
pub(super) type ScenarioFinder = dyn Fn(&str) -> Result<Scenario, String> + Send + Sync;

/// A function that reads the models of a path for the arms of a scenario, or returns an error message.
pub(super) type ModelReader = dyn Fn(&str, &Scenario) -> Result<ModelStart, String> + Send + Sync;

/// The models that the arms of a run start from.
pub struct RunModels {
    /// The models that the first run starts from, if it does.
    pub(crate) start: Option<ModelStart>,
    /// The function that reads the models of later runs.
    pub(crate) read: Arc<ModelReader>,
}

/// No models, and none can be read.
impl Default for RunModels {
    fn default() -> Self {
        Self { start: None, read: Arc::new(|path, _| Err(format!("{path} cannot be read here"))) }
    }
}

/// The recording of a session: the one that is made of it, and the one that it carries out again.
#[derive(Default)]
pub struct RunRecording {
    /// The receiver of the log, if there is one.
    pub(crate) log: Option<Arc<dyn RunLog>>,
    /// The session to carry out again; the scenario and the models of the setup are those of its first run.
    pub(crate) script: Option<SessionScript>,
    /// The folder in which relative paths of data and models begin.
    pub(crate) folder: Option<PathBuf>,
}

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
    /// The most bytes that the states to which time can return may take; `None` for what is usual.
    pub time_memory: Option<u64>,
    /// The models that the arms start from.
    pub models: RunModels,
    /// The recording of the session.
    pub recording: RunRecording,
}
