//! How long each arm has trained, without loading and evaluation.

use std::time::{Duration, Instant};

use crate::cli::clock::now;
use crate::experiment::{StepReading, Watch};

/// Stops the time from where an arm begins a chunk of steps to where it ends it.
pub(super) struct Stopwatch {
    spent: Vec<Duration>,
    since: Option<Instant>,
}

impl Stopwatch {
    pub(super) fn new(arms: usize) -> Self {
        Self { spent: vec![Duration::ZERO; arms], since: None }
    }

    /// What an arm has taken so far.
    pub(super) fn spent(&self, arm: usize) -> Duration {
        self.spent.get(arm).copied().unwrap_or_default()
    }
}

impl Watch for Stopwatch {
    fn arm_begins(&mut self, _: usize) {
        self.since = Some(now());
    }

    fn stepped(&mut self, _: usize, _: u64, _: StepReading) {}

    fn arm_ends(&mut self, arm: usize) {
        if let (Some(since), Some(spent)) = (self.since.take(), self.spent.get_mut(arm)) {
            *spent += since.elapsed();
        }
    }
}
