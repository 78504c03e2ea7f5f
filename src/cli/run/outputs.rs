//! Where a run writes: decided and tried out before it begins.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::args::RunArgs;
use crate::cli::failure::Refused;
use crate::cli::files::{check_writable, write_whole};
use crate::cli::run::models::{ModelFormat, of_arm, stands_for_arms};
use crate::report::{Metrics, MetricsFormat, Summary};
use crate::telemetry::ModelState;

/// The name that stands for standard output.
const STANDARD_OUTPUT: &str = "-";

/// Where a run writes.
pub(super) struct Outputs {
    metrics: Option<PathBuf>,
    summary: Option<PathBuf>,
    save: Option<(PathBuf, ModelFormat)>,
}

/// The metrics of a run on their way out.
pub(super) type MetricsOut = Metrics<Box<dyn Write>>;

impl Outputs {
    /// Finds out where the run writes, and that it can.
    pub(super) fn new(args: &RunArgs, arms: &[&str]) -> Result<Self, Refused> {
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
        let outputs = Self { metrics: args.metrics.clone(), summary: args.summary.clone(), save };
        outputs.check(arms)?;
        Ok(outputs)
    }

    /// Whether standard output is taken by the metrics.
    pub(super) fn take_standard_output(&self) -> bool {
        self.metrics.as_deref() == Some(Path::new(STANDARD_OUTPUT))
    }

    /// Whether anything is written at the end.
    pub(super) fn has_an_end(&self) -> bool {
        self.summary.is_some() || self.save.is_some()
    }

    fn check(&self, arms: &[&str]) -> Result<(), Refused> {
        let metrics = self.metrics.iter().filter(|_| !self.take_standard_output());
        let mut places: Vec<(&str, PathBuf)> = Vec::new();
        places.extend(metrics.map(|path| ("--metrics", path.clone())));
        places.extend(self.summary.iter().map(|path| ("--summary", path.clone())));
        if let Some((path, _)) = &self.save {
            places.extend(arms.iter().map(|arm| ("--save", of_arm(path, arm))));
        }
        for (i, (flag, path)) in places.iter().enumerate() {
            if path == Path::new(STANDARD_OUTPUT) {
                let why = "only --metrics goes to standard output";
                return Err(Refused::new(format!("{flag} -: {why}")));
            }
            if let Some((other, _)) = places.iter().take(i).find(|(_, other)| other == path) {
                let path = path.display();
                return Err(Refused::new(format!("{other} and {flag} both say {path}")));
            }
            check_writable(path).map_err(|error| {
                Refused::new(format!("{flag} {}: cannot be written: {error}", path.display()))
            })?;
        }
        Ok(())
    }

    /// Opens the metrics; `layers` counts those of the deepest arm, without the input.
    pub(super) fn open_metrics(&self, layers: usize) -> anyhow::Result<Option<MetricsOut>> {
        let Some(path) = &self.metrics else { return Ok(None) };
        let to: Box<dyn Write> = if self.take_standard_output() {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).with_context(|| cannot_write(path))?)
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

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
