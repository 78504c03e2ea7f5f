//! Accumulates the readings of a run since the last update.

use crate::experiment::{StepChunk, StepObserver};
use crate::telemetry::{ArmProgress, Metric, RunFacts};

/// Accumulates the readings of every step into series of bounded length.
pub(super) struct Accumulator {
    arms: Vec<ArmProgress>,
    metric: Metric,
    /// The target, if the run trains one neuron on one example.
    y: Option<f64>,
    steps_per_epoch: u64,
}

impl Accumulator {
    /// Creates an empty accumulator for a run.
    pub(super) fn new(facts: &RunFacts) -> Self {
        Self {
            arms: facts.arms.iter().map(|_| ArmProgress::default()).collect(),
            metric: facts.metric,
            y: facts.single.as_ref().map(|single| single.y),
            steps_per_epoch: facts.steps_per_epoch,
        }
    }

    /// Returns the accumulated readings of one arm.
    pub(super) fn arm(&mut self, arm: usize) -> Option<&mut ArmProgress> {
        self.arms.get_mut(arm)
    }

    /// Returns the accumulated readings and keeps the values that stay valid.
    pub(super) fn take(&mut self) -> Vec<ArmProgress> {
        self.arms
            .iter_mut()
            .map(|arm| ArmProgress {
                cost: arm.cost.take(),
                metric: arm.metric.take(),
                full_cost: arm.full_cost.take(),
                full_metric: arm.full_metric.take(),
                test_accuracy: arm.test_accuracy.take(),
                evaluation: arm.evaluation.take(),
                trajectory: arm.trajectory.take(),
                ..arm.clone()
            })
            .collect()
    }

    /// Records the output of an arm and the epoch in which it first comes within ½ of the target.
    pub(super) fn record_output(&mut self, arm: usize, step: u64, a: f64) {
        let (Some(arm), Some(y)) = (self.arms.get_mut(arm), self.y) else { return };
        if arm.reached_half.is_none() && (a - y).abs() <= 0.5 {
            arm.reached_half = Some(step / self.steps_per_epoch);
        }
    }
}

impl StepObserver for Accumulator {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        let Some(kept) = self.arms.get_mut(arm) else { return };
        kept.cost.extend(chunk.first, chunk.costs);
        if self.metric != Metric::Accuracy {
            kept.metric.extend(chunk.first, chunk.metrics);
        }
        if self.y.is_some() && kept.reached_half.is_none() {
            for (step, a) in (chunk.first..).zip(chunk.metrics) {
                self.record_output(arm, step, *a);
            }
        }
    }
}
