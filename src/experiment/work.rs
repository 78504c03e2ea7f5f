//! Estimates the work of networks in multiplications, to size a unit of work.

use crate::data::Data;
use crate::nn::{Network, Real};

/// The multiplications that one core does in about a millisecond.
pub(super) const MILLISECOND: usize = 40_000_000;

/// The cost of a neuron beside its weights, in multiplications: its exponential.
const NEURON: usize = 30;

/// Returns the multiplications of an example in a step: forward pass, backward pass and update.
pub(super) fn of_step<R: Real>(network: &Network<R>, data: &Data) -> usize {
    of_passes(3, network, data)
}

/// Returns the multiplications of an example in an evaluation: the forward pass.
pub(super) fn of_answer<R: Real>(network: &Network<R>, data: &Data) -> usize {
    of_passes(1, network, data)
}

/// Returns the multiplications of an example in `passes` passes; the first layer skips inputs that are 0.
fn of_passes<R: Real>(passes: usize, network: &Network<R>, data: &Data) -> usize {
    let sizes = network.sizes();
    let lit = data.train.mean_nonzero().min(sizes[0]);
    let inputs = std::iter::once(lit).chain(sizes[1..].iter().copied());
    let layer = |(inputs, outputs): (usize, &usize)| passes * inputs * outputs + NEURON * outputs;
    inputs.zip(&sizes[1..]).map(layer).sum()
}
