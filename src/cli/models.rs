//! The files of models: their format by their extension, and their arms by `{arm}` in the name.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::error_report::UsageError;
use crate::file::{InputFile, Opener};
use crate::report::{
    ModelError, NamingScheme, ReadModel, read_model_arrays, read_model_json, read_model_tensors,
    read_model_torch, write_model_json, write_named_tensors,
};
use crate::scenario::{ModelStart, SavedModel};
use crate::telemetry::ModelState;

/// The placeholder for the name of the arm in a file name.
const ARM: &str = "{arm}";

/// The format of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelFormat {
    /// The JSON format of the book.
    Json,
    /// The safetensors format.
    Tensors,
}

impl ModelFormat {
    /// Returns the format of a file by its extension; `flag` is the flag that named the file.
    pub(super) fn of(path: &Path, flag: &str) -> Result<Self, UsageError> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => Ok(Self::Json),
            Some("safetensors") => Ok(Self::Tensors),
            _ => Err(UsageError::new(format!(
                "{flag} {}: a model's name ends in .json or .safetensors",
                path.display()
            ))),
        }
    }

    /// Writes a model; a format without names of tensors ignores `naming`.
    pub(super) fn write(
        self,
        to: &mut dyn Write,
        (model, naming): (&ModelState, NamingScheme),
    ) -> io::Result<()> {
        match self {
            Self::Json => write_model_json(to, model),
            Self::Tensors => write_named_tensors(to, model, naming),
        }
    }
}

/// The format of a model to read: also those of other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadFormat {
    /// A format in which models are saved here.
    Own(ModelFormat),
    /// The arrays of `NumPy`.
    Arrays,
    /// The format of `PyTorch`.
    Torch,
}

impl ReadFormat {
    /// Returns the format of a file by its extension; `flag` is the flag that named the file.
    pub(super) fn of(path: &Path, flag: &str) -> Result<Self, UsageError> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("npz") => Ok(Self::Arrays),
            Some("pt" | "pth" | "ckpt" | "bin") => Ok(Self::Torch),
            _ => ModelFormat::of(path, flag).map(Self::Own).map_err(|_| {
                UsageError::new(format!(
                    "{flag} {}: a model's name ends in .json, .safetensors, .npz, .pt or .pth",
                    path.display()
                ))
            }),
        }
    }

    fn read(self, from: InputFile<'_>) -> Result<ReadModel, ModelError> {
        match self {
            Self::Own(ModelFormat::Json) => {
                read_model_json(from).map(|model| ReadModel { model, remarks: Vec::new() })
            }
            Self::Own(ModelFormat::Tensors) => read_model_tensors(from),
            Self::Arrays => read_model_arrays(from),
            Self::Torch => read_model_torch(from),
        }
    }
}

/// Returns whether a path contains `{arm}`, so that each arm has its own file.
pub(super) fn has_arm_placeholder(path: &Path) -> bool {
    find_arm(path.as_os_str().as_bytes()).is_some()
}

/// Returns the file of this arm. A name need not be UTF-8.
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

/// Reads the models from which the arms of these names start: one for each arm if the path contains `{arm}`,
/// else one for all. `flag` is the flag or command that named the path.
///
/// # Errors
/// If a file cannot be read or holds no model.
pub(super) fn read_models<'a>(
    path: &Path,
    arms: impl Iterator<Item = &'a str>,
    (flag, open): (&str, &Opener),
) -> Result<ModelStart, UsageError> {
    let format = ReadFormat::of(path, flag)?;
    let paths: Vec<PathBuf> = if has_arm_placeholder(path) {
        arms.map(|arm| of_arm(path, arm)).collect()
    } else {
        vec![path.to_owned()]
    };
    let mut start =
        ModelStart { path: path.display().to_string(), models: Vec::new(), remarks: Vec::new() };
    for path in paths {
        let origin = format!("{flag} {}", path.display());
        let read = read_model(open(&path), format, &origin)?;
        start.remarks.extend(read.remarks.iter().map(|remark| format!("{origin}: {remark}")));
        start.models.push(SavedModel { model: read.model, origin });
    }
    Ok(start)
}

/// Reads the model of a file; `origin` is the flag and the file, for errors.
///
/// # Errors
/// If the file cannot be read or holds no model.
pub(super) fn read_model(
    file: io::Result<InputFile<'static>>,
    format: ReadFormat,
    origin: &str,
) -> Result<ReadModel, UsageError> {
    let refused = |why: ModelError| UsageError::new(format!("{origin}: {why}"));
    format.read(file.map_err(|error| refused(error.into()))?).map_err(refused)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    use super::{ModelFormat, ReadFormat, has_arm_placeholder, of_arm};

    #[test]
    fn the_name_of_an_arm_replaces_its_placeholder() {
        let name = Path::new("models/{arm}.json");
        assert!(has_arm_placeholder(name));
        assert_eq!(of_arm(name, "cross-entropy"), PathBuf::from("models/cross-entropy.json"));
        assert!(!has_arm_placeholder(Path::new("arm.json")));
        assert_eq!(of_arm(Path::new("{arm}/{arm"), "a"), PathBuf::from("a/{arm"));
        let name = |name: &[u8]| PathBuf::from(OsStr::from_bytes(name));
        let latin = name(b"mod\xe8le-{arm}.json");
        assert!(has_arm_placeholder(&latin));
        assert_eq!(of_arm(&latin, "a"), name(b"mod\xe8le-a.json"));
        assert_eq!(ModelFormat::of(&latin, "--save").unwrap(), ModelFormat::Json);
    }

    #[test]
    fn the_format_of_a_model_follows_its_extension() {
        let of = |name: &str| ModelFormat::of(Path::new(name), "--save");
        assert_eq!(of("a.json").unwrap(), ModelFormat::Json);
        assert_eq!(of("a.safetensors").unwrap(), ModelFormat::Tensors);
        assert_eq!(
            of("a.pickle").unwrap_err().to_string(),
            "--save a.pickle: a model's name ends in .json or .safetensors"
        );
        let of = |name: &str| ReadFormat::of(Path::new(name), "--load");
        assert_eq!(of("a.npz").unwrap(), ReadFormat::Arrays);
        assert_eq!(of("a.pth").unwrap(), ReadFormat::Torch);
        assert_eq!(of("a.json").unwrap(), ReadFormat::Own(ModelFormat::Json));
        assert_eq!(
            of("a.pickle").unwrap_err().to_string(),
            "--load a.pickle: a model's name ends in .json, .safetensors, .npz, .pt or .pth"
        );
    }
}
