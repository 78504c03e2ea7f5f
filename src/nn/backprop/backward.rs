//! The backward pass: (BP1) for the last layer, (BP2) for those before it.

use crate::nn::backprop::trace::Backprop;
use crate::nn::kernel::{Operand, Sink, product, transpose};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::network::zeros;
use crate::nn::strided_rows::StridedRows;
use crate::nn::{Cost, Network, Output, Real};

/// The kernel that computes δ of every neuron, from the last layer to the first.
pub(super) struct Backward<'a, R> {
    pub(super) backprop: &'a mut Backprop<R>,
    pub(super) network: &'a Network<R>,
    pub(super) cost: Cost,
}

impl<R: Real> Kernel<R> for Backward<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { backprop, network, cost } = self;
        // (BP1): δ^L = ∇_a C ⊙ σ′(z^L).
        let last = backprop.traces.len() - 1;
        let mut deltas = std::mem::replace(&mut backprop.traces[last].deltas, zeros(0));
        if backprop.output == Output::Softmax {
            for row in 0..backprop.rows {
                let at = backprop.traces[last].row(row);
                let y = &backprop.y[at.clone()];
                cost.delta_of_softmax(&backprop.last(row), y, &mut deltas[at]);
            }
        } else {
            let stride = backprop.traces[last].stride;
            for row in 0..backprop.rows {
                for j in (0..stride).step_by(L::N) {
                    let at = row * stride + j;
                    let last = backprop.last_lanes::<L>(proof, at);
                    let (_, delta) = cost.of_lanes(proof, backprop.output, &last);
                    (delta * L::load(proof, &backprop.used[j..])).store(&mut deltas[at..]);
                }
            }
        }
        backprop.traces[last].deltas = deltas;
        // (BP2): δ^l = ((W^{l+1})ᵀ δ^{l+1}) ⊙ σ′(z^l).
        for l in (0..last).rev() {
            let (before, after) = backprop.traces.split_at_mut(l + 1);
            let (trace, next) = (&mut before[l], &mut after[0]);
            let layer = &network.layers()[l + 1];
            // Only the first layer's weights ever have a pending factor, and they carry no δ back.
            debug_assert!(layer.scale() == 1.0, "the weights are settled");
            let width = trace.stride;
            let columns = StridedRows { numbers: layer.columns(), stride: layer.stride() };
            transpose(columns, &mut next.transposed, width);
            let a = Operand::Rows(StridedRows { numbers: &next.deltas, stride: next.stride });
            let b = StridedRows { numbers: &next.transposed, stride: width };
            let (slopes, deltas) = (&trace.slopes[..], &mut trace.deltas[..]);
            let sink = DeltaSink { proof, deltas, slopes, width };
            product::<R, L>(proof, backprop.rows, a, b, sink);
        }
    }
}

/// Stores δ = sum · f′(z).
struct DeltaSink<'a, R, L: Lanes> {
    proof: L::Proof,
    deltas: &'a mut [R],
    slopes: &'a [R],
    width: usize,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for DeltaSink<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, row: usize, j: usize, sum: L) {
        let at = row * self.width + j;
        let slopes = L::load(self.proof, &self.slopes[at..]);
        (sum * slopes).store(&mut self.deltas[at..]);
    }
}
