//! Files on their way into their place, under hidden names beside it. They are listed, so that what
//! ends the program before they are there can take them away.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use crate::cli::clock;

/// What the hidden names begin with.
const PREFIX: &str = ".xentviz-";

/// How long the list is waited for where another thread has it: a file is made in far less, unless its
/// disk hangs.
const PATIENCE: Duration = Duration::from_millis(50);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(1);

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
        let mut listed = None;
        let make = |path: &Path| {
            let (file, entry) = UNDER_WAY.make(path, || File::create_new(path))?;
            listed = Some(entry);
            Ok(file)
        };
        let file = Builder::new().prefix(PREFIX).make_in(folder, make).map_err(|e| e.kind())?;
        let Some(listed) = listed else { return Err(io::ErrorKind::NotFound.into()) };
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

/// Takes away what is not in its place yet, for a program that ends now: nothing more is begun. Waits
/// for the disk, and next to no time for other threads.
pub(in crate::cli) fn abandon() {
    remove(UNDER_WAY.close());
}

/// The same, but a disk that hangs is waited for no longer than this.
pub(in crate::cli) fn abandon_within(patience: Duration) {
    let paths = UNDER_WAY.close();
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
struct List(Mutex<Entries>);

struct Entries {
    paths: Vec<PathBuf>,
    /// Whether nothing more is to be made.
    is_closed: bool,
}

/// A path on a list.
struct Listed<'a> {
    list: &'a List,
    path: PathBuf,
}

impl List {
    const fn new() -> Self {
        Self(Mutex::new(Entries { paths: Vec::new(), is_closed: false }))
    }

    /// Makes what is to have this path, and lists it: nobody sees the one without the other.
    fn make<T>(
        &self,
        path: &Path,
        make: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<(T, Listed<'_>)> {
        let mut entries = self.lock();
        if entries.is_closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let made = make()?;
        entries.paths.push(path.to_owned());
        Ok((made, Listed { list: self, path: path.to_owned() }))
    }

    /// Lets nothing more be made, and returns what is on it; nothing if that cannot be told in time.
    fn close(&self) -> Vec<PathBuf> {
        let until = clock::now() + PATIENCE;
        loop {
            let mut entries = match self.0.try_lock() {
                Ok(entries) => entries,
                Err(TryLockError::Poisoned(entries)) => entries.into_inner(),
                Err(TryLockError::WouldBlock) if clock::now() < until => {
                    thread::park_timeout(LOOK);
                    continue;
                }
                Err(TryLockError::WouldBlock) => return Vec::new(),
            };
            entries.is_closed = true;
            return entries.paths.clone();
        }
    }

    /// Nothing that holds the list can panic half-way through a change of it.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.list.lock().paths.retain(|path| *path != self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::{Path, PathBuf};

    use super::{List, Listed};

    fn add<'a>(list: &'a List, path: &str) -> io::Result<Listed<'a>> {
        list.make(Path::new(path), || Ok(())).map(|((), listed)| listed)
    }

    #[test]
    fn a_path_is_listed_for_as_long_as_it_is_wanted() {
        let list = List::new();
        let one = add(&list, "one").expect("it is open");
        let _two = add(&list, "two").expect("it is open");
        assert!(list.make(Path::new("three"), || Err::<(), _>(io::Error::other("no"))).is_err());
        drop(one);
        assert_eq!(list.close(), [PathBuf::from("two")]);
    }

    #[test]
    fn nothing_is_made_any_more_once_it_is_closed() {
        let list = List::new();
        let listed = add(&list, "one").expect("it is open");
        assert_eq!(list.close(), [PathBuf::from("one")]);
        let made = list.make(Path::new("two"), || -> io::Result<()> { panic!("it is made") });
        assert_eq!(made.err().map(|error| error.kind()), Some(io::ErrorKind::Interrupted));
        drop(listed);
        assert!(list.close().is_empty());
    }

    #[test]
    fn what_is_being_made_meanwhile_is_on_the_list_and_a_disk_that_hangs_is_not_waited_for() {
        let list = List::new();
        let closed = std::thread::scope(|scope| {
            let made = list.make(Path::new("one"), || {
                let closing = scope.spawn(|| list.close());
                // It has begun, and waits.
                std::thread::park_timeout(super::LOOK * 5);
                Ok(closing)
            });
            let (closing, _listed) = made.expect("it is open");
            closing.join().expect("it does not panic")
        });
        assert_eq!(closed, [PathBuf::from("one")]);
        let list = List::new();
        let held = list.lock();
        assert!(list.close().is_empty());
        drop(held);
    }
}
