//! The one place where the dashboard reads the clock.

use std::time::{Instant, SystemTime};

/// Now. Everything else is told what time it is.
#[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Returns the date, which may be set, for what is compared with the times of files.
#[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
pub(super) fn date() -> SystemTime {
    SystemTime::now()
}
