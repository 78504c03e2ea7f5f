//! `~` in paths: the home folder.

use std::borrow::Cow;
use std::env;
use std::path::Path;

/// The start of a path in the home folder. A shell replaces it, but not within quotes.
pub(super) const HOME: &str = "~";

/// Returns a path with `~/` at its start replaced by the home folder, if it is known.
pub(in crate::cli) fn expanded(path: &Path) -> Cow<'_, Path> {
    match (path.strip_prefix(HOME), env::home_dir()) {
        (Ok(rest), Some(home)) => Cow::Owned(home.join(rest)),
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_stands_for_the_home_folder_at_the_start_alone() {
        let home = env::home_dir().expect("a home folder");
        assert_eq!(expanded(Path::new("~/a/b.csv")), home.join("a/b.csv"));
        assert_eq!(expanded(Path::new("~")), home);
        for other in ["a/~/b", "~user/b", "./~/b", "a~", ""] {
            assert_eq!(expanded(Path::new(other)), Path::new(other));
        }
    }
}
