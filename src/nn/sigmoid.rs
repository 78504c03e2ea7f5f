//! The sigmoid and what belongs to it, computed from z so that nothing saturates or cancels.

use crate::nn::Real;

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

/// ln(1 + e^z) = −ln σ(−z): what a sigmoid neuron costs whose target is 0.
#[inline]
pub fn softplus<R: Real>(z: R) -> R {
    z.max(R::zero()) + (-z.abs()).exp().ln_1p()
}

/// σ(|z|) and σ(−|z|): both from e^−|z|, which cannot overflow.
#[inline]
fn sigmoids<R: Real>(z: R) -> (R, R) {
    let e = (-z.abs()).exp();
    let above = R::one() / (R::one() + e);
    (above, e * above)
}
