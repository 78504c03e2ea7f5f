//! The factors by which the L2 term shrinks the weights of an arm.

use crate::math::powi;
use crate::telemetry::{ArmFacts, ArmProgress, RunFacts};

/// The factors by which the L2 term shrinks every weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shrinking {
    /// In a step: 1 − ηλ/n.
    pub(super) step: f64,
    /// In an epoch: (1 − ηλ/n)^(n/m).
    pub(super) epoch: f64,
}

impl Shrinking {
    /// Returns the factors of an arm at its current η.
    pub(super) fn of(run: &RunFacts, of: &ArmFacts, now: &ArmProgress) -> Self {
        let step = 1.0 - now.eta * of.lambda / run.examples.max(1) as f64;
        let steps = run.clock.newest_steps_per_epoch();
        Self { step, epoch: powi(step, i32::try_from(steps).unwrap_or(i32::MAX)) }
    }
}
