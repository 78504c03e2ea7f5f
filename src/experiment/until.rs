//! Finds the step at which a condition is met that a run trains for.
//!
//! The result depends on no chunk of steps and no thread: a run takes at most [`UntilWatch::most_steps`] at once
//! and, if evaluations decide, waits for each of them, so that it is asked at every step at which the condition can
//! begin to hold.

use crate::experiment::machine::Experiment;
use crate::telemetry::{Bound, Clock, Evaluation, Metric, RunFacts, Until, UntilGoal, UntilMet};

/// A condition, and the state that it takes to recognise when it is met.
pub(crate) struct UntilWatch {
    until: Until,
    /// The arms that may meet it.
    arms: Vec<usize>,
    /// The step that is to be reached, if that is the condition.
    step: Option<u64>,
    /// Whether the output of each arm stood above the value at the beginning.
    was_above: Vec<bool>,
    /// The least cost of each arm so far and the first epoch that had it, if there are no classes to count.
    least: Vec<Option<(f64, u64)>>,
    has_classes: bool,
}

impl UntilWatch {
    /// Begins to watch a run that has so many epochs in all, by a clock that knows all changes to come.
    ///
    /// # Errors
    /// If the run cannot meet the condition. The error says why, and which condition would do.
    pub(crate) fn new(
        until: Until,
        experiment: &mut Experiment,
        clock: &Clock,
        epochs: u64,
    ) -> Result<Self, String> {
        let facts = experiment.facts();
        let arms = arms(&until, &facts)?;
        check_kind(&until, &facts)?;
        let step = match until.goal {
            UntilGoal::Epoch(epoch) => Some(clock.end_of_epoch(epoch)),
            UntilGoal::Step(step) => Some(step),
            _ => None,
        };
        if let Some(step) = step {
            check_step(step, experiment, epochs)?;
        }
        let mut watch = Self {
            was_above: Vec::new(),
            least: vec![None; facts.arms.len()],
            has_classes: facts.metric == Metric::Accuracy,
            until,
            arms,
            step,
        };
        if let UntilGoal::Output(goal) = watch.until.goal {
            let all = 0..facts.arms.len();
            watch.was_above =
                all.map(|arm| output(experiment, arm).is_some_and(|a| a > goal)).collect();
        }
        Ok(watch)
    }

    /// Returns the condition.
    pub(crate) fn until(&self) -> &Until {
        &self.until
    }

    /// Returns the most steps that may be taken before the condition is looked at again; at least 1.
    pub(crate) fn most_steps(&self, experiment: &Experiment) -> u64 {
        match (self.until.goal, self.step) {
            (UntilGoal::Output(_), _) => 1,
            (_, Some(step)) => step.saturating_sub(experiment.step()).max(1),
            (_, None) => u64::MAX,
        }
    }

    /// Returns whether the run has to wait for an evaluation before its next step.
    pub(crate) fn has_to_wait(&self, experiment: &Experiment) -> bool {
        self.until.goal.is_of_evaluations() && experiment.evaluation_is_under_way()
    }

    /// Returns how the condition is met, if it holds now.
    pub(crate) fn met(&mut self, experiment: &mut Experiment) -> Option<UntilMet> {
        if let Some(step) = self.step {
            return (experiment.step() >= step).then(|| self.met_at_step(step));
        }
        if let UntilGoal::NoBetter(epochs) = self.until.goal {
            return self.met_without_progress(experiment, epochs);
        }
        let mut live = self.arms.iter().filter(|arm| experiment.divergence(**arm).is_none());
        let arms: Vec<usize> = live.by_ref().copied().collect();
        arms.into_iter().find_map(|arm| {
            let value = self.value_met(experiment, arm)?;
            Some(UntilMet { arm: Some(arm), value })
        })
    }

    fn met_at_step(&self, step: u64) -> UntilMet {
        let value = match self.until.goal {
            UntilGoal::Epoch(epoch) => epoch,
            _ => step,
        };
        UntilMet { arm: None, value: value as f64 }
    }

    /// Returns the value of an arm, if it meets the condition.
    fn value_met(&self, experiment: &mut Experiment, arm: usize) -> Option<f64> {
        match self.until.goal {
            UntilGoal::Output(goal) => {
                output(experiment, arm).filter(|a| *a == goal || (*a > goal) != self.was_above[arm])
            }
            UntilGoal::Accuracy(share, bound) => experiment
                .evaluation(arm)
                .and_then(|evaluation| evaluation.test_accuracy.or(evaluation.accuracy))
                .filter(|accuracy| bound.is_met(*accuracy, share)),
            UntilGoal::Cost(goal, bound) => experiment
                .evaluation(arm)
                .map(|evaluation| evaluation.cost_data)
                .filter(|cost| bound.is_met(-cost, -goal)),
            UntilGoal::Epoch(_) | UntilGoal::Step(_) | UntilGoal::NoBetter(_) => None,
        }
    }

    /// Returns since how many epochs no arm has been better, if that is long enough.
    fn met_without_progress(&mut self, experiment: &Experiment, epochs: u64) -> Option<UntilMet> {
        let mut best = 0;
        for arm in &self.arms {
            if let Some(evaluation) = experiment.evaluation(*arm) {
                note_least(&mut self.least[*arm], evaluation);
            }
            let of_arm = if self.has_classes { experiment.best(*arm) } else { self.least[*arm] };
            best = best.max(of_arm.map_or(0, |(_, epoch)| epoch));
        }
        let evaluated = self.arms.iter().filter_map(|arm| experiment.evaluation(*arm));
        let since = evaluated.map(|evaluation| evaluation.epoch).max()?.saturating_sub(best);
        let arm = self.until.arm.as_ref().and(self.arms.first().copied());
        (since >= epochs).then_some(UntilMet { arm, value: since as f64 })
    }
}

/// Keeps the cost of an evaluation if it is lower than the least one.
fn note_least(least: &mut Option<(f64, u64)>, evaluation: &Evaluation) {
    if least.is_none_or(|(cost, _)| Bound::Passed.is_met(-evaluation.cost_data, -cost)) {
        *least = Some((evaluation.cost_data, evaluation.epoch));
    }
}

/// Returns the output of an arm that is one neuron on its only example.
fn output(experiment: &mut Experiment, arm: usize) -> Option<f64> {
    experiment.gradient_factors(arm).neuron.map(|neuron| neuron.a)
}

/// Returns the arms that may meet a condition: the one that it names, or else all.
fn arms(until: &Until, facts: &RunFacts) -> Result<Vec<usize>, String> {
    let Some(name) = &until.arm else { return Ok((0..facts.arms.len()).collect()) };
    let named = facts.arms.iter().position(|arm| arm.name == *name);
    named.map(|arm| vec![arm]).ok_or_else(|| {
        let names: Vec<&str> = facts.arms.iter().map(|arm| arm.name.as_str()).collect();
        format!("found the arm \"{name}\"; {} would do", names.join(" or "))
    })
}

/// Checks that the run has the quantity of a condition.
fn check_kind(until: &Until, facts: &RunFacts) -> Result<(), String> {
    match until.goal {
        UntilGoal::Output(_) if facts.single.is_none() => Err(format!(
            "a is the output of one neuron on one example, and this run is larger; {} would do",
            if facts.metric == Metric::Accuracy { "accuracy=95% or cost<0.1" } else { "cost<0.1" }
        )),
        UntilGoal::Accuracy(..) if facts.metric != Metric::Accuracy => Err(format!(
            "accuracy needs classes, and this run has none; {} would do",
            if facts.single.is_some() { "a=0.5 or cost<0.1" } else { "cost<0.1" }
        )),
        _ => Ok(()),
    }
}

/// Checks that a step is neither past nor after the end of a run that has so many epochs.
fn check_step(step: u64, experiment: &Experiment, epochs: u64) -> Result<(), String> {
    let (here, end) = (experiment.step(), experiment.clock().end_of_epoch(epochs));
    if step < here {
        let epoch = experiment.epoch();
        Err(format!("that is past: the run is at step {here}, epoch {epoch}; a later one would do"))
    } else if step > end {
        Err(format!(
            "the run ends at step {end}, epoch {epochs}; an earlier one would do, or more epochs"
        ))
    } else {
        Ok(())
    }
}
