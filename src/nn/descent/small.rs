//! The kernel for small networks: lanes hold the examples of a mini-batch.
//!
//! With few neurons in a layer, lanes of neurons would be mostly empty, and each step would take many
//! calls with little work in each. So one call takes many steps, and lanes hold examples.

use std::ops::Range;

use crate::nn::cost::OutputLanes;
use crate::nn::descent::step_plan::{Readings, StepMetric, StepOutcome, StepPlan};
use crate::nn::descent::weight_bound::{GuardedSteps, WeightBound};
use crate::nn::lanes::{Kernel, Lanes, Sums};
use crate::nn::network::{AlignedVec, stride, zeros};
use crate::nn::strided_rows::StridedRows;
use crate::nn::update_rule::{Optimiser, StepBounds};
use crate::nn::{Activation, Cost, Layer, Network, Output, Real, Sgd, UpdateRule};

/// The most neurons in a layer, and the most inputs, for which this kernel is the faster one.
const MOST: usize = 16;

/// The numbers of every neuron on the examples of a mini-batch. Each array has a row for each neuron,
/// layer after layer; a row has a number for each example, then padding to whole lanes.
pub(super) struct Small<R> {
    cost: Cost,
    /// From one row to the next.
    width: usize,
    /// The inputs, a row for each, 0 in the padding. The padding is computed like examples, and
    /// although its weight in every sum is 0, 0 · ∞ is NaN.
    x: AlignedVec<R>,
    /// The first row of each layer.
    rows: Vec<usize>,
    a: AlignedVec<R>,
    /// f′(z) of a hidden layer, 1 − a of the last one.
    slopes: AlignedVec<R>,
    deltas: AlignedVec<R>,
    /// The weighted inputs of the last layer.
    z: AlignedVec<R>,
    /// −1 for each example of the mini-batch, 0 in the padding.
    used: AlignedVec<R>,
    /// The number of examples that `used` marks.
    counted: usize,
}

impl<R: Real> Small<R> {
    /// Returns whether this kernel is the faster one for the network. It supports neither softmax,
    /// which mixes neurons, nor tanh, and takes steps by [`Sgd`] alone.
    pub(super) fn suits(network: &Network<R>, rule: UpdateRule) -> bool {
        rule == UpdateRule::Sgd
            && network.sizes().iter().all(|n| *n <= MOST)
            && network.output() != Output::Softmax
            && network.hidden() != Activation::Tanh
    }

    pub(super) fn new(network: &Network<R>, cost: Cost, batch: usize) -> Self {
        let width = batch.next_multiple_of(stride::<R>(1));
        let mut rows = vec![0];
        for layer in network.layers() {
            rows.push(rows[rows.len() - 1] + layer.outputs());
        }
        let all = width * rows[rows.len() - 1];
        let last = network.layers().last().map_or(0, Layer::outputs);
        Self {
            cost,
            width,
            x: zeros(width * network.layers()[0].inputs()),
            rows,
            a: zeros(all),
            slopes: zeros(all),
            deltas: zeros(all),
            z: zeros(width * last),
            used: zeros(width),
            counted: 0,
        }
    }

    pub(super) fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        span: GuardedSteps<'_>,
        readings: &mut Readings,
    ) -> StepOutcome {
        let GuardedSteps { steps, guard } = span;
        let (hidden, output) = (network.hidden(), network.output());
        let layers = network.layers_mut();
        layers.iter_mut().for_each(Layer::settle);
        R::in_lanes(SmallSteps {
            small: self,
            layers,
            hidden,
            output,
            plan,
            steps,
            guard,
            readings,
        })
    }
}

/// Many steps, taken in one kernel call.
struct SmallSteps<'a, 'c, R> {
    small: &'a mut Small<R>,
    layers: &'a mut [Layer<R>],
    hidden: Activation,
    output: Output,
    plan: &'a StepPlan<'c, R>,
    steps: Range<usize>,
    guard: WeightBound<'a>,
    readings: &'a mut Readings,
}

impl<R: Real> Kernel<R> for SmallSteps<'_, '_, R> {
    type Output = StepOutcome;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> StepOutcome {
        match self.plan.batch.div_ceil(L::N) {
            1 => self.take_steps::<L, 1>(proof),
            2 => self.take_steps::<L, 2>(proof),
            3 => self.take_steps::<L, 3>(proof),
            _ => self.take_steps::<L, ANY>(proof),
        }
    }
}

/// Stands for a number of blocks that is not known at compile time.
const ANY: usize = 0;

/// Returns the first example of each block of lanes of a mini-batch. The number of blocks is best known
/// at compile time, so that a single block needs no loop.
#[inline(always)]
fn blocks<L: Lanes, const B: usize>(rows: usize) -> impl Iterator<Item = usize> {
    (0..if B == ANY { rows.div_ceil(L::N) } else { B }).map(|block| block * L::N)
}

/// Returns the end of the blocks of a mini-batch of `rows` examples.
#[inline(always)]
fn end<L: Lanes, const B: usize>(rows: usize) -> usize {
    if B == ANY { rows } else { B * L::N }
}

/// Returns the sum of a row over the examples of a mini-batch; each number is multiplied by that of
/// `other` if there is one.
#[inline(always)]
fn sum<R: Real, L: Lanes<Number = R>, const B: usize>(
    proof: L::Proof,
    row: &[R],
    other: Option<&[R]>,
    rows: usize,
) -> R {
    let mut sums = Sums::<L>::zeros(proof);
    for first in (0..end::<L, B>(rows)).step_by(Sums::<L>::NUMBERS) {
        for (at, sum) in sums.registers() {
            let at = first + at;
            if at >= end::<L, B>(rows) {
                break;
            }
            let numbers = L::load(proof, &row[at..]);
            *sum = match other {
                Some(other) => L::load(proof, &other[at..]).mul_add(numbers, *sum),
                None => *sum + numbers,
            };
        }
    }
    sums.total()
}

impl<R: Real> SmallSteps<'_, '_, R> {
    #[inline(always)]
    fn take_steps<L: Lanes<Number = R>, const B: usize>(mut self, proof: L::Proof) -> StepOutcome {
        for step in self.steps.clone() {
            let rows = self.plan.rows(step);
            self.small.count(rows.len());
            self.small.take_in::<L, B>(proof, self.plan.examples.x_from(rows.start), rows.len());
            self.forward::<L, B>(proof, rows.len());
            let (cost, metric) = self.last_layer::<L, B>(proof, &rows);
            if !self.plan.allows(cost) {
                return StepOutcome::CostTooLarge(cost);
            }
            let largest = self.backward::<L, B>(proof, rows.len());
            let hyperparameters = &self.plan.hyperparameters;
            let after = |weight| {
                let before = StepBounds { weight, gradient: largest, rows: rows.len() };
                Optimiser::<R>::weight_bound(&Sgd, hyperparameters, &before)
            };
            if !self.guard.allows(after) {
                return StepOutcome::NeedsCheck(step);
            }
            self.descend::<L, B>(proof, rows.len());
            self.readings.push(cost, metric);
        }
        StepOutcome::Done
    }
}

impl<R: Real> Small<R> {
    /// Marks the examples of the mini-batch in `used`.
    #[inline(always)]
    fn count(&mut self, rows: usize) {
        if self.counted != rows {
            self.used.fill(R::zero());
            self.used[..rows].fill(-R::one());
            self.counted = rows;
        }
    }

    /// Copies the inputs of the mini-batch, with zeros in the padding.
    #[inline(always)]
    fn take_in<L: Lanes<Number = R>, const B: usize>(
        &mut self,
        proof: L::Proof,
        x: StridedRows<'_, R>,
        rows: usize,
    ) {
        let zero = L::splat(proof, R::zero());
        for (k, row) in self.x.chunks_exact_mut(self.width).enumerate() {
            for at in blocks::<L, B>(rows) {
                let used = L::load(proof, &self.used[at..]);
                let x = x.lanes::<L>(proof, k, at);
                used.where_negative(x, zero).store(&mut row[at..]);
            }
        }
    }
}

impl<R: Real> SmallSteps<'_, '_, R> {
    /// Computes z^l = W^l a^{l−1} + b^l and a^l = f(z^l) of every neuron.
    #[inline(always)]
    fn forward<L: Lanes<Number = R>, const B: usize>(&mut self, proof: L::Proof, rows: usize) {
        let last = self.layers.len() - 1;
        let width = self.small.width;
        // Unused lanes would grow from layer to layer, and ∞ · 0 is NaN.
        let is_bounded = self.hidden == Activation::Sigmoid;
        let zero = L::splat(proof, R::zero());
        for (l, layer) in self.layers.iter().enumerate() {
            let first = self.small.rows[l] * width;
            let (before, a) = self.small.a.split_at_mut(first);
            let slopes = &mut self.small.slopes[first..];
            let into = match l {
                0 => &self.small.x[..],
                _ => &before[self.small.rows[l - 1] * width..],
            };
            let into = StridedRows { numbers: into, stride: width };
            let (inputs, stride) = (layer.inputs(), layer.stride());
            let weights = &layer.columns()[..inputs * stride];
            for (j, bias) in layer.padded_biases()[..layer.outputs()].iter().enumerate() {
                for at in blocks::<L, B>(rows) {
                    let mut z = L::splat(proof, *bias);
                    for k in 0..inputs {
                        let w = L::splat(proof, weights[k * stride + j]);
                        z = into.lanes::<L>(proof, k, at).mul_add(w, z);
                    }
                    let to = j * width + at;
                    let (value, slope) = if l == last {
                        z.store(&mut self.small.z[to..]);
                        self.output.of_lanes(proof, z)
                    } else {
                        let (value, slope) = self.hidden.of_lanes(proof, z);
                        if is_bounded {
                            (value, slope)
                        } else {
                            let used = L::load(proof, &self.small.used[at..]);
                            (used.where_negative(value, zero), slope)
                        }
                    };
                    value.store(&mut a[to..]);
                    slope.store(&mut slopes[to..]);
                }
            }
        }
    }

    /// Computes δ of the last layer by (BP1), and returns the mean cost and the metric.
    #[inline(always)]
    fn last_layer<L: Lanes<Number = R>, const B: usize>(
        &mut self,
        proof: L::Proof,
        rows: &Range<usize>,
    ) -> (f64, f64) {
        let (l, width) = (self.layers.len() - 1, self.small.width);
        let (outputs, first) = (self.layers[l].outputs(), self.small.rows[l] * width);
        let rows_of = |numbers| StridedRows { numbers, stride: width };
        let (z, a) = (rows_of(&self.small.z[..]), rows_of(&self.small.a[first..]));
        let complements = rows_of(&self.small.slopes[first..]);
        let deltas = &mut self.small.deltas[first..];
        let y = self.plan.examples.y_from(rows.start);
        let zero = L::splat(proof, R::zero());
        let (mut costs, mut errors) = (Sums::<L>::zeros(proof), Sums::<L>::zeros(proof));
        for j in 0..outputs {
            for first in (0..end::<L, B>(rows.len())).step_by(Sums::<L>::NUMBERS) {
                for ((at, costs), (_, errors)) in costs.registers().zip(errors.registers()) {
                    let at = first + at;
                    if at >= end::<L, B>(rows.len()) {
                        break;
                    }
                    let last = OutputLanes {
                        z: z.lanes(proof, j, at),
                        a: a.lanes(proof, j, at),
                        complement: complements.lanes(proof, j, at),
                        y: y.lanes(proof, j, at),
                    };
                    let (cost, delta) = self.small.cost.of_lanes(proof, self.output, &last);
                    let used = L::load(proof, &self.small.used[at..]);
                    *costs = *costs + used.where_negative(cost, zero);
                    used.where_negative(delta, zero).store(&mut deltas[j * width + at..]);
                    if self.plan.metric == StepMetric::Error {
                        let error = last.residual(proof, self.output).abs();
                        *errors = *errors + used.where_negative(error, zero);
                    }
                }
            }
        }
        let metric = match self.plan.metric {
            StepMetric::Nothing => 0.0,
            StepMetric::Output => a.numbers[0].to_f64(),
            StepMetric::Error => errors.total().to_f64() / (rows.len() * outputs) as f64,
        };
        (costs.total().to_f64() / rows.len() as f64, metric)
    }

    /// Computes δ^l = ((W^{l+1})ᵀ δ^{l+1}) ⊙ f′(z^l) by (BP2), from the last layer but one to the
    /// first. Returns the largest |a δ| by which a weight can move, infinite if a number is not finite.
    #[inline(always)]
    fn backward<L: Lanes<Number = R>, const B: usize>(
        &mut self,
        proof: L::Proof,
        rows: usize,
    ) -> f64 {
        let zero = L::splat(proof, R::zero());
        let (mut largest, mut witness) = (zero, zero);
        let width = self.small.width;
        for l in (0..self.layers.len()).rev() {
            let into = self.largest_into::<L, B>(proof, l, rows);
            // An infinite a makes a weight NaN even if δ is 0.
            witness = into.mul_add(zero, witness);
            let outputs = self.layers[l].outputs();
            let first = self.small.rows[l] * width;
            let (deltas, next) = self.small.deltas[first..].split_at_mut(outputs * width);
            let next = StridedRows { numbers: next, stride: width };
            if let Some(layer) = self.layers.get(l + 1) {
                let slopes = &self.small.slopes[first..];
                let stride = layer.stride();
                for k in 0..outputs {
                    let weights = &layer.columns()[k * stride..][..layer.outputs()];
                    for at in blocks::<L, B>(rows) {
                        let mut sum = zero;
                        for (j, w) in weights.iter().enumerate() {
                            let delta = next.lanes::<L>(proof, j, at);
                            sum = delta.mul_add(L::splat(proof, *w), sum);
                        }
                        let to = k * width + at;
                        (sum * L::load(proof, &slopes[to..])).store(&mut deltas[to..]);
                    }
                }
            }
            let deltas = StridedRows { numbers: deltas, stride: width };
            for k in 0..outputs {
                for at in blocks::<L, B>(rows) {
                    let delta = deltas.lanes::<L>(proof, k, at);
                    largest = (delta.abs() * into).max(largest);
                    witness = delta.mul_add(zero, witness);
                }
            }
        }
        if witness.sum() == R::zero() { largest.largest().to_f64() } else { f64::INFINITY }
    }

    /// Returns an upper bound on the |a| that enter layer `l`, at least 1 for the bias.
    #[inline(always)]
    fn largest_into<L: Lanes<Number = R>, const B: usize>(
        &self,
        proof: L::Proof,
        l: usize,
        rows: usize,
    ) -> L {
        let one = L::splat(proof, R::one());
        if l == 0 {
            return L::splat(proof, R::of(self.plan.examples.largest_input())).max(one);
        }
        if self.hidden == Activation::Sigmoid {
            return one;
        }
        let width = self.small.width;
        let a = &self.small.a[self.small.rows[l - 1] * width..];
        let a = StridedRows { numbers: a, stride: width };
        let mut largest = one;
        for k in 0..self.layers[l].inputs() {
            for at in blocks::<L, B>(rows) {
                largest = a.lanes::<L>(proof, k, at).abs().max(largest);
            }
        }
        L::splat(proof, largest.largest())
    }

    /// Applies (BP3) and (BP4), ∂C/∂b = δ and ∂C/∂w = a δ, by the update rule.
    #[inline(always)]
    fn descend<L: Lanes<Number = R>, const B: usize>(&mut self, proof: L::Proof, rows: usize) {
        let factors = Sgd::factors(&self.plan.hyperparameters, rows).numbers::<R>();
        let width = self.small.width;
        for (l, layer) in self.layers.iter_mut().enumerate() {
            let deltas = &self.small.deltas[self.small.rows[l] * width..];
            let into = match l {
                0 => &self.small.x[..],
                _ => &self.small.a[self.small.rows[l - 1] * width..],
            };
            let (outputs, stride) = (layer.outputs(), layer.stride());
            for (j, b) in layer.padded_biases_mut()[..outputs].iter_mut().enumerate() {
                let deltas = &deltas[j * width..][..width];
                *b = factors.bias(*b, sum::<R, L, B>(proof, deltas, None, rows));
            }
            for (k, column) in layer.columns_mut().chunks_exact_mut(stride).enumerate() {
                let into = &into[k * width..][..width];
                for (j, w) in column[..outputs].iter_mut().enumerate() {
                    let deltas = &deltas[j * width..][..width];
                    *w = factors.weight(*w, sum::<R, L, B>(proof, deltas, Some(into), rows));
                }
            }
        }
    }
}
