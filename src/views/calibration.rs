//! The sentence on the origin of calibrated learning rates, which several views show.

use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::EtaMode;
use crate::views::shared_state::SharedState;

/// Returns the reason for the ratio of calibrated rates, while they are calibrated: if η of cross-entropy is
/// 0.2111 times that of quadratic, the neuron of the scenario `mild` takes as many epochs with either cost: x = 1,
/// target 0, w = 0.6, b = 0.9, and 0.15 for quadratic.
pub(in crate::views) fn calibration(shared: &SharedState) -> Option<Sentence> {
    let is_calibrated = shared.history.eta_mode == EtaMode::Calibrated;
    let facts = shared.history.facts.as_ref()?;
    (is_calibrated && facts.compares_with_cross_entropy()).then(|| {
        vec![plain(
            "Cross-entropy’s gradients are larger; 0.2111 of quadratic’s η: from z = 1.5 with η 0.15, both \
             pass a = ½ at epoch 36.",
        )]
    })
}
