//! The epochs of a run, counted in steps.
//!
//! A run counts steps, and people read epochs. A [`Clock`] converts between them. One division does not
//! suffice, because the number of steps in an epoch changes with the batch size and the data: a clock is a
//! table of pieces, each from the step where such a change took effect.
//!
//! Time never runs backwards: a change in the middle of an epoch keeps the fraction of the epoch that is
//! done, and spreads what is left of it evenly over the steps that are left.

use std::ops::Range;

/// The steps from a change on, up to the next change.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// The step at which the piece begins.
    first_step: u64,
    /// The number of epochs done there. It has a fraction if the piece begins in the middle of an epoch;
    /// the piece then ends with that epoch.
    first_epoch: f64,
    /// The number of steps in a whole epoch; at least 1.
    steps_per_epoch: u64,
    /// The number of steps to the end of the first epoch of the piece, at least 1: fewer than in a whole
    /// epoch if the piece begins in the middle of one.
    rest: u64,
}

impl Piece {
    /// Returns a piece of whole epochs.
    fn of_whole_epochs(first_step: u64, first_epoch: u64, steps_per_epoch: u64) -> Self {
        let first_epoch = first_epoch as f64;
        Self { first_step, first_epoch, steps_per_epoch, rest: steps_per_epoch }
    }

    /// Returns the fraction of an epoch that [`Self::rest`] steps make up: 1 for a whole one.
    fn share(&self) -> f64 {
        1.0 - self.first_epoch.fract()
    }
}

/// The unit in which people read the time of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClockUnit {
    Epoch,
    /// A step, because the epochs are unknown.
    Step,
}

/// The epochs of a run, counted in steps.
///
/// Where a method takes or returns a fraction of a step or of an epoch, it interpolates linearly.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// The unit in which people read the time of the run.
    unit: ClockUnit,
    /// The pieces, in the order of their steps. There is at least one, and the first begins at step 0 and
    /// epoch 0.
    pieces: Vec<Piece>,
}

impl Default for Clock {
    /// Returns the clock of a run whose steps are epochs.
    fn default() -> Self {
        Self::constant(1)
    }
}

impl Clock {
    /// Returns the clock of a run that has `steps_per_epoch` steps in every epoch; 0 counts as 1.
    pub fn constant(steps_per_epoch: u64) -> Self {
        let pieces = vec![Piece::of_whole_epochs(0, 0, steps_per_epoch.max(1))];
        Self { unit: ClockUnit::Epoch, pieces }
    }

    /// Returns the clock of a run whose epochs are unknown: it counts each step as one, and calls it a step.
    pub fn of_steps() -> Self {
        Self { unit: ClockUnit::Step, ..Self::constant(1) }
    }

    /// Returns the name of what is counted: `epoch`, or `step`.
    pub fn unit(&self) -> &'static str {
        match self.unit {
            ClockUnit::Epoch => "epoch",
            ClockUnit::Step => "step",
        }
    }

    /// Changes the number of steps in an epoch; 0 counts as 1. The change takes effect at the start of
    /// `rest`, the steps that are left of the epoch under way. At the end of an epoch `rest` is empty; in
    /// the middle of one an empty `rest` ends the epoch early. Changes at later steps are dropped.
    ///
    /// # Panics
    /// If `rest` ends before it starts.
    pub fn change(&mut self, rest: Range<u64>, steps_per_epoch: u64) {
        let (step, end) = (rest.start, rest.end);
        assert!(step <= end, "an epoch ends at or after the current step");
        let steps_per_epoch = steps_per_epoch.max(1);
        let (done, is_end) = (self.epochs_done(step as f64), self.is_end_of_epoch(step));
        let next_epoch = self.epoch(step) + u64::from(!is_end || step < end);
        // A change before this one in the same epoch has a piece from the end of the epoch on.
        self.pieces.retain(|piece| piece.first_step < step);
        if step < end {
            let rest = end - step;
            self.pieces.push(Piece { first_step: step, first_epoch: done, steps_per_epoch, rest });
        }
        self.pieces.push(Piece::of_whole_epochs(end, next_epoch, steps_per_epoch));
    }

    /// Returns the number of whole epochs done at a step.
    pub fn epoch(&self, step: u64) -> u64 {
        let piece = self.piece_at(step);
        piece.first_epoch as u64 + (step - piece.first_step) / piece.rest
    }

    /// Returns the number of epochs done at a step, with their fraction.
    pub fn epochs_done(&self, step: f64) -> f64 {
        let piece = self.last_piece(|piece| piece.first_step as f64 <= step);
        let since = step - piece.first_step as f64;
        piece.first_epoch + since * piece.share() / piece.rest as f64
    }

    /// Returns the step at which `epoch` whole epochs are done, or the greatest number if that is less.
    pub fn end_of_epoch(&self, epoch: u64) -> u64 {
        // A piece that begins in the middle of an epoch has no end of one: the next piece begins there.
        let piece = self.last_piece(|piece| piece.first_epoch <= epoch as f64);
        let epochs = epoch - piece.first_epoch as u64;
        piece.first_step.saturating_add(epochs.saturating_mul(piece.steps_per_epoch))
    }

    /// Returns the step, with its fraction, at which a number of epochs is done.
    pub fn step_at(&self, epochs: f64) -> f64 {
        let begun = self.pieces.partition_point(|piece| piece.first_epoch <= epochs);
        let piece = &self.pieces[begun.saturating_sub(1)];
        let since = (epochs - piece.first_epoch) * piece.rest as f64 / piece.share();
        let step = piece.first_step as f64 + since;
        // Of an epoch that has ended early, the part that is missing took no steps.
        self.pieces.get(begun).map_or(step, |next| step.min(next.first_step as f64))
    }

    /// Returns the step nearest to this many epochs.
    pub fn nearest_step(&self, epochs: f64) -> u64 {
        self.step_at(epochs).round() as u64
    }

    /// Returns the number of steps in an epoch that is in force at a step.
    pub fn steps_per_epoch(&self, step: u64) -> u64 {
        self.piece_at(step).steps_per_epoch
    }

    /// Returns the number of steps in an epoch since the last change.
    pub fn newest_steps_per_epoch(&self) -> u64 {
        self.last_piece(|_| true).steps_per_epoch
    }

    /// Returns whether every step is an epoch: each mini-batch is the whole training set.
    pub fn every_step_is_an_epoch(&self) -> bool {
        self.pieces.iter().all(|piece| piece.steps_per_epoch == 1)
    }

    /// Returns whether an epoch ends with this step; true at step 0.
    pub fn is_end_of_epoch(&self, step: u64) -> bool {
        let piece = self.piece_at(step);
        piece.share() == 1.0 && (step - piece.first_step).is_multiple_of(piece.rest)
    }

    fn piece_at(&self, step: u64) -> &Piece {
        self.last_piece(|piece| piece.first_step <= step)
    }

    /// Returns the last piece that has begun, where the pieces that have are the first ones.
    fn last_piece(&self, has_begun: impl Fn(&Piece) -> bool) -> &Piece {
        &self.pieces[self.pieces.partition_point(has_begun).saturating_sub(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    /// Returns a clock of 10 steps per epoch, then 4 from step 30 on, then 7 from step 36 on, which is in
    /// the middle of an epoch that ends at step 39.
    fn changed_twice() -> Clock {
        let mut clock = Clock::constant(10);
        clock.change(30..30, 4);
        clock.change(36..39, 7);
        clock
    }

    /// Checks the clock against the steps at which epochs end, counted one by one.
    fn check(clock: &Clock, ends: &[u64]) {
        let last = *ends.last().expect("some epochs end");
        for step in 0..=last {
            let ended = ends.iter().filter(|end| **end <= step).count() as u64;
            assert_eq!(clock.epoch(step), ended - 1, "at step {step}");
            assert_eq!(clock.is_end_of_epoch(step), ends.contains(&step), "at step {step}");
            let done = clock.epochs_done(step as f64);
            assert!((clock.epoch(step) as f64..(ended as f64)).contains(&done), "{done} at {step}");
            assert!(step == 0 || done > clock.epochs_done((step - 1) as f64), "back at {step}");
        }
        for (epoch, end) in (0..).zip(ends) {
            assert_eq!(clock.end_of_epoch(epoch), *end);
            assert_eq!(clock.epochs_done(*end as f64), epoch as f64);
            assert_eq!(clock.step_at(epoch as f64), *end as f64);
        }
    }

    #[test]
    fn a_constant_clock_divides_by_its_steps() {
        let clock = Clock::constant(5);
        check(&clock, &[0, 5, 10, 15, 20]);
        assert_eq!(clock.epochs_done(12.0), 2.4);
        assert_eq!(clock.step_at(2.5), 12.5);
        assert_eq!((clock.steps_per_epoch(0), clock.steps_per_epoch(1_000)), (5, 5));
    }

    #[test]
    fn changes_at_the_end_of_an_epoch_and_within_one_leave_no_step_out() {
        let clock = changed_twice();
        check(&clock, &[0, 10, 20, 30, 34, 39, 46, 53, 60]);
        let in_force = [0, 29, 30, 35, 36, 38, 39, 99].map(|step| clock.steps_per_epoch(step));
        assert_eq!(in_force, [10, 10, 4, 4, 7, 7, 7, 7]);
        assert_eq!(clock.newest_steps_per_epoch(), 7);
    }

    #[test]
    fn the_rest_of_an_epoch_is_spread_over_the_steps_that_are_left() {
        let clock = changed_twice();
        // Half of the epoch is done at step 36, and each of the three steps after it does a sixth.
        assert_eq!(clock.epochs_done(36.0), 4.5);
        assert!((clock.epochs_done(37.0) - (4.5 + 1.0 / 6.0)).abs() < 1e-12);
        assert!((clock.step_at(4.5 + 1.0 / 3.0) - 38.0).abs() < 1e-12);
    }

    #[test]
    fn an_epoch_can_change_more_than_once_and_from_its_first_step_on() {
        let mut clock = Clock::constant(10);
        clock.change(22..26, 5);
        clock.change(24..25, 2);
        check(&clock, &[0, 10, 20, 25, 27, 29]);
        let mut clock = Clock::constant(10);
        clock.change(0..0, 3);
        assert_eq!(clock, Clock::constant(3));
        clock.change(6..10, 5);
        check(&clock, &[0, 3, 6, 10, 15, 20]);
    }

    #[test]
    fn an_epoch_can_end_early() {
        let mut clock = Clock::constant(10);
        clock.change(25..25, 4);
        check(&clock, &[0, 10, 20, 25, 29, 33]);
        // The half that is missing took no steps.
        assert_eq!(clock.step_at(2.4), 24.0);
        assert_eq!(clock.step_at(2.9), 25.0);
    }

    #[test]
    fn a_step_counts_as_an_epoch_until_a_change_says_otherwise() {
        let mut clock = Clock::default();
        assert!(clock.every_step_is_an_epoch());
        assert_eq!(clock, Clock::constant(0));
        clock.change(5..5, 2);
        assert!(!clock.every_step_is_an_epoch());
    }

    #[test]
    fn an_epoch_that_is_never_reached_saturates() {
        assert_eq!(Clock::constant(1 << 40).end_of_epoch(u64::MAX), u64::MAX);
        assert_eq!(Clock::constant(2).epoch(u64::MAX), u64::MAX / 2);
    }
}
