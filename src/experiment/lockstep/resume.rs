//! The state of an arm besides its weights, and the resumption from it.

use crate::experiment::lockstep::Lockstep;
use crate::nn::{Network, Real};
use crate::telemetry::{Divergence, TrainingState};

impl<R: Real> Lockstep<R> {
    /// Resumes an arm from a saved network. Returns `false` if the state does not belong to the network.
    ///
    /// The run continues from the earliest step of its arms; an arm that is ahead waits. (The files of a
    /// checkpoint are replaced one after the other, so a killed run may leave files of two checkpoints.)
    pub(in crate::experiment) fn resume(
        &mut self,
        arm: usize,
        network: Network<R>,
        state: &TrainingState,
    ) -> bool {
        if !self.arms[arm].resume(network, state) {
            return false;
        }
        self.overflowed[arm] = state.has_overflowed;
        let live = self.arms.iter().filter(|arm| arm.divergence.is_none());
        let furthest = self.arms.iter().map(|arm| arm.resumed_at).max().unwrap_or(0);
        self.step = live.clone().map(|arm| arm.resumed_at).min().unwrap_or(furthest);
        let mut here = live.filter(|arm| arm.resumed_at == self.step);
        self.evaluated = here.all(|arm| arm.was_evaluated).then_some(self.step);
        true
    }

    /// Returns the state of an arm besides its weights.
    pub(in crate::experiment) fn state(&self, arm: usize) -> TrainingState {
        let (has_overflowed, arm) = (self.overflowed[arm], &self.arms[arm]);
        // An arm that has diverged may have done so after this step, too.
        let is_ahead = arm.is_ahead(self.step);
        let is_evaluated = self.evaluated == Some(self.step) && !self.evaluation_is_under_way();
        let is_evaluated = is_evaluated || arm.is_evaluated_at(self.step);
        TrainingState {
            step: if is_ahead { arm.resumed_at } else { self.step },
            batch: self.sampler.batch(),
            examples: self.data.train.len(),
            shuffle: self.sampler.shuffles(),
            is_evaluated: if is_ahead { arm.was_evaluated } else { is_evaluated },
            best: arm.best,
            divergence: arm.divergence.clone(),
            has_overflowed,
            first_cost: arm.first_cost,
            unsettled: arm.network.layers()[0].pending_scale(),
            last_step: arm.last_step(),
            records: 0,
        }
    }

    /// Returns how many steps an arm has taken.
    pub(in crate::experiment) fn steps_taken(&self, arm: usize) -> u64 {
        let arm = &self.arms[arm];
        let live = self.step.max(arm.resumed_at);
        arm.divergence.as_ref().map_or(live, Divergence::steps_taken)
    }
}
