//! Reads and writes the files about a run: models, metrics, summary.
//!
//! All files are passed as `impl Write` and `impl Read`; they are opened at the doors.

mod metrics;
mod model;
mod model_arrays;
mod model_json;
mod model_tensors;
mod model_torch;
mod python_json;
mod scaling_record;
mod summary;
mod tensor_layers;
mod training_state;

pub(crate) use metrics::{
    ExpectedMetrics, KeptPart, MetricsError, Recorded, RecordedArm, kept_metrics,
};
pub use metrics::{Metrics, MetricsFormat};
pub use model::ModelError;
pub use model_arrays::read_model_arrays;
pub use model_json::{read_model_json, write_model_json};
pub(crate) use model_tensors::{NamingScheme, write_named_tensors};
pub use model_tensors::{read_model_tensors, write_model_tensors};
pub use model_torch::read_model_torch;
pub(crate) use summary::{ArmSummary, Summary, UntilSummary};
pub use tensor_layers::ReadModel;
