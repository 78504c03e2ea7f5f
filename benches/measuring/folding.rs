//! Observes a run as the dashboard does: it folds the readings of every step into series.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use xentviz::testing::experiment::{Experiment, StepChunk, StepObserver};
use xentviz::testing::telemetry::{Metric, Series};

/// The series of the cost and of the metric of each arm.
pub(crate) struct FoldingObserver {
    arms: Vec<(Series, Series)>,
    metric: Metric,
}

impl FoldingObserver {
    pub(crate) fn new(experiment: &Experiment) -> Self {
        let facts = experiment.facts();
        Self { arms: vec![Default::default(); facts.arms.len()], metric: facts.metric }
    }

    /// Returns the series collected so far, as for an update.
    pub(crate) fn take(&mut self) -> Vec<(Series, Series)> {
        self.arms.iter_mut().map(|(cost, metric)| (cost.take(), metric.take())).collect()
    }
}

impl StepObserver for FoldingObserver {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        let (cost, metric) = &mut self.arms[arm];
        cost.extend(chunk.first, chunk.costs);
        if self.metric != Metric::Accuracy {
            metric.extend(chunk.first, chunk.metrics);
        }
    }
}
