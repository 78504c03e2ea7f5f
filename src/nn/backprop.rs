//! Forward, backward, downhill: the four equations of backpropagation (Nielsen, chapter 2).

#[cfg(test)]
mod tests;

use ndarray::{ArrayView2, ShapeBuilder};

use crate::nn::batch::Layout;
use crate::nn::cost::{Last, LastLanes};
use crate::nn::kernel::{Factor, Sink, gather, product, spread, spread_turned, transpose};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::network::{Numbers, stride, zeros};
use crate::nn::turned::Turned;
use crate::nn::{Activation, Cost, Gradients, Layer, MiniBatch, Network, Output, Real};

/// What a network does with a mini-batch: the numbers of every neuron on every example. Made once
/// for a network's shape; no step takes memory. Layers count from 0, the one next to the inputs.
#[derive(Clone, Debug)]
pub struct Backprop<R> {
    hidden: Activation,
    output: Output,
    rows: usize,
    traces: Vec<Trace<R>>,
    /// The targets, laid out like the activations of the last layer.
    y: Numbers<R>,
    /// 1 for each neuron of the last layer, 0 for what makes them whole lanes.
    used: Numbers<R>,
    /// The lit inputs by input, where the first layer is so wide that it is moved by input.
    turned: Option<Turned<R>>,
}

/// A first layer whose rows of weights take so many bytes is moved by input: of 512 neurons that
/// takes half the time, of 100 as long as by example, of 30 longer.
const TURNED_FROM: usize = 1024;

/// One layer on every example. Each array is row major, (m, stride), of which n numbers are used;
/// of δ the others are 0.
#[derive(Clone, Debug)]
struct Trace<R> {
    n: usize,
    stride: usize,
    z: Numbers<R>,
    a: Numbers<R>,
    /// f′(z) of a hidden layer; 1 − a of the last one.
    slopes: Numbers<R>,
    deltas: Numbers<R>,
    /// The weights by rows, (n, stride of the layer before): what (BP2) multiplies with.
    transposed: Numbers<R>,
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

    /// Where the numbers of one example are.
    fn row(&self, row: usize) -> std::ops::Range<usize> {
        row * self.stride..row * self.stride + self.n
    }

    fn view<'a>(&self, numbers: &'a [R], rows: usize) -> ArrayView2<'a, R> {
        ArrayView2::from_shape((rows, self.n).strides((self.stride, 1)), numbers)
            .expect("a trace holds every row")
    }
}

impl<R: Real> Backprop<R> {
    /// Room for `max_rows` examples in networks shaped like this one.
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
            turned: is_long.then(|| Turned::new(first.inputs(), max_rows)),
            traces,
        }
    }

    /// Computes z and a of every neuron on every example: z^l = W^l a^{l−1} + b^l, a^l = f(z^l).
    pub fn forward(&mut self, network: &Network<R>, batch: MiniBatch<'_, R>) {
        R::in_lanes(Forward { backprop: self, network, batch });
    }

    /// The mean cost over the examples, data term only, after [`Self::forward`].
    pub fn cost(&self, cost: Cost) -> f64 {
        R::in_lanes(MeanCost { backprop: self, cost })
    }

    /// Computes δ = ∂C/∂z of every neuron on every example, after [`Self::forward`].
    pub fn backward(&mut self, network: &Network<R>, cost: Cost) {
        R::in_lanes(Backward { backprop: self, network, cost });
    }

    /// Steps downhill, after [`Self::backward`]: w ← shrink·w − (η/m) Σ ∂C/∂w, and the biases
    /// without shrinking.
    pub fn descend(
        &mut self,
        network: &mut Network<R>,
        batch: MiniBatch<'_, R>,
        eta: f64,
        shrink: f64,
    ) {
        let factor = -eta / self.rows as f64;
        R::in_lanes(AddTo { backprop: self, layers: network.layers_mut(), batch, factor, shrink });
    }

    /// The gradients, means over the examples, data term only, after [`Self::backward`].
    pub fn gradients(&mut self, network: &Network<R>, batch: MiniBatch<'_, R>) -> Gradients<R> {
        let mut gradients = Gradients::zeros(network);
        self.add_gradients(&mut gradients, batch, 1.0 / self.rows as f64);
        gradients
    }

    /// Adds `factor` times the gradients summed over the examples: to go through a large set in
    /// several mini-batches.
    pub fn add_gradients(
        &mut self,
        gradients: &mut Gradients<R>,
        batch: MiniBatch<'_, R>,
        factor: f64,
    ) {
        let layers = gradients.layers_mut();
        R::in_lanes(AddTo { backprop: self, layers, batch, factor, shrink: 1.0 });
    }

    /// The weighted inputs z of layer `l`, shape (m, n).
    pub fn weighted_inputs(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].z, self.rows)
    }

    /// The activations a of layer `l`, shape (m, n).
    pub fn activations(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].a, self.rows)
    }

    /// The activations a of the last layer, shape (m, n).
    pub fn last_activations(&self) -> ArrayView2<'_, R> {
        self.activations(self.traces.len() - 1)
    }

    /// The targets y, shape (m, n).
    pub fn targets(&self) -> ArrayView2<'_, R> {
        self.last_trace().view(&self.y, self.rows)
    }

    /// The errors δ of layer `l`, shape (m, n): of each example by itself, not averaged.
    pub fn deltas(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].deltas, self.rows)
    }

    /// How many of the activations of layer `l` are saturated, over all examples.
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

    /// The mean of |a − y| over the outputs and the examples, after [`Self::forward`].
    pub fn mean_error(&self) -> f64 {
        R::in_lanes(MeanError { backprop: self })
    }

    /// The mean of |δ| over the outputs and the examples, after [`Self::backward`].
    pub fn mean_delta(&self) -> f64 {
        let trace = self.last_trace();
        let used = &trace.deltas[..self.rows * trace.stride];
        self.mean_over_outputs(used.iter().map(|delta| delta.abs().to_f64()).sum())
    }

    /// No single weight or bias moves further than this in [`Self::descend`], apart from what
    /// `shrink` does and from the rounding of the weight itself; infinite where a δ is not finite.
    /// Since a move is (η/m) Σ a δ, it is η times the largest |a| and the largest |δ|.
    pub fn step_bound(&self, batch: MiniBatch<'_, R>, eta: f64) -> f64 {
        let mut into = batch.largest_input();
        let mut bound = 0.0_f64;
        for trace in &self.traces {
            let used = self.rows * trace.stride;
            bound = bound.max(into.max(1.0) * largest_magnitude(&trace.deltas[..used]));
            into = match self.hidden {
                Activation::Sigmoid | Activation::Tanh => 1.0,
                _ => largest_magnitude(&trace.a[..used]),
            };
        }
        eta * bound * rounding::<R>(self.rows)
    }

    fn mean_over_outputs(&self, sum: f64) -> f64 {
        sum / (self.rows * self.last_trace().n) as f64
    }

    fn last_trace(&self) -> &Trace<R> {
        &self.traces[self.traces.len() - 1]
    }

    /// A softmax layer on one example.
    fn last(&self, row: usize) -> Last<'_, R> {
        let trace = self.last_trace();
        let at = trace.row(row);
        Last { z: &trace.z[at.clone()], a: &trace.a[at.clone()], complements: &trace.slopes[at] }
    }

    /// The outputs from number `at` on, an example being `stride` long.
    #[inline(always)]
    fn last_lanes<L: Lanes<Number = R>>(&self, proof: L::Proof, at: usize) -> LastLanes<L> {
        let trace = self.last_trace();
        LastLanes {
            z: L::load(proof, &trace.z[at..]),
            a: L::load(proof, &trace.a[at..]),
            complement: L::load(proof, &trace.slopes[at..]),
            y: L::load(proof, &self.y[at..]),
        }
    }
}

/// How far sums of `rows` products may be off by rounding, as a factor: each may round up.
pub(super) fn rounding<R: Real>(rows: usize) -> f64 {
    1.0 + (rows as f64 + 8.0) * R::epsilon().to_f64()
}

/// The largest magnitude of whole lanes of numbers; infinite where one is not finite.
fn largest_magnitude<R: Real>(numbers: &[R]) -> f64 {
    struct Largest<'a, R>(&'a [R]);

    impl<R: Real> Kernel<R> for Largest<'_, R> {
        type Output = f64;

        #[inline(always)]
        fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> f64 {
            let zero = L::splat(proof, R::zero());
            // The witness stays 0 as long as every number is finite, then never is again.
            let (mut largest, mut witness) = (zero, zero);
            for numbers in self.0.chunks_exact(L::N) {
                let numbers = L::load(proof, numbers);
                largest = numbers.abs().max(largest);
                witness = numbers.mul_add(zero, witness);
            }
            if witness.sum() == R::zero() { largest.largest().to_f64() } else { f64::INFINITY }
        }
    }

    R::in_lanes(Largest(numbers))
}

/// z^l = W^l a^{l−1} + b^l, a^l = f(z^l).
struct Forward<'a, R> {
    backprop: &'a mut Backprop<R>,
    network: &'a Network<R>,
    batch: MiniBatch<'a, R>,
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
                (None, Layout::Lit) => weigh_lit::<R, L>(proof, layer, batch, &mut trace.z),
                (None, Layout::Columns) => {
                    let (x, column) = batch.x_columns();
                    weigh::<R, L>(proof, layer, (Factor::Columns(x, column), rows), &mut trace.z);
                }
                (Some(before), _) => {
                    let a = Factor::Rows(&before.a, before.stride);
                    weigh::<R, L>(proof, layer, (a, rows), &mut trace.z);
                }
            }
            let used = rows * trace.stride;
            let z = &trace.z[..used];
            let (a, slopes) = (&mut trace.a[..used], &mut trace.slopes[..used]);
            if l < last {
                backprop.hidden.apply::<R, L>(proof, z, (a, slopes));
            } else {
                let rows = z.chunks_exact(trace.stride).zip(a.chunks_exact_mut(trace.stride));
                for ((z, a), complements) in rows.zip(slopes.chunks_exact_mut(trace.stride)) {
                    backprop.output.apply::<R, L>(proof, (z, trace.n), (a, complements));
                }
            }
        }
    }
}

/// z = W x + b for the layer next to the inputs: what is 0 adds nothing and is left out, exactly.
/// Of MNIST four pixels in five are 0, and leaving them out makes a step 2.2 times as fast.
#[inline(always)]
fn weigh_lit<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    layer: &Layer<R>,
    batch: MiniBatch<'_, R>,
    z: &mut [R],
) {
    let width = layer.stride();
    let scale = L::splat(proof, R::of(layer.scale()));
    for (row, z) in z.chunks_exact_mut(width).take(batch.rows()).enumerate() {
        z.fill(R::zero());
        gather::<R, L>(proof, z, (layer.columns(), width), batch.lit(row));
        let biases = layer.padded_biases().chunks_exact(L::N);
        for (z, bias) in z.chunks_exact_mut(L::N).zip(biases) {
            L::load(proof, z).mul_add(scale, L::load(proof, bias)).store(z);
        }
    }
}

/// z = W a + b, the examples a being given as a factor and their count.
#[inline(always)]
fn weigh<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    layer: &Layer<R>,
    (a, rows): (Factor<'_, R>, usize),
    z: &mut [R],
) {
    let width = layer.stride();
    let biases = layer.padded_biases();
    let scale = L::splat(proof, R::of(layer.scale()));
    let sink = Weighted { proof, z, width, biases, scale };
    product::<R, L>(proof, rows, a, (layer.columns(), width), sink);
}

/// z = scale · sum + b.
struct Weighted<'a, R, L: Lanes> {
    proof: L::Proof,
    z: &'a mut [R],
    width: usize,
    biases: &'a [R],
    scale: L,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for Weighted<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, row: usize, j: usize, sum: L) {
        let bias = L::load(self.proof, &self.biases[j..]);
        sum.mul_add(self.scale, bias).store(&mut self.z[row * self.width + j..]);
    }
}

/// The mean cost over the examples.
struct MeanCost<'a, R> {
    backprop: &'a Backprop<R>,
    cost: Cost,
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
        let mut sum = L::splat(proof, R::zero());
        let stride = backprop.last_trace().stride;
        for row in 0..rows {
            for j in (0..stride).step_by(L::N) {
                let last = backprop.last_lanes::<L>(proof, row * stride + j);
                let (costs, _) = cost.of_lanes(proof, backprop.output, &last);
                sum = costs.mul_add(L::load(proof, &backprop.used[j..]), sum);
            }
        }
        sum.sum().to_f64() / rows as f64
    }
}

/// The mean of |a − y|.
struct MeanError<'a, R> {
    backprop: &'a Backprop<R>,
}

impl<R: Real> Kernel<R> for MeanError<'_, R> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> f64 {
        let mut sum = L::splat(proof, R::zero());
        let stride = self.backprop.last_trace().stride;
        for row in 0..self.backprop.rows {
            for j in (0..stride).step_by(L::N) {
                let last = self.backprop.last_lanes::<L>(proof, row * stride + j);
                let errors = last.residual(proof, self.backprop.output).abs();
                sum = errors.mul_add(L::load(proof, &self.backprop.used[j..]), sum);
            }
        }
        self.backprop.mean_over_outputs(sum.sum().to_f64())
    }
}

/// δ of every neuron, from the last layer to the first.
struct Backward<'a, R> {
    backprop: &'a mut Backprop<R>,
    network: &'a Network<R>,
    cost: Cost,
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
            let width = trace.stride;
            transpose((layer.columns(), layer.stride()), &mut next.transposed, width);
            let a = Factor::Rows(&next.deltas[..], next.stride);
            let b = (&next.transposed[..], width);
            let (slopes, deltas) = (&trace.slopes[..], &mut trace.deltas[..]);
            let sink = CarriedBack { proof, deltas, slopes, width };
            product::<R, L>(proof, backprop.rows, a, b, sink);
        }
    }
}

/// δ = sum · f′(z).
struct CarriedBack<'a, R, L: Lanes> {
    proof: L::Proof,
    deltas: &'a mut [R],
    slopes: &'a [R],
    width: usize,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for CarriedBack<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, row: usize, j: usize, sum: L) {
        let at = row * self.width + j;
        let slopes = L::load(self.proof, &self.slopes[at..]);
        (sum * slopes).store(&mut self.deltas[at..]);
    }
}

/// w ← shrink·w + factor·Σ ∂C/∂w, b ← b + factor·Σ ∂C/∂b, sums over the examples.
struct AddTo<'a, R> {
    backprop: &'a mut Backprop<R>,
    layers: &'a mut [Layer<R>],
    batch: MiniBatch<'a, R>,
    factor: f64,
    shrink: f64,
}

impl<R: Real> Kernel<R> for AddTo<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { backprop, layers, batch, factor, shrink } = self;
        let rows = backprop.rows;
        for (l, (layer, trace)) in layers.iter_mut().zip(&backprop.traces).enumerate() {
            let deltas = (&trace.deltas[..rows * trace.stride], trace.stride);
            // (BP3): ∂C/∂b = δ.
            let by = L::splat(proof, R::of(factor));
            let biases = layer.padded_biases_mut();
            for deltas in deltas.0.chunks_exact(deltas.1) {
                for (b, delta) in biases.chunks_exact_mut(L::N).zip(deltas.chunks_exact(L::N)) {
                    L::load(proof, delta).mul_add(by, L::load(proof, b)).store(b);
                }
            }
            // (BP4): ∂C/∂w_jk = a_k δ_j.
            let a = match (l, batch.layout()) {
                (0, Layout::Lit) => {
                    // An input that is 0 moves none of its weights, and what they shrink by is
                    // remembered for all of them.
                    layer.shrink_later(shrink);
                    let factor = R::of(factor / layer.scale());
                    let width = layer.stride();
                    if let Some(turned) = &mut backprop.turned {
                        turned.turn(batch, factor);
                        let columns = (layer.columns_mut(), width);
                        spread_turned::<R, L>(proof, columns, deltas.0, turned);
                        continue;
                    }
                    for (row, deltas) in deltas.0.chunks_exact(width).enumerate() {
                        let columns = (layer.columns_mut(), width);
                        spread::<R, L>(proof, columns, (deltas, factor), batch.lit(row));
                    }
                    continue;
                }
                (0, Layout::Columns) => {
                    let (x, column) = batch.x_columns();
                    Factor::Rows(x, column)
                }
                _ => {
                    let before = &backprop.traces[l - 1];
                    Factor::Columns(&before.a[..], before.stride)
                }
            };
            let (width, inputs) = (layer.stride(), layer.inputs());
            let columns = layer.columns_mut();
            let shrink = L::splat(proof, R::of(shrink));
            let sink = Moved { proof, columns, width, by, shrink };
            product::<R, L>(proof, inputs, a, deltas, sink);
        }
    }
}

/// w ← shrink · w + by · sum.
struct Moved<'a, R, L: Lanes> {
    proof: L::Proof,
    columns: &'a mut [R],
    width: usize,
    by: L,
    shrink: L,
}

impl<R: Real, L: Lanes<Number = R>> Sink<L> for Moved<'_, R, L> {
    #[inline(always)]
    fn take(&mut self, k: usize, j: usize, sum: L) {
        let w = &mut self.columns[k * self.width + j..];
        sum.mul_add(self.by, self.shrink * L::load(self.proof, w)).store(w);
    }
}
