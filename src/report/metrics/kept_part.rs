//! The part of a file of metrics that a resumed run keeps: all records before the step at which it is
//! resumed. With the records that it appends, the file becomes that of a run that was never interrupted. A
//! file that does not hold all metrics of this run is an error.
//!
//! The scenario does not determine which epochs have been evaluated, because a resumed run may evaluate
//! others. So a model holds the number of records that its run had written, and the file must have as
//! many.

use std::io::{self, BufRead, Read};

use serde::Deserialize;
use thiserror::Error;

use crate::report::metrics::{MetricsFormat, heading};
use crate::text::excerpt;

/// The longest line of metrics, in bytes. A record with the most layers takes a fifth of it.
const LONGEST: u64 = 256 << 10;

/// The most characters of a file that an error quotes.
const QUOTED: usize = 80;

/// The run whose metrics a file should hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExpectedMetrics<'a> {
    /// The format of the records.
    pub format: MetricsFormat,
    /// The number of layers of the deepest arm, without the input.
    pub layers: usize,
    /// The arms. They may be at different steps: the run may have been killed between their files.
    pub arms: &'a [RecordedArm<'a>],
}

/// An arm of the run whose metrics a file should hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordedArm<'a> {
    /// The name of the arm.
    pub name: &'a str,
    /// The step at which it is resumed.
    pub step: u64,
    /// The whole epochs up to that step.
    pub epoch: u64,
    /// Whether the evaluation of that step has been made.
    pub is_evaluated: bool,
    /// The number of its records that the run has written up to that step.
    pub records: u64,
}

impl RecordedArm<'_> {
    /// Returns the last step whose record, if it has one, has been written.
    pub(crate) fn passed(&self) -> Option<u64> {
        if self.is_evaluated { Some(self.step) } else { self.step.checked_sub(1) }
    }

    /// Returns whether a record of this step was written before the arm's checkpoint.
    fn has_passed(&self, step: u64) -> bool {
        self.passed() >= Some(step)
    }
}

/// The part of a file of metrics that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptPart {
    /// The number of bytes kept from the beginning of the file; 0 if not even the heading is complete.
    pub bytes: u64,
    /// The records of each arm.
    pub arms: Vec<Recorded>,
    /// The fault because of which the rest of the file is not kept, if it has one. An incomplete last line
    /// is no fault.
    pub fault: Option<String>,
}

/// The records of one arm that a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// The number of records up to the step at which the arm is resumed.
    pub records: u64,
    /// The step of the newest record. If the arm's file is older than that of another arm, this may be
    /// later than the step at which it is resumed.
    pub newest: Option<u64>,
}

/// The reason why a file does not hold the metrics of a run.
#[derive(Debug, Error)]
pub(crate) enum MetricsError {
    /// The reader failed.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The file has other columns.
    #[error("begins with `{found}`, expected the columns `{expected}`")]
    Heading {
        /// The first line.
        found: String,
        /// The heading of the run's metrics.
        expected: String,
    },
    /// A line is not a record of the run.
    #[error("line {line} is {found}, expected {expected}")]
    Line {
        /// The number of the line, from 1.
        line: usize,
        /// The line, or the fault in it.
        found: String,
        /// The expected content.
        expected: String,
    },
    /// Records are missing or belong to another run.
    #[error(
        "holds {found} records of the arm `{arm}` up to epoch {epoch}, where its model stands, expected \
         {expected}; {ends}"
    )]
    Records {
        /// The name of the arm.
        arm: String,
        /// The whole epochs of its model.
        epoch: u64,
        /// The number of records found up to there.
        found: u64,
        /// The number of records that its run has written.
        expected: u64,
        /// The end of the arm's records, in words.
        ends: String,
    },
}

/// Returns the part of a file of metrics that is kept: its records up to the step at which the run is
/// resumed. An empty file keeps nothing: the metrics begin there.
///
/// A power cut may leave bytes that are no record behind the last one on the disk. They are dropped if all
/// expected records are there.
///
/// # Errors
/// If the file cannot be read, a line is not a record of the run, or a record is missing.
pub(crate) fn kept_metrics(
    from: &mut dyn BufRead,
    run: &ExpectedMetrics<'_>,
) -> Result<KeptPart, MetricsError> {
    let lines = MetricsLines { from, run, number: 0, bytes: 0 };
    let kept = KeptPart { bytes: 0, arms: vec![Recorded::default(); run.arms.len()], fault: None };
    let mut reading = Reading { lines, kept, newest: vec![None; run.arms.len()], is_past: false };
    let fault = if reading.heading()? { reading.records()? } else { None };
    reading.checked(fault)
}

/// The state of reading a file of metrics.
struct Reading<'f, 'o> {
    lines: MetricsLines<'f, 'o>,
    kept: KeptPart,
    /// The epoch and the step of the newest record of each arm.
    newest: Vec<Option<(u64, u64)>>,
    /// Whether a record has been read that is not kept.
    is_past: bool,
}

impl Reading<'_, '_> {
    /// Reads the heading, if the format has one. Returns `false` if the file ends within it.
    fn heading(&mut self) -> Result<bool, MetricsError> {
        let ExpectedMetrics { format, layers, .. } = *self.lines.run;
        if format == MetricsFormat::JsonLines {
            return Ok(true);
        }
        match self.lines.next()? {
            FileLine::Whole(line) => check_heading(&line, layers)?,
            FileLine::Torn(line) if heading(layers).starts_with(&line) => return Ok(false),
            FileLine::Torn(line) => return Err(other_heading(&line, layers)),
        }
        self.kept.bytes = self.lines.bytes;
        Ok(true)
    }

    /// Reads records up to the end or a fault, which it returns.
    ///
    /// A file whose first line is faulty is not a file of metrics, which is an error.
    fn records(&mut self) -> Result<Option<MetricsError>, MetricsError> {
        loop {
            match self.lines.next_record() {
                Ok(Some(record)) => self.take(&record)?,
                Ok(None) => return Ok(None),
                Err(fault @ MetricsError::Line { .. }) if self.lines.number > 1 => {
                    return Ok(Some(fault));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Records a line. It is kept if any arm has reached its step: the records are synced before the
    /// networks are saved, so those of the newest network are complete for all arms.
    fn take(&mut self, record: &KeptRecord) -> Result<(), MetricsError> {
        let arms = self.lines.run.arms;
        let Some(index) = arms.iter().position(|arm| arm.name == record.arm) else {
            let names: Vec<_> = arms.iter().map(|arm| arm.name).collect();
            let found = format!("of the arm `{}`", excerpt(&record.arm, QUOTED));
            let expected = format!("one of {}", names.join(" or "));
            return Err(MetricsError::Line { line: self.lines.number, found, expected });
        };
        let is_kept = arms.iter().any(|arm| arm.has_passed(record.step));
        let before = self.newest[index].replace((record.epoch, record.step));
        let before = before.map(|(_, step)| step);
        if before >= Some(record.step) || (is_kept && self.is_past) {
            let (step, before) = (record.step, before.unwrap_or(0));
            let found = format!("of step {step} after one of step {before}");
            let expected = "the records of one run in their order".to_owned();
            return Err(MetricsError::Line { line: self.lines.number, found, expected });
        }
        self.is_past |= !is_kept;
        if is_kept {
            let kept = &mut self.kept.arms[index];
            kept.newest = Some(record.step);
            kept.records += u64::from(arms[index].has_passed(record.step));
            self.kept.bytes = self.lines.bytes;
        }
        Ok(())
    }

    /// Checks that the file has the expected number of records. If there are fewer because of a fault, the
    /// fault is the error.
    fn checked(mut self, fault: Option<MetricsError>) -> Result<KeptPart, MetricsError> {
        let mut arms = self.lines.run.arms.iter().zip(&self.kept.arms).zip(&self.newest);
        let wrong = arms.find(|((arm, kept), _)| kept.records != arm.records);
        let Some(((arm, kept), newest)) = wrong.filter(|_| self.lines.bytes > 0) else {
            self.kept.fault = fault.map(|fault| fault.to_string());
            return Ok(self.kept);
        };
        if let Some(fault) = fault.filter(|_| kept.records < arm.records) {
            return Err(fault);
        }
        let ends = match newest {
            None => "it has none".to_owned(),
            Some((epoch, _)) => format!("they end with epoch {epoch}"),
        };
        let (arm, epoch, expected) = (arm.name.to_owned(), arm.epoch, arm.records);
        Err(MetricsError::Records { arm, epoch, found: kept.records, expected, ends })
    }
}

/// The lines of a file, one by one.
struct MetricsLines<'f, 'o> {
    from: &'f mut dyn BufRead,
    run: &'o ExpectedMetrics<'o>,
    /// The number of the newest line, and the bytes up to its end.
    number: usize,
    bytes: u64,
}

/// A line of a file, without its line feed.
enum FileLine {
    /// It has a line feed.
    Whole(String),
    /// The file ends within it, or before it if the text is empty.
    Torn(String),
}

/// The fields of a record that decide whether it is kept.
struct KeptRecord {
    arm: String,
    epoch: u64,
    step: u64,
}

/// A record in JSON, with every field and no other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the unused fields define what a record of metrics is")]
struct RecordFields {
    arm: String,
    epoch: u64,
    step: u64,
    eta: f64,
    cost: f64,
    cost_data: f64,
    accuracy: Option<f64>,
    test_cost: Option<f64>,
    test_accuracy: Option<f64>,
    r2: Option<f64>,
    mean_error: Option<f64>,
    test_r2: Option<f64>,
    test_mean_error: Option<f64>,
    gradient_norm: Vec<f64>,
    saturation: Vec<f64>,
    /// Earlier versions wrote none.
    saturated_wrong: Option<f64>,
}

impl MetricsLines<'_, '_> {
    /// Returns the next record, or `None` at the end of the file or of its last complete line.
    fn next_record(&mut self) -> Result<Option<KeptRecord>, MetricsError> {
        match self.next()? {
            FileLine::Whole(line) => self.record(&line).map(Some),
            FileLine::Torn(line) if self.is_beginning(&line) => Ok(None),
            FileLine::Torn(line) => Err(self.wrong(&line)),
        }
    }

    fn next(&mut self) -> Result<FileLine, MetricsError> {
        self.number += 1;
        let mut bytes = Vec::new();
        (&mut *self.from).take(LONGEST).read_until(b'\n', &mut bytes)?;
        self.bytes += bytes.len() as u64;
        let is_whole = bytes.pop_if(|last| *last == b'\n').is_some();
        let text = String::from_utf8(bytes);
        let text = text.map_err(|e| self.wrong(&String::from_utf8_lossy(e.as_bytes())))?;
        Ok(if is_whole { FileLine::Whole(text) } else { FileLine::Torn(text) })
    }

    /// Returns whether a record of the run may begin with this text.
    fn is_beginning(&self, line: &str) -> bool {
        let begins = |begin: String| begin.starts_with(line) || line.starts_with(&begin);
        (line.len() as u64) < LONGEST
            && self.run.arms.iter().any(|RecordedArm { name: arm, .. }| match self.run.format {
                MetricsFormat::JsonLines => begins(format!("{{\"arm\": \"{arm}\", ")),
                MetricsFormat::Csv => begins(format!("{arm},")),
            })
    }

    fn record(&self, line: &str) -> Result<KeptRecord, MetricsError> {
        let record = match self.run.format {
            MetricsFormat::JsonLines => json(line, self.run.layers),
            MetricsFormat::Csv => csv(line, self.run.layers),
        };
        record.ok_or_else(|| self.wrong(line))
    }

    fn wrong(&self, line: &str) -> MetricsError {
        MetricsError::Line {
            line: self.number,
            found: format!("`{}`", excerpt(line, QUOTED)),
            expected: "a record of metrics".to_owned(),
        }
    }
}

fn json(line: &str, layers: usize) -> Option<KeptRecord> {
    let fields: RecordFields = serde_json::from_str(line).ok()?;
    let lists = [&fields.gradient_norm, &fields.saturation];
    let fits = lists.iter().all(|list| (1..=layers).contains(&list.len()));
    fits.then_some(KeptRecord { arm: fields.arm, epoch: fields.epoch, step: fields.step })
}

/// Parses a row of CSV. No name of an arm and no number contains a comma or quotes.
fn csv(line: &str, layers: usize) -> Option<KeptRecord> {
    let mut cells = line.split(',');
    let (arm, epoch, step) = (cells.next()?, cells.next()?, cells.next()?);
    let record =
        KeptRecord { arm: arm.to_owned(), epoch: epoch.parse().ok()?, step: step.parse().ok()? };
    let columns = heading(layers).split(',').count();
    let are_numbers = cells.clone().all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok());
    (are_numbers && 3 + cells.count() == columns).then_some(record)
}

fn check_heading(line: &str, layers: usize) -> Result<(), MetricsError> {
    if heading(layers).strip_suffix('\n') == Some(line) {
        return Ok(());
    }
    Err(other_heading(line, layers))
}

fn other_heading(line: &str, layers: usize) -> MetricsError {
    MetricsError::Heading {
        found: excerpt(line, QUOTED),
        // The columns that may differ come last.
        expected: excerpt(heading(layers).trim_end(), 4 * QUOTED),
    }
}

#[cfg(test)]
mod tests;
