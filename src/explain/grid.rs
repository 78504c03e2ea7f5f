//! Points on a window of two parameters of one neuron: where its surface is drawn, and where it starts.

use crate::data::Dataset;
use crate::nn::{Cost, NeuronWeights, Output, SingleNeuron};

/// Which two parameters a window has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plane {
    /// w across and b up, of a neuron with one input.
    WeightAndBias,
    /// w₁ across and w₂ up, of a neuron with two inputs, whose bias stays.
    Weights {
        /// The bias.
        b: f64,
    },
}

impl Plane {
    /// How many inputs a neuron has whose parameters these are.
    pub fn inputs(self) -> usize {
        match self {
            Self::WeightAndBias => 1,
            Self::Weights { .. } => 2,
        }
    }
}

/// Evenly spaced points on a window of two parameters: the first and the last of each row and column
/// stand on its edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The two parameters.
    pub plane: Plane,
    /// The least and the greatest value of the parameter across.
    pub across: (f64, f64),
    /// The least and the greatest value of the parameter up.
    pub up: (f64, f64),
    /// How many points a row has.
    pub width: usize,
    /// How many rows there are: row 0 has the least value, the lowest on screen.
    pub height: usize,
}

impl Grid {
    /// How many points there are.
    pub fn len(&self) -> usize {
        self.width * self.height
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parameters at a point; the middle of the window where there is but one.
    pub fn weights_at(&self, column: usize, row: usize) -> NeuronWeights {
        let (across, up) = (at(self.across, column, self.width), at(self.up, row, self.height));
        match self.plane {
            Plane::WeightAndBias => NeuronWeights { w: [across, 0.0], b: up },
            Plane::Weights { b } => NeuronWeights { w: [across, up], b },
        }
    }
}

/// The value of point `i` of `count`.
fn at((least, greatest): (f64, f64), i: usize, count: usize) -> f64 {
    let share = if count > 1 { i as f64 / (count - 1) as f64 } else { 0.5 };
    // So written, both ends are met exactly.
    least * (1.0 - share) + greatest * share
}

/// Returns the learning problem of a single neuron, or `None` if the dataset has more than two inputs or
/// several outputs, or the cost does not suit the output.
pub fn single_neuron(
    set: &Dataset,
    (output, cost): (Output, Cost),
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
    Some(SingleNeuron::new((output, cost), lambda, &x, &y))
}
