//! Output streams of a headless run. A slow reader blocks them, but for no longer than 800 ms after
//! a request to end the run.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::write;
use rustix::pipe::PIPE_BUF;

use crate::cli::clock::now;
use crate::cli::run::interrupt::Interrupt;
use crate::cli::time_limits::patience;
use crate::terminal::{Tty, poll_one};

/// The time limit for a stream that accepts nothing after the end was requested. The whole end of
/// the program stays below 1 s.
const PATIENCE: Duration = Duration::from_millis(800);

/// The interval at which a blocked stream checks whether the end was requested.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// State shared by all streams: whether the run should end, and whether the wait has expired.
#[derive(Clone)]
pub(super) struct WaitPolicy {
    interrupt: Interrupt,
    is_over: Arc<AtomicBool>,
}

impl WaitPolicy {
    pub(super) fn new(interrupt: &Interrupt) -> Self {
        Self { interrupt: interrupt.clone(), is_over: Arc::default() }
    }

    /// Returns whether the end of the run has been requested.
    pub(super) fn end_is_requested(&self) -> bool {
        self.interrupt.is_requested()
    }

    /// Records that all files of the run are written, so that a hanging terminal no longer holds up its end.
    pub(super) fn note_written(&self) {
        self.interrupt.note_written(now());
    }

    /// Returns whether to stop waiting: no stream waits once nothing was accepted from `since` to
    /// `now` for the time limit, which begins when the end is requested.
    pub(super) fn is_over(&self, since: &mut Option<Instant>, now: Instant) -> bool {
        if !self.interrupt.is_requested() {
            return false;
        }
        let since = *since.get_or_insert(now);
        if now.saturating_duration_since(since) >= patience(PATIENCE) {
            self.is_over.store(true, Ordering::Relaxed);
        }
        self.is_over.load(Ordering::Relaxed)
    }
}

/// A standard stream or a named pipe, unbuffered.
pub(super) struct OutputStream {
    endpoint: Endpoint,
    patience: WaitPolicy,
    /// Whether the rest is dropped: after a gap, later bytes must not be written.
    is_given_up: bool,
}

/// The destination of a stream.
enum Endpoint {
    /// A terminal, opened a second time so that its writes do not block.
    Terminal(Tty),
    Output,
    Error,
    /// A named pipe or a device.
    Named(File),
}

impl OutputStream {
    pub(super) fn output(patience: &WaitPolicy) -> Self {
        Self::new(Tty::reopen(io::stdout()).map_or(Endpoint::Output, Endpoint::Terminal), patience)
    }

    pub(super) fn error(patience: &WaitPolicy) -> Self {
        Self::new(Tty::reopen(io::stderr()).map_or(Endpoint::Error, Endpoint::Terminal), patience)
    }

    /// Returns a stream to a pipe or device that was opened by its name.
    pub(super) fn named(file: File, patience: &WaitPolicy) -> Self {
        Self::new(Endpoint::Named(file), patience)
    }

    fn new(endpoint: Endpoint, patience: &WaitPolicy) -> Self {
        Self { endpoint, patience: patience.clone(), is_given_up: false }
    }

    /// Writes a line if there is room for it now, or else drops it.
    ///
    /// # Errors
    /// Returns an error if the line cannot be written.
    pub(super) fn write_if_room(&self, line: &str) -> io::Result<()> {
        if self.has_room(Duration::ZERO)? {
            self.endpoint.write_once(line.as_bytes())?;
        }
        Ok(())
    }

    fn has_room(&self, timeout: Duration) -> io::Result<bool> {
        // An error, or a closed reader, shows at the next write.
        self.endpoint.with(|fd| Ok(!poll_one(fd, PollFlags::OUT, Some(timeout))?.is_empty()))
    }
}

impl Endpoint {
    fn with<T>(&self, work: impl FnOnce(BorrowedFd<'_>) -> io::Result<T>) -> io::Result<T> {
        match self {
            Self::Terminal(tty) => work(tty.as_fd()),
            Self::Output => work(io::stdout().as_fd()),
            Self::Error => work(io::stderr().as_fd()),
            Self::Named(file) => work(file.as_fd()),
        }
    }

    /// Makes one write of at most `PIPE_BUF` bytes, which a pipe with room accepts whole without
    /// blocking.
    fn write_once(&self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..PIPE_BUF).unwrap_or(bytes);
        match self {
            Self::Terminal(tty) => tty.write(piece),
            Self::Output | Self::Error | Self::Named(_) => self.with(|fd| Ok(write(fd, piece)?)),
        }
    }
}

impl Write for OutputStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut since = None;
        loop {
            if self.is_given_up {
                return Ok(bytes.len());
            }
            if self.has_room(POLL_INTERVAL)? {
                match self.endpoint.write_once(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    other => return other,
                }
            }
            self.is_given_up = self.patience.is_over(&mut since, now());
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use signal_hook::consts::SIGTERM;

    use super::{PATIENCE, WaitPolicy};
    use crate::cli::clock::now;
    use crate::cli::run::interrupt::Interrupt;
    use crate::cli::time_limits::patience;

    #[test]
    fn waiting_ends_for_all_streams_at_the_limit_after_the_end_is_requested() {
        let interrupt = Interrupt::default();
        let patience = WaitPolicy::new(&interrupt);
        let (start, mut since) = (now(), None);
        let (short_while, limit) = (Duration::from_millis(1), self::patience(PATIENCE));
        assert!(!patience.is_over(&mut since, start));
        assert!(
            !patience.is_over(&mut since, start + 10 * limit),
            "a slow reader has no time limit"
        );
        interrupt.request(SIGTERM);
        let requested = start + 20 * limit;
        assert!(!patience.is_over(&mut since, requested));
        assert!(!patience.is_over(&mut since, requested + limit.saturating_sub(short_while)));
        // Progress in the meantime restarts the time limit.
        assert!(!patience.is_over(&mut None, requested + limit));
        assert!(patience.is_over(&mut since, requested + limit));
        assert!(
            patience.clone().is_over(&mut None, requested + limit),
            "other streams do not wait"
        );
    }
}
