//! Saves a layer whose weights have a pending factor, so that the loaded network continues with the
//! same bits.
//!
//! Such a layer holds a number u for each weight and a factor s; the weight is w = s·u, rounded. A file
//! that holds w alone loses the bits of u that the rounding removes. Storing u beside w would double
//! the size of a file, and other programs refuse to load tensors that they do not expect. But w/s,
//! rounded, is u or one of its two neighbours, so two bits for each weight restore u. The reason: the
//! rounding of w is at most half a unit in its last place, and s is at least ½, so w/s is at most one
//! unit from u.

use crate::nn::{Layer, Precision, Real};

/// The factor that the weights of a layer have not been multiplied by yet, and the corrections that
/// restore the unmultiplied numbers from the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingScale {
    /// s: at least ½, below 1.
    pub scale: f64,
    /// Two bits for each weight, row by row, which select u among w/s and its neighbours. A byte holds
    /// four weights, the first in the lowest bits; the unused bits of the last byte are 0.
    pub corrections: Vec<u8>,
}

/// The number of weights whose corrections share a byte.
const IN_A_BYTE: usize = 4;

/// The number of bits of one correction.
const BITS: usize = 2;

impl PendingScale {
    /// Returns the number of bytes that the corrections of `weights` weights take.
    pub fn bytes(weights: usize) -> usize {
        weights.div_ceil(IN_A_BYTE)
    }

    fn correction(&self, weight: usize) -> u8 {
        self.corrections[weight / IN_A_BYTE] >> (weight % IN_A_BYTE * BITS) & 0b11
    }
}

impl<R: Real> Layer<R> {
    /// Returns the factor and the corrections, or `None` if the weights are settled.
    ///
    /// # Panics
    /// If a quotient is more than one unit in the last place from its number, which cannot happen.
    pub fn pending_scale(&self) -> Option<PendingScale> {
        if self.scale == 1.0 {
            return None;
        }
        let mut corrections = vec![0; PendingScale::bytes(self.outputs * self.inputs)];
        for (weight, (j, k)) in self.indices().enumerate() {
            let number = self.columns[k * self.stride + j];
            let found = candidates(self.scaled(number), self.scale);
            let code = found.iter().position(|candidate| is_same(*candidate, number));
            let code = code.expect("a quotient is at most one unit away from its number");
            corrections[weight / IN_A_BYTE] |= (code as u8) << (weight % IN_A_BYTE * BITS);
        }
        Some(PendingScale { scale: self.scale, corrections })
    }

    /// Turns a layer of settled weights into the layer that returned `pending_scale` from
    /// [`Self::pending_scale`]. Returns `false` if no layer with these weights does; the numbers of
    /// this layer are then wrong.
    pub fn restore_scale(&mut self, pending_scale: &PendingScale) -> bool {
        let is_sound = self.scale == 1.0
            && (0.5..1.0).contains(&pending_scale.scale)
            && pending_scale.corrections.len() == PendingScale::bytes(self.outputs * self.inputs);
        if !is_sound {
            return false;
        }
        self.scale = pending_scale.scale;
        for (weight, (j, k)) in self.indices().enumerate() {
            let at = k * self.stride + j;
            let settled = self.columns[at];
            let found = candidates(settled, self.scale);
            let Some(number) = found.get(usize::from(pending_scale.correction(weight))) else {
                return false;
            };
            self.columns[at] = *number;
            if !is_same(self.scaled(*number), settled) {
                return false;
            }
        }
        true
    }

    /// Returns neuron and input of each weight, row by row.
    fn indices(&self) -> impl Iterator<Item = (usize, usize)> + use<R> {
        let inputs = self.inputs;
        (0..self.outputs).flat_map(move |j| (0..inputs).map(move |k| (j, k)))
    }
}

/// Returns the numbers that may give `weight` when multiplied by `scale`, by their codes: the quotient,
/// its neighbour away from 0, and its neighbour towards 0.
fn candidates<R: Real>(weight: R, scale: f64) -> [R; 3] {
    let quotient = R::of(weight.to_f64() / scale);
    let magnitude = quotient.abs();
    let sign = if weight.is_sign_negative() { -R::one() } else { R::one() };
    [quotient, sign * next_up(magnitude), sign * next_down(magnitude)]
}

fn next_up<R: Real>(number: R) -> R {
    match R::PRECISION {
        Precision::F32 => R::of(f64::from((number.to_f64() as f32).next_up())),
        Precision::F64 => R::of(number.to_f64().next_up()),
    }
}

/// Returns the next number below a magnitude; 0 for 0.
fn next_down<R: Real>(magnitude: R) -> R {
    if magnitude == R::zero() {
        return magnitude;
    }
    match R::PRECISION {
        Precision::F32 => R::of(f64::from((magnitude.to_f64() as f32).next_down())),
        Precision::F64 => R::of(magnitude.to_f64().next_down()),
    }
}

/// Returns whether two numbers have the same bits.
fn is_same<R: Real>(one: R, other: R) -> bool {
    one.to_f64().to_bits() == other.to_f64().to_bits()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::PendingScale;
    use crate::nn::{Layer, Real};

    /// Returns a layer of one neuron that holds these numbers and this pending factor.
    fn layer<R: Real>(numbers: &[f64], scale: f64) -> Layer<R> {
        let row = Array2::from_shape_vec((1, numbers.len()), numbers.to_vec()).expect("a row");
        let mut layer = Layer::new(&row, &Array1::zeros(1));
        layer.shrink_later(scale);
        layer
    }

    /// Restores the layer from what a file stores: its weights and their corrections.
    fn restored<R: Real>(layer: &Layer<R>) -> Layer<R> {
        let weights = layer.weights().mapv(Real::to_f64);
        let mut restored = Layer::new(&weights, &Array1::zeros(1));
        if let Some(pending_scale) = layer.pending_scale() {
            assert!(restored.restore_scale(&pending_scale));
        }
        restored
    }

    fn bits<R: Real>(layer: &Layer<R>) -> (u64, Vec<u64>) {
        let columns = layer.columns().iter().map(|u| (*u).to_f64().to_bits());
        (layer.scale().to_bits(), columns.collect())
    }

    /// Returns the number with these bits, whatever its exponent, or 0 if it is not finite.
    fn number(bits: u64) -> f64 {
        let number = f64::from_bits(bits);
        if number.is_finite() { number } else { 0.0 }
    }

    proptest! {
        #[test]
        fn every_number_and_factor_is_restored_to_the_last_bit(
            words in vec(any::<u64>(), 1..9),
            scale in 0.5..1.0_f64,
        ) {
            let numbers: Vec<f64> = words.iter().map(|word| number(*word)).collect();
            let wide = layer::<f64>(&numbers, scale);
            prop_assert_eq!(bits(&restored(&wide)), bits(&wide));
            let singles: Vec<f64> = words
                .iter()
                .map(|word| f32::from_bits(*word as u32))
                .map(|single| if single.is_finite() { f64::from(single) } else { 0.0 })
                .collect();
            let narrow = layer::<f32>(&singles, scale);
            prop_assert_eq!(bits(&restored(&narrow)), bits(&narrow));
        }

        #[test]
        fn corrections_that_give_other_weights_are_rejected(
            corrections in vec(any::<u8>(), 0..4), scale in 0.4..1.1_f64,
        ) {
            let numbers: Vec<f64> = (1..9).map(|n| f64::from(n) / 3.0).collect();
            let mut layer = layer::<f64>(&numbers, 1.0);
            let before = layer.weights();
            if layer.restore_scale(&PendingScale { scale, corrections }) {
                prop_assert_eq!(layer.weights(), before);
                prop_assert!((0.5..1.0).contains(&scale));
            }
        }
    }

    #[test]
    fn numbers_beside_a_power_of_two_and_the_smallest_ones_are_restored() {
        let wide = [1.0, 1.0_f64.next_up(), 2.0_f64.next_down(), f64::MIN_POSITIVE, 5e-324, 0.0];
        let narrow = [1.0_f32.next_up(), 2.0_f32.next_down(), f32::MIN_POSITIVE, 1e-45, 0.0];
        for scale in [0.5, 0.5_f64.next_up(), 0.75, 1.0 - 1e-9, 1.0_f64.next_down()] {
            let both: Vec<f64> = wide.iter().flat_map(|n| [*n, -*n]).collect();
            let layer_of_wide = layer::<f64>(&both, scale);
            assert_eq!(bits(&restored(&layer_of_wide)), bits(&layer_of_wide), "times {scale}");
            let both: Vec<f64> =
                narrow.iter().flat_map(|n| [f64::from(*n), -f64::from(*n)]).collect();
            let layer_of_narrow = layer::<f32>(&both, scale);
            assert_eq!(bits(&restored(&layer_of_narrow)), bits(&layer_of_narrow), "times {scale}");
        }
    }

    #[test]
    fn settled_weights_need_no_corrections() {
        assert_eq!(layer::<f32>(&[0.1, 2.0], 1.0).pending_scale(), None);
        assert!(layer::<f32>(&[0.1, 2.0], 0.9).pending_scale().is_some());
    }
}
