//! A file on its way to its name.
//!
//! It is written under a hidden name in the folder it belongs in, and is complete and on the disk before
//! it is published under its own name in a single call. Whatever happens before that leaves nothing under
//! the name; whatever is left under the hidden one is swept later (see `sweeping`).

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::files::disk::{Disk, DiskCall};
use crate::cli::files::file_rights::{FileRights, PRIVATE};
use crate::cli::files::hidden::new_name;
use crate::cli::files::lock::{Lock, has_name, lock};
use crate::cli::files::register::{EntryKind, REGISTER, RegisterGuard};

/// The mode of a new file, which the umask narrows.
const NEW: u32 = 0o666;

/// How often another hidden name is tried: each time a sweeper would have to come between two calls.
pub(super) const TRIES: usize = 16;

/// What happens to an existing file of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfExists {
    /// It is replaced.
    Replaced,
    /// It stays, and the new one is refused.
    Stays,
}

/// A file that is complete but has no name yet. Dropped before it is published, it is removed.
pub(super) struct StagedFile {
    disk: Disk,
    path: PathBuf,
    /// Open, and thereby locked.
    file: File,
    is_published: bool,
    _registered: RegisterGuard<'static>,
}

impl StagedFile {
    /// Writes a file in this folder, with these rights or those of a new file, and waits until it is on
    /// the disk.
    ///
    /// # Errors
    /// When it cannot be made or written; nothing is left of it.
    pub(super) fn write(
        disk: &Disk,
        folder: &Path,
        rights: Option<&FileRights>,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        // Nobody is to read in the meantime what will be private.
        let staged = Self::make(disk, folder, if rights.is_some() { PRIVATE } else { NEW })?;
        disk.announce(DiskCall::Write)?;
        let mut to = BufWriter::new(&staged.file);
        content(&mut to)?;
        to.flush()?;
        drop(to);
        if let Some(rights) = rights {
            rights.give(disk, &staged.file)?;
        }
        disk.sync_file(&staged.file)?;
        Ok(staged)
    }

    /// Makes an empty file and locks it.
    fn make(disk: &Disk, folder: &Path, mode: u32) -> io::Result<Self> {
        for _ in 0..TRIES {
            let path = folder.join(new_name());
            let made = REGISTER.make((&path, EntryKind::File), || disk.create_file(&path, mode));
            let (file, registered) = match made {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => made?,
            };
            let disk = disk.clone();
            let staged = Self { disk, path, file, is_published: false, _registered: registered };
            staged.disk.announce(DiskCall::Lock)?;
            if lock(&staged.file, &staged.path) != Lock::Lost {
                return Ok(staged);
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Gives it its name. The folder has to be synced after that.
    ///
    /// # Errors
    /// When that cannot be done, or something has the name and stays.
    pub(super) fn publish(&mut self, to: &Path, existing: IfExists) -> io::Result<()> {
        match existing {
            IfExists::Replaced => self.disk.rename(&self.path, to)?,
            IfExists::Stays => self.disk.rename_new(&self.path, to)?,
        }
        self.is_published = true;
        Ok(())
    }

    /// Takes back a file that has been published under this name, unless another has the name by now.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(super) fn withdraw(&self, from: &Path) -> io::Result<()> {
        if has_name(&self.file, from) { self.disk.remove_file(from) } else { Ok(()) }
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.is_published {
            // What cannot be removed now is swept later.
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
    fn a_file_is_on_the_disk_before_it_has_its_name() {
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
    fn what_will_be_private_is_private_while_it_is_written() {
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
    fn a_file_that_is_swept_before_it_is_locked_is_made_again() {
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
    fn a_folder_that_does_not_hold_files_is_given_up_after_some_tries() {
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
    fn what_is_withdrawn_is_the_file_itself_and_no_other() {
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
