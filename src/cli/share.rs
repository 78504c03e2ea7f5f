//! The line of a shell that shows the present state of a run again: `:share` and `--print-share`.

use std::path::{Path, PathBuf};

use clap::CommandFactory;

use crate::cli::args::Args;
use crate::cli::options::Options;
use crate::cli::recording::Recorder;
use crate::telemetry::{History, RunState};
use crate::text::visible;
use crate::views::SharedState;

/// The name of the program, as it is typed.
const PROGRAM: &str = "xentviz";

/// What would do where neither a line nor a recording makes a state again.
const INSTEAD: &str = ":save NAME keeps it, replay NAME.jsonl shows it";

/// A line of a shell that shows a state of a run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SharedLine {
    /// The line, without its end.
    pub(super) line: String,
    /// Why it plays the recording of the session up to its end, if it does.
    pub(super) why_replay: Option<String>,
}

/// What the line depends on besides the run and its screen.
pub(super) struct Sharing {
    /// The recorder of the session, if it is recorded.
    pub(super) recorder: Option<Recorder>,
    /// The file of the session that is carried out again, if there is one.
    pub(super) plays: Option<PathBuf>,
    /// Whether the line is printed at the end.
    pub(super) is_printed: bool,
}

impl Sharing {
    /// Returns what the options and the recorder, if there is one, say of it.
    pub(super) fn of(options: &Options, recorder: Option<&Recorder>) -> Self {
        Self {
            recorder: recorder.cloned(),
            plays: options.recording.plays.clone(),
            is_printed: options.prints_share,
        }
    }

    /// Returns the line that shows this state again.
    ///
    /// # Errors
    /// If there is none. The error says why, and what would do.
    pub(super) fn share(&self, shared: &SharedState) -> Result<SharedLine, String> {
        let recorded = self.recorder.as_ref().and_then(Recorder::path);
        let flags = shared.appearance.is_presenting.then(|| "--present".to_owned());
        share(&shared.history, flags.as_slice(), recorded.as_deref().or(self.plays.as_deref()))
    }

    /// Returns the line, or why there is none, if it is to be printed.
    pub(super) fn last_words(&self, shared: &SharedState) -> String {
        match self.is_printed.then(|| self.share(shared)) {
            None => String::new(),
            Some(Ok(SharedLine { line, .. })) => line + "\n",
            Some(Err(reason)) => reason + "\n",
        }
    }
}

/// Returns the line that shows the position of a watched run again, with these flags of the screen. If the run takes
/// more than a line, it plays the recording.
fn share(
    history: &History,
    flags: &[String],
    recording: Option<&Path>,
) -> Result<SharedLine, String> {
    let reproduction = history.reproduction.as_ref().ok_or("there is no run that can be shared")?;
    let position = (step_to_reach(history), history.epochs);
    let (mut arguments, why_replay) = match reproduction.arguments(position, history.clock()) {
        Ok(arguments) => (arguments, None),
        Err(why) => match recording.and_then(Path::to_str) {
            Some(path) => (vec!["replay".to_owned(), path.to_owned()], Some(why)),
            None => return Err(format!("no line does it: {why}; {INSTEAD}")),
        },
    };
    if let Some(name) = arguments.first_mut().filter(|_| why_replay.is_none()) {
        *name = as_path(name);
    }
    arguments.extend_from_slice(flags);
    Ok(SharedLine { line: line_of(&arguments)?, why_replay })
}

/// Returns the step to which a run is trained to be in this state. The step in which the last arm diverges is not
/// counted as taken, but has to be tried.
fn step_to_reach(history: &History) -> u64 {
    let is_stopped = history.state == RunState::Stopped;
    let end = history.clock().end_of_epoch(history.epochs);
    if is_stopped { end.min(history.step + 1) } else { history.step }
}

/// Returns the name of a scenario so that it is taken for neither a subcommand nor a flag.
fn as_path(name: &str) -> String {
    let is_taken = name.starts_with('-') || Args::command().find_subcommand(name).is_some();
    if is_taken { format!("./{name}") } else { name.to_owned() }
}

/// Returns the program with these arguments as a line of a shell.
///
/// # Errors
/// If an argument has characters that a line of a terminal cannot have.
fn line_of(arguments: &[String]) -> Result<String, String> {
    if let Some(hidden) = arguments.iter().find(|argument| visible(argument) != **argument) {
        let shown = visible(hidden);
        return Err(format!("no line does it: {shown} has hidden characters; {INSTEAD}"));
    }
    let words = arguments.iter().map(|argument| quoted(argument));
    Ok(std::iter::once(PROGRAM.to_owned()).chain(words).collect::<Vec<_>>().join(" "))
}

/// Returns an argument as a word of a shell, quoted if it needs that.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.+,:@%=".contains(c);
    // zsh replaces a word that begins with =.
    if !argument.is_empty() && !argument.starts_with('=') && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests;
