//! Lanes in arrays: correct on every processor, and as fast as the compiler makes them.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_traits::Float;

use crate::nn::Real;
use crate::nn::lanes::Lanes;

/// `N` numbers. Products with sums are rounded once: by an instruction of the processor if `FUSED`,
/// else in several steps. (Without such an instruction, the library function that replaces it takes a
/// hundred times as long as an addition.)
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct ArrayLanes<R, const N: usize, const FUSED: bool>([R; N]);

/// The proof for arrays, which every processor has.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct NoProof;

impl<R: Real, const N: usize, const FUSED: bool> ArrayLanes<R, N, FUSED> {
    #[inline(always)]
    fn map(self, f: impl Fn(R) -> R) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i])))
    }

    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(R, R) -> R) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn fold(self, f: impl Fn(R, R) -> R) -> R {
        let mut numbers = self.0;
        let mut half = N / 2;
        while half > 0 {
            for i in 0..half {
                numbers[i] = f(numbers[i], numbers[i + half]);
            }
            half /= 2;
        }
        numbers[0]
    }
}

/// Implements an operator lane by lane.
macro_rules! operator {
    ($operator:ident, $method:ident) => {
        impl<R: Real, const N: usize, const FUSED: bool> $operator for ArrayLanes<R, N, FUSED> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.with(other, |a, b| a.$method(b))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl<R: Real, const N: usize, const FUSED: bool> Neg for ArrayLanes<R, N, FUSED> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|a| -a)
    }
}

impl<R: Real, const N: usize, const FUSED: bool> Lanes for ArrayLanes<R, N, FUSED> {
    type Number = R;
    type Proof = NoProof;
    type One = ArrayLanes<R, 1, FUSED>;
    const N: usize = N;

    #[inline(always)]
    fn only(proof: NoProof) -> NoProof {
        proof
    }

    #[inline(always)]
    fn splat(_: NoProof, number: R) -> Self {
        Self([number; N])
    }

    #[inline(always)]
    fn load(_: NoProof, numbers: &[R]) -> Self {
        Self(*numbers.first_chunk().expect("there is a number for each lane"))
    }

    #[inline(always)]
    fn store(self, numbers: &mut [R]) {
        *numbers.first_chunk_mut().expect("there is a number for each lane") = self.0;
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        if FUSED {
            Self(std::array::from_fn(|i| self.0[i].fused(factor.0[i], term.0[i])))
        } else {
            Self(R::mul_add_each(self.0, factor.0, term.0))
        }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.with(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.with(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.map(Float::abs)
    }

    #[inline(always)]
    fn round(self) -> Self {
        self.map(if FUSED { R::round_to_even } else { R::round_by_sum })
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        self.map(R::power_of_two)
    }

    #[inline(always)]
    fn where_negative(self, below: Self, else_: Self) -> Self {
        let one = |i: usize| if self.0[i] < R::zero() { below.0[i] } else { else_.0[i] };
        Self(std::array::from_fn(one))
    }

    #[inline(always)]
    fn first(self) -> R {
        self.0[0]
    }

    #[inline(always)]
    fn sum(self) -> R {
        self.fold(|a, b| a + b)
    }

    #[inline(always)]
    fn largest(self) -> R {
        self.fold(|a, b| if a > b { a } else { b })
    }
}
