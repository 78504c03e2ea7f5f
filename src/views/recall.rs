//! The recall of a class.

/// The recall below which a class is marked as hardly ever found.
pub(in crate::views) const DEAD: f64 = 0.02;
