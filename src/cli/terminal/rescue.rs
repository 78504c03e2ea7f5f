//! Restores the terminal in a crash handler, or when the time limit for a clean shutdown has expired.
//!
//! [`hand_back_now`] is async-signal-safe: it allocates nothing, waits for no lock, and calls the system
//! directly. It is no substitute for [`Terminal::leave`], which also waits for a slow terminal.
//!
//! [`Terminal::leave`]: crate::cli::terminal::Terminal::leave

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{read, write};
use rustix::stdio::dup2_stderr;
use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcsetattr};

use crate::cli::signals::without_stopping;
use crate::cli::terminal::LEAVE;

/// The most bytes of diverted standard error that are written: what a program says when it aborts.
const MOST: usize = 4096;

/// Bytes that are read at once, on a stack that may be small.
const AT_ONCE: usize = 256;

/// What handing the terminal back takes.
pub(super) struct Rescue {
    /// The terminal.
    tty: OwnedFd,
    /// Where standard error was diverted from, and the pipe in which it is.
    stderr: Option<StderrRedirect>,
    /// The line discipline as it was; set while the terminal is taken.
    before: Mutex<Option<Termios>>,
}

/// Standard error, diverted into a pipe.
pub(super) struct StderrRedirect {
    pub(super) real: OwnedFd,
    pub(super) pipe: OwnedFd,
}

static RESCUE: OnceLock<Rescue> = OnceLock::new();

impl Rescue {
    /// Prepares for a terminal; of several in one process only the first is rescued.
    pub(super) fn prepare(tty: impl AsFd, stderr: Option<StderrRedirect>) -> io::Result<()> {
        let tty = tty.as_fd().try_clone_to_owned()?;
        RESCUE.get_or_init(|| Self { tty, stderr, before: Mutex::default() });
        Ok(())
    }
}

/// Notes that the terminal is taken, and how it was before; or that it has been handed back.
pub(super) fn note(before: Option<&Termios>) {
    if let Some(rescue) = RESCUE.get() {
        *rescue.before.lock().unwrap_or_else(PoisonError::into_inner) = before.cloned();
    }
}

/// Hands the terminal back as it was, if it is taken.
pub(in crate::cli) fn hand_back_now() {
    let Some(rescue) = RESCUE.get() else { return };
    let before = match rescue.before.try_lock() {
        Ok(mut before) => before.take(),
        Err(TryLockError::Poisoned(before)) => before.into_inner().take(),
        // It is being taken or handed back at this moment, by a thread that may have crashed in it.
        Err(TryLockError::WouldBlock) => None,
    };
    let Some(before) = before else { return };
    without_stopping(|| {
        // There is no one to be told what cannot be done.
        let _ = tcsetattr(&rescue.tty, OptionalActions::Now, &before);
        if !has_room(&rescue.tty) {
            let _ = tcflush(&rescue.tty, QueueSelector::OFlush);
        }
        if has_room(&rescue.tty) {
            let _ = write(&rescue.tty, LEAVE);
            if let Some(stderr) = &rescue.stderr {
                let _ = dup2_stderr(&stderr.real);
                pass_on(&stderr.pipe, &rescue.tty);
            }
        }
    });
}

/// Whether the terminal takes bytes now: a write to one that blocks would otherwise hang.
fn has_room(tty: &OwnedFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut fds = [PollFd::new(tty, PollFlags::OUT)];
    poll(&mut fds, Some(&now)).is_ok() && fds[0].revents().contains(PollFlags::OUT)
}

/// Writes what is in the pipe to the terminal, without what could command that.
fn pass_on(pipe: &OwnedFd, tty: &OwnedFd) {
    for _ in 0..MOST / AT_ONCE {
        let mut bytes = [0; AT_ONCE];
        // The pipe does not block: an error means that it is empty.
        let Ok(count @ 1..) = read(pipe, &mut bytes) else { return };
        for byte in &mut bytes[..count] {
            if *byte != b'\n' && !(b' '..=b'~').contains(byte) {
                *byte = b'?';
            }
        }
        if !has_room(tty) || write(tty, &bytes[..count]).is_err() {
            return;
        }
    }
}
