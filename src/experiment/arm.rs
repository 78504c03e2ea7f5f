//! One arm, which takes steps and stops in its last valid state when it diverges.

use std::time::Duration;

use crate::data::Dataset;
use crate::experiment::observer::Clock;
use crate::nn::{
    Backprop, Cost, Descent, DivergenceCause, Examples, Hyperparameters, LARGEST_TYPED_WEIGHT,
    LastStep, MiniBatch, Network, Output, Readings, Real, StepMetric, StepPlan, UpdateRule,
};
use crate::telemetry::{Divergence, Evaluation, Metric, TrainingState};
use crate::text::readable;

/// An arm: a network, its descent and the outcome of its training so far.
pub(super) struct Arm<R> {
    pub(super) cost: Cost,
    /// λ/n.
    pub(super) shrinking: f64,
    /// The least cost from which the arm's growth is measured, see [`cost_scale`].
    cost_scale: f64,
    /// The cost of the first mini-batch since the start or since a weight was set; `None` before it.
    pub(super) first_cost: Option<f64>,
    pub(super) network: Network<R>,
    /// The network at the start.
    pub(super) start: Network<R>,
    descent: Descent<R>,
    /// The most examples of a mini-batch.
    batch: usize,
    /// The examples of the current mini-batches.
    buffer: Examples<R>,
    /// The readings of the last chunk of steps.
    pub(super) readings: Readings,
    /// The time that this chunk took, or zero without a clock.
    pub(super) took: Duration,
    /// Forward and backward pass for display; created on first use.
    backprop: Option<Box<Backprop<R>>>,
    pub(super) divergence: Option<Divergence>,
    /// The step at which the arm was resumed. The arm waits until the others have reached it.
    pub(super) resumed_at: u64,
    /// Whether the step `resumed_at` had been evaluated.
    pub(super) was_evaluated: bool,
    pub(super) evaluation: Option<Evaluation>,
    /// The best accuracy after an epoch, and the first epoch that reached it.
    pub(super) best: Option<(f64, u64)>,
}

/// The steps that an arm takes next.
#[derive(Clone, Copy)]
pub(super) struct ArmStepPlan<'a> {
    /// The number of steps taken before these.
    pub(super) step: u64,
    pub(super) eta: f64,
    pub(super) metric: Metric,
    pub(super) train: &'a Dataset,
    /// The rows of the training set, in the order of the mini-batches.
    pub(super) rows: &'a [u32],
    /// The rows that follow `rows`, for prefetching.
    pub(super) next: &'a [u32],
    pub(super) clock: Option<Clock>,
}

/// The settings of an arm's training that depend on the scenario and the data.
#[derive(Clone, Copy)]
pub(super) struct ArmTraining {
    /// λ/n.
    pub(super) shrinking: f64,
    /// The most examples of a mini-batch.
    pub(super) batch: usize,
    /// The least cost from which the growth of the cost is measured, so that an arm that starts right may
    /// still err: see [`cost_scale`].
    pub(super) cost_scale: f64,
}

/// The growth of the cost of a mini-batch at which an arm has diverged.
const COST_GROWTH: f64 = 1e6;

/// Returns the cost of answers that are wrong by as much as a target of magnitude `y`, at least 1.
pub(super) fn cost_scale(network: &Network<impl Real>, y: f64) -> f64 {
    let outputs = network.sizes().last().copied().unwrap_or(1);
    match network.output() {
        Output::Linear => (outputs as f64 * y * y / 2.0).max(1.0),
        Output::Sigmoid | Output::Softmax => 1.0,
    }
}

impl<R: Real> Arm<R> {
    /// Creates an arm before its first step. `training` are the settings that depend on the scenario and the data.
    pub(super) fn new(network: Network<R>, cost: Cost, training: &ArmTraining) -> Self {
        let ArmTraining { shrinking, batch, cost_scale } = *training;
        let descent = Descent::new(&network, cost, UpdateRule::Sgd, batch);
        let ready = descent.preferred_chunk(batch);
        let sizes = network.sizes();
        let buffer = Examples::new(sizes[0], sizes[sizes.len() - 1], ready, descent.layout());
        Self {
            cost,
            shrinking,
            cost_scale,
            first_cost: None,
            start: network.clone(),
            network,
            descent,
            batch,
            buffer,
            readings: Readings::default(),
            took: Duration::ZERO,
            backprop: None,
            divergence: None,
            resumed_at: 0,
            was_evaluated: false,
            evaluation: None,
            best: None,
        }
    }

    /// Trains with another λ/n and other mini-batches from the next step on.
    pub(super) fn train_on(&mut self, shrinking: f64, batch: usize) {
        let training = ArmTraining { shrinking, batch, cost_scale: self.cost_scale };
        let (network, last_step) = (self.network.clone(), self.last_step());
        let Self { descent, buffer, .. } = Self::new(network.clone(), self.cost, &training);
        (self.descent, self.buffer) = (descent, buffer);
        (self.shrinking, self.batch, self.backprop) = (shrinking, batch, None);
        self.return_to(network, last_step);
    }

    /// Restarts from a network of the same shape.
    pub(super) fn start_from(&mut self, network: Network<R>) {
        self.descent.note_weights(&network);
        self.start = network.clone();
        self.network = network;
        self.first_cost = None;
        self.divergence = None;
        (self.resumed_at, self.was_evaluated) = (0, false);
        self.evaluation = None;
        self.best = None;
    }

    /// Resumes from a saved network, whose weights have no pending scale, and the state that was saved
    /// with it. Returns `false` if the state does not belong to the network.
    pub(super) fn resume(&mut self, network: Network<R>, state: &TrainingState) -> bool {
        self.start_from(network);
        let first = &mut self.network.layers_mut()[0];
        if !state.unsettled.as_ref().is_none_or(|unsettled| first.restore_scale(unsettled)) {
            return false;
        }
        self.descent.note_weights(&self.network);
        if !state.last_step.as_ref().is_none_or(|last| self.descent.resume(&self.network, last)) {
            return false;
        }
        self.divergence.clone_from(&state.divergence);
        self.first_cost = state.first_cost;
        (self.resumed_at, self.was_evaluated) = (state.step, state.is_evaluated);
        self.best = state.best;
        true
    }

    /// Returns to an earlier or later network of the same run, with the last step that led to it.
    pub(super) fn return_to(&mut self, network: Network<R>, last_step: Option<LastStep>) {
        self.network = network;
        self.descent.note_weights(&self.network);
        if let Some(last) = &last_step {
            let leads_there = self.descent.resume(&self.network, last);
            debug_assert!(leads_there, "the step was the last one of this network");
        }
    }

    /// Returns the last step, or `None` if the next one depends on the network alone.
    pub(super) fn last_step(&self) -> Option<LastStep> {
        self.descent.last_step()
    }

    /// Returns whether the arm takes no step after step `step`: it has diverged, or is ahead of the
    /// others.
    pub(super) fn is_idle(&self, step: u64) -> bool {
        self.divergence.is_some() || self.is_ahead(step)
    }

    /// Returns whether the arm is ahead of the others, which have taken `step` steps.
    pub(super) fn is_ahead(&self, step: u64) -> bool {
        step < self.resumed_at
    }

    /// Returns whether the arm was evaluated at this step before its run was resumed. Other arms may still
    /// be due.
    pub(super) fn is_evaluated_at(&self, step: u64) -> bool {
        self.was_evaluated && step == self.resumed_at
    }

    /// Sets one weight, or the bias if `k` is the number of inputs. Returns the reason if the value or the
    /// weight is invalid.
    pub(super) fn set_weight(
        &mut self,
        (l, j, k): (usize, usize, usize),
        value: f64,
    ) -> Result<(), String> {
        if value.is_nan() || value.abs() > LARGEST_TYPED_WEIGHT {
            let value = readable(value);
            return Err(format!("a weight of {value} cannot be; −10⁶ to 10⁶ would do"));
        }
        let layer = self.network.layers_mut().get_mut(l);
        let layer = layer.filter(|layer| j < layer.outputs() && k <= layer.inputs());
        let Some(layer) = layer else {
            return Err(format!("there is no weight [{l}][{j}][{k}]; the first is [0][0][0]"));
        };
        if k == layer.inputs() {
            layer.biases_mut()[j] = R::of(value);
        } else {
            layer.set_weight(j, k, R::of(value));
        }
        self.first_cost = None;
        self.descent.note_weights(&self.network);
        Ok(())
    }

    /// Takes the planned steps, or those before the arm diverges, and stores their readings.
    pub(super) fn take_steps(&mut self, arm_plan: &ArmStepPlan<'_>) {
        self.readings.clear();
        let began = arm_plan.clock.map(|now| now());
        let measure = match arm_plan.metric {
            Metric::Output => StepMetric::Output,
            Metric::Error => StepMetric::Error,
            Metric::Accuracy => StepMetric::Nothing,
        };
        let ready = self.buffer.capacity();
        let mut rest = arm_plan.rows;
        while !rest.is_empty() {
            // The limit of the cost depends on the first mini-batch, which is taken alone, so that no chunk
            // of another length ends elsewhere.
            let most = if self.first_cost.is_some() { ready } else { self.batch };
            let (rows, others) = rest.split_at(most.min(rest.len()));
            rest = others;
            let next = if rest.is_empty() { arm_plan.next } else { rest };
            // The buffer already holds the only example of a dataset of one.
            if arm_plan.train.len() > 1 || self.buffer.rows() != rows.len() {
                self.buffer.clear();
                arm_plan.train.gather(rows, next, &mut self.buffer);
            }
            let plan = StepPlan {
                examples: &self.buffer,
                batch: self.batch,
                hyperparameters: Hyperparameters { eta: arm_plan.eta, shrinking: self.shrinking },
                metric: measure,
                cost_limit: self.cost_limit(),
            };
            let outcome = self.descent.take_steps(&mut self.network, &plan, &mut self.readings);
            self.first_cost = self.first_cost.or_else(|| self.readings.costs.first().copied());
            if let Err(cause) = outcome {
                let step = arm_plan.step + self.readings.costs.len() as u64;
                self.diverge(step, arm_plan.eta, reason(cause));
                break;
            }
        }
        self.took = began.zip(arm_plan.clock).map(|(began, now)| now() - began).unwrap_or_default();
    }

    /// Returns the largest cost of a mini-batch at which a step is taken: any before the first.
    fn cost_limit(&self) -> f64 {
        let first = self.first_cost.unwrap_or(f64::INFINITY);
        COST_GROWTH * first.max(self.cost_scale)
    }

    /// Clears the readings of an arm that takes no steps in this chunk.
    pub(super) fn clear_readings(&mut self) {
        self.readings.clear();
        self.took = Duration::ZERO;
    }

    /// Computes every z, a and δ = ∂C/∂z on the mini-batch of these rows, at the current weights.
    pub(super) fn probe(&mut self, train: &Dataset, rows: &[u32]) -> Probe<'_, R> {
        self.buffer.clear();
        train.gather(rows, &[], &mut self.buffer);
        let backprop =
            self.backprop.get_or_insert_with(|| Box::new(Backprop::new(&self.network, self.batch)));
        let batch = self.buffer.all();
        backprop.forward(&self.network, batch);
        let cost = self.cost.with_gradient();
        backprop.backward(&self.network, cost);
        Probe { cost, network: &self.network, start: &self.start, backprop, batch }
    }

    /// Stops the arm after `step` steps, because the next one, with the rate `eta`, would diverge.
    pub(super) fn diverge(&mut self, step: u64, eta: f64, reason: &str) {
        self.divergence = Some(Divergence { step: step + 1, eta, reason: reason.to_owned() });
    }

    /// Records an evaluation and its accuracy.
    pub(super) fn evaluated(&mut self, evaluation: Evaluation) {
        if let Some(accuracy) = evaluation.test_accuracy.or(evaluation.accuracy) {
            self.record_accuracy(accuracy, evaluation.epoch);
        }
        self.evaluation = Some(evaluation);
    }

    /// Records the accuracy after an epoch. The accuracy at the start does not count as best.
    pub(super) fn record_accuracy(&mut self, accuracy: f64, epoch: u64) {
        if epoch > 0 && self.best.is_none_or(|(best, _)| accuracy > best) {
            self.best = Some((accuracy, epoch));
        }
    }
}

/// An arm with a forward and backward pass on one mini-batch.
pub(super) struct Probe<'a, R> {
    pub(super) cost: Cost,
    pub(super) network: &'a Network<R>,
    /// The network at the start.
    pub(super) start: &'a Network<R>,
    /// The backpropagation, after a forward and a backward pass on `batch`.
    pub(super) backprop: &'a mut Backprop<R>,
    pub(super) batch: MiniBatch<'a, R>,
}

/// Returns the message for a cause of divergence.
fn reason(cause: DivergenceCause) -> &'static str {
    match cause {
        DivergenceCause::CostTooLarge => COST_TOO_LARGE,
        DivergenceCause::CostNotFinite => COST_NOT_FINITE,
        DivergenceCause::WeightTooLarge => TOO_LARGE,
        DivergenceCause::WeightNotFinite => NOT_FINITE,
    }
}

/// Every message with which an arm stops.
pub(super) const REASONS: [&str; 4] = [COST_TOO_LARGE, COST_NOT_FINITE, TOO_LARGE, NOT_FINITE];

const COST_TOO_LARGE: &str = "a mini-batch costs over 10⁶ times the first";
const TOO_LARGE: &str = "a weight beyond 10³⁰";
const NOT_FINITE: &str = "a weight is no longer finite";

/// The message of an arm whose cost has overflowed.
pub(super) const COST_NOT_FINITE: &str = "the cost is no longer finite";
