//! The refinements of a map: how many points and examples each has, and which are computed beside training.

use crate::explain::coarse::coarse;
use crate::explain::{RefinementDepth, Snapshot};

/// The points along the longer side of the map and the examples, at most, in each refinement. The first one
/// is for a view that has just been opened: drawn smoothly, it has all that can be seen of a map with few
/// details, and takes some 20 ms. The last one limits the map of a network of pictures to some seconds.
const REFINEMENTS: [(usize, usize); 3] = [(16, 100), (32, 300), (96, 1000)];

/// The most work of a refinement beside training, in products and sums: about 50 ms on one core, which the
/// duty cycle of the thread stretches to a second.
const BESIDE_TRAINING: usize = 100_000_000;

/// The cost of an activation function in products.
const ACTIVATION: usize = 8;

/// A refinement of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// The number of points across and up.
    pub(super) points: (usize, usize),
    /// The number of examples over which the cost is computed.
    pub(super) examples: usize,
}

impl Stage {
    /// Returns about how many products and sums a map of this arm takes.
    fn work(self, sizes: &[usize]) -> usize {
        let first = sizes[0] * sizes[1];
        let rest: usize = sizes[1..].windows(2).map(|pair| pair[0] * pair[1]).sum();
        let neurons: usize = sizes[1..].iter().sum();
        let of_point = rest + ACTIVATION * neurons;
        self.examples * (self.points.0 * self.points.1 * of_point + 3 * first)
    }
}

/// Returns the refinements of a map of so many points, the coarsest first. There is at least one.
pub(super) fn stages(now: &Snapshot, points: (usize, usize), depth: RefinementDepth) -> Vec<Stage> {
    let available = now.data.train.len();
    let mut stages: Vec<Stage> = REFINEMENTS
        .into_iter()
        .map(|(side, examples)| Stage {
            points: coarse(points, side),
            examples: examples.min(available),
        })
        .collect();
    stages.dedup();
    let work = |stage: &Stage| -> usize {
        now.arms.iter().map(|arm| stage.work(&arm.network.sizes())).sum()
    };
    let wanted = match depth {
        RefinementDepth::Coarsest => 1,
        RefinementDepth::BesideTraining => {
            stages.iter().take_while(|stage| work(stage) <= BESIDE_TRAINING).count().max(1)
        }
        RefinementDepth::Finest => stages.len(),
    };
    stages.truncate(wanted);
    stages
}

/// Returns the row of the training set that example `index` of every sample is, such that a sample of few
/// examples is part of a sample of more, and all rows are a sample.
///
/// The rows are steps of a fixed length, about the golden section of the set, and so lie evenly in it: data
/// may be sorted by class, and every tenth row may be of one class.
pub(super) fn sampled_row(index: usize, rows: usize) -> usize {
    // 0.618 n, as in multiplicative hashing.
    let golden = (rows * 618 / 1000).max(1);
    let is_coprime = |step: &usize| greatest_common_divisor(*step, rows) == 1;
    let step = (golden..=rows.max(1)).find(is_coprime).unwrap_or(1);
    index * step % rows.max(1)
}

fn greatest_common_divisor(mut a: usize, mut b: usize) -> usize {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Stage, sampled_row};

    #[test]
    fn all_rows_are_a_sample_and_few_lie_evenly_in_the_set() {
        for rows in [1, 2, 3, 4, 9, 10, 97, 500, 4000] {
            let all: BTreeSet<usize> = (0..rows).map(|index| sampled_row(index, rows)).collect();
            assert_eq!(all.len(), rows, "each row once");
            assert!(all.iter().all(|row| *row < rows));
        }
        // Ten classes in turn, and ten classes one after the other: each has its share of 100 rows.
        for class_of in [|row: usize| row % 10, |row: usize| row / 400] {
            let mut counts = [0; 10];
            (0..100).for_each(|index| counts[class_of(sampled_row(index, 4000))] += 1);
            assert!(counts.iter().all(|count| (7..=13).contains(count)), "{counts:?}");
        }
    }

    #[test]
    fn the_work_is_counted_by_point_and_example() {
        // Two inputs, three neurons, one output: 3 products and 4 activations at each point.
        let stage = Stage { points: (5, 4), examples: 7 };
        assert_eq!(stage.work(&[2, 3, 1]), 7 * (20 * (3 + 8 * 4) + 3 * 6));
    }
}
