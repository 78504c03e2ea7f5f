//! A run that is cut off, by a lost connection, by another program or by a panic, is kept among what
//! the program notes for itself, as `:save` would have kept it.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::cli::colours::{self, Environment, states};
use crate::cli::files;
use crate::source::{Checkpointer, NoCheckpoint};
use crate::telemetry::Checkpoint;
use crate::text::visible;

/// How long the run may take to answer, of the second in which the program has to be gone.
const ANSWER: Duration = Duration::from_millis(500);

/// So many runs of one name are kept; the older ones give way.
const KEPT: usize = 9;

/// The longest name, in characters.
const LONGEST: usize = 64;

/// The run that is to be kept, for as long as nobody has left it. Shared by all threads: each may have
/// to end the program.
#[derive(Clone, Default)]
pub(super) struct CutOff(Arc<Shared>);

#[derive(Default)]
struct Shared {
    run: Mutex<Option<Checkpointer>>,
    told: OnceLock<String>,
}

impl CutOff {
    /// From now on there is this run to be kept.
    pub(super) fn guard(&self, run: Checkpointer) {
        *self.run() = Some(run);
    }

    /// The user has left it: it is no longer to be kept.
    pub(super) fn release(&self) {
        *self.run() = None;
    }

    /// Keeps the run as it is now, once. Returns where it is kept, or why it is not, in words; none
    /// if there is nothing to keep.
    pub(super) fn keep(&self) -> &str {
        self.0.told.get_or_init(|| {
            let Some(run) = self.run().clone() else { return String::new() };
            // Without a folder of its own, the program cannot have read by relative paths from it.
            let here = env::current_dir().unwrap_or_default();
            match run.take(here, ANSWER) {
                Ok(checkpoint) => keep(&checkpoint, &colours::environment).unwrap_or_default(),
                Err(NoCheckpoint::NoRun) => String::new(),
                Err(NoCheckpoint::NoAnswer) => not_kept("it does not answer"),
            }
        })
    }

    /// Held for no longer than it takes to read or set.
    fn run(&self) -> MutexGuard<'_, Option<Checkpointer>> {
        self.0.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a run that has taken a step, if the environment has a place for what a program notes.
fn keep(checkpoint: &Checkpoint, environment: &Environment<'_>) -> Option<String> {
    checkpoint.models.iter().find(|model| model.steps > 0)?;
    let (place, name) = (states(environment)?.join("cut-off"), name(&checkpoint.name));
    let failed = |error: &io::Error| {
        not_kept(&format!("cannot make a folder in {}: {error}", place.display()))
    };
    let folder = match claim(&place, &name) {
        Ok(folder) => folder,
        Err(error) => return Some(failed(&error)),
    };
    Some(match files::save_as(&folder.join(&name).to_string_lossy(), checkpoint) {
        Ok(_) => {
            make_room(&place, &name);
            format!("the run is kept in {}", visible(&folder.display().to_string()))
        }
        Err(reason) => {
            // Nothing is in it.
            let _ = fs::remove_dir(folder);
            not_kept(&reason)
        }
    })
}

fn not_kept(reason: &str) -> String {
    format!("the run could not be kept: {}", visible(reason))
}

/// The number of the folder of a run of this name: of `NAME` 1, of `NAME-2` 2; none for another.
fn number(folder: &OsStr, name: &str) -> Option<u32> {
    match folder.to_str()?.strip_prefix(name)? {
        "" => Some(1),
        rest => rest.strip_prefix('-')?.parse().ok().filter(|number| *number > 1),
    }
}

/// The folders of runs of this name.
fn folders(place: &Path, name: &str) -> Vec<(u32, DirEntry)> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((number(&entry.file_name(), name)?, entry))).collect()
}

/// Makes a folder for a run of this name, numbered after all that are there: no other program gets the
/// same, and none has the number of one that has gone.
fn claim(place: &Path, name: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(place)?;
    let last = folders(place, name).iter().map(|(number, _)| *number).max().unwrap_or(0);
    let mut number = last.saturating_add(1);
    loop {
        let folder = place.join(match number {
            1 => name.to_owned(),
            _ => format!("{name}-{number}"),
        });
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < u32::MAX => {
                number += 1;
            }
            made => return made.map(|()| folder),
        }
    }
}

/// Takes away what is kept of the oldest runs of this name, but nothing that somebody else has put
/// beside it.
fn make_room(place: &Path, name: &str) {
    let mut folders = folders(place, name);
    // `NAME-2` may be the first of a scenario that is called so.
    folders.retain(|(_, folder)| folder.path().join(format!("{name}.toml")).is_file());
    folders.sort_by_key(|(number, _)| *number);
    for (_, folder) in folders.iter().rev().skip(KEPT) {
        for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let file = entry.file_name();
            let end = file.to_str().and_then(|file| file.strip_prefix(name)).unwrap_or_default();
            let arm = end.strip_prefix('-').and_then(|end| end.strip_suffix(".json"));
            if end == ".toml" || arm.is_some() {
                // What cannot be taken away stays, and so does its folder.
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_dir(folder.path());
    }
}

/// The name of a file for a scenario that is called, or was read from, this.
fn name(scenario: &str) -> String {
    let stem = Path::new(scenario).file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = stem.chars().take(LONGEST).map(plain).collect();
    if name.starts_with(char::is_alphanumeric) { name } else { format!("run{name}") }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::path::Path;

    use super::{CutOff, KEPT, keep, name};
    use crate::cli::files::examples::model;
    use crate::telemetry::{Checkpoint, ModelState};

    fn checkpoint(steps: u64) -> Checkpoint {
        let model = ModelState { steps, ..model("quadratic") };
        let scenario = format!("seed = {steps}\n");
        Checkpoint { name: "mine/duel.toml".to_owned(), scenario, models: vec![model] }
    }

    /// What is told where the program notes its things in this folder.
    fn kept_in(folder: &Path, steps: u64) -> Option<String> {
        let states = |name: &str| (name == "XDG_STATE_HOME").then(|| OsString::from(folder));
        keep(&checkpoint(steps), &states)
    }

    #[test]
    fn each_run_has_a_folder_of_its_own_and_the_oldest_give_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join("xentviz/cut-off").join(name);
        let of = |steps: u64| if steps == 1 { "duel".to_owned() } else { format!("duel-{steps}") };
        // Those of others are no concern of it, and neither is a file.
        fs::create_dir_all(at("duel-of-others")).expect("a folder");
        fs::create_dir(at("duel-2")).expect("a folder");
        let of_another = ["duel-2/duel-2.toml", "duel-2/duel-2-quadratic.json"].map(at);
        for path in &of_another {
            fs::write(path, "").expect("a file");
        }
        fs::write(at("duel-3"), "").expect("a file");
        fs::write(at("duel-03"), "").expect("a file");
        let last = 4 + KEPT as u64;
        for steps in 4..=last {
            let told = format!("the run is kept in {}", at(&of(steps)).display());
            assert_eq!(kept_in(folder.path(), steps), Some(told));
            let scenario = fs::read_to_string(at(&of(steps)).join("duel.toml"));
            assert_eq!(scenario.expect("it is kept"), format!("seed = {steps}\n"));
            assert!(at(&of(steps)).join("duel-quadratic.json").exists());
            if steps == 5 {
                fs::write(at("duel-5/mine.csv"), "").expect("a file");
            }
        }
        assert!(!at("duel-4").exists() && at("duel-5/duel.toml").exists());
        kept_in(folder.path(), last + 1);
        let left = fs::read_dir(at("duel-5")).expect("it is not empty");
        let left: Vec<_> = left.map(|entry| entry.expect("a file").file_name()).collect();
        assert_eq!(left, ["mine.csv"]);
        assert!(at("duel-6/duel.toml").exists());
        assert!(at("duel-of-others").exists() && at("duel-3").exists());
        assert!(of_another.iter().all(|path| path.exists()));
    }

    #[test]
    fn what_cannot_be_kept_is_told_and_what_has_not_begun_is_nothing_to_keep() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(kept_in(folder.path(), 0), None);
        assert_eq!(keep(&checkpoint(1), &|_| None), None);
        assert_eq!(CutOff::default().keep(), "");
        let file = folder.path().join("no\u{1b}folder");
        fs::write(&file, "").expect("a file");
        let told = kept_in(&file, 1).expect("it is told");
        let why = "the run could not be kept: cannot make a folder in ";
        assert!(told.starts_with(why) && told.contains("no\\u{1b}folder/xentviz"), "{told}");
    }

    #[test]
    fn a_name_is_that_of_a_plain_file() {
        assert_eq!(name("saturated"), "saturated");
        assert_eq!(name("mine/my duel.toml"), "my-duel");
        assert_eq!(name("../.."), "run");
        assert_eq!(name(".hidden"), "run.hidden");
        assert_eq!(name("a\u{1b}[2J/\u{1b}c"), "run-c");
        assert_eq!(name(&"x".repeat(1000)).len(), 64);
    }
}
