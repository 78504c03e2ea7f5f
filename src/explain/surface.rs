//! The cost surface around a run: exact for a single neuron, a plane for a larger network.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::explain::answer_stream::{AnswerStream, KeepGoing};
use crate::explain::plane::plane;
use crate::explain::{
    ArmSnapshot, AtlasSweep, Grid, NeuronSurface, ParameterSnapshot, Plane, Snapshot,
    neuron_surface, single_neuron,
};
use crate::math::narrow;
use crate::nn::{Cost, SingleNeuron, TrainingSettings};
use crate::telemetry::{
    ArmSurface, Atlas, AtlasRequest, Surface, SurfaceKind, SurfaceRequest, Window,
};

/// The products of neurons and examples between two cancellation checks; they take some milliseconds.
const AT_ONCE: usize = 4_000_000;

/// Reports the cost surface around the arms of a run.
pub fn surface(
    now: &Snapshot,
    frames: &[Arc<ParameterSnapshot>],
    request: &SurfaceRequest,
    stream: AnswerStream<'_, Surface>,
) {
    if request.points.0 < 2 || request.points.1 < 2 {
        return;
    }
    match neurons(now, Cost::with_gradient) {
        Some(neurons) => {
            let AnswerStream { keep_going, report, .. } = stream;
            if let Some(surface) = of_neurons(now, &neurons, request, keep_going) {
                report(surface);
            }
        }
        None => plane(now, frames, request, stream),
    }
}

/// Returns the learning problem of each arm, with this cost in place of its own, if all are single neurons
/// with one or two inputs.
fn neurons(now: &Snapshot, cost: fn(Cost) -> Cost) -> Option<Vec<SingleNeuron>> {
    let of = |arm: &ArmSnapshot| {
        let is_one = arm.network.layers().len() == 1;
        let output = arm.network.output();
        is_one.then(|| single_neuron(&now.data.train, output, cost(arm.cost), arm.lambda)).flatten()
    };
    now.arms.iter().map(of).collect()
}

fn of_neurons(
    now: &Snapshot,
    neurons: &[SingleNeuron],
    request: &SurfaceRequest,
    keep_going: &KeepGoing<'_>,
) -> Option<Surface> {
    let has_two = neurons.first()?.inputs() == 2;
    let arms = neurons.iter().zip(&now.arms).map(|(neuron, arm)| {
        let bias = arm.network.layers()[0].biases()[0];
        let plane = if has_two { Plane::Weights { b: bias } } else { Plane::WeightAndBias };
        let grid = grid(plane, request.window, request.points);
        let mut arm_surface =
            ArmSurface { bias: if has_two { bias } else { 0.0 }, ..Default::default() };
        let rows = (AT_ONCE / (grid.width * neuron.examples())).clamp(1, grid.height);
        for first in (0..grid.height).step_by(rows) {
            if !keep_going() {
                return None;
            }
            add(&mut arm_surface, &neuron_surface(neuron, &part(&grid, first, rows)));
        }
        Some(arm_surface)
    });
    Some(Surface {
        request: *request,
        step: now.step,
        kind: if has_two { SurfaceKind::Weights } else { SurfaceKind::WeightAndBias },
        points: request.points,
        is_last: true,
        arms: arms.collect::<Option<_>>()?,
    })
}

fn grid(plane: Plane, window: Window, points: (usize, usize)) -> Grid {
    Grid { plane, across: window.across, up: window.up, width: points.0, height: points.1 }
}

/// Returns some rows of a grid.
fn part(grid: &Grid, first: usize, rows: usize) -> Grid {
    let last = (first + rows).min(grid.height) - 1;
    let up = |row: usize| {
        let share = row as f64 / (grid.height - 1) as f64;
        grid.up.0 * (1.0 - share) + grid.up.1 * share
    };
    Grid { up: (up(first), up(last)), height: last + 1 - first, ..*grid }
}

fn add(arm_surface: &mut ArmSurface, neuron_surface: &NeuronSurface) {
    arm_surface.costs.extend(neuron_surface.costs.iter().map(|cost| narrow(*cost)));
    arm_surface.speeds.extend(neuron_surface.speeds.iter().map(|speed| narrow(*speed)));
    arm_surface
        .downhill
        .extend(neuron_surface.downhill.iter().map(|direction| direction.map(narrow)));
}

/// Reports the epochs from each start of a single neuron as they become known. Reports nothing for larger
/// networks. Uses the whole rayon pool.
pub fn atlas(
    now: &Snapshot,
    request: &AtlasRequest,
    is_stale: &AtomicBool,
    report: &mut (dyn FnMut(&Atlas) + Send),
) {
    // The starts descend as the arms do.
    let Some(neurons) = neurons(now, |cost| cost) else { return };
    let (width, height) = request.points;
    if width < 2 || height < 2 || request.batch == 0 {
        return;
    }
    let has_two = neurons[0].inputs() == 2;
    let plane = if has_two { Plane::Weights { b: request.bias } } else { Plane::WeightAndBias };
    let settings = |eta: f64| TrainingSettings {
        eta,
        batch: request.batch,
        tolerance: request.tolerance,
        cap: request.cap,
    };
    let arms = neurons.into_iter().zip(request.etas).map(|(neuron, eta)| (neuron, settings(eta)));
    let survey =
        AtlasSweep { grid: grid(plane, request.window, request.points), arms: arms.collect() };
    let of = width * height * survey.arms.len();
    let open = vec![Atlas::OPEN; width * height];
    let mut known = Atlas {
        request: *request,
        arms: vec![open; survey.arms.len()],
        done: (0, of),
        foreseen: 0,
    };
    report(&known);
    survey.run(is_stale, &mut |row| {
        let to = &mut known.arms[row.arm][row.row * width..][..width];
        for (to, cell) in to.iter_mut().zip(row.cells) {
            *to = cell.epochs.map_or(Atlas::NEVER, narrow);
            known.foreseen += usize::from(cell.known == crate::explain::CellOrigin::ClosedForm);
        }
        known.done = (row.done, of);
        report(&known);
    });
}

#[cfg(test)]
mod tests;
