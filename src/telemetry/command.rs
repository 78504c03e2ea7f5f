//! The commands that a watcher can send. Nothing changes until the run confirms.

use std::fmt;

use crate::telemetry::Question;

/// The paces that `<` and `>` step through, in epochs a second; beyond the last there is no brake.
pub const PACES: [f64; 12] =
    [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// How fast a run is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    /// Epochs per second; finite and above 0.
    Epochs(f64),
    /// As fast as the machine can.
    #[default]
    Max,
}

impl Pace {
    /// The next faster pace of [`PACES`].
    #[must_use]
    pub fn faster(self) -> Self {
        match self {
            Self::Epochs(now) => PACES
                .into_iter()
                .find(|pace| *pace > now * (1.0 + 1e-9))
                .map_or(Self::Max, Self::Epochs),
            Self::Max => Self::Max,
        }
    }

    /// The next slower pace of [`PACES`].
    #[must_use]
    pub fn slower(self) -> Self {
        let now = match self {
            Self::Epochs(now) => now,
            Self::Max => f64::INFINITY,
        };
        let slower = PACES.into_iter().rev().find(|pace| *pace < now * (1.0 - 1e-9));
        Self::Epochs(slower.unwrap_or(PACES[0]))
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epochs(pace) => write!(f, "{pace} epochs/s"),
            Self::Max => f.write_str("max pace"),
        }
    }
}

/// How the learning rates of the arms are linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EtaMode {
    /// Each arm its own, as the scenario and the user set it.
    #[default]
    Own,
    /// All arms that of one arm.
    Equal,
    /// Arms of another cost 0.2111 times the quadratic arm's: so a sigmoid neuron takes as long
    /// with cross-entropy as with the quadratic cost from z = 1.5 to z = 0.
    Calibrated,
}

/// A change to how a run trains; it is part of what makes the run repeatable.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// η of one arm, by its index.
    Eta {
        /// Which arm.
        arm: usize,
        /// The new learning rate, finite and above 0.
        eta: f64,
    },
    /// Where η comes from; `arm` is the one that the others follow.
    EtaMode {
        /// The way.
        mode: EtaMode,
        /// The arm the others follow.
        arm: usize,
    },
    /// One weight or bias.
    Weight {
        /// Of which arm.
        arm: usize,
        /// Which: (layer from 0, neuron j, input k); k = inputs means the bias.
        at: (usize, usize, usize),
        /// Its new value.
        value: f64,
    },
}

/// Which numbers a picture of the weights shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeightQuantity {
    /// The weights themselves.
    #[default]
    Value,
    /// ∂C/∂w over the next mini-batch.
    Gradient,
    /// The weights less those at the start.
    Change,
}

/// The weights that a view needs while it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightsRequest {
    /// Which numbers.
    pub of: WeightQuantity,
    /// One weight to read in full: (layer from 0, neuron j, input k); k = inputs means the bias.
    pub cursor: Option<(usize, usize, usize)>,
}

/// A command to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Run if paused, pause if running; at the end of a run, run on for as many epochs again.
    Toggle,
    /// Pause, if running.
    Pause,
    /// One mini-batch, then pause.
    Step,
    /// To the end of the current epoch, then pause.
    Epoch,
    /// Change how the run trains, at the next step.
    Set(Setting),
    /// Change how fast it is shown.
    Pace(Pace),
    /// A key of the scenario and its value, as typed; what cannot change under way starts anew.
    SetKey {
        /// As in a scenario file: `training.eta`, `arm.quadratic.eta`, or a short name: `eta`.
        key: String,
        /// Read as TOML, else as text.
        value: String,
    },
    /// Back to the same start.
    Reset,
    /// To a new seed: the seed after this one.
    NewSeed,
    /// All arms anew, each one neuron, from these parameters, and run; settings stay.
    StartAt {
        /// The weights, one for each input.
        weights: Vec<f64>,
        /// The bias.
        bias: f64,
    },
    /// Another scenario: the name of a built-in one, or a path.
    Open(String),
    /// Which weights to send from now on; `None` stops sending. Never changes the run.
    ShowWeights(Option<WeightsRequest>),
    /// What to explain from now on; `None` ends it. Never changes a number.
    Explain(Option<Question>),
    /// Return the current scenario and models, to be saved under this name.
    Save {
        /// What the user typed after `:save`.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
    },
}
