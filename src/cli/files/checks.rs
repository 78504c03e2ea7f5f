//! Checks that files can be written, before any work is done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::cli::files::disk::Disk;
use crate::cli::files::file_rights::check_unprotected;
use crate::cli::files::home::expanded;
use crate::cli::files::write_whole::{WriteTarget, is_special};

/// Checks that a file can be written at a path, and leaves nothing behind.
///
/// A pipe is not opened, since its reader would see the end of the file.
///
/// # Errors
/// Returns an error if the path is a folder or write-protected, or if its folder is missing or not
/// accessible.
pub(in crate::cli) fn check_writable(path: &Path) -> io::Result<()> {
    if is_special(path) {
        return Ok(access(path, Access::WRITE_OK)?);
    }
    WriteTarget::at(path)?.stage(&Disk::default(), |_| Ok(())).map(drop)
}

/// Checks that a file, pipe or device can be opened and appended to, without changing it.
///
/// # Errors
/// Returns an error if it cannot.
pub(in crate::cli) fn check_appendable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(about) if about.is_file() => check_unprotected(path, &about),
        Ok(_) => Ok(access(path, Access::WRITE_OK)?),
        Err(_) => check_new(path),
    }
}

/// Checks that a file can be created.
fn check_new(path: &Path) -> io::Result<()> {
    // A dangling link points to the file that would be created.
    let path = canonical_path(&fs::read_link(path).map_or_else(
        |_| path.to_owned(),
        |link| path.parent().unwrap_or(Path::new("")).join(link),
    ));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(access(folder.unwrap_or(Path::new(".")), Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Returns the canonical path of a file, whether it exists or not; `~` is the home folder.
pub(in crate::cli) fn canonical_path(path: &Path) -> PathBuf {
    let path = &*expanded(path);
    let in_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::{canonical_path, check_appendable, check_writable};
    use crate::cli::files::examples::names;

    #[test]
    fn checking_a_path_leaves_nothing_behind() {
        let folder = TempDir::new().unwrap();
        check_writable(&folder.path().join("s.json")).unwrap();
        assert!(check_writable(folder.path()).is_err());
        assert!(check_writable(&folder.path().join("none/s.json")).is_err());
        assert_eq!(names(&folder), Vec::<String>::new());
    }

    #[test]
    fn checking_a_file_that_is_appended_to_does_not_change_it() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("m.csv");
        check_appendable(&path).unwrap();
        assert!(!path.exists());
        fs::write(&path, "old").unwrap();
        check_appendable(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(check_appendable(folder.path()).is_err());
        // An existing file that can be opened, in a folder where no file can be created.
        #[cfg(target_os = "linux")]
        check_appendable(std::path::Path::new("/proc/self/comm")).unwrap();
    }

    #[test]
    fn different_spellings_of_a_path_are_the_same_file() {
        let folder = TempDir::new().unwrap();
        let spelt = |name: &str| canonical_path(&folder.path().join(name));
        fs::create_dir(folder.path().join("in")).unwrap();
        assert_eq!(spelt("new.json"), spelt("./in/../new.json"));
        fs::write(folder.path().join("old.json"), "").unwrap();
        assert_eq!(spelt("old.json"), spelt("in/../old.json"));
        assert_ne!(spelt("old.json"), spelt("new.json"));
    }
}
