//! Publishes a scenario and its networks together or not at all.
//!
//! Several files cannot be renamed in one call, so the order of the renames protects the set. The
//! invariant is that a scenario never has its name beside networks of another run: *if the scenario
//! is there, all of its networks are.*
//!
//! 1. All new files are complete and on the disk, under hidden names.
//! 2. Existing files of these names are moved aside, the scenario first. Their new names are visible,
//!    end in `.before`, and are never swept, so a kill loses no data of the user.
//! 3. The new networks are renamed to their own names, and the scenario last.
//! 4. The names are synced to the disk. The files moved aside are removed, the scenario first.
//!
//! An error in steps 2 to 4 rolls back in the opposite order. A kill there leaves either the new
//! set, or no scenario under its name and the old one beside it. Two programs that save in the same
//! folder take turns.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::cli::files::aside::move_aside;
use crate::cli::files::disk::Disk;
use crate::cli::files::lock::{Lock, lock_open};
use crate::cli::files::staged::{IfExists, StagedFile};
use crate::cli::files::write_whole::WriteTarget;

/// The number of attempts to lock the folder. With [`PAUSE`] between them they take 2 s; the
/// renames of another program take milliseconds.
const TURNS: u32 = 200;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// A file of the set.
pub(super) struct SetMember {
    /// The path of the file.
    pub(super) target: WriteTarget,
    /// The staged content, or `None` if it was written directly to a pipe or a device.
    pub(super) staged: Option<StagedFile>,
}

/// The reason why a set was not published.
#[derive(Debug)]
pub(super) struct PublishError {
    /// The file that failed.
    pub(super) path: PathBuf,
    /// The reason.
    pub(super) error: io::Error,
    /// The files moved aside that could not be restored.
    pub(super) left_aside: Vec<PathBuf>,
}

/// A step that can be undone, with the index of its member.
enum PublishStep {
    /// A file was moved aside to this path.
    Aside(usize, PathBuf),
    /// A new file was published.
    Published(usize),
}

/// Publishes all files of a set. The first member is the scenario.
///
/// Returns the files moved aside that could not be removed.
///
/// # Errors
/// Returns an error if a file cannot be published; then none is.
pub(super) fn publish(
    disk: &Disk,
    members: &mut [SetMember],
    existing: IfExists,
) -> Result<Vec<PathBuf>, PublishError> {
    let Some(scenario) = members.first() else { return Ok(Vec::new()) };
    let _turn = take_turn(scenario.target.folder(), TURNS).map_err(|error| PublishError {
        path: scenario.target.path().to_owned(),
        error,
        left_aside: Vec::new(),
    })?;
    let mut steps = Vec::new();
    match advance(disk, members, existing, &mut steps) {
        Ok(()) => Ok(remove_asides(disk, &steps)),
        Err((number, error)) => {
            let path = members[number].target.path().to_owned();
            Err(PublishError { path, error, left_aside: roll_back(disk, members, steps) })
        }
    }
}

/// Locks the folder for publishing, and waits for other programs. The lock is held while the
/// returned file is open.
fn take_turn(folder: &Path, turns: u32) -> io::Result<Option<File>> {
    // A folder that can be entered but not listed cannot be locked.
    let Ok(file) = File::open(folder) else { return Ok(None) };
    for _ in 0..turns {
        match lock_open(&file) {
            Lock::Held => return Ok(Some(file)),
            Lock::Unsupported => return Ok(None),
            Lock::Unavailable => thread::park_timeout(PAUSE),
        }
    }
    Err(io::Error::new(ErrorKind::ResourceBusy, "another program has locked the folder"))
}

/// Moves files aside and publishes the set, recording each step. The error contains the index of
/// the member.
fn advance(
    disk: &Disk,
    members: &mut [SetMember],
    existing: IfExists,
    steps: &mut Vec<PublishStep>,
) -> Result<(), (usize, io::Error)> {
    if existing == IfExists::Replaced {
        for (number, member) in members.iter().enumerate() {
            if member.staged.is_some() {
                let aside = move_aside(disk, member.target.path()).map_err(|e| (number, e))?;
                steps.extend(aside.map(|aside| PublishStep::Aside(number, aside)));
            }
        }
    }
    for (number, member) in members.iter_mut().enumerate().rev() {
        if let Some(file) = &mut member.staged {
            file.publish(member.target.path(), IfExists::Stays).map_err(|e| (number, e))?;
            steps.push(PublishStep::Published(number));
        }
    }
    let mut synced: Vec<&Path> = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let folder = member.target.folder();
        if member.staged.is_some() && !synced.contains(&folder) {
            disk.sync_folder(folder).map_err(|e| (number, e))?;
            synced.push(folder);
        }
    }
    Ok(())
}

/// Removes the files moved aside, the scenario first. Returns those that are left, from the first
/// that cannot be removed.
fn remove_asides(disk: &Disk, steps: &[PublishStep]) -> Vec<PathBuf> {
    let asides = steps.iter().filter_map(|step| match step {
        PublishStep::Aside(_, aside) => Some(aside),
        PublishStep::Published(_) => None,
    });
    asides.skip_while(|aside| disk.remove_file(aside).is_ok()).cloned().collect()
}

/// Undoes the steps, the last one first. If one cannot be undone, the earlier steps are kept: a
/// scenario must not return to its name without its networks. Returns the files that are still
/// aside.
fn roll_back(disk: &Disk, members: &[SetMember], mut steps: Vec<PublishStep>) -> Vec<PathBuf> {
    while let Some(step) = steps.last() {
        let undone = match step {
            PublishStep::Published(number) => {
                let SetMember { target, staged } = &members[*number];
                staged.as_ref().map_or(Ok(()), |file| file.withdraw(target.path()))
            }
            PublishStep::Aside(number, aside) => {
                disk.rename_new(aside, members[*number].target.path())
            }
        };
        if undone.is_err() {
            break;
        }
        steps.pop();
    }
    let aside = |step| match step {
        PublishStep::Aside(_, aside) => Some(aside),
        PublishStep::Published(_) => None,
    };
    steps.into_iter().filter_map(aside).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs::{self, File};
    use std::io;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tempfile::TempDir;

    use super::{PublishError, SetMember, publish, take_turn};
    use crate::cli::files::disk::Disk;
    use crate::cli::files::hidden::is_hidden;
    use crate::cli::files::lock::{Lock, lock_open};
    use crate::cli::files::staged::IfExists;
    use crate::cli::files::write_whole::WriteTarget;

    /// The file names of a set, the scenario first.
    const NAMES: [&str; 3] = ["duel.toml", "duel-a.json", "duel-b.json"];

    /// A fault at one of the calls.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum FailPoint {
        Fails,
        Killed,
    }

    /// Returns a disk that fails or is killed at call `number`, and its counter of calls.
    fn failing_disk(at: FailPoint, number: usize) -> (Disk, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let disk = Disk::watched(move |_| {
            let call = count.fetch_add(1, Ordering::Relaxed);
            let is_wrong = if at == FailPoint::Killed { call >= number } else { call == number };
            if is_wrong { Err(io::Error::other("on purpose")) } else { Ok(()) }
        });
        (disk, calls)
    }

    fn save(disk: &Disk, folder: &Path, text: &str) -> Result<(), PublishError> {
        let wrong = |error| PublishError { path: folder.into(), error, left_aside: Vec::new() };
        let mut members = Vec::new();
        for name in NAMES {
            let target = WriteTarget::at(&folder.join(name)).map_err(wrong)?;
            let staged = target.stage(disk, |to| to.write_all(text.as_bytes())).map_err(wrong)?;
            members.push(SetMember { target, staged });
        }
        publish(disk, &mut members, IfExists::Replaced).map(|_| ())
    }

    /// Returns the visible files of the folder and their content.
    fn seen(folder: &TempDir) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
        let visible = entries.filter(|entry| !is_hidden(&entry.file_name()));
        let text = |entry: &fs::DirEntry| fs::read_to_string(entry.path()).unwrap();
        visible.map(|e| (e.file_name().into_string().unwrap(), text(&e))).collect()
    }

    fn all(text: &str) -> BTreeMap<String, String> {
        NAMES.map(|name| (name.to_owned(), text.to_owned())).into()
    }

    /// Saves over an older set, with a fault at each call in turn.
    fn at_every_call(at: FailPoint, check: impl Fn(usize, &TempDir, bool)) {
        for number in 0.. {
            let folder = TempDir::new().unwrap();
            save(&Disk::default(), folder.path(), "old").unwrap();
            let (disk, calls) = failing_disk(at, number);
            let saved = save(&disk, folder.path(), "new").is_ok();
            check(number, &folder, saved);
            if calls.load(Ordering::Relaxed) <= number {
                assert!(number > 20 && saved, "every call was reached");
                return;
            }
        }
    }

    #[test]
    fn a_save_killed_at_any_call_leaves_no_scenario_beside_networks_of_another_run() {
        at_every_call(FailPoint::Killed, |number, folder, _| {
            let seen = seen(folder);
            let own =
                |text: &str| NAMES.iter().all(|name| seen.get(*name).is_some_and(|t| t == text));
            let scenario = seen.get(NAMES[0]).map(String::as_str);
            if let Some(text) = scenario {
                assert!(own(text), "at {number}: {seen:?}");
            } else {
                // All files of the old set exist, under their own or their backup names.
                let is_there = |name: &str| {
                    let is_old = |name: &str| seen.get(name).is_some_and(|text| text == "old");
                    is_old(name) || is_old(&format!("{name}.before"))
                };
                assert!(NAMES.iter().all(|name| is_there(name)), "at {number}: {seen:?}");
            }
            // The same holds if the old scenario has its backup name, beside the new set.
            if seen.contains_key("duel.toml.before") {
                for name in &NAMES[1..] {
                    let is_there = [(*name).to_owned(), format!("{name}.before")]
                        .iter()
                        .any(|name| seen.get(name).is_some_and(|text| text == "old"));
                    assert!(is_there, "at {number}: {seen:?}");
                }
            }
        });
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_set_and_one_that_succeeds_the_new() {
        at_every_call(FailPoint::Fails, |number, folder, saved| {
            let mut seen = seen(folder);
            // Files moved aside that could not be removed are harmless.
            seen.retain(|name, _| !saved || !name.ends_with(".before"));
            assert_eq!(seen, all(if saved { "new" } else { "old" }), "at {number}");
            let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
            let hidden = entries.filter(|entry| is_hidden(&entry.file_name())).count();
            assert_eq!(hidden, 0, "at {number}");
        });
    }

    #[test]
    fn a_save_whose_rollback_fails_leaves_no_scenario_beside_networks_of_another_run() {
        // The calls of the renames and those after them.
        for first in 15..=22 {
            for second in first + 1..first + 8 {
                let folder = TempDir::new().unwrap();
                save(&Disk::default(), folder.path(), "old").unwrap();
                let calls = AtomicUsize::new(0);
                let disk = Disk::watched(move |_| {
                    let call = calls.fetch_add(1, Ordering::Relaxed);
                    let is_wrong = call == first || call == second;
                    if is_wrong { Err(io::Error::other("on purpose")) } else { Ok(()) }
                });
                let saved = save(&disk, folder.path(), "new");
                let seen = seen(&folder);
                if let Some(scenario) = seen.get(NAMES[0]) {
                    let is_own = |name: &str| seen.get(name) == Some(scenario);
                    assert!(NAMES.iter().all(|name| is_own(name)), "{first}, {second}: {seen:?}");
                }
                // The error names all files that could not be restored.
                if let Err(PublishError { left_aside, .. }) = saved {
                    let is_reported = |name: &str| left_aside.contains(&folder.path().join(name));
                    let asides = seen.keys().filter(|name| name.ends_with(".before"));
                    assert!(asides.into_iter().all(|name| is_reported(name)), "{first}, {second}");
                }
            }
        }
    }

    #[test]
    fn a_set_is_on_the_disk_before_the_old_one_is_removed() {
        let folder = TempDir::new().unwrap();
        save(&Disk::default(), folder.path(), "old").unwrap();
        let calls = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let disk = Disk::watched(move |call| {
            seen.lock().unwrap().push(format!("{call:?}"));
            Ok(())
        });
        save(&disk, folder.path(), "new").unwrap();
        let calls = calls.lock().unwrap().join(" ");
        let file = "CreateFile Lock Write SetRights SyncFile ";
        let renames = "Rename ".repeat(6);
        assert_eq!(calls, format!("{}{renames}SyncFolder Remove Remove Remove", file.repeat(3)));
    }

    #[test]
    fn waiting_for_a_folder_that_another_program_has_locked_ends() {
        let folder = TempDir::new().unwrap();
        let other = File::open(folder.path()).unwrap();
        assert_eq!(lock_open(&other), Lock::Held);
        let refused = take_turn(folder.path(), 2).unwrap_err();
        assert_eq!(refused.to_string(), "another program has locked the folder");
        drop(other);
        // A process that another test is starting may hold a copy of the file for a moment.
        assert!(take_turn(folder.path(), 100).unwrap().is_some());
    }
}
