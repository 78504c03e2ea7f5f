//! Decides which saved runs are kept, and removes the others.
//!
//! Runs younger than a day stay, however many they are: a machine that is shut down cuts off many at once.
//! Of older ones the newest nine of a name stay. A folder goes only if all that is in it is what the program
//! has written there; with anything else in it, it stays as a whole.

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

/// How long every run stays.
const YOUNG: Duration = Duration::from_secs(24 * 60 * 60);

/// What the name of a folder that is being removed ends with, after a hidden name. Unlike other strays it
/// may have been a folder of the user's until just now, so it is removed with the same care as before.
const DOOMED: &str = "-old";

/// Returns the folders of the runs of this name, and when each was cut off, newest first.
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

/// Removes what need not be kept any longer of the runs of this name. What cannot be removed stays, and is
/// tried again the next time.
pub(super) fn prune(disk: &Disk, (place, name): (&Path, &str), now: SystemTime) {
    // A time in the future, after the clock was set back, counts as young.
    let is_old = |written: &SystemTime| now.duration_since(*written).is_ok_and(|age| age >= YOUNG);
    let older = runs_of(place, name).into_iter().filter(|(_, written)| is_old(written));
    for (folder, _) in older.skip(OLDER) {
        let _ = remove(disk, &folder);
    }
    finish_removals(disk, place);
}

/// Removes a folder, unless something in it is not as it was written.
fn remove(disk: &Disk, folder: &Path) -> io::Result<()> {
    let Some((manifest, _)) = Manifest::read(folder) else { return Ok(()) };
    if manifest.own_files(folder).is_none() {
        return Ok(());
    }
    let handle = File::open(folder)?;
    if lock(&handle, folder) == Lock::Lost {
        return Ok(());
    }
    let doomed = folder.with_file_name(format!("{}{DOOMED}", new_name()));
    disk.rename_new(folder, &doomed)?;
    // It may have been touched until the moment it was renamed, and by those who are in it even after.
    match remove_files(disk, &manifest, &doomed)? {
        Removal::Done => Ok(()),
        Removal::Modified => disk.rename_new(&doomed, folder),
    }
}

/// How the removal of a folder ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Removal {
    /// It is gone.
    Done,
    /// Something in it is not as it was written, and stays with it.
    Modified,
}

/// Removes the files that were written into a folder, and the folder.
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

/// Removes what other programs were removing when they were killed.
fn finish_removals(disk: &Disk, place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let hidden = name.to_str().and_then(|name| name.strip_suffix(DOOMED));
        if hidden.is_some_and(|name| is_hidden(OsStr::new(name))) {
            let _ = finish_removal(disk, (place, &entry.path()));
        }
    }
}

fn finish_removal(disk: &Disk, (place, folder): (&Path, &Path)) -> io::Result<()> {
    let handle = File::open(folder)?;
    if lock(&handle, folder) == Lock::Lost {
        return Ok(());
    }
    let Some((manifest, _)) = Manifest::read(folder) else {
        // The manifest went last: if there is something, it was put there after that.
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

    use super::{DOOMED, OLDER, YOUNG, prune, runs_of};
    use crate::cli::files::Disk;
    use crate::cli::files::examples::names;
    use crate::cli::recovery::manifest::{MANIFEST, Manifest};

    /// Makes the folder of a run that was cut off so many days ago.
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

    /// Some time.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000)
    }

    #[test]
    fn runs_of_a_day_stay_and_of_older_ones_the_newest_nine_of_a_name() {
        let place = TempDir::new().unwrap();
        for young in 0..20 {
            run(place.path(), &format!("duel-{}", young + 100), "duel", 0);
        }
        // One of another name that looks like a number, and a time that has not come yet.
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
        prune(&Disk::default(), (place.path(), "duel"), now());
        let after = names(&place);
        assert_eq!(before - after.len(), 3);
        for days in 1..=older {
            let is_there = after.contains(&format!("duel-{}", 10 + days));
            assert_eq!(is_there, days <= OLDER as u64, "{days}");
        }
        prune(&Disk::default(), (place.path(), "duel"), now() + YOUNG);
        assert_eq!(runs_of(place.path(), "duel").len(), OLDER + 1, "all but one are older now");
    }

    #[test]
    fn what_is_the_users_is_never_removed_and_no_link_is_followed() {
        let (place, home) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        for days in 1..=OLDER as u64 {
            run(place.path(), &format!("duel-{days}"), "duel", days);
        }
        for folder in ["duel-50", "duel-51", "duel-52"] {
            run(place.path(), folder, "duel", 50);
        }
        let at = |name: &str| place.path().join(name);
        // A link to a folder that looks like one of ours, notes, a scenario that was changed, no manifest.
        run(home.path(), "mine", "duel", 60);
        symlink(home.path().join("mine"), at("duel-60")).unwrap();
        fs::write(at("duel-50/duel-notes.json"), "mine").unwrap();
        fs::write(at("duel-51/duel.toml"), "mine\n").unwrap();
        fs::create_dir(at("duel-53")).unwrap();
        fs::write(at("duel-53/duel.toml"), "mine").unwrap();
        fs::write(at("duel-54"), "mine").unwrap();
        // Not even for a moment is one of these called otherwise: only the one that goes is.
        let renames = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&renames);
        let disk = Disk::watched(move |call| {
            count.fetch_add(usize::from(format!("{call:?}") == "Rename"), Ordering::Relaxed);
            Ok(())
        });
        prune(&disk, (place.path(), "duel"), now());
        assert_eq!(renames.load(Ordering::Relaxed), 1);
        for name in ["duel-50/duel.toml", "duel-50/duel-notes.json", "duel-51/duel.toml"] {
            assert!(at(name).exists(), "{name}");
        }
        assert!(at("duel-53/duel.toml").exists() && at("duel-54").exists());
        assert!(home.path().join("mine/duel.toml").exists() && at("duel-60").exists());
        assert!(!at("duel-52").exists(), "nobody has touched it");
    }

    #[test]
    fn a_removal_that_fails_or_is_killed_loses_nothing_of_the_user_and_is_finished_later() {
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
                prune(&disk, (place.path(), "duel"), now());
                prune(&Disk::default(), (place.path(), "duel"), now());
                assert_eq!(names(&place).len(), OLDER, "at {number}");
                if calls.load(Ordering::Relaxed) <= number {
                    assert!(number > 2);
                    break;
                }
            }
        }
    }

    #[test]
    fn what_is_put_into_a_folder_that_is_being_removed_stays() {
        let place = TempDir::new().unwrap();
        for days in 1..=OLDER as u64 + 1 {
            run(place.path(), &format!("duel-{days}"), "duel", days);
        }
        // Somebody who is in the folder writes there after each call.
        let path = place.path().to_owned();
        let disk = Disk::watched(move |_| {
            let doomed = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            for folder in doomed.filter(|path| path.to_string_lossy().ends_with(DOOMED)) {
                fs::write(folder.join("mine"), "mine").unwrap();
            }
            Ok(())
        });
        prune(&disk, (place.path(), "duel"), now());
        let mine = place.path().join(format!("duel-{}/mine", OLDER + 1));
        assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
        prune(&Disk::default(), (place.path(), "duel"), now());
        assert_eq!(names(&place).len(), OLDER + 1);
    }
}
