//! Locks that distinguish a file being written from one left behind by a dead process.
//!
//! A process that stages a file holds an `flock` on it, which the system releases however the
//! process ends. A sweep takes the lock without waiting before it removes a file: a locked file is
//! in use. The age of a file proves nothing, since a process may be suspended for a week.
//!
//! A sweep may lock a file between its creation and its locking. It then removes the file, and its
//! creator finds the name gone ([`Lock::Unavailable`]) and creates another.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// The result of locking a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Lock {
    /// The file is locked, and still has its name if one was checked.
    Held,
    /// Another process has locked the file, or it has lost its name.
    Unavailable,
    /// The file system does not support locks, so no other process can take one either.
    Unsupported,
}

/// Locks an open file or folder until it is closed, without waiting.
pub(super) fn lock_open(file: &File) -> Lock {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Lock::Held,
        Err(Errno::WOULDBLOCK) => Lock::Unavailable,
        Err(_) => Lock::Unsupported,
    }
}

/// Locks an open file or folder, and checks that it still has this name.
pub(in crate::cli) fn lock(file: &File, path: &Path) -> Lock {
    match lock_open(file) {
        Lock::Held if !has_name(file, path) => Lock::Unavailable,
        lock => lock,
    }
}

/// Returns whether a name belongs to this open file; a link is not followed.
pub(super) fn has_name(file: &File, path: &Path) -> bool {
    let (Ok(own), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (own.dev(), own.ino()) == (named.dev(), named.ino())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use tempfile::TempDir;

    use super::{Lock, lock};

    #[test]
    fn a_file_that_is_locked_elsewhere_cannot_be_locked() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        let first = File::create(&path).unwrap();
        assert_eq!(lock(&first, &path), Lock::Held);
        let second = File::open(&path).unwrap();
        assert_eq!(lock(&second, &path), Lock::Unavailable);
        drop(first);
        assert_eq!(lock(&second, &path), Lock::Held);
    }

    #[test]
    fn a_file_that_has_lost_its_name_is_not_held() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(lock(&file, &path), Lock::Unavailable);
        fs::write(&path, "another").unwrap();
        assert_eq!(lock(&file, &path), Lock::Unavailable);
    }
}
