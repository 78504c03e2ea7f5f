//! The files of models: their format by their ending, and whose they are by `{arm}` in the name.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::failure::Refused;
use crate::experiment::ArmSpec;
use crate::file::{Opened, Opener};
use crate::report::{
    ModelError, read_model_json, read_model_tensors, write_model_json, write_model_tensors,
};
use crate::telemetry::ModelState;

/// What stands for the name of the arm in the name of a file.
const ARM: &str = "{arm}";

/// How a model is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelFormat {
    /// The book's.
    Json,
    /// Tensors.
    Tensors,
}

impl ModelFormat {
    /// The format of a file by its ending; `flag` is what named the file.
    pub(super) fn of(path: &Path, flag: &str) -> Result<Self, Refused> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => Ok(Self::Json),
            Some("safetensors") => Ok(Self::Tensors),
            _ => Err(Refused::new(format!(
                "{flag} {}: a model's name ends in .json or .safetensors",
                path.display()
            ))),
        }
    }

    pub(super) fn write(self, to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
        match self {
            Self::Json => write_model_json(to, model),
            Self::Tensors => write_model_tensors(to, model),
        }
    }

    fn read(self, from: Opened<'_>) -> Result<ModelState, ModelError> {
        match self {
            Self::Json => read_model_json(from),
            Self::Tensors => read_model_tensors(from),
        }
    }
}

/// Whether the name is a different one for each arm.
pub(super) fn stands_for_arms(path: &Path) -> bool {
    find_arm(path.as_os_str().as_bytes()).is_some()
}

/// The file of this arm. A name need not be UTF-8.
pub(super) fn of_arm(path: &Path, arm: &str) -> PathBuf {
    let (mut name, mut rest) = (Vec::new(), path.as_os_str().as_bytes());
    while let Some(at) = find_arm(rest) {
        name.extend_from_slice(&rest[..at]);
        name.extend_from_slice(arm.as_bytes());
        rest = &rest[at + ARM.len()..];
    }
    name.extend_from_slice(rest);
    PathBuf::from(OsString::from_vec(name))
}

/// Returns the position of the first `{arm}` in a name.
fn find_arm(name: &[u8]) -> Option<usize> {
    name.windows(ARM.len()).position(|bytes| bytes == ARM.as_bytes())
}

/// Reads the model that each arm starts from.
pub(super) fn load(
    path: &Path,
    arms: &[ArmSpec],
    open: &Opener,
) -> Result<Vec<ModelState>, Refused> {
    let format = ModelFormat::of(path, "--load")?;
    if !stands_for_arms(path) {
        let model = read(path, format, open)?;
        return arms.iter().map(|arm| fitting(model.clone(), arm, path)).collect();
    }
    let own = |arm: &ArmSpec| {
        let path = of_arm(path, &arm.name);
        fitting(read(&path, format, open)?, arm, &path)
    };
    arms.iter().map(own).collect()
}

fn read(path: &Path, format: ModelFormat, open: &Opener) -> Result<ModelState, Refused> {
    let refused = |why: &ModelError| Refused::new(format!("--load {}: {why}", path.display()));
    let file = open(path).map_err(|error| refused(&error.into()))?;
    format.read(file).map_err(|error| refused(&error))
}

fn fitting(model: ModelState, arm: &ArmSpec, path: &Path) -> Result<ModelState, Refused> {
    let said = format!("--load {}", path.display());
    arm.check_model(&model, &said).map_err(Refused::new)?;
    Ok(model)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    use super::{ModelFormat, of_arm, stands_for_arms};

    #[test]
    fn the_name_of_an_arm_is_put_into_the_name_of_its_file() {
        let name = Path::new("models/{arm}.json");
        assert!(stands_for_arms(name));
        assert_eq!(of_arm(name, "cross-entropy"), PathBuf::from("models/cross-entropy.json"));
        assert!(!stands_for_arms(Path::new("arm.json")));
        assert_eq!(of_arm(Path::new("{arm}/{arm"), "a"), PathBuf::from("a/{arm"));
        let name = |name: &[u8]| PathBuf::from(OsStr::from_bytes(name));
        let latin = name(b"mod\xe8le-{arm}.json");
        assert!(stands_for_arms(&latin));
        assert_eq!(of_arm(&latin, "a"), name(b"mod\xe8le-a.json"));
        assert_eq!(ModelFormat::of(&latin, "--save").unwrap(), ModelFormat::Json);
    }

    #[test]
    fn the_format_of_a_model_is_that_of_its_ending() {
        let of = |name: &str| ModelFormat::of(Path::new(name), "--save");
        assert_eq!(of("a.json").unwrap(), ModelFormat::Json);
        assert_eq!(of("a.safetensors").unwrap(), ModelFormat::Tensors);
        assert_eq!(
            of("a.pickle").unwrap_err().to_string(),
            "--save a.pickle: a model's name ends in .json or .safetensors"
        );
    }
}
