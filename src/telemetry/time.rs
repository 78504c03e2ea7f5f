//! Where a run stands in time: positions, and the branches that changes in the past make.

use crate::telemetry::Setting;

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
