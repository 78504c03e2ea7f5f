//! The cost surface of a larger network on a plane through its trajectory.
//!
//! With two arms or more, the plane passes through the common start and the current parameters of the
//! first two arms, and is exact there. With one arm, it lies along the two directions in which the
//! trajectory spreads most.

mod basis;
mod costs;
mod parameter_trajectory;

use std::sync::Arc;

use rayon::prelude::*;

use crate::explain::answer_stream::{AnswerStream, KeepGoing};
use crate::explain::plane::basis::{PlaneBasis, difference, distance};
use crate::explain::plane::costs::{ArmOnPlane, PlaneCosts};
use crate::explain::plane::parameter_trajectory::{ParameterTrajectory, trajectories};
use crate::explain::{ParameterSnapshot, Snapshot, dot};
use crate::math::hypot;
use crate::math::narrow;
use crate::telemetry::{ArmSurface, ProjectedPoint, Surface, SurfaceKind, SurfaceRequest, Window};

/// The most training examples over which the cost is computed.
const EXAMPLES: usize = 1000;

/// The points along the longer side of the surface in each refinement, limited to those of the map on the
/// screen.
const FINER: [usize; 4] = [12, 24, 48, 96];

/// Reports the surface on the plane, first coarse, then finer.
pub(super) fn plane(
    now: &Snapshot,
    frames: &[Arc<ParameterSnapshot>],
    request: &SurfaceRequest,
    stream: AnswerStream<'_, Surface>,
) {
    let AnswerStream { keep_going, report } = stream;
    let Some(trajectories) = trajectories(now, frames) else { return };
    let Some(basis) = PlaneBasis::of(&trajectories, keep_going) else { return };
    let examples = EXAMPLES.min(now.data.train.len());
    let on_plane = now.arms.iter().map(|arm| ArmOnPlane { now, arm, basis: &basis });
    let arms = on_plane.map(|arm| PlaneCosts::new(arm, examples, keep_going));
    let Some(arms) = arms.collect::<Option<Vec<PlaneCosts<'_>>>>() else { return };
    let Some(projected) = project_all(&trajectories, &arms, keep_going) else { return };
    for side in FINER {
        let points = coarse(request.points, side);
        let mut arm_surfaces = Vec::new();
        for (costs, trajectory) in arms.iter().zip(&projected) {
            let Some(measured) = arm_surface(costs, request.window, points, keep_going) else {
                return;
            };
            arm_surfaces.push(ArmSurface { trajectory: trajectory.clone(), ..measured });
        }
        report(Surface {
            request: *request,
            step: now.step,
            kind: SurfaceKind::Plane { through: basis.through, unit: basis.unit, examples },
            points,
            arms: arm_surfaces,
        });
        if points == request.points {
            return;
        }
    }
}

/// Returns the number of points across and up, such that the longer side has at most `side`.
fn coarse((width, height): (usize, usize), side: usize) -> (usize, usize) {
    let longer = width.max(height);
    if longer <= side {
        return (width, height);
    }
    let of = |points: usize| (points * side).div_ceil(longer).max(2);
    (of(width), of(height))
}

/// Projects the trajectories onto the plane, with their true costs.
fn project_all(
    trajectories: &[ParameterTrajectory<'_>],
    arms: &[PlaneCosts<'_>],
    keep_going: &KeepGoing<'_>,
) -> Option<Vec<Vec<ProjectedPoint>>> {
    let projected = |(trajectory, costs): (&ParameterTrajectory<'_>, &PlaneCosts<'_>)| {
        let ArmOnPlane { now, basis, .. } = costs.arm_on_plane();
        let project = |step: u64, at: &[f64], data_cost: f64| {
            let from = difference(at, &basis.origin);
            let place = [dot(&from, &basis.axes[0]), dot(&from, &basis.axes[1])];
            ProjectedPoint {
                step,
                at: basis.shifted(place.map(|along| along / basis.unit)),
                distance: distance(&from, place) / basis.unit,
                cost: data_cost + costs.l2_term(at),
            }
        };
        let passed =
            trajectory.passed.par_iter().filter(|place| place.step < now.step).map(|place| {
                // This is also checked if the cost is known: a trajectory has many points, and each has
                // many numbers.
                if !keep_going() {
                    return None;
                }
                let at = place.numbers();
                let cost = match place.cost.get() {
                    Some(cost) => *cost,
                    None => costs.data_cost(&at, keep_going)?,
                };
                Some(project(place.step, &at, *place.cost.get_or_init(|| cost)))
            });
        let mut all = passed.collect::<Option<Vec<_>>>()?;
        all.push(project(now.step, &trajectory.end, costs.data_cost(&trajectory.end, keep_going)?));
        Some(all)
    };
    trajectories.iter().zip(arms).map(projected).collect()
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
            arm_surface.speeds.push(narrow(speed / costs.unit));
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
