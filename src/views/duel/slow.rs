//! The threshold of a slow neuron.

/// Returns whether a small slope slows down a neuron that is wrong.
pub(super) fn is_slow(error: f64, slope: f64) -> bool {
    error >= 0.5 && slope < 0.1
}
