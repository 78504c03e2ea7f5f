//! Networks with one neuron silenced: its activation is 0 on every example.

use crate::data::Dataset;
use crate::explain::answer_stream::KeepGoing;
use crate::explain::set_outputs::{answer, chosen, class_of};
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::finite;
use crate::nn::{Backprop, BatchLayout, Examples, Layer, Network, Output, Precision};
use crate::telemetry::{ExampleSet, SilencedArm, Silencing, SilencingRequest};

/// The examples of one pass.
const AT_ONCE: usize = 100;

/// The most examples over which it is measured, so that an answer about a large set takes a second at most.
const MOST: usize = 2000;

/// Measures the error of every arm without each neuron of a hidden layer. Returns `None` once the answer is stale.
pub fn silencing(
    now: &Snapshot,
    request: SilencingRequest,
    keep_going: &KeepGoing<'_>,
) -> Option<Silencing> {
    let (set, is_test) = chosen(&now.data, ExampleSet::Test);
    let examples = set.len().min(MOST);
    let arms = now.arms.iter().map(|arm| {
        let is_hidden = request.layer + 1 < arm.network.layers().len();
        if is_hidden {
            of_arm((now, arm), request.layer, (set, examples), keep_going)
        } else {
            Some(SilencedArm::default())
        }
    });
    let arms = arms.collect::<Option<_>>()?;
    Some(Silencing { request, step: now.step, is_test, examples, arms })
}

fn of_arm(
    (now, arm): (&Snapshot, &ArmSnapshot),
    layer: usize,
    (set, count): (&Dataset, usize),
    keep_going: &KeepGoing<'_>,
) -> Option<SilencedArm> {
    let network = &arm.network;
    let mut examples = Examples::new(set.inputs(), set.outputs(), AT_ONCE, BatchLayout::Sparse);
    let mut backprop = Backprop::new(network, AT_ONCE);
    let mut found =
        SilencedArm { error: 0.0, without: vec![0.0; network.layers()[layer].outputs()] };
    let mut rest = LayersAfter { network, layer, z: Vec::new(), a: Vec::new() };
    let rows: Vec<u32> = (0..count as u32).collect();
    for rows in rows.chunks(AT_ONCE) {
        examples.clear();
        set.gather(rows, &[], &mut examples);
        backprop.forward(network, examples.all());
        let (a, next_z) = (backprop.activations(layer), backprop.weighted_inputs(layer + 1));
        for ((row, a), z) in rows.iter().zip(a.rows()).zip(next_z.rows()) {
            if !keep_going() {
                return None;
            }
            let mut target = vec![0.0; set.outputs()];
            set.write_target(*row as usize, &mut target);
            let class = class_of(set, *row as usize);
            let goal = Goal { class, y: target, precision: now.precision };
            let z: Vec<f64> = z.to_vec();
            found.error += goal.error(rest.outputs(&z, None)) / count as f64;
            for (neuron, without) in found.without.iter_mut().enumerate() {
                let silenced = Some((neuron, a[neuron]));
                *without += goal.error(rest.outputs(&z, silenced)) / count as f64;
            }
        }
    }
    found.error = finite(found.error);
    for error in &mut found.without {
        *error = finite(*error);
    }
    Some(found)
}

/// The layers after one, and their buffers.
struct LayersAfter<'a> {
    network: &'a Network<f64>,
    layer: usize,
    z: Vec<f64>,
    a: Vec<f64>,
}

impl LayersAfter<'_> {
    /// Returns the outputs, if the layer after has these weighted inputs less the part of a silenced neuron, which
    /// is given by its index and its activation.
    fn outputs(&mut self, z: &[f64], silenced: Option<(usize, f64)>) -> &[f64] {
        let layers = self.network.layers();
        let next = &layers[self.layer + 1];
        self.z.clear();
        self.z.extend_from_slice(z);
        if let Some((neuron, a)) = silenced {
            for (j, z) in self.z.iter_mut().enumerate() {
                *z -= a * next.weight(j, neuron).unwrap_or(0.0);
            }
        }
        for layer in &layers[self.layer + 2..] {
            self.a.clear();
            self.a.extend(self.z.iter().map(|z| self.network.hidden().value(*z)));
            self.z.clear();
            let (a, z) = (&self.a, &mut self.z);
            z.extend((0..layer.outputs()).map(|j| weighted_input(layer, j, a)));
        }
        self.a.clear();
        let highest = self.z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.a.extend(self.z.iter().map(|z| match self.network.output() {
            Output::Sigmoid => crate::nn::sigmoid(*z),
            Output::Linear => *z,
            Output::Softmax => crate::math::exp(*z - highest),
        }));
        if self.network.output() == Output::Softmax {
            let sum: f64 = self.a.iter().sum();
            self.a.iter_mut().for_each(|a| *a /= sum);
        }
        &self.a
    }
}

fn weighted_input(layer: &Layer<f64>, j: usize, a: &[f64]) -> f64 {
    let products = a.iter().enumerate().map(|(k, a)| layer.weight(j, k).unwrap_or(0.0) * a);
    products.sum::<f64>() + layer.biases()[j]
}

/// What a network should answer to an example.
struct Goal {
    class: Option<usize>,
    y: Vec<f64>,
    /// The precision of the run. Outputs that are equal in it tie, as they do in the evaluation; where the sums themselves
    /// are rounded, an example may still be judged differently there.
    precision: Precision,
}

impl Goal {
    /// Returns 1 for a wrong class and 0 for the right one; for numbers the mean of |a − y|.
    fn error(&self, a: &[f64]) -> f64 {
        if let Some(class) = self.class {
            let a: Vec<f64> = a.iter().map(|a| self.precision.nearest(*a)).collect();
            return f64::from(u8::from(answer(&a) != class));
        }
        let off = a.iter().zip(&self.y).map(|(a, y)| (a - y).abs()).sum::<f64>();
        off / self.y.len() as f64
    }
}

#[cfg(test)]
mod tests;
