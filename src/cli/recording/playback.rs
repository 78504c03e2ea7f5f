//! Reads a recording to carry it out again.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::cli::clock;
use crate::cli::environment::Environment;
use crate::cli::error_report::UsageError;
use crate::cli::models;
use crate::cli::recording::age::ago;
use crate::cli::recording::sessions;
use crate::file::Opener;
use crate::scenario::{ModelStart, Scenario, Session};
use crate::source::{ScriptTiming, SessionScript};
use crate::telemetry::{LogAction, RunIdentity, TimedEvent};

/// A recording that is read: the start of its first run, and the script that follows.
pub(in crate::cli) struct Playback {
    /// The scenario of the first run.
    pub(in crate::cli) scenario: Scenario,
    /// The models that it starts from, if it does.
    pub(in crate::cli) start: Option<ModelStart>,
    /// The events to carry out again.
    pub(in crate::cli) script: SessionScript,
    /// The name of the file, by which a later session says that it has resumed it.
    pub(in crate::cli) file_name: String,
    /// A remark to print before it is played.
    pub(in crate::cli) remark: Option<String>,
}

/// The session that is resumed where none is named. Its file is locked as long as this lives: another program that
/// resumes a session takes the next one.
pub(in crate::cli) struct ResumedFile {
    /// The file.
    pub(in crate::cli) path: PathBuf,
    /// The remark on others that were cut off, too.
    pub(in crate::cli) remark: Option<String>,
    _locked: File,
}

/// Returns the newest session that was cut off, has not been resumed, and is not in use.
///
/// # Errors
/// If there is none.
pub(in crate::cli) fn newest_cut_off(
    environment: &Environment<'_>,
    now: SystemTime,
) -> Result<ResumedFile, UsageError> {
    let Some(folder) = sessions::folder(environment) else {
        let why = "there is no folder of sessions; HOME or XDG_STATE_HOME should name one";
        return Err(UsageError::new(why));
    };
    let mut cut_off = sessions::cut_off(&folder).into_iter();
    let Some(newest) = cut_off.next() else {
        let folder = folder.display();
        return Err(UsageError::new(format!(
            "no session was cut off; resume FILE goes on with one of those in {folder}"
        )));
    };
    let remark = cut_off.next().map(|next| {
        let (since, path) = (newest.ago(now), next.path.display());
        let count = 2 + cut_off.len();
        format!(
            "of {count} sessions that were cut off, this goes on with the newest, of {since}; the one before \
             is {path}"
        )
    });
    Ok(ResumedFile { path: newest.path, remark, _locked: newest.file })
}

/// Reads a recording to go on where it ends: its last run.
///
/// # Errors
/// If the file is no recording, or what it starts from cannot be read.
pub(in crate::cli) fn read_resumed(path: &Path, open: &Opener) -> Result<Playback, UsageError> {
    let session = read(path, open)?;
    let events = session.last_run().to_vec();
    let ending = ending(path, session.is_ended);
    let mut playback = playback(path, (session, events, ScriptTiming::AtOnce), open)?;
    playback.script.ending = ending;
    Ok(playback)
}

/// Reads a recording to play it as it went, so many times as fast.
///
/// # Errors
/// If the file is no recording, or what it starts from cannot be read.
pub(in crate::cli) fn read_replay(
    path: &Path,
    speed: f64,
    open: &Opener,
) -> Result<Playback, UsageError> {
    let session = read(path, open)?;
    let events = session.events.clone();
    playback(path, (session, events, ScriptTiming::AsRecorded { speed }), open)
}

/// Returns how and when a session ended: when its file was last written.
fn ending(path: &Path, is_ended: bool) -> Option<String> {
    let written = fs::metadata(path).and_then(|about| about.modified()).ok()?;
    let since = ago(clock::date().duration_since(written).unwrap_or_default());
    Some(format!("{} {since}", if is_ended { "left" } else { "cut off" }))
}

fn read(path: &Path, open: &Opener) -> Result<Session, UsageError> {
    let origin = path.display().to_string();
    let file = open(path).map_err(|error| UsageError::new(format!("{origin}: {error}")))?;
    Session::read(BufReader::new(file), &origin).map_err(UsageError::new)
}

fn playback(
    path: &Path,
    (session, events, timing): (Session, Vec<TimedEvent>, ScriptTiming),
    open: &Opener,
) -> Result<Playback, UsageError> {
    let first = events.first().map(|timed| &timed.event.action);
    let Some(LogAction::Began(identity)) = first else {
        return Err(UsageError::new(format!("{}: no run has begun", path.display())));
    };
    let identity = Arc::clone(identity);
    let scenario =
        Scenario::read(&identity.scenario, &identity.name, &[]).map_err(UsageError::new)?;
    let start = read_start(&identity, &scenario, (path, open))?;
    Ok(Playback {
        scenario,
        start,
        script: SessionScript { events: events.into(), timing, ending: None },
        file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        remark: version_remark(path, &session.program),
    })
}

/// Reads the models that a recorded run starts from.
fn read_start(
    identity: &RunIdentity,
    scenario: &Scenario,
    (path, open): (&Path, &Opener),
) -> Result<Option<ModelStart>, UsageError> {
    let Some(models) = &identity.models else { return Ok(None) };
    let origin = path.display().to_string();
    let arms = scenario.arms.iter().map(|arm| arm.name.as_str());
    let start = models::read_models(Path::new(models), arms, (&origin, open))?;
    start.adopted_by(scenario).map_err(UsageError::new)?;
    Ok(Some(start))
}

/// Returns the remark on a recording of another version of the program.
fn version_remark(path: &Path, program: &str) -> Option<String> {
    let own = env!("CARGO_PKG_VERSION");
    (program != own).then(|| {
        let path = path.display();
        format!("{path} was recorded by xentviz {program}; this is {own}, whose numbers may differ")
    })
}
