//! The kernel for wide layers: lanes hold the neurons of a layer. It trains any network, by any rule.

use crate::nn::descent::step_plan::{Readings, StepMetric, StepOutcome, StepPlan};
use crate::nn::descent::weight_bound::GuardedSteps;
use crate::nn::update_rule::{BatchGradients, Optimiser, StepBounds, StepFactors};
use crate::nn::{Backprop, Cost, Layer, MiniBatch, Network, Real, UpdateRule};

/// The kernel that takes steps of [`Backprop`], one after the other.
pub(super) struct Wide<R> {
    cost: Cost,
    rule: UpdateRule,
    optimiser: Box<dyn Optimiser<R>>,
    backprop: Backprop<R>,
}

impl<R: Real> Wide<R> {
    pub(super) fn new(network: &Network<R>, cost: Cost, rule: UpdateRule, batch: usize) -> Self {
        let backprop = Backprop::new(network, batch);
        Self { cost, rule, optimiser: rule.optimiser(), backprop }
    }

    /// Discards the numbers carried over from the last step, because the network was changed.
    pub(super) fn forget(&mut self) {
        self.optimiser = self.rule.optimiser();
    }

    pub(super) fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        span: GuardedSteps<'_>,
        readings: &mut Readings,
    ) -> StepOutcome {
        let GuardedSteps { steps, mut guard } = span;
        let backprop = &mut self.backprop;
        for step in steps {
            let batch = plan.examples.batch(plan.rows(step));
            backprop.forward(network, batch);
            let cost = backprop.cost(self.cost);
            if !plan.allows(cost) {
                return StepOutcome::CostTooLarge(cost);
            }
            backprop.backward(network, self.cost);
            let optimiser = &mut self.optimiser;
            let after = |weight| {
                let (gradient, rows) = (backprop.gradient_bound(batch), batch.rows());
                let before = StepBounds { weight, gradient, rows };
                optimiser.weight_bound(&plan.hyperparameters, &before)
            };
            if !guard.allows(after) {
                return StepOutcome::NeedsCheck(step);
            }
            let metric = match plan.metric {
                StepMetric::Nothing => 0.0,
                StepMetric::Output => backprop.last_activations()[[0, 0]].to_f64(),
                StepMetric::Error => backprop.mean_error(),
            };
            let mut gradients = BackpropGradients { backprop, batch };
            optimiser.step(network, &plan.hyperparameters, &mut gradients);
            readings.push(cost, metric);
        }
        StepOutcome::Done
    }
}

/// The gradients of a mini-batch, after [`Backprop::backward`].
struct BackpropGradients<'a, R> {
    backprop: &'a mut Backprop<R>,
    batch: MiniBatch<'a, R>,
}

impl<R: Real> BatchGradients<R> for BackpropGradients<'_, R> {
    fn rows(&self) -> usize {
        self.batch.rows()
    }

    fn add_to(&mut self, layers: &mut [Layer<R>], factors: StepFactors) {
        self.backprop.add_to(layers, self.batch, factors);
    }
}
