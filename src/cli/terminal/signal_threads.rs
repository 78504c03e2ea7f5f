//! Threads that end the program on a signal, a closed terminal or a panic.

use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::panic_log;
use crate::cli::signals::{self, CrashWatch};
use crate::cli::terminal::rescue::restore_now;
use crate::cli::terminal::shutdown::Shutdown;
use crate::cli::terminal::{Terminal, job_control};
use crate::cli::threads;

/// The meaning of a signal for the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum TerminalSignal {
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

/// Ends the program in order on the signals that end it: with the terminal restored and pending
/// writes completed. The threads that handle them wait for nothing else.
///
/// # Errors
/// Returns an error if the signals cannot be watched or a thread cannot be started.
pub(in crate::cli) fn end_on_signals(ending: Arc<Shutdown>) -> io::Result<()> {
    let mut signals = Signals::new(signals::ending())?;
    let theirs = Arc::clone(&ending);
    let on_signal = move || {
        for signal in &mut signals {
            theirs.begin(signal);
        }
    };
    threads::start_small("ends", on_signal)?;
    let mut crashes = CrashWatch::start(restore_now)?;
    let on_crash = move || {
        if let Ok(signal) = crashes.wait() {
            ending.begin(signal);
        }
    };
    threads::start_small("crashes", on_crash)?;
    Ok(())
}

/// Handles job-control and resize signals on a separate thread and reports them through `send`,
/// which must not block.
///
/// # Errors
/// Returns an error if the signals cannot be watched or the thread cannot be started.
pub(in crate::cli) fn watch_screen_signals(
    terminal: Arc<Terminal>,
    ending: Arc<Shutdown>,
    send: impl Fn(TerminalSignal) + Send + 'static,
) -> io::Result<()> {
    let mut signals = Signals::new([SIGTSTP, SIGCONT, SIGWINCH])?;
    threads::start_small("signals", move || {
        for signal in &mut signals {
            match signal {
                SIGTSTP if job_control::is_orphaned() => send(TerminalSignal::CannotSuspend),
                SIGTSTP => {
                    terminal.suspend();
                    // The program is stopped here until SIGCONT, which this loop handles next.
                    let _ = low_level::emulate_default_handler(signal);
                }
                SIGCONT if comes_to_foreground(&terminal, &ending) => {
                    // `exit_when_gone` handles a closed terminal.
                    let _ = terminal.enter();
                    send(TerminalSignal::Resumed);
                }
                SIGCONT if ending.has_begun() || job_control::is_orphaned() => {}
                SIGCONT => {
                    let _ = low_level::emulate_default_handler(SIGTSTP);
                }
                _ => send(TerminalSignal::Resized),
            }
        }
    })?;
    Ok(())
}

/// Waits until a resumed program is in the foreground. Returns false if it is not in time, or if
/// the program is ending. In the background it must not set up the terminal: the system would stop
/// it in the middle of that.
fn comes_to_foreground(terminal: &Terminal, ending: &Shutdown) -> bool {
    if terminal.tty.is_in_foreground() {
        return true;
    }
    // The program may have been stopped by a signal that left no time to restore the terminal.
    terminal.suspend();
    for _ in 0..BACKGROUND.as_millis() / POLL_INTERVAL.as_millis() {
        if ending.begins_within(POLL_INTERVAL) {
            return false;
        }
        if terminal.tty.is_in_foreground() {
            return true;
        }
    }
    false
}

/// Ends the program from a separate thread as soon as its terminal is closed at the other end.
///
/// SIGHUP is not enough: it may be ignored, or be sent to the shell alone.
///
/// # Errors
/// Returns an error if the thread cannot be started.
pub(in crate::cli) fn exit_when_gone(
    terminal: Arc<Terminal>,
    ending: Arc<Shutdown>,
) -> io::Result<()> {
    threads::start_small("hang-up", move || {
        terminal.tty.wait_for_hang_up();
        ending.terminal_gone();
    })?;
    Ok(())
}

/// Installs a panic hook for all threads: it logs the panic, restores the terminal, prints the
/// panic, and ends the program.
pub(in crate::cli) fn restore_on_panic(ending: Arc<Shutdown>) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let send = |kept: Option<PathBuf>| {
            previous(panic);
            panic_log::report(kept.as_deref());
        };
        ending.panicked(|| panic_log::keep(panic), send)
    }));
}
