//! The interface through which an experiment reports its steps.

use std::time::{Duration, Instant};

/// The result of one unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Steps were taken.
    Stepped,
    /// A part of an evaluation was done or waited for, and more of it is left.
    Evaluating,
    /// An evaluation is complete: [`super::Experiment::evaluation`] is new or, if only that was requested,
    /// [`super::Experiment::best`].
    Evaluated,
    /// Nothing is left to do: the run is at the end of its epochs.
    Finished,
    /// Nothing is left to do: every arm has diverged.
    Stopped,
}

/// The purpose of evaluations. Results that it does not need are not computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvaluationScope {
    /// All results are computed.
    #[default]
    Everything,
    /// Before the last epoch, only the best accuracy and the divergences are needed.
    BestAccuracy,
}

/// Consecutive steps of one arm.
#[derive(Clone, Copy, Debug)]
pub struct StepChunk<'a> {
    /// The number of steps that the arm had taken before these.
    pub first: u64,
    /// The mean cost over each step's mini-batch (data term), before the step; finite.
    pub costs: &'a [f64],
    /// The [`crate::telemetry::RunFacts::metric`] before each step. It is 0 if the metric is the accuracy,
    /// which is known for whole sets only.
    pub metrics: &'a [f64],
    /// The time that the steps took, including gathering the examples; zero without a clock.
    pub took: Duration,
}

/// Returns the current time.
pub(crate) type Clock = fn() -> Instant;

/// Receives the steps of an experiment.
pub trait StepObserver {
    /// Returns the clock that times the chunks of steps of each arm, or `None` if they are not timed.
    fn clock(&self) -> Option<Clock> {
        None
    }

    /// Handles the steps that an arm has taken: all that were requested, or those before it diverged.
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>);
}

/// Ignores all steps.
impl StepObserver for () {
    fn on_steps(&mut self, _: usize, _: &StepChunk<'_>) {}
}
