//! `:save`: writes the scenario and its networks.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::cli::files::home::expanded;
use crate::cli::files::messages::{check_name, failed, in_words, is_there};
use crate::cli::files::paths::data_seen_from;
use crate::cli::files::publish_set::{PublishError, SetMember, publish};
use crate::cli::files::staged::IfExists;
use crate::cli::files::write_whole::WriteTarget;
use crate::report::write_model_json;
use crate::scenario::{session_of_log, with_data_path};
use crate::telemetry::Checkpoint;
use crate::text::visible;

/// Writes `NAME.toml`, `NAME-ARM.json` for each arm, and the log of the run, `NAME.jsonl`, which
/// `xentviz replay` reads: all of them or none. The files are synced to the disk.
///
/// Returns a message that names the files.
///
/// # Errors
/// Returns a message for the user if nothing was written.
pub(in crate::cli) fn save(
    name: &str,
    replace: bool,
    checkpoint: &Checkpoint,
) -> Result<String, String> {
    let stem = name.trim().strip_suffix(".toml").unwrap_or(name.trim());
    if stem.is_empty() || stem.ends_with('/') {
        return Err("`:save` needs a name, as in `:save duel`".to_owned());
    }
    check_name(stem)?;
    let expanded = expanded(Path::new(stem)).display().to_string();
    let existing = if replace { IfExists::Replaced } else { IfExists::Stays };
    save_on(&Disk::default(), &expanded, existing, checkpoint)
}

fn save_on(
    disk: &Disk,
    stem: &str,
    existing: IfExists,
    checkpoint: &Checkpoint,
) -> Result<String, String> {
    let models = &checkpoint.models;
    let of_models = models.iter().map(|model| format!("{stem}-{}.json", model.arm));
    let of_log = Some(format!("{stem}.jsonl")).filter(|_| !checkpoint.log.is_empty());
    let names = std::iter::once(format!("{stem}.toml")).chain(of_models).chain(of_log);
    let paths: Vec<PathBuf> = names.map(PathBuf::from).collect();
    if existing == IfExists::Stays
        && let Some(there) = paths.iter().find(|path| path.exists())
    {
        return Err(is_there(there, &format!("save! {stem}")));
    }
    let folder = Path::new(stem).parent().filter(|folder| !folder.as_os_str().is_empty());
    let place = |path: &str| data_seen_from(folder.unwrap_or(Path::new(".")), path);
    let scenario = with_data_path(&checkpoint.scenario, place);
    let log = session_of_log(env!("CARGO_PKG_VERSION"), &checkpoint.log);
    let mut members = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let content = |to: &mut dyn Write| match number.checked_sub(1) {
            None => to.write_all(scenario.as_bytes()),
            Some(nth) => match models.get(nth) {
                Some(model) => write_model_json(to, model),
                None => to.write_all(log.as_bytes()),
            },
        };
        members.push(stage(disk, path, content)?);
    }
    let left = publish(disk, &mut members, existing).map_err(|failure| not_published(&failure))?;
    let start = checkpoint.started_from.as_ref().map_or_else(String::new, |path| {
        format!(", without the start of the run, {}", visible(path))
    });
    let written = format!("wrote {}{start}", in_words(&paths));
    Ok(if left.is_empty() { written } else { format!("{written}; {}", aside_note(&left)) })
}

/// Stages a file of the set, which is published later.
fn stage(
    disk: &Disk,
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<SetMember, String> {
    let staged = WriteTarget::at(path).and_then(|target| {
        target.sweep(disk);
        let staged = target.stage(disk, content)?;
        Ok(SetMember { target, staged })
    });
    staged.map_err(|error| failed(path, &error))
}

fn not_published(failure: &PublishError) -> String {
    let reason = failed(&failure.path, &failure.error);
    match &failure.left_aside[..] {
        [] => reason,
        left => format!("{reason}; {}", aside_note(left)),
    }
}

/// Returns the part of a message that names the files moved aside.
fn aside_note(left: &[PathBuf]) -> String {
    let is = if left.len() == 1 { "is" } else { "are" };
    format!("what was there {is} in {}", in_words(left))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::save;
    use crate::cli::files::examples::{checkpoint, names};

    #[test]
    fn saving_writes_the_scenario_and_each_network_and_reports_them() {
        let folder = TempDir::new().unwrap();
        let name = folder.path().join("duel").display().to_string();
        let message = save(&name, false, &checkpoint(&["quadratic", "cross-entropy"])).unwrap();
        let expected =
            format!("wrote {name}.toml, {name}-quadratic.json and {name}-cross-entropy.json");
        assert_eq!(message, expected);
        assert_eq!(names(&folder), ["duel-cross-entropy.json", "duel-quadratic.json", "duel.toml"]);
    }

    #[test]
    fn saving_over_an_existing_file_writes_nothing() {
        let folder = TempDir::new().unwrap();
        let name = folder.path().join("duel").display().to_string();
        fs::write(folder.path().join("duel-quadratic.json"), "old").unwrap();
        let refused = save(&name, false, &checkpoint(&["quadratic"])).unwrap_err();
        assert_eq!(
            refused,
            format!("{name}-quadratic.json is there already; `:save! {name}` replaces it")
        );
        assert_eq!(names(&folder), ["duel-quadratic.json"]);
        save(&format!("{name}.toml"), true, &checkpoint(&["quadratic"])).unwrap();
        assert_eq!(names(&folder), ["duel-quadratic.json", "duel.toml"]);
    }

    #[test]
    fn saving_over_files_leaves_only_the_new_ones_with_the_old_rights() {
        let folder = TempDir::new().unwrap();
        let name = folder.path().join("duel").display().to_string();
        save(&name, false, &checkpoint(&["quadratic"])).unwrap();
        let path = folder.path().join("duel-quadratic.json");
        let old = fs::read_to_string(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let mut newer = checkpoint(&["quadratic"]);
        newer.models[0].weights = vec![vec![3.0]];
        save(&name, true, &newer).unwrap();
        assert_ne!(fs::read_to_string(&path).unwrap(), old);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(&folder), ["duel-quadratic.json", "duel.toml"]);
    }

    #[test]
    fn a_name_with_invisible_characters_is_refused() {
        for name in ["duel\u{202e}gpj", "a\u{200b}b", "a\u{1b}[2J", "a\nb", "\u{2066}a"] {
            let refused = save(name, false, &checkpoint(&[])).unwrap_err();
            assert!(refused.starts_with("the name ") && !refused.contains(name), "{refused}");
            assert!(refused.contains("\\u{") || refused.contains("\\n"), "{refused}");
        }
    }

    #[test]
    fn saving_needs_a_name_and_an_existing_folder() {
        let folder = TempDir::new().unwrap();
        assert!(save(" ", false, &checkpoint(&[])).unwrap_err().contains("needs a name"));
        let name = folder.path().join("none/duel").display().to_string();
        let refused = save(&name, false, &checkpoint(&[])).unwrap_err();
        assert!(refused.starts_with(&format!("cannot write {name}.toml: ")), "{refused}");
    }
}
