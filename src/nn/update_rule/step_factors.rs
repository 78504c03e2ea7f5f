//! The arithmetic of a step: w ← shrink·w + factor·Σ ∂C/∂w and b ← b + factor·Σ ∂C/∂b, where the sums are
//! over the examples of a mini-batch.
//!
//! The kernels round different products of this formula, and the bits of a run depend on that. Each way of
//! rounding is a function here, so that no kernel writes out its own.

use crate::nn::lanes::Lanes;
use crate::nn::{Layer, Real};

/// The factors of a step.
#[derive(Clone, Copy, Debug)]
pub struct StepFactors {
    /// The factor of the gradients.
    pub(super) factor: f64,
    /// The factor of the weights.
    pub(super) shrink: f64,
}

impl StepFactors {
    /// Returns the factors that add gradients times `factor` and shrink nothing.
    pub(in crate::nn) fn adding(factor: f64) -> Self {
        Self { factor, shrink: 1.0 }
    }

    /// Shrinks the weights of a layer later. Returns the factor of the gradients for the numbers that the
    /// layer stores until then.
    #[inline(always)]
    pub(in crate::nn) fn shrink_later<R: Real>(self, layer: &mut Layer<R>) -> R {
        layer.shrink_later(self.shrink);
        R::of(self.factor / layer.scale())
    }

    /// Converts the factors for single numbers.
    #[inline(always)]
    pub(in crate::nn) fn numbers<R: Real>(self) -> NumberFactors<R> {
        NumberFactors { factor: R::of(self.factor), shrink: R::of(self.shrink) }
    }

    /// Converts the factors for lanes.
    #[inline(always)]
    pub(in crate::nn) fn in_lanes<R: Real, L: Lanes<Number = R>>(
        self,
        proof: L::Proof,
    ) -> LaneFactors<L> {
        let NumberFactors { factor, shrink } = self.numbers();
        LaneFactors { factor: L::splat(proof, factor), shrink: L::splat(proof, shrink) }
    }
}

/// The factors of a step for single numbers. Both products are rounded.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct NumberFactors<R> {
    factor: R,
    shrink: R,
}

impl<R: Real> NumberFactors<R> {
    /// Returns a weight after the step.
    #[inline(always)]
    pub(in crate::nn) fn weight(self, w: R, sum: R) -> R {
        self.shrink * w + self.factor * sum
    }

    /// Returns a bias after the step.
    #[inline(always)]
    pub(in crate::nn) fn bias(self, b: R, sum: R) -> R {
        b + self.factor * sum
    }
}

/// The factors of a step for lanes.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct LaneFactors<L> {
    factor: L,
    shrink: L,
}

impl<L: Lanes> LaneFactors<L> {
    /// Returns weights after the step; the shrunk weight is rounded.
    #[inline(always)]
    pub(in crate::nn) fn weight(self, w: L, sum: L) -> L {
        sum.mul_add(self.factor, self.shrunk(w))
    }

    /// Returns biases after the step, or with one more term of their sums.
    #[inline(always)]
    pub(in crate::nn) fn bias(self, b: L, sum: L) -> L {
        sum.mul_add(self.factor, b)
    }

    /// Returns the move of a parameter by these gradients, rounded.
    #[inline(always)]
    pub(in crate::nn) fn move_by(self, sum: L) -> L {
        self.factor * sum
    }

    /// Returns weights after the step from their [move](Self::move_by).
    #[inline(always)]
    pub(in crate::nn) fn moved(self, w: L, by: L) -> L {
        self.shrink.mul_add(w, by)
    }

    /// Returns shrunk weights that have not moved yet.
    #[inline(always)]
    pub(in crate::nn) fn shrunk(self, w: L) -> L {
        self.shrink * w
    }
}
