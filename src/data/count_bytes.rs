//! Counts the bytes that satisfy a condition, using SIMD.

/// Returns how many of the bytes satisfy `is_such`.
pub(super) fn count_bytes(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    // A chunk is short enough for a count in one byte and a multiple of the width of every register, so
    // that the compiler counts in bytes, one for each lane.
    let few = bytes.chunks(192);
    few.map(|few| usize::from(few.iter().map(|byte| u8::from(is_such(*byte))).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::count_bytes;

    proptest! {
        #[test]
        fn each_byte_is_counted_once(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let odd = bytes.iter().filter(|byte| **byte % 2 == 1).count();
            prop_assert_eq!(count_bytes(&bytes, |byte| byte % 2 == 1), odd);
            prop_assert_eq!(count_bytes(&bytes, |_| true), bytes.len());
        }
    }
}
