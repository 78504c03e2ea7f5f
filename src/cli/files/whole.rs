//! Files that are written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::files::unfinished::Unfinished;

/// Writes a file so that it is there whole or not at all.
///
/// What is no regular file (a pipe, a terminal, `/dev/null`) is written to as it is.
///
/// # Errors
/// When it cannot be written, or is there already and `replace` is false.
pub(in crate::cli) fn write_whole(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    Staged::new(path, write)?.commit(replace)
}

/// A file whose content is complete but not yet in its place.
pub(super) enum Staged {
    /// To be renamed to this path.
    Beside(Unfinished, PathBuf),
    /// No regular file: it has been written to already.
    Written,
}

impl Staged {
    pub(super) fn new(
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        if is_special(path) {
            let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut to)?;
            to.flush()?;
            return Ok(Self::Written);
        }
        // A link stays a link: the file it leads to is the one that is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::metadata(folder)?;
        Ok(Self::Beside(Unfinished::new(folder, write)?, path))
    }

    pub(super) fn commit(self, replace: bool) -> io::Result<()> {
        match self {
            Self::Written => Ok(()),
            Self::Beside(file, path) => file.put(path, replace),
        }
    }
}

/// Whether it is there and neither a regular file nor a folder.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use tempfile::TempDir;

    use super::write_whole;
    use crate::cli::files::examples::names;

    #[test]
    fn a_file_whose_writing_fails_is_not_there_and_what_was_there_stays() {
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
    fn a_file_is_replaced_only_where_that_is_wanted() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        write_whole(&path, false, |to| to.write_all(b"first")).unwrap();
        let refused = write_whole(&path, false, |to| to.write_all(b"second")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        write_whole(&path, true, |to| to.write_all(b"second")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_file_is_for_whom_the_mask_allows() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = TempDir::new().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        write_whole(&link, true, |to| to.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&file), mode(&plain));
    }
}
