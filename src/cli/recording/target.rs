//! The place where a session is recorded, or the reason why there is none.

use std::path::PathBuf;

use crate::cli::environment::Environment;
use crate::cli::recording::sessions;

/// Where a session is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum RecordTarget {
    /// In a new file of this folder, if it is worth keeping.
    Folder(PathBuf),
    /// In this file, which does not exist yet.
    File(PathBuf),
}

/// Why a session is not recorded from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum NotRecorded {
    /// The user does not want it.
    #[error("--no-record was given")]
    Unwanted,
    /// The environment names no state folder.
    #[error("there is no folder for it; HOME or XDG_STATE_HOME should name one")]
    NoFolder,
    /// The system could not start the thread that writes.
    #[error("no thread could be started to record it")]
    NoThread,
}

/// Returns the folder of the sessions as a target, if the environment names a state folder.
pub(in crate::cli) fn state_target(
    environment: &Environment<'_>,
) -> Result<RecordTarget, NotRecorded> {
    sessions::folder(environment).map(RecordTarget::Folder).ok_or(NotRecorded::NoFolder)
}
