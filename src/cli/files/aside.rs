//! Renames existing files to visible backup names.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;

/// The suffix of the name; a number follows if the name is taken.
const ENDING: &str = ".before";

/// The most bytes of a name on the usual file systems.
const LONGEST_NAME: usize = 255;

/// Renames a file to the first free backup name. Returns that name, or `None` if the file does not
/// exist.
///
/// # Errors
/// Returns an error if the file cannot be renamed.
pub(super) fn move_aside(disk: &Disk, path: &Path) -> io::Result<Option<PathBuf>> {
    let Some(name) = path.file_name() else { return Ok(None) };
    for number in 1_u64.. {
        let aside = path.with_file_name(aside_name(name, number));
        match disk.rename_new(path, &aside) {
            Ok(()) => return Ok(Some(aside)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Returns the name with its suffix, shortened if it would be too long.
fn aside_name(name: &OsStr, number: u64) -> OsString {
    let ending = match number {
        1 => ENDING.to_owned(),
        _ => format!("{ENDING}-{number}"),
    };
    let mut bytes = name.as_bytes().to_vec();
    while bytes.len() + ending.len() > LONGEST_NAME {
        // All bytes of a UTF-8 character are removed together.
        while bytes.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
    }
    bytes.extend(ending.bytes());
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;

    use tempfile::TempDir;

    use super::{LONGEST_NAME, aside_name, move_aside};
    use crate::cli::files::disk::Disk;
    use crate::cli::files::examples::names;

    #[test]
    fn a_file_moved_aside_replaces_no_other() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.toml");
        for text in ["one", "two", "three"] {
            fs::write(&path, text).unwrap();
            move_aside(&Disk::default(), &path).unwrap().expect("the file exists");
        }
        assert_eq!(move_aside(&Disk::default(), &path).unwrap(), None);
        assert_eq!(names(&folder), ["a.toml.before", "a.toml.before-2", "a.toml.before-3"]);
        let second = fs::read_to_string(folder.path().join("a.toml.before-2")).unwrap();
        assert_eq!(second, "two");
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_between_two_characters() {
        for name in
            ["x".repeat(LONGEST_NAME), "€".repeat(LONGEST_NAME / 3), "𝄞".repeat(LONGEST_NAME / 4)]
        {
            let aside = aside_name(OsStr::new(&name), 12);
            let aside = aside.to_str().expect("the name is UTF-8");
            assert!(aside.len() <= LONGEST_NAME && aside.len() > LONGEST_NAME - 4);
            assert!(aside.ends_with(".before-12") && name.starts_with(&aside[..aside.len() - 10]));
        }
    }
}
