//! The weights at the start, and the chosen one over time.

use std::borrow::Cow;

use crate::telemetry::{ArmProgress, LayerSnapshot, RunFacts};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::net::net_plan::fields;
use crate::views::weights::state::WeightsView;

/// Returns the layers of an arm at the start; none if they are not known. Those of a single neuron are at the start of
/// its trajectory.
pub(super) fn start(state: ViewState<'_, WeightsView>, arm: usize) -> Cow<'_, [LayerSnapshot]> {
    let of_fields = fields(state).and_then(|fields| fields.arms.get(arm));
    if let Some(arm) = of_fields.filter(|arm| !arm.start.is_empty()) {
        return Cow::Borrowed(&arm.start);
    }
    let neuron = || {
        let inputs = state.shared.history.facts.as_deref()?.neuron_inputs()?;
        let first = state.shared.history.arms.get(arm)?.trajectory.points().first()?;
        let [first_weight, second, bias] = first.at.map(|number| number as f32);
        let values = [first_weight, second][..inputs].to_vec();
        Some(vec![LayerSnapshot { rows: 1, columns: inputs, values, biases: vec![bias] }])
    };
    Cow::Owned(neuron().unwrap_or_default())
}

/// Returns the values of the chosen weight of each arm over time: pairs of a step and a value.
pub(super) fn paths(state: ViewState<'_, WeightsView>) -> Vec<Vec<(u64, f32)>> {
    let weight = state.shared.weight;
    let history = &state.shared.history;
    if let Some(inputs) = history.facts.as_deref().and_then(RunFacts::neuron_inputs) {
        return history.arms.iter().map(|arm| of_neuron(arm, inputs, weight)).collect();
    }
    let here = Some((weight.layer, weight.neuron, weight.input));
    let received = history.weights.as_deref().filter(|weights| weights.request.cursor == here);
    received.map_or_else(Vec::new, |weights| weights.path.clone())
}

fn of_neuron(arm: &ArmProgress, inputs: usize, weight: SelectedWeight) -> Vec<(u64, f32)> {
    let place = if weight.input == inputs { 2 } else { weight.input.min(1) };
    let points = arm.trajectory.points().iter().copied().chain(arm.trajectory.newest());
    points.map(|point| (point.step, point.at[place] as f32)).collect()
}

#[cfg(test)]
mod tests {
    use super::of_neuron;
    use crate::telemetry::{ArmProgress, Trajectory};
    use crate::views::shared_state::SelectedWeight;

    #[test]
    fn the_way_of_a_neuron_is_that_of_its_trajectory() {
        let mut trajectory = Trajectory::default();
        trajectory.push(0, [1.0, 2.0, 3.0]);
        trajectory.push(1, [1.5, 2.5, 3.5]);
        let arm = ArmProgress { trajectory, ..ArmProgress::default() };
        let path = |input| of_neuron(&arm, 2, SelectedWeight { layer: 0, neuron: 0, input });
        assert_eq!(path(1)[0], (0, 2.0));
        assert_eq!(path(2).last(), Some(&(1, 3.5)), "the input after the last is the bias");
    }
}
