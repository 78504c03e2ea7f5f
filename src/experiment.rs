//! Runs a scenario: trains its arms in lock-step and evaluates them.

mod arm;
mod drawn_before;
mod epoch_count;
mod eval_pass;
mod evaluator;
mod learning_rates;
mod load;
mod lockstep;
mod machine;
mod memory;
mod observer;
mod probe;
mod sampler;
mod until;
mod work;

pub use load::load;
pub(crate) use load::{LoadError, LoadedData};
pub use machine::Experiment;
pub(crate) use machine::ExperimentSnapshot;
pub use memory::{DataState, check_memory};
pub use observer::{Advance, StepChunk, StepObserver};
pub(crate) use observer::{Clock, EvaluationScope};
pub(crate) use until::UntilWatch;
