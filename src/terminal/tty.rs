//! An open terminal: its size, its line discipline, and writes that do not block; and the keyboard.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio, read};
use rustix::process::getpgrp;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetpgrp, tcgetwinsize,
    tcsetattr, ttyname,
};

use crate::terminal::clock;

/// The largest size that is drawn on: a window that reports an absurd size must not exhaust the
/// memory.
const LARGEST: (u16, u16) = (1024, 512);
/// The size assumed for a window that does not report one.
const USUAL: (u16, u16) = (80, 24);

/// An open terminal.
pub(crate) struct Tty {
    file: File,
    /// Whether a write blocks while there is no room.
    is_blocking: bool,
}

impl Tty {
    /// Opens the terminal behind a standard stream a second time: a setting of the shared open
    /// file, such as non-blocking writes, would also affect the shell.
    ///
    /// # Errors
    /// Returns an error if the stream is not a terminal.
    pub(crate) fn reopen(stream: impl AsFd) -> io::Result<Self> {
        if !isatty(&stream) {
            return Err(io::Error::from(Errno::NOTTY));
        }
        let reopened = ttyname(&stream, Vec::new()).map_err(io::Error::from).and_then(|name| {
            OpenOptions::new().write(true).open(OsStr::from_bytes(name.to_bytes()))
        });
        match reopened {
            Ok(file) if isatty(&file) => {
                ioctl_fionbio(&file, true)?;
                Ok(Self { file, is_blocking: false })
            }
            // In a container the terminal may have no name. Its writes then block when it stalls,
            // and only the timer of the shutdown bounds the end of the program.
            _ => {
                let file = File::from(stream.as_fd().try_clone_to_owned()?);
                Ok(Self { file, is_blocking: true })
            }
        }
    }

    /// Returns whether a write may block.
    pub(super) fn is_blocking(&self) -> bool {
        self.is_blocking
    }

    /// Returns the columns and rows.
    pub(crate) fn size(&self) -> (u16, u16) {
        match tcgetwinsize(&self.file) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
                (size.ws_col.min(LARGEST.0), size.ws_row.min(LARGEST.1))
            }
            _ => USUAL,
        }
    }

    /// Switches to raw mode and returns the previous settings.
    pub(super) fn make_raw(&self) -> io::Result<Termios> {
        let before = tcgetattr(&self.file)?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(&self.file, OptionalActions::Now, &raw)?;
        Ok(before)
    }

    /// Restores the line discipline, without waiting for pending output.
    pub(super) fn restore(&self, before: &Termios) -> io::Result<()> {
        Ok(tcsetattr(&self.file, OptionalActions::Now, before)?)
    }

    /// Returns whether the program is in the foreground: a program in the background is stopped
    /// when it changes the terminal. A terminal that is not the controlling one has no foreground,
    /// so the result is true.
    pub(crate) fn is_in_foreground(&self) -> bool {
        is_in_foreground(self.file.as_fd())
    }

    /// Writes once, as much as there is room for.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match (&self.file).write(bytes) {
            Ok(0) => Err(io::Error::from(io::ErrorKind::WouldBlock)),
            other => other,
        }
    }

    /// Writes all bytes, or fails within `patience`.
    pub(super) fn write_within(&self, patience: Duration, bytes: &[u8]) -> io::Result<()> {
        let until = clock::now() + patience;
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = until.saturating_duration_since(clock::now());
                    if left.is_zero() || !self.wait_for_room(Some(left))? {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until there is room for bytes. Returns false if there was none in time.
    pub(super) fn wait_for_room(&self, timeout: Option<Duration>) -> io::Result<bool> {
        Ok(self.poll(PollFlags::OUT, timeout)?.intersects(PollFlags::OUT))
    }

    /// Discards output that the terminal has not received yet.
    pub(super) fn discard_output(&self) {
        // If this fails, the bytes stay, which is no worse than before.
        let _ = tcflush(&self.file, QueueSelector::OFlush);
    }

    /// Waits until the terminal is closed at its other end.
    pub(super) fn wait_for_hang_up(&self) {
        loop {
            match self.poll(PollFlags::empty(), None) {
                Ok(found) if found.intersects(PollFlags::HUP) => return,
                Ok(found) if !found.intersects(PollFlags::NVAL) => {}
                // If terminals cannot be polled (macOS), one check per second has to suffice.
                _ => {
                    if tcgetattr(&self.file).is_err() {
                        return;
                    }
                    thread::park_timeout(Duration::from_secs(1));
                }
            }
        }
    }

    fn poll(&self, events: PollFlags, timeout: Option<Duration>) -> io::Result<PollFlags> {
        poll_one(self.file.as_fd(), events, timeout)
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// The source of keys: standard input, or the controlling terminal if standard input is not a
/// terminal.
pub(crate) struct Keyboard {
    /// `None` for standard input.
    terminal: Option<File>,
}

impl Keyboard {
    /// Opens the source of keys.
    ///
    /// # Errors
    /// Returns an error if there is no terminal.
    pub(crate) fn open() -> io::Result<Self> {
        let is_standard = isatty(io::stdin());
        let terminal = (!is_standard).then(|| File::open("/dev/tty")).transpose()?;
        Ok(Self { terminal })
    }

    /// Waits until there is input, an end or an error. Returns false if nothing arrived in time.
    pub(super) fn wait(&self, timeout: Option<Duration>) -> io::Result<bool> {
        // A file that cannot be polled (`/dev/tty` on macOS) returns at once, and then the read
        // blocks.
        self.with(|fd| Ok(!poll_one(fd, PollFlags::IN, timeout)?.is_empty()))
    }

    /// Returns whether the program may read from the keyboard.
    pub(super) fn is_in_foreground(&self) -> bool {
        self.with(|fd| Ok(is_in_foreground(fd))).unwrap_or(true)
    }

    /// Reads once.
    pub(super) fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        self.with(|fd| Ok(read(fd, bytes)?))
    }

    fn with<T>(&self, work: impl FnOnce(BorrowedFd<'_>) -> io::Result<T>) -> io::Result<T> {
        match &self.terminal {
            Some(file) => work(file.as_fd()),
            None => work(io::stdin().as_fd()),
        }
    }
}

fn is_in_foreground(fd: BorrowedFd<'_>) -> bool {
    tcgetpgrp(fd).map_or(true, |group| group == getpgrp())
}

/// Waits until one of `events` or an error occurs on a file. Returns no flags after the timeout or
/// a signal.
pub(crate) fn poll_one(
    fd: BorrowedFd<'_>,
    events: PollFlags,
    timeout: Option<Duration>,
) -> io::Result<PollFlags> {
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let mut fds = [PollFd::from_borrowed_fd(fd, events)];
    match poll(&mut fds, timeout.as_ref()) {
        Ok(_) => Ok(fds[0].revents()),
        Err(Errno::INTR) => Ok(PollFlags::empty()),
        Err(error) => Err(error.into()),
    }
}
