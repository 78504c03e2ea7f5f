//! Applies (BP3) and (BP4) to weights, biases or their gradients.

use crate::nn::backprop::trace::Backprop;
use crate::nn::batch::BatchLayout;
use crate::nn::kernel::{Operand, ScaledRow, Sink, product, spread, spread_sparse};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::strided_rows::{StridedRows, StridedRowsMut};
use crate::nn::update_rule::{LaneFactors, StepFactors};
use crate::nn::{Layer, MiniBatch, Real};

/// The kernel for w ← shrink·w + factor·Σ ∂C/∂w, b ← b + factor·Σ ∂C/∂b, sums over the examples.
pub(super) struct AddGradients<'a, R> {
    pub(super) backprop: &'a mut Backprop<R>,
    pub(super) layers: &'a mut [Layer<R>],
    pub(super) batch: MiniBatch<'a, R>,
    pub(super) factors: StepFactors,
}

impl<R: Real> Kernel<R> for AddGradients<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { backprop, layers, batch, factors } = self;
        let rows = backprop.rows;
        let in_lanes = factors.in_lanes::<R, L>(proof);
        for (l, (layer, trace)) in layers.iter_mut().zip(&backprop.traces).enumerate() {
            let deltas =
                StridedRows { numbers: &trace.deltas[..rows * trace.stride], stride: trace.stride };
            // (BP3): ∂C/∂b = δ.
            let biases = layer.padded_biases_mut();
            for deltas in deltas.numbers.chunks_exact(deltas.stride) {
                for (b, delta) in biases.chunks_exact_mut(L::N).zip(deltas.chunks_exact(L::N)) {
                    in_lanes.bias(L::load(proof, b), L::load(proof, delta)).store(b);
                }
            }
            // (BP4): ∂C/∂w_jk = a_k δ_j.
            let a = match (l, batch.layout()) {
                (0, BatchLayout::Sparse) => {
                    // An input that is 0 moves none of its weights, and shrinking is deferred for all
                    // of them.
                    let factor = factors.shrink_later(layer);
                    let stride = layer.stride();
                    if let Some(sparse_columns) = &mut backprop.sparse_columns {
                        sparse_columns.fill(batch, factor);
                        let columns = StridedRowsMut { numbers: layer.columns_mut(), stride };
                        spread_sparse::<R, L>(proof, columns, deltas.numbers, sparse_columns);
                        continue;
                    }
                    for (row, numbers) in deltas.numbers.chunks_exact(stride).enumerate() {
                        let columns = StridedRowsMut { numbers: layer.columns_mut(), stride };
                        let deltas = ScaledRow { numbers, factor };
                        spread::<R, L>(proof, columns, deltas, batch.sparse_row(row));
                    }
                    continue;
                }
                (0, BatchLayout::Columns) => Operand::Rows(batch.x_columns()),
                _ => Operand::Columns(backprop.traces[l - 1].activations()),
            };
            layer.settle();
            let (width, inputs) = (layer.stride(), layer.inputs());
            let columns = layer.columns_mut();
            let sink = WeightSink { proof, columns, width, factors: in_lanes };
            product::<R, L>(proof, inputs, a, deltas, sink);
        }
    }
}

/// Stores w ← shrink·w + factor·sum.
struct WeightSink<'a, R, L: Lanes> {
    proof: L::Proof,
    columns: &'a mut [R],
    width: usize,
    factors: LaneFactors<L>,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for WeightSink<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, k: usize, j: usize, sum: L) {
        let w = &mut self.columns[k * self.width + j..];
        self.factors.weight(L::load(self.proof, w), sum).store(w);
    }
}
