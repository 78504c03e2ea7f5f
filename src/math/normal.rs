//! Numbers drawn from the normal distribution.
//!
//! The crate `rand_distr` draws the same numbers, but takes the exponential and the logarithm from the
//! platform. Its feature `std` does not control that: it calls `num-traits`, which uses the standard
//! library as soon as any other dependency turns on the feature `std` of `num-traits`.

mod edges;

use rand::distr::Open01;
use rand::{Rng, RngExt};

use crate::math::normal::edges::EDGES;
use crate::math::{exp, ln};

/// The start of the tail of the lowest layer.
const TAIL: f64 = EDGES[1];

/// Draws a number from N(0, 1) by the ziggurat in the form of J. A. Doornik, *An Improved Ziggurat
/// Method to Generate Normal Random Samples* (2005).
///
/// The area under the density is cut into layers of equal area. A point in a random layer usually lies
/// where the layer above covers it, too; only close to the edge, in one draw of 80, is the density
/// computed.
pub(crate) fn standard_normal(rng: &mut impl Rng) -> f64 {
    loop {
        let bits = rng.next_u64();
        let layer = (bits & 0xff) as usize;
        // The highest 52 bits as a number from 2 to 4, minus 3.
        let across = f64::from_bits(2.0_f64.to_bits() | bits >> 12) - 3.0;
        let x = across * EDGES[layer];
        if x.abs() < EDGES[layer + 1] {
            return x;
        }
        if layer == 0 {
            return tail(rng).copysign(across);
        }
        let (low, high) = (density(EDGES[layer]), density(EDGES[layer + 1]));
        if high + (low - high) * rng.random::<f64>() < density(x) {
            return x;
        }
    }
}

/// Returns the density of N(0, 1) without its constant factor.
fn density(x: f64) -> f64 {
    exp(-x * x / 2.0)
}

/// Draws a number beyond [`TAIL`], by G. Marsaglia, *Generating a Variable from the Tail of the Normal
/// Distribution* (1964).
fn tail(rng: &mut impl Rng) -> f64 {
    loop {
        let beyond = -ln::<f64>(rng.sample(Open01)) / TAIL;
        let height = -ln::<f64>(rng.sample(Open01));
        if 2.0 * height >= beyond * beyond {
            return TAIL + beyond;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};

    use super::{EDGES, TAIL, density, standard_normal};

    #[test]
    fn the_layers_have_the_same_area() {
        let area = EDGES[0] * density(TAIL);
        for pair in EDGES[1..].windows(2) {
            let layer = pair[0] * (density(pair[1]) - density(pair[0]));
            // The area is given with 12 digits, which is off by this much once it has been added 255
            // times.
            let allowed = if pair[1] > 0.0 { 1e-12 } else { 1e-8 };
            assert!((layer / area - 1.0).abs() < allowed, "{pair:?}");
        }
    }

    #[test]
    fn a_seed_draws_the_same_numbers_as_another_implementation() {
        let (mut one, mut other) = (ChaCha8Rng::seed_from_u64(8), ChaCha8Rng::seed_from_u64(8));
        let mut in_tail = [0; 2];
        for _ in 0..200_000 {
            let (ours, theirs) = (standard_normal(&mut one), StandardNormal.sample(&mut other));
            // The same to the last bit except in the tail, which uses the logarithm of the platform.
            let allowed = if ours.abs() > TAIL { 4.0 * f64::EPSILON } else { 0.0 };
            let theirs: f64 = theirs;
            assert!((ours - theirs).abs() <= allowed, "{ours} {theirs}");
            in_tail[usize::from(ours > 0.0)] += usize::from(ours.abs() > TAIL);
        }
        // 52 of 200,000 draws are expected there, half of them on either side.
        assert!(in_tail.into_iter().all(|count| (10..45).contains(&count)), "{in_tail:?}");
    }
}
