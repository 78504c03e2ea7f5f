//! The threshold of a slow neuron, which several views name.

/// Returns whether a small slope slows down a neuron that is wrong.
pub(in crate::views) fn is_slow(error: f64, slope: f64) -> bool {
    error >= 0.5 && slope < 0.1
}
