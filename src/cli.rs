//! The doors: arguments, terminal, clock and files.

mod args;
mod card;
mod choices;
mod clipboard;
mod clock;
mod colours;
mod cut_off;
mod dashboard;
mod failure;
mod files;
mod list;
mod memory;
mod options;
#[cfg(test)]
mod own_terminal;
mod panic_log;
mod patience;
mod run;
mod saving;
mod scenario;
mod settings;
mod signals;
mod terminal;
mod threads;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

use crate::cli::args::{Args, Command, DashboardArgs};
use crate::cli::failure::Refused;
use crate::cli::options::Options;
use crate::cli::settings::Settings;
use crate::cli::threads::Minimum;

/// Runs the program on the arguments it was started with.
pub fn main() -> ExitCode {
    memory::reserve_little();
    // A file that may grow no further is then a disk that is full: an error, and not the end.
    // Where this signal cannot be caught, it ends the program as it would have.
    let _ = flag::register(SIGXFSZ, Arc::default());
    failure::guard(|| match Args::try_parse() {
        Ok(args) => obey(&args).unwrap_or_else(|error| failure::report(&error)),
        Err(refusal) => failure::answer(&refusal),
    })
}

fn obey(args: &Args) -> anyhow::Result<ExitCode> {
    patience::check()?;
    match &args.command {
        None => return watch(&args.dashboard),
        Some(Command::Run(args)) => return run::run(args),
        Some(Command::List) => list::list(&mut io::stdout())?,
        Some(Command::Show { name }) => list::show(&mut io::stdout(), name)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the dashboard.
fn watch(args: &DashboardArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let settings = Settings::gather(&args.screen, &colours::environment, &*open)?;
    if let Some(word) = settings.passed_over() {
        failure::print(word);
    }
    if args.screen.test_colors {
        card::print(&args.screen, &settings, &colours::environment)?;
        return Ok(ExitCode::SUCCESS);
    }
    let changes = args.changes.overrides();
    let lasting = scenario::lasting(&changes);
    let scenario = scenario::read(&args.scenario, changes, &*open)?;
    if !io::stdout().is_terminal() {
        let name = &scenario.name;
        let without = format!("`xentviz run {name}` trains without a screen");
        return Err(Refused::new(format!("standard output is no terminal; {without}")).into());
    }
    threads::build_pool(Minimum::PoolThread)?;
    let options =
        Options { paused: args.paused, settings, sync: !args.no_sync, overrides: lasting, open };
    dashboard::run(scenario, &options)
}
