//! Folders that only the user can enter, for the state files of the program.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::cli::files::disk::Disk;

/// Creates a folder and its missing parents. The new folders are private, whatever the umask, as
/// the XDG Base Directory Specification requires.
///
/// # Errors
/// Returns an error if a folder cannot be created, or if a file has its name.
pub(in crate::cli) fn create_private_folders(disk: &Disk, path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        create_private_folders(disk, above)?;
    }
    match disk.create_private_folder(path) {
        // Another program may have created it in the meantime.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use tempfile::TempDir;

    use super::create_private_folders;
    use crate::cli::files::disk::Disk;

    #[test]
    fn new_folders_are_private_and_existing_ones_are_unchanged() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).unwrap().mode() & 0o777;
        fs::create_dir(at("a")).unwrap();
        let before = mode("a");
        for _ in 0..2 {
            create_private_folders(&Disk::default(), &at("a/b/c")).unwrap();
            assert_eq!((mode("a"), mode("a/b"), mode("a/b/c")), (before, 0o700, 0o700));
        }
        fs::write(at("file"), "").unwrap();
        assert!(create_private_folders(&Disk::default(), &at("file/d")).is_err());
    }
}
