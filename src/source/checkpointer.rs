//! Requests checkpoints of a run that is cut off, from the thread that ends the program.

use std::path::PathBuf;
use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::source::live_shared::LiveShared;
use crate::source::loader::LoadFailure;
use crate::source::run::Run;
use crate::telemetry::{Checkpoint, Command, LoadProgress};

/// A message to the training thread.
pub(super) enum TrainerMessage {
    /// A command to handle.
    Command(Command),
    /// A request for a checkpoint.
    Checkpoint {
        /// The folder that relative paths of data begin in.
        folder: PathBuf,
        /// How long an evaluation that is under way may take to end first.
        patience: Duration,
        reply: SyncSender<Checkpoint>,
    },
    /// To note how far a load has come.
    Loading {
        /// The number of the load.
        number: u64,
        load: LoadProgress,
    },
    /// To take over what has been loaded.
    Loaded {
        /// The number of the load.
        number: u64,
        result: Result<Box<Run>, LoadFailure>,
    },
}

/// Why there is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// There is no run: none has begun, or it has been left.
    NoRun,
    /// The run does not answer: a step takes longer, or it has panicked.
    NoAnswer,
}

/// Requests a checkpoint from any thread, without the watcher, which may be the one in trouble. It does not
/// keep the run alive.
#[derive(Clone)]
pub struct Checkpointer {
    pub(super) inbox: Weak<SyncSender<TrainerMessage>>,
    pub(super) shared: Weak<LiveShared>,
    pub(super) trainer: ThreadId,
}

impl Checkpointer {
    /// All that is needed to go on from where the run is, wherever that is to be: its data is found
    /// by whole paths, relative ones beginning in `folder`.
    ///
    /// # Errors
    /// When there is no run, or it does not answer in time. On the thread of the run itself it is not
    /// waited for.
    pub fn take(&self, folder: PathBuf, patience: Duration) -> Result<Checkpoint, CheckpointError> {
        let inbox = self.inbox.upgrade().ok_or(CheckpointError::NoRun)?;
        if thread::current().id() == self.trainer {
            return Err(CheckpointError::NoAnswer);
        }
        let (reply, told) = sync_channel(1);
        // The other half is for the step that is under way, and for the copy of the networks.
        let has_messages = TrainerMessage::Checkpoint { folder, patience: patience / 2, reply };
        inbox.try_send(has_messages).map_err(|_| CheckpointError::NoAnswer)?;
        if let Some(shared) = self.shared.upgrade() {
            shared.has_messages.store(true, Ordering::Release);
        }
        told.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => CheckpointError::NoAnswer,
            RecvTimeoutError::Disconnected => CheckpointError::NoRun,
        })
    }
}
