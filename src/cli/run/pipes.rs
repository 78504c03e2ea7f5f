//! Writes to named pipes and devices. A pipe is opened only when there is something to write:
//! opening and closing it as a check would end its reader's input. It is opened without blocking,
//! so that a signal can end the wait for a reader.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::io::Errno;

use crate::cli::clock::now;
use crate::cli::run::output_names::cannot_write;
use crate::cli::run::output_stream::{OutputStream, WaitPolicy};
use crate::text::visible;

/// The interval between attempts to open a pipe.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The time that a run waits for a reader before it reports this; a shell starts one in less.
const REPORTED_AFTER: Duration = Duration::from_secs(2);

/// Opens a pipe or device for writing; returns `None` for a pipe without a reader.
fn open(path: &Path) -> io::Result<Option<File>> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let opened = OpenOptions::new().write(true).custom_flags(flags.bits().cast_signed()).open(path);
    let is_pipe = || fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo());
    match opened {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) && is_pipe() => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Opens a pipe or device for writing once it has a reader. Returns `None` if the end of the run is
/// requested before that.
///
/// # Errors
/// Returns an error if it cannot be opened.
pub(super) fn open_when_read(
    path: &Path,
    patience: &WaitPolicy,
) -> io::Result<Option<OutputStream>> {
    let mut waiting = ReaderWait::new(patience);
    loop {
        if let Some(file) = open(path)? {
            return Ok(Some(OutputStream::named(file, patience)));
        }
        if patience.end_is_requested() {
            return Ok(None);
        }
        waiting.wait(|| path.display().to_string());
    }
}

/// A pipe or device, and the function that writes to it.
pub(super) struct PendingWrite<'a, P> {
    pub(super) path: &'a Path,
    pub(super) write: P,
}

/// Writes to pipes and devices in the order in which their readers open them, since one reader may
/// read several one after another. Returns the errors. Once the end of the run is requested, it
/// waits for readers no longer than [`WaitPolicy`] allows; a missing reader is then reported, but
/// is no error.
pub(super) fn write_all<P>(
    mut pending: Vec<PendingWrite<'_, P>>,
    patience: &WaitPolicy,
) -> Vec<anyhow::Error>
where
    P: FnOnce(&mut dyn Write) -> io::Result<()>,
{
    let (mut errors, mut waiting, mut since) = (Vec::new(), ReaderWait::new(patience), None);
    loop {
        let mut left = Vec::new();
        for PendingWrite { path, write } in pending {
            match open(path) {
                Ok(None) => left.push(PendingWrite { path, write }),
                Ok(Some(file)) => {
                    let mut to = BufWriter::new(OutputStream::named(file, patience));
                    let written = write(&mut to).and_then(|()| to.flush());
                    errors.extend(written.with_context(|| cannot_write(path)).err());
                }
                Err(error) => errors.push(anyhow::Error::from(error).context(cannot_write(path))),
            }
        }
        pending = left;
        if pending.is_empty() {
            return errors;
        }
        if patience.is_over(&mut since, now()) {
            print_error(patience, &format!("nothing has been written to {}", names(&pending)));
            return errors;
        }
        waiting.wait(|| names(&pending));
    }
}

/// Returns the names of the pending pipes and devices.
fn names<P>(pending: &[PendingWrite<'_, P>]) -> String {
    let names: Vec<_> = pending.iter().map(|pending| pending.path.to_string_lossy()).collect();
    names.join(", ")
}

/// Prints a message on standard error.
fn print_error(patience: &WaitPolicy, text: &str) {
    // A message that cannot be printed is no reason to end a run.
    let _ = OutputStream::error(patience).write_if_room(&format!("xentviz: {}\n", visible(text)));
}

/// The wait for readers, which is reported once.
struct ReaderWait<'a> {
    patience: &'a WaitPolicy,
    since: Instant,
    has_reported: bool,
}

impl<'a> ReaderWait<'a> {
    fn new(patience: &'a WaitPolicy) -> Self {
        Self { patience, since: now(), has_reported: false }
    }

    /// Waits 50 ms for the readers of pipes with these names.
    fn wait(&mut self, names: impl FnOnce() -> String) {
        if !self.has_reported && self.since.elapsed() >= REPORTED_AFTER {
            self.has_reported = true;
            print_error(self.patience, &format!("waiting for a reader of {}", names()));
        }
        thread::park_timeout(POLL_INTERVAL);
    }
}
