//! The trajectories from earlier starts.

use crate::telemetry::{ArmProgress, RunFacts, Update};
use crate::views::shared_state::SharedState;

/// The most past trajectories kept, of all arms together.
const MOST: usize = 24;

/// The most points kept of a past trajectory; more would not be distinguishable.
const POINTS: usize = 128;

/// The trajectory of an arm from an earlier start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastTrajectory {
    /// The arm.
    pub arm: usize,
    /// w₁, w₂ and b, in training order.
    pub points: Vec<[f64; 3]>,
}

impl PastTrajectory {
    /// Returns the trajectory of an arm that starts elsewhere in its next run.
    fn of(arm: usize, old: &ArmProgress, new: &ArmProgress) -> Option<Self> {
        let starts = [old, new].map(|of| of.trajectory.points().first().map(|start| start.at));
        let points = old.trajectory.points();
        if starts[0] == starts[1] || points.len() < 2 {
            return None;
        }
        let every = points.len().div_ceil(POINTS);
        let last = old.trajectory.newest().map(|newest| newest.at);
        let points = points.iter().step_by(every).map(|point| point.at).chain(last);
        Some(Self { arm, points: points.collect() })
    }
}

/// Returns whether an update starts the same arms again on the same surface.
pub(super) fn continues(shared: &SharedState, update: &Update, new: &RunFacts) -> bool {
    let kinds = |facts: &RunFacts| -> Vec<_> {
        facts.arms.iter().map(|arm| (arm.cost, arm.output)).collect()
    };
    let same = |old: &RunFacts| {
        let inputs = old.neuron_inputs();
        old.name == new.name
            && inputs.is_some()
            && inputs == new.neuron_inputs()
            && kinds(old) == kinds(new)
    };
    shared.history.facts.as_deref().is_some_and(same)
        && shared.history.arms.len() == update.arms.len()
}

/// Adds the current trajectories to the past ones; the oldest ones are dropped.
pub(super) fn add_past_trajectories(
    past: &mut Vec<PastTrajectory>,
    shared: &SharedState,
    update: &Update,
) {
    let arms = shared.history.arms.iter().zip(&update.arms).enumerate();
    past.extend(arms.filter_map(|(arm, (old, new))| PastTrajectory::of(arm, old, new)));
    past.drain(..past.len().saturating_sub(MOST));
}
