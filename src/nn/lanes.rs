//! Several numbers side by side, computed with at once: what the kernels are written in.
//!
//! A kernel is written once over [`Lanes`] and runs with the widest registers that the processor
//! has. [`ArrayLanes`] is the same in arrays, for processors that are not known here and to test against.

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

/// Some numbers that lie side by side in a register.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// One of the numbers.
    type Number: Copy;
    /// Shows that the processor has such registers: who has none of these makes no lanes.
    type Proof: Copy;
    /// A number by itself, computed with in the same way.
    type One: Lanes<Number = Self::Number>;
    /// How many numbers they are.
    const N: usize;

    /// The same number in every lane.
    fn splat(proof: Self::Proof, number: Self::Number) -> Self;

    /// Shows that numbers can be computed with by themselves, too.
    fn only(proof: Self::Proof) -> <Self::One as Lanes>::Proof;

    /// A number by itself.
    #[inline(always)]
    fn one(proof: Self::Proof, number: Self::Number) -> Self::One {
        Self::One::splat(Self::only(proof), number)
    }

    /// The first [`Self::N`] numbers.
    ///
    /// # Panics
    /// If there are fewer.
    fn load(proof: Self::Proof, numbers: &[Self::Number]) -> Self;

    /// Writes the first [`Self::N`] numbers.
    ///
    /// # Panics
    /// If there are fewer.
    fn store(self, numbers: &mut [Self::Number]);

    /// self · factor + term, rounded once.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;

    /// The larger of two; `other` where one is not a number.
    #[must_use]
    fn max(self, other: Self) -> Self;

    /// The smaller of two; `other` where one is not a number.
    #[must_use]
    fn min(self, other: Self) -> Self;

    /// The magnitudes.
    #[must_use]
    fn abs(self) -> Self;

    /// The nearest whole numbers, the even ones of two.
    #[must_use]
    fn round(self) -> Self;

    /// 2ⁿ of whole numbers whose powers are normal: −126 to 127, or −1022 to 1023.
    #[must_use]
    fn power_of_two(self) -> Self;

    /// `below` in the lanes that are less than 0, `else_` in the others.
    #[must_use]
    fn where_negative(self, below: Self, else_: Self) -> Self;

    /// The first of them.
    fn first(self) -> Self::Number;

    /// Their sum, the halves being added until one number is left.
    fn sum(self) -> Self::Number;

    /// The largest of them.
    fn largest(self) -> Self::Number;
}

/// Arithmetic that can be done with lanes of any width.
pub trait Kernel<R> {
    /// What comes of it.
    type Output;

    /// Does it.
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Self::Output;
}

/// Numbers that there are lanes of.
pub trait InLanes: Sized {
    /// Runs a kernel with the widest lanes that this processor has.
    fn in_lanes<K: Kernel<Self>>(kernel: K) -> K::Output;
}

/// Says with which lanes kernels of f32 and f64 run: `$any` is how many numbers arrays hold that are
/// compiled for any processor.
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

// Without wide registers, or with those of any aarch64, two of 16 bytes are kept busy.
in_lanes!(f32, 8, F32x8, F32x16);
in_lanes!(f64, 4, F64x4, F64x8);

/// The bytes of the widest lanes: rows are as long as a multiple of this, and begin at one.
pub(super) const WIDEST: usize = 64;

/// The bytes that a cache fetches at once.
const LINE: usize = 64;

/// Prefetches numbers into the nearest cache, where the processor supports it.
#[inline(always)]
pub fn prefetch<T>(numbers: &[T]) {
    const { assert!(0 < size_of::<T>() && size_of::<T>() <= LINE, "a line holds a number") };
    #[cfg(target_arch = "x86_64")]
    x86::prefetch(numbers);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}

/// Instructions that kernels are compiled for. No number depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// AVX-512 of x86-64.
    Avx512,
    /// AVX2 and FMA of x86-64.
    Avx2,
    /// Those that every processor of its kind has: SSE2 on x86-64, NEON on aarch64.
    Any,
    /// The same, in arrays as wide as the registers of AVX-512, to test kernels of that width on
    /// processors that do not have them. Release builds leave it out.
    #[cfg(debug_assertions)]
    Wide,
}

impl Instructions {
    /// Those that differ on this processor, the best first.
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
    /// The best instructions that this thread computes with, where the processor has them.
    static MOST: Cell<Instructions> = const { Cell::new(Instructions::Avx512) };
}

/// Runs `work` with no better instructions than these, on this thread only. For tests and benchmarks.
pub fn with_instructions<T>(most: Instructions, work: impl FnOnce() -> T) -> T {
    let _until_then = RestoreInstructions(MOST.replace(most));
    work()
}

/// How this thread computed before; so it does again once this is dropped, also by a panic.
struct RestoreInstructions(Instructions);

impl Drop for RestoreInstructions {
    fn drop(&mut self) {
        MOST.set(self.0);
    }
}

#[cfg(test)]
mod tests;
