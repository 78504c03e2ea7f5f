//! What is to be kept of a run that is cut off, for whoever has to end the program.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use crate::source::shared::Shared;
use crate::telemetry::{Checkpoint, Command};

/// What the thread that trains is asked.
pub(super) enum Asked {
    /// To obey.
    Command(Command),
    /// To tell all that is needed to go on, if it has a run.
    Checkpoint(SyncSender<Checkpoint>),
}

/// Asks a run for a checkpoint, from any thread and past its watcher, who may be the one in trouble.
#[derive(Clone)]
pub struct Checkpointer {
    pub(super) inbox: SyncSender<Asked>,
    pub(super) shared: Arc<Shared>,
}

impl Checkpointer {
    /// All that is needed to go on from where the run is. Nothing if there is no run, or it does not
    /// answer in time: a step of it may take longer, or it has panicked.
    #[must_use]
    pub fn take(&self, patience: Duration) -> Option<Checkpoint> {
        let (tell, told) = sync_channel(1);
        self.inbox.try_send(Asked::Checkpoint(tell)).ok()?;
        self.shared.asked.store(true, Ordering::Release);
        told.recv_timeout(patience).ok()
    }
}
