//! The language of scenarios: text to values and back, and what has to hold between the values.
//!
//! [`Scenario::read`] parses the TOML of a scenario together with its overrides and refuses whatever
//! cannot be run, with the place, the key and what would do. [`Scenario::to_toml`] writes it back. The
//! room knows nothing of a run: `experiment` trains what a [`Scenario`] says.

mod alter;
mod catalogue;
mod data_kind;
mod draft;
mod fit;
mod help;
mod keys;
mod locate;
mod models;
mod overrides;
mod parse;
mod read;
mod refusal;
mod spec;
mod value;
mod words;
mod write;

pub use alter::Change;
pub use catalogue::{BuiltIn, DEFAULT_SCENARIO, catalogue, entries, find};
pub(crate) use fit::{EVALUATED_AT_ONCE, batch_fits, data_fits, row_suits, targets_wanted};
pub use help::{Flag, flags, key_lines, keys_of_arms};
pub(crate) use keys::MOST_EPOCHS;
pub(crate) use models::layers_of_model;
pub use overrides::{MNIST_FOLDER, Override};

pub use read::MOST_SCENARIO_BYTES;
pub use refusal::{Place, ScenarioError};
pub(crate) use refusal::{Refusal, Spot};
pub use spec::{ArmSpec, DataSpec, GivenLayers, MOST_SEED, Pictures, Scenario, Start, Training};
pub use words::nearest;
