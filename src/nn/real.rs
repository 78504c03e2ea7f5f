//! The number types that training is generic over.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use num_traits::{Float, NumAssign};

use crate::math::Elementary;
use crate::nn::exponential::ExpCoefficients;
use crate::nn::lanes::{FusedMulAdd, InLanes};

/// The precision of the arithmetic of training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 64 bits.
    #[default]
    F64,
}

impl Precision {
    /// Returns the name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    /// Returns the nearest number of this precision.
    pub fn nearest(self, value: f64) -> f64 {
        match self {
            Self::F32 => f64::from(value as f32),
            Self::F64 => value,
        }
    }

    /// Returns the largest number of this precision.
    pub fn largest(self) -> f64 {
        match self {
            Self::F32 => f64::from(f32::MAX),
            Self::F64 => f64::MAX,
        }
    }
}

/// A number type that networks can be made of: f32 or f64.
pub trait Real:
    Float
    + NumAssign
    + Sum
    + Into<f64>
    + Debug
    + Display
    + Default
    + Send
    + Sync
    + ExpCoefficients
    + InLanes
    + FusedMulAdd
    + Elementary
    + 'static
{
    /// The precision of this type.
    const PRECISION: Precision;

    /// Returns the number of this type that is nearest to `value`.
    fn of(value: f64) -> Self;

    /// Returns a grey level as an input: byte/256, exactly.
    fn of_byte(byte: u8) -> Self;

    /// Rounds to the nearest whole number, ties to even.
    #[must_use]
    fn round_to_even(self) -> Self;

    /// Rounds like [`Self::round_to_even`], for processors without an instruction for it.
    #[must_use]
    fn round_by_sum(self) -> Self;

    /// Returns self · factor + term, rounded once, by an instruction if the program is compiled for
    /// one.
    #[must_use]
    fn fused(self, factor: Self, term: Self) -> Self;

    /// Returns 2ⁿ for a whole number n; the power must be a normal number.
    #[must_use]
    fn power_of_two(self) -> Self;

    /// 1.5·2ᵐ, where m is the number of mantissa bits: adding a number to it rounds that number to a
    /// whole one, which is then in the lowest bits of the sum.
    const WHOLE: Self;

    /// Returns the whole number in the lowest bits of a sum with [`Self::WHOLE`].
    fn whole_in_lowest_bits(self) -> i32;

    /// Converts to f64, exactly. (On a reference, dereference first: `(*w).to_f64()`.)
    fn to_f64(self) -> f64 {
        self.into()
    }
}

/// Implements [`Real`] for f32 or f64. `$whole` is [`Real::WHOLE`].
macro_rules! real {
    ($real:ty, $precision:ident, $whole:literal, $mantissa:literal, $bias:literal) => {
        impl Real for $real {
            const PRECISION: Precision = Precision::$precision;
            const WHOLE: Self = $whole;

            #[inline(always)]
            fn of(value: f64) -> Self {
                value as Self
            }

            #[inline(always)]
            fn of_byte(byte: u8) -> Self {
                Self::from(byte) * (1.0 / 256.0)
            }

            #[inline(always)]
            fn round_to_even(self) -> Self {
                self.round_ties_even()
            }

            #[inline(always)]
            fn round_by_sum(self) -> Self {
                // The sum of 2ᵐ and a smaller number has no room for a fraction; larger numbers have
                // none.
                const LEAST_WHOLE: $real = $whole / 1.5;
                let size = self.abs();
                let whole = (size + LEAST_WHOLE) - LEAST_WHOLE;
                (if size < LEAST_WHOLE { whole } else { size }).copysign(self)
            }

            #[inline(always)]
            #[expect(clippy::disallowed_methods, reason = "the result is exact, rounded once")]
            fn fused(self, factor: Self, term: Self) -> Self {
                self.mul_add(factor, term)
            }

            #[inline(always)]
            fn whole_in_lowest_bits(self) -> i32 {
                // The lowest 32 bits are enough, and lead to a table index in fewer instructions.
                let lowest = self.to_bits().wrapping_sub(Self::WHOLE.to_bits()) as u32;
                lowest.cast_signed()
            }

            #[inline(always)]
            fn power_of_two(self) -> Self {
                Self::from_bits((self + (Self::WHOLE + $bias)).to_bits() << $mantissa)
            }
        }
    };
}

real!(f32, F32, 12_582_912.0, 23, 127.0);
real!(f64, F64, 6_755_399_441_055_744.0, 52, 1023.0);
