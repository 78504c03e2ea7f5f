//! Whether files could be written, before anything is done.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::cli::files::rights::check_unprotected;
use crate::cli::files::whole::{Target, is_special};

/// Checks that a file could be written there; nothing is left behind.
///
/// # Errors
/// When it is a folder or write-protected, or the folder it would be in is missing or closed to us.
pub(in crate::cli) fn check_writable(path: &Path) -> io::Result<()> {
    if is_special(path) {
        return OpenOptions::new().write(true).open(path).map(drop);
    }
    Target::at(path)?.stage(&Disk::default(), |_| Ok(())).map(drop)
}

/// Checks that a file could be opened there and written to line by line; it is left as it was.
///
/// # Errors
/// When it cannot be.
pub(in crate::cli) fn check_appendable(path: &Path) -> io::Result<()> {
    let about = fs::metadata(path).ok();
    if let Some(about) = about.as_ref().filter(|about| about.is_file()) {
        check_unprotected(path, about)?;
    }
    OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    if about.is_some() { Ok(()) } else { fs::remove_file(fs::canonicalize(path)?) }
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
