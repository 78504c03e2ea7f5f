//! Writes files whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::cli::files::disk::Disk;
use crate::cli::files::file_rights::{FileRights, check_unprotected};
use crate::cli::files::staged::{IfExists, StagedFile};
use crate::cli::files::sweep::sweep;

/// Writes a file whole or not at all, and syncs it to the disk.
///
/// A replaced file passes on its mode, and its owner and group if permitted. Strays in its folder
/// are swept. A pipe, a terminal or a device such as `/dev/null` is written to directly.
///
/// # Errors
/// Returns an error if the file cannot be written, is write-protected, or exists and `replace` is
/// false.
pub(in crate::cli) fn write_whole(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let existing = if replace { IfExists::Replaced } else { IfExists::Stays };
    write_on(&Disk::default(), path, existing, write)
}

fn write_on(
    disk: &Disk,
    path: &Path,
    existing: IfExists,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = WriteTarget::at(path)?;
    target.sweep(disk);
    let Some(mut file) = target.stage(disk, write)? else { return Ok(()) };
    file.publish(target.path(), existing)?;
    disk.sync_folder(target.folder())
}

/// The destination of a file.
pub(super) enum WriteTarget {
    /// A pipe or a device, which is written to directly.
    Special(PathBuf),
    /// A regular file, existing or new.
    Regular {
        /// The path with links followed, so that a link stays a link.
        path: PathBuf,
        /// The rights of the existing file, if any.
        rights: Option<FileRights>,
    },
}

impl WriteTarget {
    /// Returns the destination at a path.
    ///
    /// # Errors
    /// Returns an error if nothing can be written there.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let about = match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            about => Some(about?),
        };
        if about.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Errno::ISDIR.into());
        }
        if about.as_ref().is_some_and(|about| !about.is_file()) {
            return Ok(Self::Special(path.to_owned()));
        }
        let rights = match &about {
            None => None,
            Some(about) => {
                check_unprotected(path, about)?;
                Some(FileRights::of(path, about))
            }
        };
        let target = Self::Regular { path: without_links(path), rights };
        fs::metadata(target.folder())?;
        Ok(target)
    }

    /// Returns the path; for a regular file, links are followed.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Special(path) | Self::Regular { path, .. } => path,
        }
    }

    /// Returns the folder of the path.
    pub(super) fn folder(&self) -> &Path {
        match self.path().parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// Removes the strays in the folder of a regular file.
    pub(super) fn sweep(&self, disk: &Disk) {
        if let Self::Regular { .. } = self {
            sweep(disk, self.folder());
        }
    }

    /// Writes the content: to a staged file that the caller publishes, or directly to a pipe or a
    /// device, which returns `None`.
    ///
    /// # Errors
    /// Returns an error if the content cannot be written.
    pub(super) fn stage(
        &self,
        disk: &Disk,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Option<StagedFile>> {
        match self {
            Self::Regular { rights, .. } => {
                StagedFile::write(disk, self.folder(), rights.as_ref(), content).map(Some)
            }
            Self::Special(path) => {
                let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
                content(&mut to)?;
                to.flush()?;
                Ok(None)
            }
        }
    }
}

/// Returns the path to which links lead, whether it exists or not.
fn without_links(path: &Path) -> PathBuf {
    /// The number of links that Linux follows.
    const MOST_LINKS: usize = 40;
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&path) else { break };
        path.set_file_name("");
        path.push(to);
    }
    path
}

/// Returns whether a path is neither a regular file nor a folder.
pub(in crate::cli) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;

    use super::{write_on, write_whole};
    use crate::cli::files::disk::{Disk, DiskCall};
    use crate::cli::files::examples::names;
    use crate::cli::files::hidden::new_name;
    use crate::cli::files::staged::IfExists;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        fs::write(&path, "old").unwrap();
        let failed = write_whole(&path, true, |to| {
            to.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(&folder), ["s.json"]);
    }

    #[test]
    fn a_file_is_replaced_only_on_request() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        write_whole(&path, false, |to| to.write_all(b"first")).unwrap();
        let refused = write_whole(&path, false, |to| to.write_all(b"second")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        write_whole(&path, true, |to| to.write_all(b"second")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(names(&folder), ["s.json"]);
    }

    #[test]
    fn a_link_stays_a_link_and_a_new_file_follows_the_umask() {
        let folder = TempDir::new().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        for text in ["new", "made"] {
            write_whole(&link, true, |to| to.write_all(text.as_bytes())).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
            // The link dangles after this.
            fs::remove_file(&file).unwrap();
        }
        let (plain, new) = (folder.path().join("plain"), folder.path().join("new"));
        fs::write(&plain, "").unwrap();
        write_whole(&new, false, |_| Ok(())).unwrap();
        assert_eq!(mode(&new), mode(&plain));
    }

    #[test]
    fn a_replaced_file_passes_on_its_mode_and_a_protected_one_is_not_replaced() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        for mode_before in [0o600, 0o664, 0o444] {
            fs::set_permissions(&path, Permissions::from_mode(mode_before)).unwrap();
            let written = write_whole(&path, true, |to| to.write_all(b"new"));
            assert_eq!(written.is_ok(), mode_before != 0o444);
            assert_eq!(mode(&path), mode_before);
        }
        assert_eq!(names(&folder), ["a"]);
    }

    #[test]
    fn a_written_file_and_its_name_are_synced() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        for is_there in [false, true] {
            let calls = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&calls);
            let disk = Disk::watched(move |call| {
                seen.lock().unwrap().push(call);
                Ok(())
            });
            write_on(&disk, &path, IfExists::Replaced, |_| Ok(())).unwrap();
            let mut expected = vec![DiskCall::CreateFile, DiskCall::Lock, DiskCall::Write];
            expected.extend(is_there.then_some(DiskCall::SetRights));
            expected.extend([DiskCall::SyncFile, DiskCall::Rename, DiskCall::SyncFolder]);
            assert_eq!(*calls.lock().unwrap(), expected);
        }
    }

    #[test]
    fn a_hard_link_keeps_the_old_content() {
        let folder = TempDir::new().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::write(&one, "old").unwrap();
        fs::hard_link(&one, &other).unwrap();
        write_whole(&one, true, |to| to.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "old");
    }

    #[test]
    fn writing_a_file_sweeps_its_folder() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(new_name()), "half").unwrap();
        write_whole(&folder.path().join("a"), false, |_| Ok(())).unwrap();
        assert_eq!(names(&folder), ["a"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_error_keeps_the_code_of_the_system() {
        let refused = write_whole(Path::new("/proc/a"), false, |_| Ok(())).unwrap_err();
        assert!(refused.raw_os_error().is_some(), "{refused:?}");
    }
}
