//! Draws trajectories over the surface.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::{count, grown};
use crate::canvas::widgets::{Dots, Pen};
use crate::telemetry::{ArmSurface, Clock};
use crate::views::surface::ink::MapInk;
use crate::views::surface::map::HalfBlockMap;
use crate::views::surface::segment::draw_segment;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// The mark of the start.
pub(super) const START: (char, char) = ('○', 'S');
/// The mark of a whole number of epochs.
pub(super) const EPOCH: (char, char) = ('┼', '|');
/// The mark of a position on a past trajectory.
const GHOST: (char, char) = ('·', '.');
/// The dots of the line in ASCII.
const LINE: char = '.';

/// The most marks along a trajectory.
const MARKS: f64 = 5.0;

/// The least distance between two marks, in columns; a row counts as two.
const APART: u16 = 6;

/// Returns the epochs between two marks along a trajectory.
fn epochs_between_marks(state: ViewState<'_, SurfaceView>) -> f64 {
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

/// A point of a trajectory on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MapStep {
    step: f64,
    at: [f64; 2],
}

/// The trajectory of an arm on the map.
pub(super) struct MapTrajectory<'a> {
    arm: usize,
    /// The points in the order of their steps; the first is the start and the last the current position.
    points: Vec<MapStep>,
    clock: &'a Clock,
    epochs_between_marks: f64,
}

impl<'a> MapTrajectory<'a> {
    /// Returns the trajectory of a single neuron.
    pub(super) fn of_neuron(state: ViewState<'a, SurfaceView>, arm: usize) -> Option<Self> {
        let trajectory = &state.shared.history.arms.get(arm)?.trajectory;
        let points = trajectory.points().iter().copied().chain(trajectory.newest());
        let points = points
            .map(|point| MapStep { step: point.step as f64, at: state.projected(point.at) })
            .collect();
        Some(Self::new(state, arm, points))
    }

    /// Returns the trajectory of a larger network on its plane.
    pub(super) fn on_plane(
        state: ViewState<'a, SurfaceView>,
        arm: usize,
        arm_surface: &ArmSurface,
    ) -> Self {
        let points = arm_surface.trajectory.iter();
        let points =
            points.map(|point| MapStep { step: point.step as f64, at: point.at }).collect();
        Self::new(state, arm, points)
    }

    fn new(state: ViewState<'a, SurfaceView>, arm: usize, points: Vec<MapStep>) -> Self {
        let clock = state.shared.history.clock();
        Self { arm, points, clock, epochs_between_marks: epochs_between_marks(state) }
    }

    /// Draws the line, its marks, the start and the current position.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, map: &HalfBlockMap) {
        let ink = MapInk::of_arm(canvas, self.arm);
        let mut dots = Dots::on(canvas, map.area.width, map.area.height);
        let pen = dots.pen(Pen::solid(ink.line, LINE));
        for pair in self.points.windows(2) {
            draw_segment(
                &mut dots,
                [pair[0], pair[1]].map(|point| map.dots_at(point.at, canvas.glyphs)),
                pen,
            );
        }
        dots.draw(canvas, map.area);
        let ends = [self.points.first(), self.points.last()]
            .map(|end| end.and_then(|end| map.cell(end.at)));
        self.draw_marks(canvas, &ink, &MarkedMap { map, dots: &dots, ends });
        if let Some(start) = ends[0] {
            canvas.put(start, START, ink.label);
        }
        if let Some(newest) = ends[1] {
            canvas.put(newest, mark(self.arm), ink.position);
        }
    }

    /// Draws labelled marks at round numbers of epochs, where there is room for them.
    fn draw_marks(&self, canvas: &mut Canvas<'_>, ink: &MapInk, on: &MarkedMap<'_>) {
        let last = self.points.last().map_or(0.0, |last| self.clock.epochs_done(last.step));
        let mut marks: Vec<(u16, u16)> = on.ends.iter().flatten().copied().collect();
        let mut labels = BTreeSet::new();
        for epoch in self.epochs_to_mark(last) {
            let Some(at) = self.place_at(self.clock.step_at(epoch)) else { continue };
            let Some(cell) = on.map.cell(at) else { continue };
            if !marks.iter().all(|other| is_apart(cell, *other)) {
                continue;
            }
            let words = count(epoch as u64);
            let Some(label) = on.room_beside(cell, words.len() as u16, &labels) else { continue };
            canvas.put(cell, EPOCH, ink.line);
            canvas.text((label.x, label.y), label.width, &words, ink.label);
            marks.push(cell);
            labels.insert((cell.0, cell.1));
            labels.extend((label.left()..label.right()).map(|x| (x, label.y)));
        }
    }

    /// Returns the epochs that a mark may have, the preferred ones first: equal distances in time, then the
    /// round numbers between them, because an arm may cover most of its distance in a few epochs.
    fn epochs_to_mark(&self, last: f64) -> impl Iterator<Item = f64> {
        let every = self.epochs_between_marks;
        let equal = (1..=MARKS as u32 * 2).map(move |n| f64::from(n) * every);
        let round = std::iter::successors(Some(1.0), |epoch| Some(grown(epoch * 1.5)));
        let is_done = move |epoch: &f64| *epoch <= last;
        equal.take_while(is_done).chain(round.take_while(is_done))
    }

    /// Returns the interpolated position after `step` steps.
    fn place_at(&self, step: f64) -> Option<[f64; 2]> {
        let after = self.points.partition_point(|point| point.step < step);
        let later = self.points.get(after)?;
        let before = self.points[..after].last().unwrap_or(later);
        let span = later.step - before.step;
        let share = if span > 0.0 { ((step - before.step) / span).clamp(0.0, 1.0) } else { 0.0 };
        Some([0, 1].map(|axis| before.at[axis] + (later.at[axis] - before.at[axis]) * share))
    }
}

/// Returns whether two cells are far enough apart for a mark in each.
fn is_apart(one: (u16, u16), other: (u16, u16)) -> bool {
    let (across, up) = (one.0.abs_diff(other.0), 2 * one.1.abs_diff(other.1));
    across.max(up) >= APART
}

/// A map with a line on it.
struct MarkedMap<'a> {
    map: &'a HalfBlockMap,
    dots: &'a Dots,
    /// The cells of the start and of the current position, if visible.
    ends: [Option<(u16, u16)>; 2],
}

impl MarkedMap<'_> {
    /// Returns the cells for a label beside a mark that cover neither the line, nor its ends, nor other
    /// labels, and touch no other label.
    fn room_beside(
        &self,
        (x, y): (u16, u16),
        width: u16,
        labels: &BTreeSet<(u16, u16)>,
    ) -> Option<Rect> {
        let area = self.map.area;
        let is_free = |label: &Rect| {
            let is_inside = area.intersection(*label) == *label;
            let has_no_line = (label.left()..label.right()).all(|x| {
                let is_end = self.ends.contains(&Some((x, label.y)));
                !is_end && self.dots.is_free(x - area.x, label.y - area.y)
            });
            let around = label.left().saturating_sub(1)..=label.right();
            let touches = around.into_iter().any(|x| labels.contains(&(x, label.y)));
            is_inside && has_no_line && !touches
        };
        let beside = [(x.checked_add(1), Some(y)), (x.checked_sub(width), Some(y))];
        let near = [
            (x.checked_add(1), y.checked_sub(1)),
            (x.checked_add(1), y.checked_add(1)),
            (x.checked_sub(width), y.checked_sub(1)),
            (x.checked_sub(width), y.checked_add(1)),
        ];
        beside
            .into_iter()
            .chain(near)
            .filter_map(|(x, y)| x.zip(y))
            .map(|(x, y)| Rect { x, y, width, height: 1 })
            .find(|label| area.contains((label.x, label.y).into()) && is_free(label))
    }
}
