//! Requests checkpoints of a run from any thread.

use std::path::PathBuf;
use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::source::live_shared::LiveShared;
use crate::source::trainer_message::{CheckpointRequest, TrainerMessage};
use crate::telemetry::Checkpoint;

/// The reason why there is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// No run exists: none has begun, or the run has been closed.
    NoRun,
    /// The run does not answer: a step takes longer, or its thread has panicked.
    NoAnswer,
}

/// A handle that requests checkpoints from any thread and independently of the watcher, which may be what
/// failed. It does not keep the run alive.
#[derive(Clone)]
pub struct Checkpointer {
    pub(super) inbox: Weak<SyncSender<TrainerMessage>>,
    pub(super) shared: Weak<LiveShared>,
    pub(super) trainer: ThreadId,
}

impl Checkpointer {
    /// Requests a checkpoint, after all commands sent before. With a `folder`, the run can continue anywhere
    /// from it: its data has absolute paths, and relative ones are resolved in `folder`.
    ///
    /// # Errors
    /// If there is no run, or it does not answer within `patience`. On the training thread itself, this
    /// fails at once.
    pub fn take(
        &self,
        folder: Option<PathBuf>,
        patience: Duration,
    ) -> Result<Checkpoint, CheckpointError> {
        let inbox = self.inbox.upgrade().ok_or(CheckpointError::NoRun)?;
        if thread::current().id() == self.trainer {
            return Err(CheckpointError::NoAnswer);
        }
        let (reply, receiver) = sync_channel(1);
        // The other half is left for the current step and for copying the networks.
        let message = CheckpointRequest { folder, patience: patience / 2, reply };
        inbox
            .try_send(TrainerMessage::Checkpoint(message))
            .map_err(|_| CheckpointError::NoAnswer)?;
        if let Some(shared) = self.shared.upgrade() {
            shared.has_messages.store(true, Ordering::Release);
        }
        receiver.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => CheckpointError::NoAnswer,
            RecvTimeoutError::Disconnected => CheckpointError::NoRun,
        })
    }
}
