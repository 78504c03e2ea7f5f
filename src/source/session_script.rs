//! A recorded session that a run carries out again.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::telemetry::{PlayedAction, Playing, TimedEvent};

/// How long the screen shows an action: long enough to read some words.
const SHOWN: Duration = Duration::from_millis(1500);

/// The shortest time between two changes of the time that is shown.
const LEAST_TICK: Duration = Duration::from_millis(100);

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
    /// How and when the session ended, if that is known: `cut off 40 seconds ago`.
    pub(crate) ending: Option<String>,
}

/// A script that is being carried out.
pub(super) struct ActiveScript {
    pub(super) events: VecDeque<TimedEvent>,
    pub(super) timing: ScriptTiming,
    /// How and when the session ended, if that is known.
    pub(super) ending: Option<String>,
    /// The time of the last event.
    of: f64,
    /// Whether the session was training at this point.
    pub(super) is_running: bool,
    /// Whether the run of the next event is being loaded, or has been.
    pub(super) is_loading: bool,
    /// The time and the step of the last event, and when it was carried out.
    pub(super) last: Option<PlayedEvent>,
    /// The hold, if the playing is held.
    pub(super) hold: Option<Hold>,
    /// The action that is shown, and until when.
    shown: Option<(PlayedAction, Instant)>,
    /// The whole seconds that were last sent, and whether an action was shown.
    sent: (u64, bool),
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

/// A hold of the playing.
#[derive(Clone, Copy)]
pub(super) struct Hold {
    since: Instant,
    /// The step at which the playing goes on, if the run has gone to another one since.
    pub(super) stood: Option<u64>,
}

impl ActiveScript {
    /// Begins a script, whose first run is being loaded.
    pub(super) fn new(script: SessionScript) -> Self {
        let SessionScript { events, timing, ending } = script;
        Self {
            of: events.back().map_or(0.0, |last| last.at),
            events,
            timing,
            ending,
            is_running: false,
            is_loading: true,
            last: None,
            hold: None,
            shown: None,
            sent: (0, false),
        }
    }

    /// Returns whether the run is to go to where the session ended, without a pause on the way.
    pub(super) fn is_at_once(&self) -> bool {
        self.timing == ScriptTiming::AtOnce
    }

    /// Returns whether events are left.
    pub(super) fn is_under_way(&self) -> bool {
        !self.events.is_empty()
    }

    /// Returns when something at this time of the session is due; `None` before the first event, and if nothing
    /// is waited for.
    pub(super) fn due_at(&self, at: f64) -> Option<Instant> {
        let (ScriptTiming::AsRecorded { speed }, Some(last)) = (self.timing, &self.last) else {
            return None;
        };
        let wait = Duration::try_from_secs_f64((at - last.at) / speed).unwrap_or_default();
        last.played.checked_add(wait)
    }

    /// Returns how long to wait for something at this time of the session.
    pub(super) fn wait(&self, at: f64, now: Instant) -> Option<Duration> {
        let wait = self.due_at(at)?.saturating_duration_since(now);
        Some(wait).filter(|wait| !wait.is_zero())
    }

    /// Returns the step at which the session stood now, on the way to the event at this step and time.
    pub(super) fn step_between(&self, step: u64, at: f64, now: Instant) -> u64 {
        let (Some(last), Some(due)) = (&self.last, self.due_at(at)) else { return step };
        let whole = due.saturating_duration_since(last.played).as_secs_f64();
        let gone = now.saturating_duration_since(last.played).as_secs_f64();
        let share = if whole > 0.0 { (gone / whole).min(1.0) } else { 1.0 };
        last.step + (step.saturating_sub(last.step) as f64 * share) as u64
    }

    /// Holds the playing; nothing changes if it is held.
    pub(super) fn hold_at(&mut self, now: Instant) {
        self.hold.get_or_insert(Hold { since: now, stood: None });
    }

    /// Goes on with the playing. Returns the step to which the run has to go back for that, if it is another one.
    pub(super) fn go_on(&mut self, now: Instant) -> Option<u64> {
        let Hold { since, stood } = self.hold.take()?;
        let held = now.saturating_duration_since(since);
        if let Some(last) = &mut self.last {
            last.played += held;
        }
        if let Some((_, until)) = &mut self.shown {
            *until += held;
        }
        stood
    }

    /// Shows an action from now on.
    pub(super) fn show(&mut self, action: PlayedAction, now: Instant) {
        self.shown = Some((action, now + SHOWN));
    }

    /// Returns the time of the session that has been reached.
    fn time(&self, now: Instant) -> f64 {
        let now = self.hold.map_or(now, |hold| hold.since);
        let next = self.events.front().map_or(self.of, |next| next.at);
        match (&self.last, self.timing) {
            (Some(last), ScriptTiming::AsRecorded { speed }) => {
                let gone = now.saturating_duration_since(last.played).as_secs_f64();
                (last.at + gone * speed).min(next)
            }
            (Some(last), ScriptTiming::AtOnce) => last.at,
            (None, _) => 0.0,
        }
    }

    /// Returns the playing as a watcher sees it now; `None` once the script is through.
    pub(super) fn playing(&self, now: Instant) -> Option<Playing> {
        let speed = match self.timing {
            ScriptTiming::AtOnce => None,
            ScriptTiming::AsRecorded { speed } => Some(speed),
        };
        let is_shown = |until: &Instant| self.hold.map_or(now, |hold| hold.since) < *until;
        self.is_under_way().then(|| Playing {
            at: self.time(now),
            of: self.of,
            speed,
            is_held: self.hold.is_some(),
            last: self
                .shown
                .iter()
                .find(|(_, until)| is_shown(until))
                .map(|(last, _)| last.clone()),
        })
    }

    /// Returns whether the screen shows the playing otherwise than it was at the last call.
    pub(super) fn has_ticked(&mut self, now: Instant) -> bool {
        let Some(playing) = self.playing(now) else { return false };
        let sent = (playing.at as u64, playing.last.is_some());
        std::mem::replace(&mut self.sent, sent) != sent
    }

    /// Returns how long it takes until the screen shows the playing otherwise, if nothing happens.
    pub(super) fn time_to_tick(&self, now: Instant) -> Duration {
        let ScriptTiming::AsRecorded { speed } = self.timing else { return LEAST_TICK };
        let second = (1.0 - self.time(now).fract()) / speed;
        let second = Duration::try_from_secs_f64(second).unwrap_or(SHOWN).max(LEAST_TICK);
        let until = self.shown.as_ref().map(|(_, until)| until.saturating_duration_since(now));
        until.filter(|left| !left.is_zero()).map_or(second, |left| left.min(second))
    }
}
