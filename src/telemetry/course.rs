//! The courses of a run beside the one on the screen: the future of the present position, and the ghosts of other
//! branches and of earlier runs.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::telemetry::series::Bucket;
use crate::telemetry::trajectory::TrajectoryPoint;
use crate::telemetry::{
    ArmProgress, BranchFacts, BranchId, Channel, ChannelFacts, ChannelReadings, GradientFactors,
    Metric, RunFacts,
};

/// A change of a setting, for the marks on the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeMark {
    /// The number of steps done when it took effect.
    pub step: u64,
    /// η of every arm from then on.
    pub etas: Vec<f64>,
    /// Whether the setting was a learning rate.
    pub is_of_rates: bool,
    /// Whether it was a training example.
    pub is_of_examples: bool,
}

/// The readings of an arm beyond the present position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmFuture {
    /// The series by channel.
    pub readings: ChannelReadings,
    /// All readings of the arm, before and after the position.
    whole: ChannelReadings,
    /// The points of its trajectory.
    points: Vec<TrajectoryPoint>,
}

impl ArmFuture {
    /// Removes from an arm the readings that are not known yet after `step` steps.
    ///
    /// A series of a long run has several readings in a bucket. That of the position goes, because it has later
    /// readings, too, and the evaluation at the position takes its place.
    pub(super) fn of(arm: &mut ArmProgress, step: u64, facts: Option<&RunFacts>) -> Self {
        let whole = arm.readings.clone();
        let (channels, metric) =
            facts.map_or((&[][..], Metric::default()), |facts| (&facts.channels, facts.metric));
        let readings = arm.readings.split_off(step, channels);
        if let Some(evaluation) = arm.evaluation.as_ref().filter(|of| of.step <= step) {
            let is_known = |bucket: &Bucket| bucket.last >= evaluation.step;
            let newest = arm.readings.series(Channel::FULL_COST).buckets().last();
            if !newest.is_some_and(is_known) {
                let neuron = arm.gradient_factors.as_ref().and_then(|at| at.neuron.as_ref());
                let metric = evaluation.metric(metric, neuron);
                evaluation.push_to(&mut arm.readings, metric, channels);
            }
        }
        Self { readings, whole, points: arm.trajectory.split_off(step) }
    }

    /// Gives the arm all its readings again.
    pub(super) fn rejoin(self, arm: &mut ArmProgress) {
        arm.readings = self.whole;
        arm.trajectory.restore(&self.points);
    }
}

/// A course: a branch of the run, or of an earlier one whose curves belong on the same charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CourseId {
    /// The number of runs that were on these charts before its own.
    pub run: u32,
    /// The branch of that run.
    pub branch: BranchId,
}

/// A course that is not on the screen but for its curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Ghost {
    /// The course that it shows.
    pub id: CourseId,
    /// The number of its letter: no two ghosts have the same one, and none gets another.
    pub letter: u8,
    /// The facts of its run.
    pub facts: Option<Arc<RunFacts>>,
    /// How it began, if it is no trunk.
    pub began: Option<BranchFacts>,
    /// The last step that it reached.
    pub newest: u64,
    /// The changes of its learning rates.
    pub rates: Rates,
    /// The step from which on it differs from the open branch.
    pub from: u64,
    /// The readings of each arm from there on.
    pub shown: Vec<ChannelReadings>,
    /// The whole progress of its arms. Their newest figures are those of the step `left_at`.
    pub(super) arms: Vec<ArmProgress>,
    pub(super) marks: VecDeque<ChangeMark>,
    /// The step at which time stood when it was left.
    pub(super) left_at: u64,
}

impl Ghost {
    /// Returns the cost of an arm at its start.
    pub fn first_cost(&self, arm: usize) -> Option<f64> {
        self.arms.get(arm)?.first_cost
    }

    /// Returns the parameters w₁, w₂ and b with which an arm that is one neuron started.
    pub fn start(&self, arm: usize) -> Option<[f64; 3]> {
        start_of(self.arms.get(arm)?)
    }

    /// Returns the factors of an arm's gradient at its newest step, if time stood there when it was left.
    pub fn end(&self, arm: usize) -> Option<&GradientFactors> {
        let arm = self.arms.get(arm).filter(|arm| arm.diverged.is_none())?;
        arm.gradient_factors.as_ref().filter(|_| self.left_at == self.newest)
    }

    /// Shows the readings from this step on.
    pub(super) fn show_from(&mut self, step: u64, channels: &[ChannelFacts]) {
        self.from = step;
        self.shown =
            self.arms.iter().map(|arm| arm.readings.clone().split_off(step, channels)).collect();
    }
}

/// Returns the parameters with which an arm that is one neuron started.
pub(super) fn start_of(arm: &ArmProgress) -> Option<[f64; 3]> {
    arm.trajectory.points().first().filter(|point| point.step == 0).map(|point| point.at)
}

/// The learning rates of a course: those at its start, and all later ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates {
    /// η of every arm at the start.
    pub first: Vec<f64>,
    /// The steps at which η of an arm changed, with η of every arm from then on.
    pub changes: Vec<(u64, Vec<f64>)>,
}

impl Rates {
    /// Reads the rates off the marks of a course.
    pub(super) fn of(first: Vec<f64>, marks: &VecDeque<ChangeMark>) -> Self {
        let mut rates = Self { first, changes: Vec::new() };
        for mark in marks {
            // Of several changes at a step, only the last was ever trained with.
            if rates.changes.last().is_some_and(|(step, _)| *step == mark.step) {
                rates.changes.pop();
            }
            if mark.step == 0 {
                rates.first.clone_from(&mark.etas);
            } else if mark.etas != rates.last() {
                rates.changes.push((mark.step, mark.etas.clone()));
            }
        }
        rates
    }

    /// Returns η of every arm at the end.
    pub fn last(&self) -> &[f64] {
        self.changes.last().map_or(&self.first, |(_, etas)| etas)
    }

    /// Returns η of an arm at the start, and each later one with the step from which on it held.
    pub fn of_arm(&self, arm: usize) -> Vec<(u64, f64)> {
        let all = std::iter::once((0, &self.first));
        let all = all.chain(self.changes.iter().map(|(step, etas)| (*step, etas)));
        let mut rates: Vec<(u64, f64)> =
            all.filter_map(|(step, etas)| Some((step, *etas.get(arm)?))).collect();
        rates.dedup_by_key(|(_, eta)| *eta);
        rates
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

/// Returns the branches that some others came from, and these themselves.
pub(super) fn lineage(
    branches: &[BranchFacts],
    of: impl Iterator<Item = BranchId>,
) -> BTreeSet<BranchId> {
    of.flat_map(|id| ancestors(branches, id)).map(|(id, _)| id).collect()
}

/// Returns a branch and those that it came from, each with the step up to which it has a part in it.
pub(super) fn ancestors(branches: &[BranchFacts], id: BranchId) -> Vec<(BranchId, u64)> {
    let mut all = vec![(id, u64::MAX)];
    let (mut at, mut until) = (id, u64::MAX);
    // They are in the order of their numbers.
    let facts_of = |id| branches.binary_search_by_key(&id, |facts| facts.id).ok();
    while let Some(facts) = facts_of(at).map(|index| &branches[index]) {
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
