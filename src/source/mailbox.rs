//! A channel for updates from the training thread to the screen, which holds one as a rule.
//!
//! Neither thread waits for the other: the lock is held only to move a box, and updates merge while one is
//! waiting. Only a change of the branch, which a person makes, begins another one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::telemetry::Update;

/// The updates that wait, and whether the reader has requested one.
pub(super) struct Mailbox {
    waiting: Mutex<VecDeque<Box<Update>>>,
    is_wanted: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Mailbox {
    /// Creates an empty mailbox. `wake` is called for each update that can be taken.
    pub(super) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { waiting: Mutex::default(), is_wanted: AtomicBool::new(true), wake }
    }

    /// Requests an update.
    pub(super) fn request_update(&self) {
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    /// Returns whether an update is requested. One relaxed load: cheap enough for every step.
    pub(super) fn is_requested(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Puts an update into the mailbox, or merges it into the one that waits there.
    pub(super) fn post(&self, mut update: Update) {
        self.is_wanted.store(false, Ordering::Relaxed);
        let mut waiting = self.lock();
        if update.begins.is_some()
            && let Some(mut first) = waiting.pop_front()
        {
            // All that was sent about another run is void but its notices.
            for later in waiting.drain(..) {
                first.notices.extend(later.notices);
            }
            first.merge(update);
            waiting.push_back(first);
            return;
        }
        if let Some(last) = waiting.back_mut() {
            match last.merge_or_return(update) {
                None => return,
                Some(other) => update = *other,
            }
        }
        waiting.push_back(Box::new(update));
        drop(waiting);
        (self.wake)();
    }

    /// Takes the first update out of the mailbox.
    pub(super) fn take(&self) -> Option<Box<Update>> {
        self.lock().pop_front()
    }

    /// Locks the mailbox. An update is complete at every moment, so a poisoned lock is safe.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Box<Update>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Mailbox;
    use crate::telemetry::Update;

    #[test]
    fn a_late_reader_is_woken_once_and_reads_the_newest_update() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let mailbox = Mailbox::new(Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        }));
        for step in 0..10 {
            mailbox.post(Update { step, ..Update::default() });
        }
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(mailbox.take().map(|d| d.step), Some(9));
        assert!(mailbox.take().is_none());
    }

    #[test]
    fn a_sent_update_clears_the_request() {
        let mailbox = Mailbox::new(Arc::new(|| ()));
        assert!(mailbox.is_requested());
        mailbox.post(Update::default());
        assert!(!mailbox.is_requested());
        mailbox.request_update();
        assert!(mailbox.is_requested());
    }
}
