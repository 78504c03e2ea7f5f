//! The summary of a run: the result of each arm and the times.

use std::io::{self, Write};

use serde::Serialize;

/// How a run ended, in the order in which it is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The name or path of the scenario.
    pub scenario: String,
    /// The seed of all chance in it.
    pub seed: u64,
    /// The arithmetic of training.
    pub precision: String,
    /// How many threads trained.
    pub threads: usize,
    /// What the data set was.
    pub data: String,
    /// One for each arm.
    pub arms: Vec<ArmSummary>,
    /// Seconds spent on reading or making the data.
    pub load_seconds: f64,
    /// Seconds from the start of the program to its end.
    pub wall_seconds: f64,
}

/// How one arm ended. The costs and accuracies are those of its network as it ended, in the middle
/// of an epoch too; none where its cost is no longer finite.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ArmSummary {
    /// Its name.
    pub arm: String,
    /// Whole epochs done.
    pub epochs: u64,
    /// Mini-batches it has learnt from.
    pub steps: u64,
    /// Examples it has learnt from, each counted as often as it came.
    pub examples: u64,
    /// Mean cost over the training set, with the L2 term.
    pub cost: Option<f64>,
    /// The same without it.
    pub cost_data: Option<f64>,
    /// Fraction of the training set classified rightly.
    pub accuracy: Option<f64>,
    /// Mean cost over the test set.
    pub test_cost: Option<f64>,
    /// Fraction of the test set classified rightly.
    pub test_accuracy: Option<f64>,
    /// The best of them.
    pub best_test_accuracy: Option<f64>,
    /// The first epoch that had it, from 1.
    pub best_epoch: Option<u64>,
    /// For each class the fraction of its test examples that is found, where it has any.
    pub recall: Option<Vec<Option<f64>>>,
    /// The step that could not be taken, counted from 1, where it diverged.
    pub diverged_at_step: Option<u64>,
    /// Wall time of its training alone.
    pub training_seconds: f64,
    /// Examples over training seconds.
    pub examples_per_second: Option<f64>,
}

impl Summary {
    /// Writes it as JSON, a field a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, self)?;
        to.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{ArmSummary, Summary};

    #[test]
    fn the_fields_come_in_the_order_of_the_format() {
        let summary = Summary {
            scenario: "and".to_owned(),
            seed: 7,
            precision: "f64".to_owned(),
            threads: 1,
            data: "table".to_owned(),
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
        let expected = "scenario seed precision threads data arms arm epochs steps examples cost \
            cost_data accuracy test_cost test_accuracy best_test_accuracy best_epoch recall \
            diverged_at_step training_seconds examples_per_second load_seconds wall_seconds";
        assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
        assert!(written.contains("\"diverged_at_step\": null"));
    }
}
