//! What explains a run: pure functions of numbers it has told.

mod curves;
mod equation;
mod escape;
mod still;

pub use curves::{curves, reach};
pub use equation::equation;
pub use escape::epochs_to_half;
pub use still::{Still, StillArm};
