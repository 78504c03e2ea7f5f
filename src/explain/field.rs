//! The activations of networks over a plane of two inputs, and on the examples.

mod input_plane;
mod plane_examples;
mod window;

use std::sync::Arc;

use crate::explain::answer_stream::{AnswerStream, KeepGoing, RefinementDepth};
use crate::explain::coarse::coarse;
pub use crate::explain::field::input_plane::InputPlane;
use crate::explain::parameter_snapshot::unflattened;
use crate::explain::set_outputs::{SetOutputs, answer, outputs_on};
use crate::explain::{ArmSnapshot, ParameterSnapshot, Snapshot};
use crate::math::{finite, narrow};
use crate::nn::{Activation, Backprop, BatchLayout, Examples, Layer, Network, Output};
use crate::telemetry::{
    ArmFields, FieldNeurons, FieldRequest, Fields, LayerSnapshot, PlaneExamples, PlaneTarget,
};

/// The points along the longer side of a field that is computed first.
const COARSE: usize = 20;

/// The points of one pass, which take small networks some hundred microseconds.
const AT_ONCE: usize = 512;

/// The most products of one arm's fine field beside training: about 3 ms.
const BESIDE_TRAINING: usize = 6_000_000;

/// The cost of an activation function in products.
const ACTIVATION: usize = 8;

impl InputPlane {
    /// Reports the fields of every arm over the plane, first coarse, then as fine as requested. Reports nothing for
    /// fewer than two points across or up. The weights at the start are taken from the first of the frames, if that
    /// is of step 0.
    pub fn fields(
        &self,
        now: &Snapshot,
        frames: &[Arc<ParameterSnapshot>],
        request: &FieldRequest,
        stream: AnswerStream<'_, Fields>,
    ) {
        let AnswerStream { keep_going, depth, report } = stream;
        if request.points.0 < 2 || request.points.1 < 2 {
            return;
        }
        let mut sizes = vec![coarse(request.points, COARSE)];
        let is_refined = match depth {
            RefinementDepth::Coarsest => false,
            RefinementDepth::BesideTraining => is_quick(now, request),
            RefinementDepth::Finest => true,
        };
        if is_refined {
            sizes.push(request.points);
        }
        sizes.dedup();
        let start = frames.first().filter(|frame| frame.step == 0);
        for (nth, points) in sizes.iter().enumerate() {
            let arms = now.arms.iter().enumerate().map(|(index, arm)| {
                let start = start.and_then(|frame| frame.arms.get(index)).map(Vec::as_slice);
                let of_arm = ArmPlane { now, arm, start, plane: self, request };
                of_arm.fields(*points, keep_going)
            });
            let Some(arms) = arms.collect() else { return };
            report(Fields {
                request: *request,
                step: now.step,
                window: self.window,
                points: *points,
                is_last: nth + 1 == sizes.len(),
                held: self.means.len() - 2,
                examples: Arc::clone(&self.examples),
                arms,
            });
        }
    }
}

/// Returns whether the fine fields of every arm take little work.
fn is_quick(now: &Snapshot, request: &FieldRequest) -> bool {
    let of_point = |network: &Network<f64>| {
        let sizes = network.sizes();
        let products: usize = sizes.windows(2).map(|pair| pair[0] * pair[1]).sum();
        products + ACTIVATION * sizes[1..].iter().sum::<usize>()
    };
    let of_arms: usize = now.arms.iter().map(|arm| of_point(&arm.network)).sum();
    of_arms * request.points.0 * request.points.1 <= BESIDE_TRAINING * now.arms.len()
}

/// An arm over a plane.
struct ArmPlane<'a> {
    now: &'a Snapshot,
    arm: &'a ArmSnapshot,
    /// The parameters at the start, if they are known.
    start: Option<&'a [f32]>,
    plane: &'a InputPlane,
    request: &'a FieldRequest,
}

impl ArmPlane<'_> {
    /// Computes the fields, and the outputs on the examples. Returns `None` once the answer is stale.
    fn fields(&self, points: (usize, usize), keep_going: &KeepGoing<'_>) -> Option<ArmFields> {
        let network = &self.arm.network;
        let (layers, count) = (network.layers(), points.0 * points.1);
        let first = match self.request.neurons {
            FieldNeurons::Outputs => layers.len() - 1,
            FieldNeurons::All => 0,
        };
        let of_layer = |layer: &Layer<f64>| vec![Vec::with_capacity(count); layer.outputs()];
        let mut found: Vec<Vec<Vec<f32>>> = layers[first..].iter().map(of_layer).collect();
        let mut pass = Pass::new(network, self.plane);
        for from in (0..count).step_by(AT_ONCE) {
            if !keep_going() {
                return None;
            }
            let parts = (from..count.min(from + AT_ONCE)).map(|i| (i % points.0, i / points.0));
            pass.forward(parts.map(|part| self.plane.centre(part, points)));
            for (fields, layer) in found.iter_mut().zip(first..) {
                let activations = pass.backprop.activations(layer);
                for (field, a) in fields.iter_mut().zip(activations.columns()) {
                    field.extend(a.iter().map(|a| narrow(*a)));
                }
            }
        }
        let at = self.request.at.map_or_else(Vec::new, |at| {
            pass.forward(std::iter::once(at));
            (first..layers.len()).map(|layer| pass.activations(layer)).collect()
        });
        let outputs = self.outputs_on_examples(keep_going)?;
        let is_wrong = mistakes(&self.plane.examples, &outputs, self.plane.outputs);
        let (weights, start) = match self.request.neurons {
            FieldNeurons::Outputs => (Vec::new(), Vec::new()),
            FieldNeurons::All => (
                layers.iter().map(weights_of).collect(),
                self.start.map_or_else(Vec::new, |numbers| unflattened(layers, numbers)),
            ),
        };
        let of_layer = |(layer, fields): (usize, &Vec<Vec<f32>>)| {
            let bounds = self.bounds(layer);
            fields.iter().map(|field| bounds.unwrap_or_else(|| range(field))).collect()
        };
        let ranges = (first..).zip(&found).map(of_layer).collect();
        Some(ArmFields { layers: found, ranges, at, outputs, is_wrong, weights, start })
    }

    /// Returns the bounds of the activations of a layer, if there are any.
    fn bounds(&self, layer: usize) -> Option<(f32, f32)> {
        let network = &self.arm.network;
        let is_last = layer + 1 == network.layers().len();
        match (is_last, network.output(), network.hidden()) {
            (true, Output::Sigmoid | Output::Softmax, _) | (false, _, Activation::Sigmoid) => {
                Some((0.0, 1.0))
            }
            (false, _, Activation::Tanh) => Some((-1.0, 1.0)),
            (true, Output::Linear, _) | (false, _, Activation::Relu | Activation::Linear) => None,
        }
    }

    /// Returns the outputs on the examples themselves, not on their projections onto the plane.
    fn outputs_on_examples(&self, keep_going: &KeepGoing<'_>) -> Option<Vec<f64>> {
        let examples = &self.plane.examples;
        let mut outputs = Vec::with_capacity(examples.points.len() * self.plane.outputs);
        let (training, test) = examples.points.split_at(examples.training);
        let data = &self.now.data;
        for (set, points) in [(Some(&data.train), training), (data.test.as_ref(), test)] {
            let Some(set) = set else { continue };
            let rows: Vec<u32> = points.iter().map(|point| point.row as u32).collect();
            let found = &mut |of_row: SetOutputs<'_>| outputs.extend_from_slice(of_row.a);
            outputs_on((self.now, self.arm), (set, &rows), keep_going, found)?;
        }
        Some(outputs)
    }
}

/// Returns the least and the greatest value of a field. Lanes that do not depend on one another take a fraction of the
/// time.
fn range(field: &[f32]) -> (f32, f32) {
    const LANES: usize = 16;
    let (mut least, mut most) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    for values in field.chunks(LANES) {
        for ((least, most), a) in least.iter_mut().zip(&mut most).zip(values) {
            *least = if *a < *least { *a } else { *least };
            *most = if *a > *most { *a } else { *most };
        }
    }
    (
        least.into_iter().fold(f32::INFINITY, f32::min),
        most.into_iter().fold(f32::NEG_INFINITY, f32::max),
    )
}

/// The buffers of a forward pass.
struct Pass<'a> {
    network: &'a Network<f64>,
    plane: &'a InputPlane,
    examples: Examples<f64>,
    backprop: Backprop<f64>,
}

impl<'a> Pass<'a> {
    fn new(network: &'a Network<f64>, plane: &'a InputPlane) -> Self {
        let (inputs, outputs) = (plane.means.len(), plane.outputs);
        let examples = Examples::new(inputs, outputs, AT_ONCE, BatchLayout::Columns);
        Self { network, plane, examples, backprop: Backprop::new(network, AT_ONCE) }
    }

    /// Computes the activations on points of the plane.
    fn forward(&mut self, points: impl Iterator<Item = [f64; 2]>) {
        self.examples.clear();
        for point in points {
            self.examples.push(|x, y| {
                self.plane.write(point, x);
                y.fill(0.0);
            });
        }
        self.backprop.forward(self.network, self.examples.all());
    }

    /// Returns the activations of a layer on the first of the points.
    fn activations(&self, layer: usize) -> Vec<f64> {
        self.backprop.activations(layer).row(0).iter().map(|a| finite(*a)).collect()
    }
}

/// Returns whether each example is taken for another class; nothing if the targets are no classes.
fn mistakes(examples: &PlaneExamples, outputs: &[f64], count: usize) -> Vec<bool> {
    let is_wrong = |(example, a): (&PlaneTarget, &[f64])| match example {
        PlaneTarget::Class(class) => Some(answer(a) != *class),
        PlaneTarget::Number(_) => None,
    };
    let targets = examples.points.iter().map(|point| &point.target);
    targets.zip(outputs.chunks_exact(count)).map_while(is_wrong).collect()
}

/// Returns the weights and biases of a layer for drawing.
fn weights_of(layer: &Layer<f64>) -> LayerSnapshot {
    let (rows, columns) = (layer.outputs(), layer.inputs());
    let mut values = vec![0.0; rows * columns];
    layer.write_columns(None, &mut values);
    let biases = layer.biases().iter().map(|b| narrow(*b)).collect();
    LayerSnapshot { rows, columns, values, biases }
}

#[cfg(test)]
mod tests;
