//! Watches a run as the dashboard does: it folds the readings of every step into series.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use xentviz::experiment::{Experiment, StepChunk, StepObserver};
use xentviz::telemetry::{Metric, Series};

/// The costs of each arm, and its metric.
pub(crate) struct FoldingObserver {
    arms: Vec<(Series, Series)>,
    metric: Metric,
}

impl FoldingObserver {
    pub(crate) fn new(experiment: &Experiment) -> Self {
        let facts = experiment.facts();
        Self { arms: vec![Default::default(); facts.arms.len()], metric: facts.metric }
    }

    /// Hands over what it has, as for a digest.
    pub(crate) fn take(&mut self) -> Vec<(Series, Series)> {
        self.arms.iter_mut().map(|(cost, metric)| (cost.take(), metric.take())).collect()
    }
}

impl StepObserver for FoldingObserver {
    fn on_steps(&mut self, arm: usize, walked: &StepChunk<'_>) {
        let (cost, metric) = &mut self.arms[arm];
        cost.extend(walked.first, walked.costs);
        if self.metric != Metric::Accuracy {
            metric.extend(walked.first, walked.metrics);
        }
    }
}
