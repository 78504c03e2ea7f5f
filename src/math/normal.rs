//! Numbers drawn from the normal distribution.
//!
//! The crate `rand_distr` draws the same numbers, but takes the exponential and the logarithm from the
//! platform. Its feature `std` does not decide that: it calls `num-traits`, which uses the standard
//! library as soon as any other dependency turns on the feature `std` of `num-traits`.

mod edges;

use rand::distr::Open01;
use rand::{Rng, RngExt};

use crate::math::normal::edges::EDGES;
use crate::math::{exp, ln};

/// Where the tail of the lowest layer begins.
const TAIL: f64 = EDGES[1];

/// A number from N(0, 1), by the ziggurat in the form of J. A. Doornik, *An Improved Ziggurat Method to
/// Generate Normal Random Samples* (2005).
///
/// The area under the density is cut into layers of equal area. A point in one of them, chosen at
/// random, most often lies where the layer above covers it, too; only near the edge, in one draw of
/// eighty, does the density have to be computed.
pub fn standard_normal(rng: &mut impl Rng) -> f64 {
    loop {
        let bits = rng.next_u64();
        let layer = (bits & 0xff) as usize;
        // The highest 52 bits as a number from 2 to 4, less 3.
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

/// The density of N(0, 1) but for its factor.
fn density(x: f64) -> f64 {
    exp(-x * x / 2.0)
}

/// A number beyond [`TAIL`], by G. Marsaglia, *Generating a Variable from the Tail of the Normal
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
            // A is written with 12 digits, which is off by this much once it has been added 255 times.
            let allowed = if pair[1] > 0.0 { 1e-12 } else { 1e-8 };
            assert!((layer / area - 1.0).abs() < allowed, "{pair:?}");
        }
    }

    #[test]
    fn a_seed_draws_what_another_implementation_draws() {
        let (mut one, mut other) = (ChaCha8Rng::seed_from_u64(8), ChaCha8Rng::seed_from_u64(8));
        let mut in_tail = [0; 2];
        for _ in 0..200_000 {
            let (ours, theirs) = (standard_normal(&mut one), StandardNormal.sample(&mut other));
            // But for the tail, where the logarithm is the platform's, to the last bit.
            let allowed = if ours.abs() > TAIL { 4.0 * f64::EPSILON } else { 0.0 };
            let theirs: f64 = theirs;
            assert!((ours - theirs).abs() <= allowed, "{ours} {theirs}");
            in_tail[usize::from(ours > 0.0)] += usize::from(ours.abs() > TAIL);
        }
        // Of 200,000 draws 52 are expected there, half of them on either side.
        assert!(in_tail.into_iter().all(|count| (10..45).contains(&count)), "{in_tail:?}");
    }
}
