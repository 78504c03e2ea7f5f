//! Exponential, logarithm and sigmoid over SIMD lanes, as accurate as the scalar functions.
//!
//! The polynomials are minimax polynomials (Remez exchange in 60 digits). Their errors are stated
//! beside them and are smaller than the rounding of the result.

use crate::nn::Real;
use crate::nn::lanes::Lanes;

/// The constants of the functions below.
pub trait ExpCoefficients: Sized + 'static {
    /// 2^f for |f| ≤ ½, by ascending powers of f.
    const POWER: &'static [Self];
    /// 2 artanh(s)/s for 0 ≤ s ≤ ⅓, by ascending powers of s².
    const ARTANH: &'static [Self];
    /// log₂ e.
    const LOG2_E: Self;
    /// ln 2 in two parts; the first is so short that its product with an exponent is exact.
    const LN_2: (Self, Self);
    /// The power below which e to that power rounds to 0.
    const LEAST_POWER: Self;
    /// Half the exponent of the smallest normal number; a smaller power of two is computed as two
    /// factors.
    const HALF_LEAST: Self;
    /// The smallest and the largest whole exponent of a normal number.
    const EXPONENTS: (Self, Self);
}

impl ExpCoefficients for f32 {
    // Relative error 1.9e-9.
    const POWER: &'static [Self] = &[
        1.0,
        std::f32::consts::LN_2,
        0.240_226_47,
        0.055_503_29,
        0.009_618_489,
        0.001_339_993,
        0.000_153_458_64,
    ];
    // Error 2.1e-10.
    const ARTANH: &'static [Self] =
        &[2.0, 0.666_666_8, 0.399_986_78, 0.286_210_4, 0.213_899_97, 0.244_247_7];
    const LOG2_E: Self = std::f32::consts::LOG2_E;
    const LN_2: (Self, Self) = (0.693_359_4, -2.121_944_4e-4);
    const LEAST_POWER: Self = -104.0;
    const HALF_LEAST: Self = -63.0;
    const EXPONENTS: (Self, Self) = (-126.0, 127.0);
}

impl ExpCoefficients for f64 {
    // Relative error 3.1e-18.
    const POWER: &'static [Self] = &[
        1.0,
        std::f64::consts::LN_2,
        0.240_226_506_959_101_56,
        0.055_504_108_664_819_92,
        0.009_618_129_107_588_346,
        0.001_333_355_814_678_977_7,
        0.000_154_035_304_625_016_98,
        1.525_273_349_010_893_7e-5,
        1.321_543_309_589_153_2e-6,
        1.017_819_797_695_474_6e-7,
        7.074_104_573_753_809e-9,
        4.435_288_865_067_537e-10,
    ];
    // Error 6.8e-20.
    const ARTANH: &'static [Self] = &[
        2.0,
        0.666_666_666_666_666_8,
        0.399_999_999_999_925_8,
        0.285_714_285_726_632_1,
        0.222_222_221_161_996_77,
        0.181_818_235_445_924_46,
        0.153_844_438_608_302_2,
        0.133_369_306_541_592_8,
        0.117_146_928_101_120_23,
        0.109_805_209_097_711_4,
        0.069_655_872_144_638_82,
        0.165_125_215_253_282_56,
    ];
    const LOG2_E: Self = std::f64::consts::LOG2_E;
    const LN_2: (Self, Self) = (0.693_145_751_953_125, 1.428_606_820_309_417_2e-6);
    const LEAST_POWER: Self = -746.0;
    const HALF_LEAST: Self = -511.0;
    const EXPONENTS: (Self, Self) = (-1022.0, 1023.0);
}

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
