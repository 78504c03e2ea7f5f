//! The order in which a sheet shows the neurons of a layer.
//!
//! The order is that of the chosen arm, and holds for every arm, so that the same neurons stand in the same
//! places. It is kept while the run trains: neurons that change places at every update could not be watched.
//! It is made anew when the user chooses how to sort, when the arm or the layer changes or another run begins,
//! and when the run comes to rest.

/// The key by which the neurons are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SortKey {
    /// The order of the layer itself.
    #[default]
    Layer,
    /// The norm of the numbers drawn, the largest first.
    Size,
    /// The number drawn for the bias, the largest first.
    Bias,
    /// The distance of the weights from those at the start, the largest first.
    Change,
}

impl SortKey {
    /// Returns the key after this one; after the last comes the first.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Layer => Self::Size,
            Self::Size => Self::Bias,
            Self::Bias => Self::Change,
            Self::Change => Self::Layer,
        }
    }
}

/// The layer to whose numbers an order belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SortedLayer {
    /// The number of earlier runs.
    pub run: u32,
    /// The arm.
    pub arm: usize,
    /// The layer, from 0.
    pub layer: usize,
}

/// An order that has been made by the numbers of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SortedNeurons {
    /// The layer.
    pub of: SortedLayer,
    /// The name of the numbers that it was sorted by.
    pub by: &'static str,
    /// The number of steps done when it was made.
    pub step: u64,
    /// Its neurons, the first one first.
    pub neurons: Vec<usize>,
}

/// The order of the neurons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NeuronOrder {
    key: SortKey,
    sorted: Option<SortedNeurons>,
    /// Whether the run was training when the order was last fitted to it.
    was_running: bool,
}

impl NeuronOrder {
    /// Sorts by the next key as soon as the numbers are known.
    pub(super) fn sort_by_next(&mut self) {
        (self.key, self.sorted) = (self.key.next(), None);
    }

    /// Returns the key.
    pub(super) fn key(&self) -> SortKey {
        self.key
    }

    /// Returns the order that was made by numbers; `None` in the order of the layer itself.
    pub(super) fn sorted(&self) -> Option<&SortedNeurons> {
        self.sorted.as_ref()
    }

    /// Notes whether the run is training; returns whether the order must be made for this layer.
    pub(super) fn is_due(&mut self, of: SortedLayer, is_running: bool) -> bool {
        let has_come_to_rest = std::mem::replace(&mut self.was_running, is_running) && !is_running;
        let is_made = self.sorted.as_ref().is_some_and(|sorted| sorted.of == of);
        if !is_made {
            self.sorted = None;
        }
        self.key != SortKey::Layer && (!is_made || has_come_to_rest)
    }

    /// Keeps an order.
    pub(super) fn keep(&mut self, sorted: SortedNeurons) {
        self.sorted = Some(sorted);
    }

    /// Returns the neurons of a layer of `count` in their order. The layer may be that of another arm, with
    /// fewer neurons than the order has, or with more, which follow in their own order.
    pub(super) fn neurons(&self, count: usize) -> Vec<usize> {
        let sorted = self.sorted.as_ref().map_or(&[][..], |sorted| &sorted.neurons);
        let first = sorted.iter().copied().filter(|neuron| *neuron < count);
        first.chain(sorted.len().min(count)..count).collect()
    }

    /// Returns the place of a neuron in the order of a layer of `count`.
    pub(super) fn place(&self, neuron: usize, count: usize) -> usize {
        self.neurons(count).iter().position(|other| *other == neuron).unwrap_or(0)
    }

    /// Returns the neurons before and after this one in the order of a layer of `count`; at an end, the neuron
    /// itself.
    pub(super) fn neighbours(&self, neuron: usize, count: usize) -> (usize, usize) {
        let (order, place) = (self.neurons(count), self.place(neuron, count));
        let at = |place: usize| order.get(place).copied().unwrap_or(neuron);
        (at(place.saturating_sub(1)), at(place + 1))
    }
}

/// Returns the indices of these numbers, the largest number first; equal ones in their own order.
pub(super) fn largest_first(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*b].total_cmp(&numbers[*a]));
    order
}

#[cfg(test)]
mod tests {
    use super::{NeuronOrder, SortKey, SortedLayer, SortedNeurons, largest_first};

    const OF: SortedLayer = SortedLayer { run: 0, arm: 0, layer: 0 };

    fn sorted(neurons: &[usize]) -> NeuronOrder {
        let sorted = SortedNeurons { of: OF, by: "|w|", step: 7, neurons: neurons.to_vec() };
        NeuronOrder { key: SortKey::Size, sorted: Some(sorted), was_running: true }
    }

    #[test]
    fn the_largest_number_comes_first_and_equal_ones_keep_their_order() {
        assert_eq!(largest_first(&[0.5, 2.0, -3.0, 2.0]), [1, 3, 0, 2]);
    }

    #[test]
    fn an_order_holds_for_layers_of_other_sizes_too() {
        let order = sorted(&[2, 0, 1]);
        assert_eq!(order.neurons(3), [2, 0, 1]);
        assert_eq!(order.neurons(2), [0, 1]);
        assert_eq!(order.neurons(5), [2, 0, 1, 3, 4]);
        assert_eq!(NeuronOrder::default().neurons(3), [0, 1, 2]);
        assert_eq!((order.neighbours(0, 3), order.neighbours(1, 3)), ((2, 1), (0, 1)));
        assert_eq!((order.place(1, 3), order.place(4, 5)), (2, 4));
    }

    #[test]
    fn an_order_is_made_for_another_arm_and_when_the_run_comes_to_rest_and_not_while_it_trains() {
        let mut order = sorted(&[1, 0]);
        assert!(!order.is_due(OF, true) && !order.is_due(OF, true));
        assert!(order.is_due(OF, false), "the run has come to rest");
        assert!(!order.is_due(OF, false), "at rest the order is kept, too");
        assert!(order.is_due(SortedLayer { arm: 1, ..OF }, false));
        assert_eq!(order.sorted(), None, "that of the other arm does not hold");
        let mut unsorted = NeuronOrder { was_running: true, ..NeuronOrder::default() };
        assert!(!unsorted.is_due(OF, false));
    }

    #[test]
    fn the_keys_follow_each_other_in_a_circle() {
        let mut order = NeuronOrder::default();
        let keys = [SortKey::Size, SortKey::Bias, SortKey::Change, SortKey::Layer];
        for key in keys {
            order.sort_by_next();
            assert_eq!(order.key(), key);
        }
    }
}
