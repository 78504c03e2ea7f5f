//! The buffers of a forward and a backward pass: the numbers of every layer on every example.

use ndarray::{ArrayView2, ShapeBuilder};

use crate::nn::cost::{OutputLanes, SoftmaxRow};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::network::{AlignedVec, stride, zeros};
use crate::nn::sparse_columns::SparseColumns;
use crate::nn::strided_rows::StridedRows;
use crate::nn::{Activation, Layer, MiniBatch, Network, Output, Real};

/// The forward and backward pass of a mini-batch. It is allocated once for a network's shape; no step
/// allocates. Layer 0 is next to the inputs.
#[derive(Clone, Debug)]
pub struct Backprop<R> {
    pub(super) hidden: Activation,
    pub(super) output: Output,
    pub(super) rows: usize,
    pub(super) traces: Vec<Trace<R>>,
    /// The targets, laid out like the activations of the last layer.
    pub(super) y: AlignedVec<R>,
    /// 1 for each neuron of the last layer, 0 in the padding to whole lanes.
    pub(super) used: AlignedVec<R>,
    /// The inputs that are not 0 by input, if the first layer is so wide that it is updated by input.
    pub(super) sparse_columns: Option<SparseColumns<R>>,
}

/// The size in bytes of a column of the first layer from which it is updated input by input and not
/// example by example. With 512 neurons this takes half the time, with 100 as long, with 30 longer.
const TURNED_FROM: usize = 1024;

/// The numbers of one layer on every example. Each array is row-major, shape (m, stride); n numbers of
/// each row are used, and in `deltas` the others are 0.
#[derive(Clone, Debug)]
pub(super) struct Trace<R> {
    pub(super) n: usize,
    pub(super) stride: usize,
    pub(super) z: AlignedVec<R>,
    pub(super) a: AlignedVec<R>,
    /// f′(z) of a hidden layer; 1 − a of the last one.
    pub(super) slopes: AlignedVec<R>,
    pub(super) deltas: AlignedVec<R>,
    /// The weights by rows, shape (n, stride of the layer before), which (BP2) multiplies by.
    pub(super) transposed: AlignedVec<R>,
}

impl<R: Real> Trace<R> {
    fn new(layer: &Layer<R>, max_rows: usize) -> Self {
        let (n, stride_out) = (layer.outputs(), layer.stride());
        let numbers = || zeros(max_rows * stride_out);
        Self {
            n,
            stride: stride_out,
            z: numbers(),
            a: numbers(),
            slopes: numbers(),
            deltas: numbers(),
            transposed: zeros(n * stride::<R>(layer.inputs())),
        }
    }

    /// Returns the range of the numbers of one example.
    pub(super) fn row(&self, row: usize) -> std::ops::Range<usize> {
        row * self.stride..row * self.stride + self.n
    }

    /// Returns the activations, a row for each example.
    pub(super) fn activations(&self) -> StridedRows<'_, R> {
        StridedRows { numbers: &self.a, stride: self.stride }
    }

    fn view<'a>(&self, numbers: &'a [R], rows: usize) -> ArrayView2<'a, R> {
        ArrayView2::from_shape((rows, self.n).strides((self.stride, 1)), numbers)
            .expect("a trace holds every row")
    }
}

impl<R: Real> Backprop<R> {
    /// Allocates the buffers for `max_rows` examples in networks of this shape.
    pub fn new(network: &Network<R>, max_rows: usize) -> Self {
        let traces: Vec<_> =
            network.layers().iter().map(|layer| Trace::new(layer, max_rows)).collect();
        let last = &traces[traces.len() - 1];
        let mut used = zeros(last.stride);
        used[..last.n].fill(R::one());
        let y = zeros(max_rows * last.stride);
        let first = &network.layers()[0];
        let is_long = first.stride() * size_of::<R>() >= TURNED_FROM;
        Self {
            hidden: network.hidden(),
            output: network.output(),
            rows: 0,
            y,
            used,
            sparse_columns: is_long.then(|| SparseColumns::new(first.inputs(), max_rows)),
            traces,
        }
    }

    /// Returns the weighted inputs z of layer `l`, shape (m, n).
    pub fn weighted_inputs(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].z, self.rows)
    }

    /// Returns the activations a of layer `l`, shape (m, n).
    pub fn activations(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].a, self.rows)
    }

    /// Returns the activations a of the last layer, shape (m, n).
    pub fn last_activations(&self) -> ArrayView2<'_, R> {
        self.activations(self.traces.len() - 1)
    }

    /// Returns the targets y, shape (m, n).
    pub fn targets(&self) -> ArrayView2<'_, R> {
        self.last_trace().view(&self.y, self.rows)
    }

    /// Returns the errors δ of layer `l`, shape (m, n), one row for each example, not averaged.
    pub fn deltas(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].deltas, self.rows)
    }

    /// Returns the number of saturated activations of layer `l`, over all examples.
    pub fn saturated(&self, l: usize) -> usize {
        let trace = &self.traces[l];
        let is_last = l + 1 == self.traces.len();
        let of_row = |row| {
            let at = trace.row(row);
            let pairs = trace.a[at.clone()].iter().zip(&trace.slopes[at]);
            let is_saturated = |(a, slope): &(&R, &R)| {
                if is_last {
                    self.output.is_saturated(**a, **slope)
                } else {
                    self.hidden.is_saturated(**slope)
                }
            };
            pairs.filter(is_saturated).count()
        };
        (0..self.rows).map(of_row).sum()
    }

    /// Returns the number of saturated activations of the last layer that are wrong, over all examples:
    /// those with |a − y| ≥ ½.
    pub fn saturated_wrong(&self) -> usize {
        let half = R::of(0.5);
        let of_row = |row| {
            let last = self.last(row);
            let errors = last.residuals(&self.y[self.last_trace().row(row)]);
            let outputs = last.a.iter().zip(last.complements).zip(errors);
            let is_counted = |(a, complement): (&R, &R), error: R| {
                self.output.is_saturated(*a, *complement) && error.abs() >= half
            };
            outputs.filter(|(output, error)| is_counted(*output, *error)).count()
        };
        (0..self.rows).map(of_row).sum()
    }

    /// Returns the mean of f′(z) over the neurons of hidden layer `l` and the examples.
    pub fn mean_slope(&self, l: usize) -> f64 {
        let trace = &self.traces[l];
        let of_row = |row| trace.slopes[trace.row(row)].iter().map(|slope| (*slope).to_f64());
        let sum: f64 = (0..self.rows).flat_map(of_row).sum();
        sum / (self.rows * trace.n) as f64
    }

    /// Returns the mean of |δ| over the outputs and the examples, after [`Self::backward`].
    pub fn mean_delta(&self) -> f64 {
        let trace = self.last_trace();
        let used = &trace.deltas[..self.rows * trace.stride];
        self.mean_over_outputs(used.iter().map(|delta| delta.abs().to_f64()).sum())
    }

    /// Returns an upper bound on |∂C/∂w| and |∂C/∂b| of every example, after [`Self::backward`].
    /// Infinite if a δ or its input is not finite.
    pub fn gradient_bound(&self, batch: MiniBatch<'_, R>) -> f64 {
        // Rounded as the network rounds it: it may be infinite in this precision alone.
        let mut into = R::of(batch.largest_input()).to_f64();
        let mut bound = 0.0_f64;
        for trace in &self.traces {
            if !into.is_finite() {
                return f64::INFINITY;
            }
            let used = self.rows * trace.stride;
            bound = bound.max(into.max(1.0) * largest_magnitude(&trace.deltas[..used]));
            into = match self.hidden {
                Activation::Sigmoid | Activation::Tanh => 1.0,
                _ => largest_magnitude(&trace.a[..used]),
            };
        }
        bound
    }

    pub(super) fn mean_over_outputs(&self, sum: f64) -> f64 {
        sum / (self.rows * self.last_trace().n) as f64
    }

    pub(super) fn last_trace(&self) -> &Trace<R> {
        &self.traces[self.traces.len() - 1]
    }

    /// Returns the softmax layer on one example.
    pub(super) fn last(&self, row: usize) -> SoftmaxRow<'_, R> {
        let trace = self.last_trace();
        let at = trace.row(row);
        SoftmaxRow {
            z: &trace.z[at.clone()],
            a: &trace.a[at.clone()],
            complements: &trace.slopes[at],
        }
    }

    /// Loads the outputs from number `at` on; an example takes `stride` numbers.
    #[inline(always)]
    pub(super) fn last_lanes<L: Lanes<Number = R>>(
        &self,
        proof: L::Proof,
        at: usize,
    ) -> OutputLanes<L> {
        let trace = self.last_trace();
        OutputLanes {
            z: L::load(proof, &trace.z[at..]),
            a: L::load(proof, &trace.a[at..]),
            complement: L::load(proof, &trace.slopes[at..]),
            y: L::load(proof, &self.y[at..]),
        }
    }
}

/// Returns the largest magnitude of whole lanes of numbers; infinite if one is not finite.
fn largest_magnitude<R: Real>(numbers: &[R]) -> f64 {
    struct LargestMagnitude<'a, R>(&'a [R]);

    impl<R: Real> Kernel<R> for LargestMagnitude<'_, R> {
        type Output = f64;

        #[inline(always)]
        fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> f64 {
            let zero = L::splat(proof, R::zero());
            // The witness stays 0 as long as every number is finite, and is NaN from then on.
            let (mut largest, mut witness) = (zero, zero);
            for numbers in self.0.chunks_exact(L::N) {
                let numbers = L::load(proof, numbers);
                largest = numbers.abs().max(largest);
                witness = numbers.mul_add(zero, witness);
            }
            if witness.sum() == R::zero() { largest.largest().to_f64() } else { f64::INFINITY }
        }
    }

    R::in_lanes(LargestMagnitude(numbers))
}
