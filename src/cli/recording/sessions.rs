//! The files of the sessions in the state folder: their names, which of them are kept, and which were cut off.
//!
//! A program holds a lock on the file that it writes and on the one that it resumes, so that nobody takes a session that
//! is still open for one that was cut off, and two programs do not go on with the same one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::cli::environment::{Environment, states};
use crate::cli::files::{Lock, lock};
use crate::cli::recording::age::ago;
use crate::scenario::Session;

/// The folder of the sessions, in the state folder.
const FOLDER: &str = "sessions";

/// The number of sessions that are kept.
const KEPT: usize = 10;

/// The age up to which a session that was cut off is kept, however many follow: a machine that shuts down cuts off many
/// at once.
const YOUNG: Duration = Duration::from_secs(24 * 60 * 60);

/// The most sessions of one millisecond and one scenario.
const MOST_AT_ONCE: usize = 100;

/// The most characters of the name of a scenario in that of a file.
const MOST_NAME: usize = 40;

/// The end of a file's name.
const ENDING: &str = ".jsonl";

/// The bytes at the end of a file in which its last line is looked for: the line of an end has fewer.
const LAST_LINE: u64 = 512;

/// The key in the last line of a session that ended in order.
const END: &str = "\"end\":true";

/// Returns the folder of the sessions, if the environment names a state folder.
pub(super) fn folder(environment: &Environment<'_>) -> Option<PathBuf> {
    Some(states(environment)?.join(FOLDER))
}

/// Returns names for a session of this scenario that begins now, in the order in which they are tried. They sort by
/// time: `2026-03-01T09-30-00.250Z-saturated.jsonl`.
pub(super) fn free_names(now: SystemTime, scenario: &str) -> impl Iterator<Item = String> {
    let stem = Path::new(scenario).file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let stem: String = stem.chars().take(MOST_NAME).map(plain).collect();
    let begin = format!("{}-{stem}", timestamp(now));
    (1..=MOST_AT_ONCE).map(move |number| match number {
        1 => format!("{begin}{ENDING}"),
        _ => format!("{begin}-{number}{ENDING}"),
    })
}

/// Returns the time in UTC as it stands in the names of files.
fn timestamp(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, millisecond) = (since.as_secs(), since.subsec_millis());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The calendar repeats every 400 years, which are 146,097 days; years begin in March here, so that a leap
    // day is the last of a year (H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}.{millisecond:03}Z")
}

/// Returns whether a file has the name of a session.
fn is_session(name: &str) -> bool {
    let form = "0000-00-00T00-00-00.000Z-";
    let fits = |(c, of): (char, char)| if of == '0' { c.is_ascii_digit() } else { c == of };
    name.ends_with(ENDING) && name.len() > form.len() && name.chars().zip(form.chars()).all(fits)
}

/// Returns the files of the sessions, newest first.
fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_file = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
    let mut names: Vec<String> = entries
        .filter(is_file)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_session(name))
        .collect();
    names.sort_by(|one, other| other.cmp(one));
    names.iter().map(|name| folder.join(name)).collect()
}

/// Opens and locks a file unless another program has locked it.
fn open_unused(path: &Path) -> Option<File> {
    let file = File::open(path).ok()?;
    (lock(&file, path) != Lock::Unavailable).then_some(file)
}

/// Removes all sessions but the newest, those that are in use, and those that were cut off lately.
pub(super) fn prune(folder: &Path, now: SystemTime) {
    let all = all(folder);
    let resumed = resumed(&all);
    for path in &all[KEPT.min(all.len())..] {
        // Decided under the lock: the session may have been cut off just now.
        let Some(mut file) = open_unused(path) else { continue };
        let is_young = age(&file, now) < YOUNG;
        if !(is_young && !resumed.contains(path) && has_no_end(&mut file)) {
            // One that cannot be removed is tried again the next time.
            let _ = fs::remove_file(path);
        }
    }
}

/// A session that was cut off and has not been resumed. Its file is locked as long as this lives.
#[derive(Debug)]
pub(super) struct CutOffSession {
    pub(super) path: PathBuf,
    pub(super) file: File,
}

impl CutOffSession {
    /// Opens a session if it was cut off.
    fn open(path: PathBuf) -> Option<Self> {
        let mut file = open_unused(&path)?;
        has_no_end(&mut file).then_some(Self { path, file })
    }

    /// Returns in words when it was cut off.
    pub(super) fn ago(&self, now: SystemTime) -> String {
        ago(age(&self.file, now))
    }
}

/// Returns the time since the last write.
fn age(file: &File, now: SystemTime) -> Duration {
    let written = file.metadata().and_then(|about| about.modified());
    // A time in the future, after the clock was set back, counts as now.
    written.ok().and_then(|written| now.duration_since(written).ok()).unwrap_or_default()
}

fn has_no_end(file: &mut File) -> bool {
    last_line(file).is_ok_and(|line| !line.contains(END))
}

/// Returns the sessions that were cut off and have not been resumed, newest first.
pub(super) fn cut_off(folder: &Path) -> Vec<CutOffSession> {
    let all = all(folder);
    let resumed = resumed(&all);
    all.into_iter().filter(|path| !resumed.contains(path)).filter_map(CutOffSession::open).collect()
}

/// Returns the newest session that is not in use, if it was cut off and has not been resumed.
pub(super) fn newest_if_cut_off(folder: &Path) -> Option<CutOffSession> {
    let all = all(folder);
    let resumed = resumed(&all);
    let newest = all.into_iter().find(|path| open_unused(path).is_some())?;
    if resumed.contains(&newest) { None } else { CutOffSession::open(newest) }
}

/// Returns those of these sessions that another one has resumed.
fn resumed(all: &[PathBuf]) -> BTreeSet<PathBuf> {
    let header = |path: &PathBuf| {
        let name = Session::resumed_by(BufReader::new(File::open(path).ok()?))?;
        Some(path.with_file_name(name))
    };
    all.iter().filter_map(header).collect()
}

/// Returns the last line of a file, or the end of it.
fn last_line(file: &mut File) -> io::Result<String> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST_LINE)))?;
    let mut end = Vec::new();
    file.take(LAST_LINE).read_to_end(&mut end)?;
    let end = String::from_utf8_lossy(&end);
    Ok(end.trim_end().rsplit('\n').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;
    use std::time::{Duration, UNIX_EPOCH};

    use super::{
        KEPT, YOUNG, all, cut_off, free_names, is_session, newest_if_cut_off, prune, timestamp,
    };
    use crate::cli::clock;
    use crate::cli::files::lock;

    const HEADER: &str = "{\"xentviz\":\"0.1.0\",\"format\":1}\n";
    const END: &str = "{\"at\":1.0,\"step\":9,\"end\":true}\n";

    fn name(number: usize) -> String {
        format!("2026-01-01T00-00-{number:02}.000Z-a.jsonl")
    }

    fn write(folder: &Path, number: usize, text: &str) {
        fs::write(folder.join(name(number)), text).expect("it is written");
    }

    #[test]
    fn a_time_is_that_of_the_calendar() {
        // As `date -u -d @SECONDS` prints them.
        for (seconds, expected) in [
            (0, "1970-01-01T00-00-00.000Z"),
            (951_782_399, "2000-02-28T23-59-59.000Z"),
            (951_782_400, "2000-02-29T00-00-00.000Z"),
            (1_796_014_800, "2026-11-30T05-00-00.000Z"),
            (4_107_542_400, "2100-03-01T00-00-00.000Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn the_names_of_sessions_are_known_and_no_others() {
        let at = UNIX_EPOCH + Duration::from_secs(951_782_400);
        let names: Vec<_> = free_names(at, "../my run\u{1b}.toml").take(2).collect();
        assert_eq!(
            names,
            ["2000-02-29T00-00-00.000Z-my-run-.jsonl", "2000-02-29T00-00-00.000Z-my-run--2.jsonl"]
        );
        assert!(names.iter().all(|name| is_session(name)));
        for other in ["notes.jsonl", "2000-02-29.jsonl", "2000-02-29T00-00-00.000Z-a.json", ""] {
            assert!(!is_session(other), "{other}");
        }
    }

    #[test]
    fn the_newest_sessions_are_kept_and_those_in_use_and_files_of_the_user() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..KEPT + 3 {
            write(folder.path(), number, &format!("{HEADER}{END}"));
        }
        fs::write(folder.path().join("mine.jsonl"), "").expect("it is written");
        let written = File::open(folder.path().join(name(1))).expect("it is there");
        lock(&written, &folder.path().join(name(1)));
        prune(folder.path(), clock::date());
        let left: Vec<_> = all(folder.path());
        assert_eq!(left.len(), KEPT + 1, "the one that is being written stays");
        assert!(left.contains(&folder.path().join(name(1))));
        assert!(folder.path().join("mine.jsonl").exists());
    }

    #[test]
    fn sessions_that_were_cut_off_stay_for_a_day_unless_they_are_resumed() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path();
        (0..30).for_each(|number| write(place, number, HEADER));
        let resumes = HEADER.replace('}', &format!(",\"resumes\":\"{}\"}}", name(3)));
        write(place, 30, &format!("{resumes}{END}"));
        prune(place, clock::date());
        assert_eq!(all(place).len(), 30);
        assert!(!place.join(name(3)).exists(), "the one that was resumed");
        prune(place, clock::date() + YOUNG * 2);
        assert_eq!(all(place).len(), KEPT);
    }

    #[test]
    fn a_session_was_cut_off_if_it_has_no_end_and_nobody_has_gone_on_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path();
        let at = |number| Some(place.join(name(number)));
        let found = || {
            let newest = newest_if_cut_off(place).map(|session| session.path);
            (cut_off(place).into_iter().map(|session| session.path).next(), newest)
        };
        assert_eq!(found(), (None, None));
        write(place, 1, HEADER);
        write(place, 2, &format!("{HEADER}{{\"at\":1.0,\"step\":9"));
        assert_eq!(found(), (at(2), at(2)));
        // A program resumes it, and leaves nothing behind.
        let resumed = cut_off(place).remove(0);
        assert_eq!(found(), (at(1), at(1)));
        drop(resumed);
        assert_eq!(found(), (at(2), at(2)));
        write(place, 3, &format!("{HEADER}{END}"));
        assert_eq!(found(), (at(2), None));
        // Another program has resumed it and is still open.
        let resumes = HEADER.replace('}', &format!(",\"resumes\":\"{}\"}}", name(2)));
        fs::remove_file(place.join(name(3))).expect("it is there");
        write(place, 4, &resumes);
        let open = File::open(place.join(name(4))).expect("it is there");
        lock(&open, &place.join(name(4)));
        assert_eq!(found(), (at(1), None));
        // That one is cut off, too, and then yet another is open.
        drop(open);
        assert_eq!(found(), (at(4), at(4)));
        write(place, 5, HEADER);
        let open = File::open(place.join(name(5))).expect("it is there");
        lock(&open, &place.join(name(5)));
        assert_eq!(found(), (at(4), at(4)));
    }
}
