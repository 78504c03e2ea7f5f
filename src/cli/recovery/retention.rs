//! Decides which saved runs are kept, and removes the others.
//!
//! Runs younger than a day are kept, however many there are: a machine that shuts down cuts off
//! many at once. Of the older runs, the newest nine of each name are kept. A folder is removed only
//! if the program wrote every file in it; otherwise the whole folder is kept.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cli::files::{Disk, Lock, is_hidden, lock, new_name};
use crate::cli::recovery::manifest::Manifest;
use crate::cli::recovery::naming::free_folders;

/// The number of older runs kept for each name.
const OLDER: usize = 9;

/// The age up to which every run is kept.
const YOUNG: Duration = Duration::from_secs(24 * 60 * 60);

/// The suffix, after a hidden name, of a folder that is being removed. Unlike other strays, it may
/// contain files that the user just added, so it is checked again before it is removed.
const REMOVAL_SUFFIX: &str = "-old";

/// Returns the folders of the runs of this name and the times they were cut off, newest first.
pub(super) fn runs_of(place: &Path, name: &str) -> Vec<(PathBuf, SystemTime)> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let of_name = |path: PathBuf| {
        let (manifest, written) = Manifest::read(&path)?;
        (manifest.name == name).then_some((path, written))
    };
    let visible = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    let mut runs: Vec<_> = visible.filter_map(|entry| of_name(entry.path())).collect();
    runs.sort_by(|(_, one), (_, other)| other.cmp(one));
    runs
}

/// Removes the expired runs of this name. A folder that cannot be removed is tried again the next
/// time.
pub(super) fn prune(disk: &Disk, place: &Path, name: &str, now: SystemTime) {
    // A time in the future, after the clock was set back, counts as young.
    let is_old = |written: &SystemTime| now.duration_since(*written).is_ok_and(|age| age >= YOUNG);
    let older = runs_of(place, name).into_iter().filter(|(_, written)| is_old(written));
    for (folder, _) in older.skip(OLDER) {
        let _ = remove(disk, &folder);
    }
    finish_removals(disk, place);
}

/// Removes a folder, unless a file in it was changed or added.
fn remove(disk: &Disk, folder: &Path) -> io::Result<()> {
    let Some((manifest, _)) = Manifest::read(folder) else { return Ok(()) };
    if manifest.own_files(folder).is_none() {
        return Ok(());
    }
    let handle = File::open(folder)?;
    if lock(&handle, folder) == Lock::Unavailable {
        return Ok(());
    }
    let new_path = folder.with_file_name(format!("{}{REMOVAL_SUFFIX}", new_name()));
    disk.rename_new(folder, &new_path)?;
    // The user may have changed it until the rename, and a process whose current folder it is even
    // after that.
    match remove_files(disk, &manifest, &new_path)? {
        Removal::Done => Ok(()),
        Removal::Modified => disk.rename_new(&new_path, folder),
    }
}

/// The result of removing a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Removal {
    /// The folder is removed.
    Done,
    /// A file in the folder was changed or added, so the folder is kept.
    Modified,
}

/// Removes the files that the program wrote into a folder, and the folder.
fn remove_files(disk: &Disk, manifest: &Manifest, folder: &Path) -> io::Result<Removal> {
    let Some(files) = manifest.own_files(folder) else { return Ok(Removal::Modified) };
    for name in files {
        disk.remove_file(&folder.join(name))?;
    }
    match disk.remove_folder(folder) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(Removal::Modified),
        removed => removed.map(|()| Removal::Done),
    }
}

/// Finishes removals that other programs began before they were killed.
fn finish_removals(disk: &Disk, place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let hidden = name.to_str().and_then(|name| name.strip_suffix(REMOVAL_SUFFIX));
        if hidden.is_some_and(|name| is_hidden(OsStr::new(name))) {
            let _ = finish_removal(disk, place, &entry.path());
        }
    }
}

fn finish_removal(disk: &Disk, place: &Path, folder: &Path) -> io::Result<()> {
    let handle = File::open(folder)?;
    if lock(&handle, folder) == Lock::Unavailable {
        return Ok(());
    }
    let Some((manifest, _)) = Manifest::read(folder) else {
        // The manifest was removed last, so any file left was added after that.
        return disk.remove_folder(folder);
    };
    if remove_files(disk, &manifest, folder)? == Removal::Modified
        && let Some(to) = free_folders(place, &manifest.name).next()
    {
        disk.rename_new(folder, &to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::{OLDER, REMOVAL_SUFFIX, YOUNG, prune, runs_of};
    use crate::cli::files::Disk;
    use crate::cli::files::examples::names;
    use crate::cli::recovery::manifest::{MANIFEST, Manifest};

    /// Creates the folder of a run that was cut off `days` days ago.
    fn run(place: &Path, folder: &str, name: &str, days: u64) {
        let path = place.join(folder);
        fs::create_dir(&path).unwrap();
        let file = format!("{name}.toml");
        fs::write(path.join(&file), "seed = 1\n").unwrap();
        let manifest = Manifest::of(&path, name, &[file]).unwrap();
        fs::write(path.join(MANIFEST), serde_json::to_vec(&manifest).unwrap()).unwrap();
        let written = now() - YOUNG * u32::try_from(days).unwrap();
        let manifest = File::options().write(true).open(path.join(MANIFEST)).unwrap();
        manifest.set_modified(written).unwrap();
    }

    /// Returns an arbitrary time.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000)
    }

    #[test]
    fn runs_of_the_last_day_and_the_newest_nine_older_ones_are_kept() {
        let place = TempDir::new().unwrap();
        for young in 0..20 {
            run(place.path(), &format!("duel-{}", young + 100), "duel", 0);
        }
        // A run of another name that looks like a number, and a time in the future.
        run(place.path(), "duel-2", "duel-2", 99);
        run(place.path(), "duel-99", "duel", 0);
        let manifest =
            File::options().write(true).open(place.path().join("duel-99").join(MANIFEST));
        manifest.unwrap().set_modified(now() + YOUNG * 9).unwrap();
        let older = OLDER as u64 + 3;
        for days in 1..=older {
            run(place.path(), &format!("duel-{}", 10 + days), "duel", days);
        }
        let before = names(&place).len();
        prune(&Disk::default(), place.path(), "duel", now());
        let after = names(&place);
        assert_eq!(before - after.len(), 3);
        for days in 1..=older {
            let is_there = after.contains(&format!("duel-{}", 10 + days));
            assert_eq!(is_there, days <= OLDER as u64, "{days}");
        }
        prune(&Disk::default(), place.path(), "duel", now() + YOUNG);
        assert_eq!(runs_of(place.path(), "duel").len(), OLDER + 1, "all but one are old now");
    }

    #[test]
    fn files_of_the_user_are_never_removed_and_no_link_is_followed() {
        let (place, home) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        for days in 1..=OLDER as u64 {
            run(place.path(), &format!("duel-{days}"), "duel", days);
        }
        for folder in ["duel-50", "duel-51", "duel-52"] {
            run(place.path(), folder, "duel", 50);
        }
        let at = |name: &str| place.path().join(name);
        // A link to a folder that looks like a saved run, an added file, a changed scenario, no
        // manifest.
        run(home.path(), "mine", "duel", 60);
        symlink(home.path().join("mine"), at("duel-60")).unwrap();
        fs::write(at("duel-50/duel-notes.json"), "mine").unwrap();
        fs::write(at("duel-51/duel.toml"), "mine\n").unwrap();
        fs::create_dir(at("duel-53")).unwrap();
        fs::write(at("duel-53/duel.toml"), "mine").unwrap();
        fs::write(at("duel-54"), "mine").unwrap();
        // None of these is renamed, even temporarily: only the removed folder is.
        let renames = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&renames);
        let disk = Disk::watched(move |call| {
            count.fetch_add(usize::from(format!("{call:?}") == "Rename"), Ordering::Relaxed);
            Ok(())
        });
        prune(&disk, place.path(), "duel", now());
        assert_eq!(renames.load(Ordering::Relaxed), 1);
        for name in ["duel-50/duel.toml", "duel-50/duel-notes.json", "duel-51/duel.toml"] {
            assert!(at(name).exists(), "{name}");
        }
        assert!(at("duel-53/duel.toml").exists() && at("duel-54").exists());
        assert!(home.path().join("mine/duel.toml").exists() && at("duel-60").exists());
        assert!(!at("duel-52").exists(), "the folder is unchanged");
    }

    #[test]
    fn a_removal_that_fails_or_is_killed_is_finished_later() {
        for killed in [false, true] {
            for number in 0.. {
                let place = TempDir::new().unwrap();
                for days in 1..=OLDER as u64 + 1 {
                    run(place.path(), &format!("duel-{days}"), "duel", days);
                }
                let calls = Arc::new(AtomicUsize::new(0));
                let count = Arc::clone(&calls);
                let disk = Disk::watched(move |_| {
                    let call = count.fetch_add(1, Ordering::Relaxed);
                    let is_wrong = if killed { call >= number } else { call == number };
                    if is_wrong { Err(io::Error::other("on purpose")) } else { Ok(()) }
                });
                prune(&disk, place.path(), "duel", now());
                prune(&Disk::default(), place.path(), "duel", now());
                assert_eq!(names(&place).len(), OLDER, "at {number}");
                if calls.load(Ordering::Relaxed) <= number {
                    assert!(number > 2);
                    break;
                }
            }
        }
    }

    #[test]
    fn a_file_added_to_a_folder_that_is_being_removed_is_kept() {
        let place = TempDir::new().unwrap();
        for days in 1..=OLDER as u64 + 1 {
            run(place.path(), &format!("duel-{days}"), "duel", days);
        }
        // A process in the folder writes a file there after each call.
        let path = place.path().to_owned();
        let disk = Disk::watched(move |_| {
            let paths = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            for folder in paths.filter(|path| path.to_string_lossy().ends_with(REMOVAL_SUFFIX)) {
                fs::write(folder.join("mine"), "mine").unwrap();
            }
            Ok(())
        });
        prune(&disk, place.path(), "duel", now());
        let mine = place.path().join(format!("duel-{}/mine", OLDER + 1));
        assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
        prune(&Disk::default(), place.path(), "duel", now());
        assert_eq!(names(&place).len(), OLDER + 1);
    }
}
