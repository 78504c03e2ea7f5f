//! A channel for events from the training thread to the screen.
//!
//! Neither thread waits for the other: the lock is held only to add or take events, and events merge while they
//! wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::telemetry::{Event, EventQueue};

/// The events that wait, and whether the reader has requested some.
pub(super) struct Mailbox {
    waiting: Mutex<EventQueue>,
    is_wanted: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Mailbox {
    /// Creates an empty mailbox. `wake` is called when there is something to take again.
    pub(super) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { waiting: Mutex::default(), is_wanted: AtomicBool::new(true), wake }
    }

    /// Requests events.
    pub(super) fn request_events(&self) {
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    /// Returns whether events are requested. One relaxed load: cheap enough for every step.
    pub(super) fn is_requested(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Adds a group of events to those that wait.
    pub(super) fn post(&self, group: Vec<Event>) {
        self.is_wanted.store(false, Ordering::Relaxed);
        let mut waiting = self.lock();
        let was_empty = waiting.is_empty();
        waiting.extend(group);
        drop(waiting);
        if was_empty {
            (self.wake)();
        }
    }

    /// Returns the number of courses of which events wait.
    pub(super) fn courses(&self) -> usize {
        self.lock().courses()
    }

    /// Takes all events out of the mailbox.
    pub(super) fn take(&self) -> Vec<Event> {
        self.lock().take()
    }

    /// Locks the mailbox. No event is added in part, so a poisoned lock is safe.
    fn lock(&self) -> MutexGuard<'_, EventQueue> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Mailbox;
    use crate::telemetry::{Event, RunStatus};

    fn at(step: u64) -> Vec<Event> {
        vec![Event::Stands(RunStatus { step, ..RunStatus::default() })]
    }

    #[test]
    fn a_late_reader_is_woken_once_and_reads_the_newest_state() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let mailbox = Mailbox::new(Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        }));
        (0..10).for_each(|step| mailbox.post(at(step)));
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(mailbox.take(), at(9));
        assert!(mailbox.take().is_empty());
        mailbox.post(at(10));
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn sent_events_clear_the_request() {
        let mailbox = Mailbox::new(Arc::new(|| ()));
        assert!(mailbox.is_requested());
        mailbox.post(at(0));
        assert!(!mailbox.is_requested());
        mailbox.request_events();
        assert!(mailbox.is_requested());
    }
}
