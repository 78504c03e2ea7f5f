//! Draws trajectories over the surface.

use std::collections::BTreeSet;

use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::{count, grown};
use crate::canvas::ramps::readable_on;
use crate::telemetry::{ProjectedPoint, Trajectory, TrajectoryPoint};
use crate::views::surface::map::HalfBlockMap;
use crate::views::surface::scale::SizeScale;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// The mark of a past position.
pub(super) const DOT: (char, char) = ('•', '.');
/// The mark of the start.
pub(super) const START: (char, char) = ('○', 'S');
/// The mark of a whole number of epochs.
pub(super) const EPOCH: (char, char) = ('┼', '|');
/// The mark of a position on a past trajectory.
pub(super) const GHOST: (char, char) = ('·', '.');
/// The marks of a position on the trajectory of a larger network: near its plane, off it, far from
/// it.
const POSITIONS: [(char, char); 3] = [('●', 'O'), ('•', 'o'), ('·', '.')];

/// The most marks along a trajectory.
const MARKS: f64 = 5.0;

/// Returns the epochs between two marks along a trajectory.
pub(super) fn epochs_between_marks(state: ViewState<'_, SurfaceView>) -> f64 {
    grown(state.shared.history.epochs_done().max(1.0) / MARKS).max(1.0)
}

/// Draws the past trajectories.
pub(super) fn draw_past_trajectories(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    arm: usize,
    map: &HalfBlockMap,
) {
    for ghost in state.view.past_trajectories.iter().filter(|ghost| ghost.arm == arm) {
        for at in &ghost.points {
            if let Some(cell) = map.cell(state.projected(*at)) {
                let style = map.on(canvas, cell);
                canvas.put(cell, GHOST, style);
            }
        }
        if let Some(start) = ghost.points.first() {
            map.put(canvas, state.projected(*start), START);
        }
    }
}

/// Draws the trajectory of a single neuron.
pub(super) fn draw_neuron_trajectory(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    arm: usize,
    map: &HalfBlockMap,
) {
    let Some(progress) = state.shared.history.arms.get(arm) else { return };
    let trajectory = &progress.trajectory;
    let mut taken = BTreeSet::new();
    for point in trajectory.points() {
        taken.extend(map.put(canvas, state.projected(point.at), DOT));
    }
    if let Some(start) = trajectory.points().first() {
        taken.extend(map.put(canvas, state.projected(start.at), START));
    }
    let newest = trajectory.newest();
    taken.extend(newest.and_then(|newest| map.cell(state.projected(newest.at))));
    EpochMarks { state, trajectory, map, taken }.draw(canvas);
    if let Some(newest) = newest {
        map.put(canvas, state.projected(newest.at), mark(arm));
    }
}

/// The marks along the trajectory of a single neuron.
struct EpochMarks<'a> {
    state: ViewState<'a, SurfaceView>,
    trajectory: &'a Trajectory,
    map: &'a HalfBlockMap,
    /// The cells on which no label may stand.
    taken: BTreeSet<(u16, u16)>,
}

impl EpochMarks<'_> {
    /// Draws a mark every few epochs, labelled if there is room.
    fn draw(self, canvas: &mut Canvas<'_>) {
        let Self { state, trajectory, map, mut taken } = self;
        let every = epochs_between_marks(state);
        let per = state.shared.history.steps_per_epoch() as f64;
        let last = trajectory.newest().map_or(0.0, |newest| newest.step as f64 / per);
        let ends = [trajectory.points().first(), trajectory.newest().as_ref()]
            .map(|end| end.and_then(|end| map.cell(state.projected(end.at))));
        let mut labels = Vec::new();
        for n in 1..=MARKS as u32 * 2 {
            let epoch = f64::from(n) * every;
            if epoch > last {
                break;
            }
            let Some(at) = place_at(trajectory, epoch * per) else { continue };
            let Some(cell) = map.cell(state.projected(at)) else { continue };
            // If the arm has hardly moved since, a mark would be useless.
            if ends.contains(&Some(cell)) || labels.iter().any(|(at, _)| *at == cell) {
                continue;
            }
            map.put(canvas, state.projected(at), EPOCH);
            taken.insert(cell);
            labels.push((cell, count(epoch as u64)));
        }
        for ((x, y), words) in labels {
            let width = words.len() as u16;
            let right = map.area.right();
            let is_free = |from: u16, y: u16| {
                from >= map.area.x
                    && from + width <= right
                    && (from.saturating_sub(1)..=from + width).all(|x| !taken.contains(&(x, y)))
            };
            let beside = [(x + 2, y), (x.saturating_sub(width + 1), y)];
            let above = [(x + 1, y.saturating_sub(1)), (x + 1, y + 1)];
            let room = beside
                .into_iter()
                .chain(above)
                .filter(|(_, y)| (map.area.top()..map.area.bottom()).contains(y))
                .find(|(x, y)| is_free(*x, *y));
            if let Some(at) = room {
                map.write(canvas, at, &words);
                taken.extend((at.0..at.0 + width).map(|x| (x, at.1)));
            }
        }
    }
}

/// Returns the interpolated position after `step` steps.
fn place_at(trajectory: &Trajectory, step: f64) -> Option<[f64; 3]> {
    let points = trajectory.points();
    let after = points.partition_point(|point| (point.step as f64) < step);
    let newest = trajectory.newest();
    let later = points.get(after).or(newest.as_ref())?;
    let before = points[..after].last().unwrap_or(later);
    let at = |point: &TrajectoryPoint| point.step as f64;
    let span = at(later) - at(before);
    let share = if span > 0.0 { ((step - at(before)) / span).clamp(0.0, 1.0) } else { 0.0 };
    Some(std::array::from_fn(|i| before.at[i] + (later.at[i] - before.at[i]) * share))
}

/// The trajectory of a larger network.
pub(super) struct PlaneTrajectory<'a> {
    /// The arm.
    pub arm: usize,
    /// Its positions, the first to the newest.
    pub points: &'a [ProjectedPoint],
    /// The scale of the costs, if the map shows them.
    pub scale: Option<&'a SizeScale>,
}

impl PlaneTrajectory<'_> {
    /// Draws each position on the colour of its true cost, with a smaller mark the further it is
    /// from the plane.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, map: &HalfBlockMap) {
        for pair in self.points.windows(2) {
            draw_between(canvas, map, pair[0].at, pair[1].at);
        }
        for projected in self.points {
            let Some(cell) = map.cell(projected.at) else { continue };
            let glyph = match projected.distance {
                distance if distance < 0.1 => POSITIONS[0],
                distance if distance < 0.4 => POSITIONS[1],
                _ => POSITIONS[2],
            };
            let style = match self.scale.filter(|_| canvas.theme.has_colours()) {
                Some(scale) => {
                    let level = scale.level(projected.cost as f32);
                    let colour = canvas.theme.sizes[usize::from(level)];
                    Style::new().fg(readable_on(colour)).bg(colour)
                }
                None => map.on(canvas, cell),
            };
            canvas.put(cell, glyph, style.add_modifier(Modifier::BOLD));
        }
        if let Some(start) = self.points.first() {
            map.put(canvas, start.at, START);
        }
        if let Some(last) = self.points.last() {
            map.put(canvas, last.at, mark(self.arm));
        }
    }
}

/// Draws a line of small dots between two stored positions.
fn draw_between(canvas: &mut Canvas<'_>, map: &HalfBlockMap, from: [f64; 2], to: [f64; 2]) {
    let (Some(a), Some(b)) = (map.cell(from), map.cell(to)) else { return };
    let steps = a.0.abs_diff(b.0).max(a.1.abs_diff(b.1));
    for step in 1..steps {
        let share = f64::from(step) / f64::from(steps);
        let at = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
        if let Some(cell) = map.cell(at) {
            let style = map.on(canvas, cell);
            canvas.put(cell, GHOST, style);
        }
    }
}
