//! The playing of a recorded session, as its watcher knows it.

use crate::telemetry::{LogAction, Pace};

/// A recorded session that is being carried out again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playing {
    /// The time of the session that has been reached, in seconds since its start.
    pub at: f64,
    /// The time at which the session ended, in seconds since its start.
    pub of: f64,
    /// How many times as fast as it went; `None` if it is resumed, as fast as the machine can.
    pub speed: Option<f64>,
    /// Whether it is held.
    pub is_held: bool,
    /// The action that has just been carried out, if it is still to be shown.
    pub(crate) last: Option<PlayedAction>,
}

impl Playing {
    /// Returns whether it is played as it went, and not as fast as the machine can.
    pub fn is_replay(&self) -> bool {
        self.speed.is_some()
    }
}

/// An action of a recorded session, with what it takes to name the key that it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlayedAction {
    /// The action.
    pub action: LogAction,
    /// The name of the scenario before it.
    pub name_before: String,
    /// The number of steps done before it.
    pub step_before: u64,
    /// The step at which the run paused again, if that is what follows.
    pub pauses_at: Option<u64>,
    /// η of every arm before it.
    pub etas_before: Vec<f64>,
    /// The pace before it.
    pub pace_before: Pace,
}
