//! The terminal as a device: size, line discipline, and writes that do not block.

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

use crate::cli::clock;

/// Larger windows are drawn on as if they were this large, so that a size that is no window's
/// cannot ask for all the memory there is.
const LARGEST: (u16, u16) = (1024, 512);
/// What a window is taken for that does not say its size.
const USUAL: (u16, u16) = (80, 24);

/// An open terminal.
pub(in crate::cli) struct Tty {
    file: File,
    /// Whether a write waits for as long as there is no room.
    is_blocking: bool,
}

impl Tty {
    /// Opens the terminal behind a standard stream once more, since what is set on an open file (that
    /// writes do not block) would otherwise hold for the shell, too.
    ///
    /// # Errors
    /// When the stream is no terminal.
    pub(in crate::cli) fn behind(stream: impl AsFd) -> io::Result<Self> {
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
            // In a container the terminal may have no name: its writes then block when it stalls,
            // and only the timer of the end bounds the end of the program.
            _ => {
                let file = File::from(stream.as_fd().try_clone_to_owned()?);
                Ok(Self { file, is_blocking: true })
            }
        }
    }

    /// Whether a write may wait.
    pub(super) fn is_blocking(&self) -> bool {
        self.is_blocking
    }

    /// Columns and rows.
    pub(in crate::cli) fn size(&self) -> (u16, u16) {
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

    /// The line discipline as it was. Does not wait for output that is under way.
    pub(super) fn restore(&self, before: &Termios) -> io::Result<()> {
        Ok(tcsetattr(&self.file, OptionalActions::Now, before)?)
    }

    /// Whether the program has the terminal: one in the background is stopped when it changes it. A
    /// terminal that is not the program's own has no foreground.
    pub(in crate::cli) fn is_in_foreground(&self) -> bool {
        is_in_foreground(self.file.as_fd())
    }

    /// One write, of as much as there is room for.
    pub(in crate::cli) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match (&self.file).write(bytes) {
            Ok(0) => Err(io::Error::from(io::ErrorKind::WouldBlock)),
            other => other,
        }
    }

    /// Writes all of it or fails within `patience`.
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

    /// Waits until there is room for bytes; false when there was none in time.
    pub(super) fn wait_for_room(&self, timeout: Option<Duration>) -> io::Result<bool> {
        Ok(self.poll(PollFlags::OUT, timeout)?.intersects(PollFlags::OUT))
    }

    /// Drops what has been written and not yet been taken.
    pub(super) fn discard_output(&self) {
        // Where this cannot be done, the bytes stay: no worse than before.
        let _ = tcflush(&self.file, QueueSelector::OFlush);
    }

    /// Returns once the terminal has been closed at its other end.
    pub(super) fn wait_for_hang_up(&self) {
        loop {
            match self.poll(PollFlags::empty(), None) {
                Ok(found) if found.intersects(PollFlags::HUP) => return,
                Ok(found) if !found.intersects(PollFlags::NVAL) => {}
                // Where terminals cannot be polled (macOS) a look once a second has to do.
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

/// What is typed on: standard input, or the controlling terminal where that is something else.
pub(in crate::cli) struct Keyboard {
    /// None for standard input.
    terminal: Option<File>,
}

impl Keyboard {
    /// Finds something to type on.
    ///
    /// # Errors
    /// When there is no terminal.
    pub(in crate::cli) fn open() -> io::Result<Self> {
        let is_standard = isatty(io::stdin());
        let terminal = (!is_standard).then(|| File::open("/dev/tty")).transpose()?;
        Ok(Self { terminal })
    }

    /// Waits until there is something to be read, an end or an error too; false when nothing came
    /// in time.
    pub(super) fn wait(&self, timeout: Option<Duration>) -> io::Result<bool> {
        // What cannot be polled (/dev/tty of macOS) says so at once: then reading waits.
        self.with(|fd| Ok(!poll_one(fd, PollFlags::IN, timeout)?.is_empty()))
    }

    /// Whether the program may read from it.
    pub(super) fn is_in_foreground(&self) -> bool {
        self.with(|fd| Ok(is_in_foreground(fd))).unwrap_or(true)
    }

    /// One read.
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

/// Waits until this is so of a file, or something is wrong with it; none in time, or a signal instead, is
/// nothing.
pub(in crate::cli) fn poll_one(
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
