//! Lanes in the registers of x86-64: AVX2 with FMA, and AVX-512. All unsafe code of `nn` is here.
//!
//! Lanes are made only from a proof or from other lanes, and a proof only if the processor has the
//! features. So the instructions that lanes use are available wherever lanes exist. Everything is
//! inlined into [`Avx2::run`] or [`Avx512::run`], which are compiled for these instructions.
//!
//! The gain over the same kernels in arrays compiled for the same instructions (Zen 4, f32): 1.08 times
//! the speed for [784, 30, 10], 1.4 for 2-4-2-1, 1.23 for one neuron, 4.8 for [784, 512, 512, 10].
//! `cargo bench --bench step` measures the gain over arrays compiled for any x86-64.
#![expect(unsafe_code, reason = "uses instructions that not every processor has")]
#![allow(clippy::wildcard_imports, reason = "each instruction is a function of its own")]

use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::nn::lanes::{Kernel, LINE, Lanes};

/// A proof that the processor has AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct Avx2(());

/// A proof that the processor has AVX-512F, AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) struct Avx512(());

impl Avx2 {
    #[inline(always)]
    pub(in crate::nn) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has.then_some(Self(()))
    }

    /// Runs a kernel compiled for these instructions.
    #[inline(always)]
    pub(in crate::nn) fn run<R, L, K>(self, kernel: K) -> K::Output
    where
        L: Lanes<Number = R, Proof = Self>,
        K: Kernel<R>,
    {
        #[target_feature(enable = "avx2,fma")]
        fn compiled<R, L: Lanes<Number = R>, K: Kernel<R>>(
            kernel: K,
            proof: L::Proof,
        ) -> K::Output {
            kernel.run::<L>(proof)
        }
        // SAFETY: the proof is made only if both features have been detected.
        unsafe { compiled::<R, L, K>(kernel, self) }
    }
}

impl Avx512 {
    #[inline(always)]
    pub(in crate::nn) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f");
        (has && Avx2::detect().is_some()).then_some(Self(()))
    }

    /// Runs a kernel compiled for these instructions.
    #[inline(always)]
    pub(in crate::nn) fn run<R, L, K>(self, kernel: K) -> K::Output
    where
        L: Lanes<Number = R, Proof = Self>,
        K: Kernel<R>,
    {
        #[target_feature(enable = "avx512f,avx2,fma")]
        fn compiled<R, L: Lanes<Number = R>, K: Kernel<R>>(
            kernel: K,
            proof: L::Proof,
        ) -> K::Output {
            kernel.run::<L>(proof)
        }
        // SAFETY: the proof is made only if all three features have been detected.
        unsafe { compiled::<R, L, K>(kernel, self) }
    }
}

/// Prefetches numbers that will be needed soon into the nearest cache.
pub(in crate::nn) fn prefetch<T>(numbers: &[T]) {
    for line in numbers.chunks(LINE / size_of::<T>()) {
        // SAFETY: every x86-64 has the instruction, and it reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
}

/// Implements an operator by an instruction.
macro_rules! operator {
    ($lanes:ident, $operator:ident, $method:ident, $instruction:ident) => {
        impl $operator for $lanes {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: there are lanes, so the processor has the instruction.
                Self(unsafe { $instruction(self.0, other.0) })
            }
        }
    };
}

/// Defines lanes of one width, given the names of their instructions.
macro_rules! lanes {
    (
        $(#[$doc:meta])*
        $lanes:ident: $n:literal of $real:ident in $register:ident, by $proof:ident, one $one:ident;
        $splat:ident, $load:ident, $store:ident,
        $add:ident, $sub:ident, $mul:ident, $div:ident, $mul_add:ident, $max:ident, $min:ident,
        round |$r:ident| $round:expr,
        // 2ⁿ: the number that puts n into the lowest bits of a sum, and the shift to the exponent.
        power $magic:literal, |$p:ident| $shift:expr,
        abs |$a:ident| $abs:expr,
        select |$s:ident, $below:ident, $else_:ident| $select:expr,
        first |$f:ident| $first:expr,
        sum |$t:ident| $sum:expr,
        largest |$m:ident| $largest:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(in crate::nn) struct $lanes($register);

        operator!($lanes, Add, add, $add);
        operator!($lanes, Sub, sub, $sub);
        operator!($lanes, Mul, mul, $mul);
        operator!($lanes, Div, div, $div);

        impl Neg for $lanes {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                // SAFETY: there are lanes, so the processor has the instructions.
                Self(unsafe { $splat(-0.0) }) - self
            }
        }

        impl Lanes for $lanes {
            type Number = $real;
            type Proof = $proof;
            type One = $one;
            const N: usize = $n;

            #[inline(always)]
            fn splat(_: $proof, number: $real) -> Self {
                // SAFETY: the proof shows that the processor has the instruction.
                Self(unsafe { $splat(number) })
            }

            #[inline(always)]
            fn only(_: $proof) -> Avx2 {
                Avx2(())
            }

            #[inline(always)]
            fn load(_: $proof, numbers: &[$real]) -> Self {
                let numbers: &[$real; $n] =
                    numbers.first_chunk().expect("there is a number for each lane");
                // SAFETY: the proof shows that the processor has the instruction; it reads as many
                // numbers as the array holds, wherever they lie.
                Self(unsafe { $load(numbers.as_ptr()) })
            }

            #[inline(always)]
            fn store(self, numbers: &mut [$real]) {
                let numbers: &mut [$real; $n] =
                    numbers.first_chunk_mut().expect("there is a number for each lane");
                // SAFETY: there are lanes, so the processor has the instruction; it writes as many
                // numbers as the array holds, wherever they lie.
                unsafe { $store(numbers.as_mut_ptr(), self.0) };
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                // SAFETY: there are lanes, so the processor has the instruction.
                Self(unsafe { $mul_add(self.0, factor.0, term.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // SAFETY: there are lanes, so the processor has the instruction.
                Self(unsafe { $max(self.0, other.0) })
            }

            #[inline(always)]
            fn min(self, other: Self) -> Self {
                // SAFETY: there are lanes, so the processor has the instruction.
                Self(unsafe { $min(self.0, other.0) })
            }

            #[inline(always)]
            fn abs(self) -> Self {
                // SAFETY: there are lanes, so the processor has the instructions.
                Self(unsafe { let $a = self.0; $abs })
            }

            #[inline(always)]
            fn round(self) -> Self {
                // SAFETY: there are lanes, so the processor has the instruction.
                Self(unsafe { let $r = self.0; $round })
            }

            #[inline(always)]
            fn power_of_two(self) -> Self {
                // SAFETY: there are lanes, so the processor has the instructions.
                Self(unsafe { let $p = $add(self.0, $splat($magic)); $shift })
            }

            #[inline(always)]
            fn where_negative(self, below: Self, else_: Self) -> Self {
                // SAFETY: there are lanes, so the processor has the instructions.
                Self(unsafe { let ($s, $below, $else_) = (self.0, below.0, else_.0); $select })
            }

            #[inline(always)]
            fn first(self) -> $real {
                // SAFETY: there are lanes, so the processor has the instructions.
                unsafe { let $f = self.0; $first }
            }

            #[inline(always)]
            fn sum(self) -> $real {
                // SAFETY: there are lanes, so the processor has the instructions.
                unsafe { let $t = self.0; $sum }
            }

            #[inline(always)]
            fn largest(self) -> $real {
                // SAFETY: there are lanes, so the processor has the instructions.
                unsafe { let $m = self.0; $largest }
            }
        }
    };
}

const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

/// Combines the halves of a register by an operation until one number is left.
macro_rules! halves {
    (f32 $op4:ident, $op1:ident; $four:expr) => {{
        let four = $four;
        let two = $op4(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32($op1(two, _mm_shuffle_ps::<1>(two, two)))
    }};
    (f64 $op1:ident; $two:expr) => {{
        let two = $two;
        _mm_cvtsd_f64($op1(two, _mm_unpackhi_pd(two, two)))
    }};
    (f32x8 $op4:ident, $op1:ident; $v:expr) => {{
        let v = $v;
        halves!(f32 $op4, $op1; $op4(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v)))
    }};
    (f64x4 $op2:ident, $op1:ident; $v:expr) => {{
        let v = $v;
        halves!(f64 $op1; $op2(_mm256_castpd256_pd128(v), _mm256_extractf128_pd::<1>(v)))
    }};
}

/// Returns the upper half of a register.
macro_rules! upper {
    (f32 $v:expr) => {
        _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd($v)))
    };
    (f64 $v:expr) => {
        _mm512_extractf64x4_pd::<1>($v)
    };
}

lanes! {
    /// Four numbers of which only the first is used: a single number has the lowest latency here.
    F32x4: 4 of f32 in __m128, by Avx2, one F32x4;
    _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps,
    _mm_add_ps, _mm_sub_ps, _mm_mul_ps, _mm_div_ps, _mm_fmadd_ps, _mm_max_ps, _mm_min_ps,
    round |v| _mm_round_ps::<NEAREST>(v),
    power 12_583_039.0, |v| _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(v))),
    abs |v| _mm_andnot_ps(_mm_set1_ps(-0.0), v),
    select |v, below, else_| _mm_blendv_ps(else_, below, _mm_cmplt_ps(v, _mm_setzero_ps())),
    first |v| _mm_cvtss_f32(v),
    sum |v| halves!(f32 _mm_add_ps, _mm_add_ss; v),
    largest |v| halves!(f32 _mm_max_ps, _mm_max_ss; v)
}

lanes! {
    /// Two numbers of which only the first is used.
    F64x2: 2 of f64 in __m128d, by Avx2, one F64x2;
    _mm_set1_pd, _mm_loadu_pd, _mm_storeu_pd,
    _mm_add_pd, _mm_sub_pd, _mm_mul_pd, _mm_div_pd, _mm_fmadd_pd, _mm_max_pd, _mm_min_pd,
    round |v| _mm_round_pd::<NEAREST>(v),
    power 6_755_399_441_056_767.0,
    |v| _mm_castsi128_pd(_mm_slli_epi64::<52>(_mm_castpd_si128(v))),
    abs |v| _mm_andnot_pd(_mm_set1_pd(-0.0), v),
    select |v, below, else_| _mm_blendv_pd(else_, below, _mm_cmplt_pd(v, _mm_setzero_pd())),
    first |v| _mm_cvtsd_f64(v),
    sum |v| halves!(f64 _mm_add_sd; v),
    largest |v| halves!(f64 _mm_max_sd; v)
}

lanes! {
    /// Eight numbers.
    F32x8: 8 of f32 in __m256, by Avx2, one F32x4;
    _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps,
    _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps, _mm256_div_ps, _mm256_fmadd_ps,
    _mm256_max_ps, _mm256_min_ps,
    round |v| _mm256_round_ps::<NEAREST>(v),
    power 12_583_039.0, |v| _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(v))),
    abs |v| _mm256_andnot_ps(_mm256_set1_ps(-0.0), v),
    select |v, below, else_| {
        _mm256_blendv_ps(else_, below, _mm256_cmp_ps::<_CMP_LT_OQ>(v, _mm256_setzero_ps()))
    },
    first |v| _mm256_cvtss_f32(v),
    sum |v| halves!(f32x8 _mm_add_ps, _mm_add_ss; v),
    largest |v| halves!(f32x8 _mm_max_ps, _mm_max_ss; v)
}

lanes! {
    /// Four numbers.
    F64x4: 4 of f64 in __m256d, by Avx2, one F64x2;
    _mm256_set1_pd, _mm256_loadu_pd, _mm256_storeu_pd,
    _mm256_add_pd, _mm256_sub_pd, _mm256_mul_pd, _mm256_div_pd, _mm256_fmadd_pd,
    _mm256_max_pd, _mm256_min_pd,
    round |v| _mm256_round_pd::<NEAREST>(v),
    power 6_755_399_441_056_767.0,
    |v| _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(v))),
    abs |v| _mm256_andnot_pd(_mm256_set1_pd(-0.0), v),
    select |v, below, else_| {
        _mm256_blendv_pd(else_, below, _mm256_cmp_pd::<_CMP_LT_OQ>(v, _mm256_setzero_pd()))
    },
    first |v| _mm256_cvtsd_f64(v),
    sum |v| halves!(f64x4 _mm_add_pd, _mm_add_sd; v),
    largest |v| halves!(f64x4 _mm_max_pd, _mm_max_sd; v)
}

lanes! {
    /// Sixteen numbers.
    F32x16: 16 of f32 in __m512, by Avx512, one F32x4;
    _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps,
    _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps, _mm512_div_ps, _mm512_fmadd_ps,
    _mm512_max_ps, _mm512_min_ps,
    round |v| _mm512_roundscale_ps::<NEAREST>(v),
    power 12_583_039.0, |v| _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(v))),
    abs |v| _mm512_abs_ps(v),
    select |v, below, else_| {
        _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(v, _mm512_setzero_ps()), else_, below)
    },
    first |v| _mm512_cvtss_f32(v),
    sum |v| halves!(f32x8 _mm_add_ps, _mm_add_ss; _mm256_add_ps(_mm512_castps512_ps256(v), upper!(f32 v))),
    largest |v| halves!(f32x8 _mm_max_ps, _mm_max_ss; _mm256_max_ps(_mm512_castps512_ps256(v), upper!(f32 v)))
}

lanes! {
    /// Eight numbers.
    F64x8: 8 of f64 in __m512d, by Avx512, one F64x2;
    _mm512_set1_pd, _mm512_loadu_pd, _mm512_storeu_pd,
    _mm512_add_pd, _mm512_sub_pd, _mm512_mul_pd, _mm512_div_pd, _mm512_fmadd_pd,
    _mm512_max_pd, _mm512_min_pd,
    round |v| _mm512_roundscale_pd::<NEAREST>(v),
    power 6_755_399_441_056_767.0,
    |v| _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(v))),
    abs |v| _mm512_abs_pd(v),
    select |v, below, else_| {
        _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(v, _mm512_setzero_pd()), else_, below)
    },
    first |v| _mm512_cvtsd_f64(v),
    sum |v| halves!(f64x4 _mm_add_pd, _mm_add_sd; _mm256_add_pd(_mm512_castpd512_pd256(v), upper!(f64 v))),
    largest |v| halves!(f64x4 _mm_max_pd, _mm_max_sd; _mm256_max_pd(_mm512_castpd512_pd256(v), upper!(f64 v)))
}
