//! The lines of the file of a session, as JSON objects.

use serde::{Deserialize, Serialize};

use crate::telemetry::{EtaMode, Pace};

/// The version of the format. A change that an older program cannot read makes it greater.
pub(super) const FORMAT: u64 = 1;

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct HeaderLine {
    /// The version of the program.
    pub(super) xentviz: String,
    /// The version of the format.
    pub(super) format: u64,
    /// The name of the file whose session this one has resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resumes: Option<String>,
}

/// A later line: a time, a step, and at most one of the other groups of keys.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EventLine {
    pub(super) at: f64,
    pub(super) step: u64,
    /// The number of the run in the session, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) begin: Option<u64>,
    /// With `begin`: the number of the run before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<u64>,
    /// With `begin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// With `begin`: 16 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<String>,
    /// With `begin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) models: Option<String>,
    /// With `begin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scenario: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) set: Option<SettingLine>,
    /// With `set`: the branch on which it is set, unless it is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fork: Option<u32>,
    /// With `fork`: the branch that was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) switch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drop: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) goto: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) runs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pace: Option<PaceLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// With `key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<bool>,
}

/// A setting: the name of an arm where it is one of an arm, and one of the other keys.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SettingLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) eta: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) etas: Option<EtaModeLine>,
    /// The layer, the neuron and the input of a weight, each from 0; for a bias, the input is the number of inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weight: Option<(usize, usize, usize)>,
    /// With `weight`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) epochs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evaluate: Option<u64>,
    /// The inputs of a training example that is added, with `class`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) add: Option<[f64; 2]>,
    /// With `add`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<u32>,
    /// The inputs of a training example before it is moved, and after.
    #[serde(rename = "move", skip_serializing_if = "Option::is_none")]
    pub(super) moves: Option<[[f64; 2]; 2]>,
    /// The inputs of a training example that is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remove: Option<[f64; 2]>,
}

/// The mode that links learning rates.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum EtaModeLine {
    Own,
    Equal,
    Calibrated,
}

impl From<EtaMode> for EtaModeLine {
    fn from(mode: EtaMode) -> Self {
        match mode {
            EtaMode::Own => Self::Own,
            EtaMode::Equal => Self::Equal,
            EtaMode::Calibrated => Self::Calibrated,
        }
    }
}

impl From<EtaModeLine> for EtaMode {
    fn from(mode: EtaModeLine) -> Self {
        match mode {
            EtaModeLine::Own => Self::Own,
            EtaModeLine::Equal => Self::Equal,
            EtaModeLine::Calibrated => Self::Calibrated,
        }
    }
}

/// A pace: epochs per second, or the word `max`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum PaceLine {
    Epochs(f64),
    Max(MaxPace),
}

/// The word for a pace without a brake.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MaxPace {
    Max,
}

impl From<Pace> for PaceLine {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Epochs(epochs) => Self::Epochs(epochs),
            Pace::Max => Self::Max(MaxPace::Max),
        }
    }
}
