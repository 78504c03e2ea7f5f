//! Files on their way into their place, under hidden names beside it. They are listed, so that what
//! ends the program before they are there can take them away.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use crate::cli::clock;

/// What the hidden names begin with.
const PREFIX: &str = ".xentviz-";

/// How long a file that is just being made is waited for: longer than that takes, unless its disk hangs.
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
        let Some(listed) = listed else { return Err(ErrorKind::NotFound.into()) };
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
/// for the disk.
pub(in crate::cli) fn abandon() {
    remove(UNDER_WAY.close(PATIENCE));
}

/// The same, but a disk that hangs is waited for no longer than this.
pub(in crate::cli) fn abandon_within(patience: Duration) {
    let paths = UNDER_WAY.close(PATIENCE);
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
    entries: Vec<Entry>,
    /// Whether nothing more is to be made.
    is_closed: bool,
}

struct Entry {
    path: PathBuf,
    /// Whether it is there by now.
    is_made: bool,
}

/// A path on a list.
struct Listed<'a> {
    list: &'a List,
    path: PathBuf,
}

impl List {
    const fn new() -> Self {
        Self(Mutex::new(Entries { entries: Vec::new(), is_closed: false }))
    }

    /// Lists this path, and makes what is to have it.
    fn make<T>(
        &self,
        path: &Path,
        make: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<(T, Listed<'_>)> {
        let mut list = self.lock();
        if list.is_closed {
            return Err(ErrorKind::Interrupted.into());
        }
        list.entries.push(Entry { path: path.to_owned(), is_made: false });
        drop(list);
        let listed = Listed { list: self, path: path.to_owned() };
        let made = make()?;
        let mut list = self.lock();
        list.entries.iter_mut().filter(|of| of.path == path).for_each(|of| of.is_made = true);
        Ok((made, listed))
    }

    /// Lets nothing more be made, and returns what is on the list. What is just being made is waited
    /// for, but not for long.
    fn close(&self, patience: Duration) -> Vec<PathBuf> {
        let until = clock::now() + patience;
        loop {
            let mut list = self.lock();
            list.is_closed = true;
            if list.entries.iter().all(|entry| entry.is_made) || clock::now() >= until {
                return list.entries.iter().map(|entry| entry.path.clone()).collect();
            }
            drop(list);
            thread::park_timeout(LOOK);
        }
    }

    /// Held for no longer than it takes to read or change it: nobody waits for a disk meanwhile, or can
    /// panic half-way.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.list.lock().entries.retain(|entry| entry.path != self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::{LOOK, List, Listed};

    /// Far longer than anything here takes.
    const LONG: Duration = Duration::from_secs(60);

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
        assert_eq!(list.close(LONG), [PathBuf::from("two")]);
    }

    #[test]
    fn nothing_is_made_any_more_once_it_is_closed() {
        let list = List::new();
        let listed = add(&list, "one").expect("it is open");
        assert_eq!(list.close(LONG), [PathBuf::from("one")]);
        let made = list.make(Path::new("two"), || -> io::Result<()> { panic!("it is made") });
        assert_eq!(made.err().map(|error| error.kind()), Some(io::ErrorKind::Interrupted));
        drop(listed);
        assert!(list.close(LONG).is_empty());
    }

    #[test]
    fn what_is_just_being_made_is_waited_for_and_a_disk_that_hangs_is_not() {
        let (list, is_made) = (List::new(), AtomicBool::new(false));
        let one = [PathBuf::from("one")];
        thread::scope(|scope| {
            let made = list.make(Path::new("one"), || {
                assert_eq!(list.close(Duration::ZERO), one);
                let closing = scope.spawn(|| (list.close(LONG), is_made.load(Ordering::Acquire)));
                thread::park_timeout(LOOK * 5);
                is_made.store(true, Ordering::Release);
                Ok(closing)
            });
            let (closing, _listed) = made.expect("it was open");
            assert_eq!(closing.join().expect("it does not panic"), (one.to_vec(), true));
        });
    }
}
