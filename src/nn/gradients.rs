//! Gradients of the cost, for display only.

use ndarray::{Array2, ArrayView1};

use crate::nn::{Layer, Network, Real};

/// ∂C/∂w and ∂C/∂b of every layer, data term only.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients<R> {
    layers: Vec<Layer<R>>,
}

impl<R: Real> Gradients<R> {
    /// Returns zeros in the shapes of this network, for [`crate::nn::Backprop::add_gradients`].
    pub fn zeros(network: &Network<R>) -> Self {
        Self { layers: network.layers().iter().map(Layer::emptied).collect() }
    }

    /// Sets all gradients to 0.
    pub fn clear(&mut self) {
        self.layers.iter_mut().for_each(Layer::clear);
    }

    /// Returns ∂C/∂w of layer `l`, shape (outputs, inputs); 0 is the layer next to the inputs.
    pub fn weights(&self, l: usize) -> Array2<R> {
        self.layers[l].weights()
    }

    /// Writes ∂C/∂w of layer `l` for drawing, as [`Layer::write_columns`] does.
    pub fn write_columns(&self, l: usize, values: &mut [f32]) {
        self.layers[l].write_columns(None, values);
    }

    /// Returns ∂C/∂b of layer `l`, shape (outputs).
    pub fn biases(&self, l: usize) -> ArrayView1<'_, R> {
        self.layers[l].biases()
    }

    /// Returns the Euclidean norm of ∂C/∂w of layer `l`.
    pub fn norm(&self, l: usize) -> f64 {
        self.layers[l].sum_of_squares().sqrt()
    }

    pub(super) fn layers_mut(&mut self) -> &mut [Layer<R>] {
        &mut self.layers
    }
}
