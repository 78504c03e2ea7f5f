//! The sigmoid and what belongs to it, computed from z so that nothing saturates or cancels: of a number
//! by itself, with the bits that lanes give it.

use crate::nn::Real;
use crate::nn::exponential::{self, ln_1p};
use crate::nn::lanes::{Kernel, Lanes};

/// σ(z) = 1 / (1 + e^−z), with full relative accuracy for every z. 1 − σ(z) is `sigmoid(-z)`.
#[inline]
pub fn sigmoid<R: Real>(z: R) -> R {
    let (above, below) = sigmoids(z);
    if z < R::zero() { below } else { above }
}

/// σ′(z) = σ(z) σ(−z), which does not vanish before σ(−|z|) itself does.
#[inline]
pub fn sigmoid_prime<R: Real>(z: R) -> R {
    let (above, below) = sigmoids(z);
    above * below
}

/// ln(1 + e^z) = −ln σ(−z): the cost of a sigmoid neuron whose target is 0.
#[inline]
pub fn softplus<R: Real>(z: R) -> R {
    R::in_lanes(Softplus(z))
}

/// σ(|z|) and σ(−|z|).
#[inline]
fn sigmoids<R: Real>(z: R) -> (R, R) {
    R::in_lanes(SigmoidPair(z))
}

/// [`exponential::sigmoids`] of a number by itself.
struct SigmoidPair<R>(R);

impl<R: Real> Kernel<R> for SigmoidPair<R> {
    type Output = (R, R);

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> (R, R) {
        let z = L::one(proof, self.0);
        let (above, below) = exponential::sigmoids(L::only(proof), z);
        (above.first(), below.first())
    }
}

/// [`softplus`]: z, where that is above 0, and ln(1 + e^−|z|).
struct Softplus<R>(R);

impl<R: Real> Kernel<R> for Softplus<R> {
    type Output = R;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> R {
        let (z, proof) = (L::one(proof, self.0), L::only(proof));
        let (above, below) = exponential::sigmoids(proof, z);
        let zero = L::One::splat(proof, R::zero());
        // In this order a z that is no number makes a result that is none.
        (zero.max(z) + ln_1p(proof, below, above)).first()
    }
}
