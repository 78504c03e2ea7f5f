//! Exponential, logarithm and sigmoid over SIMD lanes, as accurate as the scalar functions.

mod coefficients;

use crate::nn::Real;
use crate::nn::lanes::Lanes;

pub(super) use coefficients::ExpCoefficients;

/// Evaluates a polynomial in x by Estrin's scheme: pairs, then pairs of pairs, so that few operations
/// wait for others. The coefficients are constants, so the `match` costs nothing at run time.
#[inline(always)]
fn polynomial<R: Real, L: Lanes<Number = R>>(proof: L::Proof, coefficients: &[R], x: L) -> L {
    macro_rules! c {
        ($i:literal) => {
            L::splat(proof, coefficients[$i])
        };
        ($i:literal, $j:literal) => {
            c!($j).mul_add(x, c!($i))
        };
    }
    let x2 = x * x;
    let x4 = x2 * x2;
    let low = c!(2, 3).mul_add(x2, c!(0, 1));
    match coefficients.len() {
        6 => c!(4, 5).mul_add(x4, low),
        7 => c!(6).mul_add(x2, c!(4, 5)).mul_add(x4, low),
        12 => {
            let low = c!(6, 7).mul_add(x2, c!(4, 5)).mul_add(x4, low);
            c!(10, 11).mul_add(x2, c!(8, 9)).mul_add(x4 * x4, low)
        }
        other => unreachable!("no series has {other} terms"),
    }
}

/// Returns 2^f for |f| ≤ ½.
#[inline(always)]
fn power<R: Real, L: Lanes<Number = R>>(proof: L::Proof, f: L) -> L {
    polynomial(proof, R::POWER, f)
}

/// Returns e^u for u ≤ 0, gradually down to 0; NaN for NaN.
#[inline(always)]
pub(super) fn exp<R: Real, L: Lanes<Number = R>>(proof: L::Proof, u: L) -> L {
    let splat = |number| L::splat(proof, number);
    // In this order NaN is not replaced by the least power.
    let u = splat(R::LEAST_POWER).max(u);
    let n = (u * splat(R::LOG2_E)).round();
    let rest = n.mul_add(splat(-R::LN_2.0), u);
    let rest = n.mul_add(splat(-R::LN_2.1), rest);
    let f = rest * splat(R::LOG2_E);
    // Two factors, since 2ⁿ by itself is not normal if the result is not.
    let first = n.max(splat(R::HALF_LEAST));
    power(proof, f) * first.power_of_two() * (n - first).power_of_two()
}

/// Returns ln(1 + e) for e = lo/hi and hi = 1/(1 + e): 2 artanh(e / (2 + e)), for 0 ≤ lo ≤ hi.
#[inline(always)]
pub(super) fn ln_1p<R: Real, L: Lanes<Number = R>>(proof: L::Proof, lo: L, hi: L) -> L {
    twice_artanh(proof, lo / (hi + L::splat(proof, R::one())))
}

/// Returns 2 artanh(s) for 0 ≤ s ≤ ⅓.
#[inline(always)]
pub(super) fn twice_artanh<R: Real, L: Lanes<Number = R>>(proof: L::Proof, s: L) -> L {
    s * polynomial(proof, R::ARTANH, s * s)
}

/// Returns σ(|z|) and σ(−|z|), both from e^−|z|, which cannot overflow.
#[inline(always)]
pub(super) fn sigmoids<R: Real, L: Lanes<Number = R>>(proof: L::Proof, z: L) -> (L, L) {
    let one = L::splat(proof, R::one());
    let e = exp(proof, -z.abs());
    let above = one / (one + e);
    (above, e * above)
}

/// Returns σ(z) = 1/(1 + E) and σ(−z) = E/(1 + E) with E = 2^u = e^−z, for training steps that compute
/// u = −z log₂ e.
#[inline(always)]
pub(super) fn sigmoids_of_power<R: Real, L: Lanes<Number = R>>(proof: L::Proof, u: L) -> (L, L) {
    let n = u.round();
    let mantissa = power(proof, u - n);
    // Beyond normal powers σ is 0 or 1 in every digit that affects a weight.
    let n = n.max(L::splat(proof, R::EXPONENTS.0)).min(L::splat(proof, R::EXPONENTS.1));
    let one = L::splat(proof, R::one());
    let a = one / mantissa.mul_add(n.power_of_two(), one);
    (a, mantissa * n.power_of_two() * a)
}

#[cfg(test)]
mod tests;
