//! The recording of the session, for the threads that may end the program: it can be cut off on any of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::cli::clock;
use crate::cli::recording::outcome::nothing_kept;
use crate::cli::recording::recorder::{Recorder, SessionEnd};
use crate::cli::recording::target::NotRecorded;
use crate::cli::time_limits::patience;

/// The time limits for the last write: of a session that the user has left, who does not wait for a slow disk, and of
/// one that is cut off.
const LAST_WRITE: Duration = Duration::from_millis(500);
const LAST_WRITE_IF_CUT_OFF: Duration = Duration::from_secs(10);

/// The recording of the session.
#[derive(Clone, Default)]
pub(in crate::cli) struct SharedRecording(Arc<SharedState>);

#[derive(Default)]
struct SharedState {
    recorder: OnceLock<Result<Recorder, NotRecorded>>,
    /// Whether the user has left the session.
    is_left: AtomicBool,
    end: OnceLock<RequestedEnd>,
}

/// The end that was requested first, and until when it is waited for.
struct RequestedEnd {
    end: SessionEnd,
    until: Instant,
}

impl SharedRecording {
    /// Takes the recorder of the session, or the reason why there is none.
    pub(in crate::cli) fn begin(&self, recorder: Result<Recorder, NotRecorded>) {
        // There is one session in a program.
        let _ = self.0.recorder.set(recorder);
        // The program may be about to end already: another thread has panicked, for example.
        if let (Some(request), Some(recorder)) = (self.0.end.get(), self.recorder()) {
            recorder.request_end(request.end);
        }
    }

    /// Notes that the user leaves the session. Whatever ends the program from now on, it is not cut off.
    pub(in crate::cli) fn leave(&self) {
        self.0.is_left.store(true, Ordering::Release);
    }

    /// Requests the end of the recording, and waits for nothing. The first request counts.
    pub(in crate::cli) fn request_end(&self, end: SessionEnd) {
        let is_left = self.0.is_left.load(Ordering::Acquire);
        let end = if is_left { SessionEnd::Quit } else { end };
        let limit = match end {
            SessionEnd::Quit => LAST_WRITE,
            SessionEnd::CutOff => LAST_WRITE_IF_CUT_OFF,
        };
        let request = RequestedEnd { end, until: clock::now() + patience(limit) };
        if self.0.end.set(request).is_ok()
            && let Some(recorder) = self.recorder()
        {
            recorder.request_end(end);
        }
    }

    /// Waits for the requested end, up to its time limit; returns whether nothing is left to wait for.
    pub(in crate::cli) fn wait(&self) -> bool {
        self.0.end.get().is_none_or(|request| self.has_ended_by(request.until))
    }

    /// Returns whether nothing is left to wait for now.
    pub(in crate::cli) fn is_over(&self) -> bool {
        self.0.end.get().is_none() || self.has_ended_by(clock::now())
    }

    fn has_ended_by(&self, until: Instant) -> bool {
        self.recorder().is_none_or(|recorder| recorder.has_ended_by(until))
    }

    /// Returns the words on what is kept of the session, for a message at the end; none if it was not cut off, or
    /// if nothing of it is lost.
    pub(in crate::cli) fn words(&self) -> String {
        let is_cut_off = self.0.end.get().is_some_and(|it| it.end == SessionEnd::CutOff);
        match self.0.recorder.get().filter(|_| is_cut_off) {
            None => String::new(),
            Some(Err(reason)) => nothing_kept(&reason.to_string()),
            Some(Ok(recorder)) => recorder.outcome().map_or_else(
                || {
                    let seconds = patience(LAST_WRITE_IF_CUT_OFF).as_secs();
                    format!(
                        "this session may not be kept to its end: that took more than {seconds} s"
                    )
                },
                |outcome| outcome.words(),
            ),
        }
    }

    /// Notes that this thread panics and goes no further.
    pub(in crate::cli) fn thread_panics(&self) {
        if let Some(recorder) = self.recorder() {
            recorder.thread_panics();
        }
    }

    fn recorder(&self) -> Option<&Recorder> {
        self.0.recorder.get().and_then(|recorder| recorder.as_ref().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::{SyncSender, sync_channel};
    use std::sync::{Arc, Mutex};

    use super::SharedRecording;
    use crate::cli::files::{Disk, DiskCall};
    use crate::cli::recording::recorder::{Recorder, RecorderSetup, SessionEnd};
    use crate::cli::recording::target::{NotRecorded, RecordTarget};
    use crate::telemetry::{LogAction, LogEvent, RunIdentity, RunLog};

    /// Returns the recording of a session with a step, on a disk that answers once the sender is dropped.
    fn recording(folder: &Path) -> (SharedRecording, SyncSender<()>) {
        let (turn_on, is_on) = sync_channel(0);
        let is_on = Mutex::new(is_on);
        let disk = Disk::watched(move |call| {
            if call == DiskCall::SyncFile {
                let _ = is_on.lock().expect("no test panics here").recv();
            }
            Ok(())
        });
        let setup = RecorderSetup {
            target: Ok(RecordTarget::Folder(folder.to_owned())),
            disk,
            resumes: None,
            is_playing: false,
            report: Box::new(|_| ()),
        };
        let recorder = Recorder::start(setup).expect("it starts");
        let identity = RunIdentity {
            name: "a".to_owned(),
            scenario: String::new(),
            arms: Vec::new(),
            models: None,
            checksum: None,
        };
        recorder.note(LogEvent { step: 0, action: LogAction::Began(Arc::new(identity)) });
        recorder.note(LogEvent { step: 9, action: LogAction::Pauses });
        let shared = SharedRecording::default();
        shared.begin(Ok(recorder));
        (shared, turn_on)
    }

    #[test]
    fn a_session_that_is_cut_off_is_waited_for_and_the_words_are_true_in_every_state() {
        let folder = tempfile::tempdir().expect("a folder");
        let (recording, turn_on) = recording(folder.path());
        assert!(recording.is_over() && recording.wait(), "no end is requested");
        assert_eq!(recording.words(), "");
        recording.request_end(SessionEnd::CutOff);
        assert!(!recording.is_over());
        let words = recording.words();
        assert!(words.starts_with("this session may not be kept to its end: "), "{words}");
        drop(turn_on);
        assert!(recording.wait() && recording.is_over());
        assert_eq!(recording.words(), "xentviz resume goes on with this session");
        // The first end counts.
        recording.request_end(SessionEnd::Quit);
        assert_eq!(recording.words(), "xentviz resume goes on with this session");
    }

    #[test]
    fn a_session_that_the_user_has_left_is_not_cut_off_whatever_ends_the_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let (recording, turn_on) = recording(folder.path());
        drop(turn_on);
        recording.leave();
        recording.request_end(SessionEnd::CutOff);
        assert!(recording.wait());
        assert_eq!(recording.words(), "");
    }

    #[test]
    fn an_end_that_is_requested_before_there_is_a_recorder_is_that_of_the_session() {
        let folder = tempfile::tempdir().expect("a folder");
        let recording = SharedRecording::default();
        recording.request_end(SessionEnd::CutOff);
        let setup = RecorderSetup {
            target: Ok(RecordTarget::Folder(folder.path().to_owned())),
            disk: Disk::default(),
            resumes: None,
            is_playing: false,
            report: Box::new(|reason| panic!("{reason}")),
        };
        recording.begin(Ok(Recorder::start(setup).expect("it starts")));
        assert!(recording.wait());
        assert_eq!(recording.words(), "", "nothing has happened");
    }

    #[test]
    fn a_session_without_a_recorder_ends_at_once_and_the_words_say_why_it_is_not_kept() {
        let recording = SharedRecording::default();
        recording.begin(Err(NotRecorded::NoThread));
        recording.request_end(SessionEnd::CutOff);
        assert!(recording.wait() && recording.is_over());
        let words = "nothing of this session is kept: no thread could be started to record it";
        assert_eq!(recording.words(), words);
    }
}
