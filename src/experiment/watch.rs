//! What an experiment says while it goes on.

/// What a unit of work has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Steps were taken.
    Stepped,
    /// A slice of an evaluation was done, and there is more of it.
    Evaluating,
    /// The last slice of an evaluation was done: [`super::Experiment::evaluation`] is new.
    Evaluated,
    /// There is nothing left to do: the run is at the end of its epochs.
    Finished,
    /// There is nothing left to do: every arm has diverged.
    Stopped,
}

/// What is read off an arm in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReading {
    /// Mean cost over the mini-batch (data term) before the step; finite.
    pub cost: f64,
    /// [`crate::telemetry::RunFacts::metric`] before the step; 0 where that is the accuracy,
    /// which is known of whole sets only.
    pub metric: f64,
}

/// Whoever watches the steps of an experiment.
pub trait Watch {
    /// An arm begins to walk some steps.
    fn arm_begins(&mut self, arm: usize);
    /// It has taken a step; `step` is how many it had taken before.
    fn stepped(&mut self, arm: usize, step: u64, reading: StepReading);
    /// It has walked them, or diverged.
    fn arm_ends(&mut self, arm: usize);
}

/// Nobody watches.
impl Watch for () {
    fn arm_begins(&mut self, _: usize) {}
    fn stepped(&mut self, _: usize, _: u64, _: StepReading) {}
    fn arm_ends(&mut self, _: usize) {}
}
