//! The trajectory of a single neuron, in bounded memory.

/// The parameters of a neuron after some step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrajectoryPoint {
    /// The number of steps done.
    pub step: u64,
    /// w₁, w₂ (0 with one input) and b; finite.
    pub at: [f64; 3],
}

/// The distance a neuron moved recently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepLength {
    /// The distance between the last two records.
    pub length: f64,
    /// The number of steps between them, at least 1.
    pub steps: u64,
}

impl StepLength {
    /// Returns the mean length of a step.
    pub fn of_a_step(&self) -> f64 {
        self.length / self.steps as f64
    }
}

/// The points of a neuron at every 2^k-th step, at most [`Trajectory::CAPACITY`] of them.
///
/// The spacing depends only on the newest step, so a trajectory does not depend on the chunks of its steps
/// or on how its updates were split.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectory {
    points: Vec<TrajectoryPoint>,
    /// All points are at multiples of this step.
    spacing: u64,
    newest: Option<TrajectoryPoint>,
    first_step_length: Option<f64>,
    stride: Option<StepLength>,
    reach: [f64; 3],
}

/// Returns the least power of two such that fewer than `most` of its multiples, 0 left out, are at most
/// `step`. With 0, at most `most` steps are on this grid.
pub fn spacing(step: u64, most: u64) -> u64 {
    (step / most.max(1) + 1).checked_next_power_of_two().unwrap_or(1 << 63)
}

impl Trajectory {
    /// The most points: more than there are cells across a map. Each point ends a chunk of training, so
    /// twice as many would mean twice as many chunks in the first second.
    pub const CAPACITY: u64 = 512;

    fn spacing(step: u64) -> u64 {
        spacing(step, Self::CAPACITY)
    }

    /// Returns the next step after `step` that is on the grid.
    pub fn next_after(step: u64) -> u64 {
        let spacing = Self::spacing(step);
        (step / spacing + 1).saturating_mul(spacing)
    }

    /// Returns the points, in the order of their steps; the start is first.
    pub fn points(&self) -> &[TrajectoryPoint] {
        &self.points
    }

    /// Returns the newest point.
    pub fn newest(&self) -> Option<TrajectoryPoint> {
        self.newest
    }

    /// Returns the length of the first step, once it has been taken.
    pub fn first_step_length(&self) -> Option<f64> {
        self.first_step_length.filter(|_| self.newest.is_some_and(|newest| newest.step > 0))
    }

    /// Returns the length of the last steps.
    pub fn stride(&self) -> Option<StepLength> {
        self.stride
    }

    /// Returns the largest |w₁|, |w₂| and |b| so far.
    pub fn reach(&self) -> [f64; 3] {
        self.reach
    }

    /// Records the parameters after `step` steps.
    pub fn push(&mut self, step: u64, at: [f64; 3]) {
        if !at.iter().all(|number| number.is_finite()) {
            return;
        }
        let here = TrajectoryPoint { step, at };
        if let Some(before) = self.newest.filter(|before| before.step < step) {
            let stride = StepLength { length: distance(before.at, at), steps: step - before.step };
            if before.step == 0 && step == 1 {
                self.first_step_length = Some(stride.length);
            }
            self.stride = Some(stride);
        }
        self.keep(here);
        self.newest = Some(here);
    }

    /// Removes the points after `step`, and returns them. What is known of the newest point stays.
    #[must_use]
    pub(super) fn split_off(&mut self, step: u64) -> Vec<TrajectoryPoint> {
        let from = self.points.partition_point(|point| point.step <= step);
        self.points.split_off(from)
    }

    /// Adds points that were removed.
    pub(super) fn restore(&mut self, points: &[TrajectoryPoint]) {
        self.points.extend_from_slice(points);
    }

    /// Returns the points and keeps the state for the next point.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let taken = self.clone();
        self.points.clear();
        taken
    }

    /// Merges a later part of the trajectory.
    pub(super) fn merge(&mut self, later: Self) {
        later.points.into_iter().for_each(|point| self.keep(point));
        if let Some(newest) = later.newest {
            self.coarsen(Self::spacing(newest.step));
        }
        self.widen(later.reach);
        self.newest = later.newest;
        self.first_step_length = later.first_step_length.or(self.first_step_length);
        self.stride = later.stride;
    }

    fn keep(&mut self, here: TrajectoryPoint) {
        self.widen(here.at);
        let spacing = Self::spacing(here.step);
        self.coarsen(spacing);
        let is_later = self.points.last().is_none_or(|last| last.step < here.step);
        if is_later && here.step.is_multiple_of(spacing) {
            if self.points.is_empty() {
                self.points.reserve_exact(Self::CAPACITY as usize);
            }
            self.points.push(here);
        }
    }

    fn coarsen(&mut self, spacing: u64) {
        if spacing > self.spacing {
            self.spacing = spacing;
            self.points.retain(|point| point.step.is_multiple_of(spacing));
        }
    }

    fn widen(&mut self, at: [f64; 3]) {
        for (reach, number) in self.reach.iter_mut().zip(at) {
            *reach = reach.max(number.abs());
        }
    }
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Trajectory, spacing};

    fn place(step: u64) -> [f64; 3] {
        [step as f64, 0.0, -(step as f64)]
    }

    /// Returns a trajectory recorded in chunks of at most `most` steps, which also end at the steps of the
    /// grid.
    fn recorded(to: u64, most: u64) -> Trajectory {
        let mut trajectory = Trajectory::default();
        let mut step = 0;
        trajectory.push(0, place(0));
        while step < to {
            step = Trajectory::next_after(step).min(step + most).min(to);
            trajectory.push(step, place(step));
        }
        trajectory
    }

    #[test]
    fn a_trajectory_does_not_depend_on_the_chunks_of_its_steps() {
        for to in [0, 1, 7, 511, 512, 513, 5000, 100_000] {
            let slow = recorded(to, 1);
            assert_eq!(slow.points(), recorded(to, 1 << 14).points(), "{to}");
            assert_eq!(slow.points(), recorded(to, 100).points(), "{to}");
            assert!(slow.points().len() as u64 <= Trajectory::CAPACITY);
            assert_eq!(slow.points()[0].step, 0);
            assert_eq!(slow.newest().map(|newest| newest.step), Some(to));
        }
    }

    #[test]
    fn a_trajectory_does_not_depend_on_how_its_updates_were_split() {
        for often in [1, 3, 1000, 4096] {
            let (mut merged, mut kept) = (Trajectory::default(), Trajectory::default());
            let mut step = 0;
            kept.push(0, place(0));
            while step < 9000 {
                step = Trajectory::next_after(step).min(step + 5);
                kept.push(step, place(step));
                if step % often == 0 {
                    merged.merge(kept.take());
                }
            }
            merged.merge(kept.take());
            assert_eq!(merged, recorded(step, 5), "{often}");
        }
    }

    #[test]
    fn a_trajectory_that_is_taken_once_does_not_grow_beyond_its_capacity() {
        for request in [1, 300, 513, 1024, 4096, 5000] {
            let mut trajectory = recorded(request, 1 << 14);
            let _ = trajectory.take();
            let (mut step, room) = (request, trajectory.points.capacity());
            while step < 10_000_000 {
                step = Trajectory::next_after(step).min(step + 1000);
                trajectory.push(step, place(step));
                assert!(
                    trajectory.points().len() as u64 <= Trajectory::CAPACITY,
                    "{step} from {request}"
                );
            }
            assert_eq!(trajectory.points.capacity(), room, "{request}");
        }
    }

    #[test]
    fn the_spacing_leaves_at_most_the_given_number_of_steps() {
        for (most, steps) in [(1, 100), (8, 5000), (1024, 40_000)] {
            for step in 0..steps {
                let spacing = spacing(step, most);
                assert!(spacing.is_power_of_two() && step / spacing < most, "{step} of {most}");
            }
        }
        assert!(spacing(u64::MAX, 1024) > 1 << 53);
    }

    #[test]
    fn the_first_and_the_last_steps_are_measured() {
        let trajectory = recorded(1024, 1 << 14);
        assert_eq!(trajectory.first_step_length(), Some(2f64.sqrt()));
        let stride = trajectory.stride().expect("it has two points");
        assert_eq!(stride.steps, 2);
        assert!((stride.of_a_step() - 2f64.sqrt()).abs() < 1e-12);
        assert_eq!(trajectory.reach(), [1024.0, 0.0, 1024.0]);
    }
}
