//! Explains the gradient of one weight, number by number.

mod backward;
mod check;
mod neuron_on_row;
mod nudge;
mod row_chunks;
mod step_effect;
#[cfg(test)]
mod tests;
mod textbook;
mod weight_index;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::explain::equation::backward::backward;
use crate::explain::equation::check::check;
use crate::explain::equation::neuron_on_row::{NeuronOnRow, inputs_of};
use crate::explain::equation::nudge::nudge;
use crate::explain::equation::row_chunks::RowChunks;
use crate::explain::equation::step_effect::step_effect;
use crate::explain::equation::weight_index::WeightIndex;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::telemetry::{ArmEquation, BackwardPath, Equation, EquationRequest, EquationRow, Mean};

/// The most rows sent around the selected one, and the most inputs.
const ROWS: usize = 128;
const INPUTS: usize = 96;

/// Explains the gradient of one weight of each arm over the next mini-batch, or on one example, and the effect of the
/// last step if the snapshot `before` it is given. Returns `None` once `is_stale` is set.
pub fn equation(
    now: &Snapshot,
    before: Option<&Snapshot>,
    request: &EquationRequest,
    is_stale: &AtomicBool,
) -> Option<Equation> {
    let is_row = |row: &usize| *row < now.data.train.len();
    let alone = request
        .example
        .filter(is_row)
        .map(|row| Snapshot { rows: vec![row as u32], ..now.clone() });
    let (now, before) = match &alone {
        Some(alone) => (alone, None),
        None => (now, before.filter(|before| before.arms.len() == now.arms.len())),
    };
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
