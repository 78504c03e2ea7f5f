//! `xentviz run`: trains without a screen.

mod bar_line;
mod checkpoints;
mod headless;
mod interrupt;
mod interval;
mod lines;
mod lock;
mod metrics_out;
mod model_files;
mod numbers;
mod output_names;
mod output_stream;
mod outputs;
mod path_checks;
mod pipes;
mod progress;
mod reservation;
mod run_clock;
mod run_start;
mod stopwatch;
mod table;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::cli::args::RunArgs;
use crate::cli::clock::now;
use crate::cli::error_report::{self, UsageError};
use crate::cli::model_scenario::model_path;
use crate::cli::run::headless::{ArmResult, HeadlessRun};
use crate::cli::run::interrupt::Interrupt;
use crate::cli::run::metrics_out::{MetricsOut, RecordedRun};
use crate::cli::run::output_stream::{OutputStream, WaitPolicy};
use crate::cli::run::outputs::Outputs;
use crate::cli::run::progress::Progress;
use crate::cli::run::run_start::{RunStart, StartedScenario, read_start};
use crate::cli::run::table::{write_heading, write_times, write_until};
use crate::cli::threads::{self, MinThreads};
use crate::cli::{files, panic_log, scenario};
use crate::data::Data;
use crate::experiment::{Experiment, LoadError, UntilWatch, load};
use crate::file::Opener;
use crate::report::{RecordedArm, Summary};
use crate::scenario::{ArmSpec, SavedModel, Scenario};
use crate::telemetry::Until;

pub(super) use interval::Interval;
pub(super) use table::{ArmRow, write_arms};

/// Trains a scenario to its end and writes the requested files.
pub(super) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    panic_log::log_all_panics();
    let began = now();
    // First, because opening a file may never return.
    let interrupt =
        Interrupt::listen().context("cannot start the thread that listens to signals")?;
    let open = files::opener();
    let scenario = scenario::read(&args.scenario, args.changes.overrides(), &*open)?;
    let outputs = Outputs::new(args, &scenario)?;
    let model = model_path(&args.scenario);
    let StartedScenario { scenario, start, remarks } =
        read_start((args, model.as_deref()), scenario, &*open)?;
    let patience = WaitPolicy::new(&interrupt);
    let mut progress = Progress::new(&outputs, &patience);
    for remark in &remarks {
        progress.print(remark);
    }
    let loading_began = now();
    let Some(data) = load_data(&scenario, &*open, &interrupt, &mut progress)? else {
        progress.end();
        return Ok(interrupt.exit_code());
    };
    let loading = loading_began.elapsed();
    let mut experiment = experiment(&scenario, data, &start)?;
    let until = args.until.clone().map(|until| watch(until, &mut experiment)).transpose()?;
    progress.end();
    let resumed = resumed(&start, &experiment);
    let recorded = recorded_run(&experiment, &scenario.arms, &start);
    let metrics = outputs.open_metrics(&recorded, &patience)?;
    if let Some(fault) = metrics.as_ref().and_then(MetricsOut::fault) {
        progress.print(&format!("{}: {fault}; the rest is cut off", outputs.metrics_named()));
    }
    let mut training = HeadlessRun::new(experiment, &outputs, metrics, until)?;
    // Without the clock thread only the reported times are less exact.
    let _ = run_clock::start();
    // Last, because the pool takes all threads that the system still grants.
    threads::build_pool(MinThreads::CurrentThread)?;
    let threads = training.threads();
    if !interrupt.begin_training() {
        return Ok(interrupt.exit_code());
    }
    if let Some(resumed) = resumed {
        progress.print(&resumed);
    }
    let trained = training.train(&interrupt, &mut progress);
    progress.end();
    let times = RunTimes { threads, loading, began };
    let ended = end(trained, &mut training, &times, &patience);
    while ended.is_err() && interrupt.is_ending_at_once() {
        // The error is that half-written files are gone; the status is that of the signal.
        thread::park();
    }
    ended.map(|()| interrupt.exit_code())
}

/// Sets up the arms of a scenario, at their initial weights, at loaded ones, or where they are
/// resumed.
fn experiment(scenario: &Scenario, data: Data, start: &RunStart) -> Result<Experiment, UsageError> {
    let mut experiment = Experiment::new(scenario, Arc::new(data)).map_err(UsageError::new)?;
    match start {
        RunStart::Scenario => {}
        RunStart::Models(start) => {
            experiment.start_from(&start.models).map_err(UsageError::new)?;
        }
        RunStart::Resume(saved) => {
            for (arm, saved) in saved.iter().enumerate() {
                let Some(SavedModel { model, origin }) = saved else { continue };
                experiment.resume(arm, model, origin).map_err(UsageError::new)?;
            }
        }
    }
    Ok(experiment)
}

/// Returns the watch of the condition that is to end a run.
fn watch(until: Until, experiment: &mut Experiment) -> Result<UntilWatch, UsageError> {
    let (flag, epochs) = (format!("--until {until}"), experiment.epochs());
    let clock = Arc::clone(experiment.clock());
    let watch = UntilWatch::new(until, experiment, &clock, epochs);
    watch.map_err(|reason| UsageError::new(format!("{flag}: {reason}")))
}

/// Returns the message about where a run is resumed, or `None` if it is not.
fn resumed(start: &RunStart, experiment: &Experiment) -> Option<String> {
    let RunStart::Resume(saved) = start else { return None };
    if saved.iter().all(Option::is_none) {
        return Some("nothing has been saved yet: the run starts from its beginning".to_owned());
    }
    let (step, epoch, epochs) = (experiment.step(), experiment.epoch(), experiment.epochs());
    if step > experiment.clock().end_of_epoch(epochs) {
        return Some(format!(
            "resumed after step {step}: the networks stand at epoch {epoch}, and nothing is left to \
             train up to epoch {epochs}"
        ));
    }
    Some(format!("resumed after step {step}: {epoch} of {epochs} epochs are done"))
}

/// Returns the properties of a run that determine its metrics: those of a resumed run are appended to those
/// of its first part.
fn recorded_run<'a>(
    experiment: &Experiment,
    arms: &'a [ArmSpec],
    start: &RunStart,
) -> RecordedRun<'a> {
    let layers = arms.iter().map(|arm| arm.layers.len() - 1).max().unwrap_or(0);
    let saved = match start {
        RunStart::Scenario | RunStart::Models(_) => None,
        RunStart::Resume(saved) => Some(saved),
    };
    let recorded = |index: usize| {
        let saved = saved.and_then(|saved| saved[index].as_ref()?.model.training.as_ref());
        RecordedArm {
            name: &arms[index].name,
            step: saved.map_or(0, |state| state.step),
            epoch: saved.map_or(0, |state| experiment.clock().epoch(state.step)),
            is_evaluated: saved.is_some_and(|state| state.is_evaluated),
            records: saved.map_or(0, |state| state.records),
        }
    };
    let arms = (0..arms.len()).map(recorded).collect();
    RecordedRun { layers, arms, is_resumed: saved.is_some() }
}

/// The threads and times of a run.
struct RunTimes {
    threads: usize,
    /// The time taken to load the data.
    loading: Duration,
    /// The time at which the program started.
    began: Instant,
}

/// Writes the requested files and the table of the arms.
fn end(
    trained: anyhow::Result<()>,
    training: &mut HeadlessRun<'_>,
    times: &RunTimes,
    patience: &WaitPolicy,
) -> anyhow::Result<()> {
    let outputs = training.outputs();
    if trained.as_ref().is_err_and(|error| outputs.has_lost_reader(error)) {
        return Ok(());
    }
    let mut errors: Vec<anyhow::Error> = trained.err().into_iter().collect();
    // Closed before other pipes are written: one reader may read them one after another.
    errors.extend(training.end_metrics().err());
    if let Some(failure) = training.end_checkpoints() {
        error_report::print(&failure);
    }
    let arms = training.ends();
    let models = training.models();
    let facts = training.facts();
    let summary = Summary {
        scenario: facts.name.clone(),
        seed: facts.seed,
        precision: facts.precision.name().to_owned(),
        threads: times.threads,
        data: facts.data.clone(),
        until: training.until(),
        arms: arms.iter().map(|arm| arm.summary.clone()).collect(),
        load_seconds: times.loading.as_secs_f64(),
        wall_seconds: times.began.elapsed().as_secs_f64(),
    };
    let unwritten = outputs.write_end(&summary, &models, patience);
    if let (true, Some(epoch)) = (unwritten.is_empty(), training.unrecorded_epoch())
        && !errors.is_empty()
    {
        let kept = format!("the networks are saved as of epoch {epoch}, which has no whole record");
        let of_record = errors.remove(0).context(kept);
        errors.insert(0, of_record);
    }
    errors.extend(unwritten);
    patience.note_written();
    let mut table = Vec::new();
    write_heading(&mut table, facts)?;
    write_arms(&mut table, facts, &arms.iter().map(ArmResult::line).collect::<Vec<_>>())?;
    write_until(&mut table, &summary)?;
    write_times(&mut table, &summary)?;
    let written = write_end(outputs, patience, &table).map_err(anyhow::Error::from);
    errors.extend(written.or_else(|error| outputs.forgive_hang_up(error)).err());
    error_report::report_all_but_one(errors)
}

/// Loads the data. Returns `None` if the end of the run was requested meanwhile.
fn load_data(
    scenario: &Scenario,
    open: &Opener,
    interrupt: &Interrupt,
    progress: &mut Progress,
) -> anyhow::Result<Option<Data>> {
    let loaded = load(scenario, open, &mut |load| {
        progress.loading(&load.what, load.fraction);
        if interrupt.is_requested() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match loaded {
        Ok(data) => Ok(Some(data)),
        Err(error) if error.is_cancelled() => Ok(None),
        Err(error @ LoadError::NoFolder) => Err(UsageError::new(error).into()),
        Err(error) => Err(error.into()),
    }
}

/// Writes the table to standard output, or to standard error if standard output carries the
/// metrics.
fn write_end(outputs: &Outputs, patience: &WaitPolicy, text: &[u8]) -> io::Result<()> {
    let is_taken = outputs.has_metrics_on_stdout();
    let mut to =
        if is_taken { OutputStream::error(patience) } else { OutputStream::output(patience) };
    to.write_all(text)
}
