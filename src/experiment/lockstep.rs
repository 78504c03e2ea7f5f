//! Trains arms in lock-step: every arm trains on the same mini-batches.

mod data_change;
mod evaluate_now;
mod resume;
mod snapshots;

use std::mem;
use std::sync::Arc;

use crate::data::Data;
use crate::experiment::arm::{Arm, ArmStepPlan, ArmTraining, COST_NOT_FINITE, cost_scale};
use crate::experiment::drawn_before::DrawnBefore;
use crate::experiment::epoch_count::EpochCount;
use crate::experiment::eval_pass::{EvalOutcome, EvalPoint};
use crate::experiment::evaluator::Evaluator;
use crate::experiment::learning_rates::LearningRates;
use crate::experiment::observer::{Advance, EvaluationScope, StepChunk, StepObserver};
use crate::experiment::sampler::Sampler;
use crate::experiment::work::{MILLISECOND, of_step};
use crate::nn::{Cost, Network, Real};
use crate::scenario::{ArmSpec, Scenario};
use crate::telemetry::{Clock, Divergence, Metric, Setting};

/// The most steps of a chunk; with the smallest networks it takes about 200 µs.
const CHUNK: u64 = 1 << 14;

/// Arms train in parallel if a chunk of each takes more multiplications than this; otherwise
/// synchronisation costs more.
const WORTH_SHARING: usize = 200_000;

/// The arms of a run in one floating-point type.
pub(super) struct Lockstep<R> {
    data: Arc<Data>,
    /// Counts the epochs; it knows no change of the data that is still to come.
    pub(super) clock: Arc<Clock>,
    /// The same from the last change on.
    count: EpochCount,
    pub(super) drawn_before: DrawnBefore,
    pub(super) arms: Vec<Arm<R>>,
    pub(super) rates: LearningRates,
    pub(super) step: u64,
    epochs: u64,
    pub(super) metric: Metric,
    is_single: bool,
    /// The number of epochs between evaluations; 0 for the start and the end only.
    pub(super) evaluate: u64,
    /// The scope of the next evaluations.
    pub(super) scope: EvaluationScope,
    /// The step of the last evaluation that has begun.
    pub(super) evaluated: Option<u64>,
    sampler: Sampler,
    evaluator: Evaluator<R>,
    /// For each arm, whether an evaluation has found a number that is not finite. Such an arm stops at the
    /// next evaluation or the end, so that the step does not depend on timing.
    pub(super) overflowed: Vec<bool>,
    /// Multiplications in a step of one arm.
    work: usize,
}

impl<R: Real> Lockstep<R> {
    /// Creates the arms of a scenario at their start from `networks`, one for each arm.
    pub(super) fn new(scenario: &Scenario, data: &Arc<Data>, networks: Vec<Network<R>>) -> Self {
        let batch = scenario.training.batch;
        let (_, y) = data.train.largest();
        let arm = |(network, spec): (Network<R>, &ArmSpec)| {
            let (shrinking, cost_scale) = (shrinking(spec, data), cost_scale(&network, y));
            Arm::new(network, spec.cost, &ArmTraining { shrinking, batch, cost_scale })
        };
        let mut arms: Vec<Arm<R>> = networks.into_iter().zip(&scenario.arms).map(arm).collect();
        let work = work_of_step(&mut arms, data, batch);
        let clock = Clock::constant(data.train.len().div_ceil(batch) as u64);
        let count = EpochCount::at(&clock, 0);
        let is_single =
            data.train.len() == 1 && arms.iter().all(|arm| arm.network.sizes()[1..] == [1]);
        let etas = scenario.arms.iter().map(|arm| arm.eta);
        let costs: Vec<Cost> = scenario.arms.iter().map(|arm| arm.cost).collect();
        Self {
            data: Arc::clone(data),
            clock: Arc::new(clock),
            count,
            drawn_before: DrawnBefore::default(),
            rates: LearningRates::new(etas.collect(), &costs),
            step: 0,
            epochs: scenario.training.epochs,
            metric: metric(data),
            is_single,
            evaluate: scenario.training.evaluate,
            scope: EvaluationScope::default(),
            evaluated: None,
            sampler: Sampler::new(Arc::clone(data), batch, scenario.row_order(), count),
            evaluator: Evaluator::new(data, &arms),
            overflowed: vec![false; arms.len()],
            work,
            arms,
        }
    }

    /// Restarts from these networks, one for each arm.
    pub(super) fn start_from(&mut self, networks: Vec<Network<R>>) {
        for (arm, network) in self.arms.iter_mut().zip(networks) {
            arm.start_from(network);
        }
        (self.step, self.drawn_before) = (0, DrawnBefore::default());
        self.evaluated = None;
        self.overflowed.fill(false);
        self.evaluator.stop(&self.arms);
    }

    /// Returns to a step whose arms have been restored, with the number of epochs and the last evaluation of
    /// that time.
    pub(super) fn return_to(&mut self, step: u64, epochs: u64, evaluated: Option<u64>) {
        (self.step, self.epochs, self.evaluated) = (step, epochs, evaluated);
        self.count = EpochCount::at(&self.clock, step);
        self.sampler.count_by(self.count);
        self.evaluator.stop(&self.arms);
    }

    /// Returns the number of whole epochs done.
    pub(super) fn epoch(&self) -> u64 {
        self.count.epoch(self.step)
    }

    /// Returns the number of examples in a full mini-batch.
    pub(super) fn batch(&self) -> usize {
        self.sampler.batch()
    }

    /// Returns the number of epochs of the whole run.
    pub(super) fn epochs(&self) -> u64 {
        self.epochs
    }

    /// Returns whether the run trains one neuron on one example.
    pub(super) fn is_single(&self) -> bool {
        self.is_single
    }

    /// Does one unit of work.
    pub(super) fn advance(&mut self, limit: u64, watch: &mut dyn StepObserver) -> Advance {
        if let Some(outcomes) = self.evaluator.poll() {
            return self.record_outcomes(outcomes);
        }
        if self.is_evaluating() {
            return self.evaluate();
        }
        if self.is_stopped() || self.is_at_end() {
            return self.finish();
        }
        self.take_steps(limit, watch);
        Advance::Stepped
    }

    /// Continues the evaluation that is due or under way, or waits for one in the background. Takes no
    /// step.
    pub(super) fn complete_evaluation(&mut self) -> Advance {
        if self.is_evaluating() { self.evaluate() } else { self.finish() }
    }

    /// Waits for the last evaluation once no step is left, and returns why no step is left.
    fn finish(&mut self) -> Advance {
        if self.evaluator.is_in_background() {
            let outcomes = self.evaluator.wait_briefly();
            return outcomes.map_or(Advance::Evaluating, |outcomes| self.record_outcomes(outcomes));
        }
        if self.is_stopped() { Advance::Stopped } else { Advance::Finished }
    }

    /// Sets the number of epochs of the whole run.
    fn set_epochs(&mut self, epochs: u64) {
        self.epochs = epochs;
        self.stop_overflowed_at_end();
    }

    /// Changes a setting from the next step on, or returns the reason why it is invalid.
    pub(super) fn set(&mut self, setting: &Setting) -> Result<(), String> {
        if let Setting::Eta { arm, .. } | Setting::EtaMode { arm, .. } | Setting::Weight { arm, .. } =
            *setting
            && arm >= self.arms.len()
        {
            return Err(format!("there is no arm {}; the run has {}", arm + 1, self.arms.len()));
        }
        match *setting {
            Setting::Eta { arm, eta } => self.rates.set_eta(arm, eta),
            Setting::EtaMode { mode, arm } => self.rates.set_mode(mode, arm),
            Setting::Weight { arm, at, value } => self.arms[arm].set_weight(at, value),
            Setting::Epochs(epochs) => {
                let is_begun = self.count.steps_within(self.step) > 0;
                let begun = (self.epoch() + u64::from(is_begun)).max(1);
                self.set_epochs(epochs.max(begun));
                Ok(())
            }
            Setting::Evaluate(epochs) => {
                self.evaluate = epochs;
                Ok(())
            }
            Setting::Examples(_) => unreachable!("the experiment changes its data itself"),
        }
    }

    /// Returns whether the next unit of work is part of an evaluation.
    pub(super) fn is_evaluating(&self) -> bool {
        self.evaluator.is_inline() || self.evaluation_is_due()
    }

    /// Returns whether an evaluation is due or under way, on this thread or in the background.
    pub(super) fn awaits_evaluation(&self) -> bool {
        self.is_evaluating() || self.evaluator.is_in_background()
    }

    /// Returns whether an evaluation has begun and not ended.
    pub(super) fn evaluation_is_under_way(&self) -> bool {
        self.evaluator.is_inline() || self.evaluator.is_in_background()
    }

    /// Returns whether every arm has diverged.
    pub(super) fn is_stopped(&self) -> bool {
        self.arms.iter().all(|arm| arm.divergence.is_some())
    }

    /// Returns whether all epochs are trained and evaluated.
    pub(super) fn is_finished(&self) -> bool {
        !self.awaits_evaluation() && self.is_at_end()
    }

    /// Returns whether the steps of all epochs have been taken.
    fn is_at_end(&self) -> bool {
        self.step >= self.count.end_of_epoch(self.epochs)
    }

    /// Takes up to `limit` steps with every arm, in parallel if that pays. This changes no number, since
    /// arms share only data that they read.
    fn take_steps(&mut self, limit: u64, watch: &mut dyn StepObserver) {
        let count = limit
            .min(self.sampler.steps_at_once(self.step))
            .min(self.steps_to_evaluation(self.step))
            .min(self.steps_to_next_arm())
            .min(self.most());
        let (step, is_shared) = (self.step, self.shares(count));
        for arm in self.arms.iter_mut().filter(|arm| arm.is_idle(step)) {
            arm.clear_readings();
        }
        let (rows, next) = self.sampler.batch_rows(step, count);
        let (metric, train, clock) = (self.metric, &self.data.train, watch.clock());
        let etas = self.rates.etas();
        let plan = move |eta: f64| ArmStepPlan { step, eta, metric, train, rows, next, clock };
        let mut active = self.arms.iter_mut().zip(etas).filter(|(arm, _)| !arm.is_idle(step));
        let here = active.next();
        rayon::in_place_scope(|scope| {
            for (arm, eta) in active {
                if is_shared {
                    scope.spawn(move |_| arm.take_steps(&plan(*eta)));
                } else {
                    arm.take_steps(&plan(*eta));
                }
            }
            // The other threads are started; this thread trains the first arm.
            if let Some((arm, eta)) = here {
                arm.take_steps(&plan(*eta));
            }
        });
        for (index, arm) in self.arms.iter().enumerate() {
            let (costs, metrics) = (&arm.readings.costs[..], &arm.readings.metrics[..]);
            if !arm.is_idle(step) || !costs.is_empty() {
                watch.on_steps(index, &StepChunk { first: step, costs, metrics, took: arm.took });
            }
        }
        self.step += count;
        if self.is_stopped() {
            // The last arm diverged in the middle of the chunk; no arm took a step after it.
            let stops = self.arms.iter().filter_map(|arm| arm.divergence.as_ref());
            self.step = stops.map(Divergence::steps_taken).max().unwrap_or(self.step);
        }
    }

    /// Returns the number of steps until the others reach an arm that is ahead.
    fn steps_to_next_arm(&self) -> u64 {
        let ahead = self.arms.iter().filter(|arm| arm.is_ahead(self.step));
        ahead.map(|arm| arm.resumed_at - self.step).min().unwrap_or(u64::MAX)
    }

    /// Returns the most steps of a chunk, so that it takes about a millisecond.
    fn most(&self) -> u64 {
        let turns = self.arms.len().div_ceil(rayon::current_num_threads());
        steps_in_a_millisecond(self.work * turns)
    }

    /// Returns whether `count` steps of each arm are worth training in parallel.
    fn shares(&self, count: u64) -> bool {
        count as usize * self.work > WORTH_SHARING && rayon::current_num_threads() > 1
    }

    /// Returns the number of threads that train without a speed limit, wherever the run is resumed.
    pub(super) fn threads(&self) -> usize {
        let at_once =
            self.most().min(self.sampler.steps_at_once(0)).min(self.steps_to_evaluation(0));
        if self.shares(at_once) { self.arms.len().min(rayon::current_num_threads()) } else { 1 }
    }

    /// Returns the number of steps from `step` to the next evaluation or the end, at least 1.
    fn steps_to_evaluation(&self, step: u64) -> u64 {
        let epoch = self.count.epoch(step);
        let next = match self.evaluate {
            0 => self.epochs,
            every => ((epoch / every + 1).saturating_mul(every)).min(self.epochs),
        };
        self.count.end_of_epoch(next).saturating_sub(step).max(1)
    }

    /// Returns whether an evaluation is due at this step and has not begun yet.
    pub(super) fn evaluation_is_due(&self) -> bool {
        let epoch = self.epoch();
        let is_at_end = self.count.steps_within(self.step) == 0;
        let belongs = epoch == 0
            || epoch == self.epochs
            || (self.evaluate > 0 && epoch.is_multiple_of(self.evaluate));
        is_at_end && belongs && self.evaluated != Some(self.step)
    }

    /// Begins the evaluation that is due, or continues it.
    fn evaluate(&mut self) -> Advance {
        if self.evaluator.is_inline() {
            return self
                .evaluator
                .work_on()
                .map_or(Advance::Evaluating, |outcomes| self.record_outcomes(outcomes));
        }
        if self.evaluator.is_in_background() {
            // An evaluation takes longer than an epoch here: the next one waits for the last one.
            let outcomes = self.evaluator.wait_briefly();
            return outcomes.map_or(Advance::Evaluating, |outcomes| self.record_outcomes(outcomes));
        }
        // An arm whose evaluation of this step was made before the resume continues to the next one.
        let step = self.step;
        self.stop_overflowed(|arm| !arm.is_evaluated_at(step));
        self.evaluated = Some(self.step);
        let at = self.eval_point();
        let scope = if self.is_at_end() { EvaluationScope::Everything } else { self.scope };
        self.evaluator.begin(&self.arms, at, scope);
        Advance::Evaluating
    }

    /// Returns the steps and epochs done so far.
    fn eval_point(&self) -> EvalPoint {
        EvalPoint { step: self.step, epoch: self.epoch() }
    }

    /// Records the outcomes of an evaluation.
    fn record_outcomes(&mut self, outcomes: Vec<EvalOutcome>) -> Advance {
        let arms = self.arms.iter_mut().zip(&mut self.overflowed);
        for ((arm, overflowed), outcome) in arms.zip(outcomes) {
            match outcome {
                EvalOutcome::Full(evaluation) => arm.evaluated(evaluation),
                EvalOutcome::AccuracyOnly { accuracy, epoch } => {
                    arm.record_accuracy(accuracy, epoch);
                }
                EvalOutcome::NonFinite => *overflowed = true,
                EvalOutcome::Skipped => {}
            }
        }
        self.stop_overflowed_at_end();
        Advance::Evaluated
    }

    /// Stops overflowed arms at the end of the run, where no further evaluation follows. The run may be
    /// extended later.
    fn stop_overflowed_at_end(&mut self) {
        if self.is_at_end() {
            self.stop_overflowed(|_| true);
        }
    }

    /// Stops the selected arms whose last evaluation found a number that is not finite.
    fn stop_overflowed(&mut self, is_meant: impl Fn(&Arm<R>) -> bool) {
        let arms = self.arms.iter_mut().zip(&mut self.overflowed).zip(self.rates.etas());
        for ((arm, overflowed), eta) in arms {
            if !arm.is_idle(self.step) && is_meant(arm) && mem::take(overflowed) {
                arm.diverge(self.step, *eta, COST_NOT_FINITE);
            }
        }
    }
}

/// Returns λ/n of an arm.
fn shrinking(spec: &ArmSpec, data: &Data) -> f64 {
    spec.lambda / data.train.len() as f64
}

/// Returns the multiplications in a step of one arm, and makes room for the readings of a chunk of steps.
fn work_of_step<R: Real>(arms: &mut [Arm<R>], data: &Data, batch: usize) -> usize {
    let work: usize = arms.iter().map(|arm| of_step(&arm.network, data)).sum();
    let work = batch * work / arms.len();
    for arm in arms {
        arm.readings.reserve(steps_in_a_millisecond(work) as usize);
    }
    work
}

/// Returns the metric that the second chart of a duel shows for this data.
fn metric(data: &Data) -> Metric {
    let train = &data.train;
    if train.outputs() == 1 && train.len() == 1 {
        Metric::Output
    } else if train.is_binary() || train.is_one_hot() {
        Metric::Accuracy
    } else {
        Metric::Error
    }
}

/// Returns the number of steps of `work` multiplications that take about a millisecond, 1 to [`CHUNK`].
fn steps_in_a_millisecond(work: usize) -> u64 {
    (MILLISECOND / work.max(1)).clamp(1, CHUNK as usize) as u64
}
