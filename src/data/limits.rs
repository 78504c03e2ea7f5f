//! The most examples of a dataset, and the memory that each takes beside it.

/// The most examples of a dataset. Rows are counted in `u32`, and a larger number is most likely a
/// typing mistake.
pub(crate) const MOST_EXAMPLES: usize = 10_000_000;

/// The bytes that an example takes beside its dataset during training: its position in the order of an
/// epoch, which is kept twice.
pub(super) const ORDER_BYTES: u64 = 2 * size_of::<u32>() as u64;
