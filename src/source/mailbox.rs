//! A slot for one digest between the thread that trains and the thread that shows.
//!
//! Neither thread waits for the other: the lock is held only to move a box, and updates merge while the
//! slot is full.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::telemetry::Update;

/// The slot, and the reader's wish for something in it.
pub(super) struct Mailbox {
    slot: Mutex<Option<Box<Update>>>,
    wanted: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Mailbox {
    /// An empty slot; `wake` is called when something has been put into it.
    pub(super) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { slot: Mutex::new(None), wanted: AtomicBool::new(true), wake }
    }

    /// Requests an update.
    pub(super) fn request_update(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether the reader would like to hear. One relaxed load: cheap enough for every step.
    pub(super) fn is_requested(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Puts a digest into the slot, or folds it into the one that lies there.
    pub(super) fn post(&self, digest: Update) {
        self.wanted.store(false, Ordering::Relaxed);
        let mut slot = self.lock();
        if let Some(waiting) = slot.as_mut() {
            waiting.merge(digest);
        } else {
            *slot = Some(Box::new(digest));
            drop(slot);
            (self.wake)();
        }
    }

    /// Empties the slot.
    pub(super) fn take(&self) -> Option<Box<Update>> {
        self.lock().take()
    }

    /// A digest is whole at every moment, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Option<Box<Update>>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Mailbox;
    use crate::telemetry::Update;

    #[test]
    fn a_reader_that_is_late_is_woken_once_and_reads_the_newest() {
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
    fn what_has_been_told_is_wanted_no_more() {
        let mailbox = Mailbox::new(Arc::new(|| ()));
        assert!(mailbox.is_requested());
        mailbox.post(Update::default());
        assert!(!mailbox.is_requested());
        mailbox.request_update();
        assert!(mailbox.is_requested());
    }
}
