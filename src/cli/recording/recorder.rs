//! The thread that writes the events of a session.
//!
//! A session is worth keeping once something has been changed, or once it has trained and been open for five
//! seconds; until then it is kept in memory only, and a session that ends before leaves nothing behind. The events of
//! a script are written once a person goes on from there: until then the recording that they come from holds the
//! same.

use std::io;
use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use crate::cli::clock;
use crate::cli::recording::session_file::{LineKind, RecordTarget, SessionFile};
use crate::cli::threads;
use crate::cli::time_limits::patience;
use crate::scenario::SessionWriter;
use crate::telemetry::{LogAction, LogEvent, RunLog, ScriptEnd, TimedEvent};

/// The interval at which the position of a run that trains is written. What a crash loses was trained in it.
const INTERVAL: Duration = Duration::from_millis(200);

/// How long a session in which nothing is changed has to be open to be worth keeping.
const WORTHY: Duration = Duration::from_secs(5);

/// The time limit for the last write.
const LAST_WRITE: Duration = Duration::from_millis(500);

/// The setup of a recorder.
pub(in crate::cli) struct RecorderSetup {
    /// Where the session is recorded.
    pub(in crate::cli) target: RecordTarget,
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
}

enum RecorderMessage {
    Event(Instant, LogEvent),
    /// The session ends; the reply says whether it is recorded.
    End(SessionEnd, SyncSender<bool>),
}

impl Recorder {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(in crate::cli) fn start(setup: RecorderSetup) -> io::Result<Self> {
        let (inbox, messages) = channel();
        let recorder = Self(Arc::new(RecorderShared { inbox, step: AtomicU64::new(0) }));
        let shared = Arc::downgrade(&recorder.0);
        let began = clock::now();
        threads::start_small("recorder", move || {
            let step = move || shared.upgrade().map_or(0, |it| it.step.load(Ordering::Acquire));
            RecorderThread::new(setup, began).work(&messages, &step);
        })?;
        Ok(recorder)
    }

    /// Writes all that has happened and waits until it is on the disk, but only for a limited time. Returns whether
    /// the session is recorded.
    pub(in crate::cli) fn end(&self, end: SessionEnd) -> bool {
        let (reply, done) = sync_channel(1);
        // The thread has ended if the session has.
        let is_sent = self.0.inbox.send(RecorderMessage::End(end, reply)).is_ok();
        is_sent && done.recv_timeout(patience(LAST_WRITE)).unwrap_or(false)
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
    /// Whether the file could not be written, so that nothing more is.
    has_failed: bool,
    /// The name of the first scenario.
    name: String,
    is_running: bool,
    has_changes: bool,
    /// The step of the last line.
    step: u64,
}

impl RecorderThread {
    fn new(setup: RecorderSetup, began: Instant) -> Self {
        let program = env!("CARGO_PKG_VERSION");
        let lines = SessionWriter::header(program, setup.resumes.as_deref());
        Self {
            setup,
            began,
            writer: SessionWriter::default(),
            lines,
            file: None,
            has_failed: false,
            name: String::new(),
            is_running: false,
            has_changes: false,
            step: 0,
        }
    }

    /// Writes until the session ends. `step` returns the step that the run has reached.
    fn work(mut self, messages: &Receiver<RecorderMessage>, step: &dyn Fn() -> u64) {
        loop {
            let first = match self.wait(clock::now()) {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => messages.recv_timeout(wait),
            };
            let first = match first {
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
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
                    RecorderMessage::End(end, reply) => {
                        // The requester may have given up waiting.
                        let _ = reply.try_send(self.end(end, step()));
                        return;
                    }
                }
            }
            self.write(clock::now(), (!has_events).then_some(reached));
        }
    }

    /// Returns how long to wait for an event, or `None` if nothing is to be done before the next one.
    fn wait(&self, now: Instant) -> Option<Duration> {
        if self.has_failed {
            return None;
        }
        if self.is_running {
            return Some(INTERVAL);
        }
        let is_waiting = self.file.is_none() && !self.setup.is_playing && self.step > 0;
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
        self.step = event.step;
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
            && !self.has_failed
        {
            self.lines += &line;
        }
    }

    /// Returns whether the session is to be in a file now.
    fn is_worthy(&self, now: Instant) -> bool {
        let is_old = now.saturating_duration_since(self.began) >= WORTHY;
        let is_file = matches!(self.setup.target, RecordTarget::File(_));
        let is_resumed = self.setup.resumes.is_some();
        !self.setup.is_playing
            && (is_file || is_resumed || self.has_changes || (self.step > 0 && is_old))
    }

    /// Writes what is new, and where the run stands if it has moved to there.
    fn write(&mut self, now: Instant, reached: Option<u64>) {
        let position = reached.filter(|step| self.is_running && *step != self.step);
        self.step = position.unwrap_or(self.step);
        if self.has_failed || (self.file.is_none() && !self.is_worthy(now)) {
            return;
        }
        let written = self.write_lines().and_then(|()| match position {
            Some(step) => self.write_position(now, step),
            None => Ok(()),
        });
        if let Err(error) = written {
            (self.file, self.has_failed, self.lines) = (None, true, String::new());
            (self.setup.report)(format!("cannot record the session: {error}"));
        }
    }

    fn write_lines(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(SessionFile::create(&self.setup.target, &self.name)?),
        };
        let lines = take(&mut self.lines);
        if lines.is_empty() { Ok(()) } else { file.write(&lines, LineKind::Event) }
    }

    fn write_position(&mut self, now: Instant, step: u64) -> io::Result<()> {
        self.push(now, LogEvent { step, action: LogAction::Reached });
        let line = take(&mut self.lines);
        self.file.as_mut().map_or(Ok(()), |file| file.write(&line, LineKind::Position))
    }

    /// Writes the end of the session; returns whether it is recorded.
    fn end(&mut self, end: SessionEnd, step: u64) -> bool {
        let now = clock::now();
        let reached = if self.is_running { step } else { self.step };
        // A session that is cut off is kept as soon as there is anything to lose.
        self.has_changes |= end == SessionEnd::CutOff && (reached > 0 || self.step > 0);
        self.write(now, Some(reached));
        if end == SessionEnd::Quit {
            self.push(now, LogEvent { step: self.step, action: LogAction::Ended });
        }
        if self.file.is_some() {
            self.write(now, None);
        }
        self.file.as_ref().is_some_and(|file| file.sync().is_ok())
    }
}

#[cfg(test)]
mod tests;
