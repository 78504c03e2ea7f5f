//! The non-zero inputs of a mini-batch by input (compressed sparse columns).

use crate::nn::Real;
use crate::nn::batch::MiniBatch;

/// For each input the examples of a mini-batch in which it is not 0, with its number in each. Made
/// by counting, in two passes over the lists; pays where a row of weights is long, since then each
/// row is fetched and put back once for all examples instead of once for each.
#[derive(Clone, Debug)]
pub(super) struct SparseColumns<R> {
    /// Where the examples of each input start, and where the last ones end.
    starts: Vec<usize>,
    examples: Vec<u32>,
    values: Vec<R>,
}

impl<R: Real> SparseColumns<R> {
    /// Room for `rows` examples of so many inputs.
    pub(super) fn new(inputs: usize, rows: usize) -> Self {
        Self {
            starts: vec![0; inputs + 2],
            examples: vec![0; inputs * rows],
            values: vec![R::zero(); inputs * rows],
        }
    }

    /// Turns the lists of a mini-batch over, every number times `factor`.
    pub(super) fn fill(&mut self, batch: MiniBatch<'_, R>, factor: R) {
        self.starts.fill(0);
        // Counted two places further on: after the sums each is where its examples start, one place
        // further on, and moves to where they end while they are put in.
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

    /// The examples in which each input is lit, and its numbers there; input after input.
    #[inline(always)]
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&[u32], &[R])> {
        self.starts
            .windows(2)
            .map(|ends| (&self.examples[ends[0]..ends[1]], &self.values[ends[0]..ends[1]]))
    }
}
