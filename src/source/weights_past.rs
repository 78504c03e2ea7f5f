//! The past of the chosen weight and of its neuron, taken from the recorded frames.

use std::sync::Arc;

use crate::explain::ParameterSnapshot;
use crate::telemetry::{ArmFacts, FilmFrame, RunFacts, WeightsSnapshot, evenly_chosen};

/// Puts what is recorded before the step of a snapshot in front of the present state that it holds. A frame of
/// that step or of a later one is left out: when the run stands in the past, nothing later may show.
pub(super) fn add_past(
    snapshot: &mut WeightsSnapshot,
    frames: &[Arc<ParameterSnapshot>],
    facts: &RunFacts,
) {
    let Some(at) = snapshot.request.cursor else { return };
    let end = frames.partition_point(|frame| frame.step < snapshot.step);
    let frames = &frames[..end];
    for (arm, (path, of)) in snapshot.path.iter_mut().zip(&facts.arms).enumerate() {
        let value = |frame: &Arc<ParameterSnapshot>| {
            frame.parameter(arm, &of.sizes, at).map(|value| (frame.step, value))
        };
        path.splice(..0, frames.iter().filter_map(value));
    }
    let steps: Vec<u64> = frames.iter().map(|frame| frame.step).chain([snapshot.step]).collect();
    let chosen = evenly_chosen(&steps, FilmFrame::MOST);
    let past = chosen.into_iter().filter_map(|index| frames.get(index));
    let film: Vec<FilmFrame> = past
        .map(|frame| {
            let neuron = |(arm, of): (usize, &ArmFacts)| frame.neuron(arm, &of.sizes, (at.0, at.1));
            FilmFrame {
                step: frame.step,
                neurons: facts.arms.iter().enumerate().map(neuron).collect(),
            }
        })
        .collect();
    snapshot.film.splice(..0, film);
}
