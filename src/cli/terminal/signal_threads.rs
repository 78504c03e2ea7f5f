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
use crate::cli::terminal::rescue::hand_back_now;
use crate::cli::terminal::shutdown::Shutdown;
use crate::cli::terminal::{Terminal, job_control};
use crate::cli::threads;

/// What a signal means to the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum TerminalSignal {
    /// The window may have another size.
    Resized,
    /// The program goes on after a stop: the screen is to be drawn anew.
    Resumed,
    /// The program was to stop, and nobody is there who could let it go on.
    CannotSuspend,
}

/// How long the program goes on in the background when it is continued there: a shell sends SIGCONT
/// after the signal that is to end a stopped job, and a shutdown some time before or after it.
const BACKGROUND: Duration = Duration::from_secs(1);

/// How often it looks meanwhile whether it has come to the foreground.
const LOOK: Duration = Duration::from_millis(50);

/// Has the signals that end the program do so in order, on threads that wait for nothing else: with the
/// terminal handed back and what is being written whole.
///
/// # Errors
/// When the signals cannot be watched or the thread cannot be started.
pub(in crate::cli) fn end_on_signals(ending: Arc<Shutdown>) -> io::Result<()> {
    let mut signals = Signals::new(signals::ending())?;
    let theirs = Arc::clone(&ending);
    let on_signal = move || {
        for signal in &mut signals {
            theirs.begin(signal);
        }
    };
    threads::start_small("ends", on_signal)?;
    let mut crashes = CrashWatch::start(hand_back_now)?;
    let on_crash = move || {
        if let Ok(signal) = crashes.wait() {
            ending.begin(signal);
        }
    };
    threads::start_small("crashes", on_crash)?;
    Ok(())
}

/// Handles job-control and resize signals on a separate thread and reports them through `tell`, which must
/// not block.
///
/// # Errors
/// When the signals cannot be watched or the thread cannot be started.
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
                    // Stopped here until SIGCONT, which comes through this loop again.
                    let _ = low_level::emulate_default_handler(signal);
                }
                SIGCONT if comes_to_foreground(&terminal, &ending) => {
                    // A terminal that is gone is seen by `exit_when_gone`.
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

/// Waits until a program that has been continued has its terminal; false if it has not got it in time,
/// or is to end. In the background it must not take it: the system would stop it in the middle of that.
fn comes_to_foreground(terminal: &Terminal, ending: &Shutdown) -> bool {
    if terminal.tty.is_in_foreground() {
        return true;
    }
    // It may have been stopped by a signal that left it no time for that.
    terminal.suspend();
    for _ in 0..BACKGROUND.as_millis() / LOOK.as_millis() {
        if ending.begins_within(LOOK) {
            return false;
        }
        if terminal.tty.is_in_foreground() {
            return true;
        }
    }
    false
}

/// Ends the program as soon as its terminal is closed at the other end, on a thread of its own.
///
/// SIGHUP does not do: it may be ignored, or go to the shell alone.
///
/// # Errors
/// When the thread cannot be started.
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

/// Makes a panic in any thread be kept in a file, hand the terminal back, say what happened, and end
/// the program.
pub(in crate::cli) fn restore_on_panic(ending: Arc<Shutdown>) {
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let send = |kept: Option<PathBuf>| {
            say(panic);
            panic_log::report(kept.as_deref());
        };
        ending.panicked(|| panic_log::keep(panic), send)
    }));
}
