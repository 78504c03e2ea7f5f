//! What is to be kept of a run that is cut off, for whoever has to end the program.

use std::path::PathBuf;
use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::source::loader::NotLoaded;
use crate::source::run::Run;
use crate::source::shared::Shared;
use crate::telemetry::{Checkpoint, Command, Load};

/// What the thread that trains is asked.
pub(super) enum Asked {
    /// To obey.
    Command(Command),
    /// To tell all that is needed to go on, if it has a run.
    Checkpoint {
        /// The folder that relative paths of data begin in.
        folder: PathBuf,
        /// How long an evaluation that is under way may take to end first.
        patience: Duration,
        tell: SyncSender<Checkpoint>,
    },
    /// To note how far a load has come.
    Loading {
        /// The number of the load.
        number: u64,
        load: Load,
    },
    /// To take over what has been loaded.
    Loaded {
        /// The number of the load.
        number: u64,
        result: Result<Box<Run>, NotLoaded>,
    },
}

/// Why there is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCheckpoint {
    /// There is no run: none has begun, or it has been left.
    NoRun,
    /// The run does not answer: a step takes longer, or it has panicked.
    NoAnswer,
}

/// Asks a run for a checkpoint, from any thread and past its watcher, who may be the one in trouble.
/// It keeps no run alive.
#[derive(Clone)]
pub struct Checkpointer {
    pub(super) inbox: Weak<SyncSender<Asked>>,
    pub(super) shared: Weak<Shared>,
    pub(super) trainer: ThreadId,
}

impl Checkpointer {
    /// All that is needed to go on from where the run is, wherever that is to be: its data is found
    /// by whole paths, relative ones beginning in `folder`.
    ///
    /// # Errors
    /// When there is no run, or it does not answer in time. On the thread of the run itself it is not
    /// waited for.
    pub fn take(&self, folder: PathBuf, patience: Duration) -> Result<Checkpoint, NoCheckpoint> {
        let inbox = self.inbox.upgrade().ok_or(NoCheckpoint::NoRun)?;
        if thread::current().id() == self.trainer {
            return Err(NoCheckpoint::NoAnswer);
        }
        let (tell, told) = sync_channel(1);
        // The other half is for the step that is under way, and for the copy of the networks.
        let asked = Asked::Checkpoint { folder, patience: patience / 2, tell };
        inbox.try_send(asked).map_err(|_| NoCheckpoint::NoAnswer)?;
        if let Some(shared) = self.shared.upgrade() {
            shared.asked.store(true, Ordering::Release);
        }
        told.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => NoCheckpoint::NoAnswer,
            RecvTimeoutError::Disconnected => NoCheckpoint::NoRun,
        })
    }
}
