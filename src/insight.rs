//! What explains a run: pure functions of numbers it has told.

mod curves;
mod escape;

pub use curves::{curves, reach};
pub use escape::epochs_to_half;
