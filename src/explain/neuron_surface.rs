//! The cost surface of one neuron over two parameters, with the size and direction of the gradient.

use rayon::prelude::*;

use crate::explain::{Grid, Plane};
use crate::nn::{CostGradient, NeuronWeights, SingleNeuron};

/// The surface of one arm. Each array has a number for each point of the grid, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronSurface {
    /// C, the L2 term included.
    pub costs: Vec<f64>,
    /// ‖∇C‖ with respect to all parameters, the bias that stays fixed too: how far a step of η = 1
    /// leads.
    pub speeds: Vec<f64>,
    /// Where the gradient of the window's two parameters leads downhill: across and up, of length 1,
    /// or 0 where it leads nowhere.
    pub downhill: Vec<[f64; 2]>,
}

/// The surface over a window. Numbers are finite where the slopes of the neuron are.
///
/// # Panics
/// If the neuron has not the inputs that the plane is of.
pub fn neuron_surface(neuron: &SingleNeuron, grid: &Grid) -> NeuronSurface {
    assert_eq!(neuron.inputs(), grid.plane.inputs(), "the plane is one of the neuron's");
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

/// The length of a vector, however small: the squares of a far plateau's slopes would be 0.
fn norm(vector: [f64; 3]) -> f64 {
    let largest = vector.into_iter().fold(0.0, |largest: f64, part| largest.max(part.abs()));
    if largest < f64::MIN_POSITIVE {
        // Too small to be divided by, and too small to be seen.
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
