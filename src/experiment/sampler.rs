//! Chooses the rows of each mini-batch, once for all arms.

use std::ops::Range;
use std::sync::Arc;

use crate::data::{Data, RowOrder};
use crate::experiment::epoch_count::EpochCount;

/// The most examples whose order is computed at once over several epochs.
const AT_ONCE: usize = 1 << 16;

/// The order of the training examples in each epoch.
pub(super) struct Sampler {
    data: Arc<Data>,
    row_order: RowOrder,
    batch: usize,
    count: EpochCount,
    /// The orders of `epochs`, one after the other.
    rows: Vec<u32>,
    epochs: Range<u64>,
    /// Work space for the order of one epoch.
    order: Vec<u32>,
}

impl Sampler {
    /// Creates a sampler of mini-batches of `batch` examples in this order, for the epochs of this count.
    pub(super) fn new(
        data: Arc<Data>,
        batch: usize,
        row_order: RowOrder,
        count: EpochCount,
    ) -> Self {
        // Allocates the full capacity at the start, so that the memory of a run does not grow with its
        // length.
        let n = data.train.len();
        let rows = Vec::with_capacity(n * epochs_at_once(n, batch) as usize);
        Self { data, row_order, batch, count, rows, epochs: 0..0, order: Vec::with_capacity(n) }
    }

    /// Counts the epochs by this count.
    pub(super) fn count_by(&mut self, count: EpochCount) {
        self.count = count;
    }

    /// Returns the number of examples in a mini-batch.
    pub(super) fn batch(&self) -> usize {
        self.batch
    }

    /// Returns whether every epoch has its own order.
    pub(super) fn shuffles(&self) -> bool {
        self.row_order != RowOrder::AsStored
    }

    /// Returns the order of the examples in the epochs.
    pub(super) fn row_order(&self) -> RowOrder {
        self.row_order
    }

    /// Returns the number of steps whose rows can be returned at once: to the end of the epoch, or over
    /// several short epochs of whole mini-batches.
    pub(super) fn steps_at_once(&self, step: u64) -> u64 {
        let n = self.data.train.len();
        epochs_at_once(n, self.batch) * self.count.steps_per_epoch() - self.count.steps_within(step)
    }

    /// Returns the rows of `count` steps from `step` on, limited to [`Self::steps_at_once`], and the known
    /// rows after them.
    pub(super) fn batch_rows(&mut self, step: u64, count: u64) -> (&[u32], &[u32]) {
        if self.data.train.len() == 1 {
            // A dataset of one example has one order, which is repeated cheaply.
            self.rows.resize(self.rows.len().max(count as usize), 0);
            return (&self.rows[..count as usize], &[]);
        }
        let last = step + count.max(1) - 1;
        let needed = self.count.epoch(step)..self.count.epoch(last) + 1;
        if needed.start < self.epochs.start || needed.end > self.epochs.end {
            self.rows.clear();
            for epoch in needed.clone() {
                let n = self.data.train.len();
                self.row_order.write(epoch, n, &mut self.order);
                self.rows.append(&mut self.order);
            }
            self.epochs = needed.clone();
        }
        let skipped = (needed.start - self.epochs.start) as usize * self.data.train.len();
        let within = self.count.steps_within(step) as usize * self.batch;
        let rest = &self.rows[skipped + within..];
        rest.split_at(rest.len().min(count as usize * self.batch))
    }
}

/// Returns the number of epochs of n examples whose order is computed at once: several if all of their
/// mini-batches are whole.
fn epochs_at_once(n: usize, batch: usize) -> u64 {
    if n.is_multiple_of(batch) { (AT_ONCE / n).max(1) as u64 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table;
    use crate::telemetry::Clock;

    fn sampler(n: usize, batch: usize) -> Sampler {
        let inputs: Vec<Vec<f64>> = (0..n).map(|x| vec![x as f64]).collect();
        let data = table(&inputs, &vec![vec![0.0]; n]);
        let clock = Clock::constant(n.div_ceil(batch) as u64);
        let count = EpochCount::at(&clock, 0);
        Sampler::new(Arc::new(data), batch, RowOrder::Shuffled { seed: 7 }, count)
    }

    fn rows_of(sampler: &mut Sampler, step: u64, count: u64) -> Vec<u32> {
        sampler.batch_rows(step, count).0.to_vec()
    }

    #[test]
    fn the_rows_of_many_steps_are_those_of_each_step() {
        for (n, batch) in [(12, 4), (11, 4), (1, 1), (5, 5)] {
            let mut whole = sampler(n, batch);
            let mut single = sampler(n, batch);
            let mut step = 0;
            while step < 40 {
                let count = whole.steps_at_once(step).min(9);
                let expected: Vec<u32> =
                    (step..step + count).flat_map(|step| rows_of(&mut single, step, 1)).collect();
                assert_eq!(
                    rows_of(&mut whole, step, count),
                    expected,
                    "{n} by {batch} from {step}"
                );
                step += count;
            }
        }
    }

    #[test]
    fn the_rows_of_a_step_do_not_depend_on_earlier_calls() {
        let mut sampler = sampler(12, 4);
        let before = rows_of(&mut sampler, 4, 1);
        rows_of(&mut sampler, 20, 5);
        assert_eq!(rows_of(&mut sampler, 4, 1), before);
    }

    #[test]
    fn epochs_with_a_smaller_last_mini_batch_are_returned_one_by_one() {
        assert_eq!(sampler(11, 4).steps_at_once(1), 2);
        assert!(sampler(12, 4).steps_at_once(1) > 2);
    }
}
