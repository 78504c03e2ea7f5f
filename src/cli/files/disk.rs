//! The calls that change a file system, with a hook for tests.
//!
//! All staging, publishing and removal goes through a [`Disk`]. A test gives it a hook, which can
//! make one call fail, or every call from one on; the latter leaves the disk as a kill at that
//! moment would. It is a struct with a hook and not a trait, because there is only one file system.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::io::Errno;

/// The mode of a folder that only its owner can enter.
const PRIVATE_FOLDER: u32 = 0o700;

/// A kind of call that changes the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum DiskCall {
    /// Creates a file.
    CreateFile,
    /// Creates a folder.
    CreateFolder,
    /// Locks a file or folder that was just created.
    Lock,
    /// Writes the content of a file.
    Write,
    /// Sets owner, group and mode.
    SetRights,
    /// Waits until the content of a file is on the disk.
    SyncFile,
    /// Waits until the names in a folder are on the disk.
    SyncFolder,
    /// Renames a file or folder.
    Rename,
    /// Removes a file.
    Remove,
}

/// Receives each call before it is made. An error is returned instead of making the call.
type DiskHook = dyn Fn(DiskCall) -> io::Result<()> + Send + Sync;

/// The file system, with an optional hook.
#[derive(Clone, Default)]
pub(in crate::cli) struct Disk {
    hook: Option<std::sync::Arc<DiskHook>>,
}

impl Disk {
    /// Returns a file system with a hook.
    #[cfg(test)]
    pub(in crate::cli) fn watched(
        hook: impl Fn(DiskCall) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { hook: Some(std::sync::Arc::new(hook)) }
    }

    /// Announces a call that the caller makes.
    pub(super) fn announce(&self, call: DiskCall) -> io::Result<()> {
        self.hook.as_ref().map_or(Ok(()), |hook| hook(call))
    }

    /// Creates a new file with this mode, less the bits of the umask.
    pub(super) fn create_file(&self, path: &Path, mode: u32) -> io::Result<File> {
        self.announce(DiskCall::CreateFile)?;
        OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)
    }

    /// Creates a new folder that only its owner can enter, whatever the umask.
    pub(super) fn create_private_folder(&self, path: &Path) -> io::Result<()> {
        self.announce(DiskCall::CreateFolder)?;
        DirBuilder::new().mode(PRIVATE_FOLDER).create(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(PRIVATE_FOLDER))
    }

    /// Writes bytes at this position of a file.
    ///
    /// # Errors
    /// If they cannot be written; some of them may have been.
    pub(in crate::cli) fn write_at(&self, file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
        self.announce(DiskCall::Write)?;
        file.write_all_at(bytes, at)
    }

    /// Waits until the content of a file is on the disk. Files that are not on a disk, such as
    /// pipes, are ignored.
    pub(in crate::cli) fn sync_file(&self, file: &File) -> io::Result<()> {
        self.announce(DiskCall::SyncFile)?;
        ignoring(file.sync_all(), &[Errno::INVAL, Errno::NOTSUP])
    }

    /// Waits until the names in a folder are on the disk. File systems that do not support this,
    /// and folders that can be entered but not listed, are ignored.
    pub(super) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.announce(DiskCall::SyncFolder)?;
        let synced = File::open(path).and_then(|folder| folder.sync_all());
        ignoring(synced, &[Errno::INVAL, Errno::NOTSUP, Errno::BADF, Errno::ACCESS])
    }

    /// Renames a file. An existing file with the new name is replaced.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.announce(DiskCall::Rename)?;
        fs::rename(from, to)
    }

    /// Renames a file to a name that does not exist yet.
    ///
    /// # Errors
    /// Returns an error if the name exists, or if the system cannot rename.
    pub(super) fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.announce(DiskCall::Rename)?;
        match rename_no_replace(from, to) {
            Err(error) if is_unsupported(&error) => rename_after_check(from, to),
            renamed => renamed,
        }
    }

    /// Removes a file.
    pub(super) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.announce(DiskCall::Remove)?;
        fs::remove_file(path)
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_no_replace(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_no_replace(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(Errno::NOSYS.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    is_one_of(error, &[Errno::INVAL, Errno::NOSYS, Errno::NOTSUP])
}

/// Renames without replacing on a system that cannot do so in one call. Creating a hard link fails
/// if the name exists, and a folder is never renamed onto one that is not empty. On a file system
/// without hard links, only the check before the rename protects an existing file.
fn rename_after_check(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(from)?.is_file() {
        match fs::hard_link(from, to) {
            Ok(()) => return fs::remove_file(from),
            Err(error) if !is_one_of(&error, &[Errno::PERM, Errno::NOTSUP]) => return Err(error),
            Err(_no_second_names) => {}
        }
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(Errno::EXIST.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
    }
}

fn is_one_of(error: &io::Error, numbers: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|number| numbers.contains(&number))
}

fn ignoring(result: io::Result<()>, numbers: &[Errno]) -> io::Result<()> {
    result.or_else(|error| if is_one_of(&error, numbers) { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use rustix::io::Errno;
    use tempfile::TempDir;

    use super::{Disk, ignoring, rename_after_check};

    /// Both implementations of renaming to a new name.
    fn renames() -> [fn(&std::path::Path, &std::path::Path) -> io::Result<()>; 2] {
        [|from, to| Disk::default().rename_new(from, to), rename_after_check]
    }

    #[test]
    fn a_rename_to_an_existing_name_fails() {
        for rename in renames() {
            let folder = TempDir::new().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::write(at("a"), "a").unwrap();
            fs::write(at("b"), "b").unwrap();
            let refused = rename(&at("a"), &at("b")).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
            rename(&at("a"), &at("c")).unwrap();
            assert_eq!(fs::read_to_string(at("c")).unwrap(), "a");
            assert_eq!(fs::read_to_string(at("b")).unwrap(), "b");
            assert!(!at("a").exists());
        }
    }

    #[test]
    fn a_folder_never_replaces_another() {
        for rename in renames() {
            let folder = TempDir::new().unwrap();
            let at = |name: &str| folder.path().join(name);
            for name in ["a", "b"] {
                fs::create_dir(at(name)).unwrap();
                fs::write(at(name).join(name), "").unwrap();
            }
            assert!(rename(&at("a"), &at("b")).is_err());
            assert!(at("a/a").exists() && at("b/b").exists());
            rename(&at("a"), &at("c")).unwrap();
            assert!(at("c/a").exists());
        }
    }

    #[test]
    fn an_unsupported_call_is_ignored_and_a_failed_one_is_not() {
        let failed = |number: Errno| Err(io::Error::from(number));
        assert!(ignoring(failed(Errno::INVAL), &[Errno::INVAL]).is_ok());
        assert!(ignoring(failed(Errno::IO), &[Errno::INVAL]).is_err());
        assert!(ignoring(Ok(()), &[]).is_ok());
    }
}
