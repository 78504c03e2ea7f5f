//! The words on what is kept of a session that was cut off.

use std::path::Path;

use crate::cli::recording::target::RecordTarget;
use crate::text::visible;

/// What a recorder has kept of a session that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RecordingOutcome {
    /// All of it, on the disk.
    Whole(RecordTarget),
    /// The part before a failure.
    Part(RecordTarget, String),
    /// Nothing, because of a failure.
    Failed(String),
    /// Nothing, because nothing has happened: no step has been taken, and nothing has been changed.
    Empty,
    /// Nothing, because all of it comes from another recording.
    Played,
}

impl RecordingOutcome {
    /// Returns the words on the outcome; none if nothing is lost.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Whole(target) => format!("{} goes on with this session", command(target)),
            Self::Part(target, reason) => {
                let (command, reason) = (command(target), visible(reason));
                format!(
                    "this session is not kept to its end: {reason}; {command} goes on from there"
                )
            }
            Self::Failed(reason) => nothing_kept(reason),
            Self::Empty => String::new(),
            Self::Played => "the recording that was played is as it was".to_owned(),
        }
    }
}

/// Returns the words on a session of which nothing is kept.
pub(super) fn nothing_kept(reason: &str) -> String {
    format!("nothing of this session is kept: {}", visible(reason))
}

/// Returns the command that resumes a session recorded there.
fn command(target: &RecordTarget) -> String {
    match target {
        RecordTarget::Folder(_) => "xentviz resume".to_owned(),
        RecordTarget::File(path) => format!("xentviz resume {}", in_shell(path)),
    }
}

/// Returns the path, quoted if a shell needs that.
fn in_shell(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.+,:@".contains(c);
    if path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", visible(&path).replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{RecordingOutcome, nothing_kept};
    use crate::cli::recording::target::{NotRecorded, RecordTarget};

    #[test]
    fn the_words_on_each_outcome_name_the_command_or_the_reason() {
        let folder = RecordTarget::Folder(PathBuf::from("/s/xentviz/sessions"));
        let file = |path: &str| RecordTarget::File(PathBuf::from(path));
        let full = || "cannot record the session: no space\u{1b}".to_owned();
        for (outcome, expected) in [
            (RecordingOutcome::Whole(folder.clone()), "xentviz resume goes on with this session"),
            (
                RecordingOutcome::Whole(file("a/mine.jsonl")),
                "xentviz resume a/mine.jsonl goes on with this session",
            ),
            (
                RecordingOutcome::Whole(file("it's \u{1b}mine")),
                "xentviz resume 'it'\\''s \\u{1b}mine' goes on with this session",
            ),
            (
                RecordingOutcome::Part(folder, full()),
                "this session is not kept to its end: cannot record the session: no space\\u{1b}; \
                 xentviz resume goes on from there",
            ),
            (
                RecordingOutcome::Failed(full()),
                "nothing of this session is kept: cannot record the session: no space\\u{1b}",
            ),
            (RecordingOutcome::Played, "the recording that was played is as it was"),
            (RecordingOutcome::Empty, ""),
        ] {
            assert_eq!(outcome.words(), expected);
        }
        let words = nothing_kept(&NotRecorded::Unwanted.to_string());
        assert_eq!(words, "nothing of this session is kept: --no-record was given");
    }
}
