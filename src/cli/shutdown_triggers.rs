//! The triggers of the shutdown: a signal, a crash, a panic, and a terminal that is closed.

use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;

use signal_hook::iterator::Signals;

use crate::cli::panic_log;
use crate::cli::shutdown::Shutdown;
use crate::cli::signals::{self, CrashWatch};
use crate::cli::threads;
use crate::terminal::{Terminal, restore_now};

/// Ends the program in order on the signals that end it: with the terminal restored and pending
/// writes completed. The threads that handle them wait for nothing else.
///
/// # Errors
/// Returns an error if the signals cannot be watched or a thread cannot be started.
pub(super) fn end_on_signals(ending: Arc<Shutdown>) -> io::Result<()> {
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

/// Ends the program from a separate thread as soon as its terminal is closed at the other end.
///
/// # Errors
/// Returns an error if the thread cannot be started.
pub(super) fn end_on_hang_up(terminal: Arc<Terminal>, ending: Arc<Shutdown>) -> io::Result<()> {
    threads::start_small("hang-up", move || {
        terminal.wait_for_hang_up();
        ending.terminal_gone();
    })?;
    Ok(())
}

/// Installs a panic hook for all threads: it logs the panic, restores the terminal, prints the
/// panic, and ends the program.
pub(super) fn end_on_panic(ending: Arc<Shutdown>) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let send = |kept: Option<PathBuf>| {
            previous(panic);
            panic_log::report(kept.as_deref());
        };
        ending.panicked(|| panic_log::keep(panic), send)
    }));
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::process::Command;
    use std::sync::Arc;
    use std::thread;

    use super::end_on_panic;
    use crate::cli::pty_child::{is_own_terminal, panic_output};
    use crate::cli::recording::SharedRecording;
    use crate::cli::save_tracker::SaveTracker;
    use crate::cli::shutdown::Shutdown;
    use crate::cli::time_limits::patience;
    use crate::terminal::Terminal;
    use crate::text::visible_lines;

    #[test]
    #[ignore = "ends the process: run by the test below, in its own terminal"]
    fn panics_in_a_thread() {
        if !is_own_terminal() {
            return;
        }
        let terminal = Arc::new(Terminal::open(patience, visible_lines).expect("a terminal"));
        end_on_panic(Shutdown::new(
            Arc::clone(&terminal),
            SaveTracker::default(),
            SharedRecording::default(),
            String::new,
        ));
        terminal.enter().expect("the terminal can be set up");
        // A line of this process, and one of a child process.
        io::stderr().write_all(b"astray \x1b[2J\n").expect("standard error can be written to");
        let child = Command::new("sh").args(["-c", "echo a child >&2"]).status();
        assert!(child.is_ok_and(|status| status.success()));
        let _ = thread::spawn(|| panic!("on purpose")).join();
        unreachable!("a panic in any thread ends the program");
    }

    #[test]
    fn a_panic_in_any_thread_restores_the_terminal_and_prints_the_reason() {
        let output = panic_output("cli::shutdown_triggers::tests::panics_in_a_thread");
        // The captured standard error is printed first.
        let (before, _) = output.split_once("on purpose").expect("the panic is printed");
        assert!(before.starts_with("astray \\u{1b}[2J\r\na child\r\n"), "{output}");
    }
}
