//! The non-zero inputs of a mini-batch by input (compressed sparse columns).

use crate::nn::Real;
use crate::nn::batch::MiniBatch;

/// For each input the examples of a mini-batch in which it is not 0, with its values. Built by
/// counting, in two passes over the sparse rows. It pays if a column of weights is long, since each
/// column is then loaded and stored once for all examples instead of once for each.
#[derive(Clone, Debug)]
pub(super) struct SparseColumns<R> {
    /// The start of each input's examples, and the end of the last ones.
    starts: Vec<usize>,
    examples: Vec<u32>,
    values: Vec<R>,
}

impl<R: Real> SparseColumns<R> {
    /// Allocates room for `rows` examples of `inputs` inputs.
    pub(super) fn new(inputs: usize, rows: usize) -> Self {
        Self {
            starts: vec![0; inputs + 2],
            examples: vec![0; inputs * rows],
            values: vec![R::zero(); inputs * rows],
        }
    }

    /// Converts the sparse rows of a mini-batch to columns, with every value times `factor`.
    pub(super) fn fill(&mut self, batch: MiniBatch<'_, R>, factor: R) {
        self.starts.fill(0);
        // The counts are two places further on. After the sums, the start of each input's examples is
        // one place further on, and it moves to their end while they are filled in.
        for row in 0..batch.rows() {
            for k in batch.sparse_row(row).indices {
                self.starts[*k as usize + 2] += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        for row in 0..batch.rows() {
            let sparse_row = batch.sparse_row(row);
            for (k, x) in sparse_row.indices.iter().zip(sparse_row.values) {
                let place = &mut self.starts[*k as usize + 1];
                self.examples[*place] = row as u32;
                self.values[*place] = factor * *x;
                *place += 1;
            }
        }
    }

    /// Returns the examples in which each input is not 0, and its values there, input by input.
    #[inline(always)]
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&[u32], &[R])> {
        self.starts
            .windows(2)
            .map(|ends| (&self.examples[ends[0]..ends[1]], &self.values[ends[0]..ends[1]]))
    }
}
