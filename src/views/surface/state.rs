//! The state of the Surface view: its window and its cursor.

use crate::math::{decade, power_of_ten};
use crate::telemetry::{
    Answer, AtlasRequest, Command, Question, Surface, SurfaceKind, SurfaceRequest, Window,
};
use crate::views::direction::Direction;
use crate::views::filling::{FillAction, Filling};
use crate::views::shared_state::SharedState;
use crate::views::surface::past_trajectory::PastTrajectory;
use crate::views::view::GridPoint;
use crate::views::view_state::ViewState;

/// The most epochs that an atlas trains an arm from one start.
const CAP: u32 = 3000;

/// ε of the atlas: for a target of 0 or 1, the output is then on the right side of 0.5.
const TOLERANCE: f64 = 0.5;

/// The largest magnitude of a weight that a network may hold.
const LARGEST: f64 = 1e6;

/// The half-widths of the whole map, times a power of ten. It becomes larger when an arm comes close to its edge.
const REACHES: [f64; 3] = [4.0, 8.0, 20.0];

/// The share of the half-width within which the arms lie.
const FILLED: f64 = 0.95;

/// The zooms: the widest map is 25 times the whole one, and the narrowest a ten-thousandth of it.
const ZOOMS: (i8, i8) = (-4, 12);

/// Returns the least of [`REACHES`] × 10ⁿ that holds `value`.
fn reach_for(value: f64) -> f64 {
    let value = value.clamp(1.0, LARGEST) / FILLED;
    let power = power_of_ten(decade(value.max(4.0)));
    let scales = [0.1, 1.0, 10.0].into_iter().flat_map(|more| REACHES.map(|m| m * more * power));
    scales.into_iter().filter(|reach| *reach >= 4.0).find(|reach| *reach >= value).unwrap_or(value)
}

/// Returns the share of the map that a zoom shows: 1, ½, ¼, then a tenth of these, so that its limits stay
/// round.
fn share_of(zoom: i8) -> f64 {
    let share = [1.0, 0.5, 0.25][usize::from(zoom.rem_euclid(3).unsigned_abs())];
    share * power_of_ten(-i32::from(zoom.div_euclid(3)))
}

/// The quantity that the surface view draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SurfaceLayer {
    /// The height: C.
    #[default]
    Cost,
    /// The steepness: ‖∇C‖.
    Speed,
    /// The downhill direction, drawn over the height.
    Downhill,
}

/// A panel that can fill the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurfacePanel {
    /// The map of the chosen arm.
    Map,
    /// The comparison of two arms in the atlas.
    Comparison,
}

/// The state of the Surface view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SurfaceView {
    /// The quantity drawn.
    pub layer: SurfaceLayer,
    /// Whether the atlas of starts is shown instead of the surface.
    pub atlas: bool,
    /// The zoom, −4 to 12: each step shows half of the previous extent, and every third one 40 %.
    pub zoom: i8,
    /// The centre of the window.
    pub centre: [f64; 2],
    /// The position of the cursor, across and up.
    pub cursor: [f64; 2],
    /// The trajectories from earlier starts, the newest last.
    pub past_trajectories: Vec<PastTrajectory>,
    /// The panel that fills the view, if one does.
    pub(super) filling: Filling<SurfacePanel>,
    /// The points of a map on the screen, across and up; 0 and 0 if there is no room for one.
    pub points: (usize, usize),
}

impl ViewState<'_, SurfaceView> {
    /// Returns the number of inputs if every arm is one neuron with one or two inputs.
    pub(super) fn neuron_inputs(self) -> Option<usize> {
        self.shared.history.facts.as_ref().and_then(|facts| facts.neuron_inputs())
    }

    /// Returns the indices of the two parameters of the window among w₁, w₂ and b.
    pub(super) fn axes(self) -> (usize, usize) {
        if self.neuron_inputs() == Some(2) { (0, 1) } else { (0, 2) }
    }

    /// Projects the parameters of a neuron onto the window.
    pub(super) fn projected(self, at: [f64; 3]) -> [f64; 2] {
        let (across, up) = self.axes();
        [at[across], at[up]]
    }

    /// Returns half of the extent of the whole map.
    fn reach(self) -> f64 {
        if self.neuron_inputs().is_none() {
            return 1.0;
        }
        let mut far = 0.0_f64;
        for arm in &self.shared.history.arms {
            let [across, up] = self.projected(arm.trajectory.reach());
            far = far.max(across).max(up);
        }
        reach_for(far)
    }

    /// Returns half of the visible extent.
    fn half(self) -> f64 {
        self.reach() * share_of(self.view.zoom)
    }

    /// Returns the visible window. Its limits are round, and the same at every size of the screen.
    pub(super) fn window(self) -> Window {
        let half = self.half();
        let [across, up] = self.view.centre;
        Window { across: (across - half, across + half), up: (up - half, up + half) }
    }

    /// Returns the current position of an arm on the map, if it is known.
    pub(super) fn position(self, arm: usize) -> Option<[f64; 2]> {
        if self.neuron_inputs().is_some() {
            let newest = self.shared.history.arms.get(arm)?.trajectory.newest()?;
            return Some(self.projected(newest.at));
        }
        Some(self.surface()?.arms.get(arm)?.trajectory.last()?.at)
    }

    /// Returns the question that the open view needs answered.
    pub(super) fn question(self) -> Option<Question> {
        let points = self.view.points;
        if points.0 < 2 || points.1 < 2 || self.shared.layers() == 0 {
            return None;
        }
        let window = self.window();
        if !self.shows_atlas() {
            return Some(Question::Surface(SurfaceRequest { window, points }));
        }
        let first = self.shared.history.arms.first()?;
        let mut etas = [1.0; 4];
        for (eta, arm) in etas.iter_mut().zip(&self.shared.history.arms) {
            *eta = arm.eta;
        }
        Some(Question::Atlas(AtlasRequest {
            window,
            points,
            bias: match self.neuron_inputs() {
                Some(2) => first.trajectory.points().first()?.at[2],
                _ => 0.0,
            },
            etas,
            batch: self.shared.history.facts.as_ref()?.batch.max(1),
            tolerance: TOLERANCE,
            cap: CAP,
        }))
    }

    /// Returns whether the atlas is shown; only single neurons have one.
    pub(super) fn shows_atlas(self) -> bool {
        self.view.atlas && self.neuron_inputs().is_some()
    }

    /// Returns whether a run can be started from the position of the cursor.
    pub(super) fn can_start_here(self) -> bool {
        self.neuron_inputs().is_some()
    }

    /// Returns the coordinates of a point of the map.
    pub(super) fn coordinates(self, point: GridPoint) -> [f64; 2] {
        let (width, height) = self.view.points;
        let window = self.window();
        let along = |index: usize, points: usize, (from, to): (f64, f64)| {
            let share = index as f64 / points.saturating_sub(1).max(1) as f64;
            from * (1.0 - share) + to * share
        };
        [along(point.column, width, window.across), along(point.row, height, window.up)]
    }

    /// Returns the command that starts all arms from the position of the cursor.
    pub(super) fn start_here(self) -> Option<Command> {
        // In the atlas this is the start whose epochs are shown.
        let place = if self.shows_atlas() {
            self.nearest_point(self.view.cursor).map_or(self.view.cursor, |(_, at)| at)
        } else {
            self.view.cursor
        };
        let [across, up] = place;
        if self.neuron_inputs()? == 1 {
            return Some(Command::StartAt { weights: vec![across], bias: up });
        }
        let start = self.shared.history.arms.first()?.trajectory.points().first()?;
        Some(Command::StartAt { weights: vec![across, up], bias: start.at[2] })
    }

    /// Returns the point of the map nearest to a visible position: its index, counted row by row
    /// from the lowest, and its coordinates.
    pub(super) fn nearest_point(self, at: [f64; 2]) -> Option<(usize, [f64; 2])> {
        let (width, height) = self.view.points;
        let window = self.window();
        let along = |at: f64, (from, to): (f64, f64), points: usize| {
            let last = points.checked_sub(1).filter(|last| *last > 0)? as f64;
            let index = ((at - from) / (to - from) * last).round();
            let share = index / last;
            let is_there = (0.0..=last).contains(&index);
            is_there.then_some((index as usize, from * (1.0 - share) + to * share))
        };
        let (column, across) = along(at[0], window.across, width)?;
        let (row, up) = along(at[1], window.up, height)?;
        Some((row * width + column, [across, up]))
    }
}

impl<'a> ViewState<'a, SurfaceView> {
    /// Returns the surface last received, if it is of the kind that the run has, with as many arms.
    pub(super) fn surface(self) -> Option<&'a Surface> {
        match &self.shared.answer {
            Some(Answer::Surface(surface)) => {
                let is_plane = matches!(surface.kind, SurfaceKind::Plane { .. });
                (is_plane == self.neuron_inputs().is_none()
                    && surface.arms.len() == self.shared.arms())
                .then_some(&**surface)
            }
            _ => None,
        }
    }
}

impl SurfaceView {
    fn state<'a>(&'a self, shared: &'a SharedState) -> ViewState<'a, Self> {
        ViewState { view: self, shared }
    }

    /// Switches the surface to the next layer of drawing.
    pub(super) fn next_layer(&mut self, shared: &SharedState) {
        self.layer = match self.layer {
            _ if self.state(shared).shows_atlas() => self.layer,
            SurfaceLayer::Cost => SurfaceLayer::Speed,
            SurfaceLayer::Speed => SurfaceLayer::Downhill,
            SurfaceLayer::Downhill => SurfaceLayer::Cost,
        };
        self.atlas = false;
    }

    /// Returns how many maps the view has: one per arm, and in the atlas a comparison of two arms.
    pub(super) fn maps(&self, shared: &SharedState) -> usize {
        let arms = shared.arms();
        if self.state(shared).shows_atlas() && arms > 1 { arms + 1 } else { arms }
    }

    /// Returns the index of the map that fills the view, if one does.
    pub(super) fn filled_map(&self, shared: &SharedState) -> Option<usize> {
        match self.filling.panel_or(shared.appearance, SurfacePanel::Map)? {
            SurfacePanel::Comparison if self.maps(shared) > shared.arms() => Some(shared.arms()),
            SurfacePanel::Map | SurfacePanel::Comparison => Some(shared.arm),
        }
    }

    /// Changes the map that fills the view; the arm of the map is the chosen one.
    pub(super) fn fill_with_map(&mut self, shared: &mut SharedState, action: FillAction) {
        match (action, self.filled_map(shared)) {
            (FillAction::Along(direction), Some(at)) => {
                let map = direction.wrapped(at, self.maps(shared));
                if map < shared.arms() {
                    shared.arm = map;
                    self.filling.replace(SurfacePanel::Map);
                } else {
                    self.filling.replace(SurfacePanel::Comparison);
                }
            }
            _ => self.filling.change(action, &[SurfacePanel::Map]),
        }
    }

    /// Closes the panel that fills the view, else the atlas.
    pub(super) fn close_open(&mut self) {
        if self.filling.is_filled() {
            self.filling.show_all();
        } else {
            self.atlas = false;
        }
    }

    /// Zooms in or out by `by` steps, to the cursor if it has the focus, or else to the chosen arm.
    pub(super) fn zoom_by(&mut self, shared: &SharedState, by: i8) {
        let zoom = (self.zoom + by).clamp(ZOOMS.0, ZOOMS.1);
        if zoom == self.zoom {
            return;
        }
        self.zoom = zoom;
        let state = self.state(shared);
        let target =
            if shared.cursor_focused { Some(self.cursor) } else { state.position(shared.arm) };
        let spacing = state.half() / 2.0;
        self.centre = match target {
            _ if zoom <= 0 => [0.0; 2],
            Some(target) => target.map(|at| (at / spacing).round() * spacing),
            None => self.centre,
        };
    }

    /// Focuses the cursor and puts it on the start of the run, if that is visible.
    pub(super) fn focus_cursor(&mut self, shared: &mut SharedState) {
        shared.cursor_focused = true;
        let state = self.state(shared);
        let window = state.window();
        if self.cursor != [0.0; 2] && window.holds(self.cursor) {
            return;
        }
        let start = shared.history.arms.first().and_then(|arm| arm.trajectory.points().first());
        let start = start.map(|point| state.projected(point.at)).filter(|at| window.holds(*at));
        self.cursor = start.unwrap_or(self.centre);
    }

    /// Moves the cursor by `times` points; at the edge of the window the window moves with it.
    pub(super) fn move_cursor(&mut self, shared: &SharedState, direction: Direction, times: usize) {
        let window = self.state(shared).window();
        let (width, height) = self.points;
        let (wide, high) = window.spans();
        let step = [
            wide / (width.max(2) - 1) as f64 * times as f64,
            // A cell of the screen is two points high.
            2.0 * high / (height.max(2) - 1) as f64 * times as f64,
        ];
        let by = match direction {
            Direction::Left => [-step[0], 0.0],
            Direction::Right => [step[0], 0.0],
            Direction::Down => [0.0, -step[1]],
            Direction::Up => [0.0, step[1]],
        };
        let edges = [window.across, window.up];
        // The window moves by a quarter of its width, so that its limits stay round.
        let spacing = self.state(shared).half() / 2.0;
        for axis in 0..2 {
            let to = (self.cursor[axis] + by[axis]).clamp(-LARGEST, LARGEST);
            self.cursor[axis] = to;
            let beyond = (to - edges[axis].1).max(0.0) + (to - edges[axis].0).min(0.0);
            self.centre[axis] += (beyond.abs() / spacing - 1e-9).ceil() * spacing * beyond.signum();
        }
    }

    /// Resets the zoom and the centre of the window, and clamps the cursor to it.
    pub(super) fn show_all(&mut self, shared: &SharedState) {
        (self.centre, self.zoom) = ([0.0; 2], 0);
        let window = self.state(shared).window();
        let edges = [window.across, window.up];
        for (at, edges) in self.cursor.iter_mut().zip(edges) {
            *at = at.clamp(edges.0, edges.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{reach_for, share_of};

    #[test]
    fn the_whole_map_grows_when_an_arm_comes_close_to_its_edge() {
        let reaches = [0.0, 0.6, 2.0, 3.8, 3.81, 7.6, 7.7, 19.0, 19.1, 38.0, 39.0, 1e6];
        let expected = [4.0, 4.0, 4.0, 4.0, 8.0, 8.0, 20.0, 20.0, 40.0, 40.0, 80.0, 2e6];
        for (value, expected) in reaches.into_iter().zip(expected) {
            assert_eq!(reach_for(value), expected, "{value}");
        }
    }

    #[test]
    fn every_zoom_shows_half_or_forty_percent_of_the_one_before() {
        assert_eq!([0, 1, 2, 3, 4].map(share_of), [1.0, 0.5, 0.25, 0.1, 0.05]);
        assert_eq!([-1, -2, -3, -4].map(share_of), [2.5, 5.0, 10.0, 25.0]);
    }
}
