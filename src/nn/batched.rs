//! Trains and evaluates many copies of one neuron with different parameters, one per SIMD lane.
//!
//! In other kernels lanes hold examples or neurons. Here each lane holds the neuron with other
//! parameters, and all lanes process the same example. Nothing is ever summed across lanes, so no
//! number depends on its lane, on the number of lanes, or on the numbers in other lanes.

mod cost_gradients;
mod epoch_kernel;
mod neuron_batch;
mod slots;
#[cfg(test)]
mod tests;

use crate::nn::{Cost, Output};

pub(crate) use cost_gradients::CostGradient;
pub(crate) use neuron_batch::NeuronBatch;
pub use neuron_batch::TrainingSettings;

/// The parameters of a neuron with one or two inputs: a point on its cost surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NeuronWeights {
    /// The weights. For a neuron with one input the second is ignored, but must be finite.
    pub w: [f64; 2],
    /// The bias.
    pub b: f64,
}

/// The activation function of a neuron, and the cost that it minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeuronKind {
    /// The activation function.
    pub output: Output,
    /// The cost; it suits the output.
    pub cost: Cost,
}

impl NeuronKind {
    const SIGMOID_QUADRATIC: Self = Self { output: Output::Sigmoid, cost: Cost::Quadratic };
    const SIGMOID_CROSS_ENTROPY: Self = Self { output: Output::Sigmoid, cost: Cost::CrossEntropy };
    const LINEAR: Self = Self { output: Output::Linear, cost: Cost::Quadratic };
}

/// A neuron with one or two inputs and its training data: everything but its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleNeuron {
    kind: NeuronKind,
    /// λ/n.
    shrinking: f64,
    inputs: usize,
    examples: Vec<NeuronExample>,
}

/// An example of one or two inputs; without a second input that is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NeuronExample {
    x: [f64; 2],
    y: f64,
}

impl SingleNeuron {
    /// Returns a neuron that learns from examples: `x` of shape (n, inputs), row by row, and `y` of
    /// shape (n). λ is the strength of L2 regularisation.
    ///
    /// # Panics
    /// If there is no example, each does not have one or two inputs, or the cost does not suit the
    /// output.
    pub fn new(kind: NeuronKind, lambda: f64, x: &[f64], y: &[f64]) -> Self {
        assert!(kind.cost.suits(kind.output), "the cost is defined for the output");
        assert!(!y.is_empty(), "a neuron has at least one example");
        let inputs = x.len() / y.len();
        assert!((1..=2).contains(&inputs), "the neuron has one or two inputs");
        assert_eq!(x.len(), inputs * y.len(), "each example has its inputs");
        let second = |x: &[f64]| x.get(1).copied().unwrap_or(0.0);
        let rows = x.chunks_exact(inputs).zip(y);
        Self {
            kind,
            shrinking: lambda / y.len() as f64,
            inputs,
            examples: rows.map(|(x, y)| NeuronExample { x: [x[0], second(x)], y: *y }).collect(),
        }
    }

    /// Returns the activation function.
    pub fn output(&self) -> Output {
        self.kind.output
    }

    /// Returns the cost that the neuron minimises.
    pub fn cost(&self) -> Cost {
        self.kind.cost
    }

    /// Returns the number of inputs: 1 or 2.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Returns λ/n, which the L2 term adds to ∂C/∂w for each unit of w.
    pub fn shrinking(&self) -> f64 {
        self.shrinking
    }

    /// Returns n, the number of examples.
    pub fn examples(&self) -> usize {
        self.examples.len()
    }

    /// Returns inputs and target of an example; without a second input that is 0.
    ///
    /// # Panics
    /// If `row` is out of range.
    pub fn example(&self, row: usize) -> ([f64; 2], f64) {
        let NeuronExample { x, y } = self.examples[row];
        (x, y)
    }
}
