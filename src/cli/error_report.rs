//! Prints errors and determines the exit status.

use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{self, UnwindSafe};
use std::process::ExitCode;

use thiserror::Error;

use crate::text::{shortened, visible, visible_lines};

/// The exit status of a run that failed.
const FAILED: u8 = 1;

/// The exit status if a request is refused before anything is done.
const REFUSED: u8 = 2;

/// The most characters of a line: a few rows on a terminal, and more than any error needs that
/// quotes no file and no command line. Quoted texts can have any length.
const LONGEST: usize = 600;

/// A request that is refused before anything is done (exit status 2).
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct UsageError(String);

impl UsageError {
    pub(super) fn new(why: impl Display) -> Self {
        Self(why.to_string())
    }
}

/// Prints an error to standard error and returns the exit status.
///
/// A closed pipe (`| head`) is not a failure.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    print(&joined(error));
    ExitCode::from(if error.is::<UsageError>() { REFUSED } else { FAILED })
}

/// Returns one of several errors and prints the others on standard error. The returned error is a
/// broken pipe only if all are.
pub(super) fn report_all_but_one(errors: Vec<anyhow::Error>) -> anyhow::Result<()> {
    let (gone, mut failures): (Vec<_>, Vec<_>) = errors.into_iter().partition(is_broken_pipe);
    let Some(last) = failures.pop() else { return gone.into_iter().next().map_or(Ok(()), Err) };
    for error in &failures {
        print(&joined(error));
    }
    Err(last)
}

/// Turns a panic, which the hook has printed already, into an ordinary failure.
pub(super) fn guard(work: impl FnOnce() -> ExitCode + UnwindSafe) -> ExitCode {
    panic::catch_unwind(work).unwrap_or(ExitCode::from(FAILED))
}

/// Prints an error of the command line, or the help or version that was requested. Returns the exit
/// status.
pub(super) fn answer(refusal: &clap::Error) -> ExitCode {
    if !refusal.use_stderr() {
        return match refusal.print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(FAILED),
            _ => ExitCode::SUCCESS,
        };
    }
    // The tips and the usage are separate lines.
    let text = visible_lines(&refusal.render().to_string());
    let text = text.trim_end();
    write_stderr(text.strip_prefix("error: ").unwrap_or(text));
    ExitCode::from(REFUSED)
}

/// Prints a message on standard error, in one line.
pub(super) fn print(text: &str) {
    write_stderr(&visible(text));
}

/// Writes a text to standard error; the caller has made control characters visible.
fn write_stderr(text: &str) {
    // A failure to write to standard error cannot be reported anywhere.
    let _ = writeln!(io::stderr(), "xentviz: {}", bounded(text));
}

/// Shortens each line to a length that a terminal can show.
fn bounded(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| shortened(line, LONGEST)).collect();
    lines.join("\n")
}

pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Joins the error and its causes in one line, without repeating a cause that the text already ends
/// with.
fn joined(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.ends_with(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::process::ExitCode;

    use anyhow::Context;

    use super::{
        FAILED, LONGEST, UsageError, bounded, guard, is_broken_pipe, joined, report_all_but_one,
    };

    #[test]
    fn a_panic_is_a_failure_of_status_1() {
        let status = guard(|| panic!("on purpose"));
        assert_eq!(format!("{status:?}"), format!("{:?}", ExitCode::from(FAILED)));
    }

    #[test]
    fn causes_are_joined_without_repetition() {
        let error = Err::<(), _>(io::Error::other("disk full"))
            .context("cannot write x: disk full")
            .context("the run ended early")
            .unwrap_err();
        assert_eq!(joined(&error), "the run ended early: cannot write x: disk full");
    }

    #[test]
    fn a_broken_pipe_is_returned_only_if_there_is_no_other_error() {
        let gone = || anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(report_all_but_one(Vec::new()).is_ok());
        let error = report_all_but_one(vec![gone(), anyhow::anyhow!("full"), gone()]).unwrap_err();
        assert_eq!(error.to_string(), "full");
        assert!(is_broken_pipe(&report_all_but_one(vec![gone(), gone()]).unwrap_err()));
    }

    #[test]
    fn a_shortened_line_keeps_its_beginning_and_its_end() {
        let long = format!("--set a={}: a: unknown key; did you mean eta?", "x".repeat(70_000));
        let lines = bounded(&format!("{long}\n\nshort"));
        let lines: Vec<&str> = lines.lines().collect();
        assert!(lines[0].chars().count() <= LONGEST + 3 && lines[0].starts_with("--set a=xx"));
        assert!(lines[0].ends_with("x: a: unknown key; did you mean eta?"), "{}", lines[0]);
        assert_eq!(lines[1..], ["", "short"]);
    }

    #[test]
    fn a_broken_pipe_is_recognised_under_its_context() {
        let gone = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::from(gone).context("cannot write -")));
        assert!(!is_broken_pipe(&UsageError::new("no such thing").into()));
    }
}
