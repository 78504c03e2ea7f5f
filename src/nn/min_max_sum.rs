//! Minimum, maximum and sum of many numbers.

use crate::nn::lanes::{InLanes, Kernel, Lanes};

/// Minimum, maximum and sum of a slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MinMaxSum {
    /// The smallest number; ∞ for an empty slice.
    pub least: f64,
    /// The largest number; −∞ for an empty slice.
    pub greatest: f64,
    /// The sum, computed from eight partial sums; not finite if a number is not.
    pub sum: f64,
}

/// The number of partial results. Every eighth number belongs to the same one: they need not wait for
/// each other, and the sum is the same on every processor.
const COLUMNS: usize = 8;

/// Computes minimum, maximum and sum. A single neuron takes a step in 9 ns, so SIMD matters: it takes a
/// third of the time.
pub(crate) fn min_max_sum(values: &[f64]) -> MinMaxSum {
    f64::in_lanes(MinMaxSumKernel { values })
}

struct MinMaxSumKernel<'a> {
    values: &'a [f64],
}

impl Kernel<f64> for MinMaxSumKernel<'_> {
    type Output = MinMaxSum;

    #[inline(always)]
    fn run<L: Lanes<Number = f64>>(self, proof: L::Proof) -> MinMaxSum {
        // Only the first `COLUMNS / L::N` registers are used.
        let mut least = [L::splat(proof, f64::INFINITY); COLUMNS];
        let mut greatest = [L::splat(proof, f64::NEG_INFINITY); COLUMNS];
        let mut sums = [L::splat(proof, 0.0); COLUMNS];
        let (blocks, rest) = self.values.as_chunks::<COLUMNS>();
        for block in blocks {
            for register in 0..COLUMNS / L::N {
                let values = L::load(proof, &block[register * L::N..]);
                least[register] = least[register].min(values);
                greatest[register] = greatest[register].max(values);
                sums[register] = sums[register] + values;
            }
        }
        let (mut low, mut high, mut sum) = ([0.0; COLUMNS], [0.0; COLUMNS], [0.0; COLUMNS]);
        for register in 0..COLUMNS / L::N {
            least[register].store(&mut low[register * L::N..]);
            greatest[register].store(&mut high[register * L::N..]);
            sums[register].store(&mut sum[register * L::N..]);
        }
        let mut min_max_sum =
            MinMaxSum { least: f64::INFINITY, greatest: f64::NEG_INFINITY, sum: 0.0 };
        for column in 0..COLUMNS {
            if let Some(value) = rest.get(column) {
                low[column] = lesser(low[column], *value);
                high[column] = greater(high[column], *value);
                sum[column] += value;
            }
            min_max_sum.least = lesser(min_max_sum.least, low[column]);
            min_max_sum.greatest = greater(min_max_sum.greatest, high[column]);
            min_max_sum.sum += sum[column];
        }
        min_max_sum
    }
}

/// Returns the lesser number as lanes do: the standard library does not specify the result for 0 and
/// −0.
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Returns the greater number as lanes do.
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::{MinMaxSum, min_max_sum};
    use crate::nn::lanes::{Instructions, with_instructions};

    #[test]
    fn the_results_are_those_of_the_numbers_one_by_one() {
        let values: Vec<f64> = (0..1003_u32).map(|i| f64::from(i * 7919 % 1009) - 500.0).collect();
        for length in [0, 1, 7, 8, 9, 64, 1003] {
            let part = &values[..length];
            let want = MinMaxSum {
                least: part.iter().copied().fold(f64::INFINITY, f64::min),
                greatest: part.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                sum: part.iter().sum(),
            };
            assert_eq!(min_max_sum(part), want);
        }
    }

    #[test]
    fn the_results_have_the_same_bits_with_all_instructions() {
        let values: Vec<f64> = (1..1003_u32).map(|i| 1.0 / f64::from(i)).collect();
        let zeros = [0.0, -0.0, -0.0, 0.0, 0.0, -0.0, 0.0, 0.0, -0.0, 0.0];
        let bits = |instructions, values: &[f64]| {
            let MinMaxSum { least, greatest, sum } =
                with_instructions(instructions, || min_max_sum(values));
            [least, greatest, sum].map(f64::to_bits)
        };
        for values in [&values[..], &zeros] {
            for instructions in Instructions::of_this_processor() {
                assert_eq!(bits(instructions, values), bits(Instructions::Any, values));
            }
        }
    }
}
