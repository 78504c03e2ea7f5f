//! The terminal line of the progress bar on standard error. Writes never block; bytes that the
//! terminal does not accept are dropped.

use std::fmt::{self, Write as _};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;

use crate::terminal::Tty;

pub(super) struct BarLine {
    tty: Tty,
    /// The text to write at the next flush.
    waiting: Mutex<String>,
}

impl BarLine {
    /// Opens the terminal behind standard error.
    ///
    /// # Errors
    /// Returns an error if standard error is not a terminal.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self { tty: Tty::reopen(io::stderr())?, waiting: Mutex::default() })
    }

    /// Moves the cursor by `count` in the direction of the control sequence `letter`.
    fn go(&self, count: usize, letter: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { self.write_str(&format!("\x1b[{count}{letter}")) }
    }

    /// Locks the buffer. No thread can panic in the middle of a change to it.
    fn waiting(&self) -> MutexGuard<'_, String> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TermLike for BarLine {
    fn width(&self) -> u16 {
        self.tty.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.go(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.go(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.go(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.go(n, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.waiting().write_str(text).map_err(io::Error::other)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let mut waiting = self.waiting();
        // A bar that cannot be drawn is no reason to end a run.
        let _ = self.tty.write(waiting.as_bytes());
        waiting.clear();
        Ok(())
    }
}

impl fmt::Debug for BarLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarLine").finish_non_exhaustive()
    }
}
