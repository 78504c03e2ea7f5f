//! Forward, backward, downhill: the four equations of backpropagation (Nielsen, chapter 2).

#[cfg(test)]
mod tests;

use ndarray::{ArrayView2, ShapeBuilder};

use crate::nn::cost::Last;
use crate::nn::kernel::{Factor, gather, product, spread};
use crate::nn::network::{largest_magnitude, stride};
use crate::nn::{Activation, Cost, Gradients, Layer, MiniBatch, Network, Output, Real};

/// What a network does with a mini-batch: the numbers of every neuron on every example. Made once
/// for a network's shape; no step takes memory. Layers count from 0, the one next to the inputs.
#[derive(Clone, Debug)]
pub struct Backprop<R> {
    hidden: Activation,
    output: Output,
    rows: usize,
    traces: Vec<Trace<R>>,
}

/// One layer on every example. Each array is row major, (m, stride), of which n numbers are used
/// and the others are 0.
#[derive(Clone, Debug)]
struct Trace<R> {
    n: usize,
    stride: usize,
    z: Vec<R>,
    a: Vec<R>,
    /// f′(z) of a hidden layer; 1 − a of the last one.
    slopes: Vec<R>,
    deltas: Vec<R>,
    /// The weights by rows, (n, stride of the layer before): what (BP2) multiplies with.
    transposed: Vec<R>,
}

impl<R: Real> Trace<R> {
    fn new(layer: &Layer<R>, max_rows: usize) -> Self {
        let (n, stride_out) = (layer.outputs(), layer.stride());
        let numbers = || vec![R::zero(); max_rows * stride_out];
        Self {
            n,
            stride: stride_out,
            z: numbers(),
            a: numbers(),
            slopes: numbers(),
            deltas: numbers(),
            transposed: vec![R::zero(); n * stride(layer.inputs())],
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
        let traces = network.layers().iter().map(|layer| Trace::new(layer, max_rows)).collect();
        Self { hidden: network.hidden(), output: network.output(), rows: 0, traces }
    }

    /// Computes z and a of every neuron on every example: z^l = W^l a^{l−1} + b^l, a^l = f(z^l).
    pub fn forward(&mut self, network: &Network<R>, batch: &MiniBatch<R>) {
        self.rows = batch.rows();
        let last = self.traces.len() - 1;
        for (l, layer) in network.layers().iter().enumerate() {
            let (before, here) = self.traces.split_at_mut(l);
            let trace = &mut here[0];
            match before.last() {
                None => weigh_inputs(layer, batch, &mut trace.z),
                Some(before) => weigh(layer, before, self.rows, &mut trace.z),
            }
            for row in 0..self.rows {
                let at = trace.row(row);
                let (z, a) = (&trace.z[at.clone()], &mut trace.a[at.clone()]);
                let slopes = &mut trace.slopes[at];
                if l == last {
                    self.output.apply(z, a, slopes);
                } else {
                    self.hidden.apply(z, a, slopes);
                }
            }
        }
    }

    /// The mean cost over the examples, data term only, after [`Self::forward`].
    pub fn cost(&self, cost: Cost, batch: &MiniBatch<R>) -> f64 {
        let of_row = |row| cost.of_example(&self.last(row), batch.y(row));
        (0..self.rows).map(of_row).sum::<f64>() / self.rows as f64
    }

    /// Computes δ = ∂C/∂z of every neuron on every example, after [`Self::forward`].
    pub fn backward(&mut self, network: &Network<R>, cost: Cost, batch: &MiniBatch<R>) {
        // (BP1): δ^L = ∇_a C ⊙ σ′(z^L).
        let last = self.traces.len() - 1;
        let mut deltas = std::mem::take(&mut self.traces[last].deltas);
        for row in 0..self.rows {
            let at = self.traces[last].row(row);
            cost.delta(&self.last(row), batch.y(row), &mut deltas[at]);
        }
        self.traces[last].deltas = deltas;
        // (BP2): δ^l = ((W^{l+1})ᵀ δ^{l+1}) ⊙ σ′(z^l).
        for l in (0..last).rev() {
            let (before, after) = self.traces.split_at_mut(l + 1);
            let (trace, next) = (&mut before[l], &mut after[0]);
            transpose(&network.layers()[l + 1], trace.stride, &mut next.transposed);
            let b = (&next.transposed[..], trace.stride);
            let (width, slopes, deltas) = (trace.stride, &trace.slopes, &mut trace.deltas);
            product(self.rows, Factor::Rows(&next.deltas, next.stride), b, |row, j, sums| {
                let at = row * width + j..row * width + j + sums.len();
                for ((delta, &slope), &sum) in
                    deltas[at.clone()].iter_mut().zip(&slopes[at]).zip(sums)
                {
                    *delta = sum * slope;
                }
            });
        }
    }

    /// Steps downhill, after [`Self::backward`]: w ← shrink·w − (η/m) Σ ∂C/∂w, and the biases
    /// without shrinking.
    pub fn descend(&self, network: &mut Network<R>, batch: &MiniBatch<R>, eta: f64, shrink: f64) {
        let factor = R::of(-eta / self.rows as f64);
        self.add_to(network.layers_mut(), batch, factor, R::of(shrink));
    }

    /// The gradients, means over the examples, data term only, after [`Self::backward`].
    pub fn gradients(&self, network: &Network<R>, batch: &MiniBatch<R>) -> Gradients<R> {
        let mut gradients = Gradients::zeros(network);
        self.add_gradients(&mut gradients, batch, 1.0 / self.rows as f64);
        gradients
    }

    /// Adds `factor` times the gradients summed over the examples: to go through a large set in
    /// several mini-batches.
    pub fn add_gradients(&self, gradients: &mut Gradients<R>, batch: &MiniBatch<R>, factor: f64) {
        self.add_to(gradients.layers_mut(), batch, R::of(factor), R::one());
    }

    /// w ← shrink·w + factor·Σ ∂C/∂w, b ← b + factor·Σ ∂C/∂b, sums over the examples.
    fn add_to(&self, layers: &mut [Layer<R>], batch: &MiniBatch<R>, factor: R, shrink: R) {
        for (l, (layer, trace)) in layers.iter_mut().zip(&self.traces).enumerate() {
            // (BP3): ∂C/∂b = δ.
            for deltas in trace.deltas.chunks_exact(trace.stride).take(self.rows) {
                for (b, &delta) in layer.padded_biases_mut().iter_mut().zip(deltas) {
                    *b += factor * delta;
                }
            }
            // (BP4): ∂C/∂w_jk = a_k δ_j.
            if l == 0 {
                self.add_to_first(layer, batch, factor, shrink);
                continue;
            }
            let before = &self.traces[l - 1];
            let b = (&trace.deltas[..self.rows * trace.stride], trace.stride);
            let (width, inputs) = (layer.stride(), layer.inputs());
            let columns = layer.columns_mut();
            product(inputs, Factor::Columns(&before.a, before.stride), b, |k, j, sums| {
                let at = k * width + j..k * width + j + sums.len();
                for (w, &sum) in columns[at].iter_mut().zip(sums) {
                    *w = shrink * *w + factor * sum;
                }
            });
        }
    }

    /// (BP4) for the layer next to the inputs: an input that is 0 moves none of its weights.
    fn add_to_first(&self, layer: &mut Layer<R>, batch: &MiniBatch<R>, factor: R, shrink: R) {
        let width = layer.stride();
        let columns = layer.columns_mut();
        if shrink != R::one() {
            for w in columns.iter_mut() {
                *w *= shrink;
            }
        }
        for (row, deltas) in self.traces[0].deltas.chunks_exact(width).take(self.rows).enumerate() {
            let scaled = batch.lit(row).map(|(k, x)| (k, factor * x));
            spread((columns, width), deltas, &scaled);
        }
    }

    /// The weighted inputs z of layer `l`, shape (m, n).
    pub fn weighted_inputs(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].z, self.rows)
    }

    /// The activations a of layer `l`, shape (m, n).
    pub fn activations(&self, l: usize) -> ArrayView2<'_, R> {
        self.traces[l].view(&self.traces[l].a, self.rows)
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

    /// The mean of |a − y| over the outputs and the examples.
    pub fn mean_error(&self, batch: &MiniBatch<R>) -> f64 {
        let of_row =
            |row| self.last(row).residuals(batch.y(row)).map(|r| r.abs().to_f64()).sum::<f64>();
        self.mean_over_outputs((0..self.rows).map(of_row).sum())
    }

    /// The mean of |δ| over the outputs and the examples.
    pub fn mean_delta(&self) -> f64 {
        let trace = &self.traces[self.traces.len() - 1];
        let used = &trace.deltas[..self.rows * trace.stride];
        self.mean_over_outputs(used.iter().map(|delta| delta.abs().to_f64()).sum())
    }

    /// No single weight or bias moves further than this in [`Self::descend`], apart from what
    /// `shrink` does and from the rounding of the weight itself; infinite where a δ is not finite.
    /// Since a move is (η/m) Σ a δ, it is η times the largest |a| and the largest |δ|.
    pub fn step_bound(&self, batch: &MiniBatch<R>, eta: f64) -> f64 {
        let mut into = batch.largest_input();
        let mut bound = 0.0_f64;
        for trace in &self.traces {
            let used = self.rows * trace.stride;
            let delta = largest_magnitude(trace.deltas[..used].iter().copied());
            bound = bound.max(into.max(1.0) * delta);
            into = match self.hidden {
                Activation::Sigmoid | Activation::Tanh => 1.0,
                _ => largest_magnitude(trace.a[..used].iter().copied()),
            };
        }
        // Each of the m sums and products may round up.
        let rounding = 1.0 + (self.rows as f64 + 8.0) * R::epsilon().to_f64();
        eta * bound * rounding
    }

    fn mean_over_outputs(&self, sum: f64) -> f64 {
        sum / (self.rows * self.traces[self.traces.len() - 1].n) as f64
    }

    fn last(&self, row: usize) -> Last<'_, R> {
        let trace = &self.traces[self.traces.len() - 1];
        let at = trace.row(row);
        Last {
            output: self.output,
            z: &trace.z[at.clone()],
            a: &trace.a[at.clone()],
            complements: &trace.slopes[at],
        }
    }
}

/// z = W x + b for the layer next to the inputs: what is 0 adds nothing and is left out.
fn weigh_inputs<R: Real>(layer: &Layer<R>, batch: &MiniBatch<R>, z: &mut [R]) {
    let width = layer.stride();
    for (row, z) in z.chunks_exact_mut(width).take(batch.rows()).enumerate() {
        z.copy_from_slice(layer.padded_biases());
        gather(z, (layer.columns(), width), &batch.lit(row));
    }
}

/// z = W a + b for a layer after another.
fn weigh<R: Real>(layer: &Layer<R>, before: &Trace<R>, rows: usize, z: &mut [R]) {
    let width = layer.stride();
    let biases = layer.padded_biases();
    product(
        rows,
        Factor::Rows(&before.a, before.stride),
        (layer.columns(), width),
        |row, j, sums| {
            let z = &mut z[row * width + j..][..sums.len()];
            for ((z, &sum), &bias) in z.iter_mut().zip(sums).zip(&biases[j..]) {
                *z = sum + bias;
            }
        },
    );
}

/// Writes the weights of a layer by rows, `width` apart.
fn transpose<R: Real>(layer: &Layer<R>, width: usize, rows: &mut [R]) {
    for (k, column) in layer.columns().chunks_exact(layer.stride()).enumerate() {
        for (row, &w) in rows.chunks_exact_mut(width).zip(column) {
            row[k] = w;
        }
    }
}
