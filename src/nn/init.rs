//! The initial weights and biases of a network.

use ndarray::{Array1, Array2};
use rand::Rng;

use crate::math::standard_normal;

/// A rule for the initial weights and biases of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Init {
    /// Weights N(0, 1/inputs), biases N(0, 1).
    #[default]
    Scaled,
    /// Weights and biases N(0, 1).
    Large,
    /// Weights N(0, 2/(inputs + outputs)), biases 0.
    Xavier,
    /// Weights and biases 0.
    Zero,
}

impl Init {
    /// All rules, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Scaled, Self::Large, Self::Xavier, Self::Zero];

    /// Returns the name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scaled => "scaled",
            Self::Large => "large",
            Self::Xavier => "xavier",
            Self::Zero => "zero",
        }
    }

    /// Returns the standard deviations of weights and of biases.
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

/// Returns weights, shape (outputs, inputs), and biases, shape (outputs), for each layer of a network
/// of these sizes, the inputs first. Every rule scales the same draws from N(0, 1) and takes equally
/// many, layer by layer, the weights row by row and then the biases, so that starts can be compared.
pub fn start(sizes: &[usize], init: Init, rng: &mut impl Rng) -> Vec<(Array2<f64>, Array1<f64>)> {
    let mut draw = |spread: f64| {
        let drawn: f64 = standard_normal(rng);
        // A spread of 0 gives 0, never −0.
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

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn started(sizes: &[usize], init: Init) -> Vec<(Array2<f64>, Array1<f64>)> {
        start(sizes, init, &mut ChaCha8Rng::seed_from_u64(4))
    }

    #[test]
    fn every_rule_scales_the_same_draws() {
        let large = started(&[4, 3, 2], Init::Large);
        for ((scaled, drawn), inputs) in
            started(&[4, 3, 2], Init::Scaled).iter().zip(&large).zip([4.0_f64, 3.0])
        {
            assert!((&scaled.0 * inputs.sqrt() - &drawn.0).iter().all(|d| d.abs() < 1e-15));
            assert_eq!(scaled.1, drawn.1);
        }
        for ((xavier, drawn), both) in
            started(&[4, 3, 2], Init::Xavier).iter().zip(&large).zip([7.0_f64, 5.0])
        {
            assert!((&xavier.0 * (both / 2.0).sqrt() - &drawn.0).iter().all(|d| d.abs() < 1e-15));
            assert!(xavier.1.iter().all(|b| *b == 0.0));
        }
        for (w, b) in started(&[4, 3, 2], Init::Zero) {
            assert!(w.iter().chain(&b).all(|number| number.to_bits() == 0));
        }
    }

    #[test]
    fn every_rule_takes_equally_many_draws() {
        let next = |init| {
            let mut rng = ChaCha8Rng::seed_from_u64(4);
            start(&[3, 5, 2], init, &mut rng);
            rng.next_u64()
        };
        assert!(Init::ALL.into_iter().all(|init| next(init) == next(Init::Large)));
    }

    #[test]
    fn weights_are_drawn_row_by_row_before_the_biases() {
        let layers = started(&[2, 3], Init::Large);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let drawn: Vec<f64> = (0..9).map(|_| standard_normal(&mut rng)).collect();
        let all: Vec<f64> = layers[0].0.iter().chain(&layers[0].1).copied().collect();
        assert_eq!(all, drawn);
    }

    #[test]
    fn large_starts_are_spread_like_a_standard_normal() {
        let (w, b) = started(&[200, 100], Init::Large).remove(0);
        // 20,000 draws: the mean to 1/141, the variance to 1/100, four standard errors.
        let mean = w.mean().expect("there are weights");
        assert!(mean.abs() < 4.0 / 141.0 && (w.std(0.0) - 1.0).abs() < 0.02);
        assert!((b.std(0.0) - 1.0).abs() < 0.3);
    }
}
