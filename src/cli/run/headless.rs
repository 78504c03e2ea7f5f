//! The training loop of a headless run.

use std::mem;
use std::time::Duration;

use anyhow::Context;

use crate::cli::clock::now;
use crate::cli::run::checkpoints::Checkpoints;
use crate::cli::run::interrupt::Interrupt;
use crate::cli::run::metrics_out::MetricsOut;
use crate::cli::run::outputs::Outputs;
use crate::cli::run::progress::{Progress, TrainingPosition};
use crate::cli::run::stopwatch::Stopwatch;
use crate::cli::run::table::ArmRow;
use crate::experiment::{Advance, EvaluationScope, Experiment, UntilWatch};
use crate::report::{ArmSummary, UntilSummary};
use crate::telemetry::{Divergence, ModelState, RunFacts, UntilMet};

/// The result of an arm: its row in the summary, and why it diverged, if it did.
pub(super) struct ArmResult {
    pub(super) summary: ArmSummary,
    /// The best accuracy and its epoch, on the test set or else on the training set.
    best: Option<(f64, u64)>,
    diverged: Option<Divergence>,
}

impl ArmResult {
    /// Returns the row of the table.
    pub(super) fn line(&self) -> ArmRow {
        let summary = &self.summary;
        ArmRow {
            arm: summary.arm.clone(),
            epochs: summary.epochs,
            evaluated_epoch: None,
            cost: summary.cost,
            accuracy: summary.test_accuracy.or(summary.accuracy),
            r2: summary.test_r2.or(summary.r2),
            mean_error: summary.test_mean_error.or(summary.mean_error),
            best: self.best,
            time: Duration::try_from_secs_f64(summary.training_seconds).ok(),
            examples_per_second: summary.examples_per_second,
            diverged: self.diverged.clone(),
        }
    }
}

/// Returns the scope of the evaluations: without metrics or a condition that needs them, only the numbers of
/// the table and the summary are needed.
fn scope(metrics: Option<&MetricsOut>, until: Option<&UntilRun>) -> EvaluationScope {
    let is_decided = until.is_some_and(|until| until.watch.until().goal.is_of_evaluations());
    if metrics.is_some() || is_decided {
        EvaluationScope::Everything
    } else {
        EvaluationScope::BestAccuracy
    }
}

/// A condition that ends the run, and how it has been met.
struct UntilRun {
    watch: UntilWatch,
    met: Option<UntilMet>,
}

/// Returns the current state of an arm, with the number of its records.
fn model(experiment: &Experiment, metrics: Option<&MetricsOut>, arm: usize) -> ModelState {
    let mut model = experiment.model(arm);
    if let (Some(training), Some(metrics)) = (&mut model.training, metrics) {
        training.records = metrics.records(arm);
    }
    model
}

/// A run in progress.
pub(super) struct HeadlessRun<'a> {
    experiment: Experiment,
    facts: RunFacts,
    outputs: &'a Outputs,
    metrics: Option<MetricsOut>,
    checkpoints: Option<Checkpoints>,
    watch: Stopwatch,
    /// For each arm, the examples it had seen before it was resumed.
    resumed: Vec<u64>,
    /// The networks to save, once the training has ended.
    models: Vec<ModelState>,
    /// The networks before the pending evaluation, in case its record cannot be written: they may
    /// have taken further steps by then.
    before: Vec<ModelState>,
    /// The epoch that could not be recorded.
    unrecorded: Option<u64>,
    /// The condition of `--until`.
    until: Option<UntilRun>,
}

impl<'a> HeadlessRun<'a> {
    pub(super) fn new(
        mut experiment: Experiment,
        outputs: &'a Outputs,
        metrics: Option<MetricsOut>,
        until: Option<UntilWatch>,
    ) -> anyhow::Result<Self> {
        let until = until.map(|mut watch| UntilRun { met: watch.met(&mut experiment), watch });
        experiment.set_evaluation_scope(scope(metrics.as_ref(), until.as_ref()));
        let facts = experiment.facts();
        let arms = facts.arms.len();
        let file = metrics.as_ref().and_then(|metrics| metrics.file().cloned());
        let checkpoints = outputs.start_checkpoints(experiment.epoch(), now(), file)?;
        Ok(Self {
            resumed: (0..arms).map(|arm| experiment.examples_seen(arm)).collect(),
            experiment,
            facts,
            outputs,
            metrics,
            checkpoints,
            watch: Stopwatch::new(arms),
            models: Vec::new(),
            before: Vec::new(),
            unrecorded: None,
            until,
        })
    }

    pub(super) fn outputs(&self) -> &'a Outputs {
        self.outputs
    }

    pub(super) fn facts(&self) -> &RunFacts {
        &self.facts
    }

    /// Returns the number of threads that train.
    pub(super) fn threads(&self) -> usize {
        self.experiment.threads()
    }

    /// Trains to the end, or until the end is requested.
    pub(super) fn train(
        &mut self,
        interrupt: &Interrupt,
        progress: &mut Progress,
    ) -> anyhow::Result<()> {
        progress.begin(&self.position());
        while !interrupt.is_requested() && self.until_met().is_none() {
            self.checkpoint(progress);
            match self.advance()? {
                Advance::Stepped => progress.training(&self.position()),
                Advance::Evaluating | Advance::Evaluated => {}
                Advance::Finished | Advance::Stopped => break,
            }
        }
        self.complete_evaluation()
    }

    /// Performs one unit of work, which ends at the step of the next checkpoint at the latest.
    fn advance(&mut self) -> anyhow::Result<Advance> {
        let next = self.checkpoints.as_ref().and_then(Checkpoints::next_epoch);
        let next = next.map(|epoch| self.facts.clock.end_of_epoch(epoch));
        let limit = next.and_then(|step| step.checked_sub(self.experiment.step()));
        // An overdue checkpoint waits for the disk or for an evaluation, and sets no limit.
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(u64::MAX);
        self.note_evaluation();
        let advance = match &self.until {
            Some(until) if until.watch.has_to_wait(&self.experiment) => {
                self.experiment.complete_evaluation()
            }
            Some(until) => {
                let limit = limit.min(until.watch.most_steps(&self.experiment));
                self.experiment.advance(limit, &mut self.watch)
            }
            None => self.experiment.advance(limit, &mut self.watch),
        };
        if let Some(until) = &mut self.until {
            until.met = until.watch.met(&mut self.experiment);
        }
        if advance == Advance::Evaluated {
            self.record()?;
        }
        Ok(advance)
    }

    /// Returns how the condition of `--until` has been met, if it has.
    fn until_met(&self) -> Option<UntilMet> {
        self.until.as_ref()?.met
    }

    /// Returns what the summary says of the condition of `--until`.
    pub(super) fn until(&self) -> Option<UntilSummary> {
        let until = self.until.as_ref()?;
        Some(UntilSummary {
            condition: until.watch.until().to_string(),
            met: until.met.is_some(),
            step: self.experiment.step(),
            epoch: self.experiment.epoch(),
        })
    }

    /// Copies the networks if the next unit of work begins an evaluation. The copy takes far less
    /// time than the evaluation, and there is memory for it: the estimate of the memory of a run
    /// includes the copies of the dashboard.
    fn note_evaluation(&mut self) {
        let begins = self.experiment.is_evaluating() && !self.experiment.evaluation_is_under_way();
        if begins && self.metrics.is_some() {
            self.before = self.models_now();
        }
    }

    /// Takes a checkpoint if one is due. It takes none during an evaluation, because a run resumed
    /// from there would lack the result, and none at the end of the run, because the networks are
    /// saved then anyway.
    fn checkpoint(&mut self, progress: &mut Progress) {
        let Some(checkpoints) = &mut self.checkpoints else { return };
        let experiment = &self.experiment;
        let epoch = experiment.epoch();
        let is_over = epoch >= experiment.epochs() || experiment.is_stopped();
        if !is_over && checkpoints.is_due(epoch, now) && !experiment.evaluation_is_under_way() {
            let arms = 0..self.facts.arms.len();
            let metrics = self.metrics.as_ref();
            let models = arms.map(|arm| model(experiment, metrics, arm)).collect();
            checkpoints.take(models, epoch, now());
        }
        if let Some(failure) = checkpoints.failure() {
            progress.print(&failure);
        }
    }

    /// Waits for the checkpoint that is being written. Returns a failure that has not been
    /// reported.
    pub(super) fn end_checkpoints(&mut self) -> Option<String> {
        self.checkpoints.take().and_then(Checkpoints::finish)
    }

    /// Closes the metrics.
    pub(super) fn end_metrics(&mut self) -> anyhow::Result<()> {
        let closed = self.metrics.take().map_or(Ok(()), MetricsOut::close);
        closed.with_context(|| self.outputs.metrics_context())
    }

    /// Finishes the pending evaluation, and then evaluates the current networks: the run may have
    /// been interrupted, or an arm may have diverged, between two evaluations. This last evaluation
    /// is not recorded, and the saved networks do not count it, since a run without the
    /// interruption would not make it.
    fn complete_evaluation(&mut self) -> anyhow::Result<()> {
        while self.experiment.awaits_evaluation() {
            self.note_evaluation();
            if self.experiment.complete_evaluation() == Advance::Evaluated {
                self.record()?;
            }
        }
        self.models = self.models_now();
        let is_old = |arm: usize| {
            let evaluated = self.experiment.evaluation(arm).map(|evaluation| evaluation.step);
            evaluated != Some(self.experiment.steps_taken(arm))
        };
        if (0..self.facts.arms.len()).any(is_old) {
            self.experiment.evaluate_now();
        }
        Ok(())
    }

    fn position(&self) -> TrainingPosition {
        let experiment = &self.experiment;
        TrainingPosition {
            epoch: experiment.epoch(),
            epochs: experiment.epochs(),
            examples: experiment.examples_drawn(),
            total: experiment.epochs().saturating_mul(self.facts.examples as u64),
        }
    }

    /// Writes the records of the new evaluation.
    fn record(&mut self) -> anyhow::Result<()> {
        let before = mem::take(&mut self.before);
        match self.try_record() {
            Err(error)
                if self.outputs.has_lost_reader(&error) && self.outputs.has_final_files() =>
            {
                // The metrics have no reader any more, but the other outputs of the run are still
                // wanted.
                self.metrics = None;
                self.experiment.set_evaluation_scope(scope(None, self.until.as_ref()));
                Ok(())
            }
            Err(error) => {
                // A run that is resumed from these networks evaluates them again, and writes the
                // record.
                self.models = before;
                let states = self.models.iter().filter_map(|model| model.training.as_ref());
                // An arm ahead of the others waits for them at a later step.
                let step = states.map(|state| state.step).min();
                self.unrecorded = step.map(|step| self.facts.clock.epoch(step));
                Err(error)
            }
            Ok(()) => Ok(()),
        }
    }

    fn try_record(&mut self) -> anyhow::Result<()> {
        let Some(metrics) = &mut self.metrics else { return Ok(()) };
        for (i, eta) in self.experiment.etas().iter().enumerate() {
            let Some(evaluation) = self.experiment.evaluation(i) else { continue };
            let written = metrics.record(i, *eta, evaluation);
            written.with_context(|| self.outputs.metrics_context())?;
        }
        metrics.flush().with_context(|| self.outputs.metrics_context())
    }

    /// Returns the networks to save.
    pub(super) fn models(&mut self) -> Vec<ModelState> {
        let settled = mem::take(&mut self.models);
        if settled.is_empty() { self.models_now() } else { settled }
    }

    /// Returns the epoch that could not be recorded, if its networks are to be saved.
    pub(super) fn unrecorded_epoch(&self) -> Option<u64> {
        self.unrecorded
    }

    /// Returns the current networks if they are saved at the end, or else an empty list.
    fn models_now(&self) -> Vec<ModelState> {
        if !self.outputs.saves_models() {
            return Vec::new();
        }
        let arms = 0..self.facts.arms.len();
        arms.map(|arm| model(&self.experiment, self.metrics.as_ref(), arm)).collect()
    }

    /// Returns the result of each arm.
    pub(super) fn ends(&self) -> Vec<ArmResult> {
        (0..self.facts.arms.len()).map(|arm| self.end(arm)).collect()
    }

    fn end(&self, arm: usize) -> ArmResult {
        let steps = self.experiment.steps_taken(arm);
        let evaluation = self.experiment.evaluation(arm);
        let best = self.experiment.best(arm);
        let diverged = self.experiment.divergence(arm).cloned();
        let has_test = self.facts.test_examples > 0;
        let best_test = best.filter(|_| has_test);
        let examples = self.experiment.examples_seen(arm);
        let seconds = self.watch.spent(arm).as_secs_f64();
        let recall = evaluation.filter(|_| has_test).map(|evaluation| &evaluation.recall);
        let fit = evaluation.and_then(|evaluation| evaluation.fit);
        let test_fit = evaluation.and_then(|evaluation| evaluation.test_fit);
        let summary = ArmSummary {
            arm: self.facts.arms[arm].name.clone(),
            epochs: self.facts.clock.epoch(steps),
            steps,
            examples,
            cost: evaluation.map(|evaluation| evaluation.cost),
            cost_data: evaluation.map(|evaluation| evaluation.cost_data),
            accuracy: evaluation.and_then(|evaluation| evaluation.accuracy),
            test_cost: evaluation.and_then(|evaluation| evaluation.test_cost),
            test_accuracy: evaluation.and_then(|evaluation| evaluation.test_accuracy),
            r2: fit.and_then(|fit| fit.r2),
            mean_error: fit.map(|fit| fit.mean_error),
            test_r2: test_fit.and_then(|fit| fit.r2),
            test_mean_error: test_fit.map(|fit| fit.mean_error),
            best_test_accuracy: best_test.map(|(accuracy, _)| accuracy),
            best_epoch: best_test.map(|(_, epoch)| epoch),
            recall: recall.filter(|recall| !recall.is_empty()).cloned(),
            diverged_at_step: diverged.as_ref().map(|diverged| diverged.step),
            training_seconds: seconds,
            examples_per_second: (seconds > 0.0)
                .then(|| (examples - self.resumed[arm]) as f64 / seconds),
        };
        ArmResult { summary, best, diverged }
    }
}
