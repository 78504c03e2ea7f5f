//! A file that is complete before it has its name.
//!
//! It is written under a hidden name in the folder of its final path, and synced to the disk before
//! it is published under its own name in a single call. A failure before that leaves nothing under
//! the name, and a file left under the hidden name is swept later (see `sweep`).

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::{Disk, DiskCall};
use crate::cli::files::file_rights::{FileRights, PRIVATE};
use crate::cli::files::hidden::new_name;
use crate::cli::files::lock::{Lock, has_name, lock};
use crate::cli::files::register::{REGISTER, RegisterGuard};

/// The mode of a new file, less the bits of the umask.
const NEW: u32 = 0o666;

/// The number of hidden names tried. Each failure needs a sweep between two particular calls.
const TRIES: usize = 16;

/// What happens to an existing file of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfExists {
    /// The existing file is replaced.
    Replaced,
    /// The existing file stays, and the new one is refused.
    Stays,
}

/// A file that is written but not published. It is removed if it is dropped before that.
pub(super) struct StagedFile {
    disk: Disk,
    path: PathBuf,
    /// The open file, which holds the lock.
    file: File,
    is_published: bool,
    _registered: RegisterGuard<'static>,
}

impl StagedFile {
    /// Writes a file in this folder, with these rights or those of a new file, and waits until it
    /// is on the disk.
    ///
    /// # Errors
    /// Returns an error if the file cannot be created or written; nothing is left of it.
    pub(super) fn write(
        disk: &Disk,
        folder: &Path,
        rights: Option<&FileRights>,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        // A file that will be private must not be readable in the meantime.
        let staged = Self::make(disk, folder, if rights.is_some() { PRIVATE } else { NEW })?;
        disk.announce(DiskCall::Write)?;
        let mut to = BufWriter::new(&staged.file);
        content(&mut to)?;
        to.flush()?;
        drop(to);
        if let Some(rights) = rights {
            rights.apply_to(disk, &staged.file)?;
        }
        disk.sync_file(&staged.file)?;
        Ok(staged)
    }

    /// Writes a file in this folder that only the user can read, whatever the umask, and waits until it is on the
    /// disk.
    ///
    /// # Errors
    /// Returns an error if the file cannot be created or written; nothing is left of it.
    pub(super) fn write_private(disk: &Disk, folder: &Path, content: &[u8]) -> io::Result<Self> {
        let staged = Self::make(disk, folder, PRIVATE)?;
        disk.announce(DiskCall::SetRights)?;
        staged.file.set_permissions(Permissions::from_mode(PRIVATE))?;
        disk.write_at(&staged.file, content, 0)?;
        disk.sync_file(&staged.file)?;
        Ok(staged)
    }

    /// Returns a handle of the file, which holds the lock as well.
    ///
    /// # Errors
    /// Returns an error if the process may open no more files.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Creates an empty file and locks it.
    fn make(disk: &Disk, folder: &Path, mode: u32) -> io::Result<Self> {
        for _ in 0..TRIES {
            let path = folder.join(new_name());
            let made = REGISTER.make(&path, || disk.create_file(&path, mode));
            let (file, registered) = match made {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => made?,
            };
            let disk = disk.clone();
            let staged = Self { disk, path, file, is_published: false, _registered: registered };
            staged.disk.announce(DiskCall::Lock)?;
            if lock(&staged.file, &staged.path) != Lock::Unavailable {
                return Ok(staged);
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Publishes the file under its name. The caller must sync the folder afterwards.
    ///
    /// # Errors
    /// Returns an error if the rename fails, or if the name exists and the existing file stays.
    pub(super) fn publish(&mut self, to: &Path, existing: IfExists) -> io::Result<()> {
        match existing {
            IfExists::Replaced => self.disk.rename(&self.path, to)?,
            IfExists::Stays => self.disk.rename_new(&self.path, to)?,
        }
        self.is_published = true;
        Ok(())
    }

    /// Removes a published file, unless another file has its name by now.
    ///
    /// # Errors
    /// Returns an error if the file cannot be removed.
    pub(super) fn withdraw(&self, from: &Path) -> io::Result<()> {
        if has_name(&self.file, from) { self.disk.remove_file(from) } else { Ok(()) }
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.is_published {
            // A file that cannot be removed now is swept later.
            let _ = self.disk.remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;

    use super::{IfExists, StagedFile, TRIES};
    use crate::cli::files::disk::{Disk, DiskCall};
    use crate::cli::files::examples::names;
    use crate::cli::files::file_rights::FileRights;
    use crate::cli::files::sweep::sweep;

    #[test]
    fn a_file_is_synced_before_it_is_published() {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let disk = Disk::watched(move |call| {
            seen.lock().unwrap().push(call);
            Ok(())
        });
        let folder = TempDir::new().unwrap();
        let mut staged = StagedFile::write(&disk, folder.path(), None, |_| Ok(())).unwrap();
        staged.publish(&folder.path().join("a"), IfExists::Stays).unwrap();
        drop(staged);
        let calls = calls.lock().unwrap();
        let expected = [
            DiskCall::CreateFile,
            DiskCall::Lock,
            DiskCall::Write,
            DiskCall::SyncFile,
            DiskCall::Rename,
        ];
        assert_eq!(*calls, expected);
        assert_eq!(names(&folder), ["a"]);
    }

    #[test]
    fn a_private_file_is_private_while_it_is_written() {
        let folder = TempDir::new().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, "").unwrap();
        fs::set_permissions(&old, Permissions::from_mode(0o600)).unwrap();
        let rights = FileRights::of(&old, &fs::metadata(&old).unwrap());
        let path = folder.path().to_owned();
        let disk = Disk::watched(move |call| {
            for entry in fs::read_dir(&path).unwrap() {
                let mode = entry.unwrap().metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "before {call:?}");
            }
            Ok(())
        });
        let mut staged =
            StagedFile::write(&disk, folder.path(), Some(&rights), |_| Ok(())).unwrap();
        staged.publish(&old, IfExists::Replaced).unwrap();
    }

    #[test]
    fn a_file_that_is_swept_before_it_is_locked_is_created_again() {
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
        let mut staged = StagedFile::write(&disk, folder.path(), None, |_| Ok(())).unwrap();
        assert_eq!((*sweeps.lock().unwrap(), names(&folder).len()), (2, 1));
        sweep(&Disk::default(), folder.path());
        staged.publish(&folder.path().join("a"), IfExists::Stays).unwrap();
        assert_eq!(names(&folder), ["a"]);
    }

    #[test]
    fn creating_a_file_gives_up_after_the_last_try() {
        let folder = TempDir::new().unwrap();
        let tries = Arc::new(Mutex::new(0));
        let count = Arc::clone(&tries);
        let disk = Disk::watched(move |call| {
            *count.lock().unwrap() += usize::from(call == DiskCall::CreateFile);
            if call == DiskCall::CreateFile {
                Err(io::ErrorKind::AlreadyExists.into())
            } else {
                Ok(())
            }
        });
        assert!(StagedFile::write(&disk, folder.path(), None, |_| Ok(())).is_err());
        assert_eq!(*tries.lock().unwrap(), TRIES);
    }

    #[test]
    fn only_the_file_itself_is_withdrawn() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        let stage = || StagedFile::write(&Disk::default(), folder.path(), None, |_| Ok(()));
        let mut staged = stage().unwrap();
        staged.publish(&path, IfExists::Stays).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "another").unwrap();
        staged.withdraw(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "another");
        let mut staged = stage().unwrap();
        staged.publish(&path, IfExists::Replaced).unwrap();
        staged.withdraw(&path).unwrap();
        assert_eq!(names(&folder), Vec::<String>::new());
    }
}
