//! The message about a session that was cut off, shown at the next start of the dashboard.

use std::time::SystemTime;

use crate::cli::environment::Environment;
use crate::cli::recording::sessions;

/// The message about a session that was cut off.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Reminder {
    /// The message for a row of the screen, in ever fewer words.
    pub(in crate::cli) notice: Vec<String>,
    /// The same for the terminal after the dashboard has closed.
    pub(in crate::cli) exit_summary: String,
}

/// Returns the reminder if the last session was cut off.
pub(in crate::cli) fn remind(environment: &Environment<'_>, now: SystemTime) -> Option<Reminder> {
    let session = sessions::newest_if_cut_off(&sessions::folder(environment)?)?;
    let since = session.ago(now);
    Some(Reminder {
        notice: vec![
            format!("the last session was cut off {since}: q, then xentviz resume"),
            format!("cut off {since}: xentviz resume"),
            "cut off: xentviz resume".to_owned(),
        ],
        exit_summary: format!(
            "the last session was cut off {since}; to go on with it:\n    xentviz resume\n"
        ),
    })
}
