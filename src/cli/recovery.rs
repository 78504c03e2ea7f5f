//! Saves a run that is cut off by a lost connection, a signal or a panic: its scenario as altered and the
//! network of each arm. A session that is recorded ends here, too (`recording`).
//!
//! The folder of a run is complete and on the disk before it is visible (`files::StagedFolder`), so
//! it exists whole or not at all. The thread that ends the program sets a time limit. A folder that
//! is not published by then is removed by `files::remove_staged`, or swept later.

mod manifest;
mod naming;
mod reminder;
mod retention;
mod write;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cli::clock;
use crate::cli::environment::{self, Environment, states};
use crate::cli::files::{Disk, sweep};
use crate::cli::recording::{Recorder, SessionEnd};
use crate::cli::recovery::naming::name_of;
use crate::cli::time_limits::patience;
use crate::scenario::Scenario;
use crate::source::{CheckpointError, Checkpointer};
use crate::telemetry::Checkpoint;
use crate::text::visible;

pub(super) use naming::name_of_scenario;
pub(super) use reminder::{Reminder, ago, remind};

/// The folder of the saved runs, beside `panic.log`.
const FOLDER: &str = "cut-off";

/// The time limit for the run to return a checkpoint. The largest networks train a step in less, and the
/// rest of the 10 s is for writing.
const ANSWER: Duration = Duration::from_secs(7);

/// The time limit for removing expired runs at the end of the program.
const REMOVAL_LIMIT: Duration = Duration::from_millis(300);

/// The run to save if the program is cut off. All threads share it, since any of them may end the program.
#[derive(Clone, Default)]
pub(super) struct RunRecovery(Arc<RecoveryShared>);

#[derive(Default)]
struct RecoveryShared {
    run: Mutex<Option<Checkpointer>>,
    recorder: OnceLock<Recorder>,
    outcome: OnceLock<String>,
}

impl RunRecovery {
    /// Registers the run to save.
    pub(super) fn protect(&self, run: Checkpointer) {
        *self.run() = Some(run);
    }

    /// Registers the recorder of the session.
    pub(super) fn record(&self, recorder: Recorder) {
        // There is one session in a program.
        let _ = self.0.recorder.set(recorder);
    }

    /// Ends the recording of the session; returns whether it is recorded.
    pub(super) fn end_recording(&self, end: SessionEnd) -> bool {
        self.0.recorder.get().is_some_and(|recorder| recorder.end(end))
    }

    /// Unregisters the run: the user has left it on purpose.
    pub(super) fn release(&self) {
        *self.run() = None;
    }

    /// Saves the run once; later callers wait for that. Returns a message on where it is saved, or why it
    /// is not.
    pub(super) fn keep(&self) -> &str {
        self.0.outcome.get_or_init(|| {
            let is_recorded = self.end_recording(SessionEnd::CutOff);
            let Some(run) = self.run().clone() else { return String::new() };
            let take = |folder| run.take(Some(folder), patience(ANSWER));
            let here = env::current_dir().ok();
            let kept = describe(keep(take, here.as_deref(), &environment::environment));
            if !is_recorded {
                return kept;
            }
            let and = if kept.is_empty() { "" } else { "; " };
            format!("xentviz resume goes on with this session{and}{kept}")
        })
    }

    /// Returns the message of [`Self::keep`], or `None` if it has not returned yet.
    pub(super) fn outcome(&self) -> Option<&str> {
        self.0.outcome.get().map(String::as_str)
    }

    /// Locks the run. The lock is held only to read or set it.
    fn run(&self) -> MutexGuard<'_, Option<Checkpointer>> {
        self.0.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Describes the outcome for the user.
fn describe(kept: Result<Option<PathBuf>, String>) -> String {
    match kept {
        Ok(None) => String::new(),
        Ok(Some(folder)) => {
            format!("the run is kept in {}", visible(&folder.display().to_string()))
        }
        Err(reason) => format!("the run could not be kept: {}", visible(&reason)),
    }
}

/// Saves a run that has taken a step, and returns its folder. `here` is the current folder, if it
/// still exists.
fn keep(
    take: impl FnOnce(PathBuf) -> Result<Checkpoint, CheckpointError>,
    here: Option<&Path>,
    environment: &Environment<'_>,
) -> Result<Option<PathBuf>, String> {
    let checkpoint = match take(here.unwrap_or(Path::new("")).to_owned()) {
        Ok(checkpoint) => checkpoint,
        Err(CheckpointError::NoRun) => return Ok(None),
        Err(CheckpointError::NoAnswer) => return Err("it does not answer".to_owned()),
    };
    if checkpoint.models.iter().all(|model| model.steps == 0) {
        return Ok(None);
    }
    check_data(&checkpoint, here)?;
    let Some(states) = states(environment) else {
        return Err("there is no folder for it; HOME or XDG_STATE_HOME should name one".to_owned());
    };
    let place = states.join(FOLDER);
    let kept = write::keep(&Disk::default(), &place, &checkpoint);
    let kept = kept.map_err(|error| format!("cannot write in {}: {error}", place.display()))?;
    remove_expired(place, &checkpoint);
    Ok(Some(kept))
}

/// Refuses a scenario whose data could not be found from the folder it is saved in.
fn check_data(checkpoint: &Checkpoint, here: Option<&Path>) -> Result<(), String> {
    // If the current folder can be named, `data.path` begins with it.
    let why = match here {
        Some(here) if here.to_str().is_some() => return Ok(()),
        Some(_) => "has a name that is no text",
        None => "is gone",
    };
    let scenario = Scenario::read(&checkpoint.scenario, &checkpoint.name, &[]).ok();
    let path = scenario.as_ref().and_then(|scenario| scenario.data.path());
    match path.filter(|path| Path::new(path).is_relative()) {
        None => Ok(()),
        Some(path) => {
            Err(format!("its data.path is {path}, and the folder that this begins in {why}"))
        }
    }
}

/// Removes expired runs and strays, but waits only a limited time for the disk.
fn remove_expired(place: PathBuf, checkpoint: &Checkpoint) {
    let arms = checkpoint.models.iter().map(|model| model.arm.as_str());
    let (name, now) = (name_of(&checkpoint.name, arms), clock::date());
    let (done, is_done) = channel::<()>();
    let work = move || {
        let disk = Disk::default();
        retention::prune(&disk, &place, &name, now);
        sweep(&disk, &place);
        drop(done);
    };
    // If no thread can be started, the next run that is cut off does this.
    if thread::Builder::new().name("tidy".to_owned()).spawn(work).is_ok() {
        // Nothing is ever sent: the receiver returns when the thread ends, or at the limit.
        let _ = is_done.recv_timeout(patience(REMOVAL_LIMIT));
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{OsStr, OsString};
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    use super::{RunRecovery, describe, keep};
    use crate::cli::files::examples::checkpoint;
    use crate::source::CheckpointError;
    use crate::telemetry::Checkpoint;

    fn taken(steps: u64, scenario: &str) -> Checkpoint {
        let mut checkpoint = checkpoint(&["quadratic"]);
        checkpoint.models[0].steps = steps;
        Checkpoint { name: "duel".to_owned(), scenario: scenario.to_owned(), ..checkpoint }
    }

    /// Returns the message on saving a checkpoint, with `folder` as the state folder.
    fn kept_in(folder: Option<&Path>, checkpoint: Result<Checkpoint, CheckpointError>) -> String {
        let states = |name: &str| folder.filter(|_| name == "XDG_STATE_HOME").map(OsString::from);
        describe(keep(|_| checkpoint, Some(Path::new("/")), &states))
    }

    #[test]
    fn a_run_without_a_step_is_not_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(kept_in(Some(folder.path()), Ok(taken(0, ""))), "");
        assert_eq!(kept_in(Some(folder.path()), Err(CheckpointError::NoRun)), "");
        assert_eq!(kept_in(None, Ok(taken(0, ""))), "");
        assert_eq!(RunRecovery::default().keep(), "");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn the_message_names_the_folder_of_the_run_or_the_reason_of_the_failure() {
        let folder = tempfile::tempdir().expect("a folder");
        let message = kept_in(Some(folder.path()), Ok(taken(1, "")));
        let kept = folder.path().join("xentviz/cut-off/duel");
        assert_eq!(message, format!("the run is kept in {}", kept.display()));
        assert!(kept.join("duel.toml").exists());
        let file = folder.path().join("no\u{1b}folder");
        fs::write(&file, "").expect("a file");
        let message = kept_in(Some(&file), Ok(taken(1, "")));
        let why = "the run could not be kept: cannot write in ";
        assert!(
            message.starts_with(why) && message.contains("no\\u{1b}folder/xentviz"),
            "{message}"
        );
        let expected = "the run could not be kept: there is no folder for it; HOME or XDG_STATE_HOME \
                        should name one";
        assert_eq!(kept_in(None, Ok(taken(1, ""))), expected);
        let message = kept_in(Some(folder.path()), Err(CheckpointError::NoAnswer));
        assert_eq!(message, "the run could not be kept: it does not answer");
    }

    #[test]
    fn a_run_whose_data_could_not_be_found_again_is_refused() {
        let csv = |path: &str| {
            format!(
                "[data]\nkind = \"csv\"\npath = \"{path}\"\n[network]\nlayers = [2, 1]\n[training]\n\
                 epochs = 9\nbatch = 1\neta = 1\n[[arm]]\nname = \"quadratic\"\ncost = \"quadratic\"\n"
            )
        };
        let folder = tempfile::tempdir().expect("a folder");
        let states = |_: &str| Some(OsString::from(folder.path()));
        let no_text = PathBuf::from(OsStr::from_bytes(b"/\xff"));
        for (here, path, expected) in [
            (None, "a.csv", Some("is gone")),
            (Some(no_text.clone()), "a.csv", Some("has a name that is no text")),
            (None, "/a.csv", None),
            (Some(no_text), "/a.csv", None),
            (Some(PathBuf::from("/b")), "/b/a.csv", None),
        ] {
            let message = describe(keep(|_| Ok(taken(1, &csv(path))), here.as_deref(), &states));
            match expected {
                None => assert!(message.starts_with("the run is kept in "), "{message}"),
                Some(why) => {
                    let reason = format!(
                        "the run could not be kept: its data.path is {path}, and the folder that this \
                         begins in {why}"
                    );
                    assert_eq!(message, reason);
                }
            }
        }
    }
}
