//! The neurons in training side by side, and the settings that they share.

use crate::math::ln;
use crate::nn::{Hyperparameters, Output};

/// The number of neurons trained together: enough to hide the latency of the exponential.
pub(super) const SLOTS: usize = 32;

/// The settings of a round of training.
#[derive(Clone, Debug)]
pub(super) struct StepSettings {
    pub(super) hyperparameters: Hyperparameters,
    pub(super) batch: usize,
    /// The number of epochs in a round.
    pub(super) epochs: usize,
    /// For each example, the interval of z in which the output is close enough to its target.
    pub(super) targets: Vec<TargetInterval>,
}

/// The open interval of weighted inputs in which an output is within ε of its target. Since a rises
/// with z, this is |a − y| ≤ ε without an exponential.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetInterval {
    pub(super) above: f64,
    pub(super) below: f64,
}

/// The neurons in training, side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NeuronSlots {
    pub(super) w: [[f64; SLOTS]; 2],
    pub(super) b: [f64; SLOTS],
    /// Epochs trained; infinite if the slot is free or a weight has exceeded the bound.
    pub(super) t: [f64; SLOTS],
    /// Epochs trained at arrival; infinite before that.
    pub(super) arrival: [f64; SLOTS],
}

impl TargetInterval {
    pub(super) fn new(output: Output, y: f64, tolerance: f64) -> Self {
        let (least, most) = match output {
            // 1 − (y ∓ ε) is computed separately: close to 1 it would cancel.
            Output::Sigmoid => (
                logit(y - tolerance, (1.0 - y) + tolerance),
                logit(y + tolerance, (1.0 - y) - tolerance),
            ),
            Output::Linear => (y - tolerance, y + tolerance),
            // A single softmax neuron gives 1 for every z.
            Output::Softmax if (1.0 - y).abs() <= tolerance => (f64::NEG_INFINITY, f64::INFINITY),
            Output::Softmax => (f64::INFINITY, f64::NEG_INFINITY),
        };
        Self { above: least.next_down(), below: most.next_up() }
    }
}

/// Returns the z with σ(z) = a, from a and 1 − a; infinite if there is none.
fn logit(a: f64, complement: f64) -> f64 {
    if a <= 0.0 {
        f64::NEG_INFINITY
    } else if complement <= 0.0 {
        f64::INFINITY
    } else {
        ln(a / complement)
    }
}
