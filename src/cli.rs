//! The doors: arguments, terminal, clock and files.

mod files;
mod options;

use std::process::ExitCode;

/// Runs the program on the arguments it was started with.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
