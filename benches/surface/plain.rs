//! The same atlas as a first draft would compute it: one start after the other, `exp` from the
//! library.

use rayon::prelude::*;
use xentviz::testing::explain::Grid;
use xentviz::testing::nn::Cost;

pub(crate) const X: [f64; 2] = [2.0, -0.5];
pub(crate) const Y: [f64; 2] = [0.0, 1.0];
pub(crate) const ETA: f64 = 0.15;
pub(crate) const TOLERANCE: f64 = 0.1;
pub(crate) const CAP: u32 = 3000;

/// Returns the epochs from every start, cost after cost, on every thread of the pool.
pub(crate) fn atlas(grid: &Grid, costs: &[Cost]) -> Vec<Vec<Option<f64>>> {
    let of_cost = |cost: &Cost| {
        let cost = *cost;
        let starts = (0..grid.width * grid.height).into_par_iter();
        let starts = starts.map(|i| grid.weights_at(i % grid.width, i / grid.width));
        starts.map(|start| train(cost, start.w[0], start.b)).collect()
    };
    costs.iter().map(of_cost).collect()
}

fn train(cost: Cost, mut w: f64, mut b: f64) -> Option<f64> {
    for epoch in 0..=CAP {
        let (mut by_w, mut by_b, mut is_near) = (0.0, 0.0, true);
        for (x, y) in X.into_iter().zip(Y) {
            let a = 1.0 / (1.0 + (-(w * x + b)).exp());
            is_near &= (a - y).abs() <= TOLERANCE;
            let delta = if cost == Cost::Quadratic { (a - y) * a * (1.0 - a) } else { a - y };
            by_w += x * delta;
            by_b += delta;
        }
        if is_near {
            return Some(f64::from(epoch));
        }
        w -= ETA / 2.0 * by_w;
        b -= ETA / 2.0 * by_b;
        if w.abs().max(b.abs()) > 1e6 {
            return None;
        }
    }
    None
}
