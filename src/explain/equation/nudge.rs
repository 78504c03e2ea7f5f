//! The check of a gradient by a nudge of its weight.

use crate::explain::equation::row_chunks::mean_cost;
use crate::explain::equation::weight_index::WeightIndex;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::log10;
use crate::telemetry::Nudge;

/// Computes ∂C/∂w by central difference, and compares it with `mean`.
pub(super) fn nudge(now: &Snapshot, arm: &ArmSnapshot, place: WeightIndex, mean: f64) -> Nudge {
    let mut network = arm.network.clone();
    let w = place.number(&network);
    // The cube root of the rounding error makes truncation and rounding errors equally large.
    let by = 1e-5 * w.abs().max(1.0);
    let (above, below) = (w + by, w - by);
    place.set(&mut network, above);
    let more = mean_cost(now, &network, arm.cost);
    place.set(&mut network, below);
    let less = mean_cost(now, &network, arm.cost);
    let quotient = (more - less) / (above - below);
    let off = (quotient - mean).abs();
    Nudge { by, quotient, off, digits: digits(off, mean.abs().max(quotient.abs())) }
}

/// Returns the number of digits in which two numbers agree that differ by `off`.
pub(super) fn digits(off: f64, size: f64) -> u32 {
    if off == 0.0 {
        return 16;
    }
    (-log10(off / size)).floor().clamp(0.0, 16.0) as u32
}
