//! Removes hidden files left behind by a killed program.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::geteuid;

use crate::cli::files::disk::Disk;
use crate::cli::files::hidden::is_hidden;
use crate::cli::files::lock::{Lock, lock};

/// Removes the hidden files in a folder that belong to this user and that no living
/// program has locked. Links are not followed.
///
/// A file that cannot be removed stays until the next sweep; nothing depends on it.
pub(super) fn sweep(disk: &Disk, folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_hidden(&entry.file_name()) {
            let _ = sweep_one(disk, &entry.path());
        }
    }
}

fn sweep_one(disk: &Disk, path: &Path) -> std::io::Result<()> {
    let about = fs::symlink_metadata(path)?;
    if about.uid() != geteuid().as_raw() || !about.is_file() {
        return Ok(());
    }
    let stray = open(path)?;
    // The lock is held while the file is open. A program that has just created it then creates
    // another.
    if lock(&stray, path) != Lock::Held {
        return Ok(());
    }
    disk.remove_file(path)
}

/// Opens a file to lock it. Some network file systems lock a file only if it is open for writing.
fn open(path: &Path) -> std::io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::{chown, symlink};

    use tempfile::TempDir;

    use super::sweep;
    use crate::cli::files::disk::Disk;
    use crate::cli::files::examples::{names, sweep_down_to};
    use crate::cli::files::hidden::new_name;
    use crate::cli::files::lock::{Lock, lock};

    #[test]
    fn only_strays_are_removed() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at(&new_name()), "half").unwrap();
        // In use, a link, or not a stray of this user.
        let (used, link, apart) = (new_name(), new_name(), new_name());
        let file = File::create(at(&used)).unwrap();
        assert_eq!(lock(&file, &at(&used)), Lock::Held);
        fs::write(at("mine"), "mine").unwrap();
        symlink(at("mine"), at(&link)).unwrap();
        fs::create_dir(at(&apart)).unwrap();
        fs::write(at(".xentviz-config"), "").unwrap();
        let another = new_name();
        fs::write(at(&another), "half").unwrap();
        let is_given = chown(at(&another), Some(12345), None).is_ok();
        sweep(&Disk::default(), folder.path());
        assert_eq!(at(&another).exists(), is_given, "the file of another user stays");
        let _ = fs::remove_file(at(&another));
        let mut expected = vec![used.clone(), link, apart, ".xentviz-config".into(), "mine".into()];
        expected.sort();
        assert_eq!(names(&folder), expected);
        assert_eq!(fs::read_to_string(at("mine")).unwrap(), "mine");
        drop(file);
        expected.retain(|name| *name != used);
        sweep_down_to(&folder, &expected);
    }

    #[test]
    fn sweeping_a_missing_folder_is_no_error() {
        let folder = TempDir::new().unwrap();
        sweep(&Disk::default(), &folder.path().join("none"));
    }
}
