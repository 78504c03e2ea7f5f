//! Deals the mini-batches of an epoch, once for all arms.

use std::sync::Arc;

use crate::data::{Data, order};
use crate::nn::{MiniBatch, Real};

/// Hands out mini-batches in the order of each epoch.
pub(super) struct Dealer<R> {
    data: Arc<Data>,
    seed: u64,
    shuffle: bool,
    batch: usize,
    /// The order of `epoch`.
    rows: Vec<u32>,
    epoch: Option<u64>,
    hands: Vec<MiniBatch<R>>,
    /// The first step that `hands` are dealt for, and how many.
    dealt: Option<(u64, u64)>,
}

impl<R: Real> Dealer<R> {
    /// Deals mini-batches of `batch` examples, at most `most` of them at a time.
    pub(super) fn new(data: Arc<Data>, batch: usize, most: usize) -> Self {
        let (inputs, outputs) = (data.train.inputs(), data.train.outputs());
        let hand = || MiniBatch::new(inputs, outputs, batch);
        let hands = std::iter::repeat_with(hand).take(most).collect();
        Self {
            data,
            seed: 0,
            shuffle: true,
            batch,
            rows: Vec::new(),
            epoch: None,
            hands,
            dealt: None,
        }
    }

    /// The same with the orders that a seed gives, or the order in which the examples stand.
    pub(super) fn ordered(mut self, seed: u64, shuffle: bool) -> Self {
        (self.seed, self.shuffle) = (seed, shuffle);
        self
    }

    /// Mini-batches in an epoch; the last may be smaller.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.data.train.len().div_ceil(self.batch) as u64
    }

    /// The most that [`Self::deal`] deals.
    pub(super) fn most(&self) -> u64 {
        self.hands.len() as u64
    }

    /// The mini-batches of `count` steps from `step`, all of one epoch.
    pub(super) fn deal(&mut self, step: u64, count: u64) -> &[MiniBatch<R>] {
        let steps = self.steps_per_epoch();
        let (epoch, within) = (step / steps, step % steps);
        debug_assert!(within + count <= steps, "mini-batches are dealt of one epoch");
        let is_dealt = self.dealt.is_some_and(|(from, dealt)| from == step && dealt >= count);
        if is_dealt {
            return &self.hands[..count as usize];
        }
        let n = self.data.train.len();
        if self.epoch != Some(epoch) {
            // One example has one order; a chance for it would cost more than the step.
            order(self.seed, epoch, n, self.shuffle && n > 1, &mut self.rows);
            self.epoch = Some(epoch);
        }
        let hands = &mut self.hands[..count as usize];
        let first = within as usize * self.batch;
        let dealt = self.rows[first..].chunks(self.batch);
        let train = &self.data.train;
        for (hand, rows) in hands.iter_mut().zip(dealt) {
            hand.clear();
            for row in rows {
                let row = *row as usize;
                hand.push(|x, y| {
                    train.write_input(row, x);
                    train.write_target(row, y);
                });
            }
        }
        self.dealt = Some((step, count));
        hands
    }
}
