//! The outputs of the arms on one picture, and the derivative of one output by each pixel.

use crate::data::hand_drawn;
use crate::explain::set_outputs::{answer, chosen};
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::{finite, narrow};
use crate::nn::{Backprop, BatchLayout, Examples, Network, Output, Precision};
use crate::telemetry::{ArmOnPicture, OtherOutputs, PictureAnswer, PictureRequest, PictureSource};

/// Returns the outputs of every arm on a picture; `None` if there is no such picture.
pub fn on_picture(now: &Snapshot, request: &PictureRequest) -> Option<PictureAnswer> {
    let x = inputs(now, &request.picture)?;
    let outputs = now.data.train.outputs();
    let output = request.output.filter(|output| *output < outputs);
    let arms = now.arms.iter().map(|arm| of_arm(arm, now.precision, &x, output)).collect();
    let x = x.iter().map(|x| narrow(*x)).collect();
    let others = request.others.iter().map(|picture| on_other(now, picture)).collect();
    let class = match request.picture {
        PictureSource::Example(set, row) => chosen(&now.data, set).0.class(row),
        PictureSource::Drawn(_) => None,
    };
    Some(PictureAnswer { request: request.clone(), step: now.step, x, class, arms, others })
}

/// Returns the outputs of every arm on a further picture.
fn on_other(now: &Snapshot, picture: &PictureSource) -> OtherOutputs {
    let Some(x) = inputs(now, picture) else { return OtherOutputs::default() };
    let outputs = now.data.train.outputs();
    let of_arm = |arm| last_activations(&forward(arm, &x, outputs), now.precision);
    let arms = now.arms.iter().map(of_arm).collect();
    OtherOutputs { arms }
}

/// Returns the inputs that a picture stands for.
fn inputs(now: &Snapshot, picture: &PictureSource) -> Option<Vec<f64>> {
    let mut x = vec![0.0; now.data.train.inputs()];
    match picture {
        PictureSource::Drawn(strokes) => {
            let drawn = hand_drawn(strokes);
            (drawn.len() == x.len()).then(|| x.copy_from_slice(&drawn))?;
        }
        PictureSource::Example(set, row) => {
            let set = chosen(&now.data, *set).0;
            (*row < set.len()).then(|| set.write_input(*row, &mut x))?;
        }
    }
    Some(x)
}

fn of_arm(
    arm: &ArmSnapshot,
    precision: Precision,
    x: &[f64],
    output: Option<usize>,
) -> ArmOnPicture {
    let network = &arm.network;
    let backprop = forward(arm, x, network.sizes().last().copied().unwrap_or(0));
    let a = last_activations(&backprop, precision);
    let output = output.unwrap_or_else(|| if a.len() == 1 { 0 } else { answer(&a) });
    let derivatives = derivatives(network, &backprop, output).into_iter().map(narrow).collect();
    ArmOnPicture { a, output, derivatives }
}

/// Runs one example forward through an arm.
fn forward(arm: &ArmSnapshot, x: &[f64], outputs: usize) -> Backprop<f64> {
    let mut examples = Examples::new(x.len(), outputs, 1, BatchLayout::Sparse);
    examples.push(|into, y| {
        into.copy_from_slice(x);
        y.fill(0.0);
    });
    let mut backprop = Backprop::new(&arm.network, 1);
    backprop.forward(&arm.network, examples.all());
    backprop
}

/// Returns the outputs, rounded to the precision of the run.
fn last_activations(backprop: &Backprop<f64>, precision: Precision) -> Vec<f64> {
    backprop.last_activations().iter().map(|a| finite(precision.nearest(*a))).collect()
}

/// Returns ∂a/∂x of an output for each input, after the forward pass of one example: the chain rule as in
/// equation (BP2), begun with ∂a/∂z of that output in place of δ.
fn derivatives(network: &Network<f64>, backprop: &Backprop<f64>, output: usize) -> Vec<f64> {
    let layers = network.layers();
    let a = backprop.last_activations();
    let a_c = a[[0, output]];
    let mut by_z: Vec<f64> = a
        .iter()
        .enumerate()
        .map(|(k, a_k)| {
            let is_same = k == output;
            match network.output() {
                Output::Sigmoid => {
                    if is_same {
                        a_c * (1.0 - a_c)
                    } else {
                        0.0
                    }
                }
                Output::Softmax => a_c * (f64::from(u8::from(is_same)) - a_k),
                Output::Linear => f64::from(u8::from(is_same)),
            }
        })
        .collect();
    for (l, layer) in layers.iter().enumerate().rev() {
        let weights = layer.weights();
        let before = (0..layer.inputs())
            .map(|k| weights.column(k).iter().zip(&by_z).map(|(w, by_z)| w * by_z).sum::<f64>());
        by_z = match l.checked_sub(1) {
            None => before.collect(),
            Some(l) => {
                let z = backprop.weighted_inputs(l);
                before.zip(z.iter()).map(|(by_a, z)| by_a * network.hidden().slope(*z)).collect()
            }
        };
    }
    by_z
}

#[cfg(test)]
mod tests;
