//! Deals the mini-batches of an epoch: which examples, once for all arms.

use std::sync::Arc;

use crate::data::{Data, order};

/// Hands out examples, by row, in the order of each epoch.
pub(super) struct Dealer {
    data: Arc<Data>,
    seed: u64,
    shuffle: bool,
    batch: usize,
    /// The order of `epoch`.
    rows: Vec<u32>,
    epoch: Option<u64>,
}

impl Dealer {
    /// Deals mini-batches of `batch` examples in the orders that a seed gives, or in the order in
    /// which the examples stand.
    pub(super) fn new(data: Arc<Data>, batch: usize, (seed, shuffle): (u64, bool)) -> Self {
        Self { data, seed, shuffle, batch, rows: Vec::new(), epoch: None }
    }

    /// Mini-batches in an epoch; the last may be smaller.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.data.train.len().div_ceil(self.batch) as u64
    }

    /// For how many steps from this one examples can be dealt at once: to the end of the epoch, or
    /// without end where every epoch is the same single step.
    pub(super) fn steps_at_once(&self, step: u64) -> u64 {
        let steps = self.steps_per_epoch();
        if self.data.train.len() == 1 { u64::MAX } else { steps - step % steps }
    }

    /// The examples of `count` steps from `step`, as many as can be dealt at once, and those that
    /// come after them in the same epoch.
    pub(super) fn deal(&mut self, step: u64, count: u64) -> (&[u32], &[u32]) {
        let n = self.data.train.len();
        if n == 1 {
            // One example has one order; a chance for it would cost more than the step.
            let count = count as usize;
            if self.rows.len() < count {
                self.rows.resize(count, 0);
            }
            return (&self.rows[..count], &[]);
        }
        let steps = self.steps_per_epoch();
        let (epoch, within) = (step / steps, (step % steps) as usize);
        if self.epoch != Some(epoch) {
            order(self.seed, epoch, n, self.shuffle, &mut self.rows);
            self.epoch = Some(epoch);
        }
        let rest = &self.rows[within * self.batch..];
        rest.split_at(rest.len().min(count as usize * self.batch))
    }
}
