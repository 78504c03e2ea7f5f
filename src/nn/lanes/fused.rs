//! Multiply-adds that are rounded once, for processors without an instruction for them.
//!
//! A product and a sum that are rounded one after the other would give other weights than the
//! instruction, and so another run. This file computes the result of the instruction, by the methods of
//! S. Boldo and G. Melquiond, *Emulation of FMA and correctly rounded sums: proved algorithms using
//! rounding to odd* (2008). Rounding to odd replaces a number that is not exact by the one of its two
//! neighbours whose last bit is 1. Rounding that again, to fewer bits, gives the same as rounding the
//! exact number once.

/// Numbers whose multiply-adds can be rounded once.
pub trait FusedMulAdd: Copy {
    /// Returns a · b + c of each, rounded once. It is not inlined: it takes so much longer than a call
    /// that inlining gains nothing, and kernels would become many times as long.
    fn mul_add_each<const N: usize>(a: [Self; N], b: [Self; N], c: [Self; N]) -> [Self; N];
}

impl FusedMulAdd for f32 {
    /// In f64 the product is exact. The sum is rounded, and rounding it to f32 is wrong only if the
    /// first rounding has put it half way between two numbers of f32: those sums are computed again.
    #[inline(never)]
    fn mul_add_each<const N: usize>(a: [Self; N], b: [Self; N], c: [Self; N]) -> [Self; N] {
        let mut fused = [0.0; N];
        let mut may_be_tied = false;
        for i in 0..N {
            let sum = f64::from(a[i]) * f64::from(b[i]) + f64::from(c[i]);
            fused[i] = sum as Self;
            may_be_tied |= sum.to_bits() as u32 & CUT_OFF == HALF;
            // Below the normal numbers of f32, half way is at other bits.
            let size = (sum.to_bits() >> 32) as u32 & !(1 << 31);
            may_be_tied |= size.wrapping_sub(1) < LEAST_NORMAL - 1;
        }
        if may_be_tied { narrow_one_by_one(a, b, c) } else { fused }
    }
}

/// The bits of an f64 that a normal number of f32 has no room for.
const CUT_OFF: u32 = (1 << 29) - 1;

/// The value of those bits half way between two numbers of f32.
const HALF: u32 = 1 << 28;

/// The upper half of the smallest normal number of f32 as an f64.
const LEAST_NORMAL: u32 = (1023 - 126) << 20;

/// Computes sums that may lie half way between two numbers of f32. They are rounded to odd, so that
/// rounding puts no sum half way; f64 has more than the two extra bits that this needs.
#[cold]
#[inline(never)]
fn narrow_one_by_one<const N: usize>(a: [f32; N], b: [f32; N], c: [f32; N]) -> [f32; N] {
    std::array::from_fn(|i| {
        let (product, c) = (f64::from(a[i]) * f64::from(b[i]), f64::from(c[i]));
        let sum = product + c;
        to_odd(sum, excess_of_sum(sum, product, c)) as f32
    })
}

impl FusedMulAdd for f64 {
    /// Product and sum are rounded. The excess of each rounding is an f64. The sum t of both, rounded
    /// to odd, is subtracted from the rounded sum s at the end.
    ///
    /// If both roundings have an excess, t is at most 2 units in the last place of s. The last place of
    /// t is far below that of s, so s − t is the exact result rounded to odd, with more than two bits
    /// to spare, before the last rounding. If only one has an excess, t is exact. The excesses are
    /// exact unless a number is very large or very small; in those cases `libm` computes the result.
    #[inline(never)]
    fn mul_add_each<const N: usize>(a: [Self; N], b: [Self; N], c: [Self; N]) -> [Self; N] {
        let mut fused = [0.0; N];
        let mut are_ordinary = true;
        for i in 0..N {
            let (a, b, c) = (a[i], b[i], c[i]);
            let product = a * b;
            let sum = product + c;
            let of_product = excess_of_product(product, a, b);
            let of_sum = excess_of_sum(sum, product, c);
            let excess = of_product + of_sum;
            // Without an excess it is +0, so that a sum of −0 stays as it is.
            fused[i] = sum - to_odd(excess, excess_of_sum(excess, of_product, of_sum));
            are_ordinary &= product.abs() >= LEAST_PRODUCT || a == 0.0 || b == 0.0;
            are_ordinary &= fused[i].abs() < Self::INFINITY;
        }
        if are_ordinary { fused } else { wide_one_by_one(a, b, c) }
    }
}

/// Products closer to 0 than this, 2⁻⁹⁶⁹, may have no room for the excess of their rounding.
const LEAST_PRODUCT: f64 = f64::from_bits((1023 - 969) << 52);

/// Computes a · b + c of numbers of any size, rounded once.
#[cold]
#[inline(never)]
fn wide_one_by_one<const N: usize>(a: [f64; N], b: [f64; N], c: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| libm::fma(a[i], b[i], c[i]))
}

/// Returns by how much a rounded sum of two numbers is too large, exactly (D. E. Knuth).
#[inline(always)]
fn excess_of_sum(sum: f64, a: f64, b: f64) -> f64 {
    let other = sum - a;
    ((sum - other) - a) + (other - b)
}

/// Returns by how much a rounded product of two numbers is too large, exactly (T. J. Dekker).
#[inline(always)]
fn excess_of_product(product: f64, a: f64, b: f64) -> f64 {
    let ((a, rest_of_a), (b, rest_of_b)) = (halves(a), halves(b));
    (((product - a * b) - a * rest_of_b) - rest_of_a * b) - rest_of_a * rest_of_b
}

/// Splits a number of 53 bits into two of at most 26 bits.
#[inline(always)]
fn halves(number: f64) -> (f64, f64) {
    const LOWEST: u64 = 27;
    // Rounded, not truncated: the sign of the rest saves a bit.
    let high = f64::from_bits((number.to_bits() + (1 << (LOWEST - 1))) & (!0 << LOWEST));
    (high, number - high)
}

/// Rounds to odd, given a rounded number that is too large by `excess`: returns the one of the two
/// nearest numbers whose last bit is 1, or the number itself if it is exact or `excess` is NaN.
#[inline(always)]
fn to_odd(rounded: f64, excess: f64) -> f64 {
    let is_inexact = u64::from(excess.abs() > 0.0);
    // Equal signs mean that it was rounded away from 0: the other one of the two nearest numbers is
    // closer to 0.
    let is_away = !(rounded.to_bits() ^ excess.to_bits()) >> 63;
    f64::from_bits((rounded.to_bits() - (is_inexact & is_away)) | is_inexact)
}

#[cfg(test)]
mod tests;
