//! The output of metrics: to standard output, to a pipe or device, or to a file that no other run writes
//! to at the same time.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::failure::Refused;
use crate::cli::files::{Disk, is_special};
use crate::cli::run::lines::Lines;
use crate::cli::run::lock::{Locked, lock};
use crate::cli::run::outputs::{METRICS, cannot_write};
use crate::cli::run::pipes::open_when_read;
use crate::cli::run::stream::{Patience, Stream};
use crate::report::{Kept, Metrics, MetricsFormat, MetricsOf, kept_metrics};
use crate::telemetry::Evaluation;

/// The open output of the metrics of a run.
pub(super) struct MetricsOut {
    metrics: Metrics<Box<dyn Write>>,
    /// The file they are written to, if it is a regular one.
    file: Option<Arc<File>>,
    /// For each arm the epoch of its newest record.
    recorded: Vec<Option<u64>>,
}

/// The run whose metrics are written, as far as the output depends on it.
pub(super) struct RecordedRun<'a> {
    /// Layers of its deepest arm, without the input.
    pub(super) layers: usize,
    /// The names of its arms.
    pub(super) arms: &'a [&'a str],
    /// The step it is resumed at, and whether that step has been evaluated.
    pub(super) resumed: Option<(u64, bool)>,
}

impl MetricsOut {
    /// Opens standard output.
    ///
    /// # Errors
    /// If the heading cannot be written.
    pub(super) fn to_output(run: &RecordedRun<'_>, patience: &Patience) -> io::Result<Self> {
        let to = Box::new(Stream::output(patience));
        Self::begin(to, (MetricsFormat::JsonLines, run), None)
    }

    /// Opens the file, pipe or device of this path; returns `None` if the end of the run is requested before
    /// a pipe has a reader.
    ///
    /// The file of a resumed run is cut after its last record before that step. Any other file is emptied.
    ///
    /// # Errors
    /// If it cannot be written to, another run writes to it, or it does not hold the metrics of the resumed
    /// run.
    pub(super) fn to_path(
        path: &Path,
        run: &RecordedRun<'_>,
        patience: &Patience,
    ) -> anyhow::Result<Option<Self>> {
        let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = if is_csv { MetricsFormat::Csv } else { MetricsFormat::JsonLines };
        if is_special(path) {
            let opened = open_when_read(path, patience).with_context(|| cannot_write(path))?;
            let begin = |stream| Self::begin(Box::new(stream), (format, run), None);
            let begun = opened.map(begin).transpose();
            return begun.with_context(|| cannot_write(path));
        }
        let file = open_alone(path, run.resumed.is_some())?;
        let kept = match run.resumed {
            Some(at) => Some(kept_of(&file, path, (format, run), at)?),
            None => None,
        };
        let length = kept.as_ref().map_or(0, |kept| kept.bytes);
        file.set_len(length).with_context(|| cannot_write(path))?;
        let file = Arc::new(file);
        let to = Box::new(Lines::new(Arc::clone(&file), length));
        let begun = match kept {
            Some(Kept { bytes, recorded }) if bytes > 0 => {
                let metrics = Metrics::resume(to as Box<dyn Write>, format, run.layers);
                Ok(Self { metrics, file: Some(file), recorded })
            }
            _ => Self::begin(to, (format, run), Some(file)),
        };
        begun.map(Some).with_context(|| cannot_write(path))
    }

    fn begin(
        to: Box<dyn Write>,
        (format, run): (MetricsFormat, &RecordedRun<'_>),
        file: Option<Arc<File>>,
    ) -> io::Result<Self> {
        let metrics = Metrics::new(to, format, run.layers)?;
        Ok(Self { metrics, file, recorded: vec![None; run.arms.len()] })
    }

    /// Writes the record of an arm, unless it has been written.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn record(
        &mut self,
        (arm, name): (usize, &str),
        eta: f64,
        evaluation: &Evaluation,
    ) -> io::Result<()> {
        if self.recorded[arm].is_some_and(|epoch| evaluation.epoch <= epoch) {
            return Ok(());
        }
        self.metrics.record(name, eta, evaluation)?;
        self.recorded[arm] = Some(evaluation.epoch);
        Ok(())
    }

    /// Flushes the records.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.metrics.flush()
    }

    /// Returns the file they are written to, if it is a regular one.
    pub(super) fn file(&self) -> Option<&Arc<File>> {
        self.file.as_ref()
    }

    /// Closes the output: a file is synced, the reader of a pipe gets its end.
    ///
    /// # Errors
    /// If the records cannot be written or synced.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.flush()?;
        self.file.map_or(Ok(()), |file| Disk::default().sync_file(&file))
    }
}

/// Opens a file for appending and locks it.
fn open_alone(path: &Path, is_read: bool) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    let opened = options.read(is_read).append(true).create(true).open(path);
    let file = opened.with_context(|| cannot_write(path))?;
    match lock(&file).with_context(|| format!("cannot lock {}", path.display()))? {
        Locked::Ours => Ok(file),
        Locked::Theirs(holder) => {
            let path = path.display();
            let why = format!("{holder} writes to it; another file would do");
            Err(Refused::new(format!("{METRICS} {path}: {why}")).into())
        }
    }
}

/// Returns the part of a file that a resumed run keeps.
fn kept_of(
    file: &File,
    path: &Path,
    (format, run): (MetricsFormat, &RecordedRun<'_>),
    (step, is_evaluated): (u64, bool),
) -> Result<Kept, Refused> {
    let of = MetricsOf { format, layers: run.layers, arms: run.arms, step, is_evaluated };
    kept_metrics(&mut BufReader::new(file), &of).map_err(|error| {
        let would_do = "another file would do";
        Refused::new(format!("{METRICS} {}: {error}; {would_do}", path.display()))
    })
}
