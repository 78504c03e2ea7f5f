//! Sets up the terminal while the dashboard is open and restores it afterwards.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rustix::termios::Termios;
use signal_hook::consts::SIGTTOU;
use signal_hook::low_level;

use crate::terminal::job_control;
use crate::terminal::modes::{ENTER, LEAVE};
use crate::terminal::rescue::{self, Rescue};
use crate::terminal::signal_mask::without_stopping;
use crate::terminal::stderr_capture::StderrCapture;
use crate::terminal::tty::Tty;
use crate::terminal::writer::FrameProgress;

/// The time limit for a terminal that accepts no bytes at the end of the program. Together with the
/// rest of the end it stays below the 100 ms that `q` may take.
const PATIENCE: Duration = Duration::from_millis(30);

/// The number of bytes that a responsive terminal accepts without blocking.
const SHORT: usize = 4 << 10;

/// The terminal in which the program runs. All threads share it, since any of them may have to
/// restore it.
pub(crate) struct Terminal {
    tty: Tty,
    /// The time limit of a write, [`PATIENCE`] on an idle machine.
    patience: Duration,
    stray: Option<StderrCapture>,
    held: Mutex<TerminalState>,
}

/// The state of the terminal.
#[derive(Default)]
struct TerminalState {
    /// The previous line discipline; set while the dashboard has the terminal.
    before: Option<Termios>,
    /// The number of times the terminal was set up: a frame begun before a suspension is not
    /// continued after it.
    times: u64,
    /// Whether the terminal was restored for good, so that no signal sets it up again.
    is_over: bool,
    /// Whether the terminal accepted the restoring bytes at once, so that final messages can be
    /// printed.
    accepts_output: bool,
    /// Whether a thread has claimed the final message.
    is_message_claimed: bool,
}

/// The right to print the final message on the terminal.
pub(crate) struct FinalMessage<'a>(&'a Terminal);

impl FinalMessage<'_> {
    /// Prints a text below the earlier output of the terminal.
    pub(crate) fn print(&self, words: &str) {
        let _held = self.0.held();
        // A terminal that accepts no bytes delays the end only up to the limit.
        let _ = self.0.write(words.as_bytes());
    }
}

impl Terminal {
    /// Opens the terminal behind standard output. `patience` returns a time limit for an idle machine
    /// as it applies to this one, and `visible` escapes the control characters of captured lines.
    ///
    /// # Errors
    /// Returns an error if standard output is not a terminal.
    pub(crate) fn open(
        patience: fn(Duration) -> Duration,
        visible: fn(&str) -> String,
    ) -> io::Result<Self> {
        let tty = Tty::reopen(io::stdout())?;
        let stray = StderrCapture::open(patience, visible);
        // If this fails, a crash leaves the terminal as it is.
        let _ = Rescue::prepare(&tty, stray.as_ref().and_then(|stray| stray.diverted().ok()));
        Ok(Self { tty, patience: patience(PATIENCE), stray, held: Mutex::default() })
    }

    /// Waits until the program is in the foreground; like any program that uses the terminal from
    /// the background, it is stopped until then. Must be called before the signals are watched,
    /// which end a stopped program by default.
    ///
    /// # Errors
    /// Returns an error if no shell could bring the program to the foreground.
    pub(crate) fn wait_for_foreground(&self) -> io::Result<()> {
        while !self.is_in_foreground() {
            if job_control::is_orphaned() {
                let reason =
                    "it is in the background, and no shell could bring it to the foreground";
                return Err(io::Error::other(reason));
            }
            low_level::emulate_default_handler(SIGTTOU)?;
        }
        Ok(())
    }

    /// Sets up the terminal, or sets it up again if another program has changed it. Must be called
    /// in the foreground.
    ///
    /// # Errors
    /// Returns an error if the terminal is closed.
    pub(crate) fn enter(&self) -> io::Result<()> {
        let mut held = self.held();
        if held.is_over {
            return Ok(());
        }
        let before = self.tty.make_raw()?;
        rescue::note(Some(held.before.get_or_insert(before)));
        held.times += 1;
        if let Some(stray) = &self.stray {
            stray.divert();
        }
        self.write(ENTER)
    }

    /// Restores the terminal for good. A second call does nothing. Never panics.
    pub(crate) fn leave(&self) {
        self.leave_with(&[]);
    }

    /// Restores the terminal for good, after writing the sequence `last`.
    pub(crate) fn leave_with(&self, last: &[u8]) {
        let mut held = self.held();
        held.accepts_output |= self.restore(&mut held, last);
        held.is_over = true;
    }

    /// Grants the final message to the first thread that ends the program, or to none if the terminal
    /// blocks.
    pub(crate) fn claim_final_message(&self) -> Option<FinalMessage<'_>> {
        let mut held = self.held();
        let is_free = held.accepts_output && !held.is_message_claimed;
        held.is_message_claimed |= is_free;
        is_free.then_some(FinalMessage(self))
    }

    /// Prints without taking the lock, in case another thread never releases it.
    pub(crate) fn write_unlocked(&self, words: &str) {
        let _ = self.write(words.as_bytes());
    }

    /// Returns whether the program may change the terminal without being stopped.
    pub(super) fn is_in_foreground(&self) -> bool {
        self.tty.is_in_foreground()
    }

    /// Waits until the terminal is closed at its other end.
    ///
    /// SIGHUP is not enough: it may be ignored, or be sent to the shell alone.
    pub(crate) fn wait_for_hang_up(&self) {
        self.tty.wait_for_hang_up();
    }

    /// Restores the terminal until it is set up again.
    pub(super) fn suspend(&self) {
        self.restore(&mut self.held(), &[]);
    }

    /// Restores the terminal if it is set up. Returns whether it accepted the restoring bytes at
    /// once.
    fn restore(&self, held: &mut TerminalState, last: &[u8]) -> bool {
        without_stopping(|| self.restore_unblocked(held, last))
    }

    fn restore_unblocked(&self, held: &mut TerminalState, last: &[u8]) -> bool {
        let Some(before) = held.before.take() else { return false };
        // A closed terminal needs no restoring, and there is no one to report an error to.
        let _ = self.tty.restore(&before);
        // The sequence begins with an escape, which ends a sequence that was cut off.
        let _ = self.write(last);
        let mut left = self.write(LEAVE);
        let is_taken = left.is_ok();
        if !is_taken {
            // Output that the terminal has not drawn by now is discarded, to make room for the few
            // bytes that matter. A sequence cut off there is ended by the escape at the beginning
            // of `LEAVE`.
            self.tty.discard_output();
            left = self.write(LEAVE);
        }
        if left.is_ok() {
            rescue::note(None);
        }
        if let Some(stray) = &self.stray {
            stray.restore();
            // A terminal that accepts no bytes would not accept these either.
            if left.is_ok() {
                stray.report();
            }
        }
        is_taken
    }

    /// Returns the columns and rows.
    pub(crate) fn size(&self) -> (u16, u16) {
        self.tty.size()
    }

    /// Writes as much of a short frame as the terminal accepts at once.
    pub(crate) fn begin_frame(&self, frame: &[u8]) -> FrameProgress {
        let held = match self.held.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(held)) => held.into_inner(),
            // The terminal is being restored, or set up again, which redraws everything.
            Err(TryLockError::WouldBlock) => return FrameProgress::default(),
        };
        let is_short = (1..=SHORT).contains(&frame.len());
        let takes = is_short && held.before.is_some() && !self.tty.is_blocking();
        // An error shows when the rest is written.
        let written = if takes { self.tty.write(frame).unwrap_or(0) } else { 0 };
        FrameProgress { times: Some(held.times), written }
    }

    /// Writes the rest of a frame, and waits while the terminal accepts no bytes. The rest is
    /// dropped once the terminal is restored.
    ///
    /// # Errors
    /// Returns an error if the terminal is closed.
    pub(crate) fn finish_frame(&self, frame: &[u8], begun: FrameProgress) -> io::Result<()> {
        let mut rest = frame.get(begun.written..).unwrap_or_default();
        while !rest.is_empty() {
            let written = {
                let held = self.held();
                if held.before.is_none() || Some(held.times) != begun.times {
                    return Ok(());
                }
                self.tty.write(rest)
            };
            match written {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => {
                        self.tty.wait_for_room(None)?;
                    }
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    /// Writes all bytes, or fails within the time limit.
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.tty.write_within(self.patience, bytes)
    }

    /// Locks the state. A thread that panicked must not keep the terminal from being restored.
    fn held(&self) -> MutexGuard<'_, TerminalState> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
