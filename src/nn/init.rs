//! How weights and biases begin.

use ndarray::{Array1, Array2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// A rule for the weights and biases that a network begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Init {
    /// Weights N(0, 1/inputs), biases N(0, 1).
    #[default]
    Scaled,
    /// Weights and biases N(0, 1).
    Large,
    /// Weights N(0, 2/(inputs + outputs)), biases 0.
    Xavier,
    /// Nothing but zeros.
    Zero,
}

impl Init {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Scaled, Self::Large, Self::Xavier, Self::Zero];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scaled => "scaled",
            Self::Large => "large",
            Self::Xavier => "xavier",
            Self::Zero => "zero",
        }
    }

    /// The standard deviations of weights and of biases.
    fn spreads(self, inputs: usize, outputs: usize) -> (f64, f64) {
        let (inputs, outputs) = (inputs as f64, outputs as f64);
        match self {
            Self::Scaled => (inputs.sqrt().recip(), 1.0),
            Self::Large => (1.0, 1.0),
            Self::Xavier => ((2.0 / (inputs + outputs)).sqrt(), 0.0),
            Self::Zero => (0.0, 0.0),
        }
    }
}

/// Weights, shape (outputs, inputs), and biases, shape (outputs), for each layer of a network of
/// these sizes, the inputs first. Every rule scales the same draws from N(0, 1) and takes as many,
/// layer by layer, the weights row by row and then the biases, so that starts can be compared.
pub fn start(sizes: &[usize], init: Init, rng: &mut impl Rng) -> Vec<(Array2<f64>, Array1<f64>)> {
    let mut draw = |spread: f64| {
        let drawn: f64 = StandardNormal.sample(rng);
        // A plain 0, never −0, where nothing is to be left of the draw.
        if spread == 0.0 { 0.0 } else { spread * drawn }
    };
    let mut layer = |pair: &[usize]| {
        let (inputs, outputs) = (pair[0], pair[1]);
        let (of_weights, of_biases) = init.spreads(inputs, outputs);
        // Filled in logical order, which is row by row.
        let weights = Array2::from_shape_simple_fn((outputs, inputs), || draw(of_weights));
        let biases = Array1::from_shape_simple_fn(outputs, || draw(of_biases));
        (weights, biases)
    };
    sizes.windows(2).map(&mut layer).collect()
}
