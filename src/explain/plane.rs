//! The cost surface of a larger network on a plane through its trajectory.
//!
//! With two arms or more, the plane passes through the start of the first arm and the current parameters of
//! the first two arms, and is exact there. With one arm, it lies along the two directions in which the
//! trajectory spreads most.

mod basis;
mod costs;
mod parameter_trajectory;
mod scale;
mod stages;

use std::sync::Arc;

use rayon::prelude::*;

use crate::explain::answer_stream::{AnswerStream, KeepGoing};
use crate::explain::plane::basis::PlaneBasis;
use crate::explain::plane::costs::{ArmOnPlane, PlaneCosts};
use crate::explain::plane::parameter_trajectory::{ParameterTrajectory, trajectories};
use crate::explain::plane::scale::PlaneScale;
use crate::explain::plane::stages::{Stage, stages};
use crate::explain::{ParameterSnapshot, Snapshot};
use crate::math::hypot;
use crate::math::narrow;
use crate::telemetry::{
    ArmSurface, ProjectedPoint, Surface, SurfaceKind, SurfaceRequest, TrajectoryEnds, Window,
};

/// Reports the trajectories on the plane, then its surface, first coarse and from few examples, then finer.
pub(super) fn plane(
    now: &Snapshot,
    frames: &[Arc<ParameterSnapshot>],
    request: &SurfaceRequest,
    stream: AnswerStream<'_, Surface>,
) {
    let AnswerStream { keep_going, depth, report } = stream;
    let Some(trajectories) = trajectories(now, frames) else { return };
    let Some(basis) = PlaneBasis::of(&trajectories, keep_going) else { return };
    let Some((scale, arms)) = project_all(now, &trajectories, &basis, keep_going) else { return };
    let kind = |examples: usize| {
        let PlaneScale { unit, middle } = scale;
        SurfaceKind::Plane { through: basis.through, unit, middle, examples }
    };
    let sketch = Surface {
        request: *request,
        step: now.step,
        kind: kind(0),
        points: (0, 0),
        is_last: false,
        arms,
    };
    report(sketch.clone());
    let stages = stages(now, request.points, depth);
    let mut costs: Vec<PlaneCosts<'_>> = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        if index == 0 || stages[index - 1].examples != stage.examples {
            let on_plane = now.arms.iter().map(|arm| ArmOnPlane { now, arm, basis: &basis, scale });
            let all = on_plane.map(|arm| PlaneCosts::new(arm, stage.examples, keep_going));
            let Some(all) = all.collect() else { return };
            costs = all;
        }
        let mut arms = Vec::new();
        for ((costs, trajectory), sketch) in costs.iter().zip(&trajectories).zip(&sketch.arms) {
            let Some(measured) = arm_surface(costs, request.window, stage.points, keep_going)
            else {
                return;
            };
            let Some(ends) = costs_at_ends(costs, trajectory, keep_going) else { return };
            arms.push(ArmSurface {
                trajectory: sketch.trajectory.clone(),
                ends: sketch.ends.map(|known| TrajectoryEnds { costs: Some(ends), ..known }),
                ..measured
            });
        }
        let Stage { points, examples } = *stage;
        let is_last = index + 1 == stages.len();
        report(Surface { kind: kind(examples), points, is_last, arms, ..sketch.clone() });
    }
}

/// Projects the trajectories onto the plane, and returns their coordinates and the scale of these.
fn project_all(
    now: &Snapshot,
    trajectories: &[ParameterTrajectory<'_>],
    basis: &PlaneBasis,
    keep_going: &KeepGoing<'_>,
) -> Option<(PlaneScale, Vec<ArmSurface>)> {
    let projected = |trajectory: &ParameterTrajectory<'_>| {
        let project = |step: u64, at: &[f64]| {
            let (at, distance) = basis.projected(at);
            ProjectedPoint { step, at, distance }
        };
        let passed = trajectory.passed.par_iter().filter(|place| place.step < now.step);
        let passed =
            passed.map(|place| keep_going().then(|| project(place.step, &place.numbers())));
        let mut all = passed.collect::<Option<Vec<_>>>()?;
        all.push(project(now.step, &trajectory.end));
        let moved: f64 =
            trajectory.start.iter().zip(&trajectory.end).map(|(a, b)| (a - b) * (a - b)).sum();
        let ends = TrajectoryEnds { distance: moved.sqrt(), costs: None };
        Some(ArmSurface { trajectory: all, ends: Some(ends), ..ArmSurface::default() })
    };
    let mut arms: Vec<ArmSurface> = trajectories.iter().map(projected).collect::<Option<_>>()?;
    let places: Vec<[f64; 2]> =
        arms.iter().flat_map(|arm| &arm.trajectory).map(|point| point.at).collect();
    let scale = PlaneScale::around(&places);
    for point in arms.iter_mut().flat_map(|arm| &mut arm.trajectory) {
        point.at = scale.coordinates(point.at);
    }
    Some((scale, arms))
}

/// Returns the cost at the start and at the end of a trajectory.
fn costs_at_ends(
    costs: &PlaneCosts<'_>,
    trajectory: &ParameterTrajectory<'_>,
    keep_going: &KeepGoing<'_>,
) -> Option<(f64, f64)> {
    Some((costs.of(&trajectory.start, keep_going)?, costs.of(&trajectory.end, keep_going)?))
}

/// Computes the surface of one arm over a window of the plane.
fn arm_surface(
    costs: &PlaneCosts<'_>,
    window: Window,
    (width, height): (usize, usize),
    keep_going: &KeepGoing<'_>,
) -> Option<ArmSurface> {
    let at = |(from, to): (f64, f64), i: usize, of: usize| {
        let share = i as f64 / (of - 1) as f64;
        from * (1.0 - share) + to * share
    };
    let rows: Option<Vec<Vec<f64>>> = (0..height)
        .into_par_iter()
        .map_init(
            || costs.buffers(),
            |buffers, row| {
                let up = at(window.up, row, height);
                (0..width)
                    .map(|column| {
                        let across = at(window.across, column, width);
                        keep_going().then(|| costs.at([across, up], buffers))
                    })
                    .collect()
            },
        )
        .collect();
    let rows = rows?;
    let (wide, high) = window.spans();
    let step = (wide / (width - 1) as f64, high / (height - 1) as f64);
    let mut arm_surface = ArmSurface::default();
    for row in 0..height {
        for column in 0..width {
            let slope = slope(&rows, (column, row), step);
            let speed = hypot(slope[0], slope[1]);
            arm_surface.costs.push(narrow(rows[row][column]));
            arm_surface.speeds.push(narrow(speed / costs.unit()));
            let is_flat = !(speed.is_normal());
            let downhill = slope.map(|part| if is_flat { 0.0 } else { narrow(-part / speed) });
            arm_surface.downhill.push(downhill);
        }
    }
    Some(arm_surface)
}

/// Returns the slope across and up, by differences between neighbours.
fn slope(rows: &[Vec<f64>], (column, row): (usize, usize), (across, up): (f64, f64)) -> [f64; 2] {
    let (width, height) = (rows[row].len(), rows.len());
    let (left, right) = (column.saturating_sub(1), (column + 1).min(width - 1));
    let (below, above) = (row.saturating_sub(1), (row + 1).min(height - 1));
    [
        (rows[row][right] - rows[row][left]) / ((right - left) as f64 * across),
        (rows[above][column] - rows[below][column]) / ((above - below) as f64 * up),
    ]
}

#[cfg(test)]
mod tests;
