//! The message about a session that was cut off, shown at the next start of the dashboard.

use std::fs;
use std::time::SystemTime;

use crate::cli::environment::Environment;
use crate::cli::recording::sessions;
use crate::cli::recovery::{Reminder, ago};

/// Returns the reminder if the last session was cut off.
pub(in crate::cli) fn remind(environment: &Environment<'_>, now: SystemTime) -> Option<Reminder> {
    let path = sessions::newest_if_cut_off(&sessions::folder(environment)?)?;
    let written = fs::metadata(path).and_then(|about| about.modified()).ok()?;
    let since = ago(now.duration_since(written).unwrap_or_default());
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
