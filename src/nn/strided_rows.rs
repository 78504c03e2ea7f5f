//! Rows of numbers at equal distances.

use crate::nn::lanes::Lanes;

/// Rows of numbers: of a matrix, or of one example after the other.
#[derive(Clone, Copy)]
pub(super) struct StridedRows<'a, R> {
    /// The numbers from the first row on.
    pub(super) numbers: &'a [R],
    /// The distance from one row to the next.
    pub(super) stride: usize,
}

impl<R> StridedRows<'_, R> {
    /// Loads lanes from number `at` of a row on.
    #[inline(always)]
    pub(super) fn lanes<L: Lanes<Number = R>>(self, proof: L::Proof, row: usize, at: usize) -> L {
        L::load(proof, &self.numbers[row * self.stride + at..])
    }
}

/// [`StridedRows`] that can be changed.
pub(super) struct StridedRowsMut<'a, R> {
    /// The numbers from the first row on.
    pub(super) numbers: &'a mut [R],
    /// The distance from one row to the next.
    pub(super) stride: usize,
}
