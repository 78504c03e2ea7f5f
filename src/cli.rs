//! The doors: arguments, terminal, clock and files.

mod clock;
mod colours;
mod files;
mod options;
mod terminal;

use std::process::ExitCode;

/// Runs the program on the arguments it was started with.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
