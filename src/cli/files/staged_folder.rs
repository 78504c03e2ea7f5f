//! A folder of files that is complete before it has its name, private to the user.
//!
//! Like a single file, it is synced to the disk under a hidden name before it is renamed to its own
//! name in a single call, so no other program ever sees a part of it. Several threads may write its
//! files.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::{Disk, DiskCall};
use crate::cli::files::file_rights::PRIVATE;
use crate::cli::files::hidden::new_name;
use crate::cli::files::lock::{Lock, lock};
use crate::cli::files::register::{EntryKind, REGISTER, RegisterGuard};
use crate::cli::files::removal::empty_and_remove;
use crate::cli::files::staged::TRIES;

/// The bytes buffered before a write; larger pieces are written directly.
const BUFFER_BYTES: usize = 64 << 10;

/// A folder that is not published yet. It is removed with its files if it is dropped before that.
pub(in crate::cli) struct StagedFolder {
    disk: Disk,
    path: PathBuf,
    /// The open folder, which holds the lock.
    handle: File,
    is_published: bool,
    _registered: RegisterGuard<'static>,
}

impl StagedFolder {
    /// Creates an empty folder in `beside`, where it will be published.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be created; nothing is left of it.
    pub(in crate::cli) fn new(disk: &Disk, beside: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            let path = beside.join(new_name());
            let make = || {
                disk.create_private_folder(&path)?;
                File::open(&path)
            };
            let (handle, registered) = match REGISTER.make(&path, EntryKind::Folder, make) {
                // The name existed, or the folder was swept before it was opened.
                Err(error) if may_retry(&error, beside) => continue,
                made => made?,
            };
            let disk = disk.clone();
            let staged = Self { disk, path, handle, is_published: false, _registered: registered };
            staged.disk.announce(DiskCall::Lock)?;
            if lock(&staged.handle, &staged.path) != Lock::Unavailable {
                return Ok(staged);
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Returns the hidden path.
    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in the folder that only the user can read, whatever the umask, and waits until
    /// it is on the disk.
    ///
    /// # Errors
    /// Returns an error if the file cannot be created or written.
    pub(in crate::cli) fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        // Created by path, so that this fails once the folder has been renamed or removed.
        let file = self.disk.create_file(&self.path.join(name), PRIVATE)?;
        self.disk.announce(DiskCall::SetRights)?;
        file.set_permissions(Permissions::from_mode(PRIVATE))?;
        self.disk.announce(DiskCall::Write)?;
        let mut to = BufWriter::with_capacity(BUFFER_BYTES, &file);
        content(&mut to)?;
        to.flush()?;
        drop(to);
        self.disk.sync_file(&file)
    }

    /// Waits until all names in the folder are on the disk.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be synced.
    pub(in crate::cli) fn sync(&self) -> io::Result<()> {
        self.disk.sync_folder(&self.path)
    }

    /// Publishes the folder under a new name. The caller must sync the parent folder afterwards.
    ///
    /// # Errors
    /// Returns an error if the name exists, or if the rename fails.
    pub(in crate::cli) fn publish(&mut self, to: &Path) -> io::Result<()> {
        self.disk.rename_new(&self.path, to)?;
        self.is_published = true;
        Ok(())
    }
}

/// Returns whether another name may succeed.
fn may_retry(error: &io::Error, beside: &Path) -> bool {
    match error.kind() {
        ErrorKind::AlreadyExists => true,
        ErrorKind::NotFound => beside.is_dir(),
        _ => false,
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        if !self.is_published {
            // It will not be published any more, so it needs no other name first. Files that cannot
            // be removed now are swept later.
            let _ = empty_and_remove(&self.disk, &self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;

    use super::StagedFolder;
    use crate::cli::files::disk::{Disk, DiskCall};
    use crate::cli::files::examples::names;
    use crate::cli::files::sweep::sweep;

    #[test]
    fn a_folder_is_private_and_named_only_when_it_is_published() {
        let folder = TempDir::new().unwrap();
        let mut staged = StagedFolder::new(&Disk::default(), folder.path()).unwrap();
        staged.write("a", |to| to.write_all(b"whole")).unwrap();
        staged.sync().unwrap();
        assert!(names(&folder).iter().all(|name| name.starts_with('.')));
        let to = folder.path().join("kept");
        staged.publish(&to).unwrap();
        drop(staged);
        assert_eq!(names(&folder), ["kept"]);
        assert_eq!(fs::read_to_string(to.join("a")).unwrap(), "whole");
        assert_eq!(fs::metadata(&to).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(to.join("a")).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_unpublished_folder_is_removed_with_its_files() {
        let folder = TempDir::new().unwrap();
        let staged = StagedFolder::new(&Disk::default(), folder.path()).unwrap();
        staged.write("a", |to| to.write_all(b"half")).unwrap();
        let failed = staged.write("b", |_| Err(io::Error::other("no more")));
        assert_eq!(failed.unwrap_err().to_string(), "no more");
        drop(staged);
        assert_eq!(names(&folder), Vec::<String>::new());
        assert!(StagedFolder::new(&Disk::default(), &folder.path().join("none")).is_err());
    }

    #[test]
    fn a_folder_that_is_swept_before_it_is_locked_is_created_again() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        let sweeps = Arc::new(Mutex::new(0));
        let count = Arc::clone(&sweeps);
        let disk = Disk::watched(move |call| {
            let mut count = count.lock().unwrap();
            if call == DiskCall::Lock && *count < 2 {
                *count += 1;
                sweep(&Disk::default(), &path);
            }
            Ok(())
        });
        let mut staged = StagedFolder::new(&disk, folder.path()).unwrap();
        assert_eq!((*sweeps.lock().unwrap(), names(&folder).len()), (2, 1));
        sweep(&Disk::default(), folder.path());
        staged.write("in", |_| Ok(())).unwrap();
        staged.publish(&folder.path().join("a")).unwrap();
        assert_eq!(names(&folder), ["a"]);
    }
}
