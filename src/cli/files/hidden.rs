//! Hidden names for unfinished files, which no other program uses.

use std::ffi::OsStr;
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

/// Returns whether a name is one of these.
pub(in crate::cli) fn is_hidden(name: &OsStr) -> bool {
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
    fn each_name_is_another_and_is_told_from_those_of_a_user() {
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
