//! Traces the chain rule from C of one example back to one weight, factor by factor.

use crate::explain::ArmSnapshot;
use crate::explain::equation::neuron_on_row::NeuronOnRow;
use crate::explain::equation::weight_index::WeightIndex;
use crate::math::finite;
use crate::nn::{Cost, Output, sigmoid};
use crate::telemetry::{BackwardPath, BackwardStep, Factor};

/// The most terms of a sum that are sent, largest first.
const TERMS: usize = 8;

/// Returns the path from C to the weight at `on_row.place`, whose input is `x_j` on this row. If layers lie
/// between, it passes through the neuron of each with the largest term.
pub(super) fn backward(on_row: &NeuronOnRow<'_>, x_j: f64) -> BackwardPath {
    let at = |layer: usize, neuron: usize| NeuronOnRow {
        place: WeightIndex { layer, neuron, ..on_row.place },
        ..*on_row
    };
    // The chain is built from the weight to the output, along the largest terms.
    let mut chain = vec![(on_row.place.layer, on_row.place.neuron)];
    while let Some((layer, neuron)) =
        chain.last().copied().filter(|(l, _)| *l < last_layer(on_row.arm))
    {
        let strongest = at(layer, neuron)
            .terms()
            .max_by(|a, b| (a.1 * a.2).abs().total_cmp(&(b.1 * b.2).abs()));
        chain.push((layer + 1, strongest.map_or(0, |(k, _, _)| k)));
    }
    let mut steps = Vec::new();
    for (layer, neuron) in chain.into_iter().rev() {
        let here = at(layer, neuron);
        let mut put = |what, value: f64, terms: Vec<(usize, f64, f64)>, of| {
            steps.push(BackwardStep { what, layer, neuron, value, terms, of });
        };
        if here.is_last() {
            put(Factor::Cost, cost(&here), Vec::new(), 0);
            // With softmax every output depends on every z, so there is no single ∂a/∂z.
            if on_row.arm.network.output() == Output::Softmax {
                put(Factor::Delta, here.delta(), Vec::new(), 0);
                continue;
            }
            let slope = output_slope(&here);
            let by_activation = match on_row.arm.cost {
                Cost::Quadratic => here.error(),
                _ => finite(here.error() / slope),
            };
            put(Factor::CostByActivation, by_activation, Vec::new(), 0);
            put(Factor::Slope, slope, Vec::new(), 0);
            put(Factor::Delta, here.delta(), Vec::new(), 0);
        } else {
            let mut terms: Vec<_> = here.terms().collect();
            let of = terms.len();
            terms.sort_by(|a, b| (b.1 * b.2).abs().total_cmp(&(a.1 * a.2).abs()));
            terms.truncate(TERMS);
            put(Factor::Back, here.error(), terms, of);
            put(Factor::Slope, here.slope().unwrap_or(1.0), Vec::new(), 0);
            put(Factor::Delta, here.delta(), Vec::new(), 0);
        }
    }
    let WeightIndex { layer, neuron, .. } = on_row.place;
    let mut put = |what, value| {
        steps.push(BackwardStep { what, layer, neuron, value, terms: Vec::new(), of: 0 });
    };
    put(Factor::Input, x_j);
    put(Factor::Product, x_j * on_row.delta());
    BackwardPath { steps }
}

fn last_layer(arm: &ArmSnapshot) -> usize {
    arm.network.layers().len() - 1
}

/// Returns ∂a/∂z of an output that depends on its own z alone.
fn output_slope(here: &NeuronOnRow<'_>) -> f64 {
    match here.arm.network.output() {
        Output::Sigmoid => sigmoid(here.z()) * sigmoid(-here.z()),
        Output::Linear | Output::Softmax => 1.0,
    }
}

/// Returns C of this example, summed over all outputs.
fn cost(here: &NeuronOnRow<'_>) -> f64 {
    let zs = here.backprop.weighted_inputs(here.place.layer);
    let z: Vec<f64> = zs.row(here.row).iter().copied().collect();
    let y: Vec<f64> = (0..z.len())
        .map(|neuron| NeuronOnRow { place: WeightIndex { neuron, ..here.place }, ..*here })
        .map(|output| output.y().unwrap_or(0.0))
        .collect();
    here.arm.cost.of_example(here.arm.network.output(), &z, &y)
}
