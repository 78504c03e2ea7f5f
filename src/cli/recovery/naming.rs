//! Names of the folders and files of saved runs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::files::LONGEST_NAME;
use crate::scenario::Scenario;

/// The most bytes of the name of a run: long enough to recognise it, with room for what follows.
const LONGEST: usize = 64;

/// The largest number that counts: a folder with a larger number was not numbered by this program.
const MOST: u64 = 999_999;

/// Returns the file name stem of a scenario with these arms.
pub(super) fn name_of<'a>(scenario: &str, arms: impl Iterator<Item = &'a str>) -> String {
    let longest = arms.map(|arm| file_of("", arm).len()).max().unwrap_or(0);
    file_stem(scenario, longest)
}

/// Returns the file name stem that a scenario has if it is cut off.
pub(in crate::cli) fn name_of_scenario(scenario: &Scenario) -> String {
    name_of(&scenario.name, scenario.arms.iter().map(|arm| arm.name.as_str()))
}

/// Returns the file name stem of a scenario, from its name or its path, if at most `following`
/// bytes are appended.
fn file_stem(scenario: &str, following: usize) -> String {
    let stem = Path::new(scenario).file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let mut name: String = stem.chars().map(plain).collect();
    if !name.starts_with(char::is_alphanumeric) {
        name.insert_str(0, "run");
    }
    let most = LONGEST.min(LONGEST_NAME.saturating_sub(following));
    while name.len() > most {
        name.pop();
    }
    // With an arm name of this length no file can be created, whatever the stem.
    if name.is_empty() { "run".to_owned() } else { name }
}

/// Returns the name of the file of an arm.
pub(super) fn file_of(name: &str, arm: &str) -> String {
    format!("{name}-{arm}.safetensors")
}

/// Returns the folders that a run of this name can have, starting with the first free one. The
/// numbers follow the largest existing one, so that a new run does not reuse the number of a
/// removed one.
pub(super) fn free_folders(place: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    let numbers = fs::read_dir(place).into_iter().flatten().flatten();
    let last = numbers.filter_map(|entry| number(&entry.file_name(), name)).max().unwrap_or(0);
    let (place, name) = (place.to_owned(), name.to_owned());
    (last + 1..).map(move |number| place.join(numbered(&name, number)))
}

fn numbered(name: &str, number: u64) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// Returns the number of the folder of a run: 1 for `NAME`, 2 for `NAME-2`, and `None` for other
/// folders.
fn number(folder: &OsStr, name: &str) -> Option<u64> {
    let folder = folder.to_str()?;
    let number = match folder.strip_prefix(name)? {
        "" => 1,
        rest => rest.strip_prefix('-')?.parse().ok()?,
    };
    ((1..=MOST).contains(&number) && numbered(name, number) == folder).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::{LONGEST, MOST, file_of, file_stem, free_folders, name_of, number};
    use crate::cli::files::LONGEST_NAME;

    #[test]
    fn a_name_has_only_plain_characters() {
        let name = |scenario: &str| file_stem(scenario, 0);
        assert_eq!(name("saturated"), "saturated");
        assert_eq!(name("mine/my duel.toml"), "my-duel");
        assert_eq!(name("../.."), "run");
        assert_eq!(name(".hidden"), "run.hidden");
        assert_eq!(name("a\u{1b}[2J/\u{1b}c"), "run-c");
        assert_eq!(name("a\u{202e}b\u{200b}c"), "a-b-c");
    }

    #[test]
    fn a_name_is_bounded_in_bytes_and_leaves_room_for_the_arm() {
        for letters in ["x".repeat(1000), "漢".repeat(90), "𝒳".repeat(62)] {
            for arm in ["a".to_owned(), "a".repeat(200), "a".repeat(300)] {
                let name = name_of(&letters, [&*arm, "b"].into_iter());
                assert!(name.len() <= LONGEST && !name.is_empty(), "{name}");
                assert!(arm.len() > 240 || letters.starts_with(&name), "{name}");
                assert!(arm.len() > 240 || file_of(&name, &arm).len() <= LONGEST_NAME);
            }
        }
    }

    #[test]
    fn a_number_has_only_one_spelling() {
        let of = |folder: &str| number(OsStr::new(folder), "duel");
        assert_eq!((of("duel"), of("duel-2"), of("duel-10")), (Some(1), Some(2), Some(10)));
        for odd in ["duel-1", "duel-0", "duel-02", "duel-+2", "duel--2", "duel-2a", "dual", "duel2"]
        {
            assert_eq!(of(odd), None, "{odd}");
        }
        assert_eq!(of("duel-4294967295"), None);
        assert_eq!(of(&format!("duel-{MOST}")), Some(MOST));
    }

    #[test]
    fn free_folders_are_numbered_after_all_existing_ones() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let first =
            |count| free_folders(folder.path(), "duel").take(count).collect::<Vec<PathBuf>>();
        assert_eq!(first(2), [at("duel"), at("duel-2")]);
        for there in ["duel-4294967295", "duel-18446744073709551615", "duel-7", "duel-x", "dual-9"]
        {
            fs::create_dir(at(there)).unwrap();
        }
        assert_eq!(first(2), [at("duel-8"), at("duel-9")]);
        fs::create_dir(at(&format!("duel-{MOST}"))).unwrap();
        assert_eq!(first(1), [at(&format!("duel-{}", MOST + 1))]);
    }
}
