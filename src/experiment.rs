//! What is run: a scenario, its arms in lock-step, and how good they get.

mod alter;
mod catalogue;
mod fit;
mod keys;
mod overrides;
mod parse;
mod parse_arm;
mod place;
mod refusal;
mod scenario;
mod write;

pub use alter::Change;
pub use catalogue::{BuiltIn, DEFAULT_SCENARIO, catalogue, entries, find};
pub use keys::nearest;
pub use overrides::Override;
pub use refusal::{Place, ScenarioError};
pub use scenario::{
    ArmSpec, DataSpec, GivenLayers, MOST_SEED, Pictures, Scenario, Start, Training,
};
