//! Files on their way into their place, under hidden names beside it. They are listed, so that what
//! ends the program before they are there can take them away.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

/// What the hidden names begin with.
const PREFIX: &str = ".xentviz-";

/// So often the list is asked for where another thread has it, which never has it for long.
const TRIES: usize = 100;

/// The files of the program that are under way.
static UNDER_WAY: List = List::new();

/// A file that is there whole, but not yet in its place. Dropped, it is gone.
pub(super) struct Unfinished {
    file: NamedTempFile,
    listed: Listed<'static>,
}

impl Unfinished {
    /// Writes a file in this folder.
    ///
    /// # Errors
    /// When it cannot be made or written; nothing is left of it.
    pub(super) fn new(
        folder: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut builder = Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.prefix(PREFIX).tempfile_in(folder).map_err(|e| e.kind())?;
        let listed = UNDER_WAY.add(file.path());
        let unfinished = Self { file, listed };
        let mut to = BufWriter::new(unfinished.file.as_file());
        write(&mut to)?;
        to.flush()?;
        drop(to);
        Ok(unfinished)
    }

    /// Puts it into its place.
    ///
    /// # Errors
    /// When that cannot be done, or something is there already and `replace` is false.
    pub(super) fn put(self, path: PathBuf, replace: bool) -> io::Result<()> {
        let Self { file, listed } = self;
        let put = if replace { file.persist(path) } else { file.persist_noclobber(path) };
        drop(listed);
        put.map(drop).map_err(|failed| failed.error)
    }
}

/// Takes away what is not in its place yet, for a program that ends now. Waits for no other thread,
/// but for the disk.
pub(in crate::cli) fn abandon() {
    remove(UNDER_WAY.paths());
}

/// The same, but a disk that hangs is waited for no longer than this.
pub(in crate::cli) fn abandon_within(patience: Duration) {
    let paths = UNDER_WAY.paths();
    if paths.is_empty() {
        return;
    }
    let (done, is_done) = channel::<()>();
    let started = thread::Builder::new().name("abandon".to_owned()).spawn(move || {
        remove(paths);
        drop(done);
    });
    if started.is_ok() {
        // Nothing is ever sent: it ends with the thread, or after its time.
        let _ = is_done.recv_timeout(patience);
    }
}

fn remove(paths: Vec<PathBuf>) {
    for path in paths {
        // It may be in its place by now, or gone.
        let _ = fs::remove_file(path);
    }
}

/// Paths, each for as long as its [`Listed`] lives.
struct List(Mutex<Vec<PathBuf>>);

/// A path on a list.
struct Listed<'a> {
    list: &'a List,
    path: PathBuf,
}

impl List {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn add(&self, path: &Path) -> Listed<'_> {
        self.lock().push(path.to_owned());
        Listed { list: self, path: path.to_owned() }
    }

    /// What is on it; nothing if that cannot be told at once.
    fn paths(&self) -> Vec<PathBuf> {
        for _ in 0..TRIES {
            match self.0.try_lock() {
                Ok(paths) => return paths.clone(),
                Err(TryLockError::Poisoned(paths)) => return paths.into_inner().clone(),
                Err(TryLockError::WouldBlock) => thread::yield_now(),
            }
        }
        Vec::new()
    }

    /// Nothing that holds the list can panic half-way through a change of it.
    fn lock(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.list.lock().retain(|path| *path != self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::List;

    #[test]
    fn a_path_is_listed_for_as_long_as_it_is_wanted() {
        let list = List::new();
        let one = list.add(Path::new("one"));
        let two = list.add(Path::new("two"));
        assert_eq!(list.paths(), [PathBuf::from("one"), PathBuf::from("two")]);
        drop(one);
        assert_eq!(list.paths(), [PathBuf::from("two")]);
        drop(two);
        assert!(list.paths().is_empty());
    }

    #[test]
    fn a_list_that_another_has_is_not_waited_for() {
        let list = List::new();
        let listed = list.add(Path::new("one"));
        let held = list.lock();
        assert!(list.paths().is_empty());
        drop(held);
        drop(listed);
    }
}
