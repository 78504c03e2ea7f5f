//! Networks and how they learn: plain arithmetic, generic over f32 and f64.

mod activation;
mod cost;
mod real;

pub use activation::{Activation, Output};
pub use cost::Cost;
pub use real::{Precision, Real};
