//! Tracks saves that run on other threads, so that the end of the program can wait for them.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The saves in progress. All threads share it, since any of them may end the program.
#[derive(Clone, Default)]
pub(super) struct SaveTracker(Arc<SavingShared>);

#[derive(Default)]
struct SavingShared {
    state: Mutex<SavingState>,
    ended: Condvar,
}

#[derive(Default)]
struct SavingState {
    under_way: usize,
    /// The error of the last failed save, until it is reported.
    failure: Option<String>,
}

/// A save, which is in progress until this is dropped.
pub(super) struct SaveGuard(SaveTracker);

impl SaveTracker {
    /// Begins a save.
    pub(super) fn begin(&self) -> SaveGuard {
        self.state().under_way += 1;
        SaveGuard(self.clone())
    }

    /// Waits until no save is in progress.
    pub(super) fn wait(&self) {
        let mut state = self.state();
        while state.under_way > 0 {
            state = self.0.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Returns the error of the last save, unless it was reported.
    pub(super) fn failure(&self) -> Option<String> {
        self.state().failure.clone()
    }

    /// Records that the error was reported.
    pub(super) fn forget_failure(&self) {
        self.state().failure = None;
    }

    /// Locks the state. No thread can panic in the middle of a change to it.
    fn state(&self) -> MutexGuard<'_, SavingState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SaveGuard {
    /// Ends the save with its result.
    pub(super) fn end(self, result: &Result<String, String>) {
        self.0.state().failure = result.as_ref().err().cloned();
    }
}

impl Drop for SaveGuard {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
        self.0.0.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::SaveTracker;

    #[test]
    fn waiting_ends_with_the_last_save_and_its_error_is_kept_until_reported() {
        let saving = SaveTracker::default();
        saving.wait();
        let (first, second) = (saving.begin(), saving.begin());
        let (sender, receiver) = channel();
        let theirs = saving.clone();
        let waits = thread::spawn(move || {
            theirs.wait();
            sender.send(theirs.failure()).unwrap();
        });
        first.end(&Ok("wrote a.toml".to_owned()));
        assert!(receiver.try_recv().is_err());
        second.end(&Err("no room".to_owned()));
        assert_eq!(receiver.recv().unwrap().as_deref(), Some("no room"));
        waits.join().unwrap();
        assert!(saving.failure().is_some());
        saving.forget_failure();
        assert_eq!(saving.failure(), None);
    }
}
