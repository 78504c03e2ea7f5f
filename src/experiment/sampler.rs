//! Chooses the rows of each mini-batch, once for all arms.

use std::ops::Range;
use std::sync::Arc;

use crate::data::{Data, order};

/// The most examples that are dealt at once from several epochs.
const AT_ONCE: usize = 1 << 16;

/// Returns rows in the order of each epoch.
pub(super) struct Sampler {
    data: Arc<Data>,
    seed: u64,
    shuffle: bool,
    batch: usize,
    /// The orders of `epochs`, one after the other.
    rows: Vec<u32>,
    epochs: Range<u64>,
    /// The order of one epoch, before it goes there.
    order: Vec<u32>,
}

impl Sampler {
    /// Deals mini-batches of `batch` examples in the orders that a seed gives, or in the order in
    /// which the examples stand.
    pub(super) fn new(data: Arc<Data>, batch: usize, (seed, shuffle): (u64, bool)) -> Self {
        // All the room from the start: what a run holds is not to grow with its length.
        let n = data.train.len();
        let rows = Vec::with_capacity(n * epochs_at_once(n, batch) as usize);
        Self { data, seed, shuffle, batch, rows, epochs: 0..0, order: Vec::with_capacity(n) }
    }

    /// Examples in a mini-batch.
    pub(super) fn batch(&self) -> usize {
        self.batch
    }

    /// Whether every epoch has an order of its own.
    pub(super) fn shuffles(&self) -> bool {
        self.shuffle
    }

    /// Mini-batches in an epoch; the last may be smaller.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.data.train.len().div_ceil(self.batch) as u64
    }

    /// Returns the number of steps whose rows can be returned at once: to the end of the epoch, or over
    /// several short epochs of whole mini-batches.
    pub(super) fn steps_at_once(&self, step: u64) -> u64 {
        let (n, steps) = (self.data.train.len(), self.steps_per_epoch());
        epochs_at_once(n, self.batch) * steps - step % steps
    }

    /// The examples of `count` steps from `step`, as many as can be dealt at once, and those that
    /// come after them as far as is known.
    pub(super) fn batch_rows(&mut self, step: u64, count: u64) -> (&[u32], &[u32]) {
        if self.data.train.len() == 1 {
            // A dataset of one example has one order, which is repeated cheaply.
            self.rows.resize(self.rows.len().max(count as usize), 0);
            return (&self.rows[..count as usize], &[]);
        }
        let steps = self.steps_per_epoch();
        let needed = step / steps..(step + count).div_ceil(steps);
        if needed.start < self.epochs.start || needed.end > self.epochs.end {
            self.rows.clear();
            for epoch in needed.clone() {
                let n = self.data.train.len();
                order(self.seed, epoch, n, self.shuffle, &mut self.order);
                self.rows.append(&mut self.order);
            }
            self.epochs = needed.clone();
        }
        let skipped = (needed.start - self.epochs.start) as usize * self.data.train.len();
        let within = (step % steps) as usize * self.batch;
        let rest = &self.rows[skipped + within..];
        rest.split_at(rest.len().min(count as usize * self.batch))
    }
}

/// From how many epochs of n examples mini-batches can be dealt at once: from several where all of
/// them are whole.
fn epochs_at_once(n: usize, batch: usize) -> u64 {
    if n.is_multiple_of(batch) { (AT_ONCE / n).max(1) as u64 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table;

    fn dealer(n: usize, batch: usize) -> Sampler {
        let inputs: Vec<Vec<f64>> = (0..n).map(|x| vec![x as f64]).collect();
        let data = table(&inputs, &vec![vec![0.0]; n]);
        Sampler::new(Arc::new(data), batch, (7, true))
    }

    fn dealt(dealer: &mut Sampler, step: u64, count: u64) -> Vec<u32> {
        dealer.batch_rows(step, count).0.to_vec()
    }

    #[test]
    fn what_is_dealt_for_many_steps_is_what_is_dealt_step_by_step() {
        for (n, batch) in [(12, 4), (11, 4), (1, 1), (5, 5)] {
            let mut whole = dealer(n, batch);
            let mut single = dealer(n, batch);
            let mut step = 0;
            while step < 40 {
                let count = whole.steps_at_once(step).min(9);
                let want: Vec<u32> =
                    (step..step + count).flat_map(|step| dealt(&mut single, step, 1)).collect();
                assert_eq!(dealt(&mut whole, step, count), want, "{n} by {batch} from {step}");
                step += count;
            }
        }
    }

    #[test]
    fn steps_that_were_dealt_are_dealt_again_the_same() {
        let mut dealer = dealer(12, 4);
        let before = dealt(&mut dealer, 4, 1);
        dealt(&mut dealer, 20, 5);
        assert_eq!(dealt(&mut dealer, 4, 1), before);
    }

    #[test]
    fn epochs_with_a_smaller_last_mini_batch_are_dealt_one_by_one() {
        assert_eq!(dealer(11, 4).steps_at_once(1), 2);
        assert!(dealer(12, 4).steps_at_once(1) > 2);
    }
}
