//! The clock of a live run, and its throughput.

use std::time::{Duration, Instant};

/// The shortest time over which the rate is averaged.
const RATE_INTERVAL: Duration = Duration::from_millis(500);

/// The rate in examples per second, averaged over about the last half second.
#[derive(Default)]
pub(super) struct Throughput {
    since: Option<(Instant, f64)>,
    newest: Option<f64>,
}

impl Throughput {
    /// Returns the rate, or `None` before the first average; `examples` is the number drawn until `now`.
    pub(super) fn at(&mut self, now: Instant, examples: f64) -> Option<f64> {
        let (since, before) = *self.since.get_or_insert((now, examples));
        let elapsed = now.duration_since(since);
        if elapsed >= RATE_INTERVAL {
            self.newest = Some((examples - before) / elapsed.as_secs_f64());
            self.since = Some((now, examples));
        }
        self.newest
    }
}

/// Reads the clock. It is read for updates, pauses and the pace, never inside a step.
#[expect(clippy::disallowed_methods, reason = "the thread of a live run is one of the doors")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Throughput, now};

    #[test]
    fn the_rate_is_examples_per_second_over_half_a_second_or_more() {
        let (mut rate, start) = (Throughput::default(), now());
        let after = |ms| start + Duration::from_millis(ms);
        assert_eq!(rate.at(start, 1000.0), None);
        assert_eq!(rate.at(after(499), 1400.0), None);
        assert_eq!(rate.at(after(500), 1500.0), Some(1000.0));
        assert_eq!(rate.at(after(999), 9000.0), Some(1000.0));
        assert_eq!(rate.at(after(2500), 7500.0), Some(3000.0));
    }
}
