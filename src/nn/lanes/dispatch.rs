//! Chooses the lanes that a kernel runs with: the widest that the processor has.

use std::cell::Cell;

use crate::nn::lanes::LINE;
#[cfg(debug_assertions)]
use crate::nn::lanes::WIDEST;
use crate::nn::lanes::arithmetic::{InLanes, Kernel};
use crate::nn::lanes::array::{ArrayLanes, NoProof};
#[cfg(target_arch = "x86_64")]
use crate::nn::lanes::x86;

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
    pub(super) static MOST: Cell<Instructions> = const { Cell::new(Instructions::Avx512) };
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
