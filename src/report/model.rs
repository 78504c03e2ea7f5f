//! Code shared by the two model formats: limits and errors.

use std::io;

use thiserror::Error;

use crate::arrays::ArrayError;
use crate::nn::Precision;
use crate::telemetry::ModelState;
use crate::text::{excerpt, visible};

/// The largest model file that is read, in bytes. The largest network of a scenario takes 400 MB as 64-bit
/// tensors, and an endless device does not fill the memory.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// The most layers of weights of a model, which is also the most of a scenario.
pub(super) const MOST_LAYERS: usize = 999;

/// The most characters that a message shows of a name and of a description. A file may hold names of any
/// length.
pub(super) const NAME_SHOWN: usize = 80;
const DESCRIPTION_SHOWN: usize = 240;

/// The error of reading a model.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The reader failed.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The file is larger than any model.
    #[error("is larger than {} MiB, which no model is", MOST_BYTES >> 20)]
    TooLarge,
    /// The file is no JSON.
    #[error("is no JSON: {}", visible(&.0.to_string()))]
    Json(#[source] serde_json::Error),
    /// The file is no safetensors file.
    #[error("is no safetensors file: {0}")]
    Tensors(String),
    /// The file is no file of arrays, or one of them is not read.
    #[error("{0}")]
    Arrays(String),
    /// The file holds no weights of `PyTorch`.
    #[error("holds no weights as PyTorch saves them: {0}")]
    Torch(String),
    /// A part is missing.
    #[error("has no `{0}`")]
    Missing(String),
    /// A number of the model is not finite: its place, and the word for it.
    #[error("{0} is {1}: this network had diverged")]
    NotFinite(String, &'static str),
    /// A part has an invalid value.
    #[error("`{field}` is {found}, expected {expected}")]
    Field {
        /// The path of the part: `weights[0][3]`.
        field: String,
        /// The found value.
        found: String,
        /// The expected value.
        expected: String,
    },
}

impl ModelError {
    pub(super) fn field(
        field: impl AsRef<str>,
        found: impl AsRef<str>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Field {
            field: excerpt(field.as_ref(), NAME_SHOWN),
            found: excerpt(found.as_ref(), DESCRIPTION_SHOWN),
            expected: expected.into(),
        }
    }

    /// Returns the error for a file that is not safetensors, with the parser's message.
    pub(super) fn tensors(error: &impl std::fmt::Display) -> Self {
        Self::Tensors(excerpt(&error.to_string(), DESCRIPTION_SHOWN))
    }

    /// Returns the error for a file that holds no weights of `PyTorch`.
    pub(super) fn torch(error: &impl std::fmt::Display) -> Self {
        Self::Torch(excerpt(&error.to_string(), DESCRIPTION_SHOWN))
    }
}

impl From<ArrayError> for ModelError {
    fn from(error: ArrayError) -> Self {
        match error {
            ArrayError::Read(error) => Self::Read(error),
            other => Self::Arrays(other.to_string()),
        }
    }
}

/// Returns a model without metadata, as in files of other programs.
pub(super) fn without_metadata() -> ModelState {
    ModelState {
        arm: String::new(),
        sizes: Vec::new(),
        weights: Vec::new(),
        biases: Vec::new(),
        cost: None,
        hidden: None,
        output: None,
        scaling: None,
        precision: Precision::F64,
        eta: 0.0,
        lambda: 0.0,
        seed: 0,
        steps: 0,
        epochs: 0,
        training: None,
    }
}

/// Returns the item of `all` whose name was found in a file.
pub(super) fn named<T: Copy>(
    field: &str,
    found: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, ModelError> {
    all.iter().copied().find(|one| name(*one) == found).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        let found = format!("`{}`", excerpt(found, NAME_SHOWN));
        ModelError::field(field, found, names.join(" or "))
    })
}

/// The precisions of models.
pub(super) const PRECISIONS: [Precision; 2] = [Precision::F32, Precision::F64];

#[cfg(test)]
pub(super) mod examples {
    use crate::nn::{Activation, Cost, DataScaling, Output, PendingScale, Precision};
    use crate::telemetry::{Divergence, ModelState, TrainingState};

    /// Returns a training state in which every value differs from the default.
    pub(in crate::report) fn training() -> TrainingState {
        TrainingState {
            step: 123,
            batch: 7,
            examples: 200,
            shuffle: true,
            is_evaluated: true,
            best: Some((0.1 + 0.2, 3)),
            divergence: Some(Divergence { step: 6, eta: 0.3, reason: "large".to_owned() }),
            has_overflowed: true,
            first_cost: Some(0.7),
            unsettled: Some(PendingScale { scale: 0.7, corrections: vec![1, 2] }),
            last_step: Some([0.1, -2.5, 1e-300, 0.0, 7.0]),
            records: 4,
        }
    }

    /// Returns a scaling of two inputs whose numbers have no short decimals.
    fn scaling() -> DataScaling {
        DataScaling {
            method: "standard".to_owned(),
            offsets: vec![0.1 + 0.2, -1e-300],
            spreads: vec![1.0 / 3.0, 4e200],
            inputs: vec!["length".to_owned(), "width, \"é\"".to_owned()],
            classes: vec!["no".to_owned(), "yes".to_owned()],
            target_offsets: vec![0.25],
            target_spreads: vec![1e6],
        }
    }

    /// Returns a small network in which every value differs from the default.
    pub(in crate::report) fn model() -> ModelState {
        ModelState {
            arm: "softmax".to_owned(),
            sizes: vec![2, 1, 2],
            weights: vec![vec![0.1, -2.5], vec![1e-300, 3.0]],
            biases: vec![vec![0.1 + 0.2], vec![0.0, -7.0]],
            cost: Some(Cost::LogLikelihood),
            hidden: Some(Activation::Tanh),
            output: Some(Output::Softmax),
            scaling: Some(scaling()),
            precision: Precision::F64,
            eta: 0.15,
            lambda: 5.0,
            seed: 1 << 62,
            steps: 123,
            epochs: 4,
            training: Some(training()),
        }
    }
}
