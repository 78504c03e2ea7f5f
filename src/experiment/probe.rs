//! Computes what a view shows of an arm at its current step: gradient factors, weights, parameters.

use crate::experiment::arm::Probe;
use crate::math::{finite, narrow};
use crate::nn::{Gradients, Network, Output, Real, sigmoid, sigmoid_prime};
use crate::telemetry::{
    GradientFactors, LayerSnapshot, NeuronSnapshot, NeuronState, WeightQuantity, WeightReading,
    WeightsRequest,
};

/// Returns the factors of an arm's gradient on a mini-batch.
pub(super) fn gradient_factors<R: Real>(arm: &Probe<'_, R>, is_single: bool) -> GradientFactors {
    let cost = finite(arm.backprop.cost(arm.cost));
    if is_single {
        let neuron = neuron(arm);
        let y = arm.batch.y(0)[0].to_f64();
        return GradientFactors {
            cost,
            error: finite((neuron.a - y).abs()),
            delta: neuron.delta.abs(),
            slope: neuron.slope,
            hidden_slope: None,
            neuron: Some(neuron),
        };
    }
    let error = finite(arm.backprop.mean_error());
    let delta = finite(arm.backprop.mean_delta());
    let slope = if error > 0.0 { finite(delta / error) } else { 0.0 };
    let has_hidden = arm.network.layers().len() > 1;
    let hidden_slope = has_hidden.then(|| finite(arm.backprop.mean_slope(0)));
    GradientFactors { cost, error, delta, slope, hidden_slope, neuron: None }
}

/// Returns the state of a network that is one neuron, on the first example of the mini-batch, computed
/// from z.
fn neuron<R: Real>(arm: &Probe<'_, R>) -> NeuronState {
    let layer = &arm.network.layers()[0];
    let inputs: Vec<f64> = arm.batch.x(0).iter().map(|x| (*x).to_f64()).collect();
    let target = arm.batch.y(0)[0].to_f64();
    let w: Vec<f64> = layer.weights().iter().map(|w| (*w).to_f64()).collect();
    let b = layer.biases()[0].to_f64();
    let z = finite(w.iter().zip(&inputs).map(|(w, x)| w * x).sum::<f64>() + b);
    let output = arm.network.output();
    let (a, slope) = match output {
        Output::Sigmoid => (sigmoid(z), sigmoid_prime(z)),
        Output::Linear => (z, 1.0),
        Output::Softmax => (1.0, 0.0),
    };
    let delta = finite(arm.cost.of_neuron(output, z, target).1);
    let gradient = inputs.iter().map(|x| finite(x * delta)).collect();
    NeuronState { w, b, z, a, slope, delta, gradient }
}

/// Returns the parameters of a neuron with one or two inputs: w₁, w₂ (0 with one input) and b.
pub(super) fn parameters<R: Real>(network: &Network<R>) -> Option<[f64; 3]> {
    let [layer] = network.layers() else { return None };
    if layer.outputs() != 1 || layer.inputs() > 2 {
        return None;
    }
    let w = |k| layer.weight(0, k).map_or(0.0, |w| finite(w.to_f64()));
    Some([w(0), w(1), finite(layer.biases()[0].to_f64())])
}

/// Writes the weights of each layer, input by input, and its biases, layer after layer.
pub(super) fn flatten<R: Real>(network: &Network<R>, into: &mut Vec<f32>) {
    let numbers = network.layers().iter().map(|layer| (layer.inputs() + 1) * layer.outputs());
    into.resize(numbers.sum(), 0.0);
    let mut rest = &mut into[..];
    for layer in network.layers() {
        let (weights, after) = rest.split_at_mut(layer.inputs() * layer.outputs());
        let (biases, after) = after.split_at_mut(layer.outputs());
        layer.write_columns(None, weights);
        biases.iter_mut().zip(layer.biases()).for_each(|(to, b)| *to = narrow((*b).to_f64()));
        rest = after;
    }
}

/// Returns the requested weights of an arm, and the weight under the cursor.
pub(super) fn weights<R: Real>(
    arm: &mut Probe<'_, R>,
    request: &WeightsRequest,
) -> (Vec<LayerSnapshot>, Option<WeightReading>) {
    let needs_gradients = request.of == WeightQuantity::Gradient;
    let gradients = needs_gradients.then(|| arm.backprop.gradients(arm.network, arm.batch));
    let layers = (0..arm.network.layers().len())
        .map(|l| layer_snapshot(arm, gradients.as_ref(), l, request));
    let reading = request.cursor.and_then(|at| {
        Some(WeightReading {
            value: number(arm.network, at)?,
            gradient: finite(gradient(arm, at)?),
            start: number(arm.start, at)?,
        })
    });
    (layers.collect(), reading)
}

fn layer_snapshot<R: Real>(
    arm: &Probe<'_, R>,
    gradients: Option<&Gradients<R>>,
    l: usize,
    request: &WeightsRequest,
) -> LayerSnapshot {
    let (layer, start) = (&arm.network.layers()[l], &arm.start.layers()[l]);
    let drawn = |value: R| narrow(value.to_f64());
    let mut values = vec![0.0; layer.outputs() * layer.inputs()];
    let biases = match (request.of, gradients) {
        (WeightQuantity::Gradient, Some(gradients)) => {
            gradients.write_columns(l, &mut values);
            gradients.biases(l).iter().map(|g| drawn(*g)).collect()
        }
        (WeightQuantity::Change, _) => {
            layer.write_columns(Some(start), &mut values);
            let biases = &layer.biases() - &start.biases();
            biases.iter().map(|change| drawn(*change)).collect()
        }
        _ => {
            layer.write_columns(None, &mut values);
            layer.biases().iter().map(|b| drawn(*b)).collect()
        }
    };
    LayerSnapshot { rows: layer.outputs(), columns: layer.inputs(), values, biases }
}

/// Returns the weight from input k to neuron j of layer l, or the bias if k is the number of inputs.
fn number<R: Real>(network: &Network<R>, (l, j, k): (usize, usize, usize)) -> Option<f64> {
    let layer = network.layers().get(l)?;
    let number = if k == layer.inputs() { *layer.biases().get(j)? } else { layer.weight(j, k)? };
    Some(number.to_f64())
}

/// Returns a parameter as f32: see [`number`].
pub(super) fn narrow_number<R: Real>(arm: &Probe<'_, R>, at: (usize, usize, usize)) -> Option<f32> {
    number(arm.network, at).map(narrow)
}

/// Returns the neuron of a parameter, if there is one.
pub(super) fn neuron_snapshot<R: Real>(
    arm: &Probe<'_, R>,
    (l, j, _): (usize, usize, usize),
) -> Option<NeuronSnapshot> {
    let layer = arm.network.layers().get(l)?;
    let bias = *layer.biases().get(j)?;
    let weights = (0..layer.inputs()).filter_map(|k| layer.weight(j, k));
    Some(NeuronSnapshot {
        weights: weights.map(|w| narrow(w.to_f64())).collect(),
        bias: narrow(bias.to_f64()),
    })
}

/// Returns how far the weights of each neuron of a layer are from those at the start: ‖w − w₀‖.
pub(super) fn changes<R: Real>(arm: &Probe<'_, R>, l: usize) -> Vec<f32> {
    let layers = (arm.network.layers().get(l), arm.start.layers().get(l));
    let (Some(layer), Some(start)) = layers else { return Vec::new() };
    let mut differences = vec![0.0; layer.outputs() * layer.inputs()];
    layer.write_columns(Some(start), &mut differences);
    let mut squares = vec![0.0_f64; layer.outputs()];
    for column in differences.chunks_exact(layer.outputs().max(1)) {
        for (sum, difference) in squares.iter_mut().zip(column) {
            *sum += f64::from(*difference) * f64::from(*difference);
        }
    }
    squares.into_iter().map(|sum| narrow(sum.sqrt())).collect()
}

/// Returns ∂C/∂w of the weight from input k to neuron j of layer l, or ∂C/∂b if k is the number of inputs:
/// equations (BP4) and (BP3) for one parameter.
fn gradient<R: Real>(arm: &Probe<'_, R>, (l, j, k): (usize, usize, usize)) -> Option<f64> {
    let layer = arm.network.layers().get(l)?;
    let is_bias = k == layer.inputs();
    let of_row = |row: usize| -> Option<f64> {
        let delta = *arm.backprop.deltas(l).get((row, j))?;
        let a = match l {
            _ if is_bias => R::one(),
            0 => *arm.batch.x(row).get(k)?,
            _ => *arm.backprop.activations(l - 1).get((row, k))?,
        };
        Some(delta.to_f64() * a.to_f64())
    };
    let sum: f64 = (0..arm.batch.rows()).map(of_row).sum::<Option<f64>>()?;
    Some(sum / arm.batch.rows() as f64)
}
