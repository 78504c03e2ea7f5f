//! Sends the log of a session to its receiver, in the order in which changes take effect.

use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::run::Run;
use crate::source::run_setup::RunRecording;
use crate::telemetry::{LogAction, LogEvent, Pace, RunIdentity, RunLog, ScriptEnd};

/// The receiver of a log, and the state of the run as it was last sent.
pub(super) struct LogSender {
    log: Option<Arc<dyn RunLog>>,
    /// The folder in which relative paths begin.
    folder: Option<PathBuf>,
    is_running: bool,
    pace: Pace,
}

impl LogSender {
    pub(super) fn new(recording: &RunRecording) -> Self {
        Self {
            log: recording.log.clone(),
            folder: recording.folder.clone(),
            is_running: false,
            pace: Pace::Max,
        }
    }

    fn note(&self, step: u64, action: LogAction) {
        if let Some(log) = &self.log {
            log.note(LogEvent { step, action });
        }
    }

    /// Sends the beginning of a run, which learns its identity.
    pub(super) fn begin(&mut self, run: &mut Run) {
        (self.is_running, self.pace) = (false, run.scenario.training.pace);
        let identity = run.identity(self.folder.as_deref().unwrap_or(Path::new("")));
        let identity = run.identity_at_start.insert(Arc::new(identity));
        self.note(0, LogAction::Began(Arc::clone(identity)));
    }

    /// Sends the events of a run since the last call.
    pub(super) fn send(&mut self, run: &mut Run, is_running: bool, pace: Pace) {
        let step = run.experiment.step();
        for event in take(&mut run.log) {
            self.note(event.step, event.action);
        }
        if pace != self.pace {
            self.pace = pace;
            self.note(step, LogAction::Paced(pace));
        }
        if is_running != self.is_running {
            self.is_running = is_running;
            let action = if is_running { LogAction::Runs } else { LogAction::Pauses };
            self.note(step, action);
        }
        self.reach(step);
    }

    /// Sends the step that the run has reached.
    pub(super) fn reach(&self, step: u64) {
        if let Some(log) = &self.log {
            log.reach(step);
        }
    }

    /// Sends the end of a script: a person goes on from here.
    pub(super) fn go_live(&self, step: u64, end: ScriptEnd) {
        self.note(step, LogAction::WentLive(end));
    }
}

impl Run {
    /// Returns what identifies the run. Relative paths of data and models are resolved in `folder`.
    fn identity(&self, folder: &Path) -> RunIdentity {
        let in_folder = |path: &str| {
            let is_home = Path::new(path).starts_with("~");
            let joined = if is_home { path.into() } else { folder.join(path) };
            joined.into_os_string().into_string().unwrap_or_else(|_| path.to_owned())
        };
        RunIdentity {
            name: self.scenario.name.clone(),
            scenario: self.scenario.clone().with_data_in(folder).to_toml(),
            arms: self.scenario.arms.iter().map(|arm| arm.name.clone()).collect(),
            models: self.start.as_ref().map(|start| in_folder(&start.path)),
            checksum: self.checksum,
        }
    }
}
