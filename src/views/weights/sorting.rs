//! Sorts the neurons of a layer by the numbers of the chosen arm.

use crate::telemetry::{RunState, WeightQuantity};
use crate::views::course_epoch::epoch_name;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;
use crate::views::weights::layer_panel::{LayerPanel, WeightSpread, layer_panels};
use crate::views::weights::order::{SortKey, SortedLayer, SortedNeurons, largest_first};
use crate::views::weights::state::WeightsView;

/// Makes the order anew if it is due, and if the numbers for it have been received.
pub(super) fn sort_if_due(view: &mut WeightsView, shared: &SharedState) {
    let (run, arm, layer) = (shared.history.run, shared.arm, shared.weight.layer);
    let of = SortedLayer { run, arm, layer };
    let is_running = shared.history.state == RunState::Running;
    if view.order.is_due(of, is_running)
        && shared.field().is_some()
        && let Some(sorted) = sorted(ViewState { view, shared }, of)
    {
        view.order.keep(sorted);
    }
}

/// Returns the order of the chosen arm's neurons by the current numbers.
fn sorted(state: ViewState<'_, WeightsView>, of: SortedLayer) -> Option<SortedNeurons> {
    let snapshot = state.shared.history.weights.as_deref()?;
    let facts = state.shared.history.facts.as_deref()?;
    let panels = layer_panels(state, facts);
    let panel = panels.iter().find(|panel| panel.arm == of.arm)?;
    let key = state.view.order.key();
    let numbers = match key {
        SortKey::Change => {
            let is_of_layer = snapshot.request.cursor.is_some_and(|at| at.0 == of.layer);
            let changes = snapshot.changes.get(of.arm).filter(|_| is_of_layer)?;
            changes.iter().map(|change| f64::from(*change)).collect()
        }
        _ => numbers(panel, key),
    };
    let by = name(key, snapshot.request.of, panel.is_difference);
    let is_whole = numbers.len() == panel.layer.rows;
    let neurons = largest_first(&numbers);
    is_whole.then_some(SortedNeurons { of, by, step: snapshot.step, neurons })
}

/// Returns the number of each neuron of a panel by which this key sorts.
fn numbers(panel: &LayerPanel<'_>, key: SortKey) -> Vec<f64> {
    match key {
        SortKey::Bias => panel.layer.biases.iter().map(|bias| f64::from(*bias)).collect(),
        // All neurons have as many weights, so that the root mean square sorts as the norm does.
        _ => WeightSpread::of_neurons(&panel.layer).iter().map(WeightSpread::usual).collect(),
    }
}

/// Returns the name of the numbers that a key sorts by.
fn name(key: SortKey, of: WeightQuantity, is_difference: bool) -> &'static str {
    match (key, of) {
        (SortKey::Layer, _) => "the layer",
        (SortKey::Size, _) if is_difference => "|difference|",
        (SortKey::Bias, _) if is_difference => "difference of b",
        (SortKey::Size, WeightQuantity::Value) => "|w|",
        (SortKey::Size, WeightQuantity::Gradient) => "|∂C/∂w|",
        (SortKey::Size, WeightQuantity::Change) | (SortKey::Change, _) => "|w − start|",
        (SortKey::Bias, WeightQuantity::Value) => "b",
        (SortKey::Bias, WeightQuantity::Gradient) => "∂C/∂b",
        (SortKey::Bias, WeightQuantity::Change) => "b − start",
    }
}

/// The words on the order of the neurons.
pub(super) struct OrderWords {
    /// What they are sorted by.
    pub key: String,
    /// The arm by whose numbers they are sorted, if there are several.
    pub arm: Option<String>,
    /// The moment of the numbers, if it is not that of the numbers drawn.
    pub moment: Option<String>,
}

impl OrderWords {
    /// Returns all of them as one text.
    pub(super) fn joined(&self) -> String {
        [Some(self.key.as_str()), self.arm.as_deref(), self.moment.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Returns the words on the order of the neurons.
pub(super) fn order_words(state: ViewState<'_, WeightsView>) -> OrderWords {
    let Some(sorted) = state.view.order.sorted() else {
        return OrderWords { key: "in the layer’s order".to_owned(), arm: None, moment: None };
    };
    let now = state.shared.history.weights.as_ref().map(|snapshot| snapshot.step);
    let moment = format!("at epoch {}", epoch_name(state.shared, sorted.step));
    let has_others = state.shared.arms() > 1;
    let arm = state.shared.arm_name(sorted.of.arm).filter(|_| has_others);
    OrderWords {
        key: format!("sorted by {}", sorted.by),
        arm: arm.map(|name| format!("of {name}")),
        moment: (now != Some(sorted.step)).then_some(moment),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::numbers;
    use crate::telemetry::LayerSnapshot;
    use crate::views::weights::layer_panel::{ColourScales, LayerPanel};
    use crate::views::weights::order::{SortKey, largest_first};

    #[test]
    fn neurons_are_sorted_by_the_norm_of_their_weights_or_by_their_bias() {
        // Norms: 5, 1, 6. The largest weight of all is that of the first neuron's one input.
        let values = vec![-5.0, 1.0, 4.0, 0.0, 0.0, 4.472_136];
        let layer = LayerSnapshot { rows: 3, columns: 2, values, biases: vec![-9.0, 2.0, 0.5] };
        let panel = LayerPanel {
            arm: 0,
            is_difference: false,
            name: String::new(),
            classes: &[],
            layer: Cow::Owned(layer),
            scales: ColourScales::default(),
        };
        assert_eq!(largest_first(&numbers(&panel, SortKey::Size)), [2, 0, 1]);
        assert_eq!(largest_first(&numbers(&panel, SortKey::Bias)), [1, 2, 0]);
    }
}
