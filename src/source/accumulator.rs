//! Accumulates the readings of a run since the last events.

use crate::experiment::{StepChunk, StepObserver};
use crate::telemetry::{ArmProgress, Channel, Clock, Metric, RunFacts};

/// Accumulates the readings of every step into series of bounded length.
pub(super) struct Accumulator {
    arms: Vec<ArmProgress>,
    metric: Metric,
    /// The target, if the run trains one neuron on one example and the target is 0 or 1.
    y: Option<f64>,
    /// Whether each arm was within ½ of that target from the start, so that it cannot reach it.
    is_within_from_start: Vec<bool>,
    clock: Clock,
}

impl Accumulator {
    /// Creates an empty accumulator for a run.
    pub(super) fn new(facts: &RunFacts) -> Self {
        Self {
            arms: facts.arms.iter().map(|_| ArmProgress::default()).collect(),
            metric: facts.metric,
            y: facts.single.as_ref().map(|single| single.y).filter(|y| *y == 0.0 || *y == 1.0),
            is_within_from_start: vec![false; facts.arms.len()],
            clock: facts.clock.clone(),
        }
    }

    /// Counts the epochs by this clock.
    pub(super) fn count_by(&mut self, clock: &Clock) {
        self.clock.clone_from(clock);
    }

    /// Returns the accumulated readings of all arms.
    pub(super) fn arms(&self) -> &[ArmProgress] {
        &self.arms
    }

    /// Returns the accumulated readings of one arm.
    pub(super) fn arm(&mut self, arm: usize) -> Option<&mut ArmProgress> {
        self.arms.get_mut(arm)
    }

    /// Returns the accumulated readings of all arms, to be changed.
    pub(super) fn arms_mut(&mut self) -> &mut [ArmProgress] {
        &mut self.arms
    }

    /// Takes these learning rates as those with which the arms begin.
    pub(super) fn begin_with(&mut self, etas: &[f64]) {
        for (arm, eta) in self.arms.iter_mut().zip(etas) {
            arm.first_eta = Some(*eta);
        }
    }

    /// Returns the accumulated readings and keeps the values that stay valid.
    pub(super) fn take(&mut self) -> Vec<ArmProgress> {
        self.arms
            .iter_mut()
            .map(|arm| ArmProgress {
                readings: arm.readings.take(),
                trajectory: arm.trajectory.take(),
                ..arm.clone()
            })
            .collect()
    }

    /// Records the output of an arm and the epoch after which it first is within ½ of the target.
    pub(super) fn record_output(&mut self, index: usize, step: u64, a: f64) {
        let (Some(arm), Some(y)) = (self.arms.get_mut(index), self.y) else { return };
        let is_within = (a - y).abs() <= 0.5;
        if step == 0 {
            self.is_within_from_start[index] = is_within;
        }
        if is_within && !self.is_within_from_start[index] && arm.reached_half.is_none() {
            arm.reached_half = Some(self.clock.epoch(step));
        }
    }
}

impl StepObserver for Accumulator {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        let Some(kept) = self.arms.get_mut(arm) else { return };
        kept.readings.extend(Channel::COST, chunk.first, chunk.costs);
        // A mini-batch of all examples has the cost over the training set.
        let steps = self.clock.steps_per_epoch(chunk.first);
        if let (0, 1, Some(cost)) = (chunk.first, steps, chunk.costs.first()) {
            kept.first_cost = kept.first_cost.or(Some(*cost));
        }
        if self.metric != Metric::Accuracy {
            kept.readings.extend(Channel::METRIC, chunk.first, chunk.metrics);
        }
        if self.y.is_some() && kept.reached_half.is_none() {
            for (step, a) in (chunk.first..).zip(chunk.metrics) {
                self.record_output(arm, step, *a);
            }
        }
    }
}
