//! The names of what is not finished: hidden, and such as nobody else gives.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the names begin with.
const PREFIX: &str = ".xentviz-";

/// What they end with; between the two are [`DIGITS`] hexadecimal digits. A user has no file of that name.
const SUFFIX: &str = ".part";

/// The digits of a 64-bit number.
const DIGITS: usize = 16;

/// How many names have been given.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Returns a name that nothing has, in all likelihood.
pub(in crate::cli) fn new_name() -> String {
    // The keys of the hash are random.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(process::id());
    hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
    format!("{PREFIX}{:0DIGITS$x}{SUFFIX}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::new_name;

    #[test]
    fn each_name_is_another() {
        let names: BTreeSet<String> = (0..1000).map(|_| new_name()).collect();
        assert_eq!(names.len(), 1000);
    }
}
