//! Measures the training time of each arm, without loading, evaluation and stops.

use std::time::Duration;

use crate::cli::run::run_clock::now;
use crate::experiment::{Clock, StepChunk, StepObserver};

/// The training time of each arm, summed over its chunks of steps.
pub(super) struct Stopwatch {
    spent: Vec<Duration>,
}

impl Stopwatch {
    pub(super) fn new(arms: usize) -> Self {
        Self { spent: vec![Duration::ZERO; arms] }
    }

    /// Returns the training time of an arm so far.
    pub(super) fn spent(&self, arm: usize) -> Duration {
        self.spent.get(arm).copied().unwrap_or_default()
    }
}

impl StepObserver for Stopwatch {
    fn clock(&self) -> Option<Clock> {
        Some(now)
    }

    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        if let Some(spent) = self.spent.get_mut(arm) {
            *spent += chunk.took;
        }
    }
}
