//! The state of the Surface view: window, cursor and past trajectories.

mod view;

use crate::app::keymap::{Direction, SurfaceAction};
use crate::app::{App, View};
use crate::math::{decade, power_of_ten, powi};
use crate::telemetry::{
    Answer, AtlasRequest, Command, Question, RunFacts, SurfaceKind, SurfaceRequest, Update, Window,
};

pub(super) use view::PastTrajectory;
pub use view::SurfaceLayer;
pub(crate) use view::SurfaceView;

/// The most epochs that an atlas trains an arm from one start.
const CAP: u32 = 3000;

/// ε of the atlas: for a target of 0 or 1, the output is then on the right side of 0.5.
const TOLERANCE: f64 = 0.5;

/// The largest magnitude of a weight that a network may hold.
const LARGEST: f64 = 1e6;

/// The allowed half-widths of the window.
const REACHES: [f64; 7] = [1.0, 1.5, 2.0, 2.5, 3.5, 5.0, 7.0];

/// Returns the least of [`REACHES`] × 10ⁿ that is at least `value`.
fn reach_for(value: f64) -> f64 {
    let value = value.clamp(1.0, LARGEST);
    let power = power_of_ten(decade(value));
    REACHES.into_iter().map(|m| m * power).find(|r| *r >= value).unwrap_or(10.0 * power)
}

impl App {
    /// Returns the number of inputs if every arm is one neuron with one or two inputs.
    pub fn neuron_inputs(&self) -> Option<usize> {
        self.history.facts.as_ref().and_then(|facts| facts.neuron_inputs())
    }

    /// Returns the indices of the two parameters of the window among w₁, w₂ and b.
    pub fn axes(&self) -> (usize, usize) {
        if self.neuron_inputs() == Some(2) { (0, 1) } else { (0, 2) }
    }

    /// Projects the parameters of a neuron onto the window.
    pub fn projected(&self, at: [f64; 3]) -> [f64; 2] {
        let (across, up) = self.axes();
        [at[across], at[up]]
    }

    /// Returns half of the extent along the shorter side of the map at zoom 0, which leaves a
    /// margin around every trajectory.
    fn reach(&self) -> f64 {
        if self.neuron_inputs().is_none() {
            return 1.25;
        }
        let mut far = 0.0_f64;
        for arm in &self.history.arms {
            let [across, up] = self.projected(arm.trajectory.reach());
            far = far.max(across).max(up);
        }
        reach_for(1.5 * far)
    }

    /// Returns the visible window: one unit is as long across as it is up.
    pub fn surface_window(&self) -> Window {
        let half = self.reach() * powi(1.5f64, -i32::from(self.surface.zoom));
        let (width, height) = self.surface.points;
        let (width, height) = (width.max(2) as f64 - 1.0, height.max(2) as f64 - 1.0);
        let unit = half / width.min(height);
        let [across, up] = self.surface.centre;
        Window {
            across: (across - unit * width, across + unit * width),
            up: (up - unit * height, up + unit * height),
        }
    }

    /// Returns the question that the open Surface view needs answered.
    pub(super) fn surface_question(&self) -> Option<Question> {
        let points = self.surface.points;
        if self.view != View::Surface || points.0 < 2 || points.1 < 2 || self.layers() == 0 {
            return None;
        }
        let window = self.surface_window();
        if !self.shows_atlas() {
            return Some(Question::Surface(SurfaceRequest { window, points }));
        }
        let first = self.history.arms.first()?;
        let mut etas = [1.0; 4];
        for (eta, arm) in etas.iter_mut().zip(&self.history.arms) {
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
            batch: self.history.facts.as_ref()?.batch.max(1),
            tolerance: TOLERANCE,
            cap: CAP,
        }))
    }

    /// Returns whether the atlas is shown; only single neurons have one.
    pub fn shows_atlas(&self) -> bool {
        self.surface.atlas && self.neuron_inputs().is_some()
    }

    /// Returns whether a run can be started from the position of the cursor.
    pub fn can_start_here(&self) -> bool {
        self.neuron_inputs().is_some()
    }

    /// Handles an action and returns the command to send, if any.
    pub(super) fn act_in_surface(&mut self, action: SurfaceAction) -> Option<Command> {
        match action {
            SurfaceAction::NextLayer => self.next_surface_layer(),
            SurfaceAction::Atlas => self.surface.atlas = !self.surface.atlas,
            SurfaceAction::Choose if self.cursor_focused => return self.start_here(),
            SurfaceAction::Choose => self.focus_surface_cursor(),
            SurfaceAction::Move(direction, times) => self.move_surface_cursor(direction, times),
            SurfaceAction::All => {
                (self.surface.centre, self.surface.zoom) = ([0.0; 2], 0);
                self.clamp_cursor();
            }
        }
        None
    }

    /// Stores an answer. A coarse map does not replace a finer one of the same window.
    pub(super) fn take_answer(&mut self, answer: Answer) {
        if let (Some(Answer::Surface(old)), Answer::Surface(new)) = (&self.answer, &answer)
            && old.request == new.request
            && new.points.0 < old.points.0
        {
            return;
        }
        self.answer = Some(answer);
    }

    fn next_surface_layer(&mut self) {
        self.surface.layer = match self.surface.layer {
            _ if self.shows_atlas() => self.surface.layer,
            SurfaceLayer::Cost => SurfaceLayer::Speed,
            SurfaceLayer::Speed => SurfaceLayer::Downhill,
            SurfaceLayer::Downhill => SurfaceLayer::Cost,
        };
        self.surface.atlas = false;
    }

    /// Zooms in or out by `by` steps, around the cursor if it has the focus.
    pub(super) fn zoom_surface(&mut self, by: i8) {
        let zoom = (self.surface.zoom + by).clamp(-8, 24);
        if zoom == self.surface.zoom {
            return;
        }
        if self.cursor_focused {
            let share = powi(1.5f64, -i32::from(by));
            for (centre, at) in self.surface.centre.iter_mut().zip(self.surface.cursor) {
                *centre = at + (*centre - at) * share;
            }
        }
        self.surface.zoom = zoom;
    }

    /// Focuses the cursor and puts it on the start of the run, if that is visible.
    fn focus_surface_cursor(&mut self) {
        self.cursor_focused = true;
        let window = self.surface_window();
        if self.surface.cursor != [0.0; 2] && window.holds(self.surface.cursor) {
            return;
        }
        let start = self.history.arms.first().and_then(|arm| arm.trajectory.points().first());
        let start = start.map(|point| self.projected(point.at)).filter(|at| window.holds(*at));
        self.surface.cursor = start.unwrap_or(self.surface.centre);
    }

    /// Moves the cursor by `times` points; at the edge of the window the window moves with it.
    fn move_surface_cursor(&mut self, direction: Direction, times: usize) {
        let window = self.surface_window();
        let (width, height) = self.surface.points;
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
        for axis in 0..2 {
            let to = (self.surface.cursor[axis] + by[axis]).clamp(-LARGEST, LARGEST);
            self.surface.cursor[axis] = to;
            let beyond = (to - edges[axis].1).max(0.0) + (to - edges[axis].0).min(0.0);
            self.surface.centre[axis] += beyond;
        }
    }

    /// Starts all arms from the position of the cursor.
    fn start_here(&self) -> Option<Command> {
        // In the atlas this is the start whose epochs are shown.
        let place = if self.shows_atlas() {
            self.nearest_point(self.surface.cursor).map_or(self.surface.cursor, |(_, at)| at)
        } else {
            self.surface.cursor
        };
        let [across, up] = place;
        if self.neuron_inputs()? == 1 {
            return Some(Command::StartAt { weights: vec![across], bias: up });
        }
        let start = self.history.arms.first()?.trajectory.points().first()?;
        Some(Command::StartAt { weights: vec![across, up], bias: start.at[2] })
    }

    /// Returns the point of the map nearest to a visible position: its index, counted row by row
    /// from the lowest, and its coordinates.
    pub fn nearest_point(&self, at: [f64; 2]) -> Option<(usize, [f64; 2])> {
        let (width, height) = self.surface.points;
        let window = self.surface_window();
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

    /// Keeps the current trajectories as past ones when the same arms restart on the same surface.
    pub(super) fn keep_past_trajectories(&mut self, update: &Update) {
        let Some(new) = &update.begins else { return };
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
        let is_same = self.history.facts.as_deref().is_some_and(same)
            && self.history.arms.len() == update.arms.len();
        if !is_same {
            self.surface.past_trajectories.clear();
            (self.surface.centre, self.surface.zoom, self.surface.cursor) = ([0.0; 2], 0, [0.0; 2]);
            return;
        }
        for (arm, (old, new)) in self.history.arms.iter().zip(&update.arms).enumerate() {
            let starts = [old, new].map(|of| of.trajectory.points().first().map(|start| start.at));
            let points = old.trajectory.points();
            if starts[0] == starts[1] || points.len() < 2 {
                continue;
            }
            let every = points.len().div_ceil(SurfaceView::POINTS);
            let last = old.trajectory.newest().map(|newest| newest.at);
            let points = points.iter().step_by(every).map(|point| point.at).chain(last);
            self.surface.past_trajectories.push(PastTrajectory { arm, points: points.collect() });
        }
        let too_many = self.surface.past_trajectories.len().saturating_sub(SurfaceView::GHOSTS);
        self.surface.past_trajectories.drain(..too_many);
    }

    /// Clamps the cursor to the visible window.
    fn clamp_cursor(&mut self) {
        let window = self.surface_window();
        let edges = [window.across, window.up];
        for (at, edges) in self.surface.cursor.iter_mut().zip(edges) {
            *at = at.clamp(edges.0, edges.1);
        }
    }

    /// Returns the surface last received, if it answers the current request.
    pub fn ground(&self) -> Option<&crate::telemetry::Surface> {
        match &self.answer {
            Some(Answer::Surface(surface)) => {
                let is_plane = matches!(surface.kind, SurfaceKind::Plane { .. });
                (is_plane == self.neuron_inputs().is_none() && surface.arms.len() == self.arms())
                    .then_some(&**surface)
            }
            _ => None,
        }
    }
}
