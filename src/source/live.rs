//! A run on its own thread, with one watcher.

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, ThreadId};

use crate::source::checkpointer::Checkpointer;
use crate::source::explainer::Explainer;
use crate::source::interface::Source;
use crate::source::live_shared::LiveShared;
use crate::source::loader::{LoadTarget, Loader};
use crate::source::mailbox::Mailbox;
use crate::source::run_setup::RunSetup;
use crate::source::trainer::{RunGoal, Trainer};
use crate::source::trainer_message::TrainerMessage;
use crate::telemetry::{Answer, Command, Event};

/// The most commands that wait while the run is busy; a person types fewer during a step.
const COMMANDS: usize = 64;

/// A run that trains on a thread of its own. Dropping it ends the run without waiting for it.
pub struct LiveSource {
    inbox: Arc<SyncSender<TrainerMessage>>,
    shared: Arc<LiveShared>,
    explainer: Arc<Explainer>,
    trainer: ThreadId,
}

impl LiveSource {
    /// Starts the threads that train and explain. They call `wake` whenever there is something to [`take`]
    /// or an [`answer`].
    ///
    /// # Errors
    /// If the system cannot start a thread.
    ///
    /// [`take`]: Source::take
    /// [`answer`]: Source::answer
    pub fn start(setup: RunSetup, wake: Box<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let (sender, inbox) = sync_channel(COMMANDS);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::from(wake);
        let explainer = Explainer::start(Arc::clone(&wake))?;
        let shared = Arc::new(LiveShared {
            mailbox: Mailbox::new(wake),
            has_messages: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        });
        let sender = Arc::new(sender);
        let loader = Loader::new(Arc::downgrade(&sender), Arc::clone(&shared), &setup);
        let RunSetup { scenario, paused, models, recording, .. } = setup;
        let loader = (loader, recording);
        let trainer = Trainer::new(Arc::clone(&shared), Arc::clone(&explainer), inbox, loader);
        let target = LoadTarget::Scenario(Box::new(scenario), models.start.map(Arc::new));
        let goal = if paused { RunGoal::Idle } else { RunGoal::End };
        let trainer = thread::Builder::new()
            .name("trainer".into())
            .spawn(move || trainer.work_on(target, goal))?;
        let trainer = trainer.thread().id();
        Ok(Self { inbox: sender, shared, explainer, trainer })
    }
}

impl Source for LiveSource {
    fn send(&self, command: Command) -> bool {
        let sent = self.inbox.try_send(TrainerMessage::Command(command)).is_ok();
        self.shared.has_messages.store(true, Ordering::Release);
        sent
    }

    fn checkpointer(&self) -> Option<Checkpointer> {
        Some(Checkpointer {
            inbox: Arc::downgrade(&self.inbox),
            shared: Arc::downgrade(&self.shared),
            trainer: self.trainer,
        })
    }

    fn request_events(&self) {
        self.shared.mailbox.request_events();
    }

    fn answer(&self) -> Option<Answer> {
        self.explainer.take()
    }

    fn take(&self) -> Vec<Event> {
        self.shared.mailbox.take()
    }
}

impl Drop for LiveSource {
    fn drop(&mut self) {
        self.explainer.close();
        self.shared.gone.store(true, Ordering::Release);
        self.shared.has_messages.store(true, Ordering::Release);
    }
}
