//! The arithmetic that all lanes have, and kernels that are written in it.

use std::ops::{Add, Div, Mul, Neg, Sub};

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
