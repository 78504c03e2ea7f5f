//! Restores the terminal in a crash handler, or when the time limit for a clean shutdown has expired.
//!
//! [`restore_now`] is async-signal-safe: it allocates nothing, waits for no lock, and calls the
//! system directly. It does not replace [`Terminal::leave`], which also waits for a slow terminal.
//!
//! [`Terminal::leave`]: crate::terminal::Terminal::leave

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{read, write};
use rustix::stdio::dup2_stderr;
use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcsetattr};

use crate::terminal::modes::LEAVE;
use crate::terminal::signal_mask::without_stopping;

/// The most bytes of captured standard error that are written: enough for the message of an abort.
const MOST: usize = 4096;

/// The bytes read at once, on a stack that may be small.
const AT_ONCE: usize = 256;

/// The data needed to restore the terminal.
pub(super) struct Rescue {
    /// The terminal.
    tty: OwnedFd,
    /// The original standard error, and the pipe with the captured bytes.
    stderr: Option<StderrRedirect>,
    /// The previous line discipline; set while the dashboard has the terminal.
    before: Mutex<Option<Termios>>,
}

/// Standard error, diverted into a pipe.
pub(super) struct StderrRedirect {
    pub(super) real: OwnedFd,
    pub(super) pipe: OwnedFd,
}

static RESCUE: OnceLock<Rescue> = OnceLock::new();

impl Rescue {
    /// Prepares for a terminal. Only the first one in a process is rescued.
    pub(super) fn prepare(tty: impl AsFd, stderr: Option<StderrRedirect>) -> io::Result<()> {
        let tty = tty.as_fd().try_clone_to_owned()?;
        RESCUE.get_or_init(|| Self { tty, stderr, before: Mutex::default() });
        Ok(())
    }
}

/// Records the previous line discipline while the terminal is set up, or `None` once it is
/// restored.
pub(super) fn note(before: Option<&Termios>) {
    if let Some(rescue) = RESCUE.get() {
        *rescue.before.lock().unwrap_or_else(PoisonError::into_inner) = before.cloned();
    }
}

/// Restores the terminal if it is set up.
pub(crate) fn restore_now() {
    let Some(rescue) = RESCUE.get() else { return };
    let before = match rescue.before.try_lock() {
        Ok(mut before) => before.take(),
        Err(TryLockError::Poisoned(before)) => before.into_inner().take(),
        // A thread is setting up or restoring the terminal at this moment, and may have crashed
        // while doing so.
        Err(TryLockError::WouldBlock) => None,
    };
    let Some(before) = before else { return };
    without_stopping(|| {
        // There is no one to report an error to.
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

/// Returns whether the terminal accepts bytes now: a write to a blocked one would hang.
fn has_room(tty: &OwnedFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut fds = [PollFd::new(tty, PollFlags::OUT)];
    poll(&mut fds, Some(&now)).is_ok() && fds[0].revents().contains(PollFlags::OUT)
}

/// Writes the content of the pipe to the terminal, with control characters replaced.
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
