//! A change of the data of a run.

use std::sync::Arc;

use crate::data::Data;
use crate::experiment::drawn_before::DrawnBefore;
use crate::experiment::epoch_count::EpochCount;
use crate::experiment::evaluator::Evaluator;
use crate::experiment::lockstep::{Lockstep, shrinking, work_of_step};
use crate::experiment::sampler::Sampler;
use crate::nn::Real;
use crate::scenario::ArmSpec;
use crate::telemetry::Clock;

impl<R: Real> Lockstep<R> {
    /// Takes other data, mini-batches of so many examples and this clock from a step on. The networks and all that is
    /// known of their training stay.
    pub(in crate::experiment) fn train_on(
        &mut self,
        specs: &[ArmSpec],
        data: &Arc<Data>,
        batch: usize,
        step: u64,
        clock: &Arc<Clock>,
    ) {
        for (arm, spec) in self.arms.iter_mut().zip(specs) {
            arm.train_on(shrinking(spec, data), batch);
        }
        self.work = work_of_step(&mut self.arms, data, batch);
        self.count = EpochCount::at(clock, step);
        self.clock = Arc::clone(clock);
        self.sampler = Sampler::new(Arc::clone(data), batch, self.sampler.row_order(), self.count);
        self.evaluator = Evaluator::new(data, &self.arms);
        self.data = Arc::clone(data);
    }

    /// Returns the clock after a change of the number of mini-batches in an epoch at the present step. The current
    /// epoch goes on, or ends here if it has as many mini-batches already.
    pub(in crate::experiment) fn changed_clock(&self, steps_per_epoch: u64) -> Arc<Clock> {
        if steps_per_epoch == self.count.steps_per_epoch() {
            return Arc::clone(&self.clock);
        }
        let mut clock = (*self.clock).clone();
        let within = self.count.steps_within(self.step);
        let rest = if within == 0 { 0 } else { steps_per_epoch.saturating_sub(within) };
        clock.change(self.step..self.step + rest, steps_per_epoch);
        Arc::new(clock)
    }

    /// Returns the number of examples drawn up to a step, not before the last change of the data, with repetition.
    pub(in crate::experiment) fn drawn(&self, step: u64) -> u64 {
        let n = self.data.train.len() as u64;
        let within = |step: u64| (self.count.steps_within(step) * self.batch() as u64).min(n);
        let at = |step: u64| self.count.epoch(step) * n + within(step);
        let before = self.drawn_before;
        before.examples + at(step).saturating_sub(at(before.step))
    }

    /// Counts the examples that have been drawn, before the data change.
    pub(in crate::experiment) fn count_drawn(&mut self) {
        self.drawn_before = DrawnBefore { examples: self.drawn(self.step), step: self.step };
    }
}
