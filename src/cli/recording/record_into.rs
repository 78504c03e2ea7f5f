//! The recording of a run without a dashboard, for a benchmark.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::cli::files::Disk;
use crate::cli::recording::recorder::{Recorder, RecorderSetup};
use crate::cli::recording::target::RecordTarget;
use crate::source::RunRecording;

/// Returns the recording of a run into this file, which does not exist yet.
///
/// # Errors
/// If the system cannot start a thread.
///
/// # Panics
/// On the thread of the recorder, if the file cannot be written.
pub fn record_into(path: &Path) -> io::Result<RunRecording> {
    let setup = RecorderSetup {
        target: Ok(RecordTarget::File(path.to_owned())),
        disk: Disk::default(),
        resumes: None,
        is_playing: false,
        // A benchmark of a session that is not recorded would show that it costs nothing.
        report: Box::new(|reason| panic!("{reason}")),
    };
    let log = Arc::new(Recorder::start(setup)?);
    Ok(RunRecording { log: Some(log), ..RunRecording::default() })
}
