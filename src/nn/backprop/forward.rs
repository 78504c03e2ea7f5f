//! The forward pass: z^l = W^l a^{l−1} + b^l, a^l = f(z^l).

use crate::nn::activation::{HiddenRow, OutputRow};
use crate::nn::backprop::trace::Backprop;
use crate::nn::batch::BatchLayout;
use crate::nn::kernel::{Operand, Sink, gather, product};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::strided_rows::StridedRows;
use crate::nn::{Layer, MiniBatch, Network, Real};

/// The kernel that computes z^l = W^l a^{l−1} + b^l and a^l = f(z^l).
pub(super) struct Forward<'a, R> {
    pub(super) backprop: &'a mut Backprop<R>,
    pub(super) network: &'a Network<R>,
    pub(super) batch: MiniBatch<'a, R>,
}

impl<R: Real> Kernel<R> for Forward<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { backprop, network, batch } = self;
        let (rows, last) = (batch.rows(), backprop.traces.len() - 1);
        backprop.rows = rows;
        batch.copy_targets(&mut backprop.y);
        for (l, layer) in network.layers().iter().enumerate() {
            let (before, here) = backprop.traces.split_at_mut(l);
            let trace = &mut here[0];
            match (before.last(), batch.layout()) {
                (None, BatchLayout::Sparse) => {
                    weighted_inputs_sparse::<R, L>(proof, layer, batch, &mut trace.z);
                }
                (None, BatchLayout::Columns) => {
                    let x = Operand::Columns(batch.x_columns());
                    weighted_inputs_dense::<R, L>(proof, layer, x, rows, &mut trace.z);
                }
                (Some(before), _) => {
                    let a = Operand::Rows(before.activations());
                    weighted_inputs_dense::<R, L>(proof, layer, a, rows, &mut trace.z);
                }
            }
            let used = rows * trace.stride;
            let z = &trace.z[..used];
            let (a, slopes) = (&mut trace.a[..used], &mut trace.slopes[..used]);
            if l < last {
                backprop.hidden.apply::<R, L>(proof, z, HiddenRow { a, slopes });
            } else {
                let rows = z.chunks_exact(trace.stride).zip(a.chunks_exact_mut(trace.stride));
                for ((z, a), complements) in rows.zip(slopes.chunks_exact_mut(trace.stride)) {
                    let into = OutputRow { a, complements };
                    backprop.output.apply::<R, L>(proof, trace.n, z, into);
                }
            }
        }
    }
}

/// Computes z = W x + b for the layer next to the inputs. An input that is 0 adds nothing and is
/// skipped, which changes no bit. In MNIST four pixels in five are 0, and skipping them makes a step
/// 2.2 times as fast.
#[inline(always)]
fn weighted_inputs_sparse<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    layer: &Layer<R>,
    batch: MiniBatch<'_, R>,
    z: &mut [R],
) {
    let width = layer.stride();
    let columns = StridedRows { numbers: layer.columns(), stride: width };
    let scale = L::splat(proof, R::of(layer.scale()));
    for (row, z) in z.chunks_exact_mut(width).take(batch.rows()).enumerate() {
        z.fill(R::zero());
        gather::<R, L>(proof, z, columns, batch.sparse_row(row));
        let biases = layer.padded_biases().chunks_exact(L::N);
        for (z, bias) in z.chunks_exact_mut(L::N).zip(biases) {
            L::load(proof, z).mul_add(scale, L::load(proof, bias)).store(z);
        }
    }
}

/// Computes z = W a + b for `rows` examples a.
#[inline(always)]
fn weighted_inputs_dense<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    layer: &Layer<R>,
    a: Operand<'_, R>,
    rows: usize,
    z: &mut [R],
) {
    let width = layer.stride();
    let biases = layer.padded_biases();
    let scale = L::splat(proof, R::of(layer.scale()));
    let sink = WeightedInputSink { proof, z, width, biases, scale };
    let columns = StridedRows { numbers: layer.columns(), stride: width };
    product::<R, L>(proof, rows, a, columns, sink);
}

/// Stores z = scale · sum + b.
struct WeightedInputSink<'a, R, L: Lanes> {
    proof: L::Proof,
    z: &'a mut [R],
    width: usize,
    biases: &'a [R],
    scale: L,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for WeightedInputSink<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, row: usize, j: usize, sum: L) {
        let bias = L::load(self.proof, &self.biases[j..]);
        sum.mul_add(self.scale, bias).store(&mut self.z[row * self.width + j..]);
    }
}
