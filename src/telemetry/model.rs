//! The weights of an arm: as a model to be kept, and as a picture to be drawn.

use crate::nn::{Activation, Cost, Output, Precision};

/// All that is needed to write a trained network down and to go on from it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelState {
    /// The arm it was.
    pub arm: String,
    /// The sizes of its layers, input first.
    pub sizes: Vec<usize>,
    /// The weights of each layer, row by row: `weights[l][j * n_in + k]` from neuron k to neuron j.
    pub weights: Vec<Vec<f64>>,
    /// The biases of each layer.
    pub biases: Vec<Vec<f64>>,
    /// What it minimised.
    pub cost: Cost,
    /// The activation function of its hidden layers.
    pub hidden: Activation,
    /// The activation function of its last layer.
    pub output: Output,
    /// The arithmetic it was trained in.
    pub precision: Precision,
    /// η at the end.
    pub eta: f64,
    /// λ.
    pub lambda: f64,
    /// The seed of its run.
    pub seed: u64,
    /// How many mini-batches it has learnt from.
    pub steps: u64,
    /// How many whole epochs it has been trained for.
    pub epochs: u64,
}

/// One layer of a [`WeightsPicture`].
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPicture {
    /// Neurons of the layer.
    pub rows: usize,
    /// Inputs of each neuron.
    pub columns: usize,
    /// `values[j * columns + k]`, finite.
    pub values: Vec<f32>,
    /// One for each neuron, finite.
    pub biases: Vec<f32>,
}

/// One weight, read in full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightReading {
    /// Its value now.
    pub value: f64,
    /// ∂C/∂w over the next mini-batch, without the L2 part.
    pub gradient: f64,
    /// Its value at the start.
    pub start: f64,
}

/// The weights of every layer of every arm, for drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightsPicture {
    /// The step after which they were taken.
    pub step: u64,
    /// What was asked for.
    pub asked: super::WeightsAsked,
    /// For each arm its layers, first hidden layer first.
    pub arms: Vec<Vec<LayerPicture>>,
    /// For each arm the weight under the cursor; `None` where the arm has no such weight.
    pub cursor: Vec<Option<WeightReading>>,
}
