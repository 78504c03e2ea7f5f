//! Ends the program from any thread: ends the recording of the session, restores the terminal, waits a
//! bounded time for pending writes, and removes partial files.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU};
use signal_hook::low_level;

use crate::cli::clock;
use crate::cli::files;
use crate::cli::recording::{SessionEnd, SharedRecording};
use crate::cli::save_tracker::SaveTracker;
use crate::cli::signals;
use crate::cli::time_limits::patience;
use crate::terminal::{Terminal, restore_now};

/// The exit status if the terminal is closed: that of a program ended by SIGHUP.
const TERMINAL_CLOSED: i32 = 129;
/// The exit status after a panic: that of a failure.
const PANICKED: i32 = 1;
/// The time limit for restoring the terminal and finishing writes before the program ends anyway.
const GRACE: Duration = Duration::from_millis(750);
/// The additional time limit for removing partial files.
const REMOVAL_LIMIT: Duration = Duration::from_millis(150);
/// A second ctrl-c within this time ends the program at once.
const SECOND_PRESS: Duration = Duration::from_secs(2);

/// The work to do before the program ends. All threads share it, since any of them may end the program.
pub(super) struct Shutdown {
    terminal: Arc<Terminal>,
    saving: SaveTracker,
    recording: SharedRecording,
    exit_summary: Box<dyn Fn() -> String + Send + Sync>,
    presses: CtrlCPresses,
    begun: ShutdownFlag,
    /// Whether a thread has panicked.
    has_panicked: AtomicBool,
    /// Whether it has been printed what is kept of the session.
    has_reported: AtomicBool,
}

/// The way in which the program ends.
#[derive(Clone, Copy)]
enum ExitKind {
    /// With this exit status.
    Status(i32),
    /// By the default action of this signal.
    Signal(i32),
}

impl ExitKind {
    fn end(self) -> ! {
        match self {
            Self::Status(status) => low_level::exit(status),
            Self::Signal(signal) => signals::end_by(signal),
        }
    }
}

impl Shutdown {
    /// Returns the shutdown of a program with this terminal, these pending saves and this recording,
    /// which goes on to be the one of a session that was cut off unless the user leaves it on
    /// purpose. If a signal ends the program, `exit_summary` is printed.
    pub(super) fn new(
        terminal: Arc<Terminal>,
        saving: SaveTracker,
        recording: SharedRecording,
        exit_summary: impl Fn() -> String + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            terminal,
            saving,
            recording,
            exit_summary: Box::new(exit_summary),
            presses: CtrlCPresses::default(),
            begun: ShutdownFlag::default(),
            has_panicked: AtomicBool::new(false),
            has_reported: AtomicBool::new(false),
        })
    }

    /// Records a ctrl-c key press: the dashboard handles the first; a second soon after ends the program.
    pub(super) fn record_ctrl_c(self: &Arc<Self>) {
        if self.presses.is_second(clock::now()) {
            self.recording.request_end(SessionEnd::Quit);
            self.end_in_time(ExitKind::Signal(SIGINT));
            self.end_by(SIGINT, PendingWrites::No);
        }
    }

    /// Returns whether a signal begins to end the program within this time, or has already.
    pub(super) fn begins_within(&self, time: Duration) -> bool {
        self.begun.within(time)
    }

    /// Ends the program by a signal on another thread, so that the next signal is handled too.
    pub(super) fn begin(self: &Arc<Self>, signal: i32) {
        let is_second = signal == SIGINT && self.presses.is_second(clock::now());
        if self.begun.set() && !is_second {
            return;
        }
        // A user leaves by ctrl-c. The other signals have other causes: a machine that shuts down,
        // a closed connection, an exceeded limit.
        let is_users = signal == SIGINT;
        self.recording.request_end(if is_users { SessionEnd::Quit } else { SessionEnd::CutOff });
        self.end_in_time(ExitKind::Signal(signal));
        let ending = Arc::clone(self);
        let waits = if is_second { PendingWrites::No } else { PendingWrites::Yes };
        let end = move || ending.end_by(signal, waits);
        let on_thread = end.clone();
        let begun = thread::Builder::new().name("end".to_owned());
        // If no thread can be started, this one ends the program.
        if begun.spawn(on_thread).is_err() {
            end();
        }
    }

    /// Restores the terminal, waits for the end of the recording, and ends the program by this
    /// signal.
    fn end_by(self: &Arc<Self>, signal: i32, waits: PendingWrites) -> ! {
        self.terminal.leave();
        if waits == PendingWrites::Yes {
            let word = self.terminal.claim_final_message();
            if let Some(word) = &word {
                word.print(&reason(signal));
                word.print(&(self.exit_summary)());
            }
            self.recording.wait();
            let kept = self.recording.words();
            if let Some(word) = word.filter(|_| !kept.is_empty()) {
                word.print(&format!("{kept}\n"));
                self.has_reported.store(true, Ordering::Release);
            }
            self.saving.wait();
        }
        files::remove_staged();
        signals::end_by(signal)
    }

    /// Ends the program if its terminal is closed, or if the one it reads keys from is; in the
    /// second case there is still a terminal to restore.
    pub(super) fn terminal_gone(self: &Arc<Self>) -> ! {
        self.recording.request_end(SessionEnd::CutOff);
        self.end_in_time(ExitKind::Status(TERMINAL_CLOSED));
        self.terminal.leave();
        self.recording.wait();
        self.saving.wait();
        files::remove_staged();
        low_level::exit(TERMINAL_CLOSED)
    }

    /// Ends the program after a panic: logs the panic, restores the terminal, and then prints it.
    /// Only the first of several threads does this; the others wait for the end.
    pub(super) fn panicked<K>(
        self: &Arc<Self>,
        keep: impl FnOnce() -> K,
        report: impl FnOnce(K),
    ) -> ! {
        self.recording.thread_panics();
        while self.has_panicked.swap(true, Ordering::AcqRel) {
            thread::park_timeout(patience(GRACE));
        }
        self.recording.request_end(SessionEnd::CutOff);
        self.end_in_time(ExitKind::Status(PANICKED));
        let kept = keep();
        self.terminal.leave();
        report(kept);
        self.recording.wait();
        let kept = self.recording.words();
        if !kept.is_empty() {
            // A failure to write to standard error cannot be reported anywhere.
            let _ = writeln!(io::stderr(), "xentviz: {kept}");
            self.has_reported.store(true, Ordering::Release);
        }
        self.saving.wait();
        files::remove_staged();
        low_level::exit(PANICKED)
    }

    /// Starts a timer that ends the program even if a terminal or a disk blocks the thread that is ending
    /// it.
    fn end_in_time(self: &Arc<Self>, exit: ExitKind) {
        let ending = Arc::clone(self);
        let end = move || {
            thread::park_timeout(patience(GRACE));
            if !ending.recording.is_over() && ending.recording.wait() {
                // The thread that waited for it has the same time again to print the outcome.
                thread::park_timeout(patience(GRACE));
            }
            restore_now();
            ending.report_recording();
            files::remove_staged_within(patience(REMOVAL_LIMIT));
            exit.end()
        };
        // If no thread can be started, the end only takes longer.
        let _ = thread::Builder::new().name("grace".to_owned()).spawn(end);
    }

    /// Prints what is kept of the session, if the thread that ends the program has not: a thread
    /// that crashed may hold the terminal's lock.
    fn report_recording(&self) {
        let kept = self.recording.words();
        if !kept.is_empty() && !self.has_reported.load(Ordering::Acquire) {
            self.terminal.write_unlocked(&format!("{kept}\n"));
        }
    }
}

/// Returns the message about the signal that ends the program, or an empty string for the signals
/// with which users end programs.
fn reason(signal: i32) -> String {
    if [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(&signal) {
        return String::new();
    }
    let why = if signal == SIGXCPU { ": its processor time is used up" } else { "" };
    let name =
        low_level::signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned);
    format!("xentviz: ended by {name}{why}\n")
}

/// Whether to wait for pending writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PendingWrites {
    Yes,
    No,
}

/// Whether a signal has begun to end the program.
#[derive(Default)]
struct ShutdownFlag {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl ShutdownFlag {
    /// Sets the flag, and returns whether it was set before.
    fn set(&self) -> bool {
        let before = std::mem::replace(&mut *self.lock(), true);
        self.changed.notify_all();
        before
    }

    /// Returns whether the flag is set within this time.
    fn within(&self, time: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), time, |is_set| !*is_set);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Locks the flag. The lock is held only to read or set it.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time of the last ctrl-c.
#[derive(Default)]
struct CtrlCPresses(Mutex<Option<Instant>>);

impl CtrlCPresses {
    /// Returns whether this ctrl-c, at `now`, follows the previous one within [`SECOND_PRESS`].
    fn is_second(&self, now: Instant) -> bool {
        // The lock is held only to replace the time.
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        before.is_some_and(|before| now.saturating_duration_since(before) < SECOND_PRESS)
    }
}

/// Ends the program after the grace period and the work `last`, with the exit status that `last`
/// returns. A user who quits by a key does not lose pending writes, however long they take.
pub(super) fn end_after_grace(last: impl FnOnce() -> i32 + Send + 'static) {
    // If no thread can be started, the end only takes longer.
    let _ = thread::Builder::new().name("grace".to_owned()).spawn(move || {
        thread::park_timeout(patience(GRACE));
        let status = last();
        restore_now();
        files::remove_staged_within(patience(REMOVAL_LIMIT));
        low_level::exit(status)
    });
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CtrlCPresses, SECOND_PRESS, ShutdownFlag};
    use crate::cli::clock;

    #[test]
    fn a_second_press_is_one_within_two_seconds() {
        let (presses, start) = (CtrlCPresses::default(), clock::now());
        let short_while = Duration::from_millis(1);
        assert!(!presses.is_second(start));
        assert!(!presses.is_second(start + SECOND_PRESS));
        assert!(presses.is_second(start + (2 * SECOND_PRESS).saturating_sub(short_while)));
        assert!(presses.is_second(start + 2 * SECOND_PRESS));
    }

    #[test]
    fn setting_the_flag_wakes_a_waiting_thread() {
        let begun = ShutdownFlag::default();
        assert!(!begun.within(Duration::ZERO));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| begun.within(Duration::from_secs(60)));
            assert!(!begun.set());
            assert!(waits.join().expect("the thread does not panic"));
        });
        assert!(begun.set() && begun.within(Duration::ZERO));
    }
}
