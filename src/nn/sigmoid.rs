//! The sigmoid and functions derived from it, for single numbers. They are computed from z, so that
//! nothing saturates or cancels, and have the bits that lanes give.

use crate::nn::Real;
use crate::nn::exponential::{self, ln_1p};
use crate::nn::lanes::{Kernel, Lanes};

/// Returns σ(z) = 1 / (1 + e^−z), with full relative accuracy for every z. 1 − σ(z) is `sigmoid(-z)`.
#[inline]
pub fn sigmoid<R: Real>(z: R) -> R {
    let (above, below) = sigmoids(z);
    if z < R::zero() { below } else { above }
}

/// Returns σ′(z) = σ(z) σ(−z), which does not vanish before σ(−|z|) itself does.
#[inline]
pub fn sigmoid_prime<R: Real>(z: R) -> R {
    let (above, below) = sigmoids(z);
    above * below
}

/// Returns ln(1 + e^z) = −ln σ(−z), the cost of a sigmoid neuron with target 0.
#[inline]
pub(crate) fn softplus<R: Real>(z: R) -> R {
    R::in_lanes(Softplus(z))
}

/// Returns σ(|z|) and σ(−|z|).
#[inline]
fn sigmoids<R: Real>(z: R) -> (R, R) {
    R::in_lanes(SigmoidPair(z))
}

/// The kernel for [`exponential::sigmoids`] of a single number.
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

/// The kernel for [`softplus`]: max(0, z) + ln(1 + e^−|z|).
struct Softplus<R>(R);

impl<R: Real> Kernel<R> for Softplus<R> {
    type Output = R;

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> R {
        let (z, proof) = (L::one(proof, self.0), L::only(proof));
        let (above, below) = exponential::sigmoids(proof, z);
        let zero = L::One::splat(proof, R::zero());
        // In this order a z that is NaN makes the result NaN.
        (zero.max(z) + ln_1p(proof, below, above)).first()
    }
}
