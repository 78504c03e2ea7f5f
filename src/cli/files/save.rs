//! `:save`: the scenario and its networks.

use std::path::{Path, PathBuf};

use crate::cli::files::answers::{failed, is_there};
use crate::cli::files::disk::Disk;
use crate::cli::files::staged::Existing;
use crate::cli::files::whole::Target;
use crate::report::write_model_json;
use crate::telemetry::Checkpoint;

/// Writes `NAME.toml` and `NAME-ARM.json` for each arm: all of them or none.
///
/// Returns what was written, or why nothing was.
///
/// # Errors
/// A line for the person at the terminal.
pub(in crate::cli) fn save(
    name: &str,
    replace: bool,
    checkpoint: &Checkpoint,
) -> Result<String, String> {
    let stem = name.trim().strip_suffix(".toml").unwrap_or(name.trim());
    if stem.is_empty() || stem.ends_with('/') {
        return Err("`:save` needs a name, as in `:save duel`".to_owned());
    }
    save_as(Path::new(stem), replace, checkpoint)
}

/// The same, where the names begin with this path.
///
/// # Errors
/// A line for the person at the terminal.
pub(in crate::cli) fn save_as(
    stem: &Path,
    replace: bool,
    checkpoint: &Checkpoint,
) -> Result<String, String> {
    let with_end = |end: &str| {
        let mut path = stem.as_os_str().to_owned();
        path.push(end);
        PathBuf::from(path)
    };
    let toml = with_end(".toml");
    let models: Vec<_> = checkpoint
        .models
        .iter()
        .map(|model| (with_end(&format!("-{}.json", model.arm)), model))
        .collect();
    let paths: Vec<&PathBuf> = std::iter::once(&toml).chain(models.iter().map(|m| &m.0)).collect();
    if !replace && let Some(there) = paths.iter().find(|path| path.exists()) {
        return Err(is_there(there, &format!("save! {}", stem.display())));
    }
    let disk = Disk::default();
    let existing = if replace { Existing::Replaced } else { Existing::Stays };
    let target = Target::at(&toml).map_err(|e| failed(&toml, &e))?;
    let file = target.stage(&disk, |to| to.write_all(checkpoint.scenario.as_bytes()));
    let mut staged = vec![(file.map_err(|e| failed(&toml, &e))?, target)];
    for (path, model) in &models {
        let target = Target::at(path).map_err(|e| failed(path, &e))?;
        target.sweep(&disk);
        let file = target.stage(&disk, |to| write_model_json(to, model));
        staged.push((file.map_err(|e| failed(path, &e))?, target));
    }
    // The networks first: where the scenario is, all is.
    for ((file, target), path) in staged.iter_mut().zip(&paths).rev() {
        let Some(file) = file else { continue };
        let published = file.publish(target.path(), existing);
        let synced = published.and_then(|()| disk.sync_folder(target.folder()));
        synced.map_err(|e| failed(path, &e))?;
    }
    Ok(format!("wrote {}", in_words(&paths)))
}

fn in_words(paths: &[&PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::save;
    use crate::cli::files::examples::{checkpoint, names};

    #[test]
    fn saving_writes_the_scenario_and_each_network_and_says_so() {
        let folder = TempDir::new().unwrap();
        let name = folder.path().join("duel").display().to_string();
        let told = save(&name, false, &checkpoint(&["quadratic", "cross-entropy"])).unwrap();
        let expected =
            format!("wrote {name}.toml, {name}-quadratic.json and {name}-cross-entropy.json");
        assert_eq!(told, expected);
        assert_eq!(names(&folder), ["duel-cross-entropy.json", "duel-quadratic.json", "duel.toml"]);
    }

    #[test]
    fn saving_over_files_that_are_there_is_refused_as_a_whole() {
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
    fn saving_needs_a_name_and_a_folder_that_is_there() {
        let folder = TempDir::new().unwrap();
        assert!(save(" ", false, &checkpoint(&[])).unwrap_err().contains("needs a name"));
        let name = folder.path().join("none/duel").display().to_string();
        let refused = save(&name, false, &checkpoint(&[])).unwrap_err();
        assert!(refused.starts_with(&format!("cannot write {name}.toml: ")), "{refused}");
    }
}
