//! A scenario and its networks, which take their names together or not at all.
//!
//! Several files cannot be renamed in one call, so their order has to do. The invariant is that a scenario
//! never has its name beside networks of another run: *where the scenario is, all of its networks are.*
//!
//! 1. All new files are complete and on the disk, under hidden names.
//! 2. The files that have the names are put aside, the scenario first. Their new names are visible, end in
//!    `.before`, and are never swept: a kill must not cost the user anything.
//! 3. The new networks get their names, and last the scenario.
//! 4. The names are on the disk. What was put aside is removed, the scenario first.
//!
//! An error in 2 to 4 rolls back in the opposite order. A kill there leaves either the new set, or no
//! scenario under its name and the old one beside it. Two programs that save in one folder take turns.

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

/// How often the lock of another program is polled, and the pause between attempts: two seconds in all,
/// while its renames take milliseconds.
const TURNS: u32 = 200;
/// See [`TURNS`].
const PAUSE: Duration = Duration::from_millis(10);

/// A file of the set.
pub(super) struct SetMember {
    /// Where it belongs.
    pub(super) target: WriteTarget,
    /// Its content; none where that has gone to a pipe or a device already.
    pub(super) staged: Option<StagedFile>,
}

/// Why a set has not got its names.
#[derive(Debug)]
pub(super) struct PublishError {
    /// The file that failed.
    pub(super) path: PathBuf,
    /// Why.
    pub(super) error: io::Error,
    /// What had to be left aside, since it could not be put back.
    pub(super) left_aside: Vec<PathBuf>,
}

/// A step that can be undone, with the number of its member.
enum PublishStep {
    /// A file was put aside, under this name.
    Aside(usize, PathBuf),
    /// A new file got its name.
    Published(usize),
}

/// Gives all files of a set their names, the scenario being the first of them.
///
/// Returns what was put aside and could not be removed.
///
/// # Errors
/// When a file cannot have its name; then none has.
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

/// Locks the folder for publishing, waiting for other programs. The lock is held while the returned file is
/// open.
fn take_turn(folder: &Path, turns: u32) -> io::Result<Option<File>> {
    // A folder that may be entered but not listed cannot be locked.
    let Ok(file) = File::open(folder) else { return Ok(None) };
    for _ in 0..turns {
        match lock_open(&file) {
            Lock::Held => return Ok(Some(file)),
            Lock::Unsupported => return Ok(None),
            Lock::Lost => thread::park_timeout(PAUSE),
        }
    }
    Err(io::Error::new(ErrorKind::ResourceBusy, "another program has locked the folder"))
}

/// Puts aside and publishes, and notes each step; the error tells the number of the member.
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

/// Removes what was put aside, the scenario first; returns what is left from the first on that cannot be
/// removed.
fn remove_asides(disk: &Disk, steps: &[PublishStep]) -> Vec<PathBuf> {
    let asides = steps.iter().filter_map(|step| match step {
        PublishStep::Aside(_, aside) => Some(aside),
        PublishStep::Published(_) => None,
    });
    asides.skip_while(|aside| disk.remove_file(aside).is_ok()).cloned().collect()
}

/// Undoes the steps, the last first. Where one cannot be undone those before it stay as they are: a
/// scenario must not return to a name whose networks do not. Returns what is left aside.
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

    /// The scenario first.
    const NAMES: [&str; 3] = ["duel.toml", "duel-a.json", "duel-b.json"];

    /// What happens at one of the calls.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum FailPoint {
        Fails,
        Killed,
    }

    /// A disk that goes wrong at this call, and how many calls were made.
    fn troubled(at: FailPoint, number: usize) -> (Disk, Arc<AtomicUsize>) {
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

    /// What is in the folder, less what is hidden.
    fn seen(folder: &TempDir) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
        let visible = entries.filter(|entry| !is_hidden(&entry.file_name()));
        let text = |entry: &fs::DirEntry| fs::read_to_string(entry.path()).unwrap();
        visible.map(|e| (e.file_name().into_string().unwrap(), text(&e))).collect()
    }

    fn all(text: &str) -> BTreeMap<String, String> {
        NAMES.map(|name| (name.to_owned(), text.to_owned())).into()
    }

    /// Saves over an older set, with trouble at every call in turn.
    fn at_every_call(at: FailPoint, check: impl Fn(usize, &TempDir, bool)) {
        for number in 0.. {
            let folder = TempDir::new().unwrap();
            save(&Disk::default(), folder.path(), "old").unwrap();
            let (disk, calls) = troubled(at, number);
            let saved = save(&disk, folder.path(), "new").is_ok();
            check(number, &folder, saved);
            if calls.load(Ordering::Relaxed) <= number {
                assert!(number > 20 && saved, "every call was reached");
                return;
            }
        }
    }

    #[test]
    fn a_save_that_is_killed_anywhere_leaves_no_scenario_beside_networks_of_another_run() {
        at_every_call(FailPoint::Killed, |number, folder, _| {
            let seen = seen(folder);
            let own =
                |text: &str| NAMES.iter().all(|name| seen.get(*name).is_some_and(|t| t == text));
            let scenario = seen.get(NAMES[0]).map(String::as_str);
            if let Some(text) = scenario {
                assert!(own(text), "at {number}: {seen:?}");
            } else {
                // All of the old set is there, under one name or the other.
                let is_there = |name: &str| {
                    let is_old = |name: &str| seen.get(name).is_some_and(|text| text == "old");
                    is_old(name) || is_old(&format!("{name}.before"))
                };
                assert!(NAMES.iter().all(|name| is_there(name)), "at {number}: {seen:?}");
            }
            // So is it where the old scenario is under its other name, beside the new set.
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
    fn a_save_that_fails_anywhere_leaves_the_old_set_and_one_that_does_not_the_new() {
        at_every_call(FailPoint::Fails, |number, folder, saved| {
            let mut seen = seen(folder);
            // What was put aside and could not be removed does no harm.
            seen.retain(|name, _| !saved || !name.ends_with(".before"));
            assert_eq!(seen, all(if saved { "new" } else { "old" }), "at {number}");
            let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
            let hidden = entries.filter(|entry| is_hidden(&entry.file_name())).count();
            assert_eq!(hidden, 0, "at {number}");
        });
    }

    #[test]
    fn a_save_whose_undoing_fails_too_leaves_no_scenario_beside_networks_of_another_run() {
        // The calls of the renames and of what comes after them.
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
                // What could not be put back is where the error says.
                if let Err(PublishError { left_aside, .. }) = saved {
                    let told = |name: &str| left_aside.contains(&folder.path().join(name));
                    let asides = seen.keys().filter(|name| name.ends_with(".before"));
                    assert!(asides.into_iter().all(|name| told(name)), "{first}, {second}");
                }
            }
        }
    }

    #[test]
    fn a_set_is_on_the_disk_before_what_it_replaces_is_removed() {
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
    fn a_folder_in_which_another_program_is_saving_is_waited_for_but_not_for_ever() {
        let folder = TempDir::new().unwrap();
        let other = File::open(folder.path()).unwrap();
        assert_eq!(lock_open(&other), Lock::Held);
        let refused = take_turn(folder.path(), 2).unwrap_err();
        assert_eq!(refused.to_string(), "another program has locked the folder");
        drop(other);
        assert!(take_turn(folder.path(), 1).unwrap().is_some());
    }
}
