//! The messages to the training thread.

use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crate::source::run::Run;
use crate::telemetry::{Checkpoint, Command, LoadProgress};

/// A message to the training thread.
pub(super) enum TrainerMessage {
    /// A command to handle.
    Command(Command),
    /// A request for a checkpoint.
    Checkpoint(CheckpointRequest),
    /// The progress of a load.
    Loading {
        /// The number of the load.
        number: u64,
        load: LoadProgress,
    },
    /// The result of a load.
    Loaded {
        /// The number of the load.
        number: u64,
        result: Result<Box<Run>, LoadFailure>,
    },
}

/// A request for a checkpoint.
pub(super) struct CheckpointRequest {
    /// The folder against which relative paths of data are resolved; without one they stay as they are.
    pub(super) folder: Option<PathBuf>,
    /// The longest wait for an evaluation that is under way.
    pub(super) patience: Duration,
    pub(super) reply: SyncSender<Checkpoint>,
}

/// The reason why a run was not loaded.
pub(super) enum LoadFailure {
    /// The load was cancelled.
    Cancelled,
    /// The load failed for this reason.
    Failed(String),
}
