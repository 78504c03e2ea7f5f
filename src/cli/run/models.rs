//! The files of models: their format by their extension, and their arms by `{arm}` in the name.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::args::RunArgs;
use crate::cli::error_report::UsageError;
use crate::cli::files::is_special;
use crate::cli::run::output_names::SAVE;
use crate::file::{InputFile, Opener};
use crate::report::{
    ModelError, ReadModel, read_model_arrays, read_model_json, read_model_tensors,
    read_model_torch, write_model_json, write_model_tensors,
};
use crate::scenario::{ArmSpec, check_functions};
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

    pub(super) fn write(self, to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
        match self {
            Self::Json => write_model_json(to, model),
            Self::Tensors => write_model_tensors(to, model),
        }
    }
}

/// The format of a model to read: also those of other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadFormat {
    /// A format in which models are saved here.
    Own(ModelFormat),
    /// The arrays of `NumPy`.
    Arrays,
    /// The format of `PyTorch`.
    Torch,
}

impl ReadFormat {
    /// Returns the format of a file by its extension; `flag` is the flag that named the file. Files of `--save`
    /// are in a format in which they can be saved again.
    fn of(path: &Path, flag: &str) -> Result<Self, UsageError> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("npz") if flag != SAVE => Ok(Self::Arrays),
            Some("pt" | "pth" | "ckpt" | "bin") if flag != SAVE => Ok(Self::Torch),
            _ => match ModelFormat::of(path, flag) {
                Err(_) if flag != SAVE => Err(UsageError::new(format!(
                    "{flag} {}: a model's name ends in .json, .safetensors, .npz, .pt or .pth",
                    path.display()
                ))),
                format => format.map(Self::Own),
            },
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

/// The networks that the arms of a run start from.
pub(super) enum RunStart {
    /// The initial networks of the scenario.
    Scenario,
    Models {
        /// A model for each arm.
        models: Vec<ModelState>,
        /// Remarks on how the files were understood.
        remarks: Vec<String>,
    },
    /// The saved state of each arm, or `None` for an arm that was not saved.
    Resume(Vec<Option<SavedModel>>),
}

impl RunStart {
    /// Returns the remarks on how the files were understood.
    pub(super) fn remarks(&self) -> &[String] {
        if let Self::Models { remarks, .. } = self { remarks } else { &[] }
    }
}

/// A saved model, and the flag and file that it was read from.
pub(super) struct SavedModel {
    pub(super) model: ModelState,
    pub(super) origin: String,
}

/// Reads the networks from which the arms start.
pub(super) fn read_start(
    args: &RunArgs,
    arms: &[ArmSpec],
    open: &Opener,
) -> Result<RunStart, UsageError> {
    match (&args.load, &args.save, args.resume) {
        (None, _, false) => Ok(RunStart::Scenario),
        (Some(path), _, false) => load(path, arms, open),
        (Some(path), _, true) => {
            let saved = resume("--load", path, arms, open)?;
            match saved.iter().zip(arms).find(|(saved, _)| saved.is_none()) {
                None => Ok(RunStart::Resume(saved)),
                Some((_, arm)) => {
                    let path = of_arm(path, &arm.name);
                    Err(UsageError::new(format!(
                        "--load {}: there is no such file",
                        path.display()
                    )))
                }
            }
        }
        (None, Some(path), true) => resume("--save", path, arms, open).map(RunStart::Resume),
        (None, None, true) => {
            let why = "--load or --save must say which files to go on from";
            Err(UsageError::new(format!("--resume: {why}")))
        }
    }
}

/// Reads the saved model of each arm that has one.
fn resume(
    flag: &str,
    path: &Path,
    arms: &[ArmSpec],
    open: &Opener,
) -> Result<Vec<Option<SavedModel>>, UsageError> {
    let format = ReadFormat::of(path, flag)?;
    if arms.len() > 1 && !has_arm_placeholder(path) {
        let (path, arms) = (path.display(), arms.len());
        let why = format!("{arms} arms go on from a file each, as in model-{{arm}}.json");
        return Err(UsageError::new(format!("{flag} {path}: {why}")));
    }
    let own = |arm: &ArmSpec| {
        let path = of_arm(path, &arm.name);
        let origin = format!("{flag} {}", path.display());
        if flag == "--save" && is_special(&path) {
            return Err(UsageError::new(format!("{origin}: is no file to go on from")));
        }
        match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            file => read(file, format, &origin)
                .map(|read| Some(SavedModel { model: read.model, origin })),
        }
    };
    arms.iter().map(own).collect()
}

/// Reads the model from which each arm starts.
fn load(path: &Path, arms: &[ArmSpec], open: &Opener) -> Result<RunStart, UsageError> {
    let format = ReadFormat::of(path, "--load")?;
    let mut remarks = Vec::new();
    let mut read = |path: &Path| {
        let origin = format!("--load {}", path.display());
        let read = read(open(path), format, &origin)?;
        remarks.extend(read.remarks.iter().map(|remark| format!("{origin}: {remark}")));
        Ok((read.model, origin))
    };
    let models: Result<Vec<_>, UsageError> = if has_arm_placeholder(path) {
        let own = |arm: &ArmSpec| {
            let (model, origin) = read(&of_arm(path, &arm.name))?;
            let model = fitting(model, arm, &origin)?;
            check_functions(std::slice::from_ref(arm), &model, &origin).map_err(UsageError::new)?;
            Ok(model)
        };
        arms.iter().map(own).collect()
    } else {
        let (model, origin) = read(path)?;
        let fitting = |arm| fitting(model.clone(), arm, &origin);
        let models = arms.iter().map(fitting).collect::<Result<_, _>>()?;
        check_functions(arms, &model, &origin).map_err(UsageError::new)?;
        Ok(models)
    };
    Ok(RunStart::Models { models: models?, remarks })
}

fn read(
    file: io::Result<InputFile<'static>>,
    format: ReadFormat,
    origin: &str,
) -> Result<ReadModel, UsageError> {
    let refused = |why: ModelError| UsageError::new(format!("{origin}: {why}"));
    format.read(file.map_err(|error| refused(error.into()))?).map_err(refused)
}

fn fitting(model: ModelState, arm: &ArmSpec, origin: &str) -> Result<ModelState, UsageError> {
    arm.check_model(&model, origin).map_err(UsageError::new)?;
    Ok(model)
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
        let of = |name: &str, flag| ReadFormat::of(Path::new(name), flag);
        assert_eq!(of("a.npz", "--load").unwrap(), ReadFormat::Arrays);
        assert_eq!(of("a.pth", "--load").unwrap(), ReadFormat::Torch);
        assert_eq!(of("a.json", "--load").unwrap(), ReadFormat::Own(ModelFormat::Json));
        assert!(of("a.npz", "--save").is_err());
        assert_eq!(
            of("a.pickle", "--load").unwrap_err().to_string(),
            "--load a.pickle: a model's name ends in .json, .safetensors, .npz, .pt or .pth"
        );
    }
}
