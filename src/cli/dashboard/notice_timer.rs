//! Times how long a notice stays on screen.

use std::time::{Duration, Instant};

/// The time at which the notice on screen goes.
#[derive(Debug, Default)]
pub(super) struct NoticeTimer {
    /// The number of notices that the app had shown at the last call.
    shown: u64,
    until: Option<Instant>,
}

impl NoticeTimer {
    /// Returns the time at which [`Self::has_expired`] must be called again, if there is one.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.until
    }

    /// Returns whether the notice on screen has to go. `shown` counts the notices so far; `duration` is that
    /// of the newest, if it is still on screen. Each notice expires once.
    pub(super) fn has_expired(
        &mut self,
        now: Instant,
        shown: u64,
        duration: Option<Duration>,
    ) -> bool {
        if self.shown != shown {
            self.shown = shown;
            self.until = duration.map(|duration| now + duration);
        }
        let is_over = self.until.is_some_and(|until| now >= until);
        if is_over {
            self.until = None;
        }
        is_over && duration.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::clock;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_notice_expires_once_after_its_duration() {
        let (mut timer, start) = (NoticeTimer::default(), clock::now());
        assert!(!timer.has_expired(start, 0, None));
        assert_eq!(timer.wake_at(), None);
        assert!(!timer.has_expired(start, 1, Some(4 * SECOND)));
        assert_eq!(timer.wake_at(), Some(start + 4 * SECOND));
        assert!(!timer.has_expired(start + 3 * SECOND, 1, Some(4 * SECOND)));
        assert!(timer.has_expired(start + 4 * SECOND, 1, Some(4 * SECOND)));
        assert_eq!(timer.wake_at(), None);
        assert!(!timer.has_expired(start + 5 * SECOND, 1, None));
    }

    #[test]
    fn a_new_notice_starts_its_own_duration() {
        let (mut timer, start) = (NoticeTimer::default(), clock::now());
        assert!(!timer.has_expired(start, 1, Some(4 * SECOND)));
        assert!(!timer.has_expired(start + 3 * SECOND, 2, Some(10 * SECOND)));
        assert!(!timer.has_expired(start + 12 * SECOND, 2, Some(10 * SECOND)));
        assert!(timer.has_expired(start + 13 * SECOND, 2, Some(10 * SECOND)));
    }

    #[test]
    fn a_notice_that_a_key_has_closed_does_not_expire() {
        let (mut timer, start) = (NoticeTimer::default(), clock::now());
        assert!(!timer.has_expired(start, 1, Some(4 * SECOND)));
        assert!(!timer.has_expired(start + 4 * SECOND, 1, None));
        assert_eq!(timer.wake_at(), None);
    }
}
