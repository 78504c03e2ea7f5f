//! Removes hidden folders.

use std::fs;
use std::io;
use std::path::Path;

use crate::cli::files::disk::Disk;
use crate::cli::files::hidden::new_name;

/// Removes a hidden folder and the files in it.
///
/// The folder is first renamed to another hidden name. A rename is a single call, so a folder that
/// another thread publishes at this moment is either published whole or removed whole.
///
/// # Errors
/// Returns an error if a file cannot be removed; it stays under a hidden name.
pub(super) fn remove_hidden_folder(disk: &Disk, path: &Path) -> io::Result<()> {
    let new_path = path.with_file_name(new_name());
    match disk.rename_new(path, &new_path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed?,
    }
    empty_and_remove(disk, &new_path)
}

/// Removes a folder and the files in it. If it contains a folder, both stay.
pub(super) fn empty_and_remove(disk: &Disk, path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            disk.remove_file(&entry.path())?;
        }
    }
    disk.remove_folder(path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tempfile::TempDir;

    use super::remove_hidden_folder;
    use crate::cli::files::disk::Disk;
    use crate::cli::files::examples::names;

    #[test]
    fn a_folder_is_removed_with_its_files_and_a_missing_one_is_no_error() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("b"), "").unwrap();
        remove_hidden_folder(&Disk::default(), &path).unwrap();
        assert_eq!(names(&folder), Vec::<String>::new());
        remove_hidden_folder(&Disk::default(), &path).unwrap();
    }

    #[test]
    fn a_folder_is_published_whole_or_removed_whole_if_both_are_attempted() {
        for number in 0..4 {
            let folder = TempDir::new().unwrap();
            let (path, published) = (folder.path().join("a"), folder.path().join("published"));
            fs::create_dir(&path).unwrap();
            for name in ["b", "c"] {
                fs::write(path.join(name), "").unwrap();
            }
            let (from, to, calls) = (path.clone(), published.clone(), AtomicUsize::new(0));
            let disk = Disk::watched(move |_| {
                if calls.fetch_add(1, Ordering::Relaxed) == number {
                    // The rename fails if the folder is already removed.
                    let _ = fs::rename(&from, &to);
                }
                Ok(())
            });
            remove_hidden_folder(&disk, &path).unwrap();
            assert_eq!(published.exists(), number == 0);
            let files = fs::read_dir(&published).map_or(2, Iterator::count);
            assert_eq!(files, 2, "at {number}");
        }
    }
}
