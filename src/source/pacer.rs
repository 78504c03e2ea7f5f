//! Limits the steps per second of a run without bursts. The caller passes the time.

use std::time::{Duration, Instant};

/// The work that is due now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Due {
    /// Up to this many steps.
    Steps(u64),
    /// No step before this much time has passed.
    In(Duration),
}

/// The shortest wait at a pace above one step per tick.
const TICK: Duration = Duration::from_millis(1);

/// The longest lag behind the pace that a run makes up for. A longer lag is dropped, so that a run that
/// could not keep up, or was held up, never hurries afterwards.
const LONGEST_LAG: Duration = Duration::from_millis(20);

/// Releases steps at an even rate from its creation on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pacer {
    steps_per_second: f64,
    /// The time at which the first step was due.
    origin: Instant,
    /// The steps done since `origin`.
    steps_done: u64,
}

impl Pacer {
    /// Creates a pacer for `steps_per_second` (finite, above 0); the first step is due at `now`.
    pub(super) fn new(steps_per_second: f64, now: Instant) -> Self {
        Self { steps_per_second, origin: now, steps_done: 0 }
    }

    /// Returns the work that is due at `now`.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        let elapsed = now.saturating_duration_since(self.origin);
        let lag = elapsed.saturating_sub(self.time_of(self.steps_done));
        if lag > LONGEST_LAG.max(self.time_of(1)) {
            *self = Self::new(self.steps_per_second, now);
            return self.due(now);
        }
        let due = (elapsed.as_secs_f64() * self.steps_per_second) as u64 + 1;
        if due > self.steps_done {
            return Due::Steps(due - self.steps_done);
        }
        let next = self.time_of(self.steps_done).saturating_sub(elapsed);
        Due::In(next.max(if self.time_of(1) < TICK { TICK } else { Duration::from_micros(1) }))
    }

    /// Records that `steps` have been done.
    pub(super) fn done(&mut self, steps: u64) {
        self.steps_done += steps;
    }

    /// Returns the time after `origin` at which the step after the first `steps` is due.
    fn time_of(&self, steps: u64) -> Duration {
        Duration::try_from_secs_f64(steps as f64 / self.steps_per_second).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Due, Pacer};

    #[expect(clippy::disallowed_methods, reason = "the tests use any instant as their start")]
    fn start_time() -> Instant {
        Instant::now()
    }

    /// Returns the times, in seconds from the start, at which steps are done, and their number.
    fn play(rate: f64, seconds: f64, mut cost: impl FnMut(u64) -> Duration) -> Vec<(f64, u64)> {
        let start = start_time();
        let mut now = start;
        let mut pacer = Pacer::new(rate, start);
        let mut played = Vec::new();
        while now.duration_since(start).as_secs_f64() < seconds {
            match pacer.due(now) {
                Due::In(wait) => now += wait,
                Due::Steps(steps) => {
                    played.push((now.duration_since(start).as_secs_f64(), steps));
                    pacer.done(steps);
                    now += cost(steps);
                }
            }
        }
        played
    }

    #[test]
    fn every_pace_is_held_and_even() {
        for rate in [0.2, 1.0, 30.0, 500.0, 1_000.0, 50_000.0, 5_000_000.0] {
            let seconds = if rate < 10.0 { 100.0 } else { 2.0 };
            let played = play(rate, seconds, |_| Duration::from_nanos(100));
            let total: u64 = played.iter().map(|(_, steps)| steps).sum();
            let expected = rate * seconds;
            assert!((total as f64 - expected).abs() <= 1.0 + 0.01 * expected, "{rate}: {total}");
            let largest = played.iter().map(|(_, steps)| *steps).max().unwrap_or(0);
            assert!(largest as f64 <= 1.0 + 0.0021 * rate, "{rate}: a burst of {largest}");
        }
    }

    #[test]
    fn a_run_that_was_held_up_does_not_hurry_afterwards() {
        let mut calls = 0;
        let played = play(1_000.0, 2.0, |_| {
            calls += 1;
            if calls == 100 { Duration::from_secs(1) } else { Duration::ZERO }
        });
        assert!(played.iter().all(|(_, steps)| *steps <= 22), "{played:?}");
    }

    #[test]
    fn the_first_step_is_due_at_once() {
        let now = start_time();
        assert_eq!(Pacer::new(0.2, now).due(now), Due::Steps(1));
    }
}
