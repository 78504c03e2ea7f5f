//! The clock of a live run, and how fast it trains.

use std::time::{Duration, Instant};

/// The rate of training is reckoned over at least this long.
const RATE_OVER: Duration = Duration::from_millis(500);

/// How many examples a second, over the last half second or so.
#[derive(Default)]
pub(super) struct Rate {
    since: Option<(Instant, f64)>,
    newest: Option<f64>,
}

impl Rate {
    /// The rate, where `examples` have been seen by `now`.
    pub(super) fn at(&mut self, now: Instant, examples: f64) -> Option<f64> {
        let (since, before) = *self.since.get_or_insert((now, examples));
        let elapsed = now.duration_since(since);
        if elapsed >= RATE_OVER {
            self.newest = Some((examples - before) / elapsed.as_secs_f64());
            self.since = Some((now, examples));
        }
        self.newest
    }
}

/// The clock: read when something is told or a pace is held, never inside a step.
#[expect(clippy::disallowed_methods, reason = "the thread of a live run is one of the doors")]
pub(super) fn now() -> Instant {
    Instant::now()
}
