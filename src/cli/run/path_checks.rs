//! Checks the paths that a run writes to before it begins, without writing to them.

use std::path::{Path, PathBuf};

use crate::cli::error_report::UsageError;
use crate::cli::files::{canonical_path, check_appendable, check_writable, is_special};
use crate::cli::run::output_names::{LOAD, METRICS, SAVE, STANDARD_OUTPUT};
use crate::data::{is_array_file, mnist_files};
use crate::scenario::{DataSpec, Scenario, find};

/// A path with the flag that named it, or with its role in the run.
pub(super) type NamedPath = (&'static str, PathBuf);

/// The roles of files that are read.
const SCENARIO: &str = "the scenario";
const DATA: &str = "data.path";
const MNIST: &str = "MNIST";

/// Refuses paths that cannot be written to.
pub(super) fn check(places: &[NamedPath]) -> Result<(), UsageError> {
    for (flag, path) in places {
        if path == Path::new(STANDARD_OUTPUT) {
            let why = "only --metrics goes to standard output";
            return Err(UsageError::new(format!("{flag} -: {why}")));
        }
        // Metrics are appended to the file itself; the other files are written beside it and
        // renamed.
        let checked = if *flag == METRICS { check_appendable(path) } else { check_writable(path) };
        checked.map_err(|error| {
            UsageError::new(format!("{flag} {}: cannot be written: {error}", path.display()))
        })?;
    }
    Ok(())
}

/// Returns the files that the run reads.
pub(super) fn sources(name_or_path: &str, scenario: &Scenario) -> Vec<NamedPath> {
    let mut sources = Vec::new();
    if find(name_or_path).is_none() {
        sources.push((SCENARIO, PathBuf::from(name_or_path)));
    }
    if let Some(path) = scenario.data.path() {
        match &scenario.data {
            DataSpec::Digits(_) | DataSpec::Mnist(_) => {
                sources.extend(mnist_files(Path::new(path)).map(|path| (MNIST, path)));
            }
            DataSpec::Arrays { names, .. } => {
                let targets = names.targets.as_ref().filter(|name| is_array_file(name));
                let beside = |name: &String| Path::new(path).with_file_name(name);
                sources.extend(targets.map(|name| (DATA, PathBuf::from(name))));
                sources.extend(targets.map(|name| (DATA, beside(name))));
                sources.push((DATA, PathBuf::from(path)));
            }
            DataSpec::Csv { .. } | DataSpec::Table { .. } | DataSpec::Planar { .. } => {
                sources.push((DATA, PathBuf::from(path)));
            }
        }
    }
    sources
}

/// Refuses a file that is written twice, or both read and written. Exceptions: networks may be
/// saved to the file they were loaded from, several arms may load the same file, files that are
/// only read may be the same, and pipes and devices can be written one after another.
pub(super) fn refuse_twins(places: &[NamedPath]) -> Result<(), UsageError> {
    let is_read = |flag: &str| [LOAD, SCENARIO, DATA, MNIST].contains(&flag);
    let may_share =
        |one: &str, other: &str| is_read(one) && (is_read(other) || (one, other) == (LOAD, SAVE));
    let mut known: Vec<(&str, PathBuf)> = Vec::new();
    for (flag, path) in places.iter().filter(|(_, path)| !is_special(path)) {
        let canonical = canonical_path(path);
        let is_twin =
            |(other, path): &&(&str, PathBuf)| *path == canonical && !may_share(other, flag);
        if let Some((other, _)) = known.iter().find(is_twin) {
            let path = path.display();
            return Err(UsageError::new(format!("{other} and {flag} both say {path}")));
        }
        known.push((flag, canonical));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{check, refuse_twins};
    use crate::cli::run::output_names::{LOAD, METRICS, SAVE};

    #[test]
    fn checking_a_path_creates_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for flag in [METRICS, "--summary"] {
            check(&[(flag, at("new.csv"))]).unwrap();
            assert!(!at("new.csv").exists());
            for wrong in [folder.path().to_owned(), at("none/new.csv")] {
                let refused = check(&[(flag, wrong)]).unwrap_err().to_string();
                assert!(refused.contains("cannot be written: "), "{refused}");
            }
        }
        fs::write(at("old.csv"), "old").unwrap();
        check(&[(METRICS, at("old.csv"))]).unwrap();
        assert_eq!(fs::read_to_string(at("old.csv")).unwrap(), "old");
        // An existing file that can be opened, in a folder where no file can be created.
        #[cfg(target_os = "linux")]
        check(&[(METRICS, "/proc/self/comm".into())]).unwrap();
    }

    #[test]
    fn devices_can_be_named_twice_and_files_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let (one, same) = (folder.path().join("a"), folder.path().join("./a"));
        let refused = refuse_twins(&[(METRICS, one.clone()), ("--summary", same)]).unwrap_err();
        assert!(refused.to_string().starts_with("--metrics and --summary both say "));
        refuse_twins(&[(METRICS, one), ("--summary", folder.path().join("b"))]).unwrap();
        let model = || folder.path().join("m.json");
        for written in [METRICS, "--summary"] {
            let refused = refuse_twins(&[(LOAD, model()), (written, model())]).unwrap_err();
            assert!(refused.to_string().starts_with(&format!("--load and {written} both say ")));
        }
        refuse_twins(&[(LOAD, model()), (LOAD, model()), (SAVE, model())]).unwrap();
        let device = || "/dev/null".into();
        refuse_twins(&[(METRICS, device()), ("--summary", device())]).unwrap();
    }
}
