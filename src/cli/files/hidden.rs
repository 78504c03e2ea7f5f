//! Hidden names for unfinished files, which no other program uses.

use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// The prefix of the names.
const PREFIX: &str = ".xentviz-";

/// The suffix of the names. [`DIGITS`] hexadecimal digits stand between prefix and suffix, so no
/// file of the user has this form.
const SUFFIX: &str = ".part";

/// The hexadecimal digits of a 64-bit number.
const DIGITS: usize = 16;

/// The number of names generated so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Returns a new hidden name, which is unique with high probability.
pub(super) fn new_name() -> String {
    // The keys of the hash are random.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(process::id());
    hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
    format!("{PREFIX}{:0DIGITS$x}{SUFFIX}", hasher.finish())
}

/// Returns whether a name has the form of [`new_name`].
pub(super) fn is_hidden(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS
            && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsStr;

    use super::{is_hidden, new_name};

    #[test]
    fn names_are_unique_and_differ_from_those_of_a_user() {
        let names: BTreeSet<String> = (0..1000).map(|_| new_name()).collect();
        assert_eq!(names.len(), 1000);
        assert!(names.iter().all(|name| is_hidden(OsStr::new(name))));
        for name in [
            ".xentviz-config",
            ".xentviz-.part",
            ".xentviz-0123456789abcde.part",
            ".xentviz-0123456789abcdefg.part",
            ".xentviz-0123456789ABCDEF.part",
            ".xentviz-0123456789abcdef.part~",
            "xentviz-0123456789abcdef.part",
        ] {
            assert!(!is_hidden(OsStr::new(name)), "{name}");
        }
    }
}
