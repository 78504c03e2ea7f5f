//! The clock of the terminal.

use std::time::Instant;

/// Returns the current time. It is read to bound the time that is spent on a terminal, and to tell apart
/// keys that begin alike.
#[expect(clippy::disallowed_methods, reason = "the terminal is one of the doors")]
pub(super) fn now() -> Instant {
    Instant::now()
}
