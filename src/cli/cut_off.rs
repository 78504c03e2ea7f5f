//! A run that is cut off, by a lost connection, by another program or by a panic, is kept among what
//! the program notes for itself, as `:save` would have kept it.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use crate::cli::colours::{self, Environment, states};
use crate::cli::files;
use crate::source::{Checkpointer, NoCheckpoint};
use crate::telemetry::Checkpoint;
use crate::text::visible;

/// How long the run may take to answer, of the second in which the program has to be gone.
const ANSWER: Duration = Duration::from_millis(500);

/// So many runs of one name are kept; then the oldest gives way.
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
    let name = name(&checkpoint.name);
    Some(match claim(&states(environment)?.join("cut-off"), &name) {
        Ok(folder) => match files::save_as(&folder.join(&name), false, checkpoint) {
            Ok(_) => format!("the run is kept in {}", shown(&folder)),
            Err(reason) => not_kept(&reason),
        },
        Err(reason) => not_kept(&reason),
    })
}

fn not_kept(reason: &str) -> String {
    format!("the run could not be kept: {}", visible(reason))
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// Makes a folder for a run of this name, where there are others: the first that is free, else that of
/// the oldest, which is taken away. No other program gets the same.
fn claim(place: &Path, name: &str) -> Result<PathBuf, String> {
    let failed = |error: io::Error| format!("cannot make a folder in {}: {error}", shown(place));
    fs::create_dir_all(place).map_err(failed)?;
    let folders: Vec<PathBuf> = (1..=KEPT)
        .map(|i| place.join(if i == 1 { name.to_owned() } else { format!("{name}-{i}") }))
        .collect();
    let find_free = || {
        let mut tried = folders.iter().map(|folder| fs::create_dir(folder).map(|()| folder));
        let is_free = |made: &io::Result<_>| {
            made.as_ref().err().is_none_or(|error| error.kind() != ErrorKind::AlreadyExists)
        };
        tried.find(is_free).transpose().map_err(failed)
    };
    let made = |folder: &PathBuf| {
        fs::metadata(folder).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    loop {
        if let Some(folder) = find_free()? {
            return Ok(folder.clone());
        }
        if let Some(oldest) = folders.iter().min_by_key(|folder| made(folder)) {
            // Another program may have taken it away, and the place of it.
            match fs::remove_dir_all(oldest) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
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
    use crate::cli::files::tests::model;
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
    fn each_run_has_a_folder_of_its_own_until_the_oldest_gives_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join("xentviz/cut-off").join(name);
        for steps in 1..=KEPT as u64 {
            let name = if steps == 1 { "duel".to_owned() } else { format!("duel-{steps}") };
            let told = format!("the run is kept in {}", at(&name).display());
            assert_eq!(kept_in(folder.path(), steps), Some(told));
            let scenario = fs::read_to_string(at(&name).join("duel.toml"));
            assert_eq!(scenario.expect("it is kept"), format!("seed = {steps}\n"));
            assert!(at(&name).join("duel-quadratic.json").exists());
        }
        let old = fs::File::open(at("duel-4")).expect("it is there");
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("it can be made older");
        fs::write(at("duel-4/more"), "").expect("a file");
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("it can be made older");
        let told = kept_in(folder.path(), 99).expect("it is told");
        assert!(told.ends_with("/duel-4"), "{told}");
        let scenario = fs::read_to_string(at("duel-4/duel.toml"));
        assert_eq!(scenario.expect("it is kept"), "seed = 99\n");
        assert!(!at("duel-4/more").exists());
        assert_eq!(fs::read_dir(at("")).expect("a folder").count(), KEPT);
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
        // A file where its folder would be is in nobody's way.
        let place = folder.path().join("xentviz/cut-off");
        fs::create_dir_all(&place).expect("a folder");
        fs::write(place.join("duel"), "").expect("a file");
        let told = kept_in(folder.path(), 1).expect("it is told");
        assert!(told.ends_with("/duel-2"), "{told}");
    }

    #[test]
    fn a_name_is_that_of_a_plain_file() {
        assert_eq!(name("saturated"), "saturated");
        assert_eq!(name("/home/me/my duel.toml"), "my-duel");
        assert_eq!(name("../.."), "run");
        assert_eq!(name(".hidden"), "run.hidden");
        assert_eq!(name("a\u{1b}[2J/\u{1b}c"), "run-c");
        assert_eq!(name(&"x".repeat(1000)).len(), 64);
    }
}
