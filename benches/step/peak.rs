//! Measures the most multiplications and additions that one core can do, as a bound for the
//! measured rates.
#![allow(unsafe_code, reason = "the instruction set of the processor is known only at run time")]

use std::hint::black_box;

use num_traits::Float;

/// Independent sums: more than a processor has in flight at once, and few enough to stay in sixteen
/// registers beside the two operands.
const CHAINS: usize = 12;

/// The additions to each sum at a time, worth some microseconds.
const LENGTH: usize = 20_000;

/// Multiplies and adds for some microseconds; returns the number of operations.
pub(crate) type PeakMeasurement = fn() -> f64;

/// Returns the measurements with the widest multiplications of this processor: in f32 and in f64.
pub(crate) fn bursts() -> [PeakMeasurement; 2] {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has the instructions, as has just been checked.
        return [|| unsafe { x86::wide_f32() }, || unsafe { x86::wide_f64() }];
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has the instructions, as has just been checked.
        return [|| unsafe { x86::narrow_f32() }, || unsafe { x86::narrow_f64() }];
    }
    [plain::<f32>, plain::<f64>]
}

/// For a processor whose instructions are unknown: numbers in pairs, a product and a sum of each.
fn plain<R: Float>() -> f64 {
    let one = [R::one(); 2];
    4.0 * chains(one, |sum, factor, step| std::array::from_fn(|i| sum[i] * factor[i] + step[i]))
}

/// Multiplies and adds lanes, each a `V` of ones; `add` returns sum · factor + step.
#[inline(always)]
fn chains<V: Copy>(one: V, add: impl Fn(V, V, V) -> V) -> f64 {
    let (factor, step) = black_box((one, one));
    let mut sums = [one; CHAINS];
    for _ in 0..LENGTH {
        for sum in &mut sums {
            *sum = add(*sum, factor, step);
        }
    }
    black_box(&sums);
    (CHAINS * LENGTH) as f64
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_set1_pd, _mm256_set1_ps, _mm512_fmadd_pd,
        _mm512_fmadd_ps, _mm512_set1_pd, _mm512_set1_ps,
    };

    use super::chains;

    #[target_feature(enable = "avx512f")]
    pub(super) fn wide_f32() -> f64 {
        32.0 * chains(_mm512_set1_ps(1.0), |s, f, t| _mm512_fmadd_ps(s, f, t))
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn wide_f64() -> f64 {
        16.0 * chains(_mm512_set1_pd(1.0), |s, f, t| _mm512_fmadd_pd(s, f, t))
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn narrow_f32() -> f64 {
        16.0 * chains(_mm256_set1_ps(1.0), |s, f, t| _mm256_fmadd_ps(s, f, t))
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn narrow_f64() -> f64 {
        8.0 * chains(_mm256_set1_pd(1.0), |s, f, t| _mm256_fmadd_pd(s, f, t))
    }
}
