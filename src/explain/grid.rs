//! Points on a window of two parameters of one neuron, for its surface and its starts.

use crate::data::Dataset;
use crate::nn::{Cost, NeuronKind, NeuronWeights, Output, SingleNeuron};

/// The two parameters that span a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plane {
    /// w across and b up, of a neuron with one input.
    WeightAndBias,
    /// w₁ across and w₂ up, of a neuron with two inputs, whose bias is fixed.
    Weights {
        /// The bias.
        b: f64,
    },
}

impl Plane {
    /// Returns the number of inputs of a neuron with these parameters.
    pub fn inputs(self) -> usize {
        match self {
            Self::WeightAndBias => 1,
            Self::Weights { .. } => 2,
        }
    }
}

/// Evenly spaced points on a window of two parameters. The first and the last point of each row and column
/// lie on its edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The two parameters.
    pub plane: Plane,
    /// The least and the greatest value of the parameter across.
    pub across: (f64, f64),
    /// The least and the greatest value of the parameter up.
    pub up: (f64, f64),
    /// The number of points in a row.
    pub width: usize,
    /// The number of rows; row 0 has the least value and is the lowest on screen.
    pub height: usize,
}

impl Grid {
    /// Returns the number of points.
    pub(crate) fn len(&self) -> usize {
        self.width * self.height
    }

    /// Returns the parameters at a point. A row or column of one point lies in the middle of the window.
    pub fn weights_at(&self, column: usize, row: usize) -> NeuronWeights {
        let (across, up) = (at(self.across, column, self.width), at(self.up, row, self.height));
        match self.plane {
            Plane::WeightAndBias => NeuronWeights { w: [across, 0.0], b: up },
            Plane::Weights { b } => NeuronWeights { w: [across, up], b },
        }
    }
}

/// Returns the value of point `i` of `count`.
fn at((least, greatest): (f64, f64), i: usize, count: usize) -> f64 {
    let share = if count > 1 { i as f64 / (count - 1) as f64 } else { 0.5 };
    // In this form, both ends are exact.
    least * (1.0 - share) + greatest * share
}

/// Returns the learning problem of a single neuron, or `None` if the dataset has more than two inputs or
/// several outputs, or the cost does not suit the output.
pub(crate) fn single_neuron(
    set: &Dataset,
    output: Output,
    cost: Cost,
    lambda: f64,
) -> Option<SingleNeuron> {
    let inputs = set.inputs();
    if !(1..=2).contains(&inputs) || set.outputs() != 1 || !cost.suits(output) {
        return None;
    }
    let (mut x, mut y) = (vec![0.0; set.len() * inputs], vec![0.0; set.len()]);
    for (row, (x, y)) in x.chunks_exact_mut(inputs).zip(y.chunks_exact_mut(1)).enumerate() {
        set.write_input(row, x);
        set.write_target(row, y);
    }
    Some(SingleNeuron::new(NeuronKind { output, cost }, lambda, &x, &y))
}
