//! What decides the layout of a network, besides the room for it.

use crate::views::shared_state::SelectedWeight;

/// The sizes of a network and of its names.
#[derive(Clone, Copy, Debug)]
pub(super) struct NetShape<'a> {
    /// The sizes of its layers, input first.
    pub(super) sizes: &'a [usize],
    /// The cells of the longest name of an input and of an output.
    pub(super) names: u16,
    pub(super) outputs: u16,
    /// Whether it is a single neuron whose box is the curve of its activation; its bias has a wire, too.
    pub(super) has_curve: bool,
    /// The chosen weight: the wires between many neurons lead to its neuron.
    pub(super) chosen: SelectedWeight,
}

impl NetShape<'_> {
    /// Returns the number of wires into a neuron of a layer.
    pub(super) fn wires_into(&self, layer: usize) -> usize {
        self.sizes[layer] + usize::from(self.has_curve)
    }
}
