//! What may end the program from outside: signals, a terminal that goes away, a panic. Each hands
//! the terminal back first, whatever the other threads are doing.

use std::io;
use std::panic;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::panic_log;
use crate::cli::saving::Saving;
use crate::cli::terminal::{Terminal, job};

/// The status of a program whose terminal has gone: that of one ended by SIGHUP.
const GONE: i32 = 129;
/// The status of a program that has panicked: that of one that failed.
const PANICKED: i32 = 1;
/// How long handing the terminal back, and what is being written, may take before the program ends
/// without it.
const GRACE: Duration = Duration::from_millis(900);

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

/// Heeds signals on a thread of its own: those that end or stop the program do so with the terminal
/// handed back and what is being written whole, of the others `tell` is told. Those with which a
/// user ends a program leave `last_words` behind.
///
/// # Errors
/// When the signals cannot be watched or the thread cannot be started.
pub(in crate::cli) fn heed_signals(
    terminal: Arc<Terminal>,
    saving: Saving,
    (tell, last_words): (impl Fn(Signalled) + Send + 'static, impl Fn() -> String + Send + 'static),
) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            match signal {
                SIGWINCH => tell(Signalled::Resized),
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
                _ => {
                    end_within_grace(128 + signal);
                    terminal.leave();
                    if matches!(signal, SIGTERM | SIGINT) {
                        terminal.say_last(&last_words());
                    }
                    saving.wait();
                    let _ = low_level::emulate_default_handler(signal);
                }
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
pub(in crate::cli) fn exit_when_gone(terminal: Arc<Terminal>, saving: Saving) -> io::Result<()> {
    thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        terminal.tty.wait_for_hang_up();
        gone(&saving);
    })?;
    Ok(())
}

/// Ends the program whose terminal has gone: there is nothing to restore and no one to tell.
pub(in crate::cli) fn gone(saving: &Saving) -> ! {
    end_within_grace(GONE);
    saving.wait();
    low_level::exit(GONE)
}

/// Makes a panic in any thread be kept in a file, hand the terminal back, say what happened, and end
/// the program.
pub(in crate::cli) fn restore_on_panic(terminal: Arc<Terminal>, saving: Saving) {
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        end_within_grace(PANICKED);
        let kept = panic_log::keep(panic);
        terminal.leave();
        say(panic);
        panic_log::tell(kept.as_deref());
        saving.wait();
        low_level::exit(PANICKED)
    }));
}

/// Ends the program in a while, come what may: a terminal that takes no bytes may keep the thread
/// that hands it back waiting, and so may a disk.
fn end_within_grace(status: i32) {
    end_after_grace(status, || {});
}

/// Ends the program in a while, after this last thing: who leaves by a key has not lost what is
/// being written, however long that takes.
pub(in crate::cli) fn end_after_grace(status: i32, last: impl FnOnce() + Send + 'static) {
    // Without threads to be had, the end is only later.
    let _ = thread::Builder::new().name("grace".to_owned()).spawn(move || {
        thread::park_timeout(GRACE);
        last();
        low_level::exit(status)
    });
}
