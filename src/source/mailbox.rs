//! A one-slot channel for updates from the training thread to the screen.
//!
//! Neither thread waits for the other: the lock is held only to move a box, and updates merge while the
//! slot is full.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::telemetry::Update;

/// The slot, and whether the reader has requested an update.
pub(super) struct Mailbox {
    slot: Mutex<Option<Box<Update>>>,
    is_wanted: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Mailbox {
    /// Creates an empty slot. `wake` is called when an update is put into it.
    pub(super) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { slot: Mutex::new(None), is_wanted: AtomicBool::new(true), wake }
    }

    /// Requests an update.
    pub(super) fn request_update(&self) {
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    /// Returns whether an update is requested. One relaxed load: cheap enough for every step.
    pub(super) fn is_requested(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Puts an update into the slot, or merges it into the one that is there.
    pub(super) fn post(&self, update: Update) {
        self.is_wanted.store(false, Ordering::Relaxed);
        let mut slot = self.lock();
        if let Some(waiting) = slot.as_mut() {
            waiting.merge(update);
        } else {
            *slot = Some(Box::new(update));
            drop(slot);
            (self.wake)();
        }
    }

    /// Takes the update out of the slot.
    pub(super) fn take(&self) -> Option<Box<Update>> {
        self.lock().take()
    }

    /// Locks the slot. An update is complete at every moment, so a poisoned lock is safe.
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
