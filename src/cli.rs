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
mod recovery;
mod run;
mod save_tracker;
mod scenario;
mod settings;
mod shutdown;
mod shutdown_triggers;
mod signals;
mod test_card;
mod threads;
mod time_limits;
mod time_memory;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

use crate::cli::args::{Args, CliCommand, DashboardArgs};
use crate::cli::error_report::UsageError;
use crate::cli::options::Options;
use crate::cli::settings::Settings;
use crate::cli::threads::MinThreads;

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
        None => return watch(&args.dashboard),
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

/// Opens the dashboard.
fn watch(args: &DashboardArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let settings = Settings::gather(&args.screen, &environment::environment, &*open)?;
    if let Some(word) = settings.config_warning() {
        error_report::print(word);
    }
    if args.screen.test_colors {
        test_card::print(&args.screen, &settings, &environment::environment)?;
        return Ok(ExitCode::SUCCESS);
    }
    let changes = args.changes.overrides();
    let lasting = scenario::permanent_changes(&changes);
    let scenario = scenario::read(&args.scenario, changes, &*open)?;
    let model = model_scenario::model_path(&args.scenario);
    let start = args.load.as_deref().or(model.as_deref()).map(|path| {
        let arms = scenario.arms.iter().map(|arm| arm.name.as_str());
        models::read_models(path, arms, ("--load", &*open))
    });
    let mut start = start.transpose()?;
    if let Some(start) = &mut start {
        if model.is_some() {
            model_scenario::remark_assumed(start, &scenario, &args.changes.overrides());
        }
        // The run takes these values itself; here a contradiction is refused before the screen opens.
        start.adopted_by(&scenario).map_err(UsageError::new)?;
    }
    if !io::stdout().is_terminal() {
        let name = &scenario.name;
        let without = format!("`xentviz run {name}` trains without a screen");
        return Err(UsageError::new(format!("standard output is no terminal; {without}")).into());
    }
    threads::build_pool(MinThreads::PoolThread)?;
    let options = Options {
        paused: args.paused,
        present: args.present,
        settings,
        sync: !args.no_sync,
        overrides: lasting,
        start,
        open,
    };
    dashboard::run(scenario, &options)
}
