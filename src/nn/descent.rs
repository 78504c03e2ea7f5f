//! Gradient descent in mini-batches, computed by the kernel that is fastest for the network's shape.
//!
//! Every kernel computes (BP1) to (BP4) and moves the weights by the update rule. The result does not
//! depend on the number of steps per call.

mod neuron;
mod small;
mod step_plan;
#[cfg(test)]
mod tests;
mod weight_bound;
mod wide;

use crate::nn::descent::neuron::Neuron;
use crate::nn::descent::small::Small;
use crate::nn::descent::step_plan::StepOutcome;
use crate::nn::descent::weight_bound::{GuardedSteps, LARGEST_FACTOR, WeightBound};
use crate::nn::descent::wide::Wide;
use crate::nn::{BatchLayout, Cost, Network, Real, UpdateRule};

pub(crate) use step_plan::LastStep;
pub use step_plan::{Readings, StepMetric, StepPlan};
pub(crate) use weight_bound::{LARGEST_TYPED_WEIGHT, LARGEST_WEIGHT};

/// The reason why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivergenceCause {
    /// The cost before the step is above [`StepPlan::cost_limit`].
    CostTooLarge,
    /// The cost before the step is not finite.
    CostNotFinite,
    /// A weight or bias would exceed [`LARGEST_WEIGHT`] after the step.
    WeightTooLarge,
    /// A weight or bias would not be finite after the step.
    WeightNotFinite,
}

/// Gradient descent on a network, with its buffers; created once for a shape.
pub struct Descent<R> {
    kernel: StepKernel<R>,
    /// An upper bound on every |weight| and |bias|.
    weight_bound: f64,
    /// A copy of the network while a step is tried; allocated when first needed.
    backup: Option<Box<Network<R>>>,
}

/// The layout in which a step is computed.
enum StepKernel<R> {
    /// One neuron with one input, one example at a time: every step waits for the output of the one
    /// before.
    Neuron(Neuron<R>),
    /// A few neurons in each layer: lanes hold the examples of a mini-batch.
    Small(Small<R>),
    /// Any other network: lanes hold the neurons of a layer.
    Wide(Wide<R>),
}

impl<R: Real> Descent<R> {
    /// Chooses the kernel for networks of this shape, this cost, this update rule and mini-batches of at
    /// most `batch` examples, and allocates its buffers.
    pub fn new(network: &Network<R>, cost: Cost, rule: UpdateRule, batch: usize) -> Self {
        let kernel = if batch == 1 && Neuron::suits(network, cost, rule) {
            StepKernel::Neuron(Neuron::new(cost))
        } else if Small::suits(network, rule) {
            StepKernel::Small(Small::new(network, cost, batch))
        } else {
            StepKernel::Wide(Wide::new(network, cost, rule, batch))
        };
        Self { kernel, weight_bound: network.largest_weight(), backup: None }
    }

    /// Returns the layout that the examples must have.
    pub fn layout(&self) -> BatchLayout {
        match self.kernel {
            StepKernel::Neuron(_) | StepKernel::Small(_) => BatchLayout::Columns,
            StepKernel::Wide(_) => BatchLayout::Sparse,
        }
    }

    /// Returns how many examples to buffer at once, so that they stay in the nearest cache.
    pub fn preferred_chunk(&self, batch: usize) -> usize {
        match self.kernel {
            // About 1024 examples stay in the nearest cache.
            StepKernel::Neuron(_) | StepKernel::Small(_) => (1024 / batch).max(1) * batch,
            StepKernel::Wide(_) => batch,
        }
    }

    /// Returns the last step, or `None` if the next step depends on the network alone.
    pub fn last_step(&self) -> Option<LastStep> {
        match &self.kernel {
            StepKernel::Neuron(neuron) => neuron.last_step(),
            StepKernel::Small(_) | StepKernel::Wide(_) => None,
        }
    }

    /// Restores the last step if the network's weights result from it. Returns `false` and changes
    /// nothing if they do not.
    pub fn resume(&mut self, network: &Network<R>, last: &LastStep) -> bool {
        match &mut self.kernel {
            StepKernel::Neuron(neuron) => neuron.resume(network, last),
            StepKernel::Small(_) | StepKernel::Wide(_) => false,
        }
    }

    /// Updates the bound and discards the last step after weights were changed from outside.
    pub fn note_weights(&mut self, network: &Network<R>) {
        self.weight_bound = network.largest_weight();
        self.kernel.forget();
    }

    /// Takes the steps of a plan and appends the readings of each.
    ///
    /// # Errors
    /// Returns the cause if a step cannot be taken. The readings then cover the steps before it, and
    /// the network is as it was after those.
    pub fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        readings: &mut Readings,
    ) -> Result<(), DivergenceCause> {
        let steps = plan.steps();
        let mut from = 0;
        while from < steps {
            let is_safe = plan.hyperparameters.largest() < LARGEST_FACTOR;
            let step_outcome = if is_safe {
                let guard = WeightBound::Within { weight_bound: &mut self.weight_bound };
                let span = GuardedSteps { steps: from..steps, guard };
                self.kernel.take_steps(network, plan, span, readings)
            } else {
                StepOutcome::NeedsCheck(from)
            };
            match step_outcome {
                StepOutcome::Done => return Ok(()),
                StepOutcome::CostTooLarge(cost) => return Err(cause_of(cost)),
                StepOutcome::NeedsCheck(step) => {
                    self.try_step(network, plan, step, readings)?;
                    from = step + 1;
                }
            }
        }
        Ok(())
    }

    /// Takes a step that may diverge, checks every number, and undoes it if one is out of bounds.
    #[cold]
    fn try_step(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        step: usize,
        readings: &mut Readings,
    ) -> Result<(), DivergenceCause> {
        let mut backup = self.backup.take().unwrap_or_else(|| Box::new(network.clone()));
        backup.copy_from(network);
        let before = readings.costs.len();
        let span = GuardedSteps { steps: step..step + 1, guard: WeightBound::Off };
        let step_outcome = self.kernel.take_steps(network, plan, span, readings);
        let refused = readings.costs[before..].iter().find(|cost| !plan.allows(**cost));
        let largest = network.largest_weight();
        let outcome = match (step_outcome, refused) {
            (StepOutcome::CostTooLarge(cost), _) | (_, Some(&cost)) => Err(cause_of(cost)),
            _ if largest <= LARGEST_WEIGHT => Ok(()),
            _ if largest.is_finite() => Err(DivergenceCause::WeightTooLarge),
            _ => Err(DivergenceCause::WeightNotFinite),
        };
        if outcome.is_ok() {
            self.weight_bound = largest;
        } else {
            readings.costs.truncate(before);
            readings.metrics.truncate(before);
            network.copy_from(&backup);
            self.kernel.forget();
        }
        self.backup = Some(backup);
        outcome
    }
}

/// Returns why a step with this cost is not taken.
fn cause_of(cost: f64) -> DivergenceCause {
    if cost.is_finite() { DivergenceCause::CostTooLarge } else { DivergenceCause::CostNotFinite }
}

impl<R: Real> StepKernel<R> {
    /// Discards the numbers carried over from the last step, because the network was changed.
    fn forget(&mut self) {
        match self {
            Self::Neuron(neuron) => neuron.forget(),
            Self::Small(_) => {}
            Self::Wide(wide) => wide.forget(),
        }
    }

    fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        span: GuardedSteps<'_>,
        readings: &mut Readings,
    ) -> StepOutcome {
        match self {
            Self::Neuron(neuron) => neuron.take_steps(network, plan, span, readings),
            Self::Small(small) => small.take_steps(network, plan, span, readings),
            Self::Wide(wide) => wide.take_steps(network, plan, span, readings),
        }
    }
}
