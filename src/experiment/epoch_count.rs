//! The epochs of a run whose mini-batches are as many in each of them, from a step on.

use crate::telemetry::Clock;

/// The epochs from the current one at some step on, but none before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EpochCount {
    /// The step at which the first epoch began.
    first_step: u64,
    /// The number of whole epochs before it.
    first_epoch: u64,
    /// The number of mini-batches in each epoch; at least 1.
    steps_per_epoch: u64,
}

impl EpochCount {
    /// Returns the epochs of a clock from the current one at a step on, after every change of the clock.
    pub(super) fn at(clock: &Clock, step: u64) -> Self {
        let first_epoch = clock.epoch(step);
        let steps_per_epoch = clock.newest_steps_per_epoch();
        Self { first_step: clock.end_of_epoch(first_epoch), first_epoch, steps_per_epoch }
    }

    /// Returns the number of mini-batches in an epoch.
    pub(super) fn steps_per_epoch(self) -> u64 {
        self.steps_per_epoch
    }

    /// Returns the number of whole epochs done at a step.
    pub(super) fn epoch(self, step: u64) -> u64 {
        self.first_epoch + step.saturating_sub(self.first_step) / self.steps_per_epoch
    }

    /// Returns the number of steps done in the current epoch.
    pub(super) fn steps_within(self, step: u64) -> u64 {
        step.saturating_sub(self.first_step) % self.steps_per_epoch
    }

    /// Returns the step at which `epoch` whole epochs are done, or the greatest number if that is less.
    pub(super) fn end_of_epoch(self, epoch: u64) -> u64 {
        let epochs = epoch.saturating_sub(self.first_epoch);
        self.first_step.saturating_add(epochs.saturating_mul(self.steps_per_epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::EpochCount;
    use crate::telemetry::Clock;

    #[test]
    fn the_epochs_are_those_of_the_clock_from_its_last_change_on() {
        let mut clock = Clock::constant(10);
        clock.change(23..27, 7);
        let epochs = EpochCount::at(&clock, 23);
        assert_eq!(epochs, EpochCount { first_step: 20, first_epoch: 2, steps_per_epoch: 7 });
        for step in 23..80 {
            assert_eq!(epochs.epoch(step), clock.epoch(step), "at {step}");
            assert_eq!(epochs.steps_within(step) == 0, clock.is_end_of_epoch(step), "at {step}");
        }
        for epoch in 3..9 {
            assert_eq!(epochs.end_of_epoch(epoch), clock.end_of_epoch(epoch));
        }
    }
}
