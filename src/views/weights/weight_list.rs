//! The list of the weights and biases of small networks, one after the other: those of all layers if they are few,
//! else those of the selected layer.

use crate::views::direction::ListDirection;
use crate::views::shared_state::SelectedWeight;

/// The most weights and biases of a network that are listed together.
const MOST: usize = 60;

/// Returns the number of weights and biases of a network of these layer sizes, input first.
pub(super) fn parameters(sizes: &[usize]) -> usize {
    sizes.windows(2).map(|two| (two[0] + 1) * two[1]).sum()
}

/// Returns the weights listed for a network of these layer sizes, input first: neuron by neuron, its bias last.
pub(super) fn listed(sizes: &[usize], layer: usize) -> Vec<SelectedWeight> {
    let is_whole = parameters(sizes) <= MOST;
    let layers = sizes.windows(2).enumerate().filter(|(nth, _)| is_whole || *nth == layer);
    let weights = layers.flat_map(|(layer, two)| {
        let (inputs, neurons) = (two[0], two[1]);
        (0..neurons).flat_map(move |neuron| {
            (0..=inputs).map(move |input| SelectedWeight { layer, neuron, input })
        })
    });
    weights.collect()
}

/// Returns the weight that is `by` places before or after another in a list; at an end the first or the last one.
pub(super) fn moved(
    list: &[SelectedWeight],
    from: SelectedWeight,
    direction: ListDirection,
    by: usize,
) -> SelectedWeight {
    let at = list.iter().position(|weight| *weight == from).unwrap_or(0);
    let to = match direction {
        ListDirection::Previous => at.saturating_sub(by),
        ListDirection::Next => (at + by).min(list.len().saturating_sub(1)),
    };
    list.get(to).copied().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::{listed, moved, parameters};
    use crate::views::direction::ListDirection::{Next, Previous};
    use crate::views::shared_state::SelectedWeight;

    #[test]
    fn few_weights_are_listed_for_all_layers_and_many_for_one() {
        assert_eq!((parameters(&[2, 4, 1]), listed(&[2, 4, 1], 1).len()), (17, 17));
        let large = listed(&[2, 16, 8, 1], 1);
        assert_eq!(large.len(), 17 * 8, "those of the second layer");
        assert!(large.iter().all(|weight| weight.layer == 1));
        assert_eq!(listed(&[2], 0), []);
    }

    #[test]
    fn the_list_is_left_at_neither_end() {
        let list = listed(&[2, 1], 0);
        let at = |input| SelectedWeight { layer: 0, neuron: 0, input };
        assert_eq!(moved(&list, at(0), Next, 2), at(2));
        assert_eq!(moved(&list, at(1), Next, 4), at(2));
        assert_eq!(moved(&list, at(1), Previous, 4), at(0));
        assert_eq!(moved(&[], at(1), Next, 4), at(1));
    }
}
