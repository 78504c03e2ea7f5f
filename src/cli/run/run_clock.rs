//! The clock of a run: it stands while the program is stopped.
//!
//! A stop by SIGSTOP cannot be seen coming, but is seen afterwards: a thread looks at the clock many
//! times a second, and only a stop keeps it from that for long.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::{clock, threads};

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A longer gap between two readings means that the process was stopped.
const STOPPED: Duration = Duration::from_secs(1);

/// What has been seen of the clock so far. One for all threads, since a [`Clock`] is a function.
///
/// [`Clock`]: crate::experiment::Clock
static LOOKS: Mutex<ClockReadings> =
    Mutex::new(ClockReadings { last: None, stopped: Duration::ZERO });

/// Looks at the clock, and the time that went by without any.
struct ClockReadings {
    last: Option<Instant>,
    stopped: Duration,
}

impl ClockReadings {
    /// What time it would be at `now` had the program never been stopped. Never goes back.
    fn look(&mut self, now: Instant) -> Instant {
        let gap = self.last.map(|last| now.saturating_duration_since(last)).unwrap_or_default();
        if gap >= STOPPED {
            self.stopped += gap;
        }
        self.last = Some(now);
        now.checked_sub(self.stopped).unwrap_or(now)
    }
}

/// Now, without the time in which the program was stopped.
pub(super) fn now() -> Instant {
    // Nothing that holds the looks can panic half-way through a change of them. The clock is read
    // while they are held, so that what is told never goes back.
    let mut looks = LOOKS.lock().unwrap_or_else(PoisonError::into_inner);
    looks.look(clock::now())
}

/// Looks at the clock from now on, on a thread of its own.
///
/// # Errors
/// When the thread cannot be started.
pub(super) fn start() -> io::Result<()> {
    threads::start_small("clock", || {
        loop {
            thread::park_timeout(LOOK);
            now();
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ClockReadings, LOOK};
    use crate::cli::clock;

    #[test]
    fn the_clock_stands_while_the_program_is_stopped_and_at_no_other_time() {
        let begin = clock::now();
        let mut looks = ClockReadings { last: None, stopped: Duration::ZERO };
        assert_eq!(looks.look(begin), begin);
        let mut now = begin;
        // Two seconds of looks, some of them late.
        for late in [1, 1, 3, 1, 9, 1, 4] {
            now += LOOK * late;
            assert_eq!(looks.look(now), begin + (now - begin));
        }
        let before = now - begin;
        now += Duration::from_secs(8);
        assert_eq!(looks.look(now), begin + before);
        now += LOOK;
        assert_eq!(looks.look(now), begin + before + LOOK);
        now += Duration::from_secs(3600);
        assert_eq!(looks.look(now), begin + before + LOOK);
    }
}
