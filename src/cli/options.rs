//! The options of the dashboard from the command line.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::recording::{NotRecorded, RecordTarget};
use crate::cli::settings::Settings;
use crate::file::Opener;
use crate::scenario::{ModelStart, Override};
use crate::source::SessionScript;
use crate::telemetry::TimeTarget;

/// The options that decide the appearance and the start of the dashboard, except the scenario.
#[derive(Clone)]
pub(super) struct Options {
    /// The state in which the first run is shown first.
    pub(super) first: FirstState,
    /// Whether the command line that shows the last state again is printed at the end.
    pub(super) prints_share: bool,
    /// Whether the dashboard is drawn for a room at the start.
    pub(super) present: bool,
    /// The settings of the screen.
    pub(super) settings: Settings,
    /// Whether frames are sent as synchronised updates (DEC mode 2026).
    pub(super) sync: bool,
    /// The overrides that also apply to scenarios opened later.
    pub(super) overrides: Vec<Override>,
    /// The models that the arms of the first run start from, if they do.
    pub(super) start: Option<ModelStart>,
    /// The function that opens files for reading.
    pub(super) open: Arc<Opener>,
    /// The recording of the session.
    pub(super) recording: RecordingOptions,
}

/// The state in which a run is shown first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FirstState {
    /// It trains.
    Running,
    /// It waits at its start.
    Paused,
    /// It is trained to this position, and waits there.
    PausedAt(TimeTarget),
}

/// The recording that is made of a session, and the one that it carries out again.
#[derive(Clone, Debug)]
pub(super) struct RecordingOptions {
    /// Where the session is recorded, or why it is not.
    pub(super) target: Result<RecordTarget, NotRecorded>,
    /// The name of the file whose session is resumed.
    pub(super) resumes: Option<String>,
    /// The session to carry out again, if any.
    pub(super) script: Option<SessionScript>,
    /// The file of that session.
    pub(super) plays: Option<PathBuf>,
}
