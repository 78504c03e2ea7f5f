//! SIMD lanes: several numbers side by side, computed with at once. The kernels are written in them.
//!
//! A kernel is written once over [`Lanes`] and runs with the widest registers that the processor has.
//! [`ArrayLanes`] does the same in arrays, for processors that this module does not know, and for
//! tests.

mod array;
mod fused;
mod sums;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

pub(super) use array::{ArrayLanes, NoProof};
pub(super) use fused::FusedMulAdd;
pub(super) use sums::Sums;

/// Numbers that lie side by side in a register.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The type of each number.
    type Number: Copy;
    /// A proof that the processor has these registers; without it no lanes can be made.
    type Proof: Copy;
    /// Lanes for a single number, with the same arithmetic.
    type One: Lanes<Number = Self::Number>;
    /// The number of lanes.
    const N: usize;

    /// Returns lanes that all hold `number`.
    fn splat(proof: Self::Proof, number: Self::Number) -> Self;

    /// Converts the proof to that of [`Self::One`].
    fn only(proof: Self::Proof) -> <Self::One as Lanes>::Proof;

    /// Returns lanes for a single number.
    #[inline(always)]
    fn one(proof: Self::Proof, number: Self::Number) -> Self::One {
        Self::One::splat(Self::only(proof), number)
    }

    /// Loads the first [`Self::N`] numbers.
    ///
    /// # Panics
    /// If there are fewer.
    fn load(proof: Self::Proof, numbers: &[Self::Number]) -> Self;

    /// Writes the first [`Self::N`] numbers.
    ///
    /// # Panics
    /// If there are fewer.
    fn store(self, numbers: &mut [Self::Number]);

    /// Returns self · factor + term, rounded once.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;

    /// Returns the larger numbers, and `other` if one is NaN.
    #[must_use]
    fn max(self, other: Self) -> Self;

    /// Returns the smaller numbers, and `other` if one is NaN.
    #[must_use]
    fn min(self, other: Self) -> Self;

    /// Returns the magnitudes.
    #[must_use]
    fn abs(self) -> Self;

    /// Rounds to the nearest whole numbers, ties to even.
    #[must_use]
    fn round(self) -> Self;

    /// Returns 2ⁿ for whole numbers n with normal powers: −126 to 127, or −1022 to 1023.
    #[must_use]
    fn power_of_two(self) -> Self;

    /// Returns `below` in the lanes of self that are less than 0, and `else_` in the others.
    #[must_use]
    fn where_negative(self, below: Self, else_: Self) -> Self;

    /// Returns the number in the first lane.
    fn first(self) -> Self::Number;

    /// Returns the sum, computed by adding the halves until one number is left.
    fn sum(self) -> Self::Number;

    /// Returns the largest number.
    fn largest(self) -> Self::Number;
}

/// Arithmetic that runs with lanes of any width.
pub trait Kernel<R> {
    /// The type of the result.
    type Output;

    /// Runs the arithmetic.
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Self::Output;
}

/// A number type that has lanes.
pub trait InLanes: Sized {
    /// Runs a kernel with the widest lanes that this processor has.
    fn in_lanes<K: Kernel<Self>>(kernel: K) -> K::Output;
}

/// Selects the lanes for kernels of f32 and f64. `$any` is the length of the arrays that are compiled
/// for any processor.
macro_rules! in_lanes {
    ($real:ty, $any:literal, $wide:ident, $wider:ident) => {
        impl InLanes for $real {
            #[inline]
            fn in_lanes<K: Kernel<Self>>(kernel: K) -> K::Output {
                let most = MOST.get();
                #[cfg(debug_assertions)]
                if most == Instructions::Wide {
                    return kernel
                        .run::<ArrayLanes<$real, { WIDEST / size_of::<$real>() }, true>>(NoProof);
                }
                #[cfg(target_arch = "x86_64")]
                if most != Instructions::Any {
                    if most == Instructions::Avx512
                        && let Some(proof) = x86::Avx512::detect()
                    {
                        return proof.run::<$real, x86::$wider, K>(kernel);
                    }
                    if let Some(proof) = x86::Avx2::detect() {
                        return proof.run::<$real, x86::$wide, K>(kernel);
                    }
                }
                kernel.run::<ArrayLanes<$real, $any, { cfg!(target_arch = "aarch64") }>>(NoProof)
            }
        }
    };
}

// Without wide registers, or with those of any aarch64, two registers of 16 bytes are kept busy.
in_lanes!(f32, 8, F32x8, F32x16);
in_lanes!(f64, 4, F64x4, F64x8);

/// The bytes of the widest lanes: rows start at a multiple of this and are a multiple of it long.
pub(super) const WIDEST: usize = 64;

/// The bytes of a cache line.
const LINE: usize = 64;

/// Prefetches numbers into the nearest cache, if the processor supports it.
#[inline(always)]
pub(crate) fn prefetch<T>(numbers: &[T]) {
    const { assert!(0 < size_of::<T>() && size_of::<T>() <= LINE, "a line holds a number") };
    #[cfg(target_arch = "x86_64")]
    x86::prefetch(numbers);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}

/// Instructions that kernels are compiled for. No result depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// AVX-512 of x86-64.
    Avx512,
    /// AVX2 and FMA of x86-64.
    Avx2,
    /// The instructions that every processor of its kind has: SSE2 on x86-64, NEON on aarch64.
    Any,
    /// The instructions of [`Self::Any`], in arrays as wide as the registers of AVX-512, to test
    /// kernels of that width on processors without them. Not in release builds.
    #[cfg(debug_assertions)]
    Wide,
}

impl Instructions {
    /// Returns the instructions to choose from on this processor, the best first.
    pub fn of_this_processor() -> impl Iterator<Item = Self> {
        let mut all = vec![Self::Any];
        #[cfg(target_arch = "x86_64")]
        {
            all.splice(0..0, x86::Avx2::detect().map(|_| Self::Avx2));
            all.splice(0..0, x86::Avx512::detect().map(|_| Self::Avx512));
        }
        #[cfg(debug_assertions)]
        all.push(Self::Wide);
        all.into_iter()
    }
}

thread_local! {
    /// The best instructions that this thread uses, if the processor has them.
    static MOST: Cell<Instructions> = const { Cell::new(Instructions::Avx512) };
}

/// Runs `work` with no better instructions than these, on this thread only. For tests and benchmarks.
pub fn with_instructions<T>(most: Instructions, work: impl FnOnce() -> T) -> T {
    let _until_then = RestoreInstructions(MOST.replace(most));
    work()
}

/// The instructions that this thread used before; dropping this restores them, also on a panic.
struct RestoreInstructions(Instructions);

impl Drop for RestoreInstructions {
    fn drop(&mut self) {
        MOST.set(self.0);
    }
}

#[cfg(test)]
mod tests;
