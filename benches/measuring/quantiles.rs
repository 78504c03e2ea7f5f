//! Quantiles of several measurements.

/// Measurements in ascending order.
pub(crate) struct Quantiles(Vec<f64>);

impl Quantiles {
    /// # Panics
    /// If nothing was measured.
    pub(crate) fn of(mut measured: Vec<f64>) -> Self {
        assert!(!measured.is_empty(), "something was measured");
        measured.sort_by(f64::total_cmp);
        Self(measured)
    }

    /// Returns the measurement that this share of the others does not exceed: 0.5 for the median, 1 for the greatest.
    pub(crate) fn at(&self, share: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * share).round() as usize]
    }
}
