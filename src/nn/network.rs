//! A network: its layers and which functions they apply.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, ShapeBuilder};

use crate::nn::{Activation, Output, Real};

/// Weights and biases of one layer. Also holds their gradients, which have the same shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<R> {
    outputs: usize,
    inputs: usize,
    /// From one column to the next; the numbers between a column's end and the next are zero.
    stride: usize,
    /// The weights, one column for each input: all that leads away from it lies side by side.
    columns: Vec<R>,
    /// The biases, one for each output, then zeros up to the stride.
    biases: Vec<R>,
}

/// How far apart columns of `n` numbers are laid: whole blocks for the kernels, nothing to spare for
/// the smallest layers, and for large ones no multiple of 64 numbers, since columns so far apart
/// drive each other out of the cache.
pub(super) fn stride(n: usize) -> usize {
    match n {
        0..=4 => n.next_power_of_two(),
        5..=127 => n.next_multiple_of(8),
        _ if n.next_multiple_of(8).is_multiple_of(64) => n.next_multiple_of(8) + 8,
        _ => n.next_multiple_of(8),
    }
}

impl<R: Real> Layer<R> {
    /// A layer of these weights, shape (outputs, inputs), and biases, shape (outputs).
    fn new(weights: &Array2<f64>, biases: &Array1<f64>) -> Self {
        let (outputs, inputs) = weights.dim();
        assert!(outputs > 0 && inputs > 0, "a layer has inputs and outputs");
        assert_eq!(biases.len(), outputs, "a layer has a bias for each output");
        let mut layer = Self::zeros(outputs, inputs);
        layer.weights_mut().assign(&weights.mapv(R::of));
        layer.biases_mut().assign(&biases.mapv(R::of));
        layer
    }

    fn zeros(outputs: usize, inputs: usize) -> Self {
        let stride = stride(outputs);
        let columns = vec![R::zero(); stride * inputs];
        Self { outputs, inputs, stride, columns, biases: vec![R::zero(); stride] }
    }

    /// A layer of the same shape with nothing but zeros.
    pub(super) fn emptied(&self) -> Self {
        Self::zeros(self.outputs, self.inputs)
    }

    /// How many neurons it has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many inputs each of them has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The weights, shape (outputs, inputs): `[[j, k]]` leads from input k to neuron j.
    #[expect(clippy::missing_panics_doc, reason = "the layer holds its own weights")]
    pub fn weights(&self) -> ArrayView2<'_, R> {
        let shape = (self.outputs, self.inputs).strides((1, self.stride));
        ArrayView2::from_shape(shape, &self.columns).expect("the columns hold every weight")
    }

    /// The weights, shape (outputs, inputs), to change.
    #[expect(clippy::missing_panics_doc, reason = "the layer holds its own weights")]
    pub fn weights_mut(&mut self) -> ArrayViewMut2<'_, R> {
        let shape = (self.outputs, self.inputs).strides((1, self.stride));
        ArrayViewMut2::from_shape(shape, &mut self.columns).expect("the columns hold every weight")
    }

    /// The biases, shape (outputs).
    pub fn biases(&self) -> ArrayView1<'_, R> {
        ArrayView1::from(&self.biases[..self.outputs])
    }

    /// The biases, shape (outputs), to change.
    pub fn biases_mut(&mut self) -> ArrayViewMut1<'_, R> {
        ArrayViewMut1::from(&mut self.biases[..self.outputs])
    }

    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// The columns one after the other, each [`Self::stride`] long.
    pub(super) fn columns(&self) -> &[R] {
        &self.columns
    }

    pub(super) fn columns_mut(&mut self) -> &mut [R] {
        &mut self.columns
    }

    /// The biases with the zeros after them.
    pub(super) fn padded_biases(&self) -> &[R] {
        &self.biases
    }

    pub(super) fn padded_biases_mut(&mut self) -> &mut [R] {
        &mut self.biases
    }
}

/// A fully connected network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<R> {
    hidden: Activation,
    output: Output,
    layers: Vec<Layer<R>>,
}

impl<R: Real> Network<R> {
    /// A network of these weights, shape (outputs, inputs), and biases, shape (outputs), the layer
    /// next to the inputs first.
    ///
    /// # Panics
    /// If there is no layer, or the shapes do not fit each other.
    pub fn new(
        hidden: Activation,
        output: Output,
        layers: impl IntoIterator<Item = (Array2<f64>, Array1<f64>)>,
    ) -> Self {
        let layers: Vec<_> = layers.into_iter().map(|(w, b)| Layer::new(&w, &b)).collect();
        assert!(!layers.is_empty(), "a network has layers");
        assert!(
            layers.windows(2).all(|pair| pair[0].outputs == pair[1].inputs),
            "each layer takes in what the one before gives out"
        );
        Self { hidden, output, layers }
    }

    /// How many neurons each layer has, the inputs first.
    pub fn sizes(&self) -> Vec<usize> {
        let inputs = self.layers[0].inputs;
        std::iter::once(inputs).chain(self.layers.iter().map(Layer::outputs)).collect()
    }

    /// The layers, the one next to the inputs first.
    pub fn layers(&self) -> &[Layer<R>] {
        &self.layers
    }

    /// The layers, to change their weights and biases.
    pub fn layers_mut(&mut self) -> &mut [Layer<R>] {
        &mut self.layers
    }

    /// The activation function of its hidden layers.
    pub fn hidden(&self) -> Activation {
        self.hidden
    }

    /// The activation function of its last layer.
    pub fn output(&self) -> Output {
        self.output
    }

    /// Weights and biases of each layer, as [`Network::new`] takes them.
    pub fn parameters(&self) -> Vec<(Array2<f64>, Array1<f64>)> {
        let widened = |layer: &Layer<R>| {
            (layer.weights().mapv(Real::to_f64), layer.biases().mapv(Real::to_f64))
        };
        self.layers.iter().map(widened).collect()
    }

    /// The largest |weight| or |bias|; infinite where one is not a number.
    pub fn largest_weight(&self) -> f64 {
        let numbers = self.layers.iter().flat_map(|l| l.columns.iter().chain(&l.biases));
        largest_magnitude(numbers.copied())
    }

    /// Σw² over all weights, biases left out, as the L2 term has it.
    pub fn sum_of_squared_weights(&self) -> f64 {
        let weights = self.layers.iter().flat_map(|layer| &layer.columns);
        weights.map(|w| (*w).to_f64() * (*w).to_f64()).sum()
    }
}

/// The largest magnitude of some numbers; infinite where one is not a number.
pub(super) fn largest_magnitude<R: Real>(numbers: impl Iterator<Item = R>) -> f64 {
    let mut largest = R::zero();
    // Stays 0 as long as every number is finite, then never is again.
    let mut witness = R::zero();
    for number in numbers {
        let magnitude = number.abs();
        largest = if magnitude > largest { magnitude } else { largest };
        witness += number * R::zero();
    }
    if witness == R::zero() { largest.to_f64() } else { f64::INFINITY }
}
