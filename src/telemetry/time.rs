//! Where a run stands in time: positions, and the branches that changes in the past make.

use std::str::FromStr;

use crate::telemetry::{Clock, Setting};

/// The number of a branch of a run. The run itself is branch 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchId(pub u32);

/// A position of a run to go to. Beyond the start or the newest step, it is that one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeTarget {
    /// The start.
    Start,
    /// The newest step of the open branch.
    Newest,
    /// After this many steps.
    Step(u64),
    /// After this many epochs, to the nearest step.
    Epoch(f64),
    /// So many steps later; earlier if negative.
    BySteps(i64),
    /// At the end of an epoch so many later; earlier if negative.
    ByEpochs(i64),
}

/// The error of a position that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an epoch, as 12 or 2.5, or step=300 would do")]
pub struct PositionError;

/// Reads a position as it is typed: an epoch, `step=300`, `start`, `newest` or `end`.
impl FromStr for TimeTarget {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let text = text.trim();
        if let Some((name, step)) = text.split_once('=') {
            let step = step.trim().parse().map_err(|_| PositionError)?;
            return if name.trim() == "step" { Ok(Self::Step(step)) } else { Err(PositionError) };
        }
        match text {
            "start" => Ok(Self::Start),
            "newest" | "end" => Ok(Self::Newest),
            _ => {
                let epoch: f64 = text.parse().map_err(|_| PositionError)?;
                let is_epoch = epoch.is_finite() && epoch >= 0.0;
                is_epoch.then_some(Self::Epoch(epoch)).ok_or(PositionError)
            }
        }
    }
}

impl TimeTarget {
    /// Returns the words that name a step and are read as this step again: an epoch if one ends there.
    pub(super) fn words_for(step: u64, clock: &Clock) -> String {
        let epoch = clock.epoch(step);
        let is_exact = clock.is_end_of_epoch(step) && clock.nearest_step(epoch as f64) == step;
        if is_exact { epoch.to_string() } else { format!("step={step}") }
    }
}

/// A move of a run in time, or to another course.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeMove {
    /// To another step of the same branch.
    Within,
    /// A change in the past has begun a branch, which is open now.
    Forked(BranchFacts),
    /// Another branch is open now.
    Switched(BranchId),
}

/// How a branch has begun.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchFacts {
    /// Its number.
    pub id: BranchId,
    /// The branch that it left.
    pub parent: BranchId,
    /// The number of steps done when it left it.
    pub step: u64,
    /// The change that began it.
    pub setting: Setting,
    /// η of every arm before the change.
    pub etas_before: Vec<f64>,
    /// η of every arm after it.
    pub etas: Vec<f64>,
}
