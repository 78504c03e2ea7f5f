//! What explains a run: pure functions of numbers it has told.

mod escape;

pub use escape::epochs_to_half;
