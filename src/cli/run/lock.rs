//! The lock on a file that a run appends to, so that no other run does so at the same time.
//!
//! It is a POSIX record lock and not an `flock`, because the system reports its holder. Its
//! limitation: a process releases it when it closes any descriptor of the file, so a run opens the
//! file once and shares it.

use std::fs::{self, File};
use std::io;

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;
use rustix::process::{Flock, FlockOffsetType, FlockType, Pid, fcntl_getlk};

use crate::text::excerpt;

/// The most characters shown of another program's command line.
const SHOWN: usize = 120;

/// The result of locking a file.
#[derive(Debug)]
pub(super) enum LockOutcome {
    /// This process holds the lock, or the file system has no locks.
    Ours,
    /// Another process holds the lock: a description with its process ID and command line.
    Theirs(String),
}

/// Locks a file for as long as it is open.
///
/// # Errors
/// Returns an error if the system cannot determine whether the file is locked.
pub(super) fn lock(file: &File) -> io::Result<LockOutcome> {
    match fcntl_lock(file, FlockOperation::NonBlockingLockExclusive) {
        // Network file systems may not support locks. Two runs are not kept apart there.
        Ok(()) | Err(Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
            Ok(LockOutcome::Ours)
        }
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(LockOutcome::Theirs(holder(file))),
        Err(error) => Err(error.into()),
    }
}

/// Returns a description of the process that holds the lock of a file.
fn holder(file: &File) -> String {
    let whole = Flock {
        start: 0,
        length: 0,
        pid: None,
        typ: FlockType::WriteLock,
        offset_type: FlockOffsetType::Set,
    };
    let found = fcntl_getlk(file, &whole).ok().flatten();
    // It may have ended by now, or run in another container, where its process ID differs.
    process_shown(found.and_then(|lock| lock.pid))
}

/// Returns a description of a process, if it is known, with its command line if the system shows that.
pub(super) fn process_shown(pid: Option<Pid>) -> String {
    let Some(pid) = pid else { return "another program".to_owned() };
    match command_line(pid) {
        Some(command) => format!("process {} ({command})", pid.as_raw_nonzero()),
        None => format!("process {}", pid.as_raw_nonzero()),
    }
}

/// Returns the command line of a process, if the system shows it.
fn command_line(pid: Pid) -> Option<String> {
    let bytes = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?;
    let words: Vec<_> = bytes.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    let line = words.join(" ");
    let line = line.trim();
    (!line.is_empty()).then(|| excerpt(line, SHOWN))
}
