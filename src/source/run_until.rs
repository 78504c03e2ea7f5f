//! A run that trains until a condition is met.
//!
//! The condition outlasts pauses, changes of settings and moves along the branch: wherever the run goes on from, it
//! trains towards it. It ends where it is met, at the end of the run, or where it is given up.

use crate::experiment::{Advance, UntilWatch};
use crate::scenario::read_until;
use crate::source::run::Run;
use crate::telemetry::{Setting, Until, UntilMet, UntilState};

/// What has become of a condition that was asked for.
pub(super) enum UntilRequest {
    /// It is to be met.
    Open(UntilWatch),
    /// It is met where the run stands.
    IsMet(Until, UntilMet),
}

impl Run {
    /// Returns the watch of a typed condition, unless it is met already. Evaluations must be settled.
    ///
    /// # Errors
    /// If the text is no condition, or the run cannot meet it. The error is the reason.
    pub(super) fn watch_for(&mut self, text: &str) -> Result<UntilRequest, String> {
        let until = read_until(text).map_err(|error| error.to_string())?;
        let epochs = self.epochs_to_come();
        let mut watch =
            UntilWatch::new(until.clone(), &mut self.experiment, &self.facts.clock, epochs)?;
        Ok(match watch.met(&mut self.experiment) {
            Some(met) => UntilRequest::IsMet(until, met),
            None => UntilRequest::Open(watch),
        })
    }

    /// Returns the number of epochs of the open branch, of which a position in the past may not know yet; those by
    /// which a finished run is going to be extended count.
    pub(super) fn epochs_to_come(&self) -> u64 {
        let of_change = |setting: &Setting| match setting {
            Setting::Epochs(epochs) => Some(*epochs),
            _ => None,
        };
        let changes = self.timeline.changes().iter().rev();
        let extended = changes.map(|change| &change.setting).find_map(of_change);
        let is_past = self.timeline.is_past(self.experiment.step());
        match extended.filter(|_| is_past) {
            Some(epochs) => epochs,
            None if self.experiment.is_finished() => {
                self.experiment.epochs().saturating_add(self.scenario.training.epochs)
            }
            None => self.experiment.epochs(),
        }
    }

    /// Trains until the condition of this watch is met, from the next unit of work on.
    pub(super) fn begin_until(&mut self, watch: UntilWatch) {
        self.until = UntilState::Pending(watch.until().clone());
        self.until_watch = Some(watch);
    }

    /// Takes up the open condition at a position to which the run has moved.
    pub(super) fn renew_until(&mut self) {
        self.forget_past_until();
        let epochs = self.epochs_to_come();
        if let UntilState::Pending(until) = &self.until {
            let until = until.clone();
            self.until_watch =
                UntilWatch::new(until, &mut self.experiment, &self.facts.clock, epochs).ok();
        }
    }

    /// Forgets a condition that was met, or missed, where the run stood.
    pub(super) fn forget_past_until(&mut self) {
        if !matches!(self.until, UntilState::Pending(_)) {
            self.until = UntilState::None;
        }
    }

    /// Gives up the condition. Returns it if it was still open.
    pub(super) fn give_up_until(&mut self) -> Option<Until> {
        self.until_watch = None;
        match std::mem::take(&mut self.until) {
            UntilState::Pending(until) => Some(until),
            UntilState::None | UntilState::Met(..) | UntilState::Missed(_) => None,
        }
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
