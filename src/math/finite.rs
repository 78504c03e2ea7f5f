//! Numbers that can be drawn: finite, and narrow if need be.

/// Returns the nearest finite number, and 0 for NaN.
pub(crate) fn finite(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.clamp(f64::MIN, f64::MAX) }
}

/// Returns the nearest finite `f32`, and 0 for NaN.
pub(crate) fn narrow(number: f64) -> f32 {
    finite(number).clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

#[cfg(test)]
mod tests {
    use super::{finite, narrow};

    #[test]
    fn what_is_too_large_becomes_the_largest_number_and_nan_becomes_0() {
        assert_eq!(finite(f64::INFINITY), f64::MAX);
        assert_eq!(finite(f64::NEG_INFINITY), f64::MIN);
        assert_eq!((finite(f64::NAN), finite(-2.5)), (0.0, -2.5));
        assert_eq!((narrow(1e300), narrow(f64::NEG_INFINITY)), (f32::MAX, f32::MIN));
        assert_eq!((narrow(f64::NAN), narrow(0.5)), (0.0, 0.5));
    }
}
