//! The kernel for wide layers: lanes hold the neurons of a layer.

use std::ops::Range;

use crate::nn::descent::step_plan::{Readings, StepMetric, StepOutcome, StepPlan};
use crate::nn::descent::weight_bound::WeightBound;
use crate::nn::{Backprop, Cost, Network, Real};

/// The kernel that takes steps of [`Backprop`], one after the other.
pub(super) struct Wide<R> {
    cost: Cost,
    backprop: Backprop<R>,
}

impl<R: Real> Wide<R> {
    pub(super) fn new(network: &Network<R>, cost: Cost, batch: usize) -> Self {
        Self { cost, backprop: Backprop::new(network, batch) }
    }

    pub(super) fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        (steps, mut guard): (Range<usize>, WeightBound<'_>),
        readings: &mut Readings,
    ) -> StepOutcome {
        let backprop = &mut self.backprop;
        for step in steps {
            let batch = plan.examples.batch(plan.rows(step));
            backprop.forward(network, batch);
            let cost = backprop.cost(self.cost);
            if !cost.is_finite() {
                return StepOutcome::NonFiniteCost;
            }
            backprop.backward(network, self.cost);
            if !guard.allows::<R>(plan.shrink, backprop.step_bound(batch, plan.eta)) {
                return StepOutcome::NeedsCheck(step);
            }
            let metric = match plan.metric {
                StepMetric::Nothing => 0.0,
                StepMetric::Output => backprop.last_activations()[[0, 0]].to_f64(),
                StepMetric::Error => backprop.mean_error(),
            };
            backprop.descend(network, batch, plan.eta, plan.shrink);
            readings.push(cost, metric);
        }
        StepOutcome::Done
    }
}
