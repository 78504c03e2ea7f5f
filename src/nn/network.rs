//! A network: its layers and their activation functions.

mod pending_scale;

use aligned_vec::{AVec, ConstAlign};
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1};

use crate::nn::lanes::{Kernel, Lanes, WIDEST};
use crate::nn::{Activation, Output, Real};

pub use pending_scale::PendingScale;

/// Weights and biases of one layer. Also holds their gradients, which have the same shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<R> {
    outputs: usize,
    inputs: usize,
    /// The distance from one column to the next; the numbers between a column's end and the next are 0.
    stride: usize,
    /// The factor that the numbers in `columns` have not been multiplied by yet.
    scale: f64,
    /// The weights, one column for each input: all weights that lead away from an input lie side by
    /// side.
    columns: AlignedVec<R>,
    /// The biases, one for each output, then zeros up to the stride.
    biases: AlignedVec<R>,
}

/// Numbers aligned to the widest lanes: a load across an alignment boundary takes twice as long.
pub(super) type AlignedVec<R> = AVec<R, ConstAlign<WIDEST>>;

/// Returns `count` zeros.
pub(super) fn zeros<R: Real>(count: usize) -> AlignedVec<R> {
    AVec::from_iter(WIDEST, std::iter::repeat_n(R::zero(), count))
}

/// Returns the distance between columns of `n` numbers: whole lanes, and for large layers no multiple
/// of 256 bytes, since columns at such distances evict each other from the cache.
pub(super) fn stride<R>(n: usize) -> usize {
    let lanes = WIDEST / size_of::<R>();
    let whole = n.next_multiple_of(lanes);
    if n >= 128 && whole.is_multiple_of(4 * lanes) { whole + lanes } else { whole }
}

impl<R: Real> Layer<R> {
    /// Returns a layer of these weights, shape (outputs, inputs), and biases, shape (outputs).
    fn new(weights: &Array2<f64>, biases: &Array1<f64>) -> Self {
        let (outputs, inputs) = weights.dim();
        assert!(outputs > 0 && inputs > 0, "a layer has inputs and outputs");
        assert_eq!(biases.len(), outputs, "a layer has a bias for each output");
        let mut layer = Self::zeros(outputs, inputs);
        for ((j, k), w) in weights.indexed_iter() {
            layer.columns[k * layer.stride + j] = R::of(*w);
        }
        layer.biases_mut().assign(&biases.mapv(R::of));
        layer
    }

    fn zeros(outputs: usize, inputs: usize) -> Self {
        let stride = stride::<R>(outputs);
        let (columns, biases) = (zeros(stride * inputs), zeros(stride));
        Self { outputs, inputs, stride, scale: 1.0, columns, biases }
    }

    /// Returns a layer of the same shape, filled with zeros.
    pub(super) fn emptied(&self) -> Self {
        Self::zeros(self.outputs, self.inputs)
    }

    /// Converts the layer to f64, exactly.
    fn widened(&self) -> Layer<f64> {
        let mut wide = Layer::<f64>::zeros(self.outputs, self.inputs);
        let columns = self.columns.chunks_exact(self.stride);
        for (to, from) in wide.columns.chunks_exact_mut(wide.stride).zip(columns) {
            for (to, w) in to.iter_mut().zip(&from[..self.outputs]) {
                *to = self.scaled(*w).to_f64();
            }
        }
        for (to, b) in wide.biases.iter_mut().zip(&self.biases[..self.outputs]) {
            *to = (*b).to_f64();
        }
        wide
    }

    /// Sets every number to 0.
    pub(super) fn clear(&mut self) {
        self.columns.fill(R::zero());
        self.biases.fill(R::zero());
        self.scale = 1.0;
    }

    /// Returns Σw² over its weights.
    pub(super) fn sum_of_squares(&self) -> f64 {
        let squares = self.columns.iter().map(|w| (*w).to_f64() * (*w).to_f64());
        self.scale * self.scale * squares.sum::<f64>()
    }

    /// Returns the number of neurons.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Returns the number of inputs of each neuron.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Returns the weights, shape (outputs, inputs): `[[j, k]]` leads from input k to neuron j.
    pub fn weights(&self) -> Array2<R> {
        Array2::from_shape_fn((self.outputs, self.inputs), |(j, k)| self.number(j, k))
    }

    /// Writes the weights for drawing, or their differences from those of `other`. All that lead away
    /// from an input lie side by side: `[k * outputs + j]` from input k to neuron j. Numbers beyond the
    /// range of f32 become the nearest finite f32, and NaN becomes 0.
    ///
    /// # Panics
    /// If `values` has another size, or `other` another shape.
    pub fn write_columns(&self, other: Option<&Self>, values: &mut [f32]) {
        assert_eq!(values.len(), self.outputs * self.inputs, "there is room for every weight");
        let shape = (self.outputs, self.inputs);
        assert!(
            other.is_none_or(|other| shape == (other.outputs, other.inputs)),
            "layers of one shape are compared"
        );
        R::in_lanes(WriteColumns { layer: self, other, values });
    }

    /// Returns the weight from input k to neuron j, or `None` if j or k is out of range.
    pub fn weight(&self, j: usize, k: usize) -> Option<R> {
        (j < self.outputs && k < self.inputs).then(|| self.number(j, k))
    }

    fn number(&self, j: usize, k: usize) -> R {
        self.scaled(self.columns[k * self.stride + j])
    }

    /// Converts a number of `columns` to the weight that it stands for.
    fn scaled(&self, number: R) -> R {
        if self.scale == 1.0 { number } else { R::of(self.scale * number.to_f64()) }
    }

    /// Sets the weight from input k to neuron j.
    ///
    /// # Panics
    /// If j or k is out of range.
    pub fn set_weight(&mut self, j: usize, k: usize, value: R) {
        assert!(j < self.outputs && k < self.inputs, "a weight leads from an input to a neuron");
        self.settle();
        self.columns[k * self.stride + j] = value;
    }

    /// Returns the biases, shape (outputs).
    pub fn biases(&self) -> ArrayView1<'_, R> {
        ArrayView1::from(&self.biases[..self.outputs])
    }

    /// Returns the biases, shape (outputs), mutably.
    pub fn biases_mut(&mut self) -> ArrayViewMut1<'_, R> {
        ArrayViewMut1::from(&mut self.biases[..self.outputs])
    }

    /// Defers the multiplication of all weights by `factor`. The product of factors is rounded in f64 at
    /// each step and each weight once, which in f32 is more exact than multiplying at every step.
    pub(super) fn shrink_later(&mut self, factor: f64) {
        self.scale *= factor;
        // A factor between ½ and 1 keeps the numbers between the weights that they stand for and twice
        // those: they neither outgrow the weights nor lose their lowest bits.
        if !(0.5..=1.0).contains(&self.scale) {
            self.settle();
        }
    }

    /// Returns the factor that the numbers of [`Self::columns`] have not been multiplied by yet.
    pub(super) fn scale(&self) -> f64 {
        self.scale
    }

    /// Multiplies every weight by the pending factor.
    pub(super) fn settle(&mut self) {
        if self.scale != 1.0 {
            for w in self.columns.iter_mut() {
                *w = R::of(self.scale * w.to_f64());
            }
            self.scale = 1.0;
        }
    }

    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// Returns the columns one after the other, each [`Self::stride`] long, not multiplied by
    /// [`Self::scale`].
    pub(super) fn columns(&self) -> &[R] {
        &self.columns
    }

    pub(super) fn columns_mut(&mut self) -> &mut [R] {
        &mut self.columns
    }

    /// Returns the biases with the zeros after them.
    pub(super) fn padded_biases(&self) -> &[R] {
        &self.biases
    }

    pub(super) fn padded_biases_mut(&mut self) -> &mut [R] {
        &mut self.biases
    }
}

/// The arithmetic of [`Layer::write_columns`]; in a kernel the compiler may use wide registers.
struct WriteColumns<'w, R> {
    layer: &'w Layer<R>,
    other: Option<&'w Layer<R>>,
    values: &'w mut [f32],
}

impl<R: Real> Kernel<R> for WriteColumns<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, _: L::Proof) {
        let Layer { outputs, stride, scale, .. } = *self.layer;
        let columns = self.layer.columns.chunks_exact(stride);
        let written = self.values.chunks_exact_mut(outputs).zip(columns);
        if let Some(other) = self.other {
            for ((to, column), others) in written.zip(other.columns.chunks_exact(stride)) {
                for ((to, w), from) in to.iter_mut().zip(column).zip(others) {
                    *to = drawable(scale * (*w).to_f64() - other.scale * (*from).to_f64());
                }
            }
        } else if scale == 1.0 {
            // Multiplying by 1 would give the same bits, but would send f32 through f64.
            for (to, column) in written {
                for (to, w) in to.iter_mut().zip(column) {
                    *to = drawable((*w).to_f64());
                }
            }
        } else {
            for (to, column) in written {
                for (to, w) in to.iter_mut().zip(column) {
                    *to = drawable(scale * (*w).to_f64());
                }
            }
        }
    }
}

/// Returns the nearest finite f32, or 0 for NaN.
#[inline(always)]
fn drawable(number: f64) -> f32 {
    let narrowed = number as f32;
    if narrowed.is_nan() { 0.0 } else { narrowed.clamp(f32::MIN, f32::MAX) }
}

/// A fully connected network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<R> {
    hidden: Activation,
    output: Output,
    layers: Vec<Layer<R>>,
}

impl<R: Real> Network<R> {
    /// Returns a network of these weights, shape (outputs, inputs), and biases, shape (outputs), the
    /// layer next to the inputs first.
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
            "each layer has as many inputs as the one before has outputs"
        );
        Self { hidden, output, layers }
    }

    /// Returns the number of neurons of each layer, the inputs first.
    pub fn sizes(&self) -> Vec<usize> {
        let inputs = self.layers[0].inputs;
        std::iter::once(inputs).chain(self.layers.iter().map(Layer::outputs)).collect()
    }

    /// Returns the layers, the one next to the inputs first.
    pub fn layers(&self) -> &[Layer<R>] {
        &self.layers
    }

    /// Returns the layers, for changing their weights and biases.
    pub fn layers_mut(&mut self) -> &mut [Layer<R>] {
        &mut self.layers
    }

    /// Returns the activation function of the hidden layers.
    pub fn hidden(&self) -> Activation {
        self.hidden
    }

    /// Returns the activation function of the last layer.
    pub fn output(&self) -> Output {
        self.output
    }

    /// Returns weights and biases of each layer, as [`Network::new`] takes them.
    pub fn parameters(&self) -> Vec<(Array2<f64>, Array1<f64>)> {
        let widened = |layer: &Layer<R>| {
            (layer.weights().mapv(Real::to_f64), layer.biases().mapv(Real::to_f64))
        };
        self.layers.iter().map(widened).collect()
    }

    /// Converts the network to f64, exactly.
    #[must_use]
    pub fn widened(&self) -> Network<f64> {
        let layers = self.layers.iter().map(Layer::widened).collect();
        Network { hidden: self.hidden, output: self.output, layers }
    }

    /// Copies the weights and biases of a network of the same shape, without allocating.
    ///
    /// # Panics
    /// If the other network has another shape.
    pub fn copy_from(&mut self, other: &Self) {
        assert_eq!(self.layers.len(), other.layers.len(), "both have as many layers");
        for (layer, other) in self.layers.iter_mut().zip(&other.layers) {
            let shapes = [&*layer, other].map(|layer| (layer.outputs, layer.inputs));
            assert_eq!(shapes[0], shapes[1], "each layer has the shape of the other's");
            layer.scale = other.scale;
            layer.columns.copy_from_slice(&other.columns);
            layer.biases.copy_from_slice(&other.biases);
        }
    }

    /// Returns the largest |weight| or |bias|; infinite if one is not finite.
    pub fn largest_weight(&self) -> f64 {
        let of_layer = |layer: &Layer<R>| {
            let weights = largest_magnitude(layer.columns.iter().copied()) * layer.scale;
            weights.max(largest_magnitude(layer.biases.iter().copied()))
        };
        self.layers.iter().map(of_layer).fold(0.0, f64::max)
    }

    /// Returns Σw² over all weights, without the biases, as in the L2 term.
    pub fn sum_of_squared_weights(&self) -> f64 {
        self.layers.iter().map(Layer::sum_of_squares).sum()
    }
}

/// Returns the largest magnitude of the numbers; infinite if one is not finite.
fn largest_magnitude<R: Real>(numbers: impl Iterator<Item = R>) -> f64 {
    let mut largest = R::zero();
    // Stays 0 as long as every number is finite, and is NaN from then on.
    let mut witness = R::zero();
    for number in numbers {
        let magnitude = number.abs();
        largest = if magnitude > largest { magnitude } else { largest };
        witness += number * R::zero();
    }
    if witness == R::zero() { largest.to_f64() } else { f64::INFINITY }
}

#[cfg(test)]
mod tests;
