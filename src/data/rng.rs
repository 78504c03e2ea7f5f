//! The random number generator of a run: portable, seeded by the scenario, with separate streams.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// The generator of all random numbers in a run; it returns the same numbers on every platform.
pub(crate) type RunRng = ChaCha8Rng;

/// The purpose of a random stream. Streams are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RngStream {
    /// Drawing the data.
    Data,
    /// The initial weights and biases.
    Start,
    /// The order of the examples in an epoch, counted from 0.
    Order(u64),
}

impl RngStream {
    fn number(self) -> u64 {
        match self {
            Self::Data => 0,
            Self::Start => 1,
            Self::Order(epoch) => epoch.wrapping_add(2),
        }
    }
}

/// Returns the generator of one stream of a seed.
pub fn rng(seed: u64, stream: RngStream) -> RunRng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream.number());
    rng
}

/// The order in which an epoch goes through the rows of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// The order of the dataset, in every epoch.
    AsStored,
    /// An order of each epoch's own, which depends on the seed and the epoch alone.
    Shuffled {
        /// The seed of the run.
        seed: u64,
    },
}

impl RowOrder {
    /// Writes the row numbers of `n` examples in the order of this epoch.
    ///
    /// # Panics
    /// If `n` exceeds `u32::MAX`; a dataset never does.
    pub fn write(self, epoch: u64, n: usize, rows: &mut Vec<u32>) {
        let n = u32::try_from(n).expect("a dataset has fewer examples than u32 can count");
        rows.clear();
        rows.extend(0..n);
        if let Self::Shuffled { seed } = self {
            rows.shuffle(&mut rng(seed, RngStream::Order(epoch)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    fn ordered(seed: u64, epoch: u64, n: usize) -> Vec<u32> {
        let mut rows = vec![7; 3];
        RowOrder::Shuffled { seed }.write(epoch, n, &mut rows);
        rows
    }

    #[test]
    fn an_order_holds_every_row_once() {
        let mut rows = ordered(1, 0, 1000);
        assert_ne!(rows, (0..1000).collect::<Vec<_>>());
        rows.sort_unstable();
        assert_eq!(rows, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn an_order_depends_on_seed_and_epoch() {
        assert_eq!(ordered(1, 4, 50), ordered(1, 4, 50));
        assert_ne!(ordered(1, 4, 50), ordered(1, 5, 50));
        assert_ne!(ordered(1, 4, 50), ordered(2, 4, 50));
    }

    #[test]
    fn without_shuffling_the_order_is_that_of_the_rows() {
        let mut rows = Vec::new();
        RowOrder::AsStored.write(9, 4, &mut rows);
        assert_eq!(rows, [0, 1, 2, 3]);
        RowOrder::Shuffled { seed: 1 }.write(9, 0, &mut rows);
        assert!(rows.is_empty());
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let first = |stream| rng(3, stream).next_u64();
        let all = [RngStream::Data, RngStream::Start, RngStream::Order(0), RngStream::Order(1)]
            .map(first);
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b), "two streams begin alike");
        }
    }

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        // Recorded once: a changed generator would change every published run.
        assert_eq!(rng(1, RngStream::Data).next_u64(), 7_424_550_030_962_593_201);
        assert_eq!(ordered(1, 0, 8), [7, 1, 6, 4, 3, 5, 2, 0]);
    }
}
