//! A run that is cut off, by a lost connection, by another program or by a panic, is kept among what
//! the program notes for itself, as `:save` would have kept it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use crate::cli::colours::{self, Environment, states};
use crate::cli::files;
use crate::source::Checkpointer;
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
            let run = self.run().clone();
            let checkpoint = run.and_then(|run| run.take(ANSWER));
            checkpoint.and_then(|it| keep(&it, &colours::environment)).unwrap_or_default()
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
    let folder = states(environment)?.join("cut-off");
    let shown = |path: &Path| visible(&path.display().to_string()).into_owned();
    let kept = match fs::create_dir_all(&folder) {
        Ok(()) => write(checkpoint, &folder),
        Err(error) => Err(format!("cannot make {}: {error}", shown(&folder))),
    };
    Some(match kept {
        Ok(path) => format!("the run is kept in {}, its networks beside it", shown(&path)),
        Err(reason) => format!("the run could not be kept: {reason}"),
    })
}

/// Writes it under the first name that is free, else over the oldest. Returns the scenario's file.
fn write(checkpoint: &Checkpoint, folder: &Path) -> Result<PathBuf, String> {
    let name = name(&checkpoint.name);
    let paths = (1..=KEPT).map(|i| {
        let count = if i == 1 { String::new() } else { format!("-{i}") };
        folder.join(format!("{name}{count}.toml"))
    });
    let paths: Vec<PathBuf> = paths.collect();
    let save = |path: &Path, replace| {
        files::save(&path.display().to_string(), replace, checkpoint).map(|_| path.to_owned())
    };
    for path in &paths {
        if !path.exists() {
            match save(path, false) {
                // Another program that was cut off has been faster.
                Err(_) if path.exists() => {}
                saved => return saved,
            }
        }
    }
    let written = |path: &Path| {
        fs::metadata(path).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let oldest = paths.iter().min_by_key(|path| written(path));
    oldest.map_or_else(|| Err("there is no name for it".to_owned()), |path| save(path, true))
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
    fn each_run_has_a_name_of_its_own_until_the_oldest_gives_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join("xentviz/cut-off").join(name);
        for steps in 1..=KEPT as u64 {
            let count = if steps == 1 { String::new() } else { format!("-{steps}") };
            let path = at(&format!("duel{count}.toml"));
            let told = format!("the run is kept in {}, its networks beside it", path.display());
            assert_eq!(kept_in(folder.path(), steps), Some(told));
            assert_eq!(fs::read_to_string(path).expect("it is kept"), format!("seed = {steps}\n"));
            assert!(at(&format!("duel{count}-quadratic.json")).exists());
        }
        let old = fs::File::options().append(true).open(at("duel-4.toml")).expect("it is there");
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("it can be made older");
        let told = kept_in(folder.path(), 99).expect("it is told");
        assert!(told.contains("/duel-4.toml,"), "{told}");
        assert_eq!(fs::read_to_string(at("duel-4.toml")).expect("it is kept"), "seed = 99\n");
        assert_eq!(fs::read_dir(at("")).expect("a folder").count(), 2 * KEPT);
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
        assert!(told.starts_with("the run could not be kept: cannot make "), "{told}");
        assert!(told.contains("no\\u{1b}folder/xentviz"), "{told}");
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
