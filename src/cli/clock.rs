//! The one place where the dashboard reads the clock.

use std::time::{Instant, SystemTime};

/// Returns the current time. All other code receives the time as an argument.
#[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Returns the date, which may be set, for what is compared with the times of files.
#[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
pub(super) fn date() -> SystemTime {
    SystemTime::now()
}
