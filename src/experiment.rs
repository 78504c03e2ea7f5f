//! What is run: a scenario, its arms in lock-step, and how good they get.

mod alter;
mod arm;
mod catalogue;
mod data_kind;
mod dealer;
mod evaluator;
mod exam;
mod fit;
mod given;
mod keys;
mod load;
mod lockstep;
mod looking;
mod machine;
mod memory;
mod overrides;
mod parse;
mod parse_arm;
mod place;
mod rates;
mod read;
mod refusal;
mod scenario;
mod watch;
mod work;
mod write;

pub use alter::Change;
pub use catalogue::{BuiltIn, DEFAULT_SCENARIO, catalogue, entries, find};
pub use keys::nearest;
pub use load::{LoadError, LoadedData, load};
pub use machine::Experiment;
pub use memory::{Examples, check_memory};
pub use overrides::{MNIST_FOLDER, Override};
pub use rates::CALIBRATION;
pub use read::MOST_SCENARIO_BYTES;
pub use refusal::{Place, ScenarioError};
pub use scenario::{
    ArmSpec, DataSpec, GivenLayers, MOST_SEED, Pictures, Scenario, Start, Training,
};
pub use watch::{Advance, Clock, EvaluationScope, Walked, Watch};
