//! The last layer as a cost reads it.

use crate::nn::activation::OutputNeuron;
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real};

/// Some output neurons side by side, and their targets.
#[derive(Clone, Copy)]
pub(in crate::nn) struct OutputLanes<L> {
    pub(in crate::nn) z: L,
    pub(in crate::nn) a: L,
    /// 1 − a.
    pub(in crate::nn) complement: L,
    pub(in crate::nn) y: L,
}

impl<L: Lanes> OutputLanes<L> {
    /// Returns a − y, without cancellation if y is 0 or 1: (1 − y) a − y (1 − a).
    #[inline(always)]
    pub(in crate::nn) fn residual<R: Real>(&self, proof: L::Proof, output: Output) -> L
    where
        L: Lanes<Number = R>,
    {
        if output == Output::Linear {
            return self.a - self.y;
        }
        let one = L::splat(proof, R::one());
        (-self.y).mul_add(self.complement, (one - self.y) * self.a)
    }
}

/// A softmax layer on one example.
pub(in crate::nn) struct SoftmaxRow<'a, R> {
    pub(in crate::nn) z: &'a [R],
    pub(in crate::nn) a: &'a [R],
    /// 1 − a.
    pub(in crate::nn) complements: &'a [R],
}

impl<R: Real> SoftmaxRow<'_, R> {
    /// Returns a − y of each output, without cancellation if y is 0 or 1: (1 − y) a − y (1 − a).
    pub(in crate::nn) fn residuals(&self, y: &[R]) -> impl Iterator<Item = R> {
        self.a
            .iter()
            .zip(self.complements)
            .zip(y)
            .map(|((&a, &complement), &y)| (R::one() - y) * a - y * complement)
    }
}

/// Returns a − y of one output neuron, without cancellation if y is 0 or 1.
pub(super) fn residual<R: Real>(output: Output, neuron: OutputNeuron<R>, y: R) -> R {
    let OutputNeuron { a, complement } = neuron;
    if output == Output::Linear { a - y } else { (R::one() - y) * a - y * complement }
}
