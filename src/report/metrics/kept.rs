//! The part of a file of metrics that a resumed run keeps: all records before the step it is resumed at.
//! With the records that it appends, the file becomes that of a run that was never interrupted. A file
//! that does not hold the metrics of such a run is an error.

use std::io::{self, BufRead, Read};

use serde::Deserialize;
use thiserror::Error;

use crate::report::metrics::{MetricsFormat, heading};
use crate::text::excerpt;

/// The longest line of metrics, in bytes. A record of the most layers takes a fifth of it.
const LONGEST: u64 = 256 << 10;

/// The most characters of a file that an error quotes.
const QUOTED: usize = 80;

/// The run whose metrics a file has to hold.
#[derive(Clone, Copy, Debug)]
pub struct MetricsOf<'a> {
    /// How its records are written.
    pub format: MetricsFormat,
    /// Layers of its deepest arm, without the input.
    pub layers: usize,
    /// The names of its arms.
    pub arms: &'a [&'a str],
    /// The step it is resumed at.
    pub step: u64,
    /// Whether the evaluation of that step has been made.
    pub is_evaluated: bool,
}

/// The part of a file of metrics that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its bytes from the beginning of the file; 0 if not even the heading is whole.
    pub bytes: u64,
    /// For each arm the epoch of its newest record.
    pub recorded: Vec<Option<u64>>,
}

/// The reason why a file does not hold the metrics of a run.
#[derive(Debug, Error)]
pub enum MetricsError {
    /// The reader failed.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It has other columns.
    #[error("begins with `{found}`, expected the columns `{expected}`")]
    Heading {
        /// Its first line.
        found: String,
        /// The heading of the run's metrics.
        expected: String,
    },
    /// A line is not a record of the run.
    #[error("line {line} is {found}, expected {expected}")]
    Line {
        /// Which line, counted from 1.
        line: usize,
        /// The line, or the fault in it.
        found: String,
        /// The content that it should have.
        expected: String,
    },
}

/// Returns the part of a file of metrics that is kept. A last line without a line feed is dropped.
///
/// # Errors
/// If the file cannot be read or a line is not a record of the run.
pub fn kept_metrics(from: &mut dyn BufRead, of: &MetricsOf<'_>) -> Result<Kept, MetricsError> {
    let mut lines = Lines { from, of, number: 0, bytes: 0 };
    let mut kept = Kept { bytes: 0, recorded: vec![None; of.arms.len()] };
    if of.format == MetricsFormat::Csv {
        match lines.next()? {
            Line::Whole(line) => check_heading(&line, of.layers)?,
            Line::Torn(line) if heading(of.layers).starts_with(&line) => return Ok(kept),
            Line::Torn(line) => return Err(other_heading(&line, of.layers)),
        }
        kept.bytes = lines.bytes;
    }
    let mut before = 0;
    loop {
        let line = match lines.next()? {
            Line::Whole(line) => line,
            Line::Torn(line) if lines.is_beginning(&line) => return Ok(kept),
            Line::Torn(line) => return Err(lines.wrong(&line)),
        };
        let record = lines.record(&line)?;
        let Some(arm) = of.arms.iter().position(|arm| *arm == record.arm) else {
            let found = format!("of the arm `{}`", excerpt(&record.arm, QUOTED));
            let expected = format!("one of {}", of.arms.join(" or "));
            return Err(MetricsError::Line { line: lines.number, found, expected });
        };
        if record.step < before {
            let found = format!("of step {} after one of step {before}", record.step);
            let expected = "the records of one run in their order".to_owned();
            return Err(MetricsError::Line { line: lines.number, found, expected });
        }
        before = record.step;
        let is_before = record.step < of.step || (record.step == of.step && of.is_evaluated);
        if is_before {
            kept.bytes = lines.bytes;
            kept.recorded[arm] = Some(record.epoch);
        }
    }
}

/// The lines of a file, one by one.
struct Lines<'f, 'o> {
    from: &'f mut dyn BufRead,
    of: &'o MetricsOf<'o>,
    /// The number of the newest line, and the bytes up to its end.
    number: usize,
    bytes: u64,
}

/// A line of a file, without its line feed.
enum Line {
    /// It has a line feed.
    Whole(String),
    /// The file ends within it, or before it if it is empty.
    Torn(String),
}

/// The fields of a record that decide whether it is kept.
struct Record {
    arm: String,
    epoch: u64,
    step: u64,
}

/// A record in JSON, with every field and no other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the unused fields define what a record of metrics is")]
struct Fields {
    arm: String,
    epoch: u64,
    step: u64,
    eta: f64,
    cost: f64,
    cost_data: f64,
    accuracy: Option<f64>,
    test_cost: Option<f64>,
    test_accuracy: Option<f64>,
    gradient_norm: Vec<f64>,
    saturation: Vec<f64>,
}

impl Lines<'_, '_> {
    fn next(&mut self) -> Result<Line, MetricsError> {
        self.number += 1;
        let mut bytes = Vec::new();
        (&mut *self.from).take(LONGEST).read_until(b'\n', &mut bytes)?;
        self.bytes += bytes.len() as u64;
        let is_whole = bytes.pop_if(|last| *last == b'\n').is_some();
        let text = String::from_utf8(bytes);
        let text = text.map_err(|e| self.wrong(&String::from_utf8_lossy(e.as_bytes())))?;
        Ok(if is_whole { Line::Whole(text) } else { Line::Torn(text) })
    }

    /// Returns whether a record of the run may begin with this.
    fn is_beginning(&self, line: &str) -> bool {
        let begins = |begin: String| begin.starts_with(line) || line.starts_with(&begin);
        (line.len() as u64) < LONGEST
            && self.of.arms.iter().any(|arm| match self.of.format {
                MetricsFormat::JsonLines => begins(format!("{{\"arm\": \"{arm}\", ")),
                MetricsFormat::Csv => begins(format!("{arm},")),
            })
    }

    fn record(&self, line: &str) -> Result<Record, MetricsError> {
        let record = match self.of.format {
            MetricsFormat::JsonLines => json(line, self.of.layers),
            MetricsFormat::Csv => csv(line, self.of.layers),
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

fn json(line: &str, layers: usize) -> Option<Record> {
    let fields: Fields = serde_json::from_str(line).ok()?;
    let lists = [&fields.gradient_norm, &fields.saturation];
    let fits = lists.iter().all(|list| (1..=layers).contains(&list.len()));
    fits.then_some(Record { arm: fields.arm, epoch: fields.epoch, step: fields.step })
}

/// Reads a row of CSV. No name of an arm and no number has a comma or quotes.
fn csv(line: &str, layers: usize) -> Option<Record> {
    let mut cells = line.split(',');
    let (arm, epoch, step) = (cells.next()?, cells.next()?, cells.next()?);
    let record =
        Record { arm: arm.to_owned(), epoch: epoch.parse().ok()?, step: step.parse().ok()? };
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
mod tests {
    use super::{Kept, MetricsError, MetricsOf, kept_metrics};
    use crate::report::{Metrics, MetricsFormat};
    use crate::telemetry::Evaluation;

    const ARMS: [&str; 2] = ["quadratic", "cross-entropy"];

    fn of(format: MetricsFormat, step: u64, is_evaluated: bool) -> MetricsOf<'static> {
        MetricsOf { format, layers: 2, arms: &ARMS, step, is_evaluated }
    }

    /// Metrics of both arms, an epoch being ten steps; one arm has a layer less.
    fn written(format: MetricsFormat, epochs: u64) -> String {
        let mut metrics = Metrics::new(Vec::new(), format, 2).unwrap();
        for epoch in 0..=epochs {
            for (arm, layers) in ARMS.into_iter().zip([2, 1]) {
                let evaluation = Evaluation {
                    epoch,
                    step: 10 * epoch,
                    cost: 0.1,
                    accuracy: Some(0.5),
                    gradient_norm: vec![0.2; layers],
                    saturation: vec![0.0; layers],
                    ..Evaluation::default()
                };
                metrics.record(arm, 0.15, &evaluation).unwrap();
            }
        }
        String::from_utf8(metrics.into_inner()).unwrap()
    }

    fn kept(text: &str, of: &MetricsOf<'_>) -> Result<Kept, MetricsError> {
        kept_metrics(&mut text.as_bytes(), of)
    }

    const FORMATS: [MetricsFormat; 2] = [MetricsFormat::JsonLines, MetricsFormat::Csv];

    #[test]
    fn records_are_kept_up_to_the_step_that_the_run_is_resumed_at() {
        for format in FORMATS {
            let text = written(format, 5);
            for (step, is_evaluated, epochs) in
                [(30, true, 3), (30, false, 2), (34, false, 3), (1000, false, 5), (0, true, 0)]
            {
                let found = kept(&text, &of(format, step, is_evaluated)).unwrap();
                let recorded = vec![Some(epochs); 2];
                assert_eq!(found.bytes, written(format, epochs).len() as u64, "{step}");
                assert_eq!(found.recorded, recorded);
            }
            let heading = Metrics::new(Vec::new(), format, 2).unwrap().into_inner().len() as u64;
            let nothing = Kept { bytes: heading, recorded: vec![None; 2] };
            assert_eq!(kept(&text, &of(format, 0, false)).unwrap(), nothing);
        }
    }

    #[test]
    fn a_file_that_ends_anywhere_is_kept_to_its_last_whole_record() {
        for format in FORMATS {
            let text = written(format, 3);
            for end in 0..=text.len() {
                let found = kept(&text[..end], &of(format, 1000, false)).unwrap();
                let whole = text[..end].rfind('\n').map_or(0, |at| at + 1);
                assert_eq!(found.bytes, whole as u64, "{end}");
            }
        }
    }

    #[test]
    fn what_is_not_the_metrics_of_such_a_run_is_refused_with_its_place() {
        let says =
            |format, text: &str| kept(text, &of(format, 1000, true)).unwrap_err().to_string();
        let json = |text: &str| says(MetricsFormat::JsonLines, text);
        let csv = |text: &str| says(MetricsFormat::Csv, text);
        let record = "expected a record of metrics";
        assert_eq!(json("notes\n"), format!("line 1 is `notes`, {record}"));
        assert_eq!(json("notes"), format!("line 1 is `notes`, {record}"));
        assert_eq!(json("\n"), format!("line 1 is ``, {record}"));
        let lines = written(MetricsFormat::JsonLines, 1);
        let spoilt = lines.replacen("\"step\": 10", "\"step\": -1", 1);
        assert!(json(&spoilt).starts_with("line 3 is `{\"arm\": \"quadratic\""), "{spoilt}");
        assert!(json(&lines.replacen("\"eta\"", "\"lr\"", 1)).starts_with("line 1 is"));
        assert!(json(&lines.replacen("[0.2, 0.2]", "[0.2, 0.2, 0.2]", 1)).ends_with(record));
        assert_eq!(
            json(&lines.replacen("quadratic", "third", 1)),
            "line 1 is of the arm `third`, expected one of quadratic or cross-entropy"
        );
        assert_eq!(
            json(&format!("{lines}{lines}")),
            "line 5 is of step 0 after one of step 10, expected the records of one run in their order"
        );
        assert!(json(&"x".repeat(1 << 20)).contains("x…`"));
        assert!(
            csv("a,b\n1,2\n").starts_with("begins with `a,b`, expected the columns `arm,epoch,")
        );
        assert!(csv("a,b").starts_with("begins with `a,b`, expected the columns"));
        let rows = written(MetricsFormat::Csv, 1);
        assert!(csv(&rows.replacen(",0.15,", ",x,", 1)).starts_with("line 2 is `quadratic,0,0,x,"));
        assert!(csv(&rows.replacen(",0.15,", ",0.15,1,", 1)).ends_with(record));
        assert!(csv(&rows.replacen("_2", "_3", 1)).starts_with("begins with `arm,epoch,"));
    }
}
