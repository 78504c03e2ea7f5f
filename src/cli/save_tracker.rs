//! Tracks saves that run beside the dashboard, so that the end of the program can wait for them.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What is under way. Shared by all threads: each may have to end the program.
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
    /// The error of the last failed save, until it has been reported.
    failure: Option<String>,
}

/// One save: under way until it is dropped.
pub(super) struct SaveGuard(SaveTracker);

impl SaveTracker {
    /// Begins a save.
    pub(super) fn begin(&self) -> SaveGuard {
        self.state().under_way += 1;
        SaveGuard(self.clone())
    }

    /// Waits until nothing is under way.
    pub(super) fn wait(&self) {
        let mut state = self.state();
        while state.under_way > 0 {
            state = self.0.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Why the last save failed, unless that has been told.
    pub(super) fn failure(&self) -> Option<String> {
        self.state().failure.clone()
    }

    /// It has been told.
    pub(super) fn forget_failure(&self) {
        self.state().failure = None;
    }

    /// Nothing that holds the state can panic half-way through a change of it.
    fn state(&self) -> MutexGuard<'_, SavingState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SaveGuard {
    /// Ends it, with what came of it.
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
    fn waiting_ends_with_the_last_save_and_its_failure_is_known_until_it_has_been_told() {
        let saving = SaveTracker::default();
        saving.wait();
        let (first, second) = (saving.begin(), saving.begin());
        let (tell, told) = channel();
        let theirs = saving.clone();
        let waits = thread::spawn(move || {
            theirs.wait();
            tell.send(theirs.failure()).unwrap();
        });
        first.end(&Ok("wrote a.toml".to_owned()));
        assert!(told.try_recv().is_err());
        second.end(&Err("no room".to_owned()));
        assert_eq!(told.recv().unwrap().as_deref(), Some("no room"));
        waits.join().unwrap();
        assert!(saving.failure().is_some());
        saving.forget_failure();
        assert_eq!(saving.failure(), None);
    }
}
