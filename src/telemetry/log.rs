//! The log of a session: everything that was done to its runs, in order, so that it can be done again.
//!
//! A run is its identity and its changes; positions, pauses and the pace are logged as well, so that a session can be
//! shown as it went. Every event names the step at which the run stood when it took effect.

use std::sync::Arc;

use crate::telemetry::{BranchId, Pace, Setting};

/// The identity of a run: with its changes, every number of it can be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunIdentity {
    /// The name or path that opened the scenario.
    pub name: String,
    /// The scenario in full, as TOML, with absolute paths of data.
    pub scenario: String,
    /// The names of the arms.
    pub arms: Vec<String>,
    /// The path of the models that the arms start from, if they do.
    pub models: Option<String>,
    /// The checksum of the numbers that were read from files; `None` if there are none.
    pub checksum: Option<u64>,
}

/// An event of a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogEvent {
    /// The number of steps done when it took effect.
    pub step: u64,
    /// The action that took effect.
    pub action: LogAction,
}

/// The action of an event of a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LogAction {
    /// A run began anew. All before it belongs to another one.
    Began(Arc<RunIdentity>),
    /// A setting was changed on this branch, which is open.
    Changed(BranchId, Setting),
    /// A branch began because of the change that follows.
    Forked {
        /// The new branch, which is open from then on.
        branch: BranchId,
        /// The branch that it left.
        parent: BranchId,
    },
    /// Another branch was opened at its newest step.
    Switched(BranchId),
    /// A branch was dropped.
    Dropped(BranchId),
    /// The run went to this step of the open branch.
    WentTo(u64),
    /// The run began to train.
    Runs,
    /// The run paused, or came to its end.
    Pauses,
    /// The pace was changed.
    Paced(Pace),
    /// A key of the scenario was set without a restart. Its effect on the run is an event of its own.
    Edited {
        /// The key as it was typed.
        key: String,
        /// The value as it was typed.
        value: String,
    },
    /// The run reached this step. Only the last one matters.
    Reached,
    /// The script is over in this way, and a person goes on from here.
    WentLive(ScriptEnd),
    /// The session ended in order.
    Ended,
}

/// How the carrying out of a recorded session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScriptEnd {
    /// It is through, or a person has taken over.
    Over,
    /// The run does not follow it further than to here.
    BrokenOff,
    /// It led to no run: nothing that has been sent of it can be carried out again.
    Void,
}

/// An event of a session with its time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimedEvent {
    /// The seconds since the start of the session.
    pub at: f64,
    /// The event.
    pub event: LogEvent,
}

/// A receiver of the log of a session. The run calls it on its own thread, so that it must never wait.
pub(crate) trait RunLog: Send + Sync {
    /// Receives the next event.
    fn note(&self, event: LogEvent);

    /// Receives the number of steps that are done at the present position.
    fn reach(&self, step: u64);
}
