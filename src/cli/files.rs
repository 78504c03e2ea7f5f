//! The files of the program: opened for reading here, and written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{Builder, NamedTempFile};

use crate::data::Opener;
use crate::report::write_model_json;
use crate::telemetry::ModelState;

/// Opens files of the file system.
pub(super) fn opener() -> Arc<Opener> {
    Arc::new(|path: &Path| {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        Ok(Box::new(file) as Box<dyn Read + Send>)
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

/// Writes `NAME.toml` and `NAME-ARM.json` for each arm: all of them or none.
///
/// Returns what was written, or why nothing was.
///
/// # Errors
/// A line for the person at the terminal.
pub(super) fn save(
    name: &str,
    replace: bool,
    scenario: &str,
    models: &[ModelState],
) -> Result<String, String> {
    let stem = name.trim().strip_suffix(".toml").unwrap_or(name.trim());
    if stem.is_empty() || stem.ends_with('/') {
        return Err("`:save` needs a name, as in `:save duel`".to_owned());
    }
    let toml = PathBuf::from(format!("{stem}.toml"));
    let models: Vec<_> = models
        .iter()
        .map(|model| (PathBuf::from(format!("{stem}-{}.json", model.arm)), model))
        .collect();
    let paths: Vec<&PathBuf> = std::iter::once(&toml).chain(models.iter().map(|m| &m.0)).collect();
    if !replace && let Some(there) = paths.iter().find(|path| path.exists()) {
        return Err(format!("{} is there already; `:save! {stem}` replaces it", there.display()));
    }
    let failed =
        |path: &Path, error: &io::Error| format!("cannot write {}: {error}", path.display());
    let mut staged = vec![
        Staged::new(&toml, |to| to.write_all(scenario.as_bytes()))
            .map_err(|e| failed(&toml, &e))?,
    ];
    for (path, model) in &models {
        let file = Staged::new(path, |to| write_model_json(to, model));
        staged.push(file.map_err(|e| failed(path, &e))?);
    }
    for (file, path) in staged.into_iter().zip(&paths) {
        file.commit(replace).map_err(|e| failed(path, &e))?;
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

/// A file whose content is complete but not yet in its place.
enum Staged {
    /// To be renamed to this path.
    Beside(NamedTempFile, PathBuf),
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
        let mut builder = Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.prefix(".xentviz-").tempfile_in(folder).map_err(|e| e.kind())?;
        let mut to = BufWriter::new(file.as_file());
        write(&mut to)?;
        to.flush()?;
        drop(to);
        Ok(Self::Beside(file, path))
    }

    fn commit(self, replace: bool) -> io::Result<()> {
        match self {
            Self::Written => Ok(()),
            Self::Beside(file, path) if replace => {
                file.persist(path).map(drop).map_err(|failed| failed.error)
            }
            Self::Beside(file, path) => {
                file.persist_noclobber(path).map(drop).map_err(|failed| failed.error)
            }
        }
    }
}

/// Whether it is there and neither a regular file nor a folder.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}
