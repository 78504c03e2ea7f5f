//! The message about a run that was cut off, shown at the next start of the dashboard.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::cli::environment::{Environment, named, states};
use crate::cli::files::PRIVATE;
use crate::cli::recovery::FOLDER;
use crate::cli::recovery::manifest::NOTIFIED;
use crate::cli::recovery::naming::file_of;
use crate::cli::recovery::retention::runs_of;
use crate::text::visible;

/// The message about a run that was cut off.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Reminder {
    /// When the run was cut off and where it is saved, for a row of the screen; in ever fewer words.
    pub(in crate::cli) notice: Vec<String>,
    /// The same, with the command that resumes it, for the terminal after the dashboard has closed.
    pub(in crate::cli) exit_summary: String,
}

/// Returns the reminder of the newest cut-off run of this name, unless the user has seen it.
pub(in crate::cli) fn remind(
    name: &str,
    environment: &Environment<'_>,
    now: SystemTime,
) -> Option<Reminder> {
    let place = states(environment)?.join(FOLDER);
    let mut unreported = runs_of(&place, name);
    // If several programs start at once, the one that creates the mark shows the reminder.
    unreported.retain(|(folder, _)| mark(folder));
    let (newest, written) = unreported.first()?;
    let since = ago(now.duration_since(*written).unwrap_or_default());
    let folder = in_shell(&from_home(newest, environment));
    let models = file_of(name, "{arm}");
    let more = match unreported.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let file = in_shell(&format!("{name}.toml"));
    let go_on = format!("cd {folder} && xentviz run {file} --load '{models}' --resume");
    Some(Reminder {
        notice: vec![format!("cut off {since}, kept in {folder}{more}")],
        exit_summary: format!(
            "{name} was cut off {since} and is kept{more}; to go on:\n    {go_on}\n"
        ),
    })
}

/// Marks that the user has been notified. Returns false if this was marked before, or if the mark
/// cannot be written.
fn mark(folder: &Path) -> bool {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(folder.join(NOTIFIED))
        .is_ok()
}

/// Returns an age in words, in its largest unit.
pub(in crate::cli) fn ago(age: Duration) -> String {
    let (seconds, minutes) = (age.as_secs(), age.as_secs() / 60);
    let (count, unit) = match minutes {
        0 if seconds < 10 => return "just now".to_owned(),
        0 => (seconds, "second"),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// Returns the path, starting with `~` if it is in the user's home.
fn from_home(path: &Path, environment: &Environment<'_>) -> String {
    match named(environment, "HOME").and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// Returns the path, quoted if a shell needs that.
fn in_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~+,:@".contains(c);
    if path.chars().all(is_plain) {
        return path.to_owned();
    }
    let (home, rest) = path.strip_prefix("~/").map_or(("", path), |rest| ("~/", rest));
    format!("{home}'{}'", visible(rest).replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::{ago, in_shell, remind};
    use crate::cli::clock;
    use crate::cli::files::Disk;
    use crate::cli::files::examples::checkpoint;
    use crate::cli::recovery::FOLDER;
    use crate::cli::recovery::write::keep;

    #[test]
    fn each_cut_off_run_is_reported_once_under_its_name() {
        let home = TempDir::new().unwrap();
        let environment = |name: &str| (name == "HOME").then(|| OsString::from(home.path()));
        let place = home.path().join(".local/state/xentviz").join(FOLDER);
        let mut run = checkpoint(&["a", "b"]);
        run.name = "duel".to_owned();
        let later = clock::date() + Duration::from_secs(2 * 60 * 60 + 30);
        let reminded = || remind("duel", &environment, later);
        assert_eq!(reminded(), None);
        keep(&Disk::default(), &place, &run).unwrap();
        assert_eq!(remind("dual", &environment, later), None);
        let reminder = reminded().expect("the run is new");
        let notice = "cut off 2 hours ago, kept in ~/.local/state/xentviz/cut-off/duel";
        assert_eq!(reminder.notice, [notice]);
        let words = "duel was cut off 2 hours ago and is kept; to go on:\n    cd \
                     ~/.local/state/xentviz/cut-off/duel && xentviz run duel.toml --load \
                     'duel-{arm}.safetensors' --resume\n";
        assert_eq!(reminder.exit_summary, words);
        assert_eq!(reminded(), None);
        for _ in 0..3 {
            keep(&Disk::default(), &place, &run).unwrap();
        }
        let reminder = reminded().expect("the runs are new");
        assert!(reminder.notice[0].ends_with("/duel-4 and 2 more"), "{:?}", reminder.notice);
        let words = reminder.exit_summary;
        assert!(words.contains("is kept and 2 more; to go on:\n    cd "), "{words}");
        assert_eq!(reminded(), None);
    }

    #[test]
    fn an_age_is_printed_in_its_largest_unit() {
        let of = |seconds| ago(Duration::from_secs(seconds));
        assert_eq!(of(9), "just now");
        assert_eq!(of(40), "40 seconds ago");
        assert_eq!(of(60), "1 minute ago");
        assert_eq!(of(3599), "59 minutes ago");
        assert_eq!(of(2 * 3600), "2 hours ago");
        assert_eq!(of(86_400), "1 day ago");
        assert_eq!(of(40 * 86_400), "40 days ago");
    }

    #[test]
    fn a_path_is_quoted_if_a_shell_needs_it() {
        assert_eq!(in_shell("~/.local/state/xentviz/a-2"), "~/.local/state/xentviz/a-2");
        assert_eq!(in_shell("~/my state/a"), "~/'my state/a'");
        assert_eq!(in_shell("/it's/\u{1b}a"), "'/it'\\''s/\\u{1b}a'");
    }
}
