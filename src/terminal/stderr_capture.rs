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

use crate::terminal::rescue::StderrRedirect;
use crate::terminal::tty::{Tty, poll_one};

/// The most bytes kept: the last ones, since the final messages explain a failure.
const MOST: usize = 1 << 16;

/// The bytes read at once.
const AT_ONCE: usize = 4096;

/// The time limit for printing the captured bytes on an idle machine; shorter than the grace period of an end by a
/// signal.
const PATIENCE: Duration = Duration::from_millis(500);

/// Standard error if it is a terminal, and the pipe that replaces it.
pub(super) struct StderrCapture {
    /// The terminal behind standard error.
    tty: Tty,
    /// The original standard error, to be restored.
    real: OwnedFd,
    pipe: PipeWriter,
    kept: Arc<CapturedStderr>,
    /// The time limit for printing the captured bytes.
    patience: Duration,
    /// Escapes the control characters of the captured lines.
    visible: fn(&str) -> String,
}

/// The reading end of the pipe, and the bytes read from it.
struct CapturedStderr {
    pipe: PipeReader,
    tail: Mutex<OutputTail>,
}

/// The last bytes written.
#[derive(Default)]
struct OutputTail {
    bytes: VecDeque<u8>,
    /// The number of earlier bytes that were dropped.
    lost: usize,
}

impl StderrCapture {
    /// Prepares the capture of standard error. Returns `None` if standard error is not a terminal,
    /// and so cannot disturb the screen, or if no pipe or thread can be created.
    pub(super) fn open(
        patience: fn(Duration) -> Duration,
        visible: fn(&str) -> String,
    ) -> Option<Self> {
        let tty = Tty::reopen(io::stderr()).ok()?;
        let real = io::stderr().as_fd().try_clone_to_owned().ok()?;
        let (reader, pipe) = io::pipe().ok()?;
        ioctl_fionbio(&reader, true).ok()?;
        let kept = Arc::new(CapturedStderr { pipe: reader, tail: Mutex::default() });
        let theirs = Arc::clone(&kept);
        // A writer never blocks: the pipe is emptied as it fills.
        thread::Builder::new()
            .name("stray".to_owned())
            .spawn(move || theirs.log_all_panics())
            .ok()?;
        Some(Self { tty, real, pipe, kept, patience: patience(PATIENCE), visible })
    }

    /// Returns the descriptors that the last resort needs to restore standard error.
    ///
    /// # Errors
    /// Returns an error if the system has no more file descriptors.
    pub(super) fn diverted(&self) -> io::Result<StderrRedirect> {
        let pipe = self.kept.pipe.as_fd().try_clone_to_owned()?;
        Ok(StderrRedirect { real: self.real.try_clone()?, pipe })
    }

    /// Starts to capture standard error.
    pub(super) fn divert(&self) {
        // If this fails, the output appears on the screen, which is no worse than without the
        // capture.
        let _ = dup2_stderr(&self.pipe);
    }

    /// Restores standard error to the terminal.
    pub(super) fn restore(&self) {
        // The descriptor was valid before, so this does not fail.
        let _ = dup2_stderr(&self.real);
    }

    /// Prints the captured bytes, within the time limit, and clears them.
    pub(super) fn report(&self) {
        let text = self.kept.take().to_text(self.visible);
        // A terminal that does not accept them cannot show an error either.
        let _ = self.tty.write_within(self.patience, text.as_bytes());
    }
}

impl CapturedStderr {
    /// Reads the pipe until it has no writer left.
    fn log_all_panics(&self) {
        while let Ok(true) = self.keep() {
            // An error shows in the next read.
            let _ = poll_one(self.pipe.as_fd(), PollFlags::IN, None);
        }
    }

    /// Reads the available bytes, at most [`MOST`] of a process that never stops writing. Returns
    /// whether more may follow.
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

    /// Returns the captured bytes, including those still in the pipe.
    fn take(&self) -> OutputTail {
        // After an error there is nothing more to read.
        let _ = self.keep();
        std::mem::take(&mut *self.tail())
    }

    /// Locks the captured bytes. No thread can panic in the middle of a change to them.
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

    /// Returns the bytes as text that has passed through `visible`.
    fn to_text(&self, visible: fn(&str) -> String) -> String {
        let mut text = String::new();
        if self.lost > 0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "xentviz: {} bytes before this are left out", self.lost);
        }
        let (front, back) = self.bytes.as_slices();
        text + &visible(&String::from_utf8_lossy(&[front, back].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, OutputTail};

    #[test]
    fn captured_output_is_printed_without_control_characters() {
        let escaped = |text: &str| text.escape_debug().to_string();
        let mut tail = OutputTail::default();
        tail.push(b"one\r\n\x1b[2Jt");
        tail.push(b"wo\n\xff");
        assert_eq!(tail.to_text(escaped), "one\\r\\n\\u{1b}[2Jtwo\\n\u{fffd}");
        assert_eq!(OutputTail::default().to_text(escaped), "");
    }

    #[test]
    fn only_the_end_of_long_output_is_kept() {
        let mut tail = OutputTail::default();
        for number in 0..100_000 {
            tail.push(format!("line {number}\n").as_bytes());
            assert!(tail.bytes.len() <= MOST);
        }
        assert!(tail.bytes.capacity() <= 2 * MOST);
        let text = tail.to_text(str::to_owned);
        let lost = (0..100_000).map(|number: u32| format!("line {number}\n").len()).sum::<usize>();
        let head = format!("xentviz: {} bytes before this are left out\n", lost - MOST);
        assert!(text.starts_with(&head), "{}", &text[..100]);
        assert!(text.ends_with("\nline 99998\nline 99999\n"));
    }
}
