//! The outputs of a run, determined and checked before it begins.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use rustix::io::Errno;

use crate::cli::args::RunArgs;
use crate::cli::error_report::{UsageError, is_broken_pipe};
use crate::cli::files::{is_special, write_whole};
use crate::cli::models::of_arm;
use crate::cli::run::checkpoints::{Checkpoints, Schedule};
use crate::cli::run::interval::Interval;
use crate::cli::run::lock::process_shown;
use crate::cli::run::metrics_out::{MetricsOut, RecordedRun};
use crate::cli::run::model_files::{ModelFiles, model_files};
use crate::cli::run::output_names::{LOAD, METRICS, SAVE, STANDARD_OUTPUT, cannot_write};
use crate::cli::run::output_stream::WaitPolicy;
use crate::cli::run::path_checks::{NamedPath, check, refuse_twins, sources};
use crate::cli::run::pipes::{self, PendingWrite};
use crate::cli::run::reservation::{Reservation, ReserveOutcome, reserve};
use crate::report::Summary;
use crate::scenario::Scenario;
use crate::telemetry::ModelState;

/// The outputs of a run.
pub(super) struct Outputs {
    metrics: Option<PathBuf>,
    summary: Option<PathBuf>,
    save: Option<ModelFiles>,
    checkpoint: Option<Interval>,
    /// The reservations of the other files than that of the metrics, for as long as the run lasts.
    reserved: Vec<Reservation>,
    /// Whether the run was started on a terminal.
    is_on_terminal: bool,
}

impl Outputs {
    /// Determines where the run writes, and checks that it can.
    pub(super) fn new(args: &RunArgs, scenario: &Scenario) -> Result<Self, UsageError> {
        let arms: Vec<&str> = scenario.arms.iter().map(|arm| arm.name.as_str()).collect();
        let mut outputs = Self {
            reserved: Vec::new(),
            metrics: args.metrics.clone(),
            summary: args.summary.clone(),
            save: args
                .save
                .as_deref()
                .map(|path| model_files(path, arms.len(), args.names))
                .transpose()?,
            checkpoint: args.checkpoint,
            is_on_terminal: io::stdout().is_terminal() || io::stderr().is_terminal(),
        };
        outputs.check_checkpoint(&arms)?;
        let mut places = outputs.places(&arms);
        check(&places)?;
        places.splice(0..0, sources(&args.scenario, scenario));
        if let Some(path) = &args.load {
            places.splice(0..0, arms.iter().map(|arm| (LOAD, of_arm(path, arm))));
        }
        refuse_twins(&places)?;
        outputs.reserved = outputs.reserve(&arms)?;
        Ok(outputs)
    }

    /// Reserves the files that are written at the end or replaced by checkpoints. That of the metrics is locked
    /// itself.
    fn reserve(&self, arms: &[&str]) -> Result<Vec<Reservation>, UsageError> {
        let mut reserved = Vec::new();
        for (flag, path) in self.places(arms) {
            if flag == METRICS || is_special(&path) {
                continue;
            }
            match reserve(&path) {
                ReserveOutcome::Ours(reservation) => reserved.push(reservation),
                ReserveOutcome::Theirs(pid) => {
                    let holder = process_shown(pid);
                    let path = path.display();
                    let why = format!("{holder} writes to it; another file would do");
                    return Err(UsageError::new(format!("{flag} {path}: {why}")));
                }
                ReserveOutcome::Unsupported => {}
            }
        }
        Ok(reserved)
    }

    /// Refuses checkpoints if the networks are not saved to files.
    fn check_checkpoint(&self, arms: &[&str]) -> Result<(), UsageError> {
        if self.checkpoint.is_none() {
            return Ok(());
        }
        let refused = |why: &str| Err(UsageError::new(format!("--checkpoint: {why}")));
        let Some(ModelFiles { path, .. }) = &self.save else {
            return refused("--save must say which files to keep up to date");
        };
        match arms.iter().map(|arm| of_arm(path, arm)).find(|path| is_special(path)) {
            Some(path) => refused(&format!("--save {} is no file to be replaced", path.display())),
            None => Ok(()),
        }
    }

    /// Returns whether the metrics go to standard output.
    pub(super) fn has_metrics_on_stdout(&self) -> bool {
        self.metrics.as_deref() == Some(Path::new(STANDARD_OUTPUT))
    }

    /// Returns whether an error means that the reader of the metrics is gone: a broken pipe, or a
    /// closed terminal. That is no failure.
    pub(super) fn has_lost_reader(&self, error: &anyhow::Error) -> bool {
        is_broken_pipe(error) || (self.has_metrics_on_stdout() && self.is_hung_up(error))
    }

    /// Ignores an error caused by a terminal that was closed during the run.
    pub(super) fn forgive_hang_up(&self, error: anyhow::Error) -> anyhow::Result<()> {
        if self.is_hung_up(&error) { Ok(()) } else { Err(error) }
    }

    fn is_hung_up(&self, error: &anyhow::Error) -> bool {
        let hung_up = Some(Errno::IO.raw_os_error());
        let cause = error.root_cause().downcast_ref::<io::Error>();
        self.is_on_terminal && cause.is_some_and(|io| io.raw_os_error() == hung_up)
    }

    /// Returns whether the networks are saved.
    pub(super) fn saves_models(&self) -> bool {
        self.save.is_some()
    }

    /// Returns whether a summary or networks are written at the end.
    pub(super) fn has_final_files(&self) -> bool {
        self.summary.is_some() || self.save.is_some()
    }

    /// Returns every file that is written, with the flag that named it.
    fn places(&self, arms: &[&str]) -> Vec<NamedPath> {
        let metrics = self.metrics.iter().filter(|_| !self.has_metrics_on_stdout());
        let mut places: Vec<NamedPath> = Vec::new();
        places.extend(metrics.map(|path| (METRICS, path.clone())));
        places.extend(self.summary.iter().map(|path| ("--summary", path.clone())));
        if let Some(ModelFiles { path, .. }) = &self.save {
            places.extend(arms.iter().map(|arm| (SAVE, of_arm(path, arm))));
        }
        places
    }

    /// Opens the metrics, if requested, and waits for the reader of a pipe. Returns `None` if they
    /// were not requested, or if the end of the run is requested meanwhile.
    pub(super) fn open_metrics(
        &self,
        run: &RecordedRun<'_>,
        patience: &WaitPolicy,
    ) -> anyhow::Result<Option<MetricsOut>> {
        match &self.metrics {
            None => Ok(None),
            Some(path) if self.has_metrics_on_stdout() => {
                let metrics = MetricsOut::to_output(run, patience);
                metrics.map(Some).with_context(|| cannot_write(path))
            }
            Some(path) => MetricsOut::to_path(path, run, patience),
        }
    }

    /// Starts the checkpoints of a run at this epoch and time, if requested.
    pub(super) fn start_checkpoints(
        &self,
        epoch: u64,
        now: Instant,
        metrics: Option<Arc<File>>,
    ) -> anyhow::Result<Option<Checkpoints>> {
        let Some((interval, to)) = self.checkpoint.zip(self.save.clone()) else { return Ok(None) };
        Checkpoints::start(Schedule::new(interval, epoch, now), to, metrics).map(Some)
    }

    /// Returns the flag of the metrics with the file, as it was given.
    pub(super) fn metrics_named(&self) -> String {
        let path = self.metrics.as_deref().unwrap_or(Path::new(STANDARD_OUTPUT));
        format!("{METRICS} {}", path.display())
    }

    /// Returns the context for errors of the metrics.
    pub(super) fn metrics_context(&self) -> String {
        self.metrics.as_deref().map_or_else(String::new, cannot_write)
    }

    /// Writes the requested networks and the summary: first files, then pipes and devices in the
    /// order in which their readers open them. If one cannot be written, the others still are.
    /// Returns the errors.
    pub(super) fn write_end(
        &self,
        summary: &Summary,
        models: &[ModelState],
        patience: &WaitPolicy,
    ) -> Vec<anyhow::Error> {
        let saved = self.save.iter().flat_map(|to| models.iter().map(move |model| (to, model)));
        let saved = saved.map(|(to, model)| (to.of(model), FinalFile::Model(to, model)));
        let summary = self.summary.iter().map(|path| (path.clone(), FinalFile::Summary(summary)));
        let (special, files): (Vec<_>, Vec<_>) =
            saved.chain(summary).partition(|(path, _)| is_special(path));
        let mut errors = Vec::new();
        for (path, end) in &files {
            let written = write_whole(path, true, |to| end.write(to));
            errors.extend(written.with_context(|| cannot_write(path)).err());
        }
        let pending = special
            .iter()
            .map(|(path, end)| PendingWrite { path, write: |to: &mut dyn Write| end.write(to) });
        errors.extend(pipes::write_all(pending.collect(), patience));
        errors
    }
}

/// The content of a file that is written at the end of a run.
enum FinalFile<'a> {
    Summary(&'a Summary),
    Model(&'a ModelFiles, &'a ModelState),
}

impl FinalFile<'_> {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Summary(summary) => summary.write(to),
            Self::Model(files, model) => files.write_to(to, model),
        }
    }
}
