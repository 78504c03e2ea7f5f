//! Writes the file of a session: JSON Lines, one object a line.
//!
//! The first line is the header. Each run begins with a line that holds its scenario in full; what follows names
//! arms by their names and steps by their numbers:
//!
//! ```text
//! {"xentviz":"0.1.0","format":1}
//! {"at":0.0,"step":0,"begin":1,"name":"saturated","scenario":"title = …"}
//! {"at":0.0,"step":0,"runs":true}
//! {"at":12.5,"step":1200,"set":{"arm":"quadratic","eta":1.0}}
//! {"at":14.25,"step":1310,"goto":300}
//! {"at":15.0,"step":300}
//! ```
//!
//! A line without another key is the position of the run: the step that it has reached.

use serde::Serialize;

use crate::scenario::session_line::{EventLine, FORMAT, HeaderLine, SettingLine};
use crate::telemetry::{ExampleEdit, LogAction, LogEvent, RunIdentity, Setting, TimedEvent};

/// Returns the file of a session that did no more than these events, all of them at once.
pub(crate) fn session_of_log(program: &str, events: &[LogEvent]) -> String {
    let mut writer = SessionWriter::default();
    let line = |event: &LogEvent| writer.line(&TimedEvent { at: 0.0, event: event.clone() });
    SessionWriter::header(program, None) + &events.iter().filter_map(line).collect::<String>()
}

/// Writes the lines of a session, in order.
#[derive(Debug, Default)]
pub(crate) struct SessionWriter {
    /// The number of runs that have begun.
    runs: u64,
    /// The names of the arms of the last one.
    arms: Vec<String>,
}

impl SessionWriter {
    /// Returns the first line. `resumes` is the name of the file whose session this one has resumed.
    pub(crate) fn header(program: &str, resumes: Option<&str>) -> String {
        line(&HeaderLine {
            xentviz: program.to_owned(),
            format: FORMAT,
            resumes: resumes.map(str::to_owned),
        })
    }

    /// Returns the line of an event, or `None` if it has none.
    pub(crate) fn line(&mut self, timed: &TimedEvent) -> Option<String> {
        // Milliseconds are finer than anyone can see.
        let at = (timed.at * 1000.0).round() / 1000.0;
        let base = EventLine { at, step: timed.event.step, ..EventLine::default() };
        let written = match &timed.event.action {
            LogAction::Began(identity) => self.begin(identity, base),
            LogAction::Changed(branch, setting) => EventLine {
                set: Some(self.setting(setting)),
                branch: Some(branch.0).filter(|branch| *branch > 0),
                ..base
            },
            LogAction::Forked { branch, parent } => {
                EventLine { fork: Some(branch.0), from: Some(parent.0), ..base }
            }
            LogAction::Switched(id) => EventLine { switch: Some(id.0), ..base },
            LogAction::Dropped(id) => EventLine { drop: Some(id.0), ..base },
            LogAction::WentTo(step) => EventLine { goto: Some(*step), ..base },
            LogAction::Runs => EventLine { runs: Some(true), ..base },
            LogAction::Pauses => EventLine { runs: Some(false), ..base },
            LogAction::Paced(pace) => EventLine { pace: Some((*pace).into()), ..base },
            LogAction::Edited { key, value } => {
                EventLine { key: Some(key.clone()), value: Some(value.clone()), ..base }
            }
            LogAction::Reached => base,
            LogAction::WentLive(_) => return None,
            LogAction::Ended => EventLine { end: Some(true), ..base },
        };
        Some(line(&written))
    }

    fn begin(&mut self, identity: &RunIdentity, base: EventLine) -> EventLine {
        let before = self.runs;
        self.runs += 1;
        self.arms.clone_from(&identity.arms);
        EventLine {
            begin: Some(self.runs),
            after: Some(before).filter(|before| *before > 0),
            name: Some(identity.name.clone()),
            checksum: identity.checksum.map(|checksum| format!("{checksum:016x}")),
            models: identity.models.clone(),
            scenario: Some(identity.scenario.clone()),
            ..base
        }
    }

    fn setting(&self, setting: &Setting) -> SettingLine {
        let arm = |arm: usize| self.arms.get(arm).cloned();
        let none = SettingLine::default();
        match setting {
            Setting::Eta { arm: index, eta } => {
                SettingLine { arm: arm(*index), eta: Some(*eta), ..none }
            }
            Setting::EtaMode { mode, arm: index } => {
                SettingLine { arm: arm(*index), etas: Some((*mode).into()), ..none }
            }
            Setting::Weight { arm: index, at, value } => {
                SettingLine { arm: arm(*index), weight: Some(*at), value: Some(*value), ..none }
            }
            Setting::Epochs(epochs) => SettingLine { epochs: Some(*epochs), ..none },
            Setting::Evaluate(epochs) => SettingLine { evaluate: Some(*epochs), ..none },
            Setting::Examples(edit) => match *edit {
                ExampleEdit::Add { at, class } => {
                    SettingLine { add: Some(at), class: Some(class), ..none }
                }
                ExampleEdit::Move { from, to } => SettingLine { moves: Some([from, to]), ..none },
                ExampleEdit::Remove { at } => SettingLine { remove: Some(at), ..none },
            },
        }
    }
}

/// Returns an object as a line of JSON.
fn line(object: &impl Serialize) -> String {
    let text = serde_json::to_string(object);
    text.expect("numbers and texts can be written as JSON") + "\n"
}
