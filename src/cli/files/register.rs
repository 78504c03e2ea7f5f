//! Tracks staged files, so that any thread that ends the program can remove them.
//!
//! An entry is added before its file is created, and stays until the file is published or removed.
//! Once the register is closed, no file can be created: the program is ending.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cli::clock;
use crate::cli::files::disk::Disk;
use crate::cli::time_limits::patience;

/// The time limit for waiting for a file that is being created.
const PATIENCE: Duration = Duration::from_millis(50);
/// The polling interval.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The register of this process.
pub(super) static REGISTER: Register = Register::new();

/// The staged paths; each entry exists while its [`RegisterGuard`] lives.
pub(super) struct Register(Mutex<RegisterState>);

struct RegisterState {
    entries: Vec<RegisterEntry>,
    /// Whether no more files may be created.
    is_closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RegisterEntry {
    path: PathBuf,
    /// Whether the file has been created.
    is_made: bool,
}

/// An entry in the register, which is removed when this is dropped.
pub(super) struct RegisterGuard<'a> {
    register: &'a Register,
    path: PathBuf,
}

/// Removes all staged files before the program ends. Waits for the disk without a limit.
pub(in crate::cli) fn remove_staged() {
    remove(&REGISTER.close(patience(PATIENCE)));
}

/// Removes all staged files before the program ends, but waits at most `limit` for the disk.
pub(in crate::cli) fn remove_staged_within(limit: Duration) {
    let entries = REGISTER.close(patience(PATIENCE));
    if entries.is_empty() {
        return;
    }
    let (done, is_done) = channel::<()>();
    let started = thread::Builder::new().name("abandon".to_owned()).spawn(move || {
        remove(&entries);
        drop(done);
    });
    if started.is_ok() {
        // Nothing is ever sent: the receiver returns when the thread ends, or at the limit.
        let _ = is_done.recv_timeout(limit);
    }
}

fn remove(entries: &[RegisterEntry]) {
    let disk = Disk::default();
    for RegisterEntry { path, .. } in entries {
        // The file may have been published or removed by now, and there is no one to report an
        // error to.
        let _ = disk.remove_file(path);
    }
}

impl Register {
    const fn new() -> Self {
        Self(Mutex::new(RegisterState { entries: Vec::new(), is_closed: false }))
    }

    /// Adds an entry for this path, and then creates the file with `make`.
    ///
    /// # Errors
    /// Returns an error if the register is closed, or if `make` fails.
    pub(super) fn make<T>(
        &self,
        path: &Path,
        make: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<(T, RegisterGuard<'_>)> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(ErrorKind::Interrupted.into());
        }
        state.entries.push(RegisterEntry { path: path.to_owned(), is_made: false });
        drop(state);
        let registered = RegisterGuard { register: self, path: path.to_owned() };
        let made = make()?;
        let mut state = self.lock();
        state.entries.iter_mut().filter(|of| of.path == path).for_each(|of| of.is_made = true);
        Ok((made, registered))
    }

    /// Closes the register and returns its entries. Waits up to `patience` for files being created.
    fn close(&self, patience: Duration) -> Vec<RegisterEntry> {
        let until = clock::now() + patience;
        loop {
            let mut state = self.lock();
            state.is_closed = true;
            if state.entries.iter().all(|entry| entry.is_made) || clock::now() >= until {
                return state.entries.clone();
            }
            drop(state);
            thread::park_timeout(POLL_INTERVAL);
        }
    }

    /// Locks the state. The lock is held only to read or change it, so no thread waits for a disk
    /// or panics while holding it.
    fn lock(&self) -> MutexGuard<'_, RegisterState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RegisterGuard<'_> {
    fn drop(&mut self) {
        self.register.lock().entries.retain(|entry| entry.path != self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::{POLL_INTERVAL, Register, RegisterEntry, RegisterGuard, remove};
    use crate::cli::files::examples::names;

    /// Far longer than anything in these tests takes.
    const LONG: Duration = Duration::from_secs(60);

    fn add<'a>(register: &'a Register, path: &str) -> io::Result<RegisterGuard<'a>> {
        register.make(Path::new(path), || Ok(())).map(|((), registered)| registered)
    }

    fn paths(entries: &[RegisterEntry]) -> Vec<PathBuf> {
        entries.iter().map(|entry| entry.path.clone()).collect()
    }

    #[test]
    fn a_path_is_registered_until_its_guard_is_dropped() {
        let register = Register::new();
        let one = add(&register, "one").expect("the register is open");
        let _two = add(&register, "two").expect("the register is open");
        let fails = || Err::<(), _>(io::Error::other("no"));
        assert!(register.make(Path::new("three"), fails).is_err());
        drop(one);
        assert_eq!(paths(&register.close(LONG)), [PathBuf::from("two")]);
    }

    #[test]
    fn nothing_is_created_once_the_register_is_closed() {
        let register = Register::new();
        let registered = add(&register, "one").expect("the register is open");
        assert_eq!(paths(&register.close(LONG)), [PathBuf::from("one")]);
        let made = register.make(Path::new("two"), || -> io::Result<()> { panic!("it is made") });
        assert_eq!(made.err().map(|error| error.kind()), Some(io::ErrorKind::Interrupted));
        drop(registered);
        assert!(register.close(LONG).is_empty());
    }

    #[test]
    fn closing_waits_for_a_file_being_created_up_to_a_limit() {
        let (register, is_made) = (Register::new(), AtomicBool::new(false));
        let one = [PathBuf::from("one")];
        thread::scope(|scope| {
            let made = register.make(Path::new("one"), || {
                assert_eq!(paths(&register.close(Duration::ZERO)), one);
                let closing =
                    scope.spawn(|| (paths(&register.close(LONG)), is_made.load(Ordering::Acquire)));
                thread::park_timeout(POLL_INTERVAL * 5);
                is_made.store(true, Ordering::Release);
                Ok(closing)
            });
            let (closing, _registered) = made.expect("the register was open");
            assert_eq!(closing.join().expect("the thread does not panic"), (one.to_vec(), true));
        });
    }

    #[test]
    fn only_registered_files_are_removed() {
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["file", "other"] {
            fs::write(at(name), "").expect("a file");
        }
        let entry = |name: &str| RegisterEntry { path: at(name), is_made: true };
        // A file that was published in the meantime no longer has its hidden name.
        remove(&[entry("file"), entry("gone")]);
        assert_eq!(names(&folder), ["other"]);
    }
}
