//! Takes the terminal while the dashboard is open and restores it afterwards.
//!
//! It is never asked anything: an answer that does not come would keep the screen waiting, and one
//! that comes late would be taken for keys.

mod cell_encoder;
mod cell_write;
mod input;
mod job_control;
mod key_thread;
mod renderer;
mod rescue;
mod shutdown;
mod signal_threads;
mod stderr_capture;
mod tty;
mod writer;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rustix::termios::Termios;
use signal_hook::consts::SIGTTOU;
use signal_hook::low_level;

use crate::cli::signals::without_stopping;
use crate::cli::terminal::rescue::Rescue;
use crate::cli::terminal::stderr_capture::StderrCapture;
use crate::cli::time_limits::patience;

pub(super) use cell_encoder::CellEncoder;
pub(super) use input::Input;
pub(super) use key_thread::forward;
pub(super) use renderer::Renderer;
pub(super) use rescue::hand_back_now;
pub(super) use shutdown::{Shutdown, end_after_grace};
pub(super) use signal_threads::{
    TerminalSignal, end_on_signals, exit_when_gone, restore_on_panic, watch_screen_signals,
};
pub(super) use tty::{Keyboard, Tty, poll_one};
pub(super) use writer::FrameWriter;

/// Alternate screen, cursor hidden, and pastes told from keys: a `q` in one is not to quit.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h";

/// Ends whatever may have begun: a synchronised update, the mouse, colours. A terminal without an
/// alternate screen is left with its cursor on a cleared last line.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[m\x1b[999H\x1b[K\x1b[?25h\x1b[?1049l";

/// Button and drag reports, and coordinates beyond column 223; never 1003, which reports each move.
pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1002h\x1b[?1006h";
/// The end of [`MOUSE_ON`].
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l";

/// How long a terminal that takes no bytes may keep the program from ending. With what comes after
/// it this stays under the 100 ms that `q` may take.
const PATIENCE: Duration = Duration::from_millis(30);

/// The number of bytes that a responsive terminal accepts without blocking.
const SHORT: usize = 4 << 10;

/// The terminal the program runs in. Shared by all threads: each may have to hand it back.
pub(super) struct Terminal {
    tty: Tty,
    stray: Option<StderrCapture>,
    held: Mutex<TerminalState>,
}

/// How far a frame has come.
#[derive(Clone, Copy, Default)]
pub(super) struct FrameProgress {
    /// How often the terminal had been taken; none if nothing of it is to be written any more.
    times: Option<u64>,
    /// How many of its bytes have been written.
    written: usize,
}

/// What is known of a terminal that is, or was, taken.
#[derive(Default)]
struct TerminalState {
    /// Its line discipline as it was; set while it is taken.
    before: Option<Termios>,
    /// How often it has been taken: a frame begun before a suspension is not continued after it.
    times: u64,
    /// Whether it has been handed back for good, so that no signal takes it again.
    is_over: bool,
    /// Whether it has taken that, so that there is someone to read what is said at the end.
    takes_words: bool,
    /// Whether somebody has the last word.
    is_word_taken: bool,
}

/// The right to print the final message on the terminal.
pub(super) struct FinalMessage<'a>(&'a Terminal);

impl FinalMessage<'_> {
    /// Says something where what was there before goes on.
    pub(super) fn print(&self, words: &str) {
        let _held = self.0.held();
        // Nobody waits for a terminal that takes no more.
        let _ = self.0.tty.write_within(patience(PATIENCE), words.as_bytes());
    }
}

impl Terminal {
    /// The terminal behind standard output.
    ///
    /// # Errors
    /// When standard output is no terminal.
    pub(super) fn open() -> io::Result<Self> {
        let tty = Tty::behind(io::stdout())?;
        let stray = StderrCapture::open();
        // Where it cannot be prepared, a crash leaves the terminal as it is.
        let _ = Rescue::prepare(&tty, stray.as_ref().and_then(|stray| stray.diverted().ok()));
        Ok(Self { tty, stray, held: Mutex::default() })
    }

    /// Waits until the program is in the foreground, stopped like any that asks for the terminal in the
    /// background. To be called before the signals are watched, which end a stopped program by default.
    ///
    /// # Errors
    /// When nobody is there who could bring it to the foreground.
    pub(super) fn wait_for_foreground(&self) -> io::Result<()> {
        while !self.tty.is_in_foreground() {
            if job_control::is_orphaned() {
                let reason =
                    "it is in the background, and no shell could bring it to the foreground";
                return Err(io::Error::other(reason));
            }
            low_level::emulate_default_handler(SIGTTOU)?;
        }
        Ok(())
    }

    /// Takes the terminal, or takes it anew if something else has changed it meanwhile. To be called
    /// in the foreground.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn enter(&self) -> io::Result<()> {
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
        self.tty.write_within(patience(PATIENCE), ENTER)
    }

    /// Hands the terminal back as it was, for good. Does nothing the second time, and never panics.
    pub(super) fn leave(&self) {
        self.leave_with(&[]);
    }

    /// The same, after a last sequence.
    pub(super) fn leave_with(&self, last: &[u8]) {
        let mut held = self.held();
        held.takes_words |= self.hand_back(&mut held, last);
        held.is_over = true;
    }

    /// Grants the final message to the first thread that ends the program, or to none if the terminal
    /// blocks.
    pub(super) fn claim_final_message(&self) -> Option<FinalMessage<'_>> {
        let mut held = self.held();
        let is_free = held.takes_words && !held.is_word_taken;
        held.is_word_taken |= is_free;
        is_free.then_some(FinalMessage(self))
    }

    /// Prints without taking the lock, in case another thread never releases it.
    pub(super) fn write_unlocked(&self, words: &str) {
        let _ = self.tty.write_within(patience(PATIENCE), words.as_bytes());
    }

    /// Hands the terminal back as it was, until it is taken again.
    fn suspend(&self) {
        self.hand_back(&mut self.held(), &[]);
    }

    /// Hands it back if it is taken; says whether it has taken the bytes of that at once.
    fn hand_back(&self, held: &mut TerminalState, last: &[u8]) -> bool {
        without_stopping(|| self.hand_back_from_anywhere(held, last))
    }

    fn hand_back_from_anywhere(&self, held: &mut TerminalState, last: &[u8]) -> bool {
        let Some(before) = held.before.take() else { return false };
        // A terminal that is gone needs no restoring, and no one can be told.
        let _ = self.tty.restore(&before);
        // It begins with an escape, which ends what was being written.
        let _ = self.tty.write_within(patience(PATIENCE), last);
        let mut left = self.tty.write_within(patience(PATIENCE), LEAVE);
        let is_taken = left.is_ok();
        if !is_taken {
            // What has not been drawn by now never will be: make room for the few bytes that matter.
            // A sequence that is cut off there is ended by the escape that LEAVE begins with.
            self.tty.discard_output();
            left = self.tty.write_within(patience(PATIENCE), LEAVE);
        }
        if left.is_ok() {
            rescue::note(None);
        }
        if let Some(stray) = &self.stray {
            stray.put_back();
            // What no longer takes bytes would not take these.
            if left.is_ok() {
                stray.report();
            }
        }
        is_taken
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.tty.size()
    }

    /// Writes what the terminal takes at once of a frame that is short.
    pub(super) fn begin_frame(&self, frame: &[u8]) -> FrameProgress {
        let held = match self.held.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(held)) => held.into_inner(),
            // Handed back just now, or taken anew: then all is drawn anew.
            Err(TryLockError::WouldBlock) => return FrameProgress::default(),
        };
        let is_short = (1..=SHORT).contains(&frame.len());
        let takes = is_short && held.before.is_some() && !self.tty.is_blocking();
        // What is wrong is seen when the rest is written.
        let written = if takes { self.tty.write(frame).unwrap_or(0) } else { 0 };
        FrameProgress { times: Some(held.times), written }
    }

    /// Writes the rest of a frame, waiting for as long as the terminal takes no bytes; what is left of
    /// it is dropped once the terminal has been handed back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn finish_frame(&self, frame: &[u8], begun: FrameProgress) -> io::Result<()> {
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

    /// A thread that has panicked must not keep the terminal from being restored.
    fn held(&self) -> MutexGuard<'_, TerminalState> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::process::Command;
    use std::sync::Arc;
    use std::thread;

    use super::{Shutdown, Terminal, restore_on_panic};
    use crate::cli::pty_child::{is_own_terminal, panic_output};

    #[test]
    #[ignore = "ends the process: run by the test below, in a terminal of its own"]
    fn panics_in_a_thread() {
        if !is_own_terminal() {
            return;
        }
        let terminal = Arc::new(Terminal::open().expect("a terminal"));
        restore_on_panic(Shutdown::new(Arc::clone(&terminal), Default::default(), String::new));
        terminal.enter().expect("the terminal can be taken");
        // A line of our own, and one of a child.
        io::stderr().write_all(b"astray \x1b[2J\n").expect("it can be written to");
        let child = Command::new("sh").args(["-c", "echo a child >&2"]).status();
        assert!(child.is_ok_and(|status| status.success()));
        let _ = thread::spawn(|| panic!("on purpose")).join();
        unreachable!("a panic in any thread ends the program");
    }

    #[test]
    fn a_panic_in_any_thread_restores_the_terminal_and_says_why() {
        let told = panic_output("cli::terminal::tests::panics_in_a_thread");
        // What went to standard error meanwhile comes first.
        let (before, _) = told.split_once("on purpose").expect("the panic is told");
        assert!(before.starts_with("astray \\u{1b}[2J\r\na child\r\n"), "{told}");
    }
}
