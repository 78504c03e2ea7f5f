//! Runs forward and backward passes over the rows of a mini-batch of any size.

use crate::explain::Snapshot;
use crate::nn::{Backprop, BatchLayout, Cost, Examples, MiniBatch, Network};

/// The rows of one chunk, which bounds the memory per neuron.
const AT_ONCE: usize = 256;

/// The rows of a mini-batch, in chunks.
pub(super) struct RowChunks<'a> {
    snapshot: &'a Snapshot,
    examples: Examples<f64>,
    backprop: Backprop<f64>,
    next: usize,
}

impl<'a> RowChunks<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, network: &Network<f64>) -> Self {
        let train = &snapshot.data.train;
        let most = snapshot.rows.len().min(AT_ONCE);
        Self {
            snapshot,
            examples: Examples::new(train.inputs(), train.outputs(), most, BatchLayout::Sparse),
            backprop: Backprop::new(network, most),
            next: 0,
        }
    }

    /// Runs a forward pass over the next chunk. Returns the index of its first row, its examples and the
    /// pass.
    pub(super) fn forward(
        &mut self,
        network: &Network<f64>,
    ) -> Option<(usize, MiniBatch<'_, f64>, &mut Backprop<f64>)> {
        let first = self.next;
        let rows = &self.snapshot.rows[first..];
        let rows = &rows[..rows.len().min(AT_ONCE)];
        if rows.is_empty() {
            return None;
        }
        self.next += rows.len();
        self.examples.clear();
        self.snapshot.data.train.gather(rows, &[], &mut self.examples);
        let batch = self.examples.all();
        self.backprop.forward(network, batch);
        Some((first, batch, &mut self.backprop))
    }

    /// Runs a forward and a backward pass over the next chunk.
    pub(super) fn backward(
        &mut self,
        network: &Network<f64>,
        cost: Cost,
    ) -> Option<(usize, MiniBatch<'_, f64>, &mut Backprop<f64>)> {
        let (first, batch, backprop) = self.forward(network)?;
        backprop.backward(network, cost);
        Some((first, batch, backprop))
    }
}

/// Returns the mean cost over the mini-batch, data term.
pub(super) fn mean_cost(snapshot: &Snapshot, network: &Network<f64>, cost: Cost) -> f64 {
    let mut passes = RowChunks::new(snapshot, network);
    let mut sum = 0.0;
    while let Some((_, batch, backprop)) = passes.forward(network) {
        sum += backprop.cost(cost) * batch.rows() as f64;
    }
    sum / snapshot.rows.len() as f64
}
