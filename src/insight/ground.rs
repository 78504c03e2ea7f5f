//! The surface of one neuron: how high the ground is over a window of two parameters, how fast a
//! neuron moves there, and where to.

use rayon::prelude::*;

use crate::insight::{Grid, Plane};
use crate::nn::{OneNeuron, Place, Slope};

/// The surface of one arm. Each array has a number for each point of the grid, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
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
pub fn ground(neuron: &OneNeuron, grid: &Grid) -> Ground {
    assert_eq!(neuron.inputs(), grid.plane.inputs(), "the plane is one of the neuron's");
    let mut ground = Ground {
        costs: vec![0.0; grid.len()],
        speeds: vec![0.0; grid.len()],
        downhill: vec![[0.0; 2]; grid.len()],
    };
    let width = grid.width.max(1);
    let costs = ground.costs.par_chunks_exact_mut(width);
    let speeds = ground.speeds.par_chunks_exact_mut(width);
    let downhill = ground.downhill.par_chunks_exact_mut(width);
    let rows = costs.zip(speeds).zip(downhill).enumerate();
    let memory = || (vec![Place::default(); grid.width], vec![Slope::default(); grid.width]);
    rows.for_each_init(memory, |(places, slopes), (row, ((costs, speeds), downhill))| {
        for (column, place) in places.iter_mut().enumerate() {
            *place = grid.place(column, row);
        }
        neuron.slopes(places, slopes);
        for (column, slope) in slopes.iter().enumerate() {
            costs[column] = slope.cost;
            speeds[column] = norm([slope.w[0], slope.w[1], slope.b]);
            downhill[column] = direction(grid.plane, slope);
        }
    });
    ground
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

fn direction(plane: Plane, slope: &Slope) -> [f64; 2] {
    let [across, up] = match plane {
        Plane::WeightAndBias => [slope.w[0], slope.b],
        Plane::Weights { .. } => slope.w,
    };
    let length = norm([across, up, 0.0]);
    if length < f64::MIN_POSITIVE { [0.0; 2] } else { [-across / length, -up / length] }
}

#[cfg(test)]
mod tests;
