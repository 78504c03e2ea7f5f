//! The mean cost and mean error of the last layer.

use crate::nn::backprop::trace::Backprop;
use crate::nn::lanes::{Kernel, Lanes, Sums};
use crate::nn::{Cost, Output, Real};

/// The kernel for the mean cost over the examples.
pub(super) struct MeanCost<'a, R> {
    pub(super) backprop: &'a Backprop<R>,
    pub(super) cost: Cost,
}

impl<R: Real> Kernel<R> for MeanCost<'_, R> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> f64 {
        let Self { backprop, cost } = self;
        let rows = backprop.rows;
        if backprop.output == Output::Softmax {
            let trace = backprop.last_trace();
            let y = |row| &backprop.y[trace.row(row)];
            let of_row = |row| cost.of_softmax(&backprop.last(row), y(row));
            return (0..rows).map(of_row).sum::<f64>() / rows as f64;
        }
        let mut sums = Sums::<L>::zeros(proof);
        let stride = backprop.last_trace().stride;
        for row in 0..rows {
            for first in (0..stride).step_by(Sums::<L>::NUMBERS) {
                for (at, sum) in sums.registers() {
                    let j = first + at;
                    let last = backprop.last_lanes::<L>(proof, row * stride + j);
                    let (costs, _) = cost.of_lanes(proof, backprop.output, &last);
                    *sum = costs.mul_add(L::load(proof, &backprop.used[j..]), *sum);
                }
            }
        }
        sums.total().to_f64() / rows as f64
    }
}

/// The kernel for the mean of |a − y| over the outputs and the examples.
pub(super) struct MeanError<'a, R> {
    pub(super) backprop: &'a Backprop<R>,
}

impl<R: Real> Kernel<R> for MeanError<'_, R> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> f64 {
        let backprop = self.backprop;
        let mut sums = Sums::<L>::zeros(proof);
        let stride = backprop.last_trace().stride;
        for row in 0..backprop.rows {
            for first in (0..stride).step_by(Sums::<L>::NUMBERS) {
                for (at, sum) in sums.registers() {
                    let j = first + at;
                    let last = backprop.last_lanes::<L>(proof, row * stride + j);
                    let errors = last.residual(proof, backprop.output).abs();
                    *sum = errors.mul_add(L::load(proof, &backprop.used[j..]), *sum);
                }
            }
        }
        backprop.mean_over_outputs(sums.total().to_f64())
    }
}
