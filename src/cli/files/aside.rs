//! Renames existing files to visible backup names.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;

/// What is added to the name; a number follows where such a file is there already.
const ENDING: &str = ".before";

/// The most bytes of a name on the usual file systems.
pub(in crate::cli) const LONGEST_NAME: usize = 255;

/// Gives a file the first free name of those that begin with its own; returns that, or nothing where there
/// is no such file.
///
/// # Errors
/// When it cannot be renamed.
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

/// Returns the name with its ending, shortened where it would be too long.
fn aside_name(name: &OsStr, number: u64) -> OsString {
    let ending = match number {
        1 => ENDING.to_owned(),
        _ => format!("{ENDING}-{number}"),
    };
    let mut bytes = name.as_bytes().to_vec();
    while bytes.len() + ending.len() > LONGEST_NAME {
        // A character of UTF-8 goes with all of its bytes.
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
    fn a_file_that_is_put_aside_takes_the_place_of_none() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.toml");
        for text in ["one", "two", "three"] {
            fs::write(&path, text).unwrap();
            move_aside(&Disk::default(), &path).unwrap().expect("it was there");
        }
        assert_eq!(move_aside(&Disk::default(), &path).unwrap(), None);
        assert_eq!(names(&folder), ["a.toml.before", "a.toml.before-2", "a.toml.before-3"]);
        let second = fs::read_to_string(folder.path().join("a.toml.before-2")).unwrap();
        assert_eq!(second, "two");
    }

    #[test]
    fn a_name_that_would_be_too_long_is_cut_between_two_characters() {
        for name in
            ["x".repeat(LONGEST_NAME), "€".repeat(LONGEST_NAME / 3), "𝄞".repeat(LONGEST_NAME / 4)]
        {
            let aside = aside_name(OsStr::new(&name), 12);
            let aside = aside.to_str().expect("it is text");
            assert!(aside.len() <= LONGEST_NAME && aside.len() > LONGEST_NAME - 4);
            assert!(aside.ends_with(".before-12") && name.starts_with(&aside[..aside.len() - 10]));
        }
    }
}
