//! Locks that distinguish a file being written from one left behind by a dead process.
//!
//! Whoever stages a file holds an `flock` on it, which the system releases when the program ends, however
//! that happens. Whoever sweeps takes the lock before removing anything, without waiting: what is locked
//! is in use. Age tells nothing, since a program may be suspended for a week.
//!
//! Between the making of a file and its locking a sweeper may come first. It then removes the file, and
//! its maker, who finds that the file has lost its name, makes another ([`Lock::Lost`]).

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Whether a file could be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Lock {
    /// It is locked, and still has its name where it had one.
    Held,
    /// Somebody else has locked it, or it has lost its name.
    Lost,
    /// The file system has no locks, so nobody else can take one either.
    Unsupported,
}

/// Locks a file or folder that is open for as long as it is open, without waiting.
pub(super) fn lock_open(file: &File) -> Lock {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Lock::Held,
        Err(Errno::WOULDBLOCK) => Lock::Lost,
        Err(_) => Lock::Unsupported,
    }
}

/// Does the same with one that is open under this name.
pub(in crate::cli) fn lock(file: &File, path: &Path) -> Lock {
    match lock_open(file) {
        Lock::Held if !has_name(file, path) => Lock::Lost,
        lock => lock,
    }
}

/// Returns whether this file is the one that has this name; a link is not followed.
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
    fn what_is_open_elsewhere_and_locked_cannot_be_locked() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        let first = File::create(&path).unwrap();
        assert_eq!(lock(&first, &path), Lock::Held);
        let second = File::open(&path).unwrap();
        assert_eq!(lock(&second, &path), Lock::Lost);
        drop(first);
        assert_eq!(lock(&second, &path), Lock::Held);
    }

    #[test]
    fn what_has_lost_its_name_is_not_held() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(lock(&file, &path), Lock::Lost);
        fs::write(&path, "another").unwrap();
        assert_eq!(lock(&file, &path), Lock::Lost);
    }
}
