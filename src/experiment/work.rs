//! Estimates the work of networks in multiplications, to size a unit of work.

use crate::data::Data;
use crate::nn::{Network, Real};

/// Multiplications in about a millisecond, at the rate of one core.
pub(super) const MILLISECOND: usize = 40_000_000;

/// What a neuron costs beside its weights, in multiplications: its exponential.
const NEURON: usize = 30;

/// Multiplications of an example in a step: forward, backward, descend.
pub(super) fn of_step<R: Real>(network: &Network<R>, data: &Data) -> usize {
    of_passes(3, network, data)
}

/// Multiplications of an example that is answered: forward.
pub(super) fn of_answer<R: Real>(network: &Network<R>, data: &Data) -> usize {
    of_passes(1, network, data)
}

/// Multiplications of an example in so many passes; inputs that are 0 are left out of the first layer.
fn of_passes<R: Real>(passes: usize, network: &Network<R>, data: &Data) -> usize {
    let sizes = network.sizes();
    let lit = data.train.mean_nonzero().min(sizes[0]);
    let inputs = std::iter::once(lit).chain(sizes[1..].iter().copied());
    let layer = |(inputs, outputs): (usize, &usize)| passes * inputs * outputs + NEURON * outputs;
    inputs.zip(&sizes[1..]).map(layer).sum()
}
