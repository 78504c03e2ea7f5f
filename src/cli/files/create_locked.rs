//! Creates a file that stays open and locked while its content grows.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::cli::files::staged::{IfExists, StagedFile};
use crate::cli::files::sweep::sweep;

/// Creates a file in a folder under the first of these names that is free. It has its first content and its lock before
/// it has its name, so that no other program takes it for one that was left behind. Only the user can read it.
///
/// # Errors
/// Returns an error if the file cannot be created, or if no name is free; nothing is left of it.
pub(in crate::cli) fn create_locked(
    disk: &Disk,
    folder: &Path,
    (names, content): (impl Iterator<Item = String>, &str),
) -> io::Result<(File, PathBuf)> {
    sweep(disk, folder);
    let mut staged = StagedFile::write_private(disk, folder, content.as_bytes())?;
    for name in names {
        let path = folder.join(name);
        match staged.publish(&path, IfExists::Stays) {
            Ok(()) => {
                // The file is there; after a power cut it may not have its name.
                let _ = disk.sync_folder(folder);
                return Ok((staged.handle()?, path));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tempfile::TempDir;

    use super::create_locked;
    use crate::cli::files::disk::Disk;
    use crate::cli::files::examples::{names, sweep_down_to};
    use crate::cli::files::hidden::is_hidden;
    use crate::cli::files::lock::{Lock, lock};

    fn ab() -> impl Iterator<Item = String> {
        ["a", "b"].map(str::to_owned).into_iter()
    }

    #[test]
    fn the_file_has_the_first_free_name_and_is_locked_while_it_is_open() {
        let folder = TempDir::new().unwrap();
        let create = || create_locked(&Disk::default(), folder.path(), (ab(), "first\n"));
        let open = [create().unwrap(), create().unwrap()];
        assert_eq!(create().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(&folder), ["a", "b"]);
        let path = folder.path().join("a");
        assert_eq!(fs::read_to_string(&path).unwrap(), "first\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let other = File::open(&path).unwrap();
        assert_eq!(lock(&other, &path), Lock::Unavailable);
        drop(open);
    }

    #[test]
    fn a_program_killed_at_any_call_leaves_a_whole_file_or_none() {
        for number in 0.. {
            let folder = TempDir::new().unwrap();
            let calls = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&calls);
            let disk = Disk::watched(move |_| {
                let is_dead = count.fetch_add(1, Ordering::Relaxed) >= number;
                if is_dead { Err(io::Error::other("on purpose")) } else { Ok(()) }
            });
            let created = create_locked(&disk, folder.path(), (ab(), "first\n")).is_ok();
            let mut visible = names(&folder);
            visible.retain(|name| !is_hidden(name.as_ref()));
            for name in &visible {
                assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "first\n");
            }
            // The next program sweeps the rest.
            sweep_down_to(&folder, &visible);
            assert_eq!(created, !visible.is_empty(), "at {number}");
            if calls.load(Ordering::Relaxed) <= number {
                assert!(number > 4 && created, "every call was reached");
                return;
            }
        }
    }
}
