//! The courses of a run beside the one on the screen: the future of the present position, and the ghosts of other
//! branches and of earlier runs.

use std::collections::VecDeque;

use crate::telemetry::trajectory::TrajectoryPoint;
use crate::telemetry::{ArmProgress, BranchFacts, BranchId, ChannelFacts, ChannelReadings};

/// A change of a setting, for the marks on the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeMark {
    /// The number of steps done when it took effect.
    pub step: u64,
    /// η of every arm from then on.
    pub etas: Vec<f64>,
    /// Whether the setting was a learning rate.
    pub is_of_rates: bool,
}

/// The readings of an arm beyond the present position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmFuture {
    /// The series by channel.
    pub readings: ChannelReadings,
    /// The points of its trajectory.
    pub(super) points: Vec<TrajectoryPoint>,
}

impl ArmFuture {
    /// Removes from an arm the readings that are not known yet after `step` steps.
    pub(super) fn of(arm: &mut ArmProgress, step: u64, channels: &[ChannelFacts]) -> Self {
        Self {
            readings: arm.readings.split_off(step, channels),
            points: arm.trajectory.split_off(step),
        }
    }

    /// Adds it to the arm again.
    pub(super) fn rejoin(&self, arm: &mut ArmProgress) {
        arm.readings.merge(&self.readings);
        arm.trajectory.restore(&self.points);
    }
}

/// The course that a ghost shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GhostOf {
    /// Another branch of the run.
    Branch(BranchId),
    /// A run before this one.
    EarlierRun,
}

/// A course that is not on the screen but for its curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Ghost {
    /// The course that it shows.
    pub of: GhostOf,
    /// The last step that it reached.
    pub newest: u64,
    /// η of every arm at its end.
    pub etas: Vec<f64>,
    /// The step from which on it differs from the open branch.
    pub from: u64,
    /// The readings of each arm from there on.
    pub shown: Vec<ChannelReadings>,
    /// The whole progress of its arms.
    pub(super) arms: Vec<ArmProgress>,
    pub(super) marks: VecDeque<ChangeMark>,
}

impl Ghost {
    /// Shows the readings from this step on.
    pub(super) fn show_from(&mut self, step: u64, channels: &[ChannelFacts]) {
        self.from = step;
        self.shown =
            self.arms.iter().map(|arm| arm.readings.clone().split_off(step, channels)).collect();
    }
}

/// Returns the step up to which two branches are one: the last common one of their forks.
pub(super) fn common_step(branches: &[BranchFacts], one: BranchId, other: BranchId) -> u64 {
    let (of_one, of_other) = (ancestors(branches, one), ancestors(branches, other));
    let shared = |(id, step): &(BranchId, u64)| {
        let there = of_other.iter().find(|(other, _)| other == id)?;
        Some(there.1.min(*step))
    };
    of_one.iter().filter_map(shared).max().unwrap_or(0)
}

/// Returns a branch and those that it came from, each with the step up to which it has a part in it.
fn ancestors(branches: &[BranchFacts], id: BranchId) -> Vec<(BranchId, u64)> {
    let mut all = vec![(id, u64::MAX)];
    let (mut at, mut until) = (id, u64::MAX);
    while let Some(facts) = branches.iter().find(|facts| facts.id == at) {
        until = until.min(facts.step);
        at = facts.parent;
        all.push((at, until));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Setting;

    #[test]
    fn branches_are_one_up_to_their_last_common_fork() {
        let branch = |id, parent, step| BranchFacts {
            id: BranchId(id),
            parent: BranchId(parent),
            step,
            setting: Setting::Epochs(1),
            etas_before: Vec::new(),
            etas: Vec::new(),
        };
        // 1 leaves 0 at 100, 2 leaves 1 at 150, 3 leaves 1 at 60: before it had left 0.
        let all = [branch(1, 0, 100), branch(2, 1, 150), branch(3, 1, 60)];
        let common = |one, other| common_step(&all, BranchId(one), BranchId(other));
        assert_eq!((common(1, 0), common(0, 1)), (100, 100));
        assert_eq!((common(2, 0), common(2, 1)), (100, 150));
        assert_eq!((common(3, 0), common(3, 1), common(3, 2)), (60, 60, 60));
    }
}
