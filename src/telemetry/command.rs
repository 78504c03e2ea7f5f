//! The commands that a watcher can send. Nothing changes until the run confirms.

use std::fmt;

use crate::telemetry::{BranchId, Question, Setting, TimeTarget, WeightsRequest};

/// The paces that `<` and `>` step through, in epochs per second; the maximum pace follows the last.
pub(super) const PACES: [f64; 12] =
    [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// The pace of a run in the dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    /// A number of epochs per second; finite and above 0.
    Epochs(f64),
    /// The fastest pace of the machine.
    #[default]
    Max,
}

impl Pace {
    /// Returns the next faster pace of `PACES`, or the maximum after the last.
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

    /// Returns the next slower pace of `PACES`; the first is the slowest.
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

/// A command to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Train if paused, pause if training; a finished run trains for the same number of epochs again.
    Toggle,
    /// Take one step, then pause.
    Step,
    /// Train to the end of the current epoch, then pause.
    Epoch,
    /// Train until a typed condition is met, then pause: `a=0.5`, `accuracy=95 %`, `no better for 5 epochs`.
    Until(String),
    /// Change a setting from the next step on.
    Set(Setting),
    /// Change the pace.
    Pace(Pace),
    /// Set a key of the scenario to a typed value. A key that cannot change during a run restarts it.
    SetKey {
        /// The key as in a scenario file (`training.eta`, `arm.quadratic.eta`), or a short name (`eta`).
        key: String,
        /// The value, read as TOML if possible, else as text.
        value: String,
    },
    /// Leave the rest of the recorded session that the run carries out again.
    TakeOver,
    /// Pause, and go to another step of the open branch.
    GoTo(TimeTarget),
    /// Train to a step that the run has not reached, without a speed limit, then pause. Beyond its end, this is
    /// refused.
    TrainTo(TimeTarget),
    /// Open another branch at its newest step, and pause.
    SwitchBranch(BranchId),
    /// Forget a branch that is not open.
    DropBranch(BranchId),
    /// Restart from the same start.
    Reset,
    /// Restart with the seed after the current one.
    NewSeed,
    /// Restart all arms, each of them one neuron, from these parameters, and train. Settings stay.
    StartAt {
        /// The weights, one for each input.
        weights: Vec<f64>,
        /// The bias.
        bias: f64,
    },
    /// Open another scenario: the name of a built-in one, or a path.
    Open(String),
    /// Restart the arms from the models of this path; `{arm}` in it stands for the name of an arm.
    Load(String),
    /// Send these weights from now on; `None` stops sending. Never changes the run.
    ShowWeights(Option<WeightsRequest>),
    /// Explain this question from now on; `None` stops explaining. Never changes a number.
    Explain(Option<Question>),
}
