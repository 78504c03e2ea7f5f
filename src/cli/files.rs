//! The files of the program: opened for reading here, and written whole or not at all.

mod unfinished;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::files::unfinished::Unfinished;
use crate::file::{Opened, Opener};
use crate::report::write_model_json;
use crate::telemetry::Checkpoint;

pub(super) use unfinished::{abandon, abandon_within};

/// Opens files of the file system.
pub(super) fn opener() -> Arc<Opener> {
    Arc::new(|path: &Path| {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        // What the system makes as it is read says that it is empty.
        let length = (about.is_file() && about.len() > 0).then_some(about.len());
        Ok(Opened::new(file, length))
    })
}

/// Writes a file so that it is there whole or not at all.
///
/// What is no regular file (a pipe, a terminal, `/dev/null`) is written to as it is.
///
/// # Errors
/// When it cannot be written, or is there already and `replace` is false.
pub(super) fn write_whole(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    Staged::new(path, write)?.commit(replace)
}

/// Whether a file could be written there; nothing is left behind.
///
/// # Errors
/// When it is a folder, or the folder it would be in is missing or closed to us.
pub(super) fn check_writable(path: &Path) -> io::Result<()> {
    if is_special(path) {
        return OpenOptions::new().write(true).open(path).map(drop);
    }
    Staged::new(path, |_| Ok(())).map(drop)
}

/// The path by which a file is known however it is spelt, whether it is there or not.
pub(super) fn known_as(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

/// Writes `NAME.toml` and `NAME-ARM.json` for each arm: all of them or none.
///
/// Returns what was written, or why nothing was.
///
/// # Errors
/// A line for the person at the terminal.
pub(super) fn save(name: &str, replace: bool, checkpoint: &Checkpoint) -> Result<String, String> {
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
pub(super) fn save_as(
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
    let mut staged = vec![
        Staged::new(&toml, |to| to.write_all(checkpoint.scenario.as_bytes()))
            .map_err(|e| failed(&toml, &e))?,
    ];
    for (path, model) in &models {
        let file = Staged::new(path, |to| write_model_json(to, model));
        staged.push(file.map_err(|e| failed(path, &e))?);
    }
    // The networks first: where the scenario is, all is.
    for (file, path) in staged.into_iter().zip(&paths).rev() {
        file.commit(replace).map_err(|e| failed(path, &e))?;
    }
    Ok(format!("wrote {}", in_words(&paths)))
}

/// Writes what a view reads to a file.
///
/// Returns what was written, or why nothing was.
///
/// # Errors
/// A line for the person at the terminal.
pub(super) fn copy(name: &str, replace: bool, text: &str) -> Result<String, String> {
    let path = Path::new(name);
    if !replace && path.exists() {
        return Err(is_there(path, &format!("copy! {name}")));
    }
    write_whole(path, replace, |to| writeln!(to, "{text}"))
        .map_err(|error| failed(path, &error))?;
    Ok(format!("wrote {name}"))
}

fn is_there(path: &Path, instead: &str) -> String {
    format!("{} is there already; `:{instead}` replaces it", path.display())
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

fn in_words(paths: &[&PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A file whose content is complete but not yet in its place.
enum Staged {
    /// To be renamed to this path.
    Beside(Unfinished, PathBuf),
    /// No regular file: it has been written to already.
    Written,
}

impl Staged {
    fn new(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        if is_special(path) {
            let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut to)?;
            to.flush()?;
            return Ok(Self::Written);
        }
        // A link stays a link: the file it leads to is the one that is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::metadata(folder)?;
        Ok(Self::Beside(Unfinished::new(folder, write)?, path))
    }

    fn commit(self, replace: bool) -> io::Result<()> {
        match self {
            Self::Written => Ok(()),
            Self::Beside(file, path) => file.put(path, replace),
        }
    }
}

/// Whether it is there and neither a regular file nor a folder.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::io;

    use tempfile::TempDir;

    use super::{check_writable, copy, known_as, save, write_whole};
    use crate::nn::{Activation, Cost, Output, Precision};
    use crate::telemetry::{Checkpoint, ModelState};

    pub(in crate::cli) fn model(arm: &str) -> ModelState {
        ModelState {
            arm: arm.to_owned(),
            sizes: vec![1, 1],
            weights: vec![vec![2.0]],
            biases: vec![vec![2.0]],
            cost: Cost::Quadratic,
            hidden: Activation::Sigmoid,
            output: Output::Sigmoid,
            precision: Precision::F64,
            eta: 0.15,
            lambda: 0.0,
            seed: 1,
            steps: 0,
            epochs: 0,
            training: None,
        }
    }

    fn checkpoint(arms: &[&str]) -> Checkpoint {
        let models = arms.iter().map(|arm| model(arm)).collect();
        Checkpoint { scenario: "seed = 1\n".to_owned(), models, ..Checkpoint::default() }
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_whose_writing_fails_is_not_there_and_what_was_there_stays() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        fs::write(&path, "old").unwrap();
        let failed = write_whole(&path, true, |to| {
            to.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(&folder), ["s.json"]);
    }

    #[test]
    fn a_file_is_replaced_only_where_that_is_wanted() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        write_whole(&path, false, |to| to.write_all(b"first")).unwrap();
        let refused = write_whole(&path, false, |to| to.write_all(b"second")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        write_whole(&path, true, |to| to.write_all(b"second")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_file_is_for_whom_the_mask_allows() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = TempDir::new().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        write_whole(&link, true, |to| to.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&file), mode(&plain));
    }

    #[test]
    fn trying_out_a_place_leaves_nothing_there() {
        let folder = TempDir::new().unwrap();
        check_writable(&folder.path().join("s.json")).unwrap();
        assert!(check_writable(folder.path()).is_err());
        assert!(check_writable(&folder.path().join("none/s.json")).is_err());
        assert_eq!(names(&folder), Vec::<String>::new());
    }

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
    fn what_is_copied_is_a_file_of_lines_and_replaces_none_unasked() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("duel.txt");
        let name = path.display().to_string();
        assert_eq!(copy(&name, false, "one\ntwo").unwrap(), format!("wrote {name}"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let refused = copy(&name, false, "three").unwrap_err();
        assert_eq!(refused, format!("{name} is there already; `:copy! {name}` replaces it"));
        copy(&name, true, "three").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
        let within = folder.path().join("none/duel.txt").display().to_string();
        let refused = copy(&within, false, "").unwrap_err();
        assert!(refused.starts_with(&format!("cannot write {within}: ")), "{refused}");
    }

    #[test]
    fn a_file_is_known_however_it_is_spelt() {
        let folder = TempDir::new().unwrap();
        let spelt = |name: &str| known_as(&folder.path().join(name));
        fs::create_dir(folder.path().join("in")).unwrap();
        assert_eq!(spelt("new.json"), spelt("./in/../new.json"));
        fs::write(folder.path().join("old.json"), "").unwrap();
        assert_eq!(spelt("old.json"), spelt("in/../old.json"));
        assert_ne!(spelt("old.json"), spelt("new.json"));
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
