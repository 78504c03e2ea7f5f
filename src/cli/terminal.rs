//! The terminal: taken for as long as the dashboard is up, and handed back as it was.
//!
//! It is never asked anything: an answer that does not come would keep the screen waiting, and one
//! that comes late would be taken for keys.

mod ending;
mod input;
mod keys;
mod pen;
mod screen;
mod stroke;
mod tty;
mod watch;
mod writer;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::termios::Termios;

use crate::cli::clock;

pub(super) use ending::{Ending, end_after_grace};
pub(super) use input::Input;
pub(super) use keys::forward;
pub(super) use pen::Pen;
pub(super) use screen::Screen;
pub(super) use tty::{Keyboard, Tty, poll_one};
pub(super) use watch::{Signalled, end_on_signals, exit_when_gone, heed_signals, restore_on_panic};
pub(super) use writer::Writer;

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

/// The terminal the program runs in. Shared by all threads: each may have to hand it back.
pub(super) struct Terminal {
    tty: Tty,
    held: Mutex<Held>,
}

/// What is known of a terminal that is, or was, taken.
#[derive(Default)]
struct Held {
    /// Its line discipline as it was; set while it is taken.
    before: Option<Termios>,
    /// How often it has been taken: a frame begun before a suspension is not continued after it.
    times: u64,
    /// Whether it has been handed back for good, so that no signal takes it again.
    is_over: bool,
}

impl Terminal {
    /// The terminal behind standard output.
    ///
    /// # Errors
    /// When standard output is no terminal.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self { tty: Tty::behind(io::stdout())?, held: Mutex::default() })
    }

    /// Takes the terminal, or takes it anew if something else has changed it meanwhile.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn enter(&self) -> io::Result<()> {
        let mut held = self.held();
        if held.is_over {
            return Ok(());
        }
        let before = self.tty.make_raw()?;
        held.before.get_or_insert(before);
        held.times += 1;
        self.write_patiently(ENTER)
    }

    /// Hands the terminal back as it was, for good. Does nothing the second time, and never panics.
    pub(super) fn leave(&self) {
        let mut held = self.held();
        self.hand_back(&mut held);
        held.is_over = true;
    }

    /// Hands the terminal back as it was, until it is taken again.
    fn suspend(&self) {
        self.hand_back(&mut self.held());
    }

    fn hand_back(&self, held: &mut Held) {
        let Some(before) = held.before.take() else { return };
        // A terminal that is gone needs no restoring, and no one can be told.
        let _ = self.tty.restore(&before);
        if self.write_patiently(LEAVE).is_err() {
            // What has not been drawn by now never will be: make room for the few bytes that matter.
            // A sequence that is cut off there is ended by the escape that LEAVE begins with.
            self.tty.discard_output();
            let _ = self.write_patiently(LEAVE);
        }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.tty.size()
    }

    /// Writes a frame, waiting for as long as the terminal takes no bytes; what is left of it is
    /// dropped once the terminal has been handed back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn write_frame(&self, frame: &[u8]) -> io::Result<()> {
        let begun = self.held().times;
        let mut rest = frame;
        while !rest.is_empty() {
            let written = {
                let held = self.held();
                if held.before.is_none() || held.times != begun {
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

    /// Writes a few bytes or fails within [`PATIENCE`].
    fn write_patiently(&self, bytes: &[u8]) -> io::Result<()> {
        let until = clock::now() + PATIENCE;
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.tty.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = until.saturating_duration_since(clock::now());
                    if left.is_zero() || !self.tty.wait_for_room(Some(left))? {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A thread that has panicked must not keep the terminal from being restored.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::{Ending, Terminal, restore_on_panic};
    use crate::cli::own_terminal::{ends_with_its_panic_told, is_own_terminal};
    use crate::cli::saving::Saving;

    #[test]
    #[ignore = "ends the process: run by the test below, in a terminal of its own"]
    fn panics_in_a_thread() {
        if !is_own_terminal() {
            return;
        }
        let terminal = Arc::new(Terminal::open().expect("a terminal"));
        restore_on_panic(Ending::new(Arc::clone(&terminal), Saving::default()));
        terminal.enter().expect("the terminal can be taken");
        let _ = thread::spawn(|| panic!("on purpose")).join();
        unreachable!("a panic in any thread ends the program");
    }

    #[test]
    fn a_panic_in_any_thread_restores_the_terminal_and_says_why() {
        ends_with_its_panic_told("cli::terminal::tests::panics_in_a_thread");
    }
}
