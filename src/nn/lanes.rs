//! SIMD lanes: several numbers side by side, computed with at once. The kernels are written in them.
//!
//! A kernel is written once over [`Lanes`] and runs with the widest registers that the processor has.
//! `ArrayLanes` does the same in arrays, for processors that this module does not know, and for tests.

mod arithmetic;
mod array;
mod dispatch;
mod fused;
mod sums;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(super) use arithmetic::{InLanes, Kernel, Lanes};
#[cfg(test)]
use array::{ArrayLanes, NoProof};
pub(crate) use dispatch::prefetch;
pub use dispatch::{Instructions, with_instructions};
pub(super) use fused::FusedMulAdd;
pub(super) use sums::Sums;

/// The bytes of the widest lanes: rows start at a multiple of this and are a multiple of it long.
pub(super) const WIDEST: usize = 64;

/// The bytes of a cache line.
const LINE: usize = 64;
