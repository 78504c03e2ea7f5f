//! How the program ends from whatever thread has to end it: the terminal is handed back, what is being
//! written is waited for as long as may be, and nothing half-written is left behind.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level;

use crate::cli::clock;
use crate::cli::cut_off::CutOff;
use crate::cli::files;
use crate::cli::saving::Saving;
use crate::cli::terminal::Terminal;

/// The status of a program whose terminal has gone: that of one ended by SIGHUP.
const GONE: i32 = 129;
/// The status of a program that has panicked: that of one that failed.
const PANICKED: i32 = 1;
/// How long handing the terminal back, and what is being written, may take before the program ends
/// without it.
const GRACE: Duration = Duration::from_millis(750);
/// How long taking away what is half-written may take after that: together less than a second.
const LAST: Duration = Duration::from_millis(150);
/// Who presses ctrl-c a second time within this wants no more waiting.
const AGAIN: Duration = Duration::from_secs(2);

/// What has to be seen to before the program ends. Shared by all threads: each may have to end it.
pub(in crate::cli) struct Ending {
    terminal: Arc<Terminal>,
    saving: Saving,
    cut_off: CutOff,
    last_words: Box<dyn Fn() -> String + Send + Sync>,
    presses: Presses,
    /// Whether a signal has begun to end it.
    is_begun: AtomicBool,
    /// Whether a thread has panicked.
    has_panicked: AtomicBool,
}

impl Ending {
    /// The end of a program that has this terminal, writes such files beside it, and has a run to be
    /// kept where the user has not meant to leave it. Those signals with which a user ends a program
    /// leave `last_words` behind.
    pub(in crate::cli) fn new(
        terminal: Arc<Terminal>,
        (saving, cut_off): (Saving, CutOff),
        last_words: impl Fn() -> String + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            terminal,
            saving,
            cut_off,
            last_words: Box::new(last_words),
            presses: Presses::default(),
            is_begun: AtomicBool::new(false),
            has_panicked: AtomicBool::new(false),
        })
    }

    /// Takes note of ctrl-c among the keys: the first is for the dashboard to obey, a second soon
    /// after it ends the program whatever that is doing.
    pub(super) fn press(&self) {
        if self.presses.is_second(clock::now()) {
            end_within_grace(128 + SIGINT);
            self.end_by(SIGINT, Waits::No);
        }
    }

    /// Ends the program by a signal that has come, on another thread, so that the next signal is
    /// heeded, too.
    pub(super) fn begin(self: &Arc<Self>, signal: i32) {
        let is_second = signal == SIGINT && self.presses.is_second(clock::now());
        if self.is_begun.swap(true, Ordering::AcqRel) && !is_second {
            return;
        }
        end_within_grace(128 + signal);
        let ending = Arc::clone(self);
        let waits = if is_second { Waits::No } else { Waits::Yes };
        let end = move || ending.end_by(signal, waits);
        // Without another thread to be had, it is this one.
        if thread::Builder::new().name("end".to_owned()).spawn(end.clone()).is_err() {
            end();
        }
    }

    /// Hands the terminal back, and ends the program as this signal does.
    fn end_by(&self, signal: i32, waits: Waits) {
        self.terminal.leave();
        if waits == Waits::Yes {
            // These come from elsewhere: from a machine that is shut down, a connection that is lost.
            let keeps = matches!(signal, SIGTERM | SIGHUP);
            let word = self.terminal.take_word().filter(|_| matches!(signal, SIGTERM | SIGINT));
            thread::scope(|scope| {
                let keep = || self.cut_off.keep();
                let builder = thread::Builder::new().name("keep".to_owned());
                // Without another thread to be had, it is kept after that.
                let _ = keeps.then(|| builder.spawn_scoped(scope, keep));
                if let Some(word) = &word {
                    word.say(&(self.last_words)());
                }
            });
            let kept = if keeps { self.cut_off.keep() } else { "" };
            if let Some(word) = word.filter(|_| !kept.is_empty()) {
                word.say(&format!("{kept}\n"));
            }
            self.saving.wait();
        }
        files::abandon();
        // A signal whose default is not to end the program does not get here.
        let _ = low_level::emulate_default_handler(signal);
    }

    /// Ends the program whose terminal has gone, or the one on which its keys were typed: then there
    /// is still something to restore.
    pub(in crate::cli) fn gone(&self) -> ! {
        end_within_grace(GONE);
        self.terminal.leave();
        self.cut_off.keep();
        self.saving.wait();
        files::abandon();
        low_level::exit(GONE)
    }

    /// Ends the program that has panicked: keeps why, hands the terminal back, and then says it. Only
    /// the first of several threads does; the others wait for the end.
    pub(super) fn panicked<K>(&self, keep: impl FnOnce() -> K, say: impl FnOnce(K)) -> ! {
        while self.has_panicked.swap(true, Ordering::AcqRel) {
            thread::park_timeout(GRACE);
        }
        end_within_grace(PANICKED);
        let kept = keep();
        self.terminal.leave();
        say(kept);
        let kept = self.cut_off.keep();
        if !kept.is_empty() {
            // There is nowhere left to say that standard error cannot be written to.
            let _ = writeln!(io::stderr(), "xentviz: {kept}");
        }
        self.saving.wait();
        files::abandon();
        low_level::exit(PANICKED)
    }
}

/// Whether what is being written is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    Yes,
    No,
}

/// When ctrl-c was pressed last.
#[derive(Default)]
struct Presses(Mutex<Option<Instant>>);

impl Presses {
    /// Whether this one, which came at `now`, is a second soon after the one before.
    fn is_second(&self, now: Instant) -> bool {
        // Held for no longer than it takes to put a time into it.
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        before.is_some_and(|before| now.saturating_duration_since(before) < AGAIN)
    }
}

/// Ends the program in a while, come what may: a terminal that takes no bytes may keep the thread
/// that hands it back waiting, and so may a disk.
fn end_within_grace(status: i32) {
    end_after_grace(move || status);
}

/// Ends the program in a while, after this last thing, with the status that it gives: who leaves by a
/// key has not lost what is being written, however long that takes.
pub(in crate::cli) fn end_after_grace(last: impl FnOnce() -> i32 + Send + 'static) {
    // Without threads to be had, the end is only later.
    let _ = thread::Builder::new().name("grace".to_owned()).spawn(move || {
        thread::park_timeout(GRACE);
        let status = last();
        files::abandon_within(LAST);
        low_level::exit(status)
    });
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{AGAIN, Presses};
    use crate::cli::clock;

    #[test]
    fn a_second_press_is_one_that_comes_soon() {
        let (presses, start) = (Presses::default(), clock::now());
        let moment = Duration::from_millis(1);
        assert!(!presses.is_second(start));
        assert!(!presses.is_second(start + AGAIN));
        assert!(presses.is_second(start + (2 * AGAIN).saturating_sub(moment)));
        assert!(presses.is_second(start + 2 * AGAIN));
    }
}
