//! Computes the cost of a network anywhere on a plane.
//!
//! On a plane, the weighted inputs of the first layer are linear combinations of three fixed matrices. So
//! its many weights are multiplied with the examples three times in all and not at every point. The
//! matrices are computed by networks of that layer alone, because the products of `ndarray` depend on the
//! processor.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, s};

use crate::explain::answer_stream::KeepGoing;
use crate::explain::plane::basis::PlaneBasis;
use crate::explain::plane::scale::PlaneScale;
use crate::explain::plane::stages::sampled_row;
use crate::explain::{ArmSnapshot, Snapshot, dot};
use crate::nn::{Activation, Backprop, BatchLayout, Cost, Examples, Network, Output};

/// The examples of one pass, which takes a network of some ten thousand weights about a millisecond.
const AT_ONCE: usize = 100;

/// An arm of a run, and the plane on which its cost is wanted.
#[derive(Clone, Copy)]
pub(super) struct ArmOnPlane<'a> {
    /// The run.
    pub now: &'a Snapshot,
    /// The arm.
    pub arm: &'a ArmSnapshot,
    /// The plane.
    pub basis: &'a PlaneBasis,
    /// The coordinates on the plane.
    pub scale: PlaneScale,
}

/// The precomputed terms of an arm's cost on a plane.
pub(super) struct PlaneCosts<'a> {
    now: &'a Snapshot,
    arm: &'a ArmSnapshot,
    scale: PlaneScale,
    rows: Vec<u32>,
    /// z of the first layer at the origin, and its change per unit of length along each axis; shape
    /// (examples, neurons).
    z: [Array2<f64>; 3],
    /// The other layers at the origin, and their change per unit of length along each axis, flattened.
    rest: [Vec<f64>; 3],
    shape: Vec<usize>,
    y: Array2<f64>,
    l2: L2,
}

/// Buffers for computing the cost at a point, allocated once.
pub(super) struct CostBuffers {
    /// z, then a of the first layer; shape (examples, neurons).
    first: Vec<f64>,
    network: Network<f64>,
    examples: Examples<f64>,
    backprop: Backprop<f64>,
}

/// λ/(2n) Σw² over the plane: the inner products of origin and axes, without biases.
struct L2 {
    factor: f64,
    products: [[f64; 3]; 3],
}

impl L2 {
    fn at(&self, along: [f64; 2]) -> f64 {
        let shares = [1.0, along[0], along[1]];
        let sum: f64 = (0..3)
            .map(|a| (0..3).map(|b| shares[a] * shares[b] * self.products[a][b]).sum::<f64>())
            .sum();
        self.factor * sum
    }
}

/// Splits a flattened network into the weights of its first layer, shape (inputs, n), its biases, and the
/// rest.
fn split(numbers: &[f64], inputs: usize, outputs: usize) -> (ArrayView2<'_, f64>, &[f64], &[f64]) {
    let (weights, rest) = numbers.split_at(inputs * outputs);
    let (biases, rest) = rest.split_at(outputs);
    let weights = ArrayView2::from_shape((inputs, outputs), weights);
    (weights.expect("a layer has its weights"), biases, rest)
}

impl<'a> PlaneCosts<'a> {
    /// Precomputes the terms of the cost over `examples` examples. Returns `None` once the answer is
    /// stale.
    pub(super) fn new(
        arm_on_plane: ArmOnPlane<'a>,
        examples: usize,
        keep_going: &KeepGoing<'_>,
    ) -> Option<Self> {
        let ArmOnPlane { now, arm, basis, scale } = arm_on_plane;
        let train = &now.data.train;
        let shape = arm.network.sizes();
        let vectors = [&basis.origin[..], &basis.axes[0], &basis.axes[1]];
        let mut z = vectors.map(|_| Array2::zeros((examples, shape[1])));
        let mut y = Array2::zeros((examples, train.outputs()));
        let firsts = vectors.map(|vector| first_layer(vector, &shape));
        let sampled: Vec<u32> =
            (0..examples).map(|index| sampled_row(index, train.len()) as u32).collect();
        let at_once = AT_ONCE.min(examples);
        let mut backprop = Backprop::new(&firsts[0], at_once);
        let mut batch = Examples::new(train.inputs(), shape[1], at_once, BatchLayout::Sparse);
        for first in (0..examples).step_by(AT_ONCE) {
            if !keep_going() {
                return None;
            }
            let rows = first..examples.min(first + AT_ONCE);
            batch.clear();
            for index in rows.clone() {
                let row = sampled[index] as usize;
                let mut y = y.row_mut(index);
                train.write_target(row, y.as_slice_mut().expect("a row lies together"));
                // These networks are not trained, so their targets stay 0.
                batch.push(|x, _| train.write_input(row, x));
            }
            for (network, z) in firsts.iter().zip(&mut z) {
                backprop.forward(network, batch.all());
                z.slice_mut(s![rows.clone(), ..]).assign(&backprop.weighted_inputs(0));
            }
        }
        let rest = vectors.map(|vector| split(vector, shape[0], shape[1]).2.to_vec());
        let factor = arm.lambda / (2.0 * train.len() as f64);
        let l2 = L2 { factor, products: products(vectors, &shape) };
        Some(Self { now, arm, scale, rows: sampled, z, rest, shape, y, l2 })
    }

    /// Returns the length of 1 on the plane.
    pub(super) fn unit(&self) -> f64 {
        self.scale.unit
    }

    fn cost(&self) -> Cost {
        self.arm.cost
    }

    fn output(&self) -> Output {
        self.arm.network.output()
    }

    /// Returns the layer sizes after the first layer, or those of an identity layer if there are none.
    fn rest_shape(&self) -> Vec<usize> {
        let rest = &self.shape[1..];
        if rest.len() > 1 { rest.to_vec() } else { vec![rest[0], rest[0]] }
    }

    pub(super) fn buffers(&self) -> CostBuffers {
        let shape = self.rest_shape();
        let layers = shape.windows(2).map(|pair| (Array2::eye(pair[1].max(pair[0])), pair));
        let layers = layers.map(|(eye, pair)| {
            let weights = eye.slice(s![..pair[1], ..pair[0]]).to_owned();
            (weights, Array1::zeros(pair[1]))
        });
        let network =
            Network::new(self.arm.network.hidden(), self.output(), layers.collect::<Vec<_>>());
        let rows = self.y.nrows();
        CostBuffers {
            first: vec![0.0; self.z[0].len()],
            examples: Examples::new(shape[0], self.y.ncols(), rows, BatchLayout::Columns),
            backprop: Backprop::new(&network, rows),
            network,
        }
    }

    /// Returns the cost at a point of the plane, with the L2 term.
    pub(super) fn at(&self, place: [f64; 2], buffers: &mut CostBuffers) -> f64 {
        let along = self.scale.along(place);
        let CostBuffers { first, network, examples, backprop } = buffers;
        if self.shape.len() > 2 {
            let numbers: Vec<f64> = self.rest[0]
                .iter()
                .zip(&self.rest[1])
                .zip(&self.rest[2])
                .map(|((o, u), v)| o + along[0] * u + along[1] * v)
                .collect();
            set_layers(network, &numbers);
        }
        let parts = self.z[0].iter().zip(&self.z[1]).zip(&self.z[2]);
        for (z, ((o, u), v)) in first.iter_mut().zip(parts) {
            *z = o + along[0] * u + along[1] * v;
        }
        if self.shape.len() > 2 {
            self.arm.network.hidden().put(first);
        }
        examples.clear();
        for (a, target) in first.chunks_exact(self.shape[1]).zip(self.y.rows()) {
            examples.push(|x, y| {
                x.copy_from_slice(a);
                y.iter_mut().zip(target).for_each(|(to, y)| *to = *y);
            });
        }
        backprop.forward(network, examples.all());
        backprop.cost(self.cost()) + self.l2.at(along)
    }

    /// Returns the cost of a network with these parameters, on the plane or not, with the L2 term.
    /// Returns `None` once the answer is stale.
    pub(super) fn of(&self, numbers: &[f64], keep_going: &KeepGoing<'_>) -> Option<f64> {
        let mut network = self.arm.network.clone();
        set_layers(&mut network, numbers);
        let train = &self.now.data.train;
        let at_once = AT_ONCE.min(self.rows.len());
        let mut examples =
            Examples::new(train.inputs(), train.outputs(), at_once, BatchLayout::Sparse);
        let mut backprop = Backprop::new(&network, at_once);
        let mut sum = 0.0;
        for part in self.rows.chunks(AT_ONCE) {
            if !keep_going() {
                return None;
            }
            examples.clear();
            train.gather(part, &[], &mut examples);
            backprop.forward(&network, examples.all());
            sum += backprop.cost(self.cost()) * part.len() as f64;
        }
        Some(sum / self.rows.len() as f64 + self.l2_term(numbers))
    }

    /// Returns the L2 term of a network with these parameters.
    fn l2_term(&self, numbers: &[f64]) -> f64 {
        let squares: f64 =
            weights_of(&self.shape).map(|at| dot(&numbers[at.clone()], &numbers[at])).sum();
        self.l2.factor * squares
    }
}

/// Returns a network of the first layer of a flattened network.
fn first_layer(numbers: &[f64], shape: &[usize]) -> Network<f64> {
    let (weights, biases, _) = split(numbers, shape[0], shape[1]);
    let layer = (weights.t().to_owned(), Array1::from(biases.to_vec()));
    Network::new(Activation::Linear, Output::Linear, [layer])
}

/// Sets the parameters of a network from a flattened one.
fn set_layers(network: &mut Network<f64>, numbers: &[f64]) {
    let mut rest = numbers;
    for layer in network.layers_mut() {
        let (inputs, outputs) = (layer.inputs(), layer.outputs());
        let (weights, biases, after) = split(rest, inputs, outputs);
        for ((k, j), weight) in weights.indexed_iter() {
            layer.set_weight(j, k, *weight);
        }
        layer.biases_mut().iter_mut().zip(biases).for_each(|(to, b)| *to = *b);
        rest = after;
    }
}

/// Returns the range of each layer's weights in a flattened network.
fn weights_of(shape: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    shape.windows(2).map(move |pair| {
        let weights = next..next + pair[0] * pair[1];
        next = weights.end + pair[1];
        weights
    })
}

/// Returns the inner products of three flattened networks, over their weights.
fn products(vectors: [&[f64]; 3], shape: &[usize]) -> [[f64; 3]; 3] {
    let mut sums = [[0.0; 3]; 3];
    for weights in weights_of(shape) {
        for (a, sums) in sums.iter_mut().enumerate() {
            for (b, sum) in sums.iter_mut().enumerate() {
                *sum += dot(&vectors[a][weights.clone()], &vectors[b][weights.clone()]);
            }
        }
    }
    sums
}
