//! Sums over numbers that lie side by side, in one order for every width of lanes.

use crate::nn::Real;
use crate::nn::lanes::{Lanes, WIDEST};

/// A sum for each number of the widest lanes. Narrower lanes use several registers, so that the same
/// numbers are added in the same order.
#[derive(Clone, Copy)]
pub(in crate::nn) struct Sums<L>([L; MOST]);

/// The number of registers that the narrowest lanes need, those of 16 bytes.
const MOST: usize = WIDEST / 16;

impl<R: Real, L: Lanes<Number = R>> Sums<L> {
    /// The number of registers that make up the widest lanes.
    const REGISTERS: usize = {
        let registers = WIDEST / (L::N * size_of::<R>());
        assert!(0 < registers && registers <= MOST, "the lanes have 16 to 64 bytes");
        registers
    };

    /// The number of sums: number i of a row is added to sum i modulo this.
    pub(in crate::nn) const NUMBERS: usize = WIDEST / size_of::<R>();

    #[inline(always)]
    pub(in crate::nn) fn zeros(proof: L::Proof) -> Self {
        Self([L::splat(proof, R::zero()); MOST])
    }

    /// Returns the registers, each with the index of its first lane among the [`Self::NUMBERS`] sums.
    #[inline(always)]
    pub(in crate::nn) fn registers(&mut self) -> impl Iterator<Item = (usize, &mut L)> {
        self.0[..Self::REGISTERS].iter_mut().enumerate().map(|(i, sums)| (i * L::N, sums))
    }

    /// Returns the total, computed by adding the halves until one number is left.
    #[inline(always)]
    pub(in crate::nn) fn total(self) -> R {
        let Self(mut registers) = self;
        let mut half = Self::REGISTERS / 2;
        while half > 0 {
            for i in 0..half {
                registers[i] = registers[i] + registers[i + half];
            }
            half /= 2;
        }
        registers[0].sum()
    }
}
