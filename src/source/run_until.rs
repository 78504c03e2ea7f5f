//! A run that trains until a condition is met.

use crate::experiment::{Advance, UntilWatch};
use crate::scenario::read_until;
use crate::source::run::Run;
use crate::telemetry::UntilState;

impl Run {
    /// Returns the watch of a typed condition, or `None` if it is met already. Evaluations must be settled.
    ///
    /// # Errors
    /// If the text is no condition, or the run cannot meet it. The error is the reason.
    pub(super) fn watch_for(&mut self, text: &str) -> Result<Option<UntilWatch>, String> {
        let until = read_until(text).map_err(|error| error.to_string())?;
        let mut epochs = self.experiment.epochs();
        if self.experiment.is_finished() {
            // It is going to be extended.
            epochs = epochs.saturating_add(self.scenario.training.epochs);
        }
        let mut watch = UntilWatch::new(until, &mut self.experiment, epochs)?;
        let is_met = watch.met(&mut self.experiment).is_some();
        Ok((!is_met).then_some(watch))
    }

    /// Trains until the condition of this watch is met, from the next unit of work on.
    pub(super) fn begin_until(&mut self, watch: UntilWatch) {
        self.until = UntilState::Pending(watch.until().clone());
        self.until_watch = Some(watch);
    }

    /// Forgets the condition, because the run is to do something else.
    pub(super) fn forget_until(&mut self) {
        self.until = UntilState::None;
        self.until_watch = None;
    }

    /// Returns whether the run stands where a condition has been met.
    pub(super) fn has_met_until(&self) -> bool {
        matches!(self.until, UntilState::Met(..))
    }

    /// Does one unit of work, which ends at the latest where the condition is met, if there is one.
    pub(super) fn advance_until(&mut self, limit: u64) -> Advance {
        let Some(mut watch) = self.until_watch.take() else { return self.advance(limit) };
        let mut left = limit;
        loop {
            let before = self.experiment.step();
            let advance = if watch.has_to_wait(&self.experiment) {
                self.complete_evaluation()
            } else {
                self.advance(left.min(watch.most_steps(&self.experiment)))
            };
            left = left.saturating_sub(self.experiment.step() - before);
            if let Some(met) = watch.met(&mut self.experiment) {
                self.until = UntilState::Met(watch.until().clone(), met);
                return advance;
            }
            if matches!(advance, Advance::Finished | Advance::Stopped) {
                self.until = UntilState::Missed(watch.until().clone());
                return advance;
            }
            if advance != Advance::Stepped || left == 0 || self.is_long_enough(limit - left) {
                self.until_watch = Some(watch);
                return advance;
            }
        }
    }

    /// Returns whether so many steps are enough for a unit of work.
    fn is_long_enough(&self, steps: u64) -> bool {
        /// Single steps of a neuron take about a microsecond each.
        const MOST_SINGLE: u64 = 256;
        self.facts.single.is_none() || steps >= MOST_SINGLE
    }
}
