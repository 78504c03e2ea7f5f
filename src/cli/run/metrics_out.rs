//! The output of metrics: to standard output, to a pipe or device, or to a file that no other run
//! writes to at the same time.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::error_report::UsageError;
use crate::cli::files::{Disk, is_special};
use crate::cli::run::lines::LineFile;
use crate::cli::run::lock::{LockOutcome, lock};
use crate::cli::run::output_names::{METRICS, cannot_write};
use crate::cli::run::output_stream::{OutputStream, WaitPolicy};
use crate::cli::run::pipes::open_when_read;
use crate::report::{
    ExpectedMetrics, KeptPart, Metrics, MetricsError, MetricsFormat, Recorded, RecordedArm,
    kept_metrics,
};
use crate::telemetry::Evaluation;

/// The open output of the metrics of a run.
pub(super) struct MetricsOut {
    metrics: Metrics<Box<dyn Write>>,
    /// The file, if the output is a regular one.
    file: Option<Arc<File>>,
    /// The records of each arm.
    arms: Vec<ArmRecords>,
    /// A message about the fault because of which the rest of the file was cut off.
    fault: Option<String>,
}

/// The records of one arm.
#[derive(Clone)]
struct ArmRecords {
    /// The name of the arm.
    name: String,
    /// The records from before this run was resumed. An arm that catches up with the others does
    /// not write existing records again.
    before: Recorded,
    /// The number of records due since then, including those that already exist.
    since: u64,
    /// The step of the newest of those.
    newest: Option<u64>,
}

/// The properties of the run that determine its metrics output.
pub(super) struct RecordedRun<'a> {
    /// The layers of the deepest arm, without the input.
    pub(super) layers: usize,
    /// The arms, at the steps from which they start.
    pub(super) arms: Vec<RecordedArm<'a>>,
    /// Whether the run is resumed.
    pub(super) is_resumed: bool,
}

impl RecordedRun<'_> {
    /// Returns the records that the first part of the run sent to a pipe. All arms had sent the
    /// records of the newest network before it was saved.
    fn sent(&self) -> Vec<Recorded> {
        let furthest = self.arms.iter().max_by_key(|arm| (arm.step, arm.is_evaluated));
        let newest = furthest.and_then(RecordedArm::passed);
        let of = |arm: &RecordedArm<'_>| Recorded {
            records: arm.records,
            // Nothing is known about an arm that was not saved: it may have been added.
            newest: newest.filter(|_| arm.step > 0 || arm.is_evaluated),
        };
        self.arms.iter().map(of).collect()
    }
}

impl MetricsOut {
    /// Opens standard output.
    ///
    /// # Errors
    /// Returns an error if the heading cannot be written.
    pub(super) fn to_output(run: &RecordedRun<'_>, patience: &WaitPolicy) -> io::Result<Self> {
        let to = Box::new(OutputStream::output(patience));
        Self::begin(to, MetricsFormat::JsonLines, run, run.sent())
    }

    /// Opens the file, pipe or device at this path. Returns `None` if the end of the run is
    /// requested before a pipe has a reader.
    ///
    /// The file of a resumed run is cut after the records that precede the resumption. Any other
    /// file is emptied.
    ///
    /// # Errors
    /// Returns an error if the output cannot be written to, if another run writes to it, or if it
    /// does not hold the metrics of the resumed run.
    pub(super) fn to_path(
        path: &Path,
        run: &RecordedRun<'_>,
        patience: &WaitPolicy,
    ) -> anyhow::Result<Option<Self>> {
        let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = if is_csv { MetricsFormat::Csv } else { MetricsFormat::JsonLines };
        if is_special(path) {
            let opened = open_when_read(path, patience).with_context(|| cannot_write(path))?;
            let begin = |stream| Self::begin(Box::new(stream), format, run, run.sent());
            let begun = opened.map(begin).transpose();
            return begun.with_context(|| cannot_write(path));
        }
        let file = open_alone(path, run.is_resumed)?;
        let nothing =
            || KeptPart { bytes: 0, arms: vec![Recorded::default(); run.arms.len()], fault: None };
        let kept = if run.is_resumed { kept_part(&file, path, format, run)? } else { nothing() };
        file.set_len(kept.bytes).with_context(|| cannot_write(path))?;
        let file = Arc::new(file);
        let to: Box<dyn Write> = Box::new(LineFile::new(Arc::clone(&file), kept.bytes));
        let begun = if kept.bytes > 0 {
            Ok(Self::with_records(Metrics::resume(to, format, run.layers), run, kept.arms))
        } else {
            Self::begin(to, format, run, kept.arms).with_context(|| cannot_write(path))
        };
        begun.map(|begun| Some(Self { file: Some(file), fault: kept.fault, ..begun }))
    }

    fn begin(
        to: Box<dyn Write>,
        format: MetricsFormat,
        run: &RecordedRun<'_>,
        before: Vec<Recorded>,
    ) -> io::Result<Self> {
        Ok(Self::with_records(Metrics::new(to, format, run.layers)?, run, before))
    }

    fn with_records(
        metrics: Metrics<Box<dyn Write>>,
        run: &RecordedRun<'_>,
        before: Vec<Recorded>,
    ) -> Self {
        let arms = run.arms.iter().zip(before).map(|(arm, before)| ArmRecords {
            name: arm.name.to_owned(),
            before,
            since: 0,
            newest: None,
        });
        Self { metrics, file: None, arms: arms.collect(), fault: None }
    }

    /// Returns the message about the fault because of which the end of the file was cut off, if
    /// any.
    pub(super) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Returns the number of records of an arm up to its current step.
    pub(super) fn records(&self, arm: usize) -> u64 {
        self.arms[arm].before.records + self.arms[arm].since
    }

    /// Writes the record of an arm, unless it was written before.
    ///
    /// # Errors
    /// Returns an error if the record cannot be written.
    pub(super) fn record(
        &mut self,
        arm: usize,
        eta: f64,
        evaluation: &Evaluation,
    ) -> io::Result<()> {
        let records = &mut self.arms[arm];
        let step = Some(evaluation.step);
        if records.newest >= step {
            return Ok(());
        }
        if records.before.newest < step {
            self.metrics.record(&records.name, eta, evaluation)?;
        }
        records.since += 1;
        records.newest = step;
        Ok(())
    }

    /// Flushes the records.
    ///
    /// # Errors
    /// Returns an error if the records cannot be written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.metrics.flush()
    }

    /// Returns the file, if the output is a regular one.
    pub(super) fn file(&self) -> Option<&Arc<File>> {
        self.file.as_ref()
    }

    /// Closes the output: a file is synced, and the reader of a pipe sees its end.
    ///
    /// # Errors
    /// Returns an error if the records cannot be written or synced.
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
        LockOutcome::Ours => Ok(file),
        LockOutcome::Theirs(holder) => {
            let path = path.display();
            let why = format!("{holder} writes to it; another file would do");
            Err(UsageError::new(format!("{METRICS} {path}: {why}")).into())
        }
    }
}

/// Returns the part of a file that a resumed run keeps.
fn kept_part(
    file: &File,
    path: &Path,
    format: MetricsFormat,
    run: &RecordedRun<'_>,
) -> Result<KeptPart, UsageError> {
    let of = ExpectedMetrics { format, layers: run.layers, arms: &run.arms };
    kept_metrics(&mut BufReader::new(file), &of).map_err(|error| {
        let expected = match error {
            MetricsError::Records { .. } => format!("another file, or no {METRICS}, would do"),
            _ => "another file would do".to_owned(),
        };
        UsageError::new(format!("{METRICS} {}: {error}; {expected}", path.display()))
    })
}
