//! The files of recorded sessions, as the tests of the terminal read them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::pty::{Pty, Setup};

/// Starts the program with a state folder of its own.
pub(super) fn start_in(folder: &Path, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {{}} {arguments}");
    Setup::with_script(&script).within(folder).start()
}

/// Returns the files of the recorded sessions, oldest first.
pub(super) fn sessions(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("xentviz/sessions")).into_iter().flatten();
    let mut all: Vec<_> = entries.map(|entry| entry.expect("it is there").path()).collect();
    all.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    all.sort();
    all
}

/// Returns the lines of a session after its header. Only the last one may be a part.
pub(super) fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("it is there");
    let (whole, part) = text.rsplit_once('\n').expect("it has a beginning");
    let lines = whole.lines().skip(1);
    let last = serde_json::from_str(part).ok();
    lines.map(|line| serde_json::from_str(line).expect("a line is whole")).chain(last).collect()
}

/// Returns the sessions that have not ended in order.
pub(super) fn cut_off(folder: &Path) -> Vec<PathBuf> {
    let has_end = |path: &PathBuf| events(path).last().is_some_and(|last| last["end"] == true);
    sessions(folder).into_iter().filter(|path| !has_end(path)).collect()
}

/// Sets η, and waits until that is recorded in a file of a folder.
pub(super) fn set_recorded(pty: &mut Pty, folder: &Path, eta: &str) {
    let set = format!("\"eta\":{eta}");
    let is_set = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(&set));
    let count = || sessions(folder).iter().filter(|path| is_set(path)).count();
    let before = count();
    pty.type_keys(&format!(":set eta {eta}\r"));
    pty.wait_for("the recorded change", |_| count() > before);
}

/// Returns the networks that a dashboard saves.
pub(super) fn saved(pty: &mut Pty, folder: &Path, name: &str) -> Vec<Vec<u8>> {
    pty.type_keys(&format!(":save {name}.toml\r"));
    let arms = ["quadratic", "cross-entropy"];
    let path = |arm: &str| folder.join(format!("{name}-{arm}.json"));
    pty.wait_for("the saved networks", |_| {
        folder.join(format!("{name}.toml")).exists() && arms.iter().all(|arm| path(arm).exists())
    });
    arms.iter().map(|arm| fs::read(path(arm)).expect("it is whole")).collect()
}
