//! The summary of a run: the result of each arm and the times.

use std::io::{self, Write};

use serde::Serialize;

/// The result of a run, in the order in which it is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// The name or path of the scenario.
    pub scenario: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The floating-point type of training.
    pub precision: String,
    /// The number of threads that trained.
    pub threads: usize,
    /// A description of the dataset.
    pub data: String,
    /// The condition that was to end the run, if one was given, and where the run has ended.
    pub until: Option<UntilSummary>,
    /// The result of each arm.
    pub arms: Vec<ArmSummary>,
    /// The seconds spent on reading or generating the data.
    pub load_seconds: f64,
    /// The seconds from the start of the program to its end.
    pub wall_seconds: f64,
}

/// The condition of `--until`, and where the run has ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct UntilSummary {
    /// The condition, as it can be typed.
    pub condition: String,
    /// Whether it was met.
    pub met: bool,
    /// The step at which the run ended.
    pub step: u64,
    /// The number of whole epochs done there.
    pub epoch: u64,
}

/// The result of one arm. The costs and accuracies are those of its last state, in the middle of an epoch
/// too; `None` if its cost is no longer finite.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct ArmSummary {
    /// The name of the arm.
    pub arm: String,
    /// The number of whole epochs done.
    pub epochs: u64,
    /// The number of mini-batches that it was trained on.
    pub steps: u64,
    /// The number of examples that it was trained on, counted with repetition.
    pub examples: u64,
    /// The mean cost over the training set, with the L2 term.
    pub cost: Option<f64>,
    /// The mean cost over the training set, without the L2 term.
    pub cost_data: Option<f64>,
    /// The fraction of the training set that is classified correctly.
    pub accuracy: Option<f64>,
    /// The mean cost over the test set.
    pub test_cost: Option<f64>,
    /// The fraction of the test set that is classified correctly.
    pub test_accuracy: Option<f64>,
    /// R² on the training set, if targets are numbers.
    pub r2: Option<f64>,
    /// The mean of |a − y| on the training set, in the unit of a single target, if targets are numbers.
    pub mean_error: Option<f64>,
    /// R² on the test set.
    pub test_r2: Option<f64>,
    /// The mean of |a − y| on the test set.
    pub test_mean_error: Option<f64>,
    /// The best accuracy after an epoch, on the test set.
    pub best_test_accuracy: Option<f64>,
    /// The first epoch that reached it, from 1.
    pub best_epoch: Option<u64>,
    /// The fraction of each class's test examples that is classified correctly, if it has any.
    pub recall: Option<Vec<Option<f64>>>,
    /// The step that could not be taken, counted from 1, if the arm diverged.
    pub diverged_at_step: Option<u64>,
    /// The wall time of its training alone, in seconds.
    pub training_seconds: f64,
    /// The examples per second of training.
    pub examples_per_second: Option<f64>,
}

impl Summary {
    /// Writes the summary as JSON, one field per line.
    ///
    /// # Errors
    /// If writing fails.
    pub(crate) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, self)?;
        to.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{ArmSummary, Summary};

    #[test]
    fn the_fields_are_written_in_the_order_of_the_format() {
        let summary = Summary {
            scenario: "and".to_owned(),
            seed: 7,
            precision: "f64".to_owned(),
            threads: 1,
            data: "table".to_owned(),
            until: None,
            arms: vec![ArmSummary { arm: "quadratic".to_owned(), ..ArmSummary::default() }],
            load_seconds: 0.5,
            wall_seconds: 1.5,
        };
        let mut written = Vec::new();
        summary.write(&mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        let keys: Vec<&str> = written
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.split('"').next())
            .collect();
        let expected = "scenario seed precision threads data until arms arm epochs steps examples cost \
            cost_data accuracy test_cost test_accuracy r2 mean_error test_r2 test_mean_error best_test_accuracy best_epoch recall \
            diverged_at_step training_seconds examples_per_second load_seconds wall_seconds";
        assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
        assert!(written.contains("\"diverged_at_step\": null"));
    }
}
