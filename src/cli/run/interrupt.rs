//! Interrupts: a signal ends a run between two steps, and the requested files are written.
//!
//! [`signals::ending`] lists the signals. The first one ends the run. Further ones are ignored,
//! since `timeout` sends its signal twice, a lost connection causes a SIGHUP from the shell and one
//! from the kernel, and SIGXCPU repeats each second. The exceptions are SIGINT (ctrl-c) and SIGQUIT
//! at least 200 ms after the first signal: the user insists, and the program ends at once.
//!
//! Before training begins and after all files are written, no work can be lost. A signal then ends
//! the program after a grace period even if the main thread hangs while opening a file or writing
//! to a terminal. In between, the program waits for the disk without a limit.

use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::clock::now;
use crate::cli::time_limits::patience;
use crate::cli::{files, signals, threads};

/// The time limit for removing half-written files before the program ends.
const PATIENCE: Duration = Duration::from_millis(500);

/// The time that the main thread has to end the program when no work can be lost. The whole end
/// stays below 1 s: nothing is half-written then, so [`PATIENCE`] is not needed.
const GRACE: Duration = Duration::from_millis(750);

/// Signals within this time count as one request: a wrapper forwards the ctrl-c that its process
/// group has already received. A user takes longer to press the keys again.
const ONE_REQUEST: Duration = Duration::from_millis(200);

/// The interval at which a thread checks whether the grace period is over.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The request to end a run, shared by all threads.
#[derive(Clone, Default)]
pub(super) struct Interrupt(Arc<InterruptShared>);

#[derive(Default)]
struct InterruptShared {
    /// The first signal, or 0. It is read at each step, so it is not behind the lock.
    signal: AtomicI32,
    /// Whether the program is ending at once. Half-written files are removed then, which the main thread
    /// may notice as an error.
    ends_at_once: AtomicBool,
    state: Mutex<InterruptState>,
}

/// The time of the request, and the stage of the run.
#[derive(Default)]
struct InterruptState {
    requested: Option<Instant>,
    stage: RunStage,
}

/// The stage of a run.
#[derive(Clone, Copy, Default)]
enum RunStage {
    /// No step has been trained.
    #[default]
    Preparing,
    /// The networks are not written yet.
    Training,
    /// All files were written at this time.
    Written(Instant),
}

/// The action that a signal requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignalAction {
    /// End the run and write the requested files.
    End,
    /// No action: the run is already ending.
    Nothing,
    /// End the program without waiting.
    EndAtOnce,
}

impl Interrupt {
    /// Handles signals from now on, on a separate thread.
    ///
    /// # Errors
    /// Returns an error if the signals cannot be handled or the thread cannot be started.
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

    /// Records a signal that arrived at `now`, and returns the requested action.
    fn record(&self, signal: i32, now: Instant) -> SignalAction {
        let mut state = self.state();
        let Some(requested) = state.requested else {
            state.requested = Some(now);
            self.0.signal.store(signal, Ordering::Relaxed);
            return SignalAction::End;
        };
        let ends_at_once = matches!(signal, SIGINT | SIGQUIT)
            && now.saturating_duration_since(requested) >= ONE_REQUEST;
        if ends_at_once {
            self.0.ends_at_once.store(true, Ordering::Release);
            return SignalAction::EndAtOnce;
        }
        SignalAction::Nothing
    }

    /// Requests the end, as this signal does.
    #[cfg(test)]
    pub(super) fn request(&self, signal: i32) {
        self.record(signal, now());
    }

    /// Ends the program from a separate thread, once no work can be lost and the grace period is
    /// over.
    fn end_after_grace(&self) {
        let theirs = self.clone();
        // If the thread cannot be started, only the main thread can end the program.
        let _ = threads::start_small("grace", move || {
            while !theirs.grace_is_over(now()) {
                thread::park_timeout(POLL_INTERVAL);
            }
            end(theirs.status().unwrap_or_default());
        });
    }

    /// Returns whether no work can be lost and the grace period of the main thread is over.
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

    /// Begins the training, unless the end was requested. Returns whether it begins.
    pub(super) fn begin_training(&self) -> bool {
        let mut state = self.state();
        let begins = state.requested.is_none();
        if begins {
            state.stage = RunStage::Training;
        }
        begins
    }

    /// Records that all files are written: only the table of the arms remains.
    pub(super) fn note_written(&self, now: Instant) {
        self.state().stage = RunStage::Written(now);
    }

    /// Returns whether the program is ending at once, on the thread that handles the signals.
    pub(super) fn is_ending_at_once(&self) -> bool {
        self.0.ends_at_once.load(Ordering::Acquire)
    }

    /// Returns whether the end has been requested.
    pub(super) fn is_requested(&self) -> bool {
        self.status().is_some()
    }

    /// Returns the exit status if the end was requested: 128 + n after signal n, as in shells.
    pub(super) fn status(&self) -> Option<i32> {
        let signal = self.0.signal.load(Ordering::Relaxed);
        (signal != 0).then_some(128 + signal)
    }

    /// Returns that exit status, or success.
    pub(super) fn exit_code(&self) -> ExitCode {
        self.status().map_or(ExitCode::SUCCESS, |status| ExitCode::from(status as u8))
    }

    /// Locks the state. No thread can panic in the middle of a change to it.
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
    fn only_a_repeated_keyboard_signal_ends_the_program_at_once() {
        let begin = now();
        for first in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
            let interrupt = Interrupt::default();
            assert!(!interrupt.is_requested());
            assert_eq!(interrupt.record(first, begin), SignalAction::End);
            for signal in [SIGINT, SIGQUIT, SIGTERM] {
                assert_eq!(interrupt.record(signal, begin + SOON), SignalAction::Nothing);
            }
            for (signal, expected) in [
                (SIGTERM, SignalAction::Nothing),
                (SIGHUP, SignalAction::Nothing),
                (SIGINT, SignalAction::EndAtOnce),
                (SIGQUIT, SignalAction::EndAtOnce),
            ] {
                assert_eq!(interrupt.record(signal, begin + ONE_REQUEST), expected);
                assert_eq!(interrupt.record(signal, begin + 1000 * ONE_REQUEST), expected);
                let ends_at_once = expected == SignalAction::EndAtOnce;
                assert_eq!(interrupt.is_ending_at_once(), ends_at_once);
            }
            assert_eq!(interrupt.status(), Some(128 + first));
        }
    }

    #[test]
    fn the_main_thread_has_unlimited_time_while_work_could_be_lost() {
        let (begin, grace) = (now(), patience(GRACE));
        let preparing = Interrupt::default();
        assert!(!preparing.grace_is_over(begin + 2 * grace), "no signal has arrived");
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
