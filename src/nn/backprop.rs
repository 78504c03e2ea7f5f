//! Forward pass, backward pass and update: the four equations of backpropagation (Nielsen, chapter 2).

mod add_gradients;
mod backward;
mod forward;
mod means;
#[cfg(test)]
mod tests;
mod trace;

use crate::nn::backprop::add_gradients::AddGradients;
use crate::nn::backprop::backward::Backward;
use crate::nn::backprop::forward::Forward;
use crate::nn::backprop::means::{MeanCost, MeanError};
use crate::nn::update_rule::StepFactors;
use crate::nn::{Cost, Gradients, Layer, MiniBatch, Network, Real};

pub use trace::Backprop;

impl<R: Real> Backprop<R> {
    /// Computes z and a of every neuron on every example: z^l = W^l a^{l−1} + b^l, a^l = f(z^l).
    pub fn forward(&mut self, network: &Network<R>, batch: MiniBatch<'_, R>) {
        R::in_lanes(Forward { backprop: self, network, batch });
    }

    /// Returns the mean cost over the examples, data term only, after [`Self::forward`].
    pub fn cost(&self, cost: Cost) -> f64 {
        R::in_lanes(MeanCost { backprop: self, cost })
    }

    /// Computes δ = ∂C/∂z of every neuron on every example, after [`Self::forward`].
    pub fn backward(&mut self, network: &Network<R>, cost: Cost) {
        R::in_lanes(Backward { backprop: self, network, cost });
    }

    /// Adds the gradients, summed over the examples, to layers of the network's shape by these factors,
    /// after [`Self::backward`].
    pub fn add_to(
        &mut self,
        layers: &mut [Layer<R>],
        batch: MiniBatch<'_, R>,
        factors: StepFactors,
    ) {
        R::in_lanes(AddGradients { backprop: self, layers, batch, factors });
    }

    /// Returns the gradients, means over the examples, data term only, after [`Self::backward`].
    pub fn gradients(&mut self, network: &Network<R>, batch: MiniBatch<'_, R>) -> Gradients<R> {
        let mut gradients = Gradients::zeros(network);
        self.add_gradients(&mut gradients, batch, 1.0 / self.rows as f64);
        gradients
    }

    /// Adds `factor` times the gradients summed over the examples, so that a large set can be processed
    /// in several mini-batches.
    pub fn add_gradients(
        &mut self,
        gradients: &mut Gradients<R>,
        batch: MiniBatch<'_, R>,
        factor: f64,
    ) {
        self.add_to(gradients.layers_mut(), batch, StepFactors::adding(factor));
    }

    /// Returns the mean of |a − y| over the outputs and the examples, after [`Self::forward`].
    pub fn mean_error(&self) -> f64 {
        R::in_lanes(MeanError { backprop: self })
    }
}
