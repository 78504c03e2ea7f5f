//! The metrics of a run: a record for each arm and evaluated epoch, a line at a time.

mod kept_part;

use std::io::{self, Write};

use serde::Serialize;

use crate::report::python_json::write_python_json;
use crate::telemetry::Evaluation;

pub(crate) use kept_part::{
    ExpectedMetrics, KeptPart, MetricsError, Recorded, RecordedArm, kept_metrics,
};

/// The file format of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsFormat {
    /// A JSON object on each line.
    JsonLines,
    /// Comma-separated values under a header.
    Csv,
}

/// A writer of the records of a run.
#[derive(Debug)]
pub struct Metrics<W> {
    to: W,
    format: MetricsFormat,
    /// The number of layers of the deepest arm, without the input: CSV has as many columns of each kind.
    layers: usize,
}

/// The columns of CSV before those of the layers; after those comes `saturated_wrong`.
const SCALARS: [&str; 13] = [
    "arm",
    "epoch",
    "step",
    "eta",
    "cost",
    "cost_data",
    "accuracy",
    "test_cost",
    "test_accuracy",
    "r2",
    "mean_error",
    "test_r2",
    "test_mean_error",
];

/// The fields of a record, in the order in which they are written.
#[derive(Serialize)]
struct MetricsRecord<'a> {
    arm: &'a str,
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
    gradient_norm: &'a [f64],
    saturation: &'a [f64],
    saturated_wrong: f64,
}

impl<W: Write> Metrics<W> {
    /// Creates a writer and writes the heading, if the format has one.
    ///
    /// `layers` is the number of layers of the deepest arm, without the input.
    ///
    /// # Errors
    /// If writing fails.
    pub fn new(to: W, format: MetricsFormat, layers: usize) -> io::Result<Self> {
        let mut metrics = Self::resume(to, format, layers);
        if format == MetricsFormat::Csv {
            metrics.to.write_all(heading(layers).as_bytes())?;
        }
        Ok(metrics)
    }

    /// Creates a writer that appends to existing records, without a heading.
    pub fn resume(to: W, format: MetricsFormat, layers: usize) -> Self {
        Self { to, format, layers }
    }

    /// Writes one record as one line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn record(&mut self, arm: &str, eta: f64, evaluation: &Evaluation) -> io::Result<()> {
        let record = MetricsRecord {
            arm,
            epoch: evaluation.epoch,
            step: evaluation.step,
            eta,
            cost: evaluation.cost,
            cost_data: evaluation.cost_data,
            accuracy: evaluation.accuracy,
            test_cost: evaluation.test_cost,
            test_accuracy: evaluation.test_accuracy,
            r2: evaluation.fit.and_then(|fit| fit.r2),
            mean_error: evaluation.fit.map(|fit| fit.mean_error),
            test_r2: evaluation.test_fit.and_then(|fit| fit.r2),
            test_mean_error: evaluation.test_fit.map(|fit| fit.mean_error),
            gradient_norm: &evaluation.gradient_norm,
            saturation: &evaluation.saturation,
            saturated_wrong: evaluation.saturated_wrong,
        };
        match self.format {
            MetricsFormat::JsonLines => self.write_json(&record),
            MetricsFormat::Csv => self.write_csv(&record),
        }
    }

    /// Flushes the writer; called after each epoch.
    ///
    /// # Errors
    /// If writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Returns the writer.
    pub fn into_inner(self) -> W {
        self.to
    }

    fn write_json(&mut self, record: &MetricsRecord<'_>) -> io::Result<()> {
        let mut line = Vec::new();
        write_python_json(&mut line, record)?;
        line.push(b'\n');
        self.to.write_all(&line)
    }

    fn write_csv(&mut self, record: &MetricsRecord<'_>) -> io::Result<()> {
        let scalars = [
            Some(record.eta),
            Some(record.cost),
            Some(record.cost_data),
            record.accuracy,
            record.test_cost,
            record.test_accuracy,
            record.r2,
            record.mean_error,
            record.test_r2,
            record.test_mean_error,
        ];
        let padded = |values: &[f64]| -> Vec<Option<f64>> {
            (0..self.layers).map(|layer| values.get(layer).copied()).collect()
        };
        let numbers = scalars
            .into_iter()
            .chain(padded(record.gradient_norm))
            .chain(padded(record.saturation))
            .chain([Some(record.saturated_wrong)])
            .map(cell);
        let begin = [record.arm.to_owned(), record.epoch.to_string(), record.step.to_string()];
        self.write_row(begin.into_iter().chain(numbers))
    }

    fn write_row(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        let mut row = csv::Writer::from_writer(Vec::new());
        row.write_record(cells.collect::<Vec<_>>())?;
        let line = row.into_inner().map_err(csv::IntoInnerError::into_error)?;
        self.to.write_all(&line)
    }
}

/// Returns the line above the records of CSV.
fn heading(layers: usize) -> String {
    let layers = 1..=layers;
    let norms = layers.clone().map(|layer| format!("gradient_norm_{layer}"));
    let saturations = layers.map(|layer| format!("saturation_{layer}"));
    let fixed = SCALARS.map(str::to_owned).into_iter();
    let of_layers = norms.chain(saturations);
    let last = std::iter::once("saturated_wrong".to_owned());
    let mut line = fixed.chain(of_layers).chain(last).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// Formats a number in the fewest digits that read back to the same float; empty for `None`.
fn cell(number: Option<f64>) -> String {
    number
        .and_then(serde_json::Number::from_f64)
        .map_or_else(String::new, |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{Metrics, MetricsFormat};
    use crate::telemetry::{Evaluation, Fit};

    fn evaluation() -> Evaluation {
        Evaluation {
            epoch: 2,
            step: 20,
            cost: 0.5,
            cost_data: 0.25,
            accuracy: Some(1.0),
            test_cost: None,
            test_accuracy: None,
            fit: Some(Fit { r2: Some(0.75), mean_error: 0.125 }),
            test_fit: Some(Fit { r2: None, mean_error: 0.5 }),
            gradient_norm: vec![1e-300, 0.1],
            saturation: vec![0.0, 1.0],
            saturated_wrong: 0.25,
            recall: vec![],
        }
    }

    fn written(format: MetricsFormat, layers: usize, evaluation: &Evaluation) -> String {
        let mut metrics = Metrics::new(Vec::new(), format, layers).unwrap();
        metrics.record("quadratic", 0.15, evaluation).unwrap();
        metrics.flush().unwrap();
        String::from_utf8(metrics.to).unwrap()
    }

    #[test]
    fn a_record_is_one_line_with_its_fields_in_order() {
        assert_eq!(
            written(MetricsFormat::JsonLines, 2, &evaluation()),
            "{\"arm\": \"quadratic\", \"epoch\": 2, \"step\": 20, \"eta\": 0.15, \"cost\": 0.5, \
             \"cost_data\": 0.25, \"accuracy\": 1.0, \"test_cost\": null, \
             \"test_accuracy\": null, \"r2\": 0.75, \"mean_error\": 0.125, \"test_r2\": null, \
             \"test_mean_error\": 0.5, \"gradient_norm\": [1e-300, 0.1], \
             \"saturation\": [0.0, 1.0], \"saturated_wrong\": 0.25}\n"
        );
    }

    #[test]
    fn csv_has_the_columns_of_the_deepest_arm_and_leaves_missing_values_empty() {
        assert_eq!(
            written(MetricsFormat::Csv, 3, &evaluation()),
            "arm,epoch,step,eta,cost,cost_data,accuracy,test_cost,test_accuracy,\
             r2,mean_error,test_r2,test_mean_error,gradient_norm_1,gradient_norm_2,gradient_norm_3,\
             saturation_1,saturation_2,saturation_3,saturated_wrong\n\
             quadratic,2,20,0.15,0.5,0.25,1.0,,,0.75,0.125,,0.5,1e-300,0.1,,0.0,1.0,,0.25\n"
        );
    }

    proptest! {
        #[test]
        fn any_number_reads_back_to_the_same_float(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let evaluation = Evaluation { cost: number, ..evaluation() };
                let line = written(MetricsFormat::JsonLines, 2, &evaluation);
                let json: serde_json::Value = serde_json::from_str(&line).unwrap();
                prop_assert_eq!(json["cost"].as_f64().unwrap().to_bits(), number.to_bits());
                let table = written(MetricsFormat::Csv, 2, &evaluation);
                let cell = table.lines().nth(1).unwrap().split(',').nth(4).unwrap();
                prop_assert_eq!(cell.parse::<f64>().unwrap().to_bits(), number.to_bits());
            }
        }
    }
}
