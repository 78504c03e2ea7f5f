//! A recorded session that a run carries out again.

use std::collections::VecDeque;
use std::time::Instant;

use crate::telemetry::TimedEvent;

/// How fast a session is carried out again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ScriptTiming {
    /// As fast as the machine can; the run then stands where the session stood.
    AtOnce,
    /// As it went, so many times as fast.
    AsRecorded {
        /// The speed; finite and above 0.
        speed: f64,
    },
}

/// A recorded session that a run carries out again. Its first event begins the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SessionScript {
    /// The events, in their order.
    pub(crate) events: VecDeque<TimedEvent>,
    /// How fast they are carried out.
    pub(crate) timing: ScriptTiming,
}

/// A script that is being carried out.
pub(super) struct ActiveScript {
    pub(super) events: VecDeque<TimedEvent>,
    pub(super) timing: ScriptTiming,
    /// Whether the session was training at this point.
    pub(super) is_running: bool,
    /// Whether the run of the next event is being loaded, or has been.
    pub(super) is_loading: bool,
    /// The time and the step of the last event, and when it was carried out.
    pub(super) last: Option<PlayedEvent>,
}

/// The last event that was carried out.
#[derive(Clone, Copy)]
pub(super) struct PlayedEvent {
    /// Its time in the session.
    pub(super) at: f64,
    /// The step at which the run stood after it.
    pub(super) step: u64,
    /// The time at which it was carried out, or was to be.
    pub(super) played: Instant,
}

impl ActiveScript {
    /// Begins a script, whose first run is being loaded.
    pub(super) fn new(script: SessionScript) -> Self {
        let SessionScript { events, timing } = script;
        Self { events, timing, is_running: false, is_loading: true, last: None }
    }

    /// Returns whether the run is to go to where the session ended, without a pause on the way.
    pub(super) fn is_at_once(&self) -> bool {
        self.timing == ScriptTiming::AtOnce
    }
}
