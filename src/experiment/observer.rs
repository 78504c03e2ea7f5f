//! The interface through which an experiment reports its steps.

use std::time::{Duration, Instant};

/// The result of one unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Steps were taken.
    Stepped,
    /// A part of an evaluation was done or waited for, and there is more of it.
    Evaluating,
    /// An evaluation has come in: [`super::Experiment::evaluation`] is new, or, as far as that was asked
    /// for, [`super::Experiment::best`].
    Evaluated,
    /// There is nothing left to do: the run is at the end of its epochs.
    Finished,
    /// There is nothing left to do: every arm has diverged.
    Stopped,
}

/// The purpose of evaluations; other results are not computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvaluationScope {
    /// All that is evaluated is looked at.
    #[default]
    Everything,
    /// Before the last epoch the best accuracy alone is wanted, and which arms have to stop.
    BestAccuracy,
}

/// Some steps that an arm has taken.
#[derive(Clone, Copy, Debug)]
pub struct StepChunk<'a> {
    /// How many it had taken before.
    pub first: u64,
    /// For each step the mean cost over its mini-batch (data term) before it; finite.
    pub costs: &'a [f64],
    /// For each step [`crate::telemetry::RunFacts::metric`] before it; 0 where that is the accuracy,
    /// which is known of whole sets only.
    pub metrics: &'a [f64],
    /// How long they took, dealing included; zero without a clock.
    pub took: Duration,
}

/// Returns the current time.
pub type Clock = fn() -> Instant;

/// Receives the steps of an experiment.
pub trait StepObserver {
    /// The clock by which walking is timed: where an arm begins a chunk of steps, and where it ends.
    fn clock(&self) -> Option<Clock> {
        None
    }

    /// An arm has taken some steps: all that were asked for, or those before it diverged.
    fn on_steps(&mut self, arm: usize, walked: &StepChunk<'_>);
}

/// Nobody watches.
impl StepObserver for () {
    fn on_steps(&mut self, _: usize, _: &StepChunk<'_>) {}
}
