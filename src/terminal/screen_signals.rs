//! The signals of job control and of the window.

use std::io;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::terminal::driver::Terminal;
use crate::terminal::job_control;

/// The meaning of a signal for the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TerminalSignal {
    /// The window may have another size.
    Resized,
    /// The program has resumed after a stop, so the screen must be redrawn.
    Resumed,
    /// A stop was requested, but no shell could resume the program.
    CannotSuspend,
}

/// The time that the program continues in the background when it is resumed there: a shell sends
/// SIGCONT after the signal that ends a stopped job, and a system shutdown some time before or
/// after it.
const BACKGROUND: Duration = Duration::from_secs(1);

/// The interval at which it checks whether it is in the foreground.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The signals, which no longer have their default actions.
pub(crate) struct ScreenSignals(Signals);

impl ScreenSignals {
    /// Replaces the default actions of the signals.
    ///
    /// # Errors
    /// Returns an error if the signals cannot be watched.
    pub(crate) fn watch() -> io::Result<Self> {
        Ok(Self(Signals::new([SIGTSTP, SIGCONT, SIGWINCH])?))
    }

    /// Handles the signals on this thread until the program ends, and reports them through `send`,
    /// which must not block. `ends_within` returns whether the program begins to end within a time,
    /// or has already.
    pub(crate) fn handle(
        mut self,
        terminal: &Terminal,
        ends_within: impl Fn(Duration) -> bool,
        send: impl Fn(TerminalSignal),
    ) {
        for signal in &mut self.0 {
            match signal {
                SIGTSTP if job_control::is_orphaned() => send(TerminalSignal::CannotSuspend),
                SIGTSTP => {
                    terminal.suspend();
                    // The program is stopped here until SIGCONT, which this loop handles next.
                    let _ = low_level::emulate_default_handler(signal);
                }
                SIGCONT if comes_to_foreground(terminal, &ends_within) => {
                    // A closed terminal ends the program on another thread.
                    let _ = terminal.enter();
                    send(TerminalSignal::Resumed);
                }
                SIGCONT if ends_within(Duration::ZERO) || job_control::is_orphaned() => {}
                SIGCONT => {
                    let _ = low_level::emulate_default_handler(SIGTSTP);
                }
                _ => send(TerminalSignal::Resized),
            }
        }
    }
}

/// Waits until a resumed program is in the foreground. Returns false if it is not in time, or if
/// the program is ending. In the background it must not set up the terminal: the system would stop
/// it in the middle of that.
fn comes_to_foreground(terminal: &Terminal, ends_within: impl Fn(Duration) -> bool) -> bool {
    if terminal.is_in_foreground() {
        return true;
    }
    // The program may have been stopped by a signal that left no time to restore the terminal.
    terminal.suspend();
    for _ in 0..BACKGROUND.as_millis() / POLL_INTERVAL.as_millis() {
        if ends_within(POLL_INTERVAL) {
            return false;
        }
        if terminal.is_in_foreground() {
            return true;
        }
    }
    false
}
