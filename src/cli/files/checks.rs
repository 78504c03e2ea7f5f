//! Whether files could be written, before anything is done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::cli::files::disk::Disk;
use crate::cli::files::file_rights::check_unprotected;
use crate::cli::files::write_whole::{WriteTarget, is_special};

/// Checks that a file could be written there; nothing is left behind.
///
/// A pipe is not opened: that would be the end of file for its reader.
///
/// # Errors
/// When it is a folder or write-protected, or the folder it would be in is missing or closed to us.
pub(in crate::cli) fn check_writable(path: &Path) -> io::Result<()> {
    if is_special(path) {
        return Ok(access(path, Access::WRITE_OK)?);
    }
    WriteTarget::at(path)?.stage(&Disk::default(), |_| Ok(())).map(drop)
}

/// Checks that a file, pipe or device could be opened there and written to line by line, without touching
/// it.
///
/// # Errors
/// When it cannot be.
pub(in crate::cli) fn check_appendable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(about) if about.is_file() => check_unprotected(path, &about),
        Ok(_) => Ok(access(path, Access::WRITE_OK)?),
        Err(_) => check_new(path),
    }
}

/// Checks that a file may be created.
fn check_new(path: &Path) -> io::Result<()> {
    // A dangling link leads to where the file would be created.
    let path = known_as(&fs::read_link(path).map_or_else(
        |_| path.to_owned(),
        |link| path.parent().unwrap_or(Path::new("")).join(link),
    ));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(access(folder.unwrap_or(Path::new(".")), Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Returns the path by which a file is known however it is spelt, whether it is there or not.
pub(in crate::cli) fn known_as(path: &Path) -> PathBuf {
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

    use super::{check_appendable, check_writable, known_as};
    use crate::cli::files::examples::names;

    #[test]
    fn trying_out_a_place_leaves_nothing_there() {
        let folder = TempDir::new().unwrap();
        check_writable(&folder.path().join("s.json")).unwrap();
        assert!(check_writable(folder.path()).is_err());
        assert!(check_writable(&folder.path().join("none/s.json")).is_err());
        assert_eq!(names(&folder), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_is_written_where_it_stands_is_tried_out_there_and_left_as_it_was() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("m.csv");
        check_appendable(&path).unwrap();
        assert!(!path.exists());
        fs::write(&path, "old").unwrap();
        check_appendable(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(check_appendable(folder.path()).is_err());
        // A file that is there and open, in a folder where nothing can be made.
        #[cfg(target_os = "linux")]
        check_appendable(std::path::Path::new("/proc/self/comm")).unwrap();
    }

    #[test]
    fn a_file_is_known_however_it_is_spelt() {
        let folder = TempDir::new().unwrap();
        let spelt = |name: &str| known_as(&folder.path().join(name));
        fs::create_dir(folder.path().join("in")).unwrap();
        assert_eq!(spelt("new.json"), spelt("./in/../new.json"));
        fs::write(folder.path().join("old.json"), "").unwrap();
        assert_eq!(spelt("old.json"), spelt("in/../old.json"));
        assert_ne!(spelt("old.json"), spelt("new.json"));
    }
}
