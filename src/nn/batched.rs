//! Trains and evaluates many copies of one neuron with different parameters, one per SIMD lane.
//!
//! Elsewhere lanes are of examples or of neurons. Here each lane is the neuron with other parameters,
//! and all lanes see the same example: nothing is ever summed across lanes, so no number depends on
//! the lane it is computed in, on how many lanes there are, or on what lies in the others.

mod cost_gradients;
mod epoch_kernel;
mod neuron_batch;
#[cfg(test)]
mod tests;

use crate::nn::{Cost, Output};

pub use cost_gradients::CostGradient;
pub use neuron_batch::{NeuronBatch, TrainingSettings};

/// The parameters of a neuron with one or two inputs: a place on the ground that it walks on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NeuronWeights {
    /// The weights; of a neuron with one input the second counts for nothing, but has to be finite.
    pub w: [f64; 2],
    /// The bias.
    pub b: f64,
}

/// A neuron with one or two inputs and what it has to learn: everything but its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleNeuron {
    output: Output,
    cost: Cost,
    /// λ/n.
    shrinking: f64,
    inputs: usize,
    examples: Vec<NeuronExample>,
}

/// An example of one or two inputs; the second is 0 where there is but one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NeuronExample {
    x: [f64; 2],
    y: f64,
}

impl SingleNeuron {
    /// A neuron that learns from examples: `x` of shape (n, inputs), row by row, and `y` of shape (n).
    /// λ is the strength of L2 regularisation.
    ///
    /// # Panics
    /// If there is no example, there are not one or two inputs for each, or the cost does not suit
    /// the output.
    pub fn new((output, cost): (Output, Cost), lambda: f64, x: &[f64], y: &[f64]) -> Self {
        assert!(cost.suits(output), "the cost is defined for the output");
        assert!(!y.is_empty(), "a neuron learns from examples");
        let inputs = x.len() / y.len();
        assert!((1..=2).contains(&inputs), "the neuron has one or two inputs");
        assert_eq!(x.len(), inputs * y.len(), "each example has its inputs");
        let second = |x: &[f64]| x.get(1).copied().unwrap_or(0.0);
        let rows = x.chunks_exact(inputs).zip(y);
        Self {
            output,
            cost,
            shrinking: lambda / y.len() as f64,
            inputs,
            examples: rows.map(|(x, y)| NeuronExample { x: [x[0], second(x)], y: *y }).collect(),
        }
    }

    /// Its activation function.
    pub fn output(&self) -> Output {
        self.output
    }

    /// What it minimises.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// How many inputs it has: one or two.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// λ/n: what the L2 term adds to ∂C/∂w for each unit of w.
    pub fn shrinking(&self) -> f64 {
        self.shrinking
    }

    /// How many examples it learns from: n.
    pub fn examples(&self) -> usize {
        self.examples.len()
    }

    /// Input, with 0 for a second that it has not, and target of an example.
    ///
    /// # Panics
    /// If there is no such example.
    pub fn example(&self, row: usize) -> ([f64; 2], f64) {
        let NeuronExample { x, y } = self.examples[row];
        (x, y)
    }
}
