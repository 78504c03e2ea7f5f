//! What may end the program from outside: signals, a terminal that goes away, a panic. Each hands
//! the terminal back first, whatever the other threads are doing.

use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::panic_log;
use crate::cli::terminal::ending::Ending;
use crate::cli::terminal::{Terminal, job};

/// What a signal means to the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Signalled {
    /// The window may have another size.
    Resized,
    /// The program goes on after a stop: the screen is to be drawn anew.
    Resumed,
    /// The program was to stop, and nobody is there who could let it go on.
    Unstoppable,
}

/// Heeds the signals that end the program, on a thread of its own that waits for nothing else: they
/// do so with the terminal handed back and what is being written whole.
///
/// # Errors
/// When the signals cannot be watched or the thread cannot be started.
pub(in crate::cli) fn end_on_signals(ending: Arc<Ending>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGQUIT, SIGHUP])?;
    thread::Builder::new().name("ends".to_owned()).spawn(move || {
        for signal in &mut signals {
            ending.begin(signal);
        }
    })?;
    Ok(())
}

/// Heeds the signals that concern the screen, on a thread of its own: those that stop the program do
/// so with the terminal handed back, of the others `tell` is told. It must not wait for anything.
///
/// # Errors
/// When the signals cannot be watched or the thread cannot be started.
pub(in crate::cli) fn heed_signals(
    terminal: Arc<Terminal>,
    tell: impl Fn(Signalled) + Send + 'static,
) -> io::Result<()> {
    let mut signals = Signals::new([SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            match signal {
                SIGTSTP if job::is_orphaned() => tell(Signalled::Unstoppable),
                SIGTSTP => {
                    terminal.suspend();
                    // Stopped here until SIGCONT, which comes through this loop again.
                    let _ = low_level::emulate_default_handler(signal);
                }
                SIGCONT => {
                    // A terminal that is gone is seen by `exit_when_gone`.
                    let _ = terminal.enter();
                    tell(Signalled::Resumed);
                }
                _ => tell(Signalled::Resized),
            }
        }
    })?;
    Ok(())
}

/// Ends the program as soon as its terminal is closed at the other end, on a thread of its own.
///
/// SIGHUP does not do: it may be ignored, or go to the shell alone.
///
/// # Errors
/// When the thread cannot be started.
pub(in crate::cli) fn exit_when_gone(
    terminal: Arc<Terminal>,
    ending: Arc<Ending>,
) -> io::Result<()> {
    thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        terminal.tty.wait_for_hang_up();
        ending.gone();
    })?;
    Ok(())
}

/// Makes a panic in any thread be kept in a file, hand the terminal back, say what happened, and end
/// the program.
pub(in crate::cli) fn restore_on_panic(ending: Arc<Ending>) {
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let tell = |kept: Option<PathBuf>| {
            say(panic);
            panic_log::tell(kept.as_deref());
        };
        ending.panicked(|| panic_log::keep(panic), tell)
    }));
}
