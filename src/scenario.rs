//! The language of scenarios: converts text to values and back, and checks the constraints between the
//! values.
//!
//! [`Scenario::read`] parses the TOML of a scenario together with its overrides. It refuses whatever
//! cannot be run, naming the location, the key and a valid value. [`Scenario::to_toml`] writes the
//! scenario back. This room knows nothing of a run: `experiment` trains a [`Scenario`].

mod catalogue;
mod data_kind;
mod draft;
mod edit;
mod edited_scenario;
mod error;
mod from_model;
mod from_table;
mod help;
mod keys;
mod locate;
mod model_start;
mod models;
mod opening;
mod overrides;
mod parse;
mod parsed_arm;
mod pytorch;
mod read;
mod said;
mod session_line;
mod session_read;
mod session_write;
mod source;
mod spec;
mod typed_number;
mod until;
mod validate;
mod value;
mod words;
mod write;

pub(crate) use catalogue::DEFAULT_SCENARIO;
pub use catalogue::{catalogue, entries, find};
pub use edited_scenario::ScenarioEdit;
pub(crate) use from_model::{ModelData, assumed_functions, scenario_of_model};
pub use from_table::scenario_of_table;
pub(crate) use from_table::{scenario_of_arrays, scenario_of_mnist, table_options};
pub(crate) use help::{Flag, flags, key_lines, keys_of_arms};
pub(crate) use keys::MOST_EPOCHS;
pub(crate) use model_start::{AdoptedScenario, ModelStart, SavedModel};
pub(crate) use models::{check_functions, layers_of_model};
pub(crate) use opening::StartSettings;
pub(crate) use pytorch::pytorch;
pub(crate) use session_read::Session;
pub(crate) use session_write::{SessionWriter, session_of_log};
pub use source::{MNIST_FOLDER, Override};
pub(crate) use until::read_until;
pub(crate) use validate::{EVALUATED_AT_ONCE, batch_fits, data_fits};

pub(crate) use error::Location;
pub use error::ScenarioError;
pub(crate) use error::{KeyError, KeyPath};
pub(crate) use read::MOST_SCENARIO_BYTES;
pub use spec::{ArmSpec, DataSpec, InitialLayers, InitialState, Scenario};
pub(crate) use words::nearest;
pub(crate) use write::with_data_path;
