//! Captures standard error while the screen is up, because it would corrupt the screen, and prints it
//! afterwards.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::ioctl_fionbio;
use rustix::stdio::dup2_stderr;

use crate::cli::terminal::rescue::StderrRedirect;
use crate::cli::terminal::tty::{Tty, poll_one};
use crate::cli::time_limits::patience;
use crate::text::visible_lines;

/// As much as is kept: the end of it, since that is what a program that fails says last.
const MOST: usize = 1 << 16;

/// As much as is read at once.
const AT_ONCE: usize = 4096;

/// How long a terminal may take to be told all of it; within the grace of an end by a signal.
const PATIENCE: Duration = Duration::from_millis(500);

/// Standard error, while it is a terminal, and the pipe that stands in for it.
pub(super) struct StderrCapture {
    /// The terminal behind it.
    tty: Tty,
    /// Standard error itself, to be put back.
    real: OwnedFd,
    pipe: PipeWriter,
    kept: Arc<CapturedStderr>,
}

/// The other end of the pipe, and what has come out of it.
struct CapturedStderr {
    pipe: PipeReader,
    tail: Mutex<OutputTail>,
}

/// The end of what was written.
#[derive(Default)]
struct OutputTail {
    bytes: VecDeque<u8>,
    /// How many bytes before them are lost.
    lost: usize,
}

impl StderrCapture {
    /// Makes ready to stand in for standard error; none where that is no terminal, and so disturbs
    /// no screen, or where the system has no pipe or no thread to give.
    pub(super) fn open() -> Option<Self> {
        let tty = Tty::behind(io::stderr()).ok()?;
        let real = io::stderr().as_fd().try_clone_to_owned().ok()?;
        let (reader, pipe) = io::pipe().ok()?;
        ioctl_fionbio(&reader, true).ok()?;
        let kept = Arc::new(CapturedStderr { pipe: reader, tail: Mutex::default() });
        let theirs = Arc::clone(&kept);
        // Whoever writes is never kept waiting: the pipe is emptied as it fills.
        thread::Builder::new().name("stray".to_owned()).spawn(move || theirs.keep_all()).ok()?;
        Some(Self { tty, real, pipe, kept })
    }

    /// What the last resort needs to put standard error back.
    ///
    /// # Errors
    /// When the system has no more files to open.
    pub(super) fn diverted(&self) -> io::Result<StderrRedirect> {
        let pipe = self.kept.pipe.as_fd().try_clone_to_owned()?;
        Ok(StderrRedirect { real: self.real.try_clone()?, pipe })
    }

    /// From now on what is written to standard error is kept.
    pub(super) fn divert(&self) {
        // Where this cannot be done it lands on the screen: no worse than before.
        let _ = dup2_stderr(&self.pipe);
    }

    /// From now on it goes to the terminal again.
    pub(super) fn put_back(&self) {
        // It was there before, so it can be there again.
        let _ = dup2_stderr(&self.real);
    }

    /// Tells what has been kept, for as long as the terminal takes it, and forgets it.
    pub(super) fn report(&self) {
        let tail = self.kept.take();
        // A terminal that does not take it can be told nothing.
        let _ = self.tty.write_within(patience(PATIENCE), tail.to_text().as_bytes());
    }
}

impl CapturedStderr {
    /// Keeps what comes until nobody is left to write.
    fn keep_all(&self) {
        while let Ok(true) = self.keep() {
            // An error shows in the next read.
            let _ = poll_one(self.pipe.as_fd(), PollFlags::IN, None);
        }
    }

    /// Keeps what is there, of one who never stops writing no more than is kept; says whether more
    /// may come.
    fn keep(&self) -> io::Result<bool> {
        let mut tail = self.tail();
        let mut bytes = [0; AT_ONCE];
        for _ in 0..MOST / AT_ONCE {
            match (&self.pipe).read(&mut bytes) {
                Ok(0) => return Ok(false),
                Ok(count) => tail.push(bytes.get(..count).unwrap_or_default()),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => break,
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(true)
    }

    /// What has been kept, and what is still in the pipe.
    fn take(&self) -> OutputTail {
        // What cannot be read is not there.
        let _ = self.keep();
        std::mem::take(&mut *self.tail())
    }

    /// Nothing that holds it can panic half-way through a change of it.
    fn tail(&self) -> MutexGuard<'_, OutputTail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OutputTail {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        let over = self.bytes.len().saturating_sub(MOST);
        self.bytes.drain(..over);
        self.lost += over;
    }

    /// As lines that command no terminal.
    fn to_text(&self) -> String {
        let mut text = String::new();
        if self.lost > 0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "xentviz: {} bytes before this are left out", self.lost);
        }
        let (front, back) = self.bytes.as_slices();
        text + &visible_lines(&String::from_utf8_lossy(&[front, back].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, OutputTail};

    #[test]
    fn what_was_written_is_told_in_lines_that_command_no_terminal() {
        let mut tail = OutputTail::default();
        tail.push(b"one\r\n\x1b[2Jt");
        tail.push(b"wo\n\xff");
        assert_eq!(tail.to_text(), "one\n\\u{1b}[2Jtwo\n\u{fffd}\n");
        assert_eq!(OutputTail::default().to_text(), "");
    }

    #[test]
    fn of_much_the_end_is_kept_and_the_room_is_bounded() {
        let mut tail = OutputTail::default();
        for number in 0..100_000 {
            tail.push(format!("line {number}\n").as_bytes());
            assert!(tail.bytes.len() <= MOST);
        }
        assert!(tail.bytes.capacity() <= 2 * MOST);
        let text = tail.to_text();
        let lost = (0..100_000).map(|number: u32| format!("line {number}\n").len()).sum::<usize>();
        let head = format!("xentviz: {} bytes before this are left out\n", lost - MOST);
        assert!(text.starts_with(&head), "{}", &text[..100]);
        assert!(text.ends_with("\nline 99998\nline 99999\n"));
    }
}
