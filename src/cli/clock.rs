//! The only place where the program outside of its terminal and its runs reads the clock.

use std::time::{Instant, SystemTime};

/// Returns the current time. All other code receives the time as an argument.
#[expect(clippy::disallowed_methods, reason = "the only call that reads the monotonic clock")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Returns the system time, which the user may set. It is compared with the times of files.
#[expect(clippy::disallowed_methods, reason = "the only call that reads the system time")]
pub(super) fn date() -> SystemTime {
    SystemTime::now()
}
