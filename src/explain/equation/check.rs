//! The nudge check of a whole layer.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::explain::equation::neuron_on_row::inputs_of;
use crate::explain::equation::nudge::digits;
use crate::explain::equation::row_chunks::RowChunks;
use crate::explain::{ArmSnapshot, Snapshot, dot};
use crate::math::{exp, ln, powi};
use crate::nn::{Cost, Gradients, Network, Output, sigmoid, softplus};
use crate::telemetry::LayerCheck;

/// The most multiplications of a check, about a second. Larger layers are checked at every n-th weight.
const MULTIPLICATIONS: f64 = 1e9;

/// The most rows of a check; quotient and gradient are both computed over these rows.
const ROWS: usize = 256;

/// Nudges the weights and biases of a layer one by one and compares each quotient with the gradient from
/// backpropagation. Returns `None` once the answer `is_stale`.
pub(super) fn check(
    now: &Snapshot,
    arm: &ArmSnapshot,
    l: usize,
    is_stale: &AtomicBool,
) -> Option<LayerCheck> {
    let some = Snapshot { rows: now.rows[..now.rows.len().min(ROWS)].to_vec(), ..now.clone() };
    let network = &arm.network;
    let layer = &network.layers()[l];
    let (neurons, inputs) = (layer.outputs(), layer.inputs());
    let mut passes = RowChunks::new(&some, network);
    let (_, batch, backprop) = passes.backward(network, arm.cost)?;
    let gradients: Gradients<f64> = backprop.gradients(network, batch);
    let weights = gradients.weights(l);
    let m = some.rows.len();
    let rows: Vec<LayerRow> = (0..m)
        .map(|r| LayerRow {
            x: inputs_of(backprop, batch, l, r),
            z: backprop.weighted_inputs(l).row(r).to_vec(),
            y: backprop.targets().row(r).to_vec(),
        })
        .collect();
    let tail = LayersAfter::of(network, l, arm.cost);
    let of = neurons * (inputs + 1);
    let work = 2.0 * m as f64 * tail.multiplications();
    let every = (of as f64 * work / MULTIPLICATIONS).ceil().max(1.0) as usize;
    let mut found = LayerCheck { checked: 0, of, worst: 0.0, at: (0, 0), digits: 16 };
    for index in (0..of).step_by(every) {
        if is_stale.load(Ordering::Relaxed) {
            return None;
        }
        let (j, k) = (index / (inputs + 1), index % (inputs + 1));
        let gradient = weights.get((j, k)).copied().unwrap_or_else(|| gradients.biases(l)[j]);
        let w = layer.weight(j, k).unwrap_or_else(|| layer.biases()[j]);
        let by = 1e-5 * w.abs().max(1.0);
        let quotient = tail.nudged(&rows, (j, k), by);
        let off = (quotient - gradient).abs();
        found.checked += 1;
        if off > found.worst {
            found.worst = off;
            found.at = (j, k);
            found.digits = digits(off, gradient.abs().max(quotient.abs()));
        }
    }
    Some(found)
}

/// One example, with the numbers of the checked layer.
struct LayerRow {
    x: Vec<f64>,
    z: Vec<f64>,
    y: Vec<f64>,
}

/// The part of a network after the weighted inputs of a layer.
struct LayersAfter<'a> {
    network: &'a Network<f64>,
    /// The weights, row by row, and the biases of the later layers.
    after: Vec<(Vec<f64>, Vec<f64>)>,
    cost: Cost,
}

impl<'a> LayersAfter<'a> {
    fn of(network: &'a Network<f64>, l: usize, cost: Cost) -> Self {
        let after = network.parameters().split_off(l + 1).into_iter();
        let after = after.map(|(w, b)| (w.iter().copied().collect(), b.to_vec())).collect();
        Self { network, after, cost }
    }

    fn multiplications(&self) -> f64 {
        // An exponential counts as about twenty multiplications.
        let outputs = self.network.sizes().last().map_or(1, |n| *n) as f64;
        self.after.iter().map(|(w, _)| w.len() as f64).sum::<f64>() + 20.0 * outputs
    }

    /// Returns [C(w + ε) − C(w − ε)] / 2ε. A nudge of wⱼₖ changes zⱼ of each row by ε xₖ, and no other z.
    fn nudged(&self, rows: &[LayerRow], (j, k): (usize, usize), by: f64) -> f64 {
        let mut sum = 0.0;
        for row in rows {
            let x = row.x.get(k).copied().unwrap_or(1.0);
            if x == 0.0 {
                continue;
            }
            let mut z = row.z.clone();
            z[j] = row.z[j] + by * x;
            let more = self.cost_from(&z, &row.y);
            z[j] = row.z[j] - by * x;
            sum += more - self.cost_from(&z, &row.y);
        }
        sum / (2.0 * by * rows.len() as f64)
    }

    fn cost_from(&self, z: &[f64], y: &[f64]) -> f64 {
        let mut z = z.to_vec();
        for (w, b) in &self.after {
            self.network.hidden().put(&mut z);
            z = w.chunks_exact(z.len()).zip(b).map(|(w, b)| dot(w, &z) + b).collect();
        }
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = z.iter().map(|z| exp(z - top)).sum();
        let of_output = |(z, y): (&f64, &f64)| match (self.cost, self.network.output()) {
            (Cost::CrossEntropy | Cost::BookRule, _) => y * softplus(-z) + (1.0 - y) * softplus(*z),
            (Cost::LogLikelihood, _) => y * (top + ln(total) - z),
            (Cost::Quadratic, Output::Sigmoid) => 0.5 * powi(sigmoid(*z) - y, 2),
            (Cost::Quadratic, Output::Linear) => 0.5 * powi(z - y, 2),
            (Cost::Quadratic, Output::Softmax) => 0.5 * powi(exp(z - top) / total - y, 2),
        };
        z.iter().zip(y).map(of_output).sum()
    }
}
