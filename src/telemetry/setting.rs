//! The settings of a run that can change while it trains.

use crate::telemetry::ExampleEdit;

/// The mode that links the learning rates of the arms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EtaMode {
    /// Each arm has its own rate, as the scenario and the user set it.
    #[default]
    Own,
    /// All arms have the rate of one arm.
    Equal,
    /// Arms with another cost have 0.2111 times the rate of the quadratic arm, or 0.04558 times with the
    /// book's rule. A sigmoid neuron then takes equally long with each from z = 1.5 to z = 0.
    Calibrated,
}

/// A change of the training. The settings of a run are part of what makes it repeatable.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// η of one arm, by its index.
    Eta {
        /// The index of the arm.
        arm: usize,
        /// The new learning rate, finite and above 0.
        eta: f64,
    },
    /// The mode that links the learning rates.
    EtaMode {
        /// The new mode.
        mode: EtaMode,
        /// The index of the arm that the others follow.
        arm: usize,
    },
    /// One weight or bias.
    Weight {
        /// The index of the arm.
        arm: usize,
        /// The position (layer from 0, neuron j, input k); k = inputs means the bias.
        at: (usize, usize, usize),
        /// The new value.
        value: f64,
    },
    /// The number of epochs of the whole run; those that have begun are taken in any case.
    Epochs(u64),
    /// The number of epochs between evaluations; 0 evaluates at the start and at the end only.
    Evaluate(u64),
    /// The training examples. The current epoch goes on with them.
    Examples(ExampleEdit),
}

impl Setting {
    /// Returns whether the setting changes the steps themselves, and not only how many there are or which of them
    /// are evaluated.
    pub fn changes_steps(&self) -> bool {
        match self {
            Self::Eta { .. } | Self::EtaMode { .. } | Self::Weight { .. } | Self::Examples(_) => {
                true
            }
            Self::Epochs(_) | Self::Evaluate(_) => false,
        }
    }
}

/// A change of the training, with the moment at which it took effect: after `step` steps, and after the
/// evaluation of that step if one was due.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// The number of steps done before it took effect.
    pub step: u64,
    /// The setting.
    pub setting: Setting,
}
