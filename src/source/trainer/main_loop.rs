//! The loop of the training thread: it alternates between commands, loads and steps.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvError, RecvTimeoutError};
use std::time::Duration;

use crate::experiment::Advance;
use crate::source::loader::LoadTarget;
use crate::source::pacer::Due;
use crate::source::trainer::{CarryOver, RunGoal, Trainer};

/// Loads that take longer than this are shown; shorter ones would only flicker.
const SHOWN_AFTER: Duration = Duration::from_millis(150);

impl Trainer {
    pub(in crate::source) fn work_on(mut self, target: LoadTarget, goal: RunGoal) {
        self.goal = goal;
        self.load(target, CarryOver::Nothing);
        while !self.shared.gone.load(Ordering::Relaxed) {
            if self.shared.has_messages.swap(false, Ordering::Acquire) {
                self.receive();
            }
            if self.handle_queued() {
                self.post();
            } else if self.loads.is_empty() && self.has_script() {
                if let Some(wait) = self.follow_script()
                    && self.wait_for(wait).is_err()
                {
                    return;
                }
            } else if !self.loads.is_empty() || self.is_idle() {
                if self.wait().is_err() {
                    return;
                }
            } else if self.goal == RunGoal::Idle {
                self.complete_evaluation();
            } else {
                self.work();
            }
        }
    }

    /// Waits for a message and handles it. Shows a load that takes longer than [`SHOWN_AFTER`].
    ///
    /// # Errors
    /// If the inbox is closed.
    fn wait(&mut self) -> Result<(), RecvError> {
        let is_unseen = self.loads.last().is_some_and(|load| load.shown.is_none());
        if !is_unseen {
            let message = self.inbox.recv()?;
            self.take_message(message);
            return Ok(());
        }
        match self.inbox.recv_timeout(SHOWN_AFTER) {
            Ok(message) => self.take_message(message),
            Err(RecvTimeoutError::Disconnected) => return Err(RecvError),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(load) = self.loads.last_mut() {
                    load.shown = Some(load.known.clone());
                }
                self.post();
            }
        }
        Ok(())
    }

    /// Continues the evaluation of an idle run.
    fn complete_evaluation(&mut self) {
        let Some(run) = &mut self.run else { return };
        if run.complete_evaluation() == Advance::Evaluated || self.shared.mailbox.is_requested() {
            self.post();
        }
    }

    /// Does one unit of work, or waits until the next step is due or a message arrives.
    fn work(&mut self) {
        match self.due() {
            Due::Steps(limit) => self.advance(limit),
            Due::In(wait) => {
                if let Ok(message) = self.inbox.recv_timeout(wait) {
                    self.take_message(message);
                }
            }
        }
    }

    /// Waits for a message or for the next step of a script.
    ///
    /// # Errors
    /// If the inbox is closed.
    fn wait_for(&mut self, wait: Duration) -> Result<(), RecvError> {
        match self.inbox.recv_timeout(wait) {
            Ok(message) => self.take_message(message),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(RecvError),
        }
        Ok(())
    }
}
