//! The cost surface of one neuron over two parameters, with the size and direction of the gradient.

use rayon::prelude::*;

use crate::explain::{Grid, Plane};
use crate::nn::{CostGradient, NeuronWeights, SingleNeuron};

/// The cost surface of one arm. Each array has a number for each point of the grid, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronSurface {
    /// C, the L2 term included.
    pub costs: Vec<f64>,
    /// ‖∇C‖ with respect to all parameters, including a fixed bias: the length of a step with η = 1.
    pub speeds: Vec<f64>,
    /// The direction of steepest descent in the two parameters of the window, across and up, of length 1;
    /// 0 if the gradient is 0.
    pub downhill: Vec<[f64; 2]>,
}

/// Computes the surface over a window. Numbers are finite if the gradients of the neuron are.
///
/// # Panics
/// If the neuron does not have the number of inputs of the plane.
pub fn neuron_surface(neuron: &SingleNeuron, grid: &Grid) -> NeuronSurface {
    assert_eq!(neuron.inputs(), grid.plane.inputs(), "the neuron has the inputs of the plane");
    let mut neuron_surface = NeuronSurface {
        costs: vec![0.0; grid.len()],
        speeds: vec![0.0; grid.len()],
        downhill: vec![[0.0; 2]; grid.len()],
    };
    let width = grid.width.max(1);
    let costs = neuron_surface.costs.par_chunks_exact_mut(width);
    let speeds = neuron_surface.speeds.par_chunks_exact_mut(width);
    let downhill = neuron_surface.downhill.par_chunks_exact_mut(width);
    let rows = costs.zip(speeds).zip(downhill).enumerate();
    let memory =
        || (vec![NeuronWeights::default(); grid.width], vec![CostGradient::default(); grid.width]);
    rows.for_each_init(memory, |(places, cost_gradients), (row, ((costs, speeds), downhill))| {
        for (column, weights_at) in places.iter_mut().enumerate() {
            *weights_at = grid.weights_at(column, row);
        }
        neuron.cost_gradients(places, cost_gradients);
        for (column, slope) in cost_gradients.iter().enumerate() {
            costs[column] = slope.cost;
            speeds[column] = norm([slope.w[0], slope.w[1], slope.b]);
            downhill[column] = direction(grid.plane, slope);
        }
    });
    neuron_surface
}

/// Returns the length of a vector without underflow: on a far plateau, the squares of the slopes would be
/// 0.
fn norm(vector: [f64; 3]) -> f64 {
    let largest = vector.into_iter().fold(0.0, |largest: f64, part| largest.max(part.abs()));
    if largest < f64::MIN_POSITIVE {
        // This is too small to divide by, and too small to be visible.
        return largest;
    }
    let squares = vector.map(|part| (part / largest) * (part / largest));
    largest * squares.iter().sum::<f64>().sqrt()
}

fn direction(plane: Plane, slope: &CostGradient) -> [f64; 2] {
    let [across, up] = match plane {
        Plane::WeightAndBias => [slope.w[0], slope.b],
        Plane::Weights { .. } => slope.w,
    };
    let length = norm([across, up, 0.0]);
    if length < f64::MIN_POSITIVE { [0.0; 2] } else { [-across / length, -up / length] }
}

#[cfg(test)]
mod tests;
