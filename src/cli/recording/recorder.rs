//! The thread that writes the events of a session.
//!
//! A session is worth keeping once something has been changed, or once it has trained and been open for five
//! seconds; until then it is kept in memory only, and a session that ends before leaves nothing behind. The events of
//! a script are written once a person goes on from there: until then the recording that they come from holds the
//! same.

use std::io;
use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::cli::clock;
use crate::cli::files::Disk;
use crate::cli::recording::outcome::RecordingOutcome;
use crate::cli::recording::session_file::{LineKind, SessionFile};
use crate::cli::recording::target::{NotRecorded, RecordTarget};
use crate::cli::{signals, threads};
use crate::scenario::SessionWriter;
use crate::telemetry::{LogAction, LogEvent, RunLog, ScriptEnd, TimedEvent};

/// The interval at which the position of a run that trains is written. What a crash loses was trained in it.
const INTERVAL: Duration = Duration::from_millis(200);

/// How long a session in which nothing is changed has to be open to be worth keeping.
const WORTHY: Duration = Duration::from_secs(5);

/// The interval at which a thread that waits for the last write checks whether a second thread has crashed.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The setup of a recorder.
pub(in crate::cli) struct RecorderSetup {
    /// Where the session is recorded, or why it is not: the recorder then only knows whether anything has happened.
    pub(in crate::cli) target: Result<RecordTarget, NotRecorded>,
    /// The file system.
    pub(in crate::cli) disk: Disk,
    /// The name of the file whose session is resumed.
    pub(in crate::cli) resumes: Option<String>,
    /// Whether the session begins with one that is carried out again, until a person goes on from there.
    pub(in crate::cli) is_playing: bool,
    /// The function that receives the reason if the session cannot be recorded.
    pub(in crate::cli) report: Box<dyn Fn(String) + Send>,
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum SessionEnd {
    /// The user has left it.
    Quit,
    /// It is cut off, and can be resumed.
    CutOff,
}

/// A handle to the recorder of a session, for any thread.
#[derive(Clone)]
pub(in crate::cli) struct Recorder(Arc<RecorderShared>);

struct RecorderShared {
    inbox: Sender<RecorderMessage>,
    /// The number of steps that are done at the present position.
    step: AtomicU64,
    /// The path of the file, while the session is recorded in one.
    path: Arc<Mutex<Option<PathBuf>>>,
    /// The thread that writes.
    writer: OnceLock<ThreadId>,
    /// The outcome, once the session has ended.
    outcome: Mutex<Option<RecordingOutcome>>,
    has_ended: Condvar,
}

enum RecorderMessage {
    Event(Instant, LogEvent),
    End(SessionEnd),
}

impl Recorder {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(in crate::cli) fn start(setup: RecorderSetup) -> io::Result<Self> {
        let (inbox, messages) = channel();
        let path = Arc::default();
        let theirs = Arc::clone(&path);
        let recorder = Self(Arc::new(RecorderShared {
            inbox,
            step: AtomicU64::new(0),
            path,
            writer: OnceLock::new(),
            outcome: Mutex::new(None),
            has_ended: Condvar::new(),
        }));
        // The thread ends if all handles are dropped.
        let shared = Arc::downgrade(&recorder.0);
        let began = clock::now();
        let writer = threads::start_small("recorder", move || {
            let step = || shared.upgrade().map_or(0, |it| it.step.load(Ordering::Acquire));
            let thread = RecorderThread { path: theirs, ..RecorderThread::new(setup, began) };
            let outcome = thread.work(&messages, &step);
            if let (Some(shared), Some(outcome)) = (shared.upgrade(), outcome) {
                shared.end(outcome);
            }
        })?;
        // Only this function sets it.
        let _ = recorder.0.writer.set(writer.thread().id());
        Ok(recorder)
    }

    /// Returns the path of the file in which the session is recorded, once there is one.
    pub(in crate::cli) fn path(&self) -> Option<PathBuf> {
        self.0.path.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests the end of the session; what follows is not recorded.
    pub(super) fn request_end(&self, end: SessionEnd) {
        // The thread has ended if the session has.
        let _ = self.0.inbox.send(RecorderMessage::End(end));
    }

    /// Waits until the end of the session is on the disk, but at most until then. Returns whether it is over; a
    /// program in which a second thread has crashed waits no longer.
    pub(super) fn has_ended_by(&self, until: Instant) -> bool {
        let mut outcome = self.0.outcome();
        while outcome.is_none() {
            let left = until.saturating_duration_since(clock::now());
            if left.is_zero() || signals::has_crashed_again() {
                return false;
            }
            let waited = self.0.has_ended.wait_timeout(outcome, left.min(POLL_INTERVAL));
            outcome = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Returns the outcome, once the session has ended.
    pub(super) fn outcome(&self) -> Option<RecordingOutcome> {
        self.0.outcome().clone()
    }

    /// Notes that this thread panics and goes no further. If it is the one that writes, nobody waits for it.
    pub(super) fn thread_panics(&self) {
        if self.0.writer.get() == Some(&thread::current().id()) {
            self.0.end(RecordingOutcome::Failed(
                "the thread that records it has panicked".to_owned(),
            ));
        }
    }
}

impl RecorderShared {
    fn end(&self, outcome: RecordingOutcome) {
        self.outcome().get_or_insert(outcome);
        self.has_ended.notify_all();
    }

    /// Locks the outcome. The lock is held only to read or set it.
    fn outcome(&self) -> MutexGuard<'_, Option<RecordingOutcome>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunLog for Recorder {
    fn note(&self, event: LogEvent) {
        // After the end of the session nothing is recorded.
        let _ = self.0.inbox.send(RecorderMessage::Event(clock::now(), event));
    }

    fn reach(&self, step: u64) {
        self.0.step.store(step, Ordering::Release);
    }
}

/// The state of the thread.
struct RecorderThread {
    setup: RecorderSetup,
    began: Instant,
    writer: SessionWriter,
    /// Lines that are not written yet.
    lines: String,
    file: Option<SessionFile>,
    /// The path of that file, for other threads, while the session is recorded in it.
    path: Arc<Mutex<Option<PathBuf>>>,
    /// Why nothing is written, or nothing more. A file stays locked then: the session goes on.
    failure: Option<String>,
    /// The name of the first scenario.
    name: String,
    is_running: bool,
    has_changes: bool,
    /// The step of the last line.
    step: u64,
    /// The last step that is known to be reached.
    reached: u64,
}

impl RecorderThread {
    fn new(setup: RecorderSetup, began: Instant) -> Self {
        let program = env!("CARGO_PKG_VERSION");
        let lines = SessionWriter::header(program, setup.resumes.as_deref());
        let failure = setup.target.as_ref().err().map(ToString::to_string);
        Self {
            setup,
            began,
            writer: SessionWriter::default(),
            lines,
            file: None,
            path: Arc::default(),
            failure,
            name: String::new(),
            is_running: false,
            has_changes: false,
            step: 0,
            reached: 0,
        }
    }

    /// Writes until the session ends, and returns the outcome. `step` returns the step that the run has reached.
    fn work(
        mut self,
        messages: &Receiver<RecorderMessage>,
        step: &dyn Fn() -> u64,
    ) -> Option<RecordingOutcome> {
        loop {
            let first = match self.wait(clock::now()) {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => messages.recv_timeout(wait),
            };
            let first = match first {
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return None,
            };
            // If nothing has happened since this was read, it is where the run stands after all that is known.
            let reached = step();
            let mut has_events = false;
            for message in first.into_iter().chain(messages.try_iter()) {
                match message {
                    RecorderMessage::Event(at, event) => {
                        self.add(at, event);
                        has_events = true;
                    }
                    RecorderMessage::End(end) => {
                        let reached = Some(step()).filter(|_| !self.add_late(messages));
                        return Some(self.end(end, reached));
                    }
                }
            }
            self.write(clock::now(), (!has_events).then_some(reached));
        }
    }

    /// Adds the events that came after the request to end; returns whether there are any.
    fn add_late(&mut self, messages: &Receiver<RecorderMessage>) -> bool {
        let mut has_events = false;
        for message in messages.try_iter() {
            if let RecorderMessage::Event(at, event) = message {
                self.add(at, event);
                has_events = true;
            }
        }
        has_events
    }

    /// Returns how long to wait for an event, or `None` if nothing is to be done before the next one.
    fn wait(&self, now: Instant) -> Option<Duration> {
        if self.failure.is_some() {
            return None;
        }
        if self.is_running {
            return Some(INTERVAL);
        }
        let is_waiting = self.file.is_none() && !self.setup.is_playing && self.reached > 0;
        is_waiting
            .then(|| (self.began + WORTHY).saturating_duration_since(now))
            .filter(|w| !w.is_zero())
    }

    /// Adds an event to what is to be written.
    fn add(&mut self, at: Instant, event: LogEvent) {
        match &event.action {
            LogAction::Began(identity) => {
                self.is_running = false;
                if self.name.is_empty() {
                    self.name.clone_from(&identity.name);
                }
            }
            LogAction::Runs => self.is_running = true,
            LogAction::Pauses => self.is_running = false,
            LogAction::Changed(..) | LogAction::Edited { .. } => self.has_changes = true,
            LogAction::WentLive(end) => self.go_live(*end),
            _ => {}
        }
        (self.step, self.reached) = (event.step, event.step);
        self.push(at, event);
    }

    /// Begins to record, because the script is over. One that was refused can still be resumed by another program:
    /// this session does not stand for it.
    fn go_live(&mut self, end: ScriptEnd) {
        self.setup.is_playing = false;
        if end == ScriptEnd::Over {
            return;
        }
        self.setup.resumes = None;
        let header = SessionWriter::header(env!("CARGO_PKG_VERSION"), None);
        // Nothing of a script is in a file yet, so that the header is the first line here.
        let events = self.lines.find('\n').map_or(self.lines.len(), |end| end + 1);
        match end {
            ScriptEnd::Over | ScriptEnd::BrokenOff => self.lines.replace_range(..events, &header),
            ScriptEnd::Void => {
                (self.lines, self.writer, self.name) =
                    (header, SessionWriter::default(), String::new());
                (self.is_running, self.has_changes) = (false, false);
            }
        }
    }

    fn push(&mut self, at: Instant, event: LogEvent) {
        let at = at.saturating_duration_since(self.began).as_secs_f64();
        if let Some(line) = self.writer.line(&TimedEvent { at, event })
            && self.failure.is_none()
        {
            self.lines += &line;
        }
    }

    /// Returns whether the session is to be in a file now.
    fn is_worthy(&self, now: Instant) -> bool {
        let is_old = now.saturating_duration_since(self.began) >= WORTHY;
        let is_file = matches!(self.setup.target, Ok(RecordTarget::File(_)));
        let is_resumed = self.setup.resumes.is_some();
        !self.setup.is_playing
            && (is_file || is_resumed || self.has_changes || (self.reached > 0 && is_old))
    }

    /// Writes what is new, and where the run stands if it has moved to there.
    fn write(&mut self, now: Instant, reached: Option<u64>) {
        self.reached = reached.filter(|_| self.is_running).unwrap_or(self.reached);
        if self.failure.is_some() || (self.file.is_none() && !self.is_worthy(now)) {
            return;
        }
        let written = self.write_lines().and_then(|()| self.write_position(now));
        if let Err(error) = written {
            let reason = format!("cannot record the session: {error}");
            self.lines = String::new();
            (self.setup.report)(reason.clone());
            self.failure = Some(reason);
            self.publish_path();
        }
    }

    fn write_lines(&mut self) -> io::Result<()> {
        let lines = take(&mut self.lines);
        match &mut self.file {
            Some(_) if lines.is_empty() => Ok(()),
            Some(file) => file.write(&lines, LineKind::Event),
            None => {
                let RecorderSetup { target: Ok(target), disk, .. } = &self.setup else {
                    return Ok(());
                };
                self.file = Some(SessionFile::create(disk, target, (&self.name, &lines))?);
                self.publish_path();
                Ok(())
            }
        }
    }

    /// Says to other threads in which file the session is.
    fn publish_path(&self) {
        let file = self.file.as_ref().filter(|_| self.failure.is_none());
        let path = file.map(SessionFile::path).map(Path::to_owned);
        *self.path.lock().unwrap_or_else(PoisonError::into_inner) = path;
    }

    fn write_position(&mut self, now: Instant) -> io::Result<()> {
        if self.reached == self.step {
            return Ok(());
        }
        self.step = self.reached;
        self.push(now, LogEvent { step: self.step, action: LogAction::Reached });
        let line = take(&mut self.lines);
        self.file.as_mut().map_or(Ok(()), |file| file.write(&line, LineKind::Position))
    }

    /// Writes the end of the session, and where the run stands if that is known.
    fn end(&mut self, end: SessionEnd, reached: Option<u64>) -> RecordingOutcome {
        let now = clock::now();
        let reached = reached.filter(|_| self.is_running);
        // A session that is cut off is kept as soon as there is anything to lose.
        self.has_changes |= end == SessionEnd::CutOff && reached.unwrap_or(self.reached) > 0;
        self.write(now, reached);
        if end == SessionEnd::Quit {
            self.write_end(now);
        }
        self.outcome()
    }

    /// Writes the line of an end in order, if there is a file. One that lacks a part gets it, too: nobody has cut this
    /// session off.
    fn write_end(&mut self, now: Instant) {
        let at = now.saturating_duration_since(self.began).as_secs_f64();
        let event = LogEvent { step: self.reached, action: LogAction::Ended };
        let line = self.writer.line(&TimedEvent { at, event }).unwrap_or_default();
        if let Some(file) = &mut self.file
            && let Err(error) = file.write(&line, LineKind::Event)
        {
            self.failure.get_or_insert(error.to_string());
        }
    }

    /// Waits until the file is on the disk; returns what is kept.
    fn outcome(&mut self) -> RecordingOutcome {
        let (Some(file), Ok(target)) = (&self.file, self.setup.target.clone()) else {
            let has_happened = self.has_changes || self.reached > 0;
            return match self.failure.take() {
                _ if self.setup.is_playing => RecordingOutcome::Played,
                Some(reason) if has_happened => RecordingOutcome::Failed(reason),
                _ => RecordingOutcome::Empty,
            };
        };
        let failure = file.sync().err().map(|error| error.to_string()).or(self.failure.take());
        match failure {
            None => RecordingOutcome::Whole(target),
            Some(reason) => RecordingOutcome::Part(target, reason),
        }
    }
}

#[cfg(test)]
mod tests;
