//! The messages to the training thread, and the order in which they are handled.

use std::mem::take;
use std::time::Duration;

use crate::source::trainer::Trainer;
use crate::source::trainer::playing::is_watching;
use crate::source::trainer_message::{CheckpointRequest, TrainerMessage};
use crate::telemetry::Command;

/// The longest wait of a checkpoint for an evaluation under way: far longer than an evaluation of MNIST's 60,000
/// digits takes.
const EVALUATION_LIMIT: Duration = Duration::from_secs(3);

impl Trainer {
    /// Returns the next command that can be handled. Commands about a run wait until one is loaded.
    fn next_command(&mut self) -> Option<Command> {
        let next = if self.is_resuming() {
            // What a person asks for is about the run as it will be.
            self.queued.iter().position(is_watching)?
        } else if self.loads.is_empty() {
            return self.queued.pop_front();
        } else {
            self.queued.iter().position(|command| matches!(command, Command::Open(_)))?
        };
        self.queued.remove(next)
    }

    /// Handles all messages in the inbox.
    pub(super) fn receive(&mut self) {
        while let Ok(message) = self.inbox.try_recv() {
            self.take_message(message);
        }
    }

    /// Handles all commands that can be handled; returns whether there were any.
    pub(super) fn handle_queued(&mut self) -> bool {
        let mut has_handled = false;
        while let Some(command) = self.next_command() {
            if let Some(command) = self.handle_in_script(command) {
                self.handle(command);
            }
            has_handled = true;
        }
        has_handled
    }

    /// Handles a message: replies to a request for a checkpoint after the commands before it and once there is a run,
    /// and queues commands.
    pub(super) fn take_message(&mut self, message: TrainerMessage) {
        match message {
            TrainerMessage::Command(command) => self.queued.push_back(command),
            TrainerMessage::Checkpoint(request) if self.run.is_none() && !self.loads.is_empty() => {
                self.requests.push(request);
            }
            TrainerMessage::Checkpoint(request) => self.reply_to(&request),
            TrainerMessage::Loading { number, load } => self.record_progress(number, load),
            TrainerMessage::Loaded { number, result } => {
                self.finish_load(number, result);
                for request in take(&mut self.requests) {
                    self.reply_to(&request);
                }
            }
        }
    }

    /// Replies to a request for a checkpoint. Without a run it is dropped, which tells the requester.
    fn reply_to(&mut self, request: &CheckpointRequest) {
        if self.handle_queued() {
            self.post();
        }
        if let Some(run) = &mut self.run {
            run.finish_evaluation(request.patience.min(EVALUATION_LIMIT));
            // The requester may have given up waiting.
            let _ = request.reply.try_send(run.checkpoint(self.pace, request.folder.as_deref()));
        }
    }
}
