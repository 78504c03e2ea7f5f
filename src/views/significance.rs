//! When a difference is more than chance.

/// Returns whether one share of `examples` is greater than another by more than chance explains: by two
/// standard errors of each, √(p(1 − p)/n), and by five examples.
pub(in crate::views) fn is_ahead(one: f64, other: f64, examples: usize) -> bool {
    let n = examples.max(1) as f64;
    let error = |p: f64| (p * (1.0 - p) / n).sqrt();
    one - other > 2.0 * (error(one) + error(other)) && (one - other) * n > 4.5
}
