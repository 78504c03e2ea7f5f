//! Reads the file of a session back, whatever it holds.
//!
//! A file that was cut off while its last line was written is read up to there. All else that is not as this program
//! writes it is refused with its line.

use std::io::{self, BufRead};
use std::sync::Arc;

use crate::scenario::session_line::{EventLine, FORMAT, HeaderLine, PaceLine, SettingLine};
use crate::scenario::spec::Scenario;
use crate::telemetry::{
    BranchId, ExampleEdit, LogAction, LogEvent, Pace, RunIdentity, Setting, TimedEvent,
};
use crate::text::excerpt;

/// The most bytes of a file, of one of its lines, and the most of its lines: far more than a week at the keyboard makes,
/// and little enough for any memory.
const MOST_BYTES: u64 = 64 << 20;
const MOST_LINE_BYTES: usize = 16 << 20;
const MOST_LINES: usize = 1 << 20;

/// The most seconds that a session can last: thirty years.
const MOST_SECONDS: f64 = 1e9;

/// The most characters that a message shows of what was found.
const SHOWN: usize = 120;

/// A session that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Session {
    /// The version of the program that recorded it.
    pub(crate) program: String,
    /// The name of the file whose session it has resumed.
    pub(crate) resumes: Option<String>,
    /// The events; the first one begins a run.
    pub(crate) events: Vec<TimedEvent>,
    /// Whether the session ended in order.
    pub(crate) is_ended: bool,
}

/// The error of a file that holds no session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The file cannot be read.
    #[error("cannot read {origin}: {error}")]
    Unreadable {
        /// The file.
        origin: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The file holds something else.
    #[error("{origin}:{line}: found {found}; {expected} would do")]
    Refused {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// The content found there.
        found: String,
        /// The remedy.
        expected: String,
    },
}

/// A finding without its place: what was found, and what would do.
type Finding = (String, String);

fn finding(found: impl AsRef<str>, expected: impl Into<String>) -> Finding {
    (excerpt(found.as_ref(), SHOWN), expected.into())
}

impl Session {
    /// Reads a session from a file; `origin` is its name, for errors.
    ///
    /// # Errors
    /// If the file cannot be read, or is none that this version of the program can read.
    pub(crate) fn read(from: impl BufRead, origin: &str) -> Result<Self, SessionError> {
        let mut reader = SessionReader::new(from);
        reader.session().map_err(|error| match error {
            ReadError::Io(error) => SessionError::Unreadable { origin: origin.to_owned(), error },
            ReadError::Found((found, expected)) => {
                let line = reader.lines.max(1);
                SessionError::Refused { origin: origin.to_owned(), line, found, expected }
            }
        })
    }

    /// Reads only the header of a file.
    pub(crate) fn resumed_by(from: impl BufRead) -> Option<String> {
        let header = SessionReader::new(from).header().ok()?;
        header.resumes
    }

    /// Returns the events of the last run: the one that was open at the end.
    pub(crate) fn last_run(&self) -> &[TimedEvent] {
        let begins = |timed: &TimedEvent| matches!(timed.event.action, LogAction::Began(_));
        let at = self.events.iter().rposition(begins).unwrap_or(0);
        &self.events[at..]
    }
}

/// Why a file is not read.
enum ReadError {
    Io(io::Error),
    Found(Finding),
}

impl From<Finding> for ReadError {
    fn from(finding: Finding) -> Self {
        Self::Found(finding)
    }
}

/// Reads the lines of a session.
struct SessionReader<R> {
    from: R,
    /// The lines and bytes read so far.
    lines: usize,
    bytes: u64,
    /// The names of the arms of the last run.
    arms: Vec<String>,
    runs: u64,
    /// The number of branches that the last run has had.
    branches: u32,
}

impl<R: BufRead> SessionReader<R> {
    fn new(from: R) -> Self {
        Self { from, lines: 0, bytes: 0, arms: Vec::new(), runs: 0, branches: 0 }
    }

    fn session(&mut self) -> Result<Session, ReadError> {
        let HeaderLine { xentviz, resumes, .. } = self.header()?;
        let (mut events, mut is_ended) = (Vec::new(), false);
        while let Some(text) = self.line()? {
            let parsed: Result<EventLine, _> = serde_json::from_slice(&text);
            let parsed = match parsed {
                Ok(parsed) => parsed,
                Err(error) if self.runs > 0 && is_damage(&error) && self.is_at_end()? => break,
                Err(error) => {
                    let found = format!("what is no line of a recording: {error}");
                    return Err(finding(found, "a line as --record writes it").into());
                }
            };
            let timed = self.event(parsed)?;
            is_ended = timed.event.action == LogAction::Ended;
            events.push(timed);
        }
        if events.is_empty() {
            return Err(finding("the end of the file", "a line that begins a run").into());
        }
        Ok(Session { program: xentviz, resumes, events, is_ended })
    }

    fn header(&mut self) -> Result<HeaderLine, ReadError> {
        let text = self.line()?.unwrap_or_default();
        let header: HeaderLine = serde_json::from_slice(&text).map_err(|_| {
            finding("no recording of xentviz", "a file that xentviz --record has written")
        })?;
        if header.format != FORMAT {
            let found = format!("format {} of xentviz {}", header.format, header.xentviz);
            return Err(
                finding(found, format!("format {FORMAT}, which this version reads,")).into()
            );
        }
        Ok(header)
    }

    /// Returns the next line without its end, or `None` at the end of the file.
    fn line(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let mut text = Vec::new();
        self.lines += 1;
        loop {
            let available = match self.from.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ReadError::Io(error)),
            };
            if available.is_empty() {
                return Ok(Some(text).filter(|text| !text.is_empty()));
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let count = end.unwrap_or(available.len());
            text.extend_from_slice(&available[..count]);
            let count = count + usize::from(end.is_some());
            self.from.consume(count);
            self.bytes += count as u64;
            self.check_size(text.len())?;
            if end.is_some() {
                return Ok(Some(text));
            }
        }
    }

    fn check_size(&self, line: usize) -> Result<(), Finding> {
        if line > MOST_LINE_BYTES {
            let found = format!("a line of more than {} MiB", MOST_LINE_BYTES >> 20);
            return Err(finding(found, "shorter ones"));
        }
        if self.bytes > MOST_BYTES || self.lines > MOST_LINES {
            let found = format!("more than {} MiB or {MOST_LINES} lines", MOST_BYTES >> 20);
            return Err(finding(found, "fewer"));
        }
        Ok(())
    }

    /// Returns whether the line that was read is the last one.
    fn is_at_end(&mut self) -> Result<bool, ReadError> {
        self.from.fill_buf().map(<[u8]>::is_empty).map_err(ReadError::Io)
    }

    fn event(&mut self, line: EventLine) -> Result<TimedEvent, Finding> {
        if !(0.0..=MOST_SECONDS).contains(&line.at) {
            return Err(finding(format!("at = {}", line.at), "the seconds since the start"));
        }
        let (at, step) = (line.at, line.step);
        let action = self.action(line)?;
        if self.runs == 0 {
            return Err(finding("an event before a run", "a line that begins one"));
        }
        Ok(TimedEvent { at, event: LogEvent { step, action } })
    }

    fn action(&mut self, line: EventLine) -> Result<LogAction, Finding> {
        // What is left after the known groups are taken out has to be nothing.
        let EventLine { at, step, .. } = line;
        let (action, whole) = match line {
            EventLine { begin: Some(number), .. } => return self.begin(number, line),
            EventLine { set: Some(ref set), branch, .. } => {
                let branch = self.branch(branch.unwrap_or(0))?;
                let setting = self.setting(set)?;
                let kept = EventLine { set: None, branch: None, ..line };
                (LogAction::Changed(branch, setting), kept)
            }
            EventLine { fork: Some(fork), from: Some(from), .. } => {
                let parent = self.branch(from)?;
                if fork != self.branches {
                    return Err(finding(
                        format!("branch {fork}"),
                        format!("branch {}, the next one,", self.branches),
                    ));
                }
                self.branches += 1;
                let kept = EventLine { fork: None, from: None, ..line };
                (LogAction::Forked { branch: BranchId(fork), parent }, kept)
            }
            EventLine { switch: Some(id), .. } => {
                (LogAction::Switched(self.branch(id)?), EventLine { switch: None, ..line })
            }
            EventLine { drop: Some(id), .. } => {
                (LogAction::Dropped(self.branch(id)?), EventLine { drop: None, ..line })
            }
            EventLine { goto: Some(to), .. } => {
                (LogAction::WentTo(to), EventLine { goto: None, ..line })
            }
            EventLine { runs: Some(runs), .. } => {
                let action = if runs { LogAction::Runs } else { LogAction::Pauses };
                (action, EventLine { runs: None, ..line })
            }
            EventLine { pace: Some(pace), .. } => {
                (LogAction::Paced(read_pace(pace)?), EventLine { pace: None, ..line })
            }
            EventLine { key: Some(ref key), value: Some(ref value), .. } => {
                let (key, value) = (key.clone(), value.clone());
                (LogAction::Edited { key, value }, EventLine { key: None, value: None, ..line })
            }
            EventLine { end: Some(true), .. } => {
                (LogAction::Ended, EventLine { end: None, ..line })
            }
            line => (LogAction::Reached, line),
        };
        if whole == (EventLine { at, step, ..EventLine::default() }) {
            Ok(action)
        } else {
            Err(finding("keys that do not belong together", "one event a line"))
        }
    }

    fn begin(&mut self, number: u64, line: EventLine) -> Result<LogAction, Finding> {
        let EventLine { name, checksum, models, scenario, after, .. } = line;
        let (Some(name), Some(text)) = (name, scenario) else {
            return Err(finding("a run without its scenario", "its name and its scenario"));
        };
        let next = self.runs + 1;
        if number != next || line.step != 0 || after.unwrap_or(0) != self.runs {
            return Err(finding(format!("run {number}"), format!("run {next} at step 0")));
        }
        let scenario = Scenario::read(&text, &name, &[])
            .map_err(|error| finding(error.to_string(), "a scenario that can be run"))?;
        let checksum = checksum.map(|digits| match u64::from_str_radix(&digits, 16) {
            Ok(checksum) if digits.len() == 16 => Ok(checksum),
            _ => Err(finding(format!("checksum {digits}"), "16 hexadecimal digits")),
        });
        self.arms = scenario.arms.into_iter().map(|arm| arm.name).collect();
        (self.runs, self.branches) = (next, 1);
        let (arms, checksum) = (self.arms.clone(), checksum.transpose()?);
        Ok(LogAction::Began(Arc::new(RunIdentity { name, scenario: text, arms, models, checksum })))
    }

    fn branch(&self, id: u32) -> Result<BranchId, Finding> {
        if id < self.branches {
            return Ok(BranchId(id));
        }
        Err(finding(format!("branch {id}"), "a branch that has begun"))
    }

    fn setting(&self, line: &SettingLine) -> Result<Setting, Finding> {
        let arm = || {
            let name = line.arm.as_deref().unwrap_or_default();
            let index = self.arms.iter().position(|arm| arm == name);
            let known = || format!("one of {}", self.arms.join(", "));
            index.ok_or_else(|| finding(format!("the arm \"{name}\""), known()))
        };
        let none = SettingLine::default;
        let (setting, whole) = match *line {
            SettingLine { eta: Some(eta), .. } => {
                (Setting::Eta { arm: arm()?, eta }, SettingLine { eta: Some(eta), ..none() })
            }
            SettingLine { etas: Some(mode), .. } => {
                let setting = Setting::EtaMode { mode: mode.into(), arm: arm()? };
                (setting, SettingLine { etas: Some(mode), ..none() })
            }
            SettingLine { weight: Some(at), value: Some(value), .. } => {
                let whole = SettingLine { weight: Some(at), value: Some(value), ..none() };
                (Setting::Weight { arm: arm()?, at, value }, whole)
            }
            SettingLine { epochs: Some(epochs), arm: None, .. } => {
                (Setting::Epochs(epochs), SettingLine { epochs: Some(epochs), ..none() })
            }
            SettingLine { evaluate: Some(epochs), arm: None, .. } => {
                (Setting::Evaluate(epochs), SettingLine { evaluate: Some(epochs), ..none() })
            }
            SettingLine { add: Some(at), class: Some(class), arm: None, .. } => {
                let whole = SettingLine { add: Some(at), class: Some(class), ..none() };
                (Setting::Examples(ExampleEdit::Add { at, class }), whole)
            }
            SettingLine { moves: Some([from, to]), arm: None, .. } => {
                let whole = SettingLine { moves: Some([from, to]), ..none() };
                (Setting::Examples(ExampleEdit::Move { from, to }), whole)
            }
            SettingLine { remove: Some(at), arm: None, .. } => {
                let whole = SettingLine { remove: Some(at), ..none() };
                (Setting::Examples(ExampleEdit::Remove { at }), whole)
            }
            _ => {
                let expected = "eta, etas, weight, epochs, evaluate, add, move or remove";
                return Err(finding("no setting", expected));
            }
        };
        if *line == (SettingLine { arm: line.arm.clone(), ..whole }) {
            Ok(setting)
        } else {
            Err(finding("keys that do not belong together", "one setting"))
        }
    }
}

/// Returns whether a line is damaged, and not of another program.
fn is_damage(error: &serde_json::Error) -> bool {
    error.is_syntax() || error.is_eof()
}

fn read_pace(pace: PaceLine) -> Result<Pace, Finding> {
    match pace {
        PaceLine::Max(_) => Ok(Pace::Max),
        PaceLine::Epochs(epochs) if epochs > 0.0 && epochs.is_finite() => Ok(Pace::Epochs(epochs)),
        PaceLine::Epochs(epochs) => {
            Err(finding(format!("pace {epochs}"), "epochs per second, above 0, or \"max\","))
        }
    }
}

#[cfg(test)]
mod tests;
