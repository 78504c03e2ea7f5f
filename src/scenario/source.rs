//! The source of a scenario: its text and its overrides.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The source of a scenario: its text and overrides. Scenarios that describe the same run are equal,
/// whatever their source.
#[derive(Clone, Debug, Default)]
pub(super) struct ScenarioSource {
    pub(super) text: Arc<str>,
    pub(super) overrides: Vec<Override>,
    /// The paths of the keys that text and overrides set.
    pub(super) said: Arc<BTreeSet<String>>,
    /// The values of keys that they do not set and that were taken from models.
    pub(super) adopted: Vec<Override>,
}

impl PartialEq for ScenarioSource {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A key of a scenario set from outside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The key as in a scenario file (`training.eta`, `arm.quadratic.eta`), or a short name (`eta`).
    pub key: String,
    /// The value, read as TOML if possible, else as text.
    pub value: String,
    /// The override as typed, for errors: `--eta 3`.
    pub shown_as: String,
}

/// The environment variable that names the folder of MNIST, and the key of [`Override::mnist_folder`]; no
/// scenario has this key.
pub const MNIST_FOLDER: &str = "XENTVIZ_DATA";

impl Override {
    /// Creates an override of `key` with `value`; errors show it as `shown_as`.
    pub fn new(
        key: impl Into<String>,
        value: impl Into<String>,
        shown_as: impl Into<String>,
    ) -> Self {
        Self { key: key.into(), value: value.into(), shown_as: shown_as.into() }
    }

    /// Creates the override for the folder of MNIST from the environment. It applies to MNIST scenarios
    /// without a path.
    pub fn mnist_folder(path: impl Into<String>) -> Self {
        let path = path.into();
        let shown_as = format!("{MNIST_FOLDER}={path}");
        Self { key: MNIST_FOLDER.to_owned(), value: path, shown_as }
    }

    /// Creates the override of the path of data, with characters of any kind.
    pub fn data_path(path: &str) -> Self {
        let value = toml::Value::String(path.to_owned()).to_string();
        Self { key: "data.path".to_owned(), value, shown_as: format!("data.path {path}") }
    }

    /// Adds this override to others. It replaces an earlier one of the same name, so that there are never
    /// more overrides than names of keys.
    pub(super) fn add_to(self, over: &mut Vec<Self>) {
        over.retain(|earlier| earlier.key.trim() != self.key.trim());
        over.push(self);
    }
}
