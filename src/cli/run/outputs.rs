//! Where a run writes: decided and tried out before it begins.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::io::Errno;

use crate::cli::args::RunArgs;
use crate::cli::failure::{Refused, is_broken_pipe};
use crate::cli::files::{check_appendable, check_writable, known_as, write_whole};
use crate::cli::run::lines::Lines;
use crate::cli::run::models::{ModelFormat, of_arm, stands_for_arms};
use crate::cli::run::stream::{Patience, Stream};
use crate::experiment::{DataSpec, Scenario, find};
use crate::report::{Metrics, MetricsFormat, Summary};
use crate::telemetry::ModelState;

/// The name that stands for standard output.
const STANDARD_OUTPUT: &str = "-";

/// The flag that says where the metrics go.
const METRICS: &str = "--metrics";

/// Where a run writes.
pub(super) struct Outputs {
    metrics: Option<PathBuf>,
    summary: Option<PathBuf>,
    save: Option<(PathBuf, ModelFormat)>,
    /// Whether it was a terminal that the run was started on.
    is_on_terminal: bool,
}

/// The metrics of a run on their way out.
pub(super) type MetricsOut = Metrics<Box<dyn Write>>;

impl Outputs {
    /// Finds out where the run writes, and that it can.
    pub(super) fn new(args: &RunArgs, scenario: &Scenario) -> Result<Self, Refused> {
        let arms: Vec<&str> = scenario.arms.iter().map(|arm| arm.name.as_str()).collect();
        let save = match &args.save {
            Some(path) => Some((path.clone(), ModelFormat::of(path, "--save")?)),
            None => None,
        };
        if let Some((path, _)) = &save
            && arms.len() > 1
            && !stands_for_arms(path)
        {
            return Err(Refused::new(format!(
                "--save {}: with {} arms the name must hold {{arm}}, as in model-{{arm}}.json",
                path.display(),
                arms.len()
            )));
        }
        let outputs = Self {
            metrics: args.metrics.clone(),
            summary: args.summary.clone(),
            save,
            is_on_terminal: io::stdout().is_terminal() || io::stderr().is_terminal(),
        };
        let mut places = outputs.places(&arms);
        check(&places)?;
        places.splice(0..0, sources(&args.scenario, scenario));
        refuse_twins(&places)?;
        Ok(outputs)
    }

    /// Whether standard output is taken by the metrics.
    pub(super) fn take_standard_output(&self) -> bool {
        self.metrics.as_deref() == Some(Path::new(STANDARD_OUTPUT))
    }

    /// Whether the reader of the metrics has gone: a pipe broken, a terminal closed. That is no
    /// failure.
    pub(super) fn have_no_reader(&self, error: &anyhow::Error) -> bool {
        is_broken_pipe(error) || (self.take_standard_output() && self.is_hung_up(error))
    }

    /// Passes over an error that comes of a terminal that was closed during the run.
    pub(super) fn forgive_hang_up(&self, error: anyhow::Error) -> anyhow::Result<()> {
        if self.is_hung_up(&error) { Ok(()) } else { Err(error) }
    }

    fn is_hung_up(&self, error: &anyhow::Error) -> bool {
        let hung_up = Some(Errno::IO.raw_os_error());
        let cause = error.root_cause().downcast_ref::<io::Error>();
        self.is_on_terminal && cause.is_some_and(|io| io.raw_os_error() == hung_up)
    }

    /// Whether anything is written at the end.
    pub(super) fn has_an_end(&self) -> bool {
        self.summary.is_some() || self.save.is_some()
    }

    /// Every file that is written, with the flag that named it.
    fn places(&self, arms: &[&str]) -> Vec<(&'static str, PathBuf)> {
        let metrics = self.metrics.iter().filter(|_| !self.take_standard_output());
        let mut places: Vec<(&str, PathBuf)> = Vec::new();
        places.extend(metrics.map(|path| (METRICS, path.clone())));
        places.extend(self.summary.iter().map(|path| ("--summary", path.clone())));
        if let Some((path, _)) = &self.save {
            places.extend(arms.iter().map(|arm| ("--save", of_arm(path, arm))));
        }
        places
    }

    /// Opens the metrics; `layers` counts those of the deepest arm, without the input.
    pub(super) fn open_metrics(
        &self,
        layers: usize,
        patience: &Patience,
    ) -> anyhow::Result<Option<MetricsOut>> {
        let Some(path) = &self.metrics else { return Ok(None) };
        let to: Box<dyn Write> = if self.take_standard_output() {
            Box::new(Stream::output(patience))
        } else {
            let file = File::create(path).with_context(|| cannot_write(path))?;
            let is_regular = file.metadata().with_context(|| cannot_write(path))?.is_file();
            if is_regular {
                Box::new(Lines::new(file))
            } else {
                Box::new(Stream::named(file, patience))
            }
        };
        let csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = if csv { MetricsFormat::Csv } else { MetricsFormat::JsonLines };
        Ok(Some(Metrics::new(to, format, layers).with_context(|| cannot_write(path))?))
    }

    /// What an error of the metrics is about.
    pub(super) fn metrics_context(&self) -> String {
        self.metrics.as_deref().map_or_else(String::new, cannot_write)
    }

    /// Writes the summary, if it was asked for.
    pub(super) fn write_summary(&self, summary: &Summary) -> anyhow::Result<()> {
        let Some(path) = &self.summary else { return Ok(()) };
        write_whole(path, true, |to| summary.write(to)).with_context(|| cannot_write(path))
    }

    /// Writes the models, if they were asked for.
    pub(super) fn save_models(&self, models: &[ModelState]) -> anyhow::Result<()> {
        let Some((path, format)) = &self.save else { return Ok(()) };
        for model in models {
            let path = of_arm(path, &model.arm);
            write_whole(&path, true, |to| format.write(to, model))
                .with_context(|| cannot_write(&path))?;
        }
        Ok(())
    }
}

/// Refuses what cannot be written to.
fn check(places: &[(&str, PathBuf)]) -> Result<(), Refused> {
    for (flag, path) in places {
        if path == Path::new(STANDARD_OUTPUT) {
            let why = "only --metrics goes to standard output";
            return Err(Refused::new(format!("{flag} -: {why}")));
        }
        // The metrics are written where they stand, a line at a time; the others whole.
        let checked = if *flag == METRICS { check_appendable(path) } else { check_writable(path) };
        checked.map_err(|error| {
            Refused::new(format!("{flag} {}: cannot be written: {error}", path.display()))
        })?;
    }
    Ok(())
}

/// The files that the run itself is made from.
fn sources(said: &str, scenario: &Scenario) -> Vec<(&'static str, PathBuf)> {
    let mut sources = Vec::new();
    if find(said).is_none() {
        sources.push(("the scenario", PathBuf::from(said)));
    }
    if let DataSpec::Csv { path, .. } = &scenario.data {
        sources.push(("data.path", PathBuf::from(path)));
    }
    sources
}

/// Refuses to write over a file that another one is written to or read from.
fn refuse_twins(places: &[(&str, PathBuf)]) -> Result<(), Refused> {
    let mut known: Vec<(&str, PathBuf)> = Vec::new();
    for (flag, path) in places {
        let as_known = known_as(path);
        if let Some((other, _)) = known.iter().find(|(_, other)| *other == as_known) {
            let path = path.display();
            return Err(Refused::new(format!("{other} and {flag} both say {path}")));
        }
        known.push((flag, as_known));
    }
    Ok(())
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
