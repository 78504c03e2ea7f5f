//! What is run: a scenario, its arms in lock-step, and how good they get.

mod arm;
mod dealer;
mod evaluator;
mod exam;
mod load;
mod lockstep;
mod looking;
mod machine;
mod memory;
mod rates;
mod watch;
mod work;

pub use load::{LoadError, LoadedData, load};
pub use machine::Experiment;
pub use memory::{Examples, check_memory};
pub use rates::CALIBRATION;
pub use watch::{Advance, Clock, EvaluationScope, Walked, Watch};
