//! Explains the gradient of one weight, number by number.

mod backward;
mod check;
mod row_chunks;
mod step_effect;
#[cfg(test)]
mod tests;
mod textbook;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::explain::equation::backward::backward;
use crate::explain::equation::check::check;
use crate::explain::equation::row_chunks::RowChunks;
use crate::explain::equation::step_effect::step_effect;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::log10;
use crate::nn::{Backprop, Cost, MiniBatch, Network, Output, sigmoid, sigmoid_prime};
use crate::telemetry::{
    ArmEquation, BackwardPath, Equation, EquationRequest, EquationRow, Mean, Nudge,
};

/// The most rows sent around the selected one, and the most inputs.
const ROWS: usize = 128;
const INPUTS: usize = 96;

/// Explains the gradient of one weight of each arm over the next mini-batch, and the effect of the last
/// step if the snapshot `before` it is given. Returns `None` once `is_stale` is set.
pub fn equation(
    now: &Snapshot,
    before: Option<&Snapshot>,
    request: &EquationRequest,
    is_stale: &AtomicBool,
) -> Option<Equation> {
    let before = before.filter(|before| before.arms.len() == now.arms.len());
    let arms = (0..now.arms.len()).map(|index| {
        let place = WeightIndex::of(&now.arms[index].network, request, now.rows.len());
        let mut explained = explain(now, &now.arms[index], place)?;
        if request.whole_layer {
            explained.layer_check = Some(check(now, &now.arms[index], place.layer, is_stale)?);
        }
        explained.step_effect = before.and_then(|before| step_effect(before, now, index, place));
        (!is_stale.load(Ordering::Relaxed)).then_some(explained)
    });
    Some(Equation {
        request: *request,
        step: now.step,
        examples: now.data.train.len(),
        rows: now.rows.len(),
        saturated: textbook::saturated(),
        arms: arms.collect::<Option<Vec<_>>>()?,
    })
}

/// The position of a weight and of a row, clamped to the network and the mini-batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WeightIndex {
    layer: usize,
    neuron: usize,
    /// The input; the number of inputs means the bias.
    input: usize,
    row: usize,
}

impl WeightIndex {
    fn of(network: &Network<f64>, request: &EquationRequest, rows: usize) -> Self {
        let layer = request.layer.min(network.layers().len() - 1);
        let of = &network.layers()[layer];
        Self {
            layer,
            neuron: request.neuron.min(of.outputs() - 1),
            input: request.input.min(of.inputs()),
            row: request.row.min(rows.saturating_sub(1)),
        }
    }

    /// Returns the weight or bias of a network at this position.
    fn number(self, network: &Network<f64>) -> f64 {
        let layer = &network.layers()[self.layer];
        layer.weight(self.neuron, self.input).unwrap_or_else(|| layer.biases()[self.neuron])
    }

    /// Sets the weight or bias at this position.
    fn set(self, network: &mut Network<f64>, value: f64) {
        let layer = &mut network.layers_mut()[self.layer];
        if self.input < layer.inputs() {
            layer.set_weight(self.neuron, self.input, value);
        } else {
            layer.biases_mut()[self.neuron] = value;
        }
    }
}

fn explain(now: &Snapshot, arm: &ArmSnapshot, place: WeightIndex) -> Option<ArmEquation> {
    let layers = arm.network.layers();
    let layer = &layers[place.layer];
    let k = layer.inputs();
    let summed = EquationSums::of(now, arm, place);
    let inputs = summed.inputs.clone();
    let m = now.rows.len() as f64;
    let mean = |sum: f64| Mean { sum, mean: sum / m };
    let chosen = place.number(&arm.network);
    Some(ArmEquation {
        layer: (place.layer, layers.len()),
        neuron: (place.neuron, layer.outputs()),
        input: (place.input, k),
        row: place.row,
        w: inputs.clone().filter_map(|k| layer.weight(place.neuron, k)).collect(),
        first_input: inputs.start,
        chosen,
        b: layer.biases()[place.neuron],
        first_row: summed.first_row,
        visible_rows: summed.visible_rows,
        weight: mean(summed.weight),
        bias: mean(summed.bias),
        gradient: summed.gradient.iter().map(|sum| sum / m).collect(),
        l2: (arm.lambda > 0.0 && place.input < k)
            .then(|| arm.lambda / now.data.train.len() as f64 * chosen),
        cost: summed.cost / m,
        nudge: nudge(now, arm, place, summed.weight / m),
        layer_check: None,
        backward: summed.backward?,
        step_effect: None,
    })
}

/// The sums over the rows, and the rows to send.
struct EquationSums {
    first_row: usize,
    inputs: Range<usize>,
    visible_rows: Vec<EquationRow>,
    backward: Option<BackwardPath>,
    weight: f64,
    bias: f64,
    gradient: Vec<f64>,
    cost: f64,
}

impl EquationSums {
    fn of(now: &Snapshot, arm: &ArmSnapshot, place: WeightIndex) -> Self {
        let k = arm.network.layers()[place.layer].inputs();
        let first = window(place.input.min(k - 1), INPUTS, k);
        let inputs = first..(first + INPUTS).min(k);
        let mut summed = Self {
            first_row: window(place.row, ROWS, now.rows.len()),
            gradient: vec![0.0; inputs.len()],
            inputs,
            visible_rows: Vec::new(),
            backward: None,
            weight: 0.0,
            bias: 0.0,
            cost: 0.0,
        };
        let mut passes = RowChunks::new(now, &arm.network);
        while let Some((first, batch, backprop)) = passes.backward(&arm.network, arm.cost) {
            summed.cost += backprop.cost(arm.cost) * batch.rows() as f64;
            for row in 0..batch.rows() {
                let x = inputs_of(backprop, batch, place.layer, row);
                let example = now.rows[first + row] as usize;
                let on_row = NeuronOnRow { arm, backprop, place, row };
                summed.add(&on_row, &x, first + row, example);
            }
        }
        summed
    }

    /// Adds the term of a row: its inputs, its index in the mini-batch and that in the training set.
    fn add(&mut self, neuron: &NeuronOnRow<'_>, x: &[f64], index: usize, example: usize) {
        let delta = neuron.delta();
        let x_j = x.get(neuron.place.input).copied().unwrap_or(1.0);
        let in_sight = &x[self.inputs.clone()];
        self.weight += x_j * delta;
        self.bias += delta;
        self.gradient.iter_mut().zip(in_sight).for_each(|(sum, x)| *sum += x * delta);
        if index == neuron.place.row {
            self.backward = Some(backward(neuron, x_j));
        }
        if (self.first_row..self.first_row + ROWS).contains(&index) {
            self.visible_rows.push(EquationRow {
                example,
                x: in_sight.to_vec(),
                x_j,
                z: neuron.z(),
                a: neuron.a(),
                y: neuron.y(),
                error: neuron.error(),
                slope: neuron.slope(),
                delta,
                product: x_j * delta,
            });
        }
    }
}

/// Returns the first index of a window of at most `most` of `of` items around `at`.
fn window(at: usize, most: usize, of: usize) -> usize {
    at.saturating_sub(most / 2).min(of.saturating_sub(most))
}

/// Returns the inputs of a layer on one row.
fn inputs_of(
    backprop: &Backprop<f64>,
    batch: MiniBatch<'_, f64>,
    layer: usize,
    row: usize,
) -> Vec<f64> {
    match layer.checked_sub(1) {
        None => batch.x(row),
        Some(before) => backprop.activations(before).row(row).to_vec(),
    }
}

/// A neuron on one row, after a forward and a backward pass.
struct NeuronOnRow<'a> {
    arm: &'a ArmSnapshot,
    backprop: &'a Backprop<f64>,
    place: WeightIndex,
    row: usize,
}

impl NeuronOnRow<'_> {
    fn is_last(&self) -> bool {
        self.place.layer + 1 == self.arm.network.layers().len()
    }

    fn z(&self) -> f64 {
        self.backprop.weighted_inputs(self.place.layer)[[self.row, self.place.neuron]]
    }

    fn a(&self) -> f64 {
        self.backprop.activations(self.place.layer)[[self.row, self.place.neuron]]
    }

    fn y(&self) -> Option<f64> {
        self.is_last().then(|| self.backprop.targets()[[self.row, self.place.neuron]])
    }

    /// Returns a − y, computed from z and not from a rounded a, or Σₖ wₖⱼ δₖ in a hidden layer.
    fn error(&self) -> f64 {
        let Some(y) = self.y() else { return self.terms().map(|(_, w, delta)| w * delta).sum() };
        let (z, a) = (self.z(), self.a());
        match self.arm.network.output() {
            Output::Sigmoid => (1.0 - y) * sigmoid(z) - y * sigmoid(-z),
            Output::Linear => a - y,
            Output::Softmax => {
                let all = self.backprop.activations(self.place.layer);
                let all = all.row(self.row);
                let others = all.iter().enumerate().filter(|(j, _)| *j != self.place.neuron);
                (1.0 - y) * a - y * others.map(|(_, a)| a).sum::<f64>()
            }
        }
    }

    /// Returns the factor f′(z) of δ, or `None` if it cancels.
    fn slope(&self) -> Option<f64> {
        if !self.is_last() {
            return Some(self.arm.network.hidden().slope(self.z()));
        }
        let carries =
            self.arm.cost == Cost::Quadratic && self.arm.network.output() == Output::Sigmoid;
        carries.then(|| sigmoid_prime(self.z()))
    }

    fn delta(&self) -> f64 {
        self.backprop.deltas(self.place.layer)[[self.row, self.place.neuron]]
    }

    /// Returns each neuron k of the next layer, with wₖⱼ and δₖ.
    fn terms(&self) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let after = self.place.layer + 1;
        let layer = &self.arm.network.layers()[after];
        (0..layer.outputs()).filter_map(move |k| {
            let w = layer.weight(k, self.place.neuron)?;
            Some((k, w, self.backprop.deltas(after)[[self.row, k]]))
        })
    }
}

/// Computes ∂C/∂w by central difference, and compares it with `mean`.
fn nudge(now: &Snapshot, arm: &ArmSnapshot, place: WeightIndex, mean: f64) -> Nudge {
    let mut network = arm.network.clone();
    let w = place.number(&network);
    // The cube root of the rounding error makes truncation and rounding errors equally large.
    let by = 1e-5 * w.abs().max(1.0);
    let (above, below) = (w + by, w - by);
    place.set(&mut network, above);
    let more = row_chunks::mean_cost(now, &network, arm.cost);
    place.set(&mut network, below);
    let less = row_chunks::mean_cost(now, &network, arm.cost);
    let quotient = (more - less) / (above - below);
    let off = (quotient - mean).abs();
    Nudge { by, quotient, off, digits: digits(off, mean.abs().max(quotient.abs())) }
}

/// Returns the number of digits in which two numbers agree that differ by `off`.
fn digits(off: f64, size: f64) -> u32 {
    if off == 0.0 {
        return 16;
    }
    (-log10(off / size)).floor().clamp(0.0, 16.0) as u32
}
