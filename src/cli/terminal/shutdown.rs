//! Ends the program from any thread: saves the run, restores the terminal, waits a bounded time for pending
//! writes, and removes partial files.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU};
use signal_hook::low_level;

use crate::cli::clock;
use crate::cli::files;
use crate::cli::recovery::RunRecovery;
use crate::cli::save_tracker::SaveTracker;
use crate::cli::signals;
use crate::cli::terminal::{Terminal, hand_back_now};
use crate::cli::time_limits::patience;

/// The status of a program whose terminal has gone: that of one ended by SIGHUP.
const GONE: i32 = 129;
/// The status of a program that has panicked: that of one that failed.
const PANICKED: i32 = 1;
/// The time limit for restoring the terminal and finishing writes before the program ends anyway.
const GRACE: Duration = Duration::from_millis(750);
/// The additional time limit for removing partial files.
const LAST: Duration = Duration::from_millis(150);
/// How long keeping a run may take: networks of a hundred megabytes on a slow disk.
const KEEPING: Duration = Duration::from_secs(10);
/// How often it is looked meanwhile whether it can still be kept.
const LOOK: Duration = Duration::from_millis(50);
/// A second ctrl-c within this time ends the program at once.
const AGAIN: Duration = Duration::from_secs(2);

/// The work to do before the program ends. All threads share it, since any of them may end the program.
pub(in crate::cli) struct Shutdown {
    terminal: Arc<Terminal>,
    saving: SaveTracker,
    cut_off: RunRecovery,
    keeping: Arc<ActiveKeepers>,
    last_words: Box<dyn Fn() -> String + Send + Sync>,
    presses: CtrlCPresses,
    begun: ShutdownFlag,
    /// Whether a thread has panicked.
    has_panicked: AtomicBool,
    /// Whether the outcome of saving the run has been printed.
    has_told: AtomicBool,
}

/// How the program ends.
#[derive(Clone, Copy)]
enum ExitKind {
    /// With this status.
    Status(i32),
    /// As this signal ends it.
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
    /// The end of a program that has this terminal, writes such files beside it, and has a run to be
    /// kept where the user has not meant to leave it. A signal that ends it leaves `last_words` behind.
    pub(in crate::cli) fn new(
        terminal: Arc<Terminal>,
        (saving, cut_off): (SaveTracker, RunRecovery),
        last_words: impl Fn() -> String + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            terminal,
            saving,
            cut_off,
            keeping: Arc::default(),
            last_words: Box::new(last_words),
            presses: CtrlCPresses::default(),
            begun: ShutdownFlag::default(),
            has_panicked: AtomicBool::new(false),
            has_told: AtomicBool::new(false),
        })
    }

    /// Records a ctrl-c key press: the dashboard handles the first; a second soon after ends the program.
    pub(super) fn press(self: &Arc<Self>) {
        if self.presses.is_second(clock::now()) {
            self.end_in_time(ExitKind::Signal(SIGINT));
            self.end_by(SIGINT, PendingWrites::No, None);
        }
    }

    /// Whether a signal has begun to end the program.
    pub(super) fn has_begun(&self) -> bool {
        self.begins_within(Duration::ZERO)
    }

    /// Whether a signal begins to end the program in this time, or has done so.
    pub(super) fn begins_within(&self, time: Duration) -> bool {
        self.begun.within(time)
    }

    /// Ends the program by a signal that has come, on another thread, so that the next signal is
    /// heeded, too.
    pub(super) fn begin(self: &Arc<Self>, signal: i32) {
        let is_second = signal == SIGINT && self.presses.is_second(clock::now());
        if self.begun.set() && !is_second {
            return;
        }
        // Ctrl-c is how a user leaves; the others come from elsewhere: a machine that is shut down, a
        // connection that is lost, a limit that is reached.
        let until_kept = (signal != SIGINT).then(|| self.keeping.begin());
        self.end_in_time(ExitKind::Signal(signal));
        let ending = Arc::clone(self);
        let waits = if is_second { PendingWrites::No } else { PendingWrites::Yes };
        let end = move |until_kept| ending.end_by(signal, waits, until_kept);
        let on_thread = end.clone();
        let begun = thread::Builder::new().name("end".to_owned());
        // Without another thread to be had, it is this one.
        if begun.spawn(move || on_thread(until_kept)).is_err() {
            end((signal != SIGINT).then(|| self.keeping.begin()));
        }
    }

    /// Keeps the run if it is to be kept, hands the terminal back, and ends the program as this signal does.
    fn end_by(
        self: &Arc<Self>,
        signal: i32,
        waits: PendingWrites,
        until_kept: Option<KeeperGuard>,
    ) -> ! {
        let keeps = until_kept.is_some();
        if let Some(until_kept) = until_kept {
            self.start_keeping(until_kept);
        }
        self.terminal.leave();
        if waits == PendingWrites::Yes {
            let word = self.terminal.claim_final_message();
            if let Some(word) = &word {
                word.print(&reason(signal));
                word.print(&(self.last_words)());
            }
            let kept = if keeps { self.keep() } else { "" };
            if let Some(word) = word.filter(|_| !kept.is_empty()) {
                word.print(&format!("{kept}\n"));
                self.has_told.store(true, Ordering::Release);
            }
            self.saving.wait();
        }
        files::remove_staged();
        signals::end_by(signal)
    }

    /// Ends the program whose terminal has gone, or the one on which its keys were typed: then there
    /// is still something to restore.
    pub(in crate::cli) fn terminal_gone(self: &Arc<Self>) -> ! {
        let until_kept = self.keeping.begin();
        self.end_in_time(ExitKind::Status(GONE));
        self.start_keeping(until_kept);
        self.terminal.leave();
        self.keep();
        self.saving.wait();
        files::remove_staged();
        low_level::exit(GONE)
    }

    /// Ends the program that has panicked: keeps why, hands the terminal back, and then says it. Only
    /// the first of several threads does; the others wait for the end.
    pub(super) fn panicked<K>(
        self: &Arc<Self>,
        keep: impl FnOnce() -> K,
        say: impl FnOnce(K),
    ) -> ! {
        while self.has_panicked.swap(true, Ordering::AcqRel) {
            thread::park_timeout(patience(GRACE));
        }
        let until_kept = self.keeping.begin();
        self.end_in_time(ExitKind::Status(PANICKED));
        self.start_keeping(until_kept);
        let kept = keep();
        self.terminal.leave();
        say(kept);
        let kept = self.keep();
        if !kept.is_empty() {
            // There is nowhere left to say that standard error cannot be written to.
            let _ = writeln!(io::stderr(), "xentviz: {kept}");
            self.has_told.store(true, Ordering::Release);
        }
        self.saving.wait();
        files::remove_staged();
        low_level::exit(PANICKED)
    }

    /// Starts saving the run on another thread, so that blocking here does not delay it.
    fn start_keeping(self: &Arc<Self>, until_kept: KeeperGuard) {
        let ending = Arc::clone(self);
        let keep = move || {
            ending.cut_off.keep();
            drop(until_kept);
        };
        // Without another thread to be had, it is kept when this one comes to it.
        let _ = thread::Builder::new().name("keep".to_owned()).spawn(keep);
    }

    /// Keeps the run, or waits until another thread has; returns what there is to be said of it.
    fn keep(&self) -> &str {
        let _until_kept = self.keeping.begin();
        self.cut_off.keep()
    }

    /// Starts a timer that ends the program even if a terminal or a disk blocks the thread that is ending
    /// it.
    fn end_in_time(self: &Arc<Self>, exit: ExitKind) {
        let ending = Arc::clone(self);
        let end = move || {
            thread::park_timeout(patience(GRACE));
            let waits = !ending.keeping.is_over_within(Duration::ZERO);
            if waits && ending.keeping.is_over_within(patience(KEEPING)) {
                // What waited for it has as long again to say so.
                thread::park_timeout(patience(GRACE));
            }
            hand_back_now();
            ending.report_recovery();
            files::remove_staged_within(patience(LAST));
            exit.end()
        };
        // Without threads to be had, the end is only later.
        let _ = thread::Builder::new().name("grace".to_owned()).spawn(end);
    }

    /// Says whether the run is kept, where who ends the program has not come to it: a thread that has crashed
    /// may hold the terminal.
    fn report_recovery(&self) {
        if self.has_told.load(Ordering::Acquire) {
            return;
        }
        let is_over = self.keeping.is_over_within(Duration::ZERO);
        match self.cut_off.outcome().filter(|_| is_over) {
            Some("") => {}
            Some(kept) => self.terminal.write_unlocked(&format!("{kept}\n")),
            None if is_over => {}
            None => {
                let seconds = patience(KEEPING).as_secs();
                let words = format!("the run could not be kept: that took more than {seconds} s\n");
                self.terminal.write_unlocked(&words);
            }
        }
    }
}

/// Says by which signal the program ends, where its user has not meant it to.
fn reason(signal: i32) -> String {
    if [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(&signal) {
        return String::new();
    }
    let why = if signal == SIGXCPU { ": its processor time is used up" } else { "" };
    let name =
        low_level::signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned);
    format!("xentviz: ended by {name}{why}\n")
}

/// Whether what is being written is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PendingWrites {
    Yes,
    No,
}

/// How many threads are keeping the run, are about to, or wait for one that does.
#[derive(Default)]
struct ActiveKeepers {
    threads: Mutex<usize>,
    is_over: Condvar,
}

/// Held while a thread keeps the run, from before it is started: a busy machine may take long to start it.
struct KeeperGuard(Arc<ActiveKeepers>);

impl ActiveKeepers {
    fn begin(self: &Arc<Self>) -> KeeperGuard {
        *self.threads() += 1;
        KeeperGuard(Arc::clone(self))
    }

    /// Waits until nobody keeps the run; false if that takes longer, or memory has run out for it.
    fn is_over_within(&self, time: Duration) -> bool {
        let until = clock::now() + time;
        let mut threads = self.threads();
        while *threads > 0 {
            let left = until.saturating_duration_since(clock::now());
            if left.is_zero() || signals::has_crashed_again() {
                return false;
            }
            let waited = self.is_over.wait_timeout(threads, left.min(LOOK));
            threads = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Held for no longer than it takes to count.
    fn threads(&self) -> MutexGuard<'_, usize> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeeperGuard {
    fn drop(&mut self) {
        *self.0.threads() -= 1;
        self.0.is_over.notify_all();
    }
}

/// Whether a signal has begun to end the program.
#[derive(Default)]
struct ShutdownFlag {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl ShutdownFlag {
    /// Sets it; returns whether it was set before.
    fn set(&self) -> bool {
        let before = std::mem::replace(&mut *self.lock(), true);
        self.changed.notify_all();
        before
    }

    /// Whether it is set in this time.
    fn within(&self, time: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), time, |is_set| !*is_set);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Held for no longer than it takes to read or set.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When ctrl-c was pressed last.
#[derive(Default)]
struct CtrlCPresses(Mutex<Option<Instant>>);

impl CtrlCPresses {
    /// Whether this one, which came at `now`, is a second soon after the one before.
    fn is_second(&self, now: Instant) -> bool {
        // Held for no longer than it takes to put a time into it.
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        before.is_some_and(|before| now.saturating_duration_since(before) < AGAIN)
    }
}

/// Ends the program in a while, after this last thing, with the status that it gives: who leaves by a
/// key has not lost what is being written, however long that takes.
pub(in crate::cli) fn end_after_grace(last: impl FnOnce() -> i32 + Send + 'static) {
    // Without threads to be had, the end is only later.
    let _ = thread::Builder::new().name("grace".to_owned()).spawn(move || {
        thread::park_timeout(patience(GRACE));
        let status = last();
        hand_back_now();
        files::remove_staged_within(patience(LAST));
        low_level::exit(status)
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{AGAIN, ActiveKeepers, CtrlCPresses, ShutdownFlag};
    use crate::cli::clock;

    #[test]
    fn a_second_press_is_one_that_comes_soon() {
        let (presses, start) = (CtrlCPresses::default(), clock::now());
        let gradient_factors = Duration::from_millis(1);
        assert!(!presses.is_second(start));
        assert!(!presses.is_second(start + AGAIN));
        assert!(presses.is_second(start + (2 * AGAIN).saturating_sub(gradient_factors)));
        assert!(presses.is_second(start + 2 * AGAIN));
    }

    #[test]
    fn what_keeps_a_run_is_waited_for_and_not_for_ever() {
        let keeping = Arc::new(ActiveKeepers::default());
        assert!(keeping.is_over_within(Duration::ZERO));
        let (one, other) = (keeping.begin(), keeping.begin());
        drop(one);
        assert!(!keeping.is_over_within(Duration::ZERO));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| keeping.is_over_within(Duration::from_secs(60)));
            drop(other);
            assert!(waits.join().expect("it does not panic"));
        });
    }

    #[test]
    fn an_end_that_has_begun_is_known_to_whoever_waits_for_it() {
        let begun = ShutdownFlag::default();
        assert!(!begun.within(Duration::ZERO));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| begun.within(Duration::from_secs(60)));
            assert!(!begun.set());
            assert!(waits.join().expect("it does not panic"));
        });
        assert!(begun.set() && begun.within(Duration::ZERO));
    }
}
