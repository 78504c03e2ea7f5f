//! Interrupts: a signal ends a run between two steps, and everything that was asked for is written.
//!
//! [`signals::ending`] lists the signals. The first one ends the run. Further ones are ignored, since
//! `timeout` sends its signal twice, a lost line brings SIGHUP from the shell and from the kernel, and
//! SIGXCPU comes each second. The exceptions are SIGINT (ctrl-c) and SIGQUIT some time after the first
//! signal: a person insists, and the program ends at once.
//!
//! Before training begins and after all files are written, nothing can be lost. Then a signal ends the
//! program after a grace even if the main thread hangs, in the opening of a file or in a write to a
//! terminal. In between, the program waits for as long as a disk takes.

use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::clock::now;
use crate::cli::time_limits::patience;
use crate::cli::{files, signals, threads};

/// How long the removal of half-written files may take before the program ends without it.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long the main thread may take to end the program where nothing can be lost. It is below a second,
/// even with the rest of the end: nothing is half-written then, so [`PATIENCE`] is not needed.
const GRACE: Duration = Duration::from_millis(750);

/// Signals within this time are one request: a wrapper forwards the ctrl-c that its group has received
/// already. A person takes longer to press the keys again.
const ONE_REQUEST: Duration = Duration::from_millis(200);

/// How often a thread checks whether the grace is over.
const LOOK: Duration = Duration::from_millis(50);

/// Whether a run has been asked to end. Shared by all threads.
#[derive(Clone, Default)]
pub(super) struct Interrupt(Arc<InterruptShared>);

#[derive(Default)]
struct InterruptShared {
    /// The first signal; 0 if none has come. It is read at each step, so it is not behind the lock.
    signal: AtomicI32,
    state: Mutex<InterruptState>,
}

/// When the end was requested, and how far the run is.
#[derive(Default)]
struct InterruptState {
    requested: Option<Instant>,
    stage: RunStage,
}

/// How far a run is.
#[derive(Clone, Copy, Default)]
enum RunStage {
    /// Nothing has been trained.
    #[default]
    Preparing,
    /// The networks are not written.
    Training,
    /// All files have been written since then.
    Written(Instant),
}

/// The request that a signal makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignalAction {
    /// To end the run, with all that was asked for.
    End,
    /// Nothing new: the run is ending.
    Nothing,
    /// To end the program without waiting for anything.
    EndAtOnce,
}

impl Interrupt {
    /// Handles signals from now on, on a thread of its own.
    ///
    /// # Errors
    /// If the signals cannot be handled or the thread cannot be started.
    pub(super) fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        let theirs = interrupt.clone();
        let mut signals = Signals::new(signals::ending())?;
        threads::start_small("signals", move || {
            for signal in &mut signals {
                match theirs.record(signal, now()) {
                    SignalAction::End => theirs.end_after_grace(),
                    SignalAction::Nothing => {}
                    SignalAction::EndAtOnce => end(128 + signal),
                }
            }
        })?;
        Ok(interrupt)
    }

    /// Records a signal that came at `now`, and returns the request that it makes.
    fn record(&self, signal: i32, now: Instant) -> SignalAction {
        let mut state = self.state();
        let Some(requested) = state.requested else {
            state.requested = Some(now);
            self.0.signal.store(signal, Ordering::Relaxed);
            return SignalAction::End;
        };
        let insists = matches!(signal, SIGINT | SIGQUIT)
            && now.saturating_duration_since(requested) >= ONE_REQUEST;
        if insists { SignalAction::EndAtOnce } else { SignalAction::Nothing }
    }

    /// Requests the end, as this signal does.
    #[cfg(test)]
    pub(super) fn request(&self, signal: i32) {
        self.record(signal, now());
    }

    /// Ends the program on a thread of its own, once nothing can be lost and the grace of the main thread
    /// is over.
    fn end_after_grace(&self) {
        let theirs = self.clone();
        // If the thread cannot be started, the main thread alone can end the program.
        let _ = threads::start_small("grace", move || {
            while !theirs.grace_is_over(now()) {
                thread::park_timeout(LOOK);
            }
            end(theirs.status().unwrap_or_default());
        });
    }

    /// Returns whether nothing can be lost and the main thread has had its time to end the program.
    fn grace_is_over(&self, now: Instant) -> bool {
        let state = self.state();
        let Some(requested) = state.requested else { return false };
        let since = match state.stage {
            RunStage::Preparing => requested,
            RunStage::Training => return false,
            RunStage::Written(since) => since.max(requested),
        };
        now.saturating_duration_since(since) >= patience(GRACE)
    }

    /// Begins the training, unless the end has been requested; returns whether it begins.
    pub(super) fn begin_training(&self) -> bool {
        let mut state = self.state();
        let begins = state.requested.is_none();
        if begins {
            state.stage = RunStage::Training;
        }
        begins
    }

    /// Records that all files are written: only the table of the arms is left.
    pub(super) fn note_written(&self, now: Instant) {
        self.state().stage = RunStage::Written(now);
    }

    /// Returns whether the end has been requested.
    pub(super) fn is_requested(&self) -> bool {
        self.status().is_some()
    }

    /// Returns the exit status if the end has been requested: that of a program which a signal ended, as
    /// shells have it.
    pub(super) fn status(&self) -> Option<i32> {
        let signal = self.0.signal.load(Ordering::Relaxed);
        (signal != 0).then_some(128 + signal)
    }

    /// Returns that status, or success.
    pub(super) fn exit_code(&self) -> ExitCode {
        self.status().map_or(ExitCode::SUCCESS, |status| ExitCode::from(status as u8))
    }

    /// Nothing that holds the state can panic half-way through a change of it.
    fn state(&self) -> MutexGuard<'_, InterruptState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes half-written files and ends the program.
fn end(status: i32) -> ! {
    files::remove_staged_within(patience(PATIENCE));
    low_level::exit(status)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    use super::{GRACE, Interrupt, ONE_REQUEST, SignalAction};
    use crate::cli::clock::now;
    use crate::cli::time_limits::patience;

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn only_a_person_who_insists_ends_it_at_once() {
        let begin = now();
        for first in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
            let interrupt = Interrupt::default();
            assert!(!interrupt.is_requested());
            assert_eq!(interrupt.record(first, begin), SignalAction::End);
            for signal in [SIGINT, SIGQUIT, SIGTERM] {
                assert_eq!(interrupt.record(signal, begin + SOON), SignalAction::Nothing);
            }
            for (signal, asks) in [
                (SIGTERM, SignalAction::Nothing),
                (SIGHUP, SignalAction::Nothing),
                (SIGINT, SignalAction::EndAtOnce),
                (SIGQUIT, SignalAction::EndAtOnce),
            ] {
                assert_eq!(interrupt.record(signal, begin + ONE_REQUEST), asks);
                assert_eq!(interrupt.record(signal, begin + 1000 * ONE_REQUEST), asks);
            }
            assert_eq!(interrupt.status(), Some(128 + first));
        }
    }

    #[test]
    fn the_main_thread_is_waited_for_where_something_could_be_lost() {
        let (begin, grace) = (now(), patience(GRACE));
        let preparing = Interrupt::default();
        assert!(!preparing.grace_is_over(begin + 2 * grace), "no signal has come");
        preparing.record(SIGTERM, begin);
        assert!(!preparing.grace_is_over(begin + grace.saturating_sub(SOON)));
        assert!(preparing.grace_is_over(begin + grace));
        assert!(!preparing.begin_training(), "the end has been requested");
        assert!(preparing.grace_is_over(begin + grace));

        let training = Interrupt::default();
        assert!(training.begin_training());
        training.record(SIGTERM, begin);
        assert!(!training.grace_is_over(begin + 1000 * grace));
        let written = begin + 7 * grace;
        training.note_written(written);
        assert!(!training.grace_is_over(written + grace.saturating_sub(SOON)));
        assert!(training.grace_is_over(written + grace));
        let late = Interrupt::default();
        late.note_written(begin);
        late.record(SIGINT, written);
        assert!(!late.grace_is_over(written + SOON) && late.grace_is_over(written + grace));
    }
}
