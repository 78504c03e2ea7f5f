//! The record of what has been sent about a branch of a run, kept while another one is open.

use std::sync::Arc;

use crate::explain::ParameterSnapshot;
use crate::telemetry::BranchId;

/// The record of what has been sent about a branch that is not open.
pub(super) struct BranchMemory {
    pub(super) id: BranchId,
    /// For each arm, the epoch after which it first was within ½ of its target.
    pub(super) reached_half: Vec<Option<u64>>,
    /// The step of the last evaluation.
    pub(super) evaluated: Option<u64>,
    /// The recorded parameters of larger networks.
    pub(super) frames: Vec<Arc<ParameterSnapshot>>,
}
