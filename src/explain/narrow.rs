//! Converts results to the precision in which they are drawn.

/// Returns the nearest finite `f32`, and 0 for NaN.
pub(super) fn narrow(number: f64) -> f32 {
    let number = if number.is_nan() { 0.0 } else { number };
    number.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}
