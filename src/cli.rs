//! The command line program: arguments, clock, files, and how the program ends.

mod args;
mod clipboard;
mod clock;
mod dashboard;
mod data_scenario;
mod environment;
mod error_report;
mod files;
mod flag_values;
mod list;
mod memory;
mod model_scenario;
mod models;
mod options;
mod panic_log;
#[cfg(test)]
mod pty_child;
mod recording;
mod run;
mod save_tracker;
mod scenario;
mod session;
mod settings;
mod share;
mod shutdown;
mod shutdown_triggers;
mod signals;
mod test_card;
mod threads;
mod time_limits;
mod time_memory;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

use crate::cli::args::{Args, CliCommand};

pub use recording::record_into;

/// Runs the program on the arguments it was started with.
pub fn main() -> ExitCode {
    memory::reserve_little();
    // With SIGXFSZ caught, a file at its size limit causes a write error instead of ending the program.
    let _ = flag::register(SIGXFSZ, Arc::default());
    error_report::guard(|| match Args::try_parse() {
        Ok(args) => execute(&args).unwrap_or_else(|error| error_report::report(&error)),
        Err(refusal) => error_report::answer(&refusal),
    })
}

fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    time_limits::check()?;
    time_memory::check()?;
    match &args.command {
        None => return session::watch(&args.dashboard),
        Some(CliCommand::Resume(args)) => return session::resume(args),
        Some(CliCommand::Replay(args)) => return session::replay(args),
        Some(CliCommand::Run(args)) => return run::run(args),
        Some(CliCommand::List) => list::list(&mut io::stdout())?,
        Some(CliCommand::Show(args)) => list::show(&mut io::stdout(), args, &*files::opener())?,
        Some(CliCommand::Data { file, changes }) => {
            let changes = changes.overrides();
            list::data(&mut io::stdout(), file, &changes, &*files::opener())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
