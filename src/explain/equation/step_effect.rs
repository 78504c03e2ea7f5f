//! Computes the effect of one step on the weights and the cost.

use crate::explain::Snapshot;
use crate::explain::equation::row_chunks::{RowChunks, mean_cost};
use crate::explain::equation::weight_index::WeightIndex;
use crate::nn::{Gradients, Network};
use crate::telemetry::StepEffect;

/// Returns the effect on an arm of the step from `before` to `now`, or `None` if that was not one step.
pub(super) fn step_effect(
    before: &Snapshot,
    now: &Snapshot,
    arm: usize,
    place: WeightIndex,
) -> Option<StepEffect> {
    if before.step + 1 != now.step {
        return None;
    }
    let (old, new) = (&before.arms[arm], &now.arms[arm].network);
    if old.network.sizes() != new.sizes() {
        return None;
    }
    let m = before.rows.len() as f64;
    let shrinking = old.lambda / before.data.train.len() as f64;
    let mut gradients = Gradients::zeros(&old.network);
    let mut passes = RowChunks::new(before, &old.network);
    while let Some((_, batch, backprop)) = passes.backward(&old.network, old.cost) {
        backprop.add_gradients(&mut gradients, batch, 1.0 / m);
    }
    let mut squares = 0.0;
    for (l, layer) in old.network.layers().iter().enumerate() {
        let whole = gradients.weights(l) + layer.weights() * shrinking;
        squares += whole.iter().map(|g| g * g).sum::<f64>();
        squares += gradients.biases(l).iter().map(|g| g * g).sum::<f64>();
    }
    let regularised = |network: &Network<f64>| {
        mean_cost(before, network, old.cost) + shrinking / 2.0 * network.sum_of_squared_weights()
    };
    let WeightIndex { layer, neuron, input, .. } = place;
    let weights = gradients.weights(layer);
    let gradient = weights.get((neuron, input)).copied();
    Some(StepEffect {
        chosen: place.number(&old.network),
        b: old.network.layers()[layer].biases()[neuron],
        gradient: gradient.unwrap_or_else(|| gradients.biases(layer)[neuron]),
        cost: (regularised(&old.network), regularised(new)),
        promised: -old.eta * squares,
    })
}
