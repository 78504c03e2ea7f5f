//! A run as it stood after some step: what explanations are computed from.

use std::sync::Arc;

use crate::data::Data;
use crate::nn::{Cost, Network};

/// A copy of all that explains a run, taken between two steps. The run goes on without it.
#[derive(Clone)]
pub struct Still {
    /// Steps done.
    pub step: u64,
    /// The arms.
    pub arms: Vec<StillArm>,
    /// The mini-batch of the next step: rows of the training set.
    pub rows: Vec<u32>,
    /// What it is trained on.
    pub data: Arc<Data>,
}

/// One arm of a [`Still`].
#[derive(Clone)]
pub struct StillArm {
    /// Its weights and biases; those of f32 exactly.
    pub network: Network<f64>,
    /// What it minimises.
    pub cost: Cost,
    /// η at the next step.
    pub eta: f64,
    /// λ.
    pub lambda: f64,
}
