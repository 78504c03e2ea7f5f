//! The clock of a run, which excludes the time in which the program was stopped.
//!
//! A stop by SIGSTOP cannot be caught, but it can be recognised afterwards: a thread reads the
//! clock ten times per second, and only a stop causes a long gap between two readings.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::{clock, threads};

/// The interval between two readings of the clock.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// A longer gap between two readings means that the process was stopped.
const STOPPED: Duration = Duration::from_secs(1);

/// The readings of the clock, one for all threads, since a [`Clock`] is a function.
///
/// [`Clock`]: crate::experiment::Clock
static READINGS: Mutex<ClockReadings> =
    Mutex::new(ClockReadings { last: None, stopped: Duration::ZERO });

/// The last reading, and the total length of the stops.
struct ClockReadings {
    last: Option<Instant>,
    stopped: Duration,
}

impl ClockReadings {
    /// Returns the time at `now` less the time in which the program was stopped. The result never
    /// goes back.
    fn read(&mut self, now: Instant) -> Instant {
        let gap = self.last.map(|last| now.saturating_duration_since(last)).unwrap_or_default();
        if gap >= STOPPED {
            self.stopped += gap;
        }
        self.last = Some(now);
        now.checked_sub(self.stopped).unwrap_or(now)
    }
}

/// Returns the current time less the time in which the program was stopped.
pub(super) fn now() -> Instant {
    // No thread can panic in the middle of a change to the readings. The clock is read while they
    // are locked, so that the returned time never goes back.
    let mut readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
    readings.read(clock::now())
}

/// Starts a thread that reads the clock regularly.
///
/// # Errors
/// Returns an error if the thread cannot be started.
pub(super) fn start() -> io::Result<()> {
    threads::start_small("clock", || {
        loop {
            thread::park_timeout(POLL_INTERVAL);
            now();
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ClockReadings, POLL_INTERVAL};
    use crate::cli::clock;

    #[test]
    fn the_clock_excludes_only_the_time_in_which_the_program_is_stopped() {
        let begin = clock::now();
        let mut readings = ClockReadings { last: None, stopped: Duration::ZERO };
        assert_eq!(readings.read(begin), begin);
        let mut now = begin;
        // Two seconds of readings, some of them late.
        for late in [1, 1, 3, 1, 9, 1, 4] {
            now += POLL_INTERVAL * late;
            assert_eq!(readings.read(now), begin + (now - begin));
        }
        let before = now - begin;
        now += Duration::from_secs(8);
        assert_eq!(readings.read(now), begin + before);
        now += POLL_INTERVAL;
        assert_eq!(readings.read(now), begin + before + POLL_INTERVAL);
        now += Duration::from_secs(3600);
        assert_eq!(readings.read(now), begin + before + POLL_INTERVAL);
    }
}
