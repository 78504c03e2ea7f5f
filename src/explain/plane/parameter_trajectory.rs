//! The trajectories of the arms through the space of all weights and biases.

use std::sync::Arc;

use crate::explain::{ParameterSnapshot, Snapshot, flattened};

/// The trajectory of an arm: start, kept points and end, with all parameters.
pub(super) struct ParameterTrajectory<'a> {
    pub(super) start: Vec<f64>,
    pub(super) passed: Vec<KeptPoint<'a>>,
    pub(super) end: Vec<f64>,
}

/// A recorded point of the trajectory, from a [`ParameterSnapshot`].
pub(super) struct KeptPoint<'a> {
    pub(super) step: u64,
    pub(super) at: &'a [f32],
}

impl KeptPoint<'_> {
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.at.iter().map(|number| f64::from(*number)).collect()
    }
}

/// Returns the trajectories of the arms, or `None` if their shapes differ, so that no plane contains all.
pub(super) fn trajectories<'a>(
    now: &Snapshot,
    frames: &'a [Arc<ParameterSnapshot>],
) -> Option<Vec<ParameterTrajectory<'a>>> {
    let first = frames.first()?;
    let trajectories = now.arms.iter().enumerate().map(|(index, arm)| {
        let end: Vec<f64> = flattened(&arm.network).collect();
        let start: Vec<f64> = first.arms.get(index)?.iter().map(|n| f64::from(*n)).collect();
        let place = |frame: &'a Arc<ParameterSnapshot>| {
            let at = frame.arms.get(index)?;
            Some(KeptPoint { step: frame.step, at })
        };
        let passed = frames.iter().map(place).collect::<Option<Vec<_>>>()?;
        (start.len() == end.len()).then_some(ParameterTrajectory { start, passed, end })
    });
    let trajectories: Vec<ParameterTrajectory<'_>> = trajectories.collect::<Option<_>>()?;
    let length = trajectories.first()?.end.len();
    trajectories.iter().all(|trajectory| trajectory.end.len() == length).then_some(trajectories)
}
