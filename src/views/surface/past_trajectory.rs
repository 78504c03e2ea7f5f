//! The trajectories from earlier starts.

use crate::telemetry::{ArmProgress, Event, RunFacts};
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

/// Returns whether a run starts the same arms again on the same surface.
pub(super) fn continues(shared: &SharedState, new: &RunFacts) -> bool {
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
}

/// Adds the current trajectories of the arms that these events start elsewhere to the past ones; the oldest ones
/// are dropped.
pub(super) fn add_past_trajectories(
    past: &mut Vec<PastTrajectory>,
    shared: &SharedState,
    events: &[Event],
) {
    past.extend(events.iter().filter_map(|event| match event {
        Event::Progressed(arm, new) => {
            PastTrajectory::of(*arm, shared.history.arms.get(*arm)?, new)
        }
        _ => None,
    }));
    past.drain(..past.len().saturating_sub(MOST));
}
